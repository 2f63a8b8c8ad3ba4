"""Raw tables to events: roles of columns, times, what is missing, and the account of it all.

The same code serves logs in memory and logs larger than memory: `EventStream` reads its tables
twice, once to decide how times are written over all rows and once to hand over events in batches.
In memory the cells of the first reading are kept, and the batches are collected and sorted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.errors import InputError, Place, show
from casemine.log.arrays import from_numpy, to_numpy
from casemine.log.columns import ACTIVITY, CASE, FIXED, GROUP, RESOURCE, ROW, START, TIME
from casemine.log.eventlog import EventLog
from casemine.model.intake import Intake, Note
from casemine.read.columns.roles import Roles, choose_roles
from casemine.read.joining import cases_in_several
from casemine.read.quarantine import EMPTY, WHOLE_ROW, Quarantine
from casemine.read.remarks import notes_about
from casemine.read.tables.cells import (
    as_text,
    blank_rows,
    count_markers,
    header_rows,
    null_mask,
    text_type,
    without_markers,
)
from casemine.read.tables.storedlog import (
    case_columns_by_name,
    typed_as_written,
    with_case_table,
)
from casemine.read.times.column import TimeColumn, decide_times, naive, zone_assumed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import Chunk, RawTable

SAMPLE_ROWS = 50_000  # rows from which the roles of columns are proposed


def read_tables(tables: Sequence[RawTable], options: ReadOptions) -> EventLog:
    """Read tables of equal columns as one log, in memory.

    Raises
    ------
    InputError
        A row cannot be used (unless `on_error` is "skip"), no row can, or the tables differ.
    AmbiguousError
        The roles of columns, or the order of day and month, are not clear.
    """
    stream = EventStream(tables, options, keep=True)
    events = pa.concat_tables(list(stream))
    intake = stream.intake()
    notes: tuple[Note, ...] = ()
    if stream.roles.lifecycle is not None and stream.roles.time is not None:
        from casemine.log.lifecycle import join_pairs

        pairs = join_pairs(
            events.unify_dictionaries(), lifecycle=stream.name_of(stream.roles.lifecycle)
        )
        events, notes = pairs.table, pairs.notes
        intake = Intake(intake.rows_read, pairs.joined, intake.rejects, intake.notes)
        del pairs
    own = stream.written_by_us
    unsorted = [typed_as_written(events) if own else events]
    del events  # handed over for good: a sorted column takes the place of an unsorted one
    log = EventLog.ordered(unsorted.pop(), source=stream.source)
    shared = cases_in_several(_shared_cases(log, stream.bounds))
    notes = (*intake.notes, *notes, *shared, *notes_about(log))
    intake = Intake(intake.rows_read, intake.rows_joined, intake.rejects, notes)
    log = EventLog(log.events, log.source, intake, log.case_table)
    return with_case_table(log, case_columns_by_name(log.events.column_names)) if own else log


def _shared_cases(log: EventLog, bounds: Sequence[int]) -> int:
    """Count cases with rows of several files; `bounds` are the rows before the second and on."""
    if not bounds:
        return 0
    case = to_numpy(log.events.column(CASE).chunk(0).indices)
    file = np.searchsorted(np.array(bounds), to_numpy(log.events.column(ROW).chunk(0)), "left")
    differs = (case[1:] == case[:-1]) & (file[1:] != file[:-1])
    return len(np.unique(case[1:][differs]))


@dataclass(slots=True)
class _Account:
    """What one pass over the events counts."""

    quarantine: Quarantine
    rows: int = 0
    blank: int = 0
    used: int = 0
    markers: dict[tuple[str, str], int] = field(default_factory=dict)


class EventStream:
    """Events of raw tables in batches, and their account when all have been handed over.

    Parameters
    ----------
    tables : sequence of RawTable
        At least one; all with the same columns.
    options : ReadOptions
        What the user said.
    keep : bool
        Whether to keep the cells of the first pass in memory, so that there is no second one.

    Notes
    -----
    Batches are tables with `case` and `activity` (text), `time` and maybe `start`
    (`timestamp[us, UTC]`), `row` (int64), and the attributes. Rows count on over the tables.
    """

    def __init__(
        self, tables: Sequence[RawTable], options: ReadOptions, *, keep: bool = False
    ) -> None:
        self.tables = tuple(tables)
        self._columns = _agreed_columns(self.tables)
        self._options = options = _as_headed(options, self._columns)
        self.source = _label([table.name for table in self.tables])
        self._kept: deque[tuple[int, Chunk]] | None = None
        if keep:
            self._kept = deque(self._read_all(None))
        sample = self._sample()
        self._place = self.tables[0].name if len(self.tables) == 1 else self.source
        self.roles: Roles = choose_roles(sample, options, self._place)
        self._names = _event_names(self._columns, self.roles)
        self._times = {
            role: self._decide(column, sample.schema.field(column).type)
            for role, column in ((TIME, self.roles.time), (START, self.roles.start))
            if column is not None
        }
        self._zone_assumed = options.tz is None and any(
            naive(sample.schema.field(times.name).type) for times in self._times.values()
        )
        self._account: _Account | None = None
        self.bounds: list[int] = []  # rows before each table but the first, once all are read

    @property
    def written_by_us(self) -> bool:
        """Whether the headings begin as those that `casemine import` writes."""
        return self._columns[:2] == (CASE, ACTIVITY) and (self.roles.case, self.roles.activity) == (
            CASE,
            ACTIVITY,
        )

    def name_of(self, column: str) -> str:
        """Name that a column of the source has in the batches."""
        return self._names[column]

    def __iter__(self) -> Iterator[pa.Table]:
        """Hand over the events.

        Raises
        ------
        InputError
            A row cannot be used and `on_error` is "fail": after the last row, so that the message
            can say how many.
        """
        account = _Account(Quarantine(self.tables))
        before = rows = table = 0
        self.bounds = []
        for index, chunk in self._chunks():
            if index != table:
                before, table = before + rows, index
                rows = 0
                self.bounds.append(before)
            rows += chunk.count
            events = self._events(account, index, chunk, before)
            failing = self._options.on_error == "fail" and len(account.quarantine)
            if events.num_rows and not failing:
                yield events
        self._finish(account)
        self._account = account

    def intake(self) -> Intake:
        """Account for the rows of the last complete pass."""
        if self._account is None:
            raise InputError("the events have not been read to the end", where=Place(self.source))
        account = self._account
        notes: list[Note] = []
        for table in self.tables:
            notes += table.notes()
        notes += self.roles.notes
        for times in self._times.values():
            notes += times.notes()
        if self._zone_assumed:
            notes.append(zone_assumed())
        if account.blank:
            rows = "1 row" if account.blank == 1 else f"{account.blank:,} rows"
            text = f"{rows} without any value passed over"
            notes.append(Note("blank-rows", text, account.blank))
        for (column, word), count in sorted(account.markers.items()):
            text = (
                f"{show(word)} in column {show(column)} is taken as a value; "
                f"--missing {show(word)} makes it mean missing"
            )
            notes.append(Note("looks-missing", text, count))
        return Intake(
            rows_read=account.rows - account.blank,
            rejects=account.quarantine.groups(),
            notes=tuple(dict.fromkeys(notes)),
        )

    def _finish(self, account: _Account) -> None:
        """Refuse what cannot be used, or all of it."""
        quarantine = account.quarantine
        rows = account.rows - account.blank
        if self._options.quarantine_to is not None:
            quarantine.write(self._options.quarantine_to)
        if len(quarantine) and self._options.on_error == "fail":
            raise quarantine.error(rows, mend=self._times_mend(quarantine))
        if not account.used:
            found = f"no usable row: all {rows:,} were set aside" if rows else "no rows below it"
            raise InputError(
                f"has a header but {found}", where=Place(self.tables[0].name), code="no-rows"
            )

    def _times_mend(self, quarantine: Quarantine) -> str | None:
        column = quarantine.first_time_column()
        for times in self._times.values():
            if times.name == column:
                return times.mend
        return None

    def _events(self, account: _Account, table: int, chunk: Chunk, before: int) -> pa.Table:
        """Turn one chunk into events and set aside what cannot be one."""
        cells, quarantine = chunk.cells, account.quarantine
        for bad in chunk.bad:
            quarantine.add(
                table, np.array([bad.record]), [bad.value], column=WHOLE_ROW, reason=bad.reason
            )
        usable = np.ones(cells.num_rows, np.bool_)

        def set_aside(
            rows: NDArray[np.bool_], column: str, reason: str, values: list[str], **more: bool
        ) -> None:
            usable[rows] = False
            records = chunk.records[rows]
            quarantine.add(table, records, values, column=column, reason=reason, **more)

        roles = self.roles
        for column in (roles.case, roles.activity):
            cells = _with(cells, column, as_text(cells.column(column)))
        no_case = null_mask(cells.column(roles.case))
        if no_case.any():
            blank = blank_rows(cells, no_case)
            account.blank += int(blank.sum())
            usable &= ~blank
        header = self.tables[table].header
        if header is not None:
            again = header_rows(cells, header, roles.case) & usable
            if again.any():
                values = [", ".join(header)[:200]] * int(again.sum())
                set_aside(again, WHOLE_ROW, "repeats the header", values)
        for column in (roles.case, roles.activity):
            missing = null_mask(cells.column(column)) & usable
            if missing.any():
                set_aside(missing, column, EMPTY, [""] * int(missing.sum()))
        for role, times in self._times.items():
            parsed, faults = times.read(cells.column(times.name))
            for fault in faults:
                wrong = np.zeros(len(usable), np.bool_)
                wrong[fault.rows] = True
                fresh = usable[fault.rows]
                values = [v for v, new in zip(fault.values, fresh.tolist(), strict=True) if new]
                set_aside(wrong & usable, times.name, fault.reason, values, time=True)
            if role == TIME:
                missing = null_mask(parsed) & usable
                if missing.any():
                    set_aside(missing, times.name, EMPTY, [""] * int(missing.sum()))
            cells = _with(cells, times.name, parsed)
        self._count_markers(account, cells, usable)
        account.rows += chunk.count
        account.used += int(usable.sum())
        rows = chunk.records + before if before else chunk.records
        return self._named(cells, rows, usable)

    def _count_markers(self, account: _Account, cells: pa.Table, usable: NDArray[np.bool_]) -> None:
        """Point at words that some systems write for "nothing", where they play a role."""
        roles = self.roles
        for column in {roles.case, roles.activity, roles.resource, roles.group}:
            if column is None:
                continue
            values = cells.column(column)
            if not text_type(values.type):
                continue
            found = count_markers(values)
            if found and not usable.all():
                found = count_markers(values.filter(from_numpy(usable)))
            for word, count in found.items():
                key = (column, word)
                account.markers[key] = account.markers.get(key, 0) + count

    def _named(
        self, cells: pa.Table, rows: NDArray[np.int64], usable: NDArray[np.bool_]
    ) -> pa.Table:
        """Give the columns the names of an event log, fixed ones first."""
        cells = cells.rename_columns([self._names[name] for name in cells.column_names])
        cells = cells.append_column(ROW, pa.chunked_array([from_numpy(rows)]))
        if not usable.all():
            cells = cells.filter(from_numpy(usable))
        first = [name for name in FIXED if name in cells.column_names]
        return cells.select([*first, *(n for n in cells.column_names if n not in FIXED)])

    def _decide(self, column: str, kind: pa.DataType) -> TimeColumn:
        for table in self.tables:
            table.vouch_for_times(column)

        def locate(index: int) -> int:
            return self._line_of(column, index)

        return decide_times(
            (chunk.cells.column(column) for _, chunk in self._all_chunks({column})),
            kind,
            column=column,
            options=self._options,
            source=self._place,
            locate=locate,
        )

    def _line_of(self, column: str, index: int) -> int:
        """Physical line of the row with this index among all rows that have cells."""
        for table, chunk in self._all_chunks({column}):
            if index < len(chunk.records):
                return int(self.tables[table].lines(chunk.records[index : index + 1])[0])
            index -= len(chunk.records)
        return index

    def _sample(self) -> pa.Table:
        """Take the first rows, all columns."""
        taken: list[pa.Table] = []
        held = 0
        for _, chunk in self._all_chunks(None):
            taken.append(chunk.cells.slice(0, SAMPLE_ROWS - held))
            held += taken[-1].num_rows
            if held >= SAMPLE_ROWS:
                break
        if not taken:
            raise InputError(
                "has a header but no rows below it",
                where=Place(self.tables[0].name),
                code="no-rows",
            )
        return pa.concat_tables(taken).unify_dictionaries()

    def _all_chunks(self, columns: Collection[str] | None) -> Iterator[tuple[int, Chunk]]:
        return iter(self._kept) if self._kept is not None else self._read_all(columns)

    def _chunks(self) -> Iterator[tuple[int, Chunk]]:
        """Chunks for the final pass; kept ones are let go one by one."""
        if self._kept is None:
            yield from self._read_all(None)
            return
        kept, self._kept = self._kept, None
        while kept:
            yield kept.popleft()

    def _read_all(self, columns: Collection[str] | None) -> Iterator[tuple[int, Chunk]]:
        encoded: dict[str, pa.DataType] = {}  # of the first table; others follow
        for index, table in enumerate(self.tables):
            for chunk in table.chunks(columns):
                present = set(chunk.cells.column_names)
                order = [name for name in self._columns if name in present]
                cells = _plain_or_encoded(chunk.cells.select(order), encoded)
                cells = without_markers(cells, self._options.missing)
                yield index, _replaced(chunk, cells)


def _plain_or_encoded(cells: pa.Table, encoded: dict[str, pa.DataType]) -> pa.Table:
    """Give columns the types they had in the first table; types that don't agree become text."""
    for name in cells.column_names:
        column = cells.column(name)
        wanted = encoded.setdefault(name, column.type)
        if column.type == wanted:
            continue
        if pa.types.is_dictionary(wanted) and text_type(column.type):
            column = column.dictionary_encode().cast(wanted)
        elif text_type(wanted):
            column = as_text(column).cast(pa.string())
        else:
            raise InputError(
                f"column {show(name)} holds {column.type} in one file and {wanted} in another",
                code="columns-differ",
            )
        cells = _with(cells, name, column)
    return cells


