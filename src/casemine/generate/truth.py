"""Planted deviations as values, and as CSV and JSON text: what a conformance check must find."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casemine.model.csvline import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["skipped", "inserted", "swapped", "repeated", "ping-pong", "late"]


@dataclass(frozen=True, slots=True)
class PlantedDeviation:
    """One deviation that was put into one case on purpose."""

    case: str
    kind: Kind
    activity: str  # the one that is missing, added, too early, repeated, or late
    element: str  # its id in the flow, such as A11; X.. for activities that the flow lacks
    rows: tuple[int, ...]  # data rows of the written CSV that show it, counted from 1
    expected: str  # what the flow wanted instead, in words


def truth_csv(truth: Iterable[PlantedDeviation]) -> str:
    r"""Write one line per deviation; the rows of one stand in one cell, split by blanks.

    Examples
    --------
    >>> truth_csv([PlantedDeviation("INC0001001", "repeated", "Log record", "A01", (1, 2), "once")])
    'case,kind,activity,element,rows,expected\nINC0001001,repeated,Log record,A01,1 2,once\n'
    """
    lines = [csv_line(("case", "kind", "activity", "element", "rows", "expected"))]
    for one in truth:
        rows = " ".join(map(str, one.rows))
        lines.append(csv_line((one.case, one.kind, one.activity, one.element, rows, one.expected)))
    return "".join(lines)


def truth_json(truth: Iterable[PlantedDeviation]) -> str:
    """Write the same as a JSON array of objects, one per line."""
    lines = [
        json.dumps(
            {
                "case": one.case,
                "kind": one.kind,
                "activity": one.activity,
                "element": one.element,
                "rows": list(one.rows),
                "expected": one.expected,
            },
            ensure_ascii=False,
        )
        for one in truth
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"
