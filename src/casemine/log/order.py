"""Encode text once, then sort events by integers: case, time, source row.

Sorting is a chain of stable sorts from the weakest key to the strongest. Each packs the value and
the position into one unsigned 64-bit number and sorts those, which numpy does ten times faster
than an indirect sort; a key that is already in order costs one look. Values that leave no room for
the position fall back to numpy's stable argsort, with the same result.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy
from casemine.log.columns import ACTIVITY, CASE, ENCODED, ROW, START, TIME, TIMESTAMP

if TYPE_CHECKING:
    from numpy.typing import NDArray


def order_events(events: pa.Table) -> pa.Table:
    """Return the table with encoded text, UTC times, and rows in the order of an event log.

    Parameters
    ----------
    events : pyarrow.Table
        As for `EventLog.ordered`, in any row order.

    Returns
    -------
    pyarrow.Table
        One chunk a column. Cases are numbered by their smallest `row`, so the same rows make the
        same table however they were shuffled; events that share case, time and row keep the order
        in which they came.

    Notes
    -----
    O(n log n) on packed integers, O(n) where the events are in order already. Strings are hashed
    once, never compared.
    """
    for name in (CASE, ACTIVITY):
        events = _replace(events, name, encode(events.column(name)))
    for name in (TIME, START):
        if name in events.column_names:
            events = _replace(events, name, as_times(events.column(name)))
    events = _replace(events, ROW, events.column(ROW).cast(pa.int64())).combine_chunks()
    if not events.num_rows:
        return events
    row = to_numpy(events.column(ROW))
    case = by_first_row(events.column(CASE).chunk(0), row)
    events = _replace(events, CASE, pa.chunked_array([case]))
    keys = [row, to_numpy(case.indices)]
    if TIME in events.column_names:
        keys.insert(1, to_numpy(events.column(TIME)))
    if in_order(keys):
        return events
    return take_rows(events, stable_order(keys))


def as_times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make UTC microseconds of times in any unit; nanoseconds are cut off."""
    options = pc.CastOptions(target_type=TIMESTAMP, allow_time_truncate=True)
    return column.cast(options=options)