def _replaced(chunk: Chunk, cells: pa.Table) -> Chunk:
    from casemine.read.tables.rawtable import Chunk as Made

    return Made(cells, chunk.records, chunk.count, chunk.bad)


def _with(cells: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return cells.set_column(cells.column_names.index(name), name, column)


def _agreed_columns(tables: Sequence[RawTable]) -> tuple[str, ...]:
    """Return the columns of all tables, or refuse with what differs."""
    first = tables[0]
    for other in tables[1:]:
        if set(other.columns) == set(first.columns):
            continue
        lacks = [name for name in first.columns if name not in other.columns]
        more = [name for name in other.columns if name not in first.columns]
        what = [f"lacks {', '.join(map(show, lacks[:5]))}"] if lacks else []
        what += [f"has {', '.join(map(show, more[:5]))} besides"] if more else []
        raise InputError(
            f"has other columns than {show(first.name)}: it {' and '.join(what)}",
            where=Place(other.name),
            mend="name only files of one log: "
            + ", ".join(show(table.name) for table in tables[:10]),
            code="columns-differ",
        )
    return first.columns


def _event_names(columns: tuple[str, ...], roles: Roles) -> dict[str, str]:
    """Map source columns to names in the events; a clash with a fixed name gets a number."""
    names = {
        column: name
        for name, column in (
            (RESOURCE, roles.resource),
            (GROUP, roles.group),
            (START, roles.start),
            (TIME, roles.time),
            (ACTIVITY, roles.activity),
            (CASE, roles.case),
        )
        if column is not None
    }
    taken = {*FIXED, *names.values()}
    for column in columns:
        if column in names:
            continue
        unique, number = column, 0
        while unique in taken or (number and unique in columns):
            number += 1
            unique = f"{column}.{number}"
        names[column] = unique
        taken.add(unique)
    return names


def _as_headed(options: ReadOptions, columns: tuple[str, ...]) -> ReadOptions:
    """Take columns for what they are called where a table begins as those that we write."""
    if columns[:2] != (CASE, ACTIVITY) or options.case is not None or options.activity is not None:
        return options
    if f"{TIME}.1" in columns:  # a heading that came twice, which ours never does
        return options
    time = TIME if columns[2:3] == (TIME,) and options.time is None else options.time
    start = START if columns[3:4] == (START,) and options.start is None else options.start
    return replace(options, case=CASE, activity=ACTIVITY, time=time, start=start)


def _label(names: Sequence[str]) -> str:
    """Name a log after its files."""
    first = Path(names[0]).name
    more = len(names) - 1
    return first if not more else f"{first} and {more} more"
