"""Encode text once, then sort events by integers: case, time, order of the source, source row.

Sorting is a chain of stable sorts from the weakest key to the strongest. Each packs the value and
the position into one unsigned 64-bit number and sorts those, which numpy does ten times faster
than an indirect sort; a key that is already in order costs one look. Values that leave no room for
the position fall back to numpy's stable argsort, with the same result.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy
from casemine.log.columns import ACTIVITY, CASE, ENCODED, ROW, SEQ, START, TIME, TIMESTAMP

if TYPE_CHECKING:
    from numpy.typing import NDArray


_MOST_WORDS = 1 << 30  # bytes of dictionaries that are joined in one go; Arrow counts in 32 bits
_BLOCK = 1 << 18  # numbers worked on at once: they stay in the processor's cache


def order_events(columns: dict[str, pa.ChunkedArray]) -> pa.Table:
    """Return the table with encoded text, UTC times, and rows in the order of an event log.

    Parameters
    ----------
    columns : dict
        The columns of a table as for `EventLog.ordered`, in any row order. They are taken out, so
        that each makes room as soon as its sorted copy is there.

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
        columns[name] = encode(columns[name])
    for name in (TIME, START):
        if name in columns:
            columns[name] = as_times(columns[name])
    columns[ROW] = columns[ROW].cast(pa.int64())
    for name in (ROW, TIME):
        if name in columns:
            columns[name] = _in_one(columns[name])
    if not len(columns[ROW]):
        return pa.table(columns).combine_chunks()
    row = to_numpy(columns[ROW])
    case = by_first_row(columns[CASE].chunk(0), row)
    columns[CASE] = pa.chunked_array([case])
    keys = [row, to_numpy(case.indices)]
    if TIME in columns:
        keys.insert(1, to_numpy(columns[TIME]))
    if SEQ in columns and _whole_numbers(columns[SEQ]):
        keys.insert(1, to_numpy(_in_one(columns[SEQ]).cast(pa.int64())))
    if in_order(keys):
        return pa.table(columns).combine_chunks()
    order = stable_order(keys)
    del row, case, keys
    return _gather(columns, order)


def _whole_numbers(column: pa.ChunkedArray) -> bool:
    """Whether a column called `seq` orders the events, and is no attribute of that name."""
    return bool(pa.types.is_integer(column.type)) and not column.null_count


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
    column = column.cast(ENCODED)
    if column.num_chunks > 1 and not _one_dictionary(column):
        return _in_one(column)  # makes the values distinct
    chunk = _joined(column)
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
    """Rows by index, column by column; one chunk a column comes out."""
    columns = dict(zip(table.column_names, table.columns, strict=True))
    return pa.Table.from_arrays(_gather(columns, order).columns, schema=table.schema)


def _gather(columns: dict[str, pa.ChunkedArray], order: NDArray[np.int64]) -> pa.Table:
    """Sort the columns; those that are done make room for the rest."""
    names = list(columns)
    workers = max(1, min(8, pa.cpu_count()))
    benches: SimpleQueue[NDArray[np.int64]] = SimpleQueue()
    for _ in range(workers):
        benches.put(np.empty(len(columns[names[0]]), np.int64))

    def gather(name: str) -> pa.ChunkedArray:
        bench = benches.get()
        try:
            return _take(columns.pop(name), order, bench)
        finally:
            benches.put(bench)

    with ThreadPoolExecutor(workers) as pool:  # numpy and Arrow gather without the interpreter
        return pa.table(dict(zip(names, pool.map(gather, names), strict=True)))


def _take(
    column: pa.ChunkedArray, order: NDArray[np.int64], bench: NDArray[np.int64]
) -> pa.ChunkedArray:
    """Plain numbers by numpy, which gathers faster than Arrow; the rest by Arrow."""
    plain = _numbers(column, bench)
    if plain is None:
        return pc.take(_in_one(column), from_numpy(order))
    numbers, dictionary = plain
    if dictionary is None:
        return pa.chunked_array([from_numpy(numbers[order], column.type)])
    codes = from_numpy(numbers[order])
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, dictionary)])


def _in_one(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Join the chunks and their dictionaries."""
    if column.num_chunks == 1:
        return column
    plain = _numbers(column, None)
    if plain is None:
        return pa.table({"": column}).combine_chunks().column(0)
    numbers, dictionary = plain
    if dictionary is None:
        return pa.chunked_array([from_numpy(numbers, column.type)])
    return pa.chunked_array([pa.DictionaryArray.from_arrays(from_numpy(numbers), dictionary)])


def _numbers(
    column: pa.ChunkedArray, bench: NDArray[np.int64] | None
) -> tuple[NDArray[Any], pa.Array | None] | None:
    """Numbers or codes of all chunks, and the dictionary; None unless they are plain.

    They stand in `bench` if they had to be joined: fresh memory costs more than the copying.
    """
    kind = column.type
    encoded = kind == ENCODED
    plain = (
        encoded
        or pa.types.is_timestamp(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
    )
    if not plain or column.null_count or not column.num_chunks:
        return None
    chunks = column.chunks
    parts = [to_numpy(chunk.indices if encoded else chunk) for chunk in chunks]
    if len(chunks) == 1:
        return parts[0], chunks[0].dictionary if encoded else None
    out = np.empty(len(column), np.int64) if bench is None else bench
    out = out.view(parts[0].dtype)[: len(column)]
    if not encoded or _one_dictionary(column):
        np.concatenate(parts, out=out)
        return out, chunks[0].dictionary if encoded else None
    dictionaries = [chunk.dictionary for chunk in chunks]
    if sum(each.nbytes for each in dictionaries) > _MOST_WORDS:
        return None
    joined = pa.concat_arrays(dictionaries).dictionary_encode()
    if joined.null_count:
        return None
    places, at, word = to_numpy(joined.indices), 0, 0
    for part, dictionary in zip(parts, dictionaries, strict=True):
        codes = places[word : word + len(dictionary)]
        np.take(codes, part, out=out[at : at + len(part)], mode="clip")  # "raise" would copy
        at += len(part)
        word += len(dictionary)
    return out, joined.dictionary


def _argsort(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Stable argsort: value and position in one 64-bit number if they fit."""
    low, high = int(values.min()), int(values.max())
    places = int(len(values) - 1).bit_length()
    unit = 1
    if (high - low).bit_length() + places > 64:
        unit = common_unit(values, low)
        if ((high - low) // unit).bit_length() + places > 64:
            return np.argsort(values, kind="stable")
    packed = (values - low).astype(np.int64, copy=False).view(np.uint64)
    if unit > 1:
        packed //= np.uint64(unit)
    packed <<= np.uint64(places)
    for start in range(0, len(packed), _BLOCK):
        part = packed[start : start + _BLOCK]
        part |= np.arange(start, start + len(part), dtype=np.uint64)
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
