"""Where cases of a log wait: everything that `casemine bottlenecks` tells, as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.ending import ending_of, over_in
from casemine.analyse.journey import Journey
from casemine.analyse.load import loads_of
from casemine.analyse.onflow import flow_waits
from casemine.analyse.rework import ping_pong_of, rework_of
from casemine.analyse.survival import survival_of
from casemine.analyse.visits import stays_of, visits_of
from casemine.analyse.waits import total_of, waits_by
from casemine.errors import InputError
from casemine.log.aggregate import moment
from casemine.log.columns import GROUP, RESOURCE
from casemine.log.spans import SECOND, span_stats
from casemine.model.bottlenecks import Bottlenecks, OpenCase
from casemine.model.calendar import AROUND_THE_CLOCK
from casemine.model.quality import NotEvaluated
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.analyse.ending import Ending
    from casemine.analyse.journey import GroupMeans
    from casemine.analyse.visits import Visits
    from casemine.log.eventlog import EventLog
    from casemine.model.bottlenecks import Wait
    from casemine.model.calendar import WorkingCalendar
    from casemine.model.flow import DesignedFlow
    from casemine.model.timing import Timing

LOADS = 12  # groups whose load is measured
OLDEST = 50  # open cases that are listed
STILL_OPEN = "(still open)"


def find_bottlenecks(
    log: EventLog,
    *,
    calendar: WorkingCalendar = AROUND_THE_CLOCK,
    open_unless: Sequence[str] = (),
    group_means: GroupMeans = "holder",
    flow: DesignedFlow | None = None,
    zone: str | None = None,
    raw: EventLog | None = None,
) -> Bottlenecks:
    """Measure where cases wait, who holds them meanwhile, and what that costs.

    Parameters
    ----------
    log : EventLog
        With times.
    calendar : WorkingCalendar
        Hours that count as working time. Where it leaves hours out every wait is measured by both
        clocks and ranked by working time.
    open_unless : sequence of str, optional
        Activities after which a case is over; see `ending_of` for the default.
    group_means : {'holder', 'actor'}
        Whether the group of an event holds the case from then on, or did what the event tells:
        a wait belongs to the group of the event before it, or of that after it.
    flow : DesignedFlow, optional
        Measure the waits before its steps, too.
    zone : str, optional
        IANA name of the zone whose hours of the week loads are counted in; that of the calendar
        where not given.
    raw : EventLog, optional
        The log before it was mapped. Groups, people and loads are then those of its events, as a
        mapping leaves out moves within a level.

    Returns
    -------
    Bottlenecks
        Shares of `steps`, of `after`, and of `groups` with `unheld` each add up to 1: they are of
        all waiting, with the waits of open cases that run up to the end of the log.

    Raises
    ------
    InputError
        The log has no times, or no events; or nothing in it is a step of the flow.

    Notes
    -----
    Exact in whole microseconds; O(n log n) for n events.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> found = find_bottlenecks(parse_log("New Open Close; New Close"), open_unless=["Close"])
    >>> [(wait.what, wait.calendar.total_s) for wait in found.after]
    [(('New',), 7200.0), (('Open',), 3600.0)]
    """
    if not log.timed or not len(log):
        raise InputError(
            "the log has no times, so nothing can be said about waiting"
            if len(log)
            else "the log has no events",
            mend="name the column of the times with --time" if len(log) else None,
            code="no-times" if len(log) else "no-events",
        )
    ending = ending_of(log, open_unless)
    journey = Journey(log, ending.over, calendar, group_means)
    gaps = journey.gaps
    total, working_total = total_of(gaps)
    held = journey
    if raw is not None:
        held = Journey(raw, over_in(raw, log, ending.over), calendar, group_means)
    groups = held.groups
    visits = None if groups is None else visits_of(held, groups)
    by_group, unheld = _held(held)
    return Bottlenecks(
        cases=journey.sight.cases,
        events=journey.sight.events,
        until=moment(journey.until),
        calendar=calendar.name,
        zone=zone or calendar.zone,
        working=not calendar.always,
        ends=ending.words,
        ends_known=ending.known,
        open_cases=int(np.count_nonzero(~ending.over)),
        total=total,
        working_total=working_total,
        steps=_steps(journey),
        before=_by_activity(journey, before=True),
        after=_by_activity(journey, before=False),
        service=_service(journey),
        groups=by_group,
        unheld=unheld,
        hand_overs=() if visits is None else _hand_overs(held, visits),
        people=_people(held),
        loads=loads_of(
            held,
            stays_of(held) if visits is None else visits,
            groups,
            zone or calendar.zone,
            LOADS,
        ),
        rework=rework_of(journey),
        ping_pong=None if visits is None or groups is None else ping_pong_of(held, visits, groups),
        oldest=_oldest(journey),
        durations=None if ending.over.all() else survival_of(journey.elapsed, ~ending.over),
        flow=None if flow is None else flow_waits(journey, flow),
        not_evaluated=tuple(_not_evaluated(journey, held, ending)),
        notes=tuple(_notes(journey, held)),
    )


def _steps(journey: Journey) -> tuple[Wait, ...]:
    """Gather waits from one activity to the next; those that still run lead to none."""
    gaps, sight = journey.gaps, journey.sight
    names = (*sight.codes.activities, STILL_OPEN)
    size = len(names)
    target = np.where(gaps.running, size - 1, sight.activity[gaps.target])
    used, place = np.unique(
        sight.activity[gaps.source].astype(np.int64) * size + target, return_inverse=True
    )
    pairs = [(names[pair // size], names[pair % size]) for pair in used.tolist()]
    return waits_by(journey, gaps, place, pairs)


def _by_activity(journey: Journey, *, before: bool) -> tuple[Wait, ...]:
    gaps, sight = journey.gaps, journey.sight
    keys = sight.activity[gaps.target if before else gaps.source].astype(np.int64)
    if before:
        keys[gaps.running] = -1
    return waits_by(journey, gaps, keys, [(name,) for name in sight.codes.activities])


def _service(journey: Journey) -> tuple[tuple[str, Timing], ...]:
    """Measure the time in each activity whose start is known, by falling total."""
    codes = journey.sight.codes
    if codes.has_start is None or codes.time is None:
        return ()
    known = codes.has_start
    spans = np.maximum(codes.time[known] - journey.start[known], 0)
    stats = span_stats(codes.activity[known].astype(np.int64), spans, len(codes.activities))
    timings = zip(codes.activities, map(stats.timing, range(len(codes.activities))), strict=True)
    found = [(name, timing) for name, timing in timings if timing is not None]
    return tuple(sorted(found, key=lambda one: (-one[1].total_s, one[0])))


def _held(journey: Journey) -> tuple[tuple[Wait, ...], Wait | None]:
    """Gather waits by the group that holds the case, and those while none is known."""
    groups = journey.groups
    if groups is None:
        return (), None
    gaps = journey.gaps
    keys = journey.holder(gaps).astype(np.int64)
    keys = np.where(keys < 0, len(groups.values), keys)
    names = [*((name,) for name in groups.values), ()]
    waits = waits_by(journey, gaps, keys, names)
    return (
        tuple(wait for wait in waits if wait.what),
        next((wait for wait in waits if not wait.what), None),
    )


def _hand_overs(journey: Journey, visits: Visits) -> tuple[Wait, ...]:
    """Gather waits after each change of the group until the next event; before it for actors."""
    groups = journey.groups
    assert groups is not None
    gaps = journey.gaps
    comes = np.flatnonzero(visits.leaves) + 1  # visits that follow another one of their case
    event = visits.event[comes]
    size = len(groups.values)
    pair = visits.group[comes - 1].astype(np.int64) * size + visits.group[comes]
    of_event = np.full(journey.sight.events, -1, np.int64)
    of_event[event] = pair
    at = gaps.source if journey.group_means == "holder" else gaps.target
    keys = of_event[at]
    if journey.group_means == "actor":
        keys[gaps.running] = -1
    used, place = np.unique(keys, return_inverse=True)
    names = [(groups.values[one // size], groups.values[one % size]) for one in used.tolist()]
    return waits_by(journey, gaps, np.where(keys < 0, -1, place), names)


def _people(journey: Journey) -> tuple[Wait, ...]:
    """Gather waits between the event of one person and the next one, of another."""
    people, gaps = journey.people, journey.gaps
    if people is None:
        return ()
    source, target = people.codes[gaps.source], people.codes[gaps.target]
    known = (source >= 0) & (target >= 0) & (source != target) & ~gaps.running
    size = len(people.values)
    keys = np.where(known, source.astype(np.int64) * size + target, -1)
    used, place = np.unique(keys, return_inverse=True)
    names = [(people.values[one // size], people.values[one % size]) for one in used.tolist()]
    return waits_by(journey, gaps, np.where(keys < 0, -1, place), names)


def _oldest(journey: Journey) -> tuple[OpenCase, ...]:
    """List open cases by falling time since they were touched, then by row."""
    sight = journey.sight
    cases = np.flatnonzero(~journey.over)
    last = sight.lasts[cases]
    touched = journey.time[last]
    groups = journey.groups
    holder = np.full(sight.events, -1, np.int32) if groups is None else groups.codes
    held = _latest(holder, sight.firsts, sight.events)
    order = np.lexsort([sight.row[last], touched])[:OLDEST]
    found = []
    for place in order.tolist():
        event, case = int(last[place]), int(cases[place])
        group = int(held[event])
        found.append(
            OpenCase(
                case=sight.codes.case_ids[int(sight.codes.case[event])].as_py(),
                activity=sight.codes.activities[int(sight.activity[event])],
                group=None if groups is None or group < 0 else groups.values[group],
                touched=moment(int(touched[place])),
                idle_s=(journey.until - int(touched[place])) / SECOND,
                age_s=(journey.until - int(journey.first[case])) / SECOND,
                row=int(sight.row[event]),
            )
        )
    return tuple(found)


def _latest(codes: NDArray[np.int32], firsts: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    """Carry each known code on to the events after it in its case."""
    places = np.where(codes >= 0, np.arange(size), -1)
    begun = np.repeat(firsts, np.diff(np.append(firsts, size)))
    latest = np.maximum.accumulate(places)
    return np.where(latest >= begun, codes[latest], -1)


def _not_evaluated(journey: Journey, held: Journey, ending: Ending) -> list[NotEvaluated]:
    found = []
    if held.groups is None:
        reason = "no event has a group; name its column with --group"
        found.append(NotEvaluated(GROUP, reason))
    if held.people is None:
        reason = "no event has a resource; name its column with --resource"
        found.append(NotEvaluated(RESOURCE, reason))
    if not ending.known:
        found.append(NotEvaluated("open", f"{ending.words}; name what ends them: --open-unless"))
    if journey.sight.codes.has_start is None:
        reason = "no event has a start, so work in a step counts as waiting for it"
        found.append(NotEvaluated("service", reason))
    return found


def _notes(journey: Journey, held: Journey) -> list[str]:
    sight, found = journey.sight, []
    if sight.tied.any():
        tied = np.zeros(sight.events + 1, np.bool_)
        tied[1:-1] = sight.tied
        events = int(np.count_nonzero(tied[1:] | tied[:-1]))
        found.append(
            f"{counted(events, 'event')} share case and time with a neighbour: after which of "
            "them a wait begins is decided by the order of the rows"
        )
    inside = sight.inside
    overlaps = int(np.count_nonzero((journey.start[1:] < journey.time[:-1]) & inside))
    if overlaps:
        found.append(
            f"{counted(overlaps, 'step begins', 'steps begin')} before the one before ends: the "
            "wait counts as 0"
        )
    if held.groups is not None and held.group_means == "holder":
        found.append(
            "the group of an event is taken for who holds the case from then on; --group-means "
            "actor takes it for who did what the event tells"
        )
    return found
