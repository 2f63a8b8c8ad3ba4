"""An object-centric log flattened to one type of object: each of its objects is a case.

An event stands once in the case of every object of that type it is related to; its row is its
place in the file. What flattening does to a log has names [1]_, and each is counted in a note:
events without such an object are left out (deficiency), events with several are repeated
(convergence), and activities repeated within a case for different other objects look like rework
(divergence).

References
----------
.. [1] W.M.P. van der Aalst, "Object-Centric Process Mining: Dealing with Divergence and
   Convergence in Event Data", SEFM 2019, LNCS 11724, 3-25.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place, show
from casemine.log.arrays import from_numpy, texts, valid, with_gaps
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, TIME
from casemine.log.eventlog import EventLog
from casemine.model.events import ACTOR_TYPES
from casemine.model.intake import Intake, Note
from casemine.model.words import counted
from casemine.read.ocel.changes import COLUMNS, what_changed
from casemine.read.ocel.choose import choose, uses
from casemine.read.ocel.columns import RelatedObjects, event_attributes
from casemine.read.ocel.content import codes, taken
from casemine.read.ocel.faults import Faults
from casemine.read.ocel.objects import case_table, names_of
from casemine.read.ocel.relations import pairs_of, places_in
from casemine.read.ocel.values import typed
from casemine.read.remarks import notes_about_names
from casemine.read.times.zones import find_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from casemine.read.ocel.columns import EventAttributes
    from casemine.read.ocel.content import Content, Entities
    from casemine.read.ocel.relations import Pairs
    from casemine.read.options import ReadOptions

# What a related object is to an event, in the words of the writers that say so.
PERFORMED = frozenset({"performed by", "executed by", "done by", "performer", "resource", "actor"})
HELD = frozenset({"held by", "assigned group"})
PEOPLE = frozenset({"agent", "user", "resource", "employee", "person", "worker", "actor"})
ACTOR_TYPE, EVENT_ID = "actor_type", "event_id"


def flatten(content: Content, options: ReadOptions) -> EventLog:
    """Make the event log of one type of object.

    Raises
    ------
    InputError
        Ids come twice, types are not declared, relations lead nowhere, or values are not of their
        type (unless `on_error` is "skip", where events are concerned).
    AmbiguousError, UsageError
        The type of object is not plain, or not there.
    """
    events, objects = content.events, content.objects
    zone = find_zone(options.tz) if options.tz is not None else None
    notes: list[Note] = []
    faults = Faults(content.name, len(events))
    _check_objects(content)
    _check_events(content, faults)
    time = _times(content, zone, faults, notes)
    pairs = pairs_of(content, faults)
    attributes = event_attributes(events, zone, faults, notes)
    rejects = faults.settle(options)
    if faults.bad.any():
        pairs = pairs.where(~faults.bad[pairs.owners])
    usable = int(np.count_nonzero(~faults.bad))
    kind = _chosen_type(content, pairs, usable, options, notes)
    is_case = codes(objects.types) == objects.types.dictionary.to_pylist().index(kind)
    cases = pairs.where(is_case[pairs.targets]).once()
    _note_cases(cases, usable, kind, notes)
    others = pairs.where(~is_case[pairs.targets] & np.isin(pairs.owners, cases.owners))
    made = {ACTIVITY: events.types, TIME: time}
    made |= _related(content, others, cases, attributes, notes)
    made |= attributes.rest({*made, CASE, ROW})
    made |= _telling_ids(events, set(made))
    known, changes = case_table(content, kind, options, zone, notes)
    changed = {}
    if not {*COLUMNS} & {*made}:
        changed = what_changed(changes, cases, time, events.types, notes)
    ids = from_numpy(cases.targets)
    table = {CASE: pa.DictionaryArray.from_arrays(ids, objects.ids)}
    for name in list(made):  # each makes room for what is taken of it
        table[name] = taken(made.pop(name), cases.owners)
    table |= changed
    table[ROW] = from_numpy(cases.owners.astype(np.int64) + 1)
    in_a_case, rows = len(np.unique(cases.owners)), len(cases)
    unsorted = [pa.table(table)]
    del pairs, others, cases, attributes, time, table  # room for the sorted copy
    pa.default_memory_pool().release_unused()
    log = EventLog.ordered(
        unsorted.pop(),
        source=Path(content.name).name,
        case_table=known,
    )
    _note_empty_cases(log, kind, notes)
    intake = Intake(
        len(events),
        rejects=rejects,
        notes=(*notes, *notes_about_names(log)),
        rows_passed=usable - in_a_case,
        rows_added=rows - in_a_case,
    )
    return EventLog(log.events, log.source, intake, log.case_table)


def _check_objects(content: Content) -> None:
    """Refuse ids that come twice and types that nobody declares."""
    objects, file = content.objects, content.name
    twice = np.flatnonzero(places_in(objects.ids, objects.ids) != np.arange(len(objects)))
    if len(twice):
        raise InputError(
            f"has the object id {show(objects.ids[int(twice[0])].as_py())} more than once "
            f"({counted(len(twice), 'object')} too many)",
            where=Place(file),
            code="bad-ocel",
            count=len(twice),
        )
    kinds = objects.types.dictionary.to_pylist()
    unknown = [kind for kind in kinds if kind not in objects.declared]
    if unknown:
        raise InputError(
            f"has objects of type {show(unknown[0])}, which is not among its object types",
            where=Place(file),
            mend=f"it declares {', '.join(map(show, list(objects.declared)[:12])) or 'none'}",
            code="bad-ocel",
        )


def _check_events(content: Content, faults: Faults) -> None:
    """Set aside ids that come twice and types that nobody declares."""
    events = content.events
    twice = np.flatnonzero(places_in(events.ids, events.ids) != np.arange(len(events)))
    faults.add("id", "is the id of an earlier event", twice, taken(events.ids, twice).to_pylist())
    kinds = events.types.dictionary.to_pylist()
    unknown = [code for code, kind in enumerate(kinds) if kind not in events.declared]
    rows = np.flatnonzero(np.isin(codes(events.types), unknown))
    values = taken(events.types, rows).to_pylist()
    faults.add("type", "is not among the event types of the log", rows, values)


def _times(content: Content, zone: ZoneInfo | None, faults: Faults, notes: list[Note]) -> pa.Array:
    """Read the times of all events; null where there is none."""
    written = content.events.times
    given = np.flatnonzero(valid(written))
    missing = np.flatnonzero(~valid(written))
    faults.add("time", "is missing", missing, [""] * len(missing), time=True)
    times, _, naive = typed(taken(written, given), "time", zone)
    bad = given[~valid(times)]
    faults.add("time", "is not a time", bad, taken(written, bad).to_pylist(), time=True)
    count = int(np.count_nonzero(naive))
    if count and zone is None:
        each = "1 time has" if count == 1 else f"{count:,} times have"
        text = f"{each} no offset from UTC and count as UTC; --tz names another zone"
        notes.append(Note("zone-assumed", text, count))
    places = np.zeros(len(written), np.int64)
    places[given] = np.arange(len(given))
    return times.take(with_gaps(places, valid(written)))


def _chosen_type(
    content: Content, pairs: Pairs, usable: int, options: ReadOptions, notes: list[Note]
) -> str:
    """Decide for the type of object that is the case."""
    objects = content.objects
    names = objects.types.dictionary.to_pylist()
    unique = pairs.once()
    found = uses(names, codes(objects.types), unique.owners, unique.targets, len(content.events))
    kind, guessed = choose(found, options.object_type, usable, content.name)
    use = next(each for each in found if each.name == kind)
    if not use.events:
        raise InputError(
            f"has no event that is related to an object of type {show(kind)}",
            where=Place(content.name),
            mend="name another type with --object-type",
            code="no-events",
        )
    if guessed and len(found) > 1:
        text = (
            f"object type {show(kind)} is the case: {counted(use.objects, 'object')} in "
            f"{use.events:,} of {counted(usable, 'event')}; --object-type names another"
        )
        notes.append(Note("object-type-chosen", text))
    return kind


def _related(
    content: Content,
    others: Pairs,
    cases: Pairs,
    attributes: EventAttributes,
    notes: list[Note],
) -> dict[str, pa.Array]:
    """Columns of who did it, which group holds the case, and other objects by their type."""
    objects, count = content.objects, len(content.events)
    related = RelatedObjects(objects, count, others, notes)
    called = names_of(objects)
    made: dict[str, pa.Array] = {}
    performed, held = others.called(PERFORMED), others.called(HELD)
    if not performed.any():
        performed = _people(objects, others)
    performers = others.where(performed)
    if len(performers):
        made[RESOURCE] = related.column(performers, called, RESOURCE)
    kinds = _actor_types(objects, performers, count)
    told = attributes.take(ACTOR_TYPE)
    if told is not None or kinds.null_count < count:
        told = pa.nulls(count, pa.string()) if told is None else told.cast(pa.string())
        made[ACTOR_TYPE] = pc.coalesce(told, kinds)
    if held.any():
        made[GROUP] = related.column(others.where(held), called, GROUP)
    rest = RelatedObjects(objects, count, others.where(~performed & ~held), notes)
    made |= rest.by_type({*made, CASE, ACTIVITY, TIME, ROW})
    rest.note_divergence(cases, codes(content.events.types))
    return made


def _people(objects: Entities, others: Pairs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where no qualifier says who did it: the only type of people, if an event has but one."""
    kinds = objects.types.dictionary.to_pylist()
    of_pair = codes(objects.types)[others.targets]
    people = [code for code, kind in enumerate(kinds) if kind.lower().removesuffix("s") in PEOPLE]
    found = np.isin(of_pair, people)
    alone = len(set(of_pair[found].tolist())) == 1
    unnamed = all(not others.words[code] for code in set(others.qualifiers[found].tolist()))
    once = others.where(found).once()
    if alone and unnamed and len(np.unique(once.owners)) == len(once):
        return found
    return np.zeros(len(found), np.bool_)


