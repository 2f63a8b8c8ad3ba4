"""Rows of a table by the columns that a preset names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.model.intake import Note
from casemine.read.columns.names import plain
from casemine.read.crm.language.filters import filter_of
from casemine.read.crm.language.preset import Take
from casemine.read.crm.language.templates import columns_in, fixed_in, references
from casemine.read.crm.raw.cellwalk import CellWalk, holds_json
from casemine.read.crm.raw.footer import rows_before_footer
from casemine.read.crm.raw.rawrows import RawFile, RawRows, stays_text
from casemine.read.tables.cells import as_text, text_type, without_markers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import FilePart, Spec
    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import RawTable

_NUMBERED = re.compile(r"\.\d+$")


def read_tabular(table: RawTable, part: FilePart, options: ReadOptions) -> RawFile:
    """Read the columns of a table that a preset asks for.

    Parameters
    ----------
    table : RawTable
        An open table whose header the preset fits.
    part : FilePart
        The kind of file.

    Returns
    -------
    RawFile
        Columns as text, dictionary-encoded but for times, which keep the type that the file gives.
    """
    names = _Header(table.columns)
    takes = part.takes or (Take(each={}, columns={}),)
    wanted: list[dict[str, Spec]] = [dict(take.columns) for take in takes]
    wanted[0].update(_wanted_by_engine(part, names))
    walks = {
        place: CellWalk(wanted[place], take.each, names.find)
        for place, take in enumerate(takes)
        if holds_json(take)
    }
    ticket = {
        **part.ticket,
        **{f"attribute:{name}": spec for name, spec in part.attributes.items()},
    }
    lookups = [
        {
            **{f"key {place}": spec for place, spec in enumerate(each.key)},
            "name": each.name,
            "type": each.type,
        }
        for each in part.lookups
    ]
    flat = [{} if place in walks else columns for place, columns in enumerate(wanted)]
    groups = [*flat, ticket, *lookups]
    needed = {name for group in groups for spec in group.values() for name in names.of(spec)}
    needed |= {name for walk in walks.values() for name in walk.needed}
    gathered: list[dict[str, list[pa.Array]]] = [{key: [] for key in group} for group in groups]
    records: list[NDArray[np.int64]] = []
    bad: list[tuple[int, str, str]] = []
    count = 0
    for chunk in table.chunks(needed):
        count += chunk.count
        bad += [(each.record, each.value, each.reason) for each in chunk.bad]
        cells = without_markers(chunk.cells, (*options.missing, *part.missing))
        records.append(chunk.records)
        for walk in walks.values():
            walk.add(cells, chunk.records)
        for group, columns in zip(groups, gathered, strict=True):
            for key, spec in group.items():
                raw = stays_text(key)
                columns[key] += _cells(cells, names, spec, raw=raw).chunks
    rows = np.concatenate(records) if records else np.empty(0, np.int64)
    tables = [
        {key: _chunked(arrays) for key, arrays in columns.items() if arrays} for columns in gathered
    ]
    notes = list(table.notes())
    if unparsed := sum(walk.unparsed for walk in walks.values()):
        text = f"{unparsed:,} cells should hold JSON and do not; nothing could be taken from them"
        notes.append(Note("json-in-text", text, unparsed))
    if part.footer:
        kept, bad, said = rows_before_footer(rows, tables[0].get("time"), bad)
        rows = rows[:kept]
        tables = [{key: each.slice(0, kept) for key, each in columns.items()} for columns in tables]
        notes += said
    made = [RawRows(columns, rows) for columns in tables]
    return RawFile(
        part=part,
        place=table,
        records=count,
        takes=tuple(
            (take, walks[place].rows() if place in walks else made[place])
            for place, take in enumerate(takes)
        ),
        ticket=made[len(takes)] if ticket else None,
        lookups=tuple(zip(part.lookups, made[len(takes) + 1 :], strict=True)),
        bad=tuple(bad),
        notes=tuple(notes),
    )


def _wanted_by_engine(part: FilePart, names: _Header) -> dict[str, Spec]:
    """Columns that snapshots and milestones look at."""
    wanted: dict[str, Spec] = {f"track:{column}": (column,) for column in part.track}
    for number, milestone in enumerate(part.milestones):
        if milestone.cells is not None:
            for place, column in enumerate(names.repeated(milestone.cells)):
                wanted[f"cells {number}:{place}"] = (column,)
        elif milestone.columns is not None:
            for column in names.fitting(milestone.columns):
                wanted[f"milestone {number}:{column}"] = (column,)
        else:
            wanted[f"milestone {number}"] = milestone.time
        asked = {*milestone.when, *milestone.unless}
        for template in milestone.outputs.values():
            asked.update(columns_in(template))
        for name in asked:
            if names.of((name,)):
                wanted.setdefault(name, (name,))
    return wanted


class _Header:
    """Finds columns by name: as it is, else without regard to case, blanks and `_`."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._exact = set(columns)
        self._columns = columns
        self._plain = {plain(column): column for column in reversed(columns)}

    def of(self, spec: Spec) -> list[str]:
        """Columns that a specification mentions and the table has."""
        mentioned = [name for each in spec for name in columns_in(each) or [each]]
        return [found for name in mentioned if (found := self.find(name)) is not None]

    def find(self, name: str) -> str | None:
        """Find the column of a name."""
        return name if name in self._exact else self._plain.get(plain(name))

    def fitting(self, pattern: str) -> list[str]:
        """All columns whose names a regular expression fits."""
        return [each for each in self._columns if re.search(pattern, each)]

    def repeated(self, name: str) -> list[str]:
        """All columns that came under one name; the reader of tables has numbered them."""
        base = plain(name)
        return [each for each in self._columns if plain(_NUMBERED.sub("", each)) == base]


def _cells(cells: pa.Table, names: _Header, spec: Spec, *, raw: bool) -> pa.ChunkedArray:
    """Cells of the first column that has a value, row by row."""
    found: pa.ChunkedArray | None = None
    for each in spec:
        if references(each):
            column = _filled(cells, names, each)
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
    if found is None:
        nothing = pa.nulls(cells.num_rows, pa.string())
        return pa.chunked_array([nothing if raw else nothing.dictionary_encode()])
    return found


def _first_of(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    plain_first, plain_second = (each.cast(pa.string()) for each in (first, second))
    both = pc.coalesce(plain_first, plain_second)
    return both.dictionary_encode() if pa.types.is_dictionary(first.type) else both


def _filled(cells: pa.Table, names: _Header, template: str) -> pa.ChunkedArray:
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
        parts.append(values.combine_chunks() if values else pa.nulls(cells.num_rows, pa.string()))
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
