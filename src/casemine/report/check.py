"""A check for people and programs: verdict, what can be seen, measures, deviations, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.timing import format_duration
from casemine.model.words import counted
from casemine.report import headlines, rulenumbers, slas
from casemine.report.checked import headline, sentence_of, title_of, unjudged, value_of
from casemine.report.document import Column, Document, Facts, Prose, Table
from casemine.report.figures import DASH, count, of, share

if TYPE_CHECKING:
    from casemine.model.conformance import (
        Conformance,
        ExampleCase,
        ExtraTime,
        RuleResult,
        Ties,
    )
    from casemine.model.headline import Headlines
    from casemine.model.verdict import Judged
    from casemine.report.checked import Checked
    from casemine.report.document import Block

SHOWN_FINDINGS = 30  # rows of the table of findings
TOLD = 8  # findings that are told in full
NAMED = 5  # findings that fail for nothing but being there, and are named at the top
SHOWN_ROWS = 6  # source rows of an example
SHOWN_BRANCHES = 12


def document(checked: Checked) -> Document:
    """Show the whole check; what fails stands first."""
    conformance, verdict = checked.conformance, checked.verdict
    blocks: list[Block] = []
    if verdict.failed:
        blocks.append(_failing(checked))
    if conformance.observability:
        blocks.append(_observability(conformance))
    blocks.append(_fitness(checked))
    blocks += _headlines(checked.headlines)
    flowing = tuple(one for one in verdict.findings if one.finding.kind != "rule")
    if flowing:
        blocks.append(_findings(flowing))
    blocks += _rules(checked)
    blocks += rulenumbers.blocks(conformance.rules)
    blocks += slas.blocks(conformance.sla, _example)
    blocks += [_told(one, conformance.rules) for one in verdict.findings[:TOLD]]
    blocks += _baseline(checked)
    if conformance.untaken:
        blocks.append(_untaken(conformance))
    if any(step.observable for step in conformance.observability):
        blocks.append(_steps(conformance))
    if conformance.notes or verdict.notes:
        notes = (*conformance.notes, *verdict.notes)
        blocks.append(Prose(tuple(f"- {note}" for note in notes), heading="Notes"))
    return Document(f"{checked.log}: {headline(checked)}", tuple(blocks))


def _failing(checked: Checked) -> Block:
    verdict = checked.verdict
    lines = [f"- {one.rule} {sentence_of(one)}" for one in verdict.failing_measures]
    told = [one for one in verdict.failing if not unjudged(one)]
    lines += [f"- {_named(one)}; {one.why}" for one in told[:TOLD]]
    if len(told) > TOLD:
        lines.append(f"- and {count(len(told) - TOLD)} more")
    others = [one for one in verdict.failing if unjudged(one)]
    if others:
        new = verdict.fail_on != "any"
        why = "that no limit and no baseline allows" if new else "as any fails with --fail-on any"
        first = ", first of all" if len(others) > NAMED else ""
        lines.append(f"- {counted(len(others), 'deviation')} {why}{first}:")
        lines += [f"  - {_named(one)}" for one in others[:NAMED]]
        if new:
            lines.append("- casemine baseline create accepts what is known today")
    return Prose(tuple(lines), heading="What fails")


def _named(one: Judged) -> str:
    """Give the message with its rule in front, unless it names the rule itself."""
    rule, message = one.finding.rule, one.finding.message
    return message if rule in message else f"{rule} {message}"


def _observability(conformance: Conformance) -> Block:
    """Say first what the log can show at all: what it cannot is never counted as skipped."""
    steps = conformance.observability
    hidden: dict[str, list[str]] = {}
    at_times: dict[str, list[str]] = {}
    for step in steps:
        if not step.observable:
            hidden.setdefault(step.why or "no event shows it", []).append(step.activity)
        elif step.why:
            at_times.setdefault(step.why, []).append(step.activity)
    seen = sum(step.observable for step in steps)
    lines = ["- each step; the table at the end says by which events"]
    if hidden:
        lines = ["- the others are not judged, and never count as skipped:"]
        lines += [f"  - {', '.join(names)}: {why}" for why, names in hidden.items()]
    lines += [f"- {', '.join(names)}: {why}" for why, names in at_times.items()]
    heading = f"What this log can show: {seen} of {counted(len(steps), 'step')} of the design"
    return Prose(tuple(lines), heading)


def _steps(conformance: Conformance) -> Block:
    """List the steps that the log can show, with the events that tell of them."""
    seen = [step for step in conformance.observability if step.observable]
    named = all(step.sources == (f"events called {step.activity!r}",) for step in seen)
    columns = [Column("step"), Column("events", figure=True), Column("cases", figure=True)]
    # where only names tell of the steps, a column would repeat them
    columns += [] if named else [Column("told by", needs_width=100)]
    rows = tuple(
        (
            *(step.activity, count(step.events), count(step.cases)),
            *(() if named else ("; ".join(step.sources) or DASH,)),
        )
        for step in seen
    )
    return Table(tuple(columns), rows, "Steps of the design in this log")


def _fitness(checked: Checked) -> Block:
    found, measures = checked.conformance, checked.verdict.measures
    part = share(of(found.fitting_cases, found.cases - found.not_aligned))
    variants = counted(found.variants, "variant")
    pairs = [
        ("cases", count(found.cases)),
        (
            "follow the design",
            f"{count(found.fitting_cases)} ({part}), {count(found.fitting_variants)} of {variants}",
        ),
        ("fitness", DASH if found.fitness is None else f"{found.fitness:.4f}"),
        ("moves off the design", count(found.cost_total)),
    ]
    if found.open_cases:
        words = f"{count(found.open_cases)}, held against beginnings of the design"
        pairs.append(("still open", f"{words}; open: {found.open_means}"))
    if found.not_aligned:
        beyond = f"{counted(found.not_aligned, 'case')} beyond the budget"
        bounds = " and ".join(map(count, found.cost_bounds))
        pairs.append(("not aligned", f"{beyond}; all moves are between {bounds}"))
    if found.ties is not None:
        pairs.append(("ties in time", _ties(found.ties)))
    pairs += [
        (one.name, f"{value_of(one)}; {one.why}") for one in measures if one.least is not None
    ]
    if checked.mapping:
        pairs.append(("steps", checked.mapping))
    pairs.append(("designed flow", f"{found.flow} ({found.source})"))
    return Facts(tuple(pairs), heading="Fitness")


def _ties(ties: Ties) -> str:
    words = (
        f"{counted(ties.cases, 'case')} with events of one instant: "
        f"{count(ties.as_read)} moves in the order of the source, "
        f"{count(ties.best)} in the best order, {count(ties.worst)} in the worst"
    )
    return words if ties.exact else f"{words}, of the orders tried"


def _headlines(found: Headlines | None) -> list[Block]:
    """Tell the measures in sentences; their figures are in -f json and `casemine bottlenecks`."""
    if found is None:
        return []
    return [Prose(headlines.lines(found), heading="Headline measures")]


def _findings(findings: tuple[Judged, ...]) -> Block:
    compared = any(one.state is not None for one in findings)
    columns = [
        Column(""),
        Column("rule"),
        Column("finding"),
        Column("cases", figure=True),
        Column("share", figure=True),
        Column("95 % interval", figure=True, needs_width=100),
        Column("extra time", figure=True, needs_width=110),
    ]
    columns += [Column("baseline", needs_width=90)] if compared else []
    rows = tuple(_finding(one, compared=compared) for one in findings[:SHOWN_FINDINGS])
    more = len(findings) - SHOWN_FINDINGS
    remark = f"{count(more)} more; -f json lists all" if more > 0 else ""
    return Table(tuple(columns), rows, "Deviations", remark)


def _finding(one: Judged, *, compared: bool) -> tuple[str, ...]:
    finding = one.finding
    cells = (
        _mark(one),
        finding.rule,
        f"{finding.kind}: {finding.element}" if finding.kind != "rule" else finding.element,
        count(finding.cases.cases),
        share(finding.cases.share),
        f"{share(finding.cases.low)} – {share(finding.cases.high)}".replace(" % –", " –"),
        _extra_cell(finding.extra),
    )
    return (*cells, _against(one)) if compared else cells


def _mark(one: Judged) -> str:
    """Say what fails against a limit or a baseline; without either the level tells more."""
    return "FAIL" if one.fails and not unjudged(one) else one.finding.level


def _extra_cell(extra: ExtraTime | None) -> str:
    """Write a difference with its sign, and only where it is one."""
    if extra is None:
        return ""
    sign = "+" if extra.seconds > 0 else ""
    return f"{sign}{format_duration(extra.seconds)}" if _clear(extra) else "unclear"


def _against(one: Judged) -> str:
    if one.state is None or one.before is None or not one.before.cases:
        return one.state or ""
    return f"{one.state} ({share(one.before.share)})"


def _told(one: Judged, rules: tuple[RuleResult, ...]) -> Block:
    finding = one.finding
    lines = [finding.message if unjudged(one) else f"{finding.message}: {one.why}"]
    if finding.detail:
        lines.append(f"- {finding.detail}")
    if finding.extra is not None:
        lines.append(f"- {_extra(finding.extra)}")
    shortest = {example.case for example in finding.shortest}
    costliest = [example for example in finding.costliest if example.case not in shortest]
    lines += [f"- short: {_example(example)}" for example in finding.shortest]
    lines += [f"- costly: {_example(example)}" for example in costliest]
    if one.known is not None and one.known.reason:
        lines.append(f"- accepted: {one.known.reason}")
    if finding.remedy:
        lines.append(f"- what to do: {finding.remedy}")
    name = title_of(finding.rule, rules)[1] if finding.kind == "rule" else finding.element
    return Prose(tuple(lines), heading=f"{finding.rule} {name}")


def _extra(extra: ExtraTime) -> str:
    alike = f" alike in {' and '.join(extra.alike_in)}" if extra.alike_in else ""
    median = (
        f"median of {count(extra.n)} against {count(extra.n_others)} others{alike}, "
        f"{format_duration(extra.low_s)} to {format_duration(extra.high_s)}"
    )
    if not _clear(extra):
        return f"such cases take no clearly longer or shorter time ({median})"
    more = "longer" if extra.seconds > 0 else "shorter"
    return f"such cases take {format_duration(abs(extra.seconds))} {more} ({median})"


def _clear(extra: ExtraTime) -> bool:
    """Whether the interval of the difference leaves 0 out."""
    return extra.low_s > 0 or extra.high_s < 0


def _example(example: ExampleCase) -> str:
    rows = ", ".join(map(str, example.rows[:SHOWN_ROWS]))
    more = "…" if len(example.rows) > SHOWN_ROWS else ""
    noun = "row" if len(example.rows) == 1 else "rows"
    lasts = "" if example.duration_s is None else f", {format_duration(example.duration_s)}"
    what = f": {example.what}" if example.what else ""
    return f"{example.case}{lasts}, {noun} {rows}{more}{what}"


def _rules(checked: Checked) -> list[Block]:
    rules = checked.conformance.rules
    found = {one.finding.rule: one for one in checked.verdict.findings}
    judged = [rule for rule in rules if rule.outcome != "not evaluable"]
    unknown = [rule for rule in rules if rule.outcome == "not evaluable"]
    blocks: list[Block] = []
    if judged:
        columns = (
            Column(""),
            Column("rule"),
            Column("what it asks for"),
            Column("broken", figure=True),
            Column("share", figure=True),
            Column("kept", figure=True, needs_width=100),
            Column("not evaluable", figure=True, needs_width=110),
        )
        rows = tuple(_rule(rule, found.get(rule.rule)) for rule in judged)
        violated = sum(rule.outcome == "violated" for rule in judged)
        heading = (
            f"Rules: {count(violated)} broken, {count(len(judged) - violated)} kept, "
            f"{count(len(unknown))} not evaluable"
        )
        blocks.append(Table(columns, rows, heading))
    if unknown:
        lines = tuple(
            f"- {rule.rule} {rule.title}: {rule.why_not or 'the data do not decide it'}"
            for rule in unknown
        )
        blocks.append(Prose(lines, heading="Rules that this log gives no ground to judge"))
    return blocks


def _rule(rule: RuleResult, judged: Judged | None) -> tuple[str, ...]:
    mark, part = "ok", of(rule.violated, rule.violated + rule.satisfied)
    if judged is not None:
        mark, part = _mark(judged), judged.finding.cases.share
    return (
        mark,
        rule.rule,
        rule.title,
        count(rule.violated),
        share(part),
        count(rule.satisfied),
        count(rule.not_evaluable),
    )


def _baseline(checked: Checked) -> list[Block]:
    verdict = checked.verdict
    lines = []
    if verdict.fixed:
        entries = counted(len(verdict.fixed), "baseline entry", "baseline entries")
        looks = "looks" if len(verdict.fixed) == 1 else "look"
        lines.append(f"- {entries} {looks} fixed; casemine baseline update takes them out")
        lines += [f"  {one.rule} {one.element}" for one in verdict.fixed]
    expired = [one for one in verdict.findings if one.expired]
    lines += [
        f"- no longer accepted: {one.finding.rule} {one.finding.element} "
        f"(until {one.known.until if one.known else DASH})"
        for one in expired
    ]
    if verdict.not_seen:
        names = ", ".join(f"{one.rule} {one.element}" for one in verdict.not_seen)
        lines.append(f"- in the baseline, but not to be seen in this log: {names}")
    return [Prose(tuple(lines), heading="Against the baseline")] if lines else []


def _untaken(conformance: Conformance) -> Block:
    shown = [branch.element for branch in conformance.untaken[:SHOWN_BRANCHES]]
    more = len(conformance.untaken) - SHOWN_BRANCHES
    lines = [f"- {name}" for name in shown]
    if more > 0:
        lines.append(f"- {count(more)} more; -f json lists all")
    return Prose(tuple(lines), heading="Parts of the design that no case took")