def _actor_types(objects: Entities, performers: Pairs, count: int) -> pa.Array:
    """`agent`, `customer` or `system` where the type of the performing object says so."""
    kinds = objects.types.dictionary
    known = np.array([kind in ACTOR_TYPES for kind in kinds.to_pylist()], np.bool_)
    code = np.full(count, -1, np.int64)
    code[performers.owners[::-1]] = codes(objects.types)[performers.targets][::-1]
    said = code >= 0
    said[said] = known[code[said]]
    return kinds.take(with_gaps(code, said))


def _telling_ids(events: Entities, used: set[str]) -> dict[str, pa.Array]:
    """Keep the ids of events, unless they only count the events, as `row` does."""
    numbers = from_numpy(np.arange(1, len(events) + 1)).cast(pa.string())
    counting = pc.binary_join_element_wise(texts(["e"])[0], numbers, texts([""])[0])
    if events.ids.equals(counting):
        return {}
    name = EVENT_ID
    while name in used:
        name = f"event:{name}"
    return {name: events.ids}


def _note_cases(cases: Pairs, usable: int, kind: str, notes: list[Note]) -> None:
    """Tell of deficiency and convergence."""
    per_event = np.unique(cases.owners, return_counts=True)[1]
    if left := usable - len(per_event):
        each = "1 event" if left == 1 else f"{left:,} events"
        text = f"{each} without an object of type {show(kind)} left out (deficiency)"
        notes.append(Note("events-without-case", text, left))
    if several := int(np.count_nonzero(per_event > 1)):
        each = "1 event stands" if several == 1 else f"{several:,} events stand"
        text = (
            f"{each} in more than one case (convergence): {counted(len(per_event), 'event')} of "
            f"the file count as {len(cases):,}"
        )
        notes.append(Note("convergence", text, several))


def _note_empty_cases(log: EventLog, kind: str, notes: list[Note]) -> None:
    used = len(pc.unique(log.events.column(CASE).chunk(0).indices))
    empty = (log.case_table.num_rows if log.case_table is not None else 0) - used
    if empty:
        each = "1 object" if empty == 1 else f"{empty:,} objects"
        text = f"{each} of type {show(kind)} without events, kept among the case attributes only"
        notes.append(Note("cases-without-events", text, empty))
