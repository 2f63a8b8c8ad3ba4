"""Remarks about a log as a whole: rows that came twice, names that differ in blanks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, ROW, TIME
from casemine.model.intake import Note
from casemine.read.lookalikes import same_to_the_eye, same_when_stripped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog


_CUT_NUMBER = r"^\d(?:[.,]\d+)?[eE]\+\d{2,}$"  # 1.23457E+15


def notes_about(log: EventLog) -> tuple[Note, ...]:
    """Look for what is possible but rarely meant."""
    return (*notes_about_names(log), *_duplicates(log))


def notes_about_names(log: EventLog) -> list[Note]:
    """Look at the names of cases and activities for what an eye would not see."""
    notes = []
    for column in (CASE, ACTIVITY):
        encoded = log.events.column(column).chunk(0)
        names = encoded.dictionary
        if pair := same_when_stripped(names):
            text = f"{column} {show(pair[0])} and {show(pair[1])} differ only in blanks around them"
            notes.append(Note("blanks-around", text))
        if pair := same_to_the_eye(names):
            text = f"{column} {show(pair[0])} and {show(pair[1])} look the same and are not"
            notes.append(Note("look-alikes", text))
        notes += _blank_names(column, encoded)
        if len(names) > 1 and pc.all(pc.starts_with(names, " ")).as_py():
            text = f"every {column} begins with a blank, such as {show(names[0].as_py())}"
            notes.append(Note("blanks-in-front", text))
    return [*notes, *_cut_ids(log)]


def _blank_names(column: str, encoded: pa.DictionaryArray) -> list[Note]:
    """Point at names of blanks alone: they were not empty, but nobody can read them."""
    blank = pc.match_substring_regex(encoded.dictionary, r"^[\s\p{Z}]*$")
    return [
        Note(
            "blank-names",
            f"{_events(count)} {show(name)} as {column}, which is blanks alone; "
            f"--missing {show(name)} makes it mean missing",
            count,
        )
        for name, count in _uses(encoded, blank)
    ]


def _cut_ids(log: EventLog) -> list[Note]:
    """Point at case ids that a spreadsheet has written as a number in short."""
    encoded = log.events.column(CASE).chunk(0)
    cut = _uses(encoded, pc.match_substring_regex(encoded.dictionary, _CUT_NUMBER))
    if not cut:
        return []
    count = sum(count for _, count in cut)
    text = (
        f"{_events(count)} a case such as {show(cut[0][0])}, a number of which a spreadsheet has "
        "kept the first digits: different ids may have become one"
    )
    return [Note("digits-lost", text, count)]


def _events(count: int) -> str:
    return "1 event has" if count == 1 else f"{count:,} events have"


def _uses(encoded: pa.DictionaryArray, wanted: pa.Array) -> list[tuple[str, int]]:
    """Names for which `wanted` holds, and how many events have each."""
    places = np.flatnonzero(to_numpy(wanted) & valid(wanted))
    if not len(places):
        return []
    counts = np.bincount(to_numpy(encoded.indices), minlength=len(encoded.dictionary))
    found = zip(places.tolist(), counts[places].tolist(), strict=True)
    return [(encoded.dictionary[place].as_py(), count) for place, count in found if count]


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
