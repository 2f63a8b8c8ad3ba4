"""Columns as text, many rows at once: what the CSV and the XES writers share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy, valid, with_gaps
from casemine.log.columns import TIMESTAMP

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DAY, _SECOND = 86_400_000_000, 1_000_000  # microseconds


def as_text(column: pa.Array) -> pa.Array:
    """Turn any column into text: times as ISO 8601, numbers as short as they can be told apart.

    Returns
    -------
    pyarrow.Array
        Text, or a dictionary of text if the column is one; nulls stay null.

    Examples
    --------
    >>> as_text(pa.array([True, None])).to_pylist(), as_text(pa.array([0.1])).to_pylist()
    (['true', None], ['0.1'])
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        values = as_text(column.dictionary)
        return pa.DictionaryArray.from_arrays(column.indices, values)
    if pa.types.is_timestamp(kind):
        return iso_times(column)
    if pa.types.is_nested(kind):
        made = [None if value is None else json.dumps(value) for value in column.to_pylist()]
        return pa.array(made, pa.string())
    return column.cast(pa.string())


def fraction_digits(column: pa.ChunkedArray) -> int:
    """Tell how many digits of a second a column of times needs: 0, 3 or 6."""
    micros = to_numpy(column.drop_null().cast(TIMESTAMP))
    if not np.any(micros % _SECOND):
        return 0
    return 6 if np.any(micros % 1000) else 3


def iso_times(column: pa.Array, digits: int = 6) -> pa.Array:
    """Write UTC times as `2026-05-31T09:30:00.000+00:00`, with so many digits of a second.

    Examples
    --------
    >>> iso_times(pa.array([0, None]).cast(pa.timestamp("us", "UTC")), 3).to_pylist()
    ['1970-01-01T00:00:00.000+00:00', None]
    """
    present = valid(column)
    micros = np.where(present, to_numpy(column.cast(TIMESTAMP)), 0)
    days = micros // _DAY
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    seconds, micros = np.divmod(micros - days * _DAY, _SECOND)
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    parts: list[str | tuple[NDArray[np.int64], int]] = [
        (year, 4), "-",
        (months.astype(np.int64) % 12 + 1, 2), "-",
        ((dates - months.astype("datetime64[D]")).astype(np.int64) + 1, 2), "T",
        (seconds // 3600, 2), ":",
        (seconds // 60 % 60, 2), ":",
        (seconds % 60, 2),
    ]  # fmt: skip
    if digits:
        parts += [".", (micros // 10 ** (6 - digits), digits)]
    parts.append("+00:00")
    return _in_columns(parts, present)


def _in_columns(
    parts: list[str | tuple[NDArray[np.int64], int]], present: NDArray[np.bool_]
) -> pa.Array:
    """Lay fixed texts and zero-padded numbers side by side, one row of bytes per value."""
    widths = [len(part) if isinstance(part, str) else part[1] for part in parts]
    rows = np.empty((len(present), sum(widths)), np.uint8)
    at = 0
    for part, width in zip(parts, widths, strict=True):
        if isinstance(part, str):
            rows[:, at : at + width] = np.frombuffer(part.encode("ascii"), np.uint8)
        else:
            rest = part[0]
            for place in range(at + width - 1, at - 1, -1):
                rest, digit = np.divmod(rest, 10)
                rows[:, place] = digit + ord("0")
        at += width
    offsets = np.arange(len(present) + 1, dtype=np.int64) * rows.shape[1]
    written = pa.LargeStringArray.from_buffers(
        len(present), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows))
    ).cast(pa.string())
    if present.all():
        return written
    gaps = with_gaps(np.arange(len(present)), present)
    return written.take(gaps)


def glue(*parts: pa.Array | str) -> pa.Array:
    """Concatenate row by row; a null anywhere makes null.

    Examples
    --------
    >>> glue("<", pa.array(["a", None]), ">").to_pylist()
    ['<a>', None]
    """
    # Arrow would make scalars of plain strings through pandas.
    arrays = [texts([part])[0] if isinstance(part, str) else part for part in (*parts, "")]
    return pc.binary_join_element_wise(*arrays)


def filled(column: pa.Array) -> pa.Array:
    """Put the empty text in place of nulls."""
    return pc.coalesce(column, texts([""])[0])


def joined(parts: list[pa.Array | str]) -> bytes | memoryview:
    """Concatenate row by row, then all rows: the bytes of the one text that comes out."""
    lines = glue(*parts)
    if not len(lines):
        return b""
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(data)[int(ends[0]) : int(ends[-1])] if data is not None else b""


def spread(distinct: pa.Array, codes: NDArray[np.int64]) -> pa.Array:
    """Give each row the text of its code; -1 is the empty text."""
    more = pa.concat_arrays([distinct.cast(pa.string()), texts([""])])
    return more.take(from_numpy(np.where(codes < 0, len(distinct), codes)))


def codes_of(column: pa.Array) -> NDArray[np.int64]:
    """Codes of a dictionary column, -1 for null."""
    return np.where(valid(column.indices), to_numpy(column.indices), -1).astype(np.int64)
