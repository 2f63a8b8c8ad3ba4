"""Event logs in the dialects of process-mining tools: columns with known roles, nothing derived."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import UsageError, show
from casemine.log.arrays import from_numpy, to_numpy
from casemine.log.columns import CASE, ROW, SEQ, TIME
from casemine.log.eventlog import EventLog, single
from casemine.model.intake import Note
from casemine.read.columns.names import plain
from casemine.read.crm.coded.instants import Instants
from casemine.read.crm.coded.twice import first_passes, settle_twice, twice_notes
from casemine.read.crm.raw.tabular import read_tabular
from casemine.read.importer import importer_for
from casemine.read.table import read_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.crm.language.preset import FilePart, Preset
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import RawTable

ROLES = ("case", "activity", "time", "start", "resource", "group")


def read_plain(
    files: Sequence[tuple[Member, FilePart]], preset: Preset, options: ReadOptions
) -> EventLog:
    """Read a log whose columns a preset knows, with the attributes of its cases beside it.

    Raises
    ------
    UsageError
        Activities are to come from elsewhere, which such a log does not have.
    InputError, AmbiguousError
        As for any table.
    """
    if options.activity_from is not None:
        raise UsageError(
            f"--activity-from is for exports of changes; {preset.title} gives activities as such",
            mend="--from csv with --activity takes another column",
            code="no-preset",
        )
    events = [(member, part) for member, part in files if part.form == "events"]
    part = events[0][1]
    tables = [_table(member, options) for member, _ in events]
    columns = tables[0].columns
    log = read_tables(tables, as_said(part, columns, options))
    sorting = part.roles.get("seq")
    if sorting is not None and (column := _column(columns, sorting)) is not None:
        log = _sorted_by(log, column)
    time = _column(columns, part.roles.get("time", ""))
    if options.tz is not None and time is not None:
        log = _settled(log, time, options.tz)
    attributes = [_attributes(member, each, options) for member, each in files if each.attributes]
    system = Note("system", f"exported from {preset.title} ({preset.system})")
    notes = tuple(note for note in log.intake.notes if note.code != "columns-guessed")
    intake = replace(log.intake, notes=(system, *notes))
    table = attributes[0] if attributes else log.case_table
    return EventLog(log.events, log.source, intake, table)


def as_said(part: FilePart, columns: Sequence[str], options: ReadOptions) -> ReadOptions:
    """Options that name the columns of such a log as the preset does."""
    roles: dict[str, Any] = {
        role: column
        for role, name in part.roles.items()
        if role in ROLES and (column := _column(columns, name)) is not None
    }
    return replace(
        options,
        **roles,
        tz="UTC" if part.zone == "UTC" else options.tz,
        time_format=options.time_format or part.time_format,
        missing=(*options.missing, *part.missing),
    )


def needs_all(part: FilePart, columns: Sequence[str]) -> bool:
    """Whether such a log is ordered by a column of its own, which takes all of it at once."""
    sorting = part.roles.get("seq")
    return sorting is not None and _column(columns, sorting) is not None


def _table(member: Member, options: ReadOptions) -> RawTable:
    return cast("RawTable", importer_for(member, options).read(member, options))


def _column(columns: Sequence[str], name: str) -> str | None:
    """Find a column of a name, as it is or without regard to case, blanks and `_`."""
    if name in columns:
        return name
    return next((column for column in columns if plain(column) == plain(name)), None)


def _sorted_by(log: EventLog, column: str) -> EventLog:
    """Order ties by a column of whole numbers, which becomes `seq`; others are left alone."""
    if column not in log.events.column_names:
        return log
    try:
        numbers = log.events.column(column).cast(pa.string()).cast(pa.int64())
    except pa.ArrowInvalid:
        return log
    if numbers.null_count:
        return log
    place = log.events.column_names.index(column)
    events = log.events.set_column(place, SEQ, numbers)
    return EventLog.ordered(events, source=log.source, intake=log.intake, case_table=log.case_table)


def _settled(log: EventLog, column: str, zone: str) -> EventLog:
    """Choose the pass of the clock for times that exist twice, by the order within each case."""
    said = f"in column {show(column)} exist"
    told = [n for n in log.intake.notes if n.code == "time-twice" and said in n.text]
    if not told:
        return log
    events = log.events
    sources = to_numpy(events.column(SEQ if SEQ in events.column_names else ROW))
    order = np.argsort(sources, kind="stable")
    case = to_numpy(single(events.column(CASE)).indices)[order]
    times = to_numpy(events.column(TIME))[order]
    found = Instants(times, twice=first_passes(times, zone))
    found, settled, left = settle_twice(found, case, zone=zone, newest_first=False)
    values = np.empty_like(times)
    values[order] = found.values
    place = events.column_names.index(TIME)
    events = events.set_column(place, TIME, from_numpy(values, events.schema.field(TIME).type))
    notes = [note for note in log.intake.notes if note not in told]
    notes += twice_notes(column, zone, settled=settled, left=left)
    intake = replace(log.intake, notes=tuple(notes))
    return EventLog.ordered(events, source=log.source, intake=intake, case_table=log.case_table)


def _attributes(member: Member, part: FilePart, options: ReadOptions) -> pa.Table:
    """Attributes of cases, one row each; of several rows of a case the first counts."""
    raw = read_tabular(_table(member, options), part, options)
    assert raw.ticket is not None
    columns = {
        name.removeprefix("attribute:"): column.cast(pa.string())
        for name, column in raw.ticket.columns.items()
        if name.startswith("attribute:")
    }
    table = pa.table({CASE: raw.ticket.columns["key"].cast(pa.string()), **columns})
    ids = table.column(CASE).combine_chunks()
    first = pc.equal(pc.index_in(ids, value_set=ids), pa.array(range(len(ids)), pa.int32()))
    return table.filter(pc.and_(first, ids.is_valid()))
