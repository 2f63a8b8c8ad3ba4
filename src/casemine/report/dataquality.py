"""What is doubtful about the data: the findings of a log, and what its reading tells, together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.errors import show
from casemine.model.quality import Example, Finding, Quality
from casemine.model.words import counted
from casemine.report.account import note_line
from casemine.report.document import Prose
from casemine.report.figures import moment, of, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.model.graph import Summary
    from casemine.model.intake import Intake

# Remarks of a reading after which figures are wrong, not just to be read with care.
GRAVE = {"history-truncated", "digits-lost"}
TIES = "ties"


def whole(quality: Quality, summary: Summary, intake: Intake) -> Quality:
    """Add what the summary and the reading know to what was found in the events."""
    known = [finding.code for finding in quality.findings]
    more = [
        finding
        for finding in (*_of_summary(summary), *_of_intake(intake))
        if finding.code != TIES or TIES not in known
    ]
    findings = sorted([*quality.findings, *more], key=lambda finding: finding.level != "warning")
    return Quality(tuple(findings), quality.not_evaluated)


def block(quality: Quality) -> Prose:
    """Say each finding with its evidence, what it does to results, and what to do about it."""
    lines: list[str] = []
    for finding in quality.findings:
        lines.append(f"- {finding.text} [{finding.level}: {finding.code}]")
        if finding.effect:
            lines.append(f"  - effect: {finding.effect}")
        if finding.mend:
            lines.append(f"  - help: {finding.mend}")
        if finding.examples:
            lines.append("  - such as " + "; ".join(map(_example, finding.examples)))
    if not lines:
        lines.append("- nothing doubtful was found")
    reasons: dict[str, list[str]] = {}
    for one in quality.not_evaluated:
        reasons.setdefault(one.reason, []).append(one.code)
    lines += [f"- not evaluated: {', '.join(codes)}: {why}" for why, codes in reasons.items()]
    return Prose(tuple(lines), heading="Data quality")


def data(quality: Quality) -> dict[str, Any]:
    """Return findings and what was not evaluated, for JSON."""
    return {
        "findings": [
            {
                "code": finding.code,
                "level": finding.level,
                "text": finding.text,
                "effect": finding.effect or None,
                "help": finding.mend or None,
                "events": finding.events,
                "cases": finding.cases,
                "share": finding.share,
                "examples": [
                    {
                        "case": example.case,
                        "rows": list(example.rows),
                        "time": example.time.isoformat() if example.time else None,
                        "what": example.what,
                    }
                    for example in finding.examples
                ],
            }
            for finding in quality.findings
        ],
        "not_evaluated": [
            {"code": one.code, "reason": one.reason} for one in quality.not_evaluated
        ],
    }


def _example(example: Example) -> str:
    rows = ", ".join(map(str, example.rows))
    when = f", {moment(example.time)}" if example.time else ""
    row = "row" if len(example.rows) == 1 else "rows"
    return f"{row} {rows} (case {show(example.case)}{when}): {example.what}"


def _of_summary(summary: Summary) -> Iterator[Finding]:
    events = summary.graph.events
    if summary.first is None and events:
        yield Finding(
            "no-times",
            "note",
            "no times: events stand in the order of the rows, nothing is timed",
            events=events,
        )
    if summary.tied_events:
        part = of(summary.tied_events, events)
        yield Finding(
            TIES,
            "note",
            f"{counted(summary.tied_events, 'event')} ({share(part)}) share case and time with a "
            "neighbour; their order is that of the rows",
            events=summary.tied_events,
            share=part,
        )
    if summary.overlaps:
        yield Finding(
            "overlaps",
            "note",
            f"{counted(summary.overlaps, 'step')} began before the one before had ended; "
            "their wait counts as 0",
            events=summary.overlaps,
            share=of(summary.overlaps, events),
        )


def _of_intake(intake: Intake) -> Iterator[Finding]:
    if intake.rows_quarantined:
        part = of(intake.rows_quarantined, intake.rows_read)
        yield Finding(
            "rows-left-out",
            "warning",
            f"{counted(intake.rows_quarantined, 'row')} ({share(part)}) could not be used",
            "their cases lack these events in variants, edges and durations",
            "--quarantine FILE lists them with the reason of each",
            events=intake.rows_quarantined,
            share=part,
        )
    for note in intake.notes:
        yield Finding(note.code, "warning" if note.code in GRAVE else "note", note_line(note))
