"""Columns of any Arrow type brought to the types that the rest of casemine knows."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import texts, to_numpy, valid, with_gaps


def plain_cells(cells: pa.Table) -> pa.Table:
    """Bring columns to types that the rest knows: text, numbers, booleans, timestamps.

    Bytes become text, NaN and empty text null, nested values JSON text.
    """
    for place, field in enumerate(cells.schema):
        column = _plain(cells.column(place))
        if column is not cells.column(place):
            cells = cells.set_column(place, field.name, column)
    return cells


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type):
            return _empty_as_null(column.cast(pa.dictionary(pa.int32(), pa.string())))
        return _plain(column.cast(kind.value_type))
    if (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    ):
        try:
            return _empty_as_null(column.cast(pa.binary()).cast(pa.string()))
        except pa.ArrowException:  # bytes that are no text: shown as hexadecimal digits
            return _hexadecimal(column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _empty_as_null(column.cast(pa.string()))
    if pa.types.is_nested(kind):
        return pa.chunked_array([_as_json(chunk) for chunk in column.chunks], pa.string())
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(column), pa.nulls(1, kind)[0], column)
    return column


def _empty_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return pa.chunked_array([_no_empty(chunk) for chunk in column.chunks], column.type)
    empty = pc.equal(column, texts([""])[0].cast(column.type))
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.nulls(1, column.type)[0], column)


def _no_empty(cells: pa.DictionaryArray) -> pa.DictionaryArray:
    empty = np.flatnonzero(to_numpy(pc.binary_length(cells.dictionary)) == 0)
    if not len(empty):
        return cells
    codes = to_numpy(cells.indices)
    present = valid(cells) & ~np.isin(codes, empty)
    return pa.DictionaryArray.from_arrays(with_gaps(codes, present), cells.dictionary)


def _hexadecimal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = [None if value is None else value.hex() for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _as_json(cells: pa.Array) -> pa.Array:
    texts = (
        None if v is None else json.dumps(v, default=str, ensure_ascii=False)
        for v in cells.to_pylist()
    )
    return pa.array(list(texts), pa.string())
