"""Rows of a table by the columns that a preset names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.arrays import from_numpy
from casemine.model.intake import Note
from casemine.read.crm.language.preset import Take
from casemine.read.crm.raw.cells import CellColumns, Header
from casemine.read.crm.raw.cellwalk import CellWalk, holds_json
from casemine.read.crm.raw.footer import rows_before_footer
from casemine.read.crm.raw.rawrows import RawFile, RawRows
from casemine.read.tables.cells import blank_rows, without_markers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import FilePart, LookupSpec, Spec
    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import RawTable


def read_tabular(table: RawTable, part: FilePart, options: ReadOptions) -> RawFile:
    """Read the columns of a table that a preset asks for.

    Parameters
    ----------
    table : RawTable
        An open table whose header the preset fits.
    part : FilePart
        The kind of file.
    options : ReadOptions
        `missing`: words that mean no value, beside those of the preset.

    Returns
    -------
    RawFile
        Columns as text, dictionary-encoded but for times, which keep the type that the file gives.
        A take also has the columns that engines look at: `track:<column>`, `milestone 0`, ...
        (times) and `cells 0:0`, ... with a number for each column that came under that name.

    Raises
    ------
    InputError
        The table cannot be read, or a template of the preset uses a filter that there is not.

    Notes
    -----
    One pass over the table. Cells that hold JSON are gone through row by row, all others by Arrow.
    """
    header = Header(table.columns)
    part = _as_headed(part, header)
    takes = part.takes or (Take(each={}, columns={}),)
    own = [dict(take.columns) for take in takes]
    own[0].update(_wanted_by_engine(part, header))
    of_takes = [
        CellWalk(columns, take.each, header.find)
        if holds_json(take)
        else CellColumns(columns, header)
        for take, columns in zip(takes, own, strict=True)
    ]
    of_ticket = CellColumns(_ticket_columns(part), header)
    of_lookups = [CellColumns(_lookup_columns(spec), header) for spec in part.lookups]
    everything = [*of_takes, of_ticket, *of_lookups]
    records: list[NDArray[np.int64]] = []
    bad: list[tuple[int, str, str]] = []
    count = blank = 0
    for chunk in table.chunks({name for each in everything for name in each.needed}):
        count += chunk.count
        bad += [(each.record, each.value, each.reason) for each in chunk.bad]
        cells = without_markers(chunk.cells, (*options.missing, *part.missing))
        cells, there = _without_blank_rows(cells, chunk.records)
        blank += len(chunk.records) - len(there)
        records.append(there)
        for each in everything:
            each.add(cells, there)
    rows = np.concatenate(records) if records else np.empty(0, np.int64)
    notes = [*table.notes(), *_unparsed(of_takes)]
    if blank:
        rows_have = "1 row has" if blank == 1 else f"{blank:,} rows have"
        text = f"{rows_have} nothing in any column that is read: blank, and passed over"
        notes.append(Note("blank-rows", text, blank))
    if part.footer:
        times = of_takes[0].times() if isinstance(of_takes[0], CellColumns) else None
        kept, bad, said = rows_before_footer(rows, times, bad)
        rows = rows[:kept]
        notes += said
    return RawFile(
        part=part,
        place=table,
        records=count,
        takes=tuple(zip(takes, (_rows(each, rows) for each in of_takes), strict=True)),
        ticket=of_ticket.rows(rows) if of_ticket.columns else None,
        lookups=tuple(zip(part.lookups, (each.rows(rows) for each in of_lookups), strict=True)),
        bad=tuple(bad),
        notes=tuple(notes),
    )


def _without_blank_rows(
    cells: pa.Table, records: NDArray[np.int64]
) -> tuple[pa.Table, NDArray[np.int64]]:
    """Leave out what spreadsheets leave below a table; `records` are the rows' numbers."""
    if not cells.num_columns:
        return cells, records
    blank = blank_rows(cells, np.ones(len(records), np.bool_))
    if not blank.any():
        return cells, records
    return cells.filter(from_numpy(~blank)), records[~blank]


def _as_headed(part: FilePart, header: Header) -> FilePart:
    """Name times as this file does first, so that messages speak of columns that are there."""

    def there(spec: Spec) -> Spec:
        return tuple(sorted(spec, key=lambda name: "{" not in name and header.find(name) is None))

    def named(columns: Mapping[str, Spec], name: str) -> Mapping[str, Spec]:
        return {**columns, name: there(columns[name])} if name in columns else columns

    return replace(
        part,
        ticket=named(part.ticket, "created"),
        takes=tuple(replace(take, columns=named(take.columns, "time")) for take in part.takes),
        milestones=tuple(replace(each, time=there(each.time)) for each in part.milestones),
    )


def _rows(collected: CellWalk | CellColumns, records: NDArray[np.int64]) -> RawRows:
    """Hand over the rows of a take; those out of JSON know their records themselves."""
    return collected.rows() if isinstance(collected, CellWalk) else collected.rows(records)


def _unparsed(takes: list[CellWalk | CellColumns]) -> list[Note]:
    count = sum(each.unparsed for each in takes if isinstance(each, CellWalk))
    if not count:
        return []
    text = f"{count:,} cells should hold JSON and do not; nothing could be taken from them"
    return [Note("json-in-text", text, count)]


def _ticket_columns(part: FilePart) -> dict[str, Spec]:
    """List the columns of tickets, and attributes under a name that cannot be one of those."""
    return {
        **part.ticket,
        **{f"attribute:{name}": spec for name, spec in part.attributes.items()},
    }


def _lookup_columns(spec: LookupSpec) -> dict[str, Spec]:
    keys = {f"key {place}": key for place, key in enumerate(spec.key)}
    return {**keys, "name": spec.name, "type": spec.type}


def _wanted_by_engine(part: FilePart, header: Header) -> dict[str, Spec]:
    """List the columns that snapshots and milestones look at."""
    wanted: dict[str, Spec] = {f"track:{column}": (column,) for column in part.track}
    for number, milestone in enumerate(part.milestones):
        if milestone.cells is not None:
            for place, column in enumerate(header.repeated(milestone.cells)):
                wanted[f"cells {number}:{place}"] = (column,)
        elif milestone.columns is not None:
            for column in header.fitting(milestone.columns):
                wanted[f"milestone {number}:{column}"] = (column,)
        else:
            wanted[f"milestone {number}"] = milestone.time
        for name in milestone.mentioned():
            if header.find(name) is not None:
                wanted.setdefault(name, (name,))
    return wanted
