"""Remarks about a log as a whole: rows that came twice, names that differ in blanks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.errors import show
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, ROW, TIME
from casemine.model.intake import Note
from casemine.read.tables.cells import same_when_stripped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog


def notes_about(log: EventLog) -> tuple[Note, ...]:
    """Look for what is possible but rarely meant."""
    return (*_blanks(log), *_duplicates(log))


def _blanks(log: EventLog) -> list[Note]:
    notes = []
    for column in (CASE, ACTIVITY):
        pair = same_when_stripped(log.events.column(column).chunk(0).dictionary)
        if pair:
            text = f"{column} {show(pair[0])} and {show(pair[1])} differ only in blanks around them"
            notes.append(Note("blanks-around", text))
    return notes


def _duplicates(log: EventLog) -> list[Note]:
    """Count rows that are the same as an earlier one in every column."""
    count = duplicate_rows(log.events)
    if not count:
        return []
    if 2 * count == len(log):
        text = "every row has a duplicate: the export seems to be appended to itself; all are kept"
        return [Note("appended-to-itself", text, count)]
    if count == 1:
        text = "1 row is a duplicate of an earlier row, equal in every column; both are kept"
    else:
        text = (
            f"{count:,} rows are duplicates of an earlier row, equal in every column; all are kept"
        )
    return [Note("duplicate-rows", text, count)]


def duplicate_rows(events: pa.Table) -> int:
    """Count rows that repeat an earlier one in everything but `row`.

    Only rows that share case and time with a neighbour are compared, so this costs little in logs
    with fine times.
    """
    if events.num_rows < 2:
        return 0
    case = to_numpy(events.column(CASE).chunk(0).indices)
    same = case[1:] == case[:-1]
    if TIME in events.column_names:
        time = to_numpy(events.column(TIME).chunk(0).cast(pa.int64()))
        same &= time[1:] == time[:-1]
    tied = np.zeros(len(case), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    if not tied.any():
        return 0
    suspects = events.filter(from_numpy(tied))
    codes = [_codes(suspects.column(name)) for name in suspects.column_names if name != ROW]
    key = np.sort(_packed(codes))  # np.unique would take ten times as long
    return int(np.count_nonzero(key[1:] == key[:-1]))


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Give each distinct value of a column a number."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return np.where(valid(array), to_numpy(array.indices).astype(np.int64) + 1, 0)


def _packed(codes: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Give each distinct combination a number, column by column, without ever overflowing."""
    key = codes[0]
    for code in codes[1:]:
        width = int(code.max()) + 1
        if int(key.max()) >= 2**62 // width:
            key = np.unique(key, return_inverse=True)[1]
        key = key * width + code
    return key
