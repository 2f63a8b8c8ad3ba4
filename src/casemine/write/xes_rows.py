"""Which events an XES file gets for events that have a start: two each, or one with a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy, valid, with_gaps
from casemine.log.columns import ACTIVITY, CASE, ROW, START, TIME, TIMESTAMP
from casemine.log.lifecycle import INSTANCE, LIFECYCLE, find_pairs, pair_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class FileRows:
    """The events of the file, in its order."""

    row: NDArray[np.int64]  # the row of the log that each is made from
    is_start: NDArray[np.bool_]  # whether it is the start half of it
    dated: NDArray[np.bool_]  # per row of the log: one event, with its start as an attribute
    paired: NDArray[np.bool_]  # per row of the log: two events


def file_rows(events: pa.Table) -> FileRows:
    """Split events that have a start, where reading would put the halves together again.

    Reading pairs first in, first out within a case and activity. A group of events for which that
    gives other pairs keeps whole events; so does one whose transition is not `complete`.
    """
    count = events.num_rows
    nothing = np.zeros(count, np.bool_)
    has_start = _has_start(events)
    if not has_start.any():
        return FileRows(np.arange(count), nothing, nothing, nothing)
    transition = _transitions(events)
    paired = has_start if transition is None else has_start & (transition == -1)
    row, is_start = _halves(events, paired)
    role = np.zeros(count, np.int8) if transition is None else transition
    role = np.where(is_start, 1, np.where(paired, -1, role)[row]).astype(np.int8)
    halves = _as_read(events, row, is_start, has_start & ~paired)
    found = find_pairs(halves, role)
    right = (row[found.starts] == row[found.completes]) & is_start[found.starts]
    wrong = np.zeros(len(row), np.bool_)
    wrong[np.flatnonzero(is_start)] = True
    wrong[found.starts[right]] = False
    wrong[found.starts[~right]] = True
    wrong[found.completes[~right]] = True
    if wrong.any():
        group = pair_groups(events, np.arange(count))
        paired = paired & ~np.isin(group, group[row[wrong]])
        row, is_start = _halves(events, paired)
    return FileRows(row, is_start, has_start & ~paired, paired)


def _has_start(events: pa.Table) -> NDArray[np.bool_]:
    if START not in events.column_names or TIME not in events.column_names:
        return np.zeros(events.num_rows, np.bool_)
    return valid(events.column(START))


def _transitions(events: pa.Table) -> NDArray[np.int8] | None:
    """1 for start, -1 for complete, 0 for others; None in a log without transitions."""
    if LIFECYCLE not in events.column_names:
        return None
    words = pc.utf8_lower(events.column(LIFECYCLE).cast(pa.string()))
    begin, end = (to_numpy(pc.is_in(words, texts([word]))) for word in ("start", "complete"))
    return begin.astype(np.int8) - end.astype(np.int8)


def _halves(
    events: pa.Table, paired: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Put both halves in the order of the file: by case, time, row of the log, start first."""
    rows, split = np.arange(events.num_rows), np.flatnonzero(paired)
    row = np.concatenate([split, rows])
    is_start = np.arange(len(row)) < len(split)
    time = _micros(events, TIME)[row]
    time[: len(split)] = _micros(events, START)[split]
    case = to_numpy(_single(events.column(CASE)).indices)[row]
    order = np.lexsort((~is_start, row, time, case))
    return row[order], is_start[order]


def _as_read(
    events: pa.Table,
    row: NDArray[np.int64],
    is_start: NDArray[np.bool_],
    dated: NDArray[np.bool_],
) -> pa.Table:
    """Make the table that reading the halves would pair."""
    time, start = _micros(events, TIME)[row], _micros(events, START)[row]
    names = [CASE, ACTIVITY, *([INSTANCE] if INSTANCE in events.column_names else [])]
    halves = events.select(names).take(from_numpy(row))
    halves = halves.append_column(TIME, from_numpy(np.where(is_start, start, time), TIMESTAMP))
    known = with_gaps(start, dated[row] & ~is_start, TIMESTAMP)
    return halves.append_column(START, known).append_column(ROW, from_numpy(np.arange(len(row))))


def _micros(events: pa.Table, name: str) -> NDArray[np.int64]:
    return to_numpy(events.column(name).cast(TIMESTAMP))


def _single(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.unify_dictionaries().combine_chunks()
