"""From the columns of an XES file to an event log: roles, rejects, notes, and order."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place, UsageError, show
from casemine.log.arrays import from_numpy
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, START, TIME
from casemine.log.eventlog import EventLog
from casemine.log.lifecycle import join_pairs
from casemine.model.intake import Intake, Note
from casemine.read.xes_cases import (
    NAME,
    Cases,
    cases_by_event_attribute,
    cases_by_trace,
    cases_by_trace_attribute,
)
from casemine.read.xes_columns import Column, ColumnStore
from casemine.read.xes_expat import Remarks
from casemine.read.xes_faults import TWICE, Faults
from casemine.read.xes_remarks import bad_log_values, classifier_keys, notes_on
from casemine.read.zones import find_zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.xes_tokens import Tokens

TIMESTAMP_KEY = "time:timestamp"
RESOURCE_KEY, GROUP_KEY = "org:resource", "org:group"
LIFECYCLE_KEY, INSTANCE_KEY = "lifecycle:transition", "concept:instance"
START_KEY = "start_timestamp"  # how pm4py, and we, write events that know their start
LIFECYCLE = "lifecycle"
RESERVED = frozenset({CASE, ACTIVITY, TIME, START, ROW, RESOURCE, GROUP, LIFECYCLE})


@dataclass(slots=True)
class Gathered:
    """All that was read of a file."""

    name: str
    events: ColumnStore
    traces: ColumnStore
    remarks: Remarks = field(default_factory=Remarks)
    event_count: int = 0
    trace_count: int = 0
    event_trace: list[NDArray[np.int32]] = field(default_factory=list)

    @classmethod
    def empty(cls, member: Member, options: ReadOptions) -> Gathered:
        """Prepare for a file; which keys are text or times depends on the options."""
        asked = (options.activity, options.resource, options.group, options.case)
        text = {NAME, RESOURCE_KEY, GROUP_KEY, LIFECYCLE_KEY, INSTANCE_KEY}
        text |= {key for key in asked if key is not None}
        times = {options.time or TIMESTAMP_KEY, options.start or START_KEY}
        trace_text = {NAME, (options.case or NAME).removeprefix("case:")}
        events, traces = (
            ColumnStore(
                member.name,
                text_keys=frozenset(text_keys),
                time_keys=frozenset(time_keys),
                zone=find_zone(options.tz) if options.tz is not None else None,
                missing=options.missing,
            )
            for text_keys, time_keys in ((text, times - text), (trace_text, set[str]()))
        )
        return cls(member.name, events, traces)

    def add(self, tokens: Tokens) -> None:
        """Take in a piece."""
        self.events.add(tokens.fields, tokens.events)
        self.traces.add(tokens.fields, tokens.traces)
        self.event_trace.append(tokens.event_trace.astype(np.int32))
        self.event_count += len(tokens.event_trace)
        self.trace_count += tokens.trace_count


def make_log(gathered: Gathered, member: Member, options: ReadOptions) -> EventLog:
    """Give the columns their roles, leave out what cannot be used, and order the rest.

    Raises
    ------
    InputError
        No events, no activities, or bad values that the options do not allow to skip.
    UsageError
        The options name an attribute that is not there.
    """
    if not gathered.event_count:
        raise _no_events(gathered)
    faults = Faults(member, options, gathered.event_count)
    columns = _Columns(gathered, faults)
    notes: list[Note] = []
    cases = _cases(gathered, columns, options, faults)
    table = {CASE: cases.values, ACTIVITY: _activities(gathered, columns, options, notes)}
    table |= _times(gathered, columns, options, notes)
    table[ROW] = from_numpy(np.arange(1, gathered.event_count + 1))
    for name, given, usual in (
        (RESOURCE, options.resource, RESOURCE_KEY),
        (GROUP, options.group, GROUP_KEY),
        (LIFECYCLE, None, LIFECYCLE_KEY),
    ):
        if key := columns.find(given, usual, name):
            table[name] = columns.take(key, encode=True)
    table |= columns.rest(table, cases.columns, notes)
    faults.add_store(gathered.events)
    events, joined = _settled(pa.table(table), faults, notes)
    del table, columns
    remarks = notes_on(gathered.remarks, gathered.events, gathered.traces, gathered.event_count)
    notes = [*cases.notes, *faults.settle_cases(gathered.traces), *notes, *remarks]
    intake = Intake(gathered.event_count, joined, faults.groups, tuple(notes))
    return EventLog.ordered(
        events, source=Path(member.name).name, intake=intake, case_table=cases.table
    )


def _settled(events: pa.Table, faults: Faults, notes: list[Note]) -> tuple[pa.Table, int]:
    """Leave out the bad events and join the pairs."""
    kept = faults.settle()
    if kept is not None:
        if not kept.any():
            raise faults.nothing_left()
        events = events.filter(from_numpy(kept))
    if LIFECYCLE not in events.column_names:
        return events, 0
    pairs = join_pairs(events, lifecycle=LIFECYCLE, instance=INSTANCE_KEY)
    notes += pairs.notes
    return pairs.table, pairs.joined


def _no_events(gathered: Gathered) -> InputError:
    traces = gathered.trace_count
    beside = f", only {traces:,} empty trace{'s' * (traces != 1)}" if traces else ""
    bad = bad_log_values(gathered.remarks)
    return InputError(
        f"holds no event{beside}",
        where=Place(gathered.name),
        mend=f"besides, {bad[0]}" if bad else "perhaps the export was filtered too far",
        code="no-events",
    )


class _Columns:
    """Hands out the event columns of a file, each made when it is first asked for."""

    def __init__(self, gathered: Gathered, faults: Faults) -> None:
        self.store, self.count, self.faults = gathered.events, gathered.event_count, faults
        self.name = gathered.name
        self.repeated: dict[str, int] = {}
        self._made: dict[str, Column] = {}

    def find(self, given: str | None, usual: str, option: str) -> str | None:
        """Look up the key for a role: what the user named, else the usual one if it is there."""
        if given is None:
            return usual if usual in self.store.keys else None
        if given not in self.store.keys:
            raise self.no_such(given, self.store.keys, option)
        return given

    def no_such(self, given: str, keys: tuple[str, ...], option: str) -> UsageError:
        """Say what there is instead."""
        near = difflib.get_close_matches(given, keys, n=3, cutoff=0.6)
        listed = ", ".join(show(key) for key in (near or keys[:12])) or "none"
        return UsageError(
            f"{self.name} has no attribute {show(given)}, which --{option} names",
            mend=f"did you mean {listed}?" if near else f"there are: {listed}",
            code="no-such-column",
        )

    def take(self, key: str, *, encode: bool = False, once: bool = False) -> pa.Array:
        """Hand out one column; with `once`, an event that gives it twice is bad."""
        if key not in self._made:
            self._made[key] = self.store.column(key, self.count, encode=encode)
            self.repeated[key] = len(self._made[key].repeated)
        column = self._made[key]
        if once:
            self.faults.add_owners(key, TWICE, column.repeated)
        elif encode and not pa.types.is_dictionary(column.values.type):
            return column.values.dictionary_encode()
        return column.values

    def rest(
        self, table: dict[str, pa.Array], more: dict[str, pa.Array], notes: list[Note]
    ) -> dict[str, pa.Array]:
        """All that has no role yet keeps its key, unless a fixed column has that name."""
        found: dict[str, pa.Array] = {}
        renamed: list[str] = []
        mixed: list[str] = []
        for key in self.store.keys:
            if key in self._made or not key:
                continue
            name = f"event:{key}" if key in RESERVED else key
            while name in table or name in found or (name != key and name in self.store.keys):
                name = f"event:{name}"
            found[name] = self.take(key)
            kinds = self._made[key].kinds
            self._made[key] = Column(pa.nulls(0), kinds, np.zeros(0, np.int64))
            if name != key:
                renamed.append(f"{show(key)} as {show(name)}")
            if len(kinds) > 1:
                mixed.append(f"{show(key)} ({', '.join(kinds)})")
        for name, values in more.items():
            while name in table or name in found:
                name = f"event:{name}"  # noqa: PLW2901 - a free name
            found[name] = values
        self._remark(renamed, mixed, notes)
        return found

    def _remark(self, renamed: list[str], mixed: list[str], notes: list[Note]) -> None:
        if renamed:
            text = f"attributes with the name of a column were renamed: {', '.join(renamed[:5])}"
            notes.append(Note("renamed-attributes", text, len(renamed)))
        if mixed:
            text = f"attributes of more than one type: {', '.join(mixed[:5])}"
            notes.append(Note("mixed-types", text, len(mixed)))
        twice = {key: count for key, count in self.repeated.items() if count}
        if twice:
            key = next(iter(twice))
            text = f"{sum(twice.values()):,} events give an attribute twice, such as {show(key)}"
            text += "; the first value counts"
            notes.append(Note("repeated-attributes", text, sum(twice.values())))


def _cases(gathered: Gathered, columns: _Columns, options: ReadOptions, faults: Faults) -> Cases:
    trace_of = np.concatenate(gathered.event_trace)
    gathered.event_trace = []
    traces, count, given = gathered.traces, gathered.trace_count, options.case
    if given is None:
        return cases_by_trace(traces, count, trace_of, faults)
    key = given.removeprefix("case:")
    if key in traces.keys and (given == NAME or given not in gathered.events.keys):
        return cases_by_trace_attribute(traces, key, count, trace_of, faults)
    if given not in gathered.events.keys:
        keys = (*(f"case:{key}" for key in traces.keys), *gathered.events.keys)
        raise columns.no_such(given, keys, "case")
    values = columns.take(given, encode=True)
    faults.add_missing(given, values)
    return cases_by_event_attribute(values, traces, count, trace_of)


def _activities(
    gathered: Gathered, columns: _Columns, options: ReadOptions, notes: list[Note]
) -> pa.Array:
    """Find the activity of every event: `concept:name`, or else what a classifier says."""
    key = columns.find(options.activity, NAME, "activity")
    if key is not None:
        values = columns.take(key, encode=True, once=True)
        columns.faults.add_missing(key, values)
        return values
    classifier = classifier_keys(gathered.remarks, gathered.events.keys)
    if classifier is None:
        listed = ", ".join(show(key) for key in gathered.events.keys[:12] if key)
        raise InputError(
            f"its events have no {show(NAME)}, so no activity",
            where=Place(gathered.name),
            mend=f"name another attribute with --activity; there are: {listed or 'none'}",
            code="no-activity",
        )
    name, keys = classifier
    parts = [columns.take(key).cast(pa.string()) for key in keys]
    values = pc.binary_join_element_wise(*parts, "+").dictionary_encode()
    columns.faults.add_missing(keys[0], values)
    text = f"events have no {show(NAME)}; activities come from the classifier {show(name)}: "
    notes.append(Note("classifier-used", text + " + ".join(show(key) for key in keys)))
    return values


def _times(
    gathered: Gathered, columns: _Columns, options: ReadOptions, notes: list[Note]
) -> dict[str, pa.Array]:
    """Find the time of every event and, where events have one, its start."""
    key = columns.find(options.time, TIMESTAMP_KEY, "time")
    start = columns.find(options.start, START_KEY, "start")
    if key is None or not gathered.events.has_values(key):
        text = "the log has no times; events keep the order of the file"
        notes.append(Note("no-times", text))
        return {}
    columns.faults.add_store(gathered.events, key)
    found = {TIME: columns.take(key, once=True)}
    columns.faults.add_missing(key, found[TIME])
    if start is not None:
        found[START] = columns.take(start)
    return found
