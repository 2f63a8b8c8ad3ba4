"""Files to event logs: `read_log` for logs in memory, `stream_events` for larger ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from casemine.errors import InputError, Place, UsageError, show
from casemine.log.eventlog import EventLog
from casemine.read.detect import detect
from casemine.read.importer import importer_for
from casemine.read.joining import joined_logs, refuse_bundle
from casemine.read.options import ReadOptions
from casemine.read.quarantine import lists_apart
from casemine.read.source import contents_of, members_of
from casemine.read.table import EventStream, read_tables
from casemine.read.tables.frames import FrameTable, is_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from casemine.read.choosing import Detected
    from casemine.read.crm.language.preset import Preset
    from casemine.read.member import Member
    from casemine.read.tables.rawtable import RawTable

    Named = str | Path | Sequence[str | Path]


def read_log(
    source: Named | pd.DataFrame, options: ReadOptions | None = None, **fields: Any
) -> EventLog:
    """Read whatever file a CRM or service desk gave, or a DataFrame, as an event log.

    Parameters
    ----------
    source : path, `-`, several paths, or pandas.DataFrame
        Delimited text, JSON, XLSX, Parquet or XES, packed or not, known by its contents, or a
        folder of such; `-` is standard input; several files make one log. A DataFrame is not
        changed, and its index is ignored.
    options : ReadOptions, optional
        What is to be done otherwise than the data suggest.
    **fields
        Fields of `ReadOptions`, for short: `read_log(path, case="number", tz="Europe/Berlin")`.

    Returns
    -------
    EventLog
        Sorted by case, time and row; `intake` accounts for every row and says what was assumed.

    Raises
    ------
    InputError
        The source cannot be read, or a row of it cannot be used (unless `on_error="skip"`).
    AmbiguousError
        The data allow more than one reading: of columns, or of the order of day and month.
    UsageError
        An option names something that is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({
    ...     "ticket": [7, 7, 8], "status": ["New", "Closed", "New"],
    ...     "changed": ["2026-05-31T09:00Z", "2026-05-31T10:30Z", "2026-06-01T08:00Z"],
    ... })
    >>> log = read_log(frame, case="ticket", activity="status", time="changed")
    >>> len(log), log.events.column("case").to_pylist()
    (3, ['7', '7', '8'])
    """
    chosen = replace(options or ReadOptions(), **fields)
    if is_frame(source):
        return read_tables([FrameTable(cast("pd.DataFrame", source))], chosen)
    contents = contents_of(cast("Named", source))
    detected = detect(contents.members, None, chosen)
    if detected.preset is not None:
        log = _export(detected, detected.preset, chosen)
    else:
        log = _as_it_stands(contents.members, detected, chosen)
    notes = (*contents.notes(), *detected.notes)
    if not notes:
        return log
    intake = replace(log.intake, notes=(*log.intake.notes, *notes))
    return EventLog(log.events, log.source, intake, log.case_table)


def stream_events(source: Named, options: ReadOptions | None = None) -> EventStream:
    """Read a source of any size in batches, twice and in bounded memory.

    Parameters
    ----------
    source : path, `-` or several paths
        Delimited text, Parquet or JSON; XES has its own streaming reader.
    options : ReadOptions, optional
        As for `read_log`.

    Returns
    -------
    EventStream
        Iterate for tables of events in source order; then ask `intake()`. Start and complete
        events are not joined; `stream.roles.lifecycle` names the column that tells them apart.

    Raises
    ------
    InputError
        The source cannot be read, or not in batches.
    """
    chosen = options or ReadOptions()
    known = detect(members_of(source), None, chosen)
    if known.preset is not None:
        from casemine.read.crm.plainlog import as_said, needs_all

        parts = {each.part.name: each.part for each in known.known}
        tables = [each.table for each in known.known if each.table is not None]
        part = next(iter(parts.values()))
        plain = len(parts) == 1 and part.form == "events" and len(tables) == len(known.known)
        if plain and not needs_all(part, tables[0].columns):
            return EventStream(tables, as_said(part, tables[0].columns, chosen))
        raise InputError(
            f"is an export of {known.preset.title}, which is read at once",
            where=Place(known.known[0].member.name),
            code="read-at-once",
        )
    return EventStream(raw_tables(source, chosen), chosen)


def raw_tables(source: Named | pd.DataFrame, options: ReadOptions) -> list[RawTable]:
    """Open a source as raw tables, before columns have roles.

    Raises
    ------
    InputError
        The source cannot be read, or is no table (XES).
    """
    if is_frame(source):
        return [FrameTable(cast("pd.DataFrame", source))]
    found = _opened(members_of(cast("Named", source)), options, tables_only=True)
    return cast("list[RawTable]", found)


def _export(detected: Detected, preset: Preset, options: ReadOptions) -> EventLog:
    """Read what a preset knows."""
    from casemine.read.crm.reading import read_export

    files = [(known.member, known.part) for known in (*detected.known, *detected.lookups)]
    return read_export(files, preset, replace(options, importer=None))


def _as_it_stands(members: Sequence[Member], detected: Detected, options: ReadOptions) -> EventLog:
    """Read an event log.

    Raises
    ------
    UsageError
        Activities are to come from somewhere that only an export has.
    """
    if options.activity_from is not None:
        raise UsageError(
            "--activity-from is for exports that a preset reads; this is an event log as it stands",
            mend="--activity names the column to take; casemine columns shows them",
            code="no-preset",
        )
    opened = _opened(members, options, tables=detected.tables)
    found = [_finished(each, options) for each in opened]
    logs = [each for each in found if isinstance(each, EventLog)]
    if len(logs) < len(found):
        return read_tables([each for each in found if not isinstance(each, EventLog)], options)
    return logs[0] if len(logs) == 1 else joined_logs(logs)


def _finished(opened: EventLog | RawTable, options: ReadOptions) -> EventLog | RawTable:
    """Take what casemine itself has written for the log that it is, unless columns are named."""
    named = (options.case, options.activity, options.time, options.start)
    if not getattr(opened, "stores_log", False) or any(name is not None for name in named):
        return opened
    from casemine.read.tables.storedlog import read_stored

    return read_stored(cast("RawTable", opened))


def _opened(
    members: Sequence[Member],
    options: ReadOptions,
    *,
    tables: Sequence[RawTable | None] = (),
    tables_only: bool = False,
) -> list[EventLog | RawTable]:
    """Open every member with its importer, unless it is open; all must be logs, or all tables."""
    importers = [importer_for(member, options) for member in members]
    if len({importer.gives_log for importer in importers}) > 1:
        listed = ", ".join(
            f"{show(member.name)} ({importer.name})"
            for member, importer in zip(members[:10], importers[:10], strict=True)
        )
        raise InputError(
            f"holds logs of different kinds: {listed}" if len(members) > 1 else listed,
            where=Place(members[0].name.partition(":")[0]),
            mend="name the one to read; a member of an archive as archive.zip:member",
            code="several-logs",
        )
    if tables_only and importers[0].gives_log:
        raise InputError(
            f"is {importers[0].name.upper()}, which has no columns to choose",
            where=Place(members[0].name),
            code="no-table",
        )
    if any(tables) and all(tables):
        return list(filter(None, tables))
    target = None
    if importers[0].gives_log:  # logs, each of which lists what it leaves out by itself
        refuse_bundle(members)
        target = options.quarantine_to
    with lists_apart(target, len(members)) as lists:
        return [
            importer.read(member, replace(options, quarantine_to=part))
            for importer, member, part in zip(importers, members, lists, strict=True)
        ]
