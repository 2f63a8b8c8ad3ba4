"""The hour that exists twice when clocks go back: the order of rows tells which pass is meant.

Time does not run backwards within a case. What the order leaves open is read as the first pass and
counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.log.order import stable_order
from casemine.model.intake import Note
from casemine.read.crm.coded.instants import ABSENT
from casemine.read.times.zones import find_zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.coded.instants import Instants
    from casemine.read.crm.coded.words import Codes

BACKWARD = 100  # of so many steps from row to row one may go back in time
QUARTER = 900_000_000  # microseconds; clocks change at quarters of an hour


def falls(case: Codes, times: NDArray[np.int64], *, default: bool) -> bool:
    """Whether the rows of a case stand newest first: by the times, else as the preset says."""
    order = stable_order([case.astype(np.int64)])
    order = order[times[order] != ABSENT]
    mine, when = case[order], times[order]
    same = mine[1:] == mine[:-1]
    rising = int(np.count_nonzero(same & (when[1:] > when[:-1])))
    falling = int(np.count_nonzero(same & (when[1:] < when[:-1])))
    return default if rising == falling else falling > rising


def settle_twice(
    found: Instants,
    case: Codes,
    *,
    zone: str,
    newest_first: bool,
    since: NDArray[np.int64] | None = None,
) -> tuple[Instants, int, int]:
    """Choose the pass of the clock for times that exist twice, by the order of each case's rows.

    A file whose rows stand in the order of time throughout is taken as one case; one whose rows
    stand in no order of time settles nothing.

    Parameters
    ----------
    found : Instants
        As read: the first pass everywhere.
    case : array
        Case of each row.
    newest_first : bool
        Whether the file has the newest first, where its times do not tell.
    since : array, optional
        When the ticket of each row was created; `ABSENT` where that is not known.

    Returns
    -------
    (Instants, int, int)
        With the second pass where the order asks for it; the number of times that are the second
        for certain, and of those of which the order does not tell which they are.
    """
    if not len(found.twice):
        return found, 0, 0
    first = found.values[found.twice]
    second = _second_pass(first, zone)
    begun = np.full(len(first), ABSENT) if since is None else since[found.twice]
    once = found.values.copy()
    once[found.twice] = ABSENT  # a clock that goes back is no order
    falling = falls(case, once, default=newest_first)
    if _mixed(case) and _in_order_throughout(once, falling=falling):
        case = np.zeros(len(case), np.int32)
    order = np.argsort(case, kind="stable")
    if falling:
        order = order[::-1]
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    if not _runs_forward(once, case, order):
        return found, 0, len(found.twice)
    by_order = np.argsort(position[found.twice], kind="stable").tolist()  # a few an hour a year
    earliest = found.values.copy()
    for index in by_order:
        row = int(found.twice[index])
        before = _neighbour(earliest, case, order, int(position[row]), step=-1)
        before = max(ABSENT if before is None else before, int(begun[index]))
        if first[index] < before <= second[index]:
            earliest[row] = second[index]
    latest = found.values.copy()
    latest[found.twice] = second
    for index in reversed(by_order):
        row = int(found.twice[index])
        after = _neighbour(latest, case, order, int(position[row]), step=1)
        if after is not None and first[index] <= after < second[index]:
            latest[row] = first[index]
    certain = earliest[found.twice] == latest[found.twice]
    settled = int(np.count_nonzero(certain & (earliest[found.twice] == second)))
    return replace(found, values=earliest), settled, int(np.count_nonzero(~certain))


def twice_notes(column: str, zone: str, *, settled: int, left: int) -> list[Note]:
    """Say what became of times that exist twice."""
    text = f"times in column {show(column)} exist twice in {zone} (clocks went back)"
    notes = []
    if settled:
        told = f"{text}; the order of the rows tells that the second is meant in {settled:,}"
        notes.append(Note("time-twice-settled", told, settled))
    if left:
        told = f"{text}: the first is taken where the order of the rows leaves it open"
        notes.append(Note("time-twice", told, left))
    return notes


def _runs_forward(times: NDArray[np.int64], case: Codes, order: NDArray[np.int64]) -> bool:
    """Whether time runs forward within cases, but for a step in a hundred.

    Only then does the order of rows tell anything.
    """
    order = order[times[order] != ABSENT]
    steps = np.diff(times[order])[np.diff(case[order]) == 0]
    return int(np.count_nonzero(steps < 0)) * BACKWARD <= len(steps)


def _mixed(case: Codes) -> bool:
    """Whether the rows are not one case after the other, or are one row for each."""
    runs = int(np.count_nonzero(np.diff(case))) + 1
    cases = len(np.unique(case))
    return runs > cases or cases == len(case)


def _in_order_throughout(times: NDArray[np.int64], *, falling: bool) -> bool:
    """Whether all rows whose times exist once stand in the order of time."""
    times = times[times != ABSENT]
    steps = np.diff(times[::-1] if falling else times)
    return len(steps) > 0 and bool(np.all(steps >= 0))


def _neighbour(
    values: NDArray[np.int64], case: Codes, order: NDArray[np.int64], at: int, *, step: int
) -> int | None:
    """Find the time of the next row with a time in a direction, in the same case."""
    mine = case[order[at]]
    at += step
    while 0 <= at < len(order) and case[order[at]] == mine:
        if values[order[at]] != ABSENT:
            return int(values[order[at]])
        at += step
    return None


def first_passes(times: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Find instants whose time on the wall came again an hour later."""
    quarters, place = np.unique(times // QUARTER, return_inverse=True)
    again = _second_pass(quarters * QUARTER, zone) != quarters * QUARTER
    return np.flatnonzero(again[place.reshape(-1)])


def _second_pass(first: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Work out when the same wall clock times came again."""
    from datetime import UTC, datetime, timedelta

    rules = find_zone(zone)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    found = []
    for micros in first.tolist():
        moment = start + timedelta(microseconds=micros)
        wall = moment.astimezone(rules)
        again = wall.replace(fold=1).astimezone(UTC)
        found.append((again - start) // timedelta(microseconds=1))
    return np.array(found, np.int64)