def encode(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text as one dictionary of distinct values with 32-bit codes."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    if column.num_chunks == 0:
        return pa.chunked_array([pa.array([], ENCODED)])
    if column.num_chunks > 1 and not _one_dictionary(column):
        return column.cast(ENCODED).unify_dictionaries()  # makes the values distinct
    chunk = _joined(column).cast(ENCODED)
    distinct = chunk.dictionary.dictionary_encode()
    if len(distinct.dictionary) < len(distinct):  # a dictionary from outside may repeat a value
        chunk = pa.DictionaryArray.from_arrays(
            distinct.indices.take(chunk.indices), distinct.dictionary
        )
    return pa.chunked_array([chunk])


def _one_dictionary(column: pa.ChunkedArray) -> bool:
    """Whether all chunks share one dictionary in memory, which unifying would hash chunk by chunk.

    Files with one dictionary for many record batches come like this.
    """
    homes = {
        (
            len(chunk.dictionary),
            chunk.dictionary.offset,
            *(None if buffer is None else buffer.address for buffer in chunk.dictionary.buffers()),
        )
        for chunk in column.chunks
    }
    return len(homes) == 1


def _joined(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """One array out of chunks that share their dictionary."""
    indices = pa.chunked_array([chunk.indices for chunk in column.chunks])
    return pa.DictionaryArray.from_arrays(
        indices.combine_chunks() if column.num_chunks > 1 else indices.chunk(0),
        column.chunk(0).dictionary,
    )


def by_first_row(case: pa.DictionaryArray, row: NDArray[np.int64]) -> pa.DictionaryArray:
    """Renumber cases by their smallest row; values that no event uses come last."""
    codes = to_numpy(case.indices)
    first = np.full(len(case.dictionary), np.iinfo(np.int64).max)
    if _rises(row):
        first[codes[::-1]] = row[::-1]  # of several assignments to one place the last one stays
    else:
        np.minimum.at(first, codes, row)
    if _rises(first):
        return case
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        from_numpy(rank[codes]), case.dictionary.take(from_numpy(order))
    )


def in_order(keys: list[NDArray[np.int64]]) -> bool:
    """Whether rows stand in the order of `keys`, the last of which weighs most."""
    undecided = np.ones(max(len(keys[0]) - 1, 0), np.bool_)
    for key in reversed(keys):
        if np.any((key[1:] < key[:-1]) & undecided):
            return False
        undecided &= key[1:] == key[:-1]
    return True


def stable_order(keys: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Find the indices that sort by `keys`, the last of which weighs most; ties keep their place.

    Equal to `numpy.lexsort(keys)`, an order of magnitude faster.
    """
    order: NDArray[np.int64] | None = None
    for key in keys:
        values = key if order is None else key[order]
        if not _rises(values):
            step = _argsort(values)
            order = step if order is None else order[step]
    return np.arange(len(keys[0])) if order is None else order


def take_rows(table: pa.Table, order: NDArray[np.int64]) -> pa.Table:
    """Rows by index, column by column; one chunk a column in, one chunk a column out."""
    indices = from_numpy(order)
    with ThreadPoolExecutor(max(1, min(8, pa.cpu_count()))) as pool:  # both gather without the GIL
        columns = pool.map(lambda column: _take(column, order, indices), table.columns)
        return pa.table(dict(zip(table.column_names, columns, strict=True)), schema=table.schema)


def _take(column: pa.ChunkedArray, order: NDArray[np.int64], indices: pa.Array) -> pa.ChunkedArray:
    """Plain numbers by numpy, which gathers faster than Arrow; the rest by Arrow."""
    if column.num_chunks == 1 and column.null_count == 0:
        chunk = column.chunk(0)
        if pa.types.is_dictionary(column.type):
            codes = from_numpy(to_numpy(chunk.indices)[order])
            return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, chunk.dictionary)])
        kind = column.type
        if pa.types.is_timestamp(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return pa.chunked_array([from_numpy(to_numpy(chunk)[order], kind)])
    return pc.take(column, indices)


def _argsort(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Stable argsort: value and position in one 64-bit number if they fit."""
    low, high = int(values.min()), int(values.max())
    places = int(len(values) - 1).bit_length()
    unit = 1
    if (high - low).bit_length() + places > 64:
        unit = common_unit(values, low)
        if ((high - low) // unit).bit_length() + places > 64:
            return np.argsort(values, kind="stable")
    packed = (values - low).astype(np.uint64)
    if unit > 1:
        packed //= np.uint64(unit)
    packed <<= np.uint64(places)
    packed |= np.arange(len(values), dtype=np.uint64)
    packed.sort()
    packed &= np.uint64((1 << places) - 1)
    return packed.view(np.int64)


def common_unit(values: NDArray[np.int64], low: int) -> int:
    """Greatest number that divides every distance from `low`: 1,000,000 for whole seconds in us.

    Euclid's algorithm on a small sample, then one division of all values to see whether it holds;
    what is left over makes the next guess, so a few rounds do.
    """
    distances = (values - low).view(np.uint64)
    unit = int(np.gcd.reduce(distances[:: max(1, len(distances) // 1000)])) or int(distances.max())
    while unit > 1:
        rest = distances // np.uint64(unit)  # numpy divides by one number far faster than it
        rest *= np.uint64(unit)  # takes remainders
        np.subtract(distances, rest, out=rest)
        left_over = rest[rest != 0]
        if not len(left_over):
            return unit
        unit = int(np.gcd(np.uint64(unit), np.gcd.reduce(left_over[:1000])))
    return 1


def _rises(values: NDArray[np.int64]) -> bool:
    return not bool(np.any(values[1:] < values[:-1]))


def _replace(events: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return events.set_column(events.column_names.index(name), name, column)
