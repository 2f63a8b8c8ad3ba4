"""Ids of actions as numbers that can be compared over the files of one history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import to_numpy, valid
from casemine.log.eventlog import single
from casemine.read.crm.changeset import NO_ACTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SPACE = 1 << 53  # ids of one history lie below; those of the next begin here


def numbered_actions(
    columns: Sequence[pa.ChunkedArray | None], sizes: Sequence[int], spaces: Sequence[str]
) -> list[NDArray[np.int64]]:
    """Give every action of a history a number.

    Parameters
    ----------
    columns : sequence of ChunkedArray
        Ids of the rows of each take, None where a take has none.
    sizes : sequence of int
        Rows of each take.
    spaces : sequence of str
        Takes of the same space share their ids: what has the same id there is one action.

    Returns
    -------
    list of array
        Equal numbers for equal ids of one space; `NO_ACTION` where there is no id.
    """
    found = [np.full(size, NO_ACTION, np.int64) for size in sizes]
    for number, space in enumerate(dict.fromkeys(spaces)):
        mine = [n for n, each in enumerate(spaces) if each == space and columns[n] is not None]
        chunks = [chunk.cast(pa.string()) for n in mine for chunk in _column(columns, n).chunks]
        if not chunks:
            continue
        ids = pa.chunked_array(chunks)
        numbers = _as_numbers(ids)
        if numbers is None:
            numbers = to_numpy(single(ids.dictionary_encode()).indices).astype(np.int64)
        there = np.concatenate([valid(chunk) for chunk in ids.chunks])
        whole = np.where(there, numbers + number * SPACE, NO_ACTION)
        at = 0
        for n in mine:
            found[n] = whole[at : at + sizes[n]]
            at += sizes[n]
    return found


def _column(columns: Sequence[pa.ChunkedArray | None], number: int) -> pa.ChunkedArray:
    column = columns[number]
    assert column is not None
    return column


def _as_numbers(ids: pa.ChunkedArray) -> NDArray[np.int64] | None:
    """Ids that are small whole numbers all, as such: much faster than telling texts apart."""
    try:
        numbers = ids.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    bounds = pc.min_max(numbers).as_py()
    if bounds["min"] is None or bounds["min"] < 0 or bounds["max"] >= SPACE:
        return None
    return to_numpy(single(numbers))
