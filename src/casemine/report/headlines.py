"""Headline measures as a table for people, with their definitions, and as data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.model.timing import format_duration
from casemine.report.document import Column, Prose, Table
from casemine.report.figures import DASH, count, share

if TYPE_CHECKING:
    from casemine.model.headline import Headline, Headlines, Middle
    from casemine.report.document import Block, Cell


def blocks(found: Headlines) -> tuple[Block, ...]:
    """Show the measures: a sentence each, a table of figures, and what cannot be told."""
    shown: list[Block] = []
    if found.found:
        lines = tuple(f"- {one.sentence}. Next: {one.look}" for one in found.found)
        shown.append(Prose(lines, "Headline measures"))
        shown.append(_table(found.found))
    if found.not_evaluated:
        lines = tuple(f"- {one.code}: {one.reason}" for one in found.not_evaluated)
        shown.append(Prose(lines, "Headline measures that this log cannot tell"))
    return tuple(shown)


def _table(found: tuple[Headline, ...]) -> Table:
    columns = (
        Column("measure"),
        *(Column(name, figure=True) for name in ("cases", "of", "share", "95 % from", "to")),
        *(Column(name, figure=True) for name in ("median", "p90", "extra time")),
        Column("such as"),
    )
    return Table(columns, tuple(map(_row, found)), "Headline measures in figures")


def _row(one: Headline) -> tuple[Cell, ...]:
    cases, spans = one.cases, one.spans
    known = cases is not None and cases.total > 0
    return (
        one.title,
        count(cases.cases) if cases is not None else count(spans.n) if spans else DASH,
        count(cases.total) if cases is not None else DASH,
        share(cases.share) if cases is not None and known else DASH,
        share(cases.low) if cases is not None and known else DASH,
        share(cases.high) if cases is not None and known else DASH,
        format_duration(spans.median_s if spans else None),
        format_duration(spans.p90_s if spans else None),
        format_duration(one.extra.seconds if one.extra else None),
        ", ".join(example.case for example in one.examples) or DASH,
    )


def data(found: Headlines) -> list[dict[str, Any]]:
    """Return the measures for JSON; spans in seconds, None where nothing is known."""
    return [_measure(one) for one in found.found]


def missing(found: Headlines) -> list[dict[str, str]]:
    """Return for JSON what cannot be told, with its reasons."""
    return [asdict(one) for one in found.not_evaluated]


def _measure(one: Headline) -> dict[str, Any]:
    cases, extra = one.cases, one.extra
    return {
        "code": one.code,
        "title": one.title,
        "sentence": one.sentence,
        "definition": one.definition,
        "look": one.look,
        "cases": None
        if cases is None
        else {
            "cases": cases.cases,
            "of": cases.total,
            "share": cases.share,
            "low": cases.low,
            "high": cases.high,
        },
        "time": _middle(one.spans),
        "working_time": _middle(one.working),
        "share_of_elapsed": one.of_elapsed,
        "extra": None if extra is None else {**asdict(extra), "alike_in": list(extra.alike_in)},
        "examples": [{**asdict(each), "rows": list(each.rows)} for each in one.examples],
    }


def _middle(spans: Middle | None) -> dict[str, Any] | None:
    return None if spans is None else asdict(spans)
