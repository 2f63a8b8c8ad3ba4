"""Checks that look at several cases at once: patterns among cases alike, and repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from casemine.conform.rules.attributes import not_evaluable, nowhere, picked
from casemine.conform.rules.deadlines import NO_TIMES
from casemine.conform.rules.outcome import (
    NOT_CONCERNED,
    NOT_EVALUABLE,
    SATISFIED,
    VIOLATED,
    Outcome,
)
from casemine.model.calendar import AROUND_THE_CLOCK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.rules.cases import Cases
    from casemine.conform.rules.values import Check, Limit

    Mask = NDArray[np.bool_]

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """Cases alike: what they share, the largest number within the time, and whether one acts."""

    name: str
    cases: tuple[int, ...]  # of the densest time
    most: int
    has_step: bool


@dataclass(frozen=True, slots=True)
class Groups:
    """What a `pattern` says: groups that pile up, how many do not, and what was missing."""

    piled: tuple[Group, ...]
    others: int
    why: str
    left_out: int  # cases that say too little to belong to a group


def pattern(cases: Cases, check: Check, about: Mask) -> Groups:
    """Find the groups of cases alike that pile up in time, and whether one of each has the step.

    Parameters
    ----------
    cases : Cases
        The log.
    check : Check
        A `pattern`.
    about : array of bool
        The cases that count.
    """
    if hidden := nowhere(cases, check, "step"):
        return Groups((), 0, hidden.why[0], 0)
    time = cases.trail.time
    if time is None:
        return Groups((), 0, NO_TIMES, 0)
    events, maybe, why = picked(cases, check, "step")
    if maybe.any():
        return Groups((), 0, why, 0)
    columns = cast("tuple[str, ...]", check.keys["columns"])
    key, names, missing = keys_of(cases, columns)
    if missing:
        return Groups((), 0, missing, 0)
    least = cast("int", check.keys["at_least"])
    window = cast("Limit", check.keys["window"]).by.other
    assert window is not None
    span = round(window.on(AROUND_THE_CLOCK) * MICRO)
    starts = time[cases.traces.offsets[:-1]]
    which = np.flatnonzero(about & (key >= 0))
    which = which[np.lexsort((which, starts[which], key[which]))]
    group, begins = key[which], starts[which]
    end = _last_within(group, begins, span)
    count = end - np.arange(len(which)) + 1
    has_step = cases.traces.any(events)
    piled = []
    bounds = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        best = low + int(np.argmax(count[low:high]))
        if count[best] >= least:
            members = which[best : int(end[best]) + 1]
            acted = bool(has_step[which[low:high]].any())
            name = names(int(group[low]))
            piled.append(Group(name, tuple(members.tolist()), int(count[best]), acted))
    others = max(len(bounds) - 1, 0) - len(piled)
    return Groups(tuple(piled), others, "", int((about & (key < 0)).sum()))


def _last_within(
    group: NDArray[np.int64], begins: NDArray[np.int64], span: int
) -> NDArray[np.int64]:
    """Find for each entry the last of its group that begins within the span after it."""
    order = np.argsort(begins, kind="stable")
    rank = np.empty(len(begins), np.int64)
    rank[order] = np.arange(len(begins))
    ranked = begins[order]
    upto = np.searchsorted(ranked, begins + span, side="right")
    packed = group * (len(begins) + 1) + rank
    return np.searchsorted(packed, group * (len(begins) + 1) + upto, side="left") - 1


def no_repeat(cases: Cases, check: Check) -> Outcome:
    """Demand that no case alike begins within a time after the last second of a case."""
    if hidden := nowhere(cases, check, "second"):
        return hidden
    traces, time = cases.traces, cases.trail.time
    second, maybe, why = picked(cases, check, "second")
    last = traces.last(second)
    about = last >= 0
    if time is None:
        return not_evaluable(cases, NO_TIMES, about)
    columns = cast("tuple[str, ...]", check.keys["columns"])
    key, _, missing = keys_of(cases, columns)
    if missing:
        return not_evaluable(cases, missing, about)
    window = cast("Limit", check.keys["window"]).by.other
    assert window is not None
    span = round(window.on(AROUND_THE_CLOCK) * MICRO)
    starts = time[traces.offsets[:-1]]
    size = len(cases) + 1
    ranked = np.sort(starts)
    packed = np.sort(key * size + np.searchsorted(ranked, starts, side="left"))
    done = time[np.maximum(last, 0)]
    after = key * size + np.searchsorted(ranked, done, side="right")
    until = key * size + np.searchsorted(ranked, done + span, side="right")
    low, high = (np.searchsorted(packed, one, side="left") for one in (after, until))
    again = about & (key >= 0) & (high > low)
    status = np.where(about, SATISFIED, NOT_CONCERNED).astype(np.uint8)
    unclear = about & (key < 0)
    early = about & (key >= 0) & ~again & (done + span > cases.now)
    status[again] = VIOLATED
    status[unclear | early] = NOT_EVALUABLE
    reasons = ["the log ends before the time is over"] if early.any() else []
    reasons += [f"columns {', '.join(columns)} are empty"] if unclear.any() else []
    if maybe.any():
        doubtful = traces.any(maybe) & (status != VIOLATED)
        status[doubtful] = NOT_EVALUABLE
        reasons.append(why)
    return Outcome(status, np.sort(last[again]), traces, None, tuple(reasons))


def keys_of(cases: Cases, columns: tuple[str, ...]) -> tuple[NDArray[np.int64], _Names, str]:
    """Give cases alike in columns one number, by their first values; -1 where one is empty."""
    key = np.zeros(len(cases), np.int64)
    tables = []
    for name in columns:
        column = cases.column(name)
        if column is None:
            return key, _Names([], []), cases.no_column(name)
        first = cases.traces.first(~column.missing)
        code = np.where(first < 0, -1, column.codes[np.maximum(first, 0)])
        key = np.where((key < 0) | (code < 0), -1, key * (len(column.words) + 1) + code)
        tables.append((column.words, len(column.words) + 1))
    distinct, number = np.unique(key, return_inverse=True)
    number = number - int(np.searchsorted(distinct, 0))
    return np.where(key < 0, -1, number), _Names(tables, distinct[distinct >= 0].tolist()), ""


class _Names:
    """What a number of `keys_of` stands for."""

    def __init__(self, tables: list[tuple[tuple[str, ...], int]], distinct: list[int]) -> None:
        self.tables, self.distinct = tables, distinct

    def __call__(self, number: int) -> str:
        key, found = self.distinct[number], []
        for words, size in reversed(self.tables):
            key, code = divmod(key, size)
            found.append(words[code])
        return " / ".join(reversed(found))
