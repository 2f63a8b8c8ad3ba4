"""Columns of any Arrow type brought to the types that the rest of casemine knows."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc


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
        return pc.if_else(pc.is_nan(column), None, column)
    return column


def _empty_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return pa.chunked_array([_no_empty(chunk) for chunk in column.chunks], column.type)
    empty = pc.equal(column, "")
    return pc.if_else(empty, None, column) if pc.any(empty).as_py() else column


def _no_empty(cells: pa.DictionaryArray) -> pa.DictionaryArray:
    at = pc.index(cells.dictionary, "").as_py()
    if at < 0:
        return cells
    indices = pc.if_else(pc.equal(cells.indices, at), None, cells.indices)
    return pa.DictionaryArray.from_arrays(indices, cells.dictionary)


def _hexadecimal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = [None if value is None else value.hex() for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _as_json(cells: pa.Array) -> pa.Array:
    texts = (
        None if v is None else json.dumps(v, default=str, ensure_ascii=False)
        for v in cells.to_pylist()
    )
    return pa.array(list(texts), pa.string())
