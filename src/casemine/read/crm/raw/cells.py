"""Columns of a table by the specs of a preset: names, templates, the first that has a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.read.columns.names import plain
from casemine.read.crm.language.filters import filter_of
from casemine.read.crm.language.templates import columns_in, fixed_in, references
from casemine.read.crm.raw.rawrows import RawRows, stays_text
from casemine.read.tables.cells import as_text, text_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import Spec

_NUMBERED = re.compile(r"\.\d+$")


class Header:
    """Finds columns by name: as it is, else without regard to case, blanks, `_` and other signs."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._exact = set(columns)
        self._columns = columns
        # Closer forms come last and win: `CASENUMBER` is `CaseNumber` where nothing is closer.
        self._plain = {_squeezed(column): column for column in reversed(columns)}
        self._plain |= {plain(column): column for column in reversed(columns)}

    def of(self, spec: Spec) -> list[str]:
        """List the columns that a specification mentions and the table has."""
        mentioned = [name for each in spec for name in columns_in(each) or [each]]
        return [found for name in mentioned if (found := self.find(name)) is not None]

    def find(self, name: str) -> str | None:
        """Find the column of a name."""
        if name in self._exact:
            return name
        return self._plain.get(plain(name)) or self._plain.get(_squeezed(name))

    def fitting(self, pattern: str) -> list[str]:
        """List all columns whose names a regular expression fits."""
        return [each for each in self._columns if re.search(pattern, each)]

    def repeated(self, name: str) -> list[str]:
        """List all columns that came under one name; the reader of tables has numbered them."""
        base = plain(name)
        return [each for each in self._columns if plain(_NUMBERED.sub("", each)) == base]


class CellColumns:
    """Collects columns, chunk by chunk; one row for each row of the table.

    Parameters
    ----------
    columns : mapping
        Name of a column -> its spec.
    header : Header
        Of the table.
    """

    def __init__(self, columns: Mapping[str, Spec], header: Header) -> None:
        self.columns = columns
        self.needed = frozenset(name for spec in columns.values() for name in header.of(spec))
        self._header = header
        self._chunks: dict[str, list[pa.Array]] = {name: [] for name in columns}

    def add(self, cells: pa.Table, records: NDArray[np.int64]) -> None:
        """Append the rows of a chunk of the table; it may have none of the columns."""
        for name, spec in self.columns.items():
            column = _cells(cells, self._header, spec, len(records), raw=stays_text(name))
            self._chunks[name] += column.chunks

    def times(self) -> pa.ChunkedArray | None:
        """Get the column of times, if there is one."""
        return _chunked(self._chunks["time"]) if self._chunks.get("time") else None

    def rows(self, records: NDArray[np.int64]) -> RawRows:
        """Hand over the rows of these records, the first that were appended."""
        return RawRows(
            {
                name: _chunked(arrays or _nothing(0, raw=stays_text(name)).chunks).slice(
                    0, len(records)
                )
                for name, arrays in self._chunks.items()
            },
            records,
        )


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _nothing(rows: int, *, raw: bool) -> pa.ChunkedArray:
    """Make a column without any value."""
    nothing = pa.nulls(rows, pa.string())
    return pa.chunked_array([nothing if raw else nothing.dictionary_encode()])


def _cells(cells: pa.Table, names: Header, spec: Spec, rows: int, *, raw: bool) -> pa.ChunkedArray:
    """Cells of the first column that has a value, row by row."""
    found: pa.ChunkedArray | None = None
    for each in spec:
        if references(each):
            column = _filled(cells, names, each, rows)
        elif (name := names.find(each)) is not None:
            column = cells.column(name)
        else:
            continue
        if not raw:
            column = _encoded(column)
        if len(spec) == 1:
            return column
        column = as_text(column) if raw else column
        found = column if found is None else _first_of(found, column)
    return _nothing(rows, raw=raw) if found is None else found


def _first_of(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    plain_first, plain_second = (each.cast(pa.string()) for each in (first, second))
    both = pc.coalesce(plain_first, plain_second)
    return both.dictionary_encode() if pa.types.is_dictionary(first.type) else both


def _filled(cells: pa.Table, names: Header, template: str, rows: int) -> pa.ChunkedArray:
    """Fill a template; what is missing is left out."""
    first, *fixed = fixed_in(template)
    parts = [pa.scalar(first)]
    for mentioned, reference, behind in zip(
        columns_in(template), references(template), fixed, strict=True
    ):
        name = names.find(mentioned)
        values = as_text(cells.column(name)).cast(pa.string()) if name else None
        change = filter_of(reference, place=f"the column {show(template)}", source="")
        if values is not None and change is not None:
            values = _changed(values, change)
        parts.append(values.combine_chunks() if values else pa.nulls(rows, pa.string()))
        parts.append(pa.scalar(behind))
    joined = pc.binary_join_element_wise(*parts, "", null_handling="skip")
    trimmed = pc.utf8_trim_whitespace(joined)
    return pa.chunked_array([pc.if_else(pc.equal(trimmed, ""), None, trimmed)])


def _changed(column: pa.ChunkedArray, change: Callable[[str], str]) -> pa.ChunkedArray:
    """Change texts, each distinct one once."""
    coded = column.combine_chunks().dictionary_encode()
    words = pa.array([change(word) for word in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([words.take(coded.indices)])


def _encoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not text_type(column.type):
        column = as_text(column)
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _chunked(arrays: list[pa.Array]) -> pa.ChunkedArray:
    kinds = {array.type for array in arrays}
    if len(kinds) > 1:
        arrays = [array.cast(pa.string()) for array in arrays]
    return pa.chunked_array(arrays)
