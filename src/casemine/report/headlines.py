"""Headline measures in sentences for people, and as data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.model.headline import TITLES
from casemine.model.words import listed

if TYPE_CHECKING:
    from casemine.model.headline import Headline, Headlines, Middle


def lines(found: Headlines) -> tuple[str, ...]:
    """Write a line for each measure, and one for each reason why others cannot be told."""
    told = [f"- {one.sentence}{_such_as(one)}" for one in found.found]
    by_reason: dict[str, list[str]] = {}
    for each in found.not_evaluated:
        title = TITLES[each.code]
        by_reason.setdefault(each.reason, []).append(title[0].lower() + title[1:])
    told += [
        f"- not to be told from this log: {listed(titles)}: {reason}"
        for reason, titles in by_reason.items()
    ]
    return tuple(told)


def _such_as(one: Headline) -> str:
    cases = ", ".join(example.case for example in one.examples)
    return f" (such as {cases})" if cases else ""


def data(found: Headlines) -> list[dict[str, Any]]:
    """Return the measures for JSON; spans in seconds, None where nothing is known."""
    return [_measure(one) for one in found.found]


def missing(found: Headlines) -> list[dict[str, str]]:
    """Return for JSON what cannot be told, with its reasons."""
    return [
        {"code": one.code, "title": TITLES[one.code], "reason": one.reason}
        for one in found.not_evaluated
    ]


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
