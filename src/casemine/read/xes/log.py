"""From the columns of an XES file to an event log: roles, rejects, notes, and order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place, show
from casemine.log.arrays import from_numpy
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW
from casemine.log.eventlog import EventLog
from casemine.log.lifecycle import join_pairs
from casemine.model.intake import Intake, Note
from casemine.read.remarks import notes_about, notes_about_names
from casemine.read.times.zones import find_zone
from casemine.read.xes.cases import (
    Cases,
    cases_by_event_attribute,
    cases_by_trace,
    cases_by_trace_attribute,
)
from casemine.read.xes.columns import ColumnStore
from casemine.read.xes.expat import Remarks
from casemine.read.xes.faults import Faults
from casemine.read.xes.names import original_names, renamed
from casemine.read.xes.remarks import bad_log_values, classifier_keys, notes_on
from casemine.read.xes.roles import (
    GROUP_KEY,
    INSTANCE_KEY,
    LIFECYCLE,
    LIFECYCLE_KEY,
    NAME,
    RESOURCE_KEY,
    Roles,
)
from casemine.read.xes.times import text_keys, time_keys, times_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.xes.tokens import Tokens


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
        text |= {key for key in asked if key is not None} | text_keys(options)
        trace_text = {NAME, (options.case or NAME).removeprefix("case:")}
        events, traces = (
            ColumnStore(
                member.name,
                text_keys=frozenset(texts),
                time_keys=times,
                zone=find_zone(options.tz) if options.tz is not None else None,
                missing=options.missing,
            )
            for texts, times in ((text, time_keys(options)), (trace_text, frozenset()))
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
    columns = Roles(gathered.events, gathered.event_count, faults)
    notes: list[Note] = []
    cases = _cases(gathered, columns, options, faults)
    table = {CASE: cases.values, ACTIVITY: _activities(gathered, columns, options, notes)}
    table |= times_of(columns, options, notes)
    table[ROW] = from_numpy(np.arange(1, gathered.event_count + 1))
    for name, given, usual in (
        (RESOURCE, options.resource, RESOURCE_KEY),
        (GROUP, options.group, GROUP_KEY),
        (LIFECYCLE, None, LIFECYCLE_KEY),
    ):
        if key := columns.find(given, usual, name):
            table[name] = columns.take(key, encode=True)
    table |= columns.rest(table, cases.columns, notes)
    names = original_names(gathered.remarks)
    table = renamed(table, names)
    faults.add_store(gathered.events)
    events, joined = _settled(pa.table(table), faults, notes)
    del table, columns
    known = cases.table
    if known is not None:
        known = pa.table(renamed(dict(zip(known.column_names, known.columns, strict=True)), names))
    log = EventLog.ordered(events, source=Path(member.name).name, case_table=known)
    remarks = (
        *cases.notes,
        *faults.settle_cases(gathered.traces),
        *notes,
        *notes_on(gathered.remarks, gathered.events, gathered.traces, gathered.event_count),
        *(notes_about(log) if log.timed else notes_about_names(log)),
    )
    intake = Intake(gathered.event_count, joined, faults.groups, remarks)
    return EventLog(log.events, log.source, intake, log.case_table)


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


def _cases(gathered: Gathered, columns: Roles, options: ReadOptions, faults: Faults) -> Cases:
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
    gathered: Gathered, columns: Roles, options: ReadOptions, notes: list[Note]
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
