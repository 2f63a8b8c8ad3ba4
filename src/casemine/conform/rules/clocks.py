"""Clocks of service levels: working time that stands still during waits, and targets by priority.

A clock runs from event to event. It counts the hours of a calendar, which may depend on the
priority, and nothing while it is paused. A pause goes from the end of the event that begins it to
the beginning of the next one that is not ignored; the work on that one counts again.

A target that changes with the priority is the one of the priority that holds at the moment: the
time that has passed keeps counting, and the target is missed at the first moment at which more
has passed than the target of that moment allows. A later, longer target does not undo that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from casemine.conform.rules.values import ByPriority, Limit
from casemine.conform.rules.words import named_by
from casemine.log.workingtime import add_working, working_seconds
from casemine.model.calendar import AROUND_THE_CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from casemine.conform.rules.cases import Cases
    from casemine.conform.rules.values import Pause
    from casemine.model.calendar import WorkingCalendar

    Mask = NDArray[np.bool_]

MICRO = 1_000_000
NO_TARGET = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Priorities:
    """The priority of each event as an index into `names`, or -1 where none is known."""

    names: tuple[str, ...]
    level: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """How far a clock has come at each event; only differences within a case mean anything."""

    cases: Cases
    elapsed_us: NDArray[np.int64]  # at each event; wraps round without harm to differences
    runs_from: NDArray[np.int64]  # when the clock begins to run after each event
    paused: Mask  # whether the clock stands still after each event
    calendar: NDArray[np.int64]  # of the time after each event, index into `calendars`
    calendars: tuple[WorkingCalendar, ...]
    priorities: Priorities | None
    why: str = ""  # why nothing is known about some priorities

    def seconds(self, begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """Measure the time between pairs of events of one case."""
        return (self.elapsed_us[end] - self.elapsed_us[begin]) / MICRO

    def tail(self, events: NDArray[np.int64]) -> NDArray[np.float64]:
        """Measure the time from the last events of cases to the end of the log."""
        assert self.cases.trail.time is not None
        now = np.full(len(events), self.cases.now)
        found = np.zeros(len(events))
        for number, calendar in enumerate(self.calendars):
            which = np.flatnonzero((self.calendar[events] == number) & ~self.paused[events])
            begin = self.cases.trail.time[events[which]]
            found[which] = working_seconds(calendar, begin, now[which])
        return found

    def moment(self, events: NDArray[np.int64], seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """Find the instant at which so much has passed after each event."""
        assert self.cases.trail.time is not None
        found = self.cases.trail.time[events].copy()
        for number, calendar in enumerate(self.calendars):
            which = np.flatnonzero((self.calendar[events] == number) & (seconds > 0))
            found[which] = add_working(calendar, self.runs_from[events[which]], seconds[which])
        return found

    def added(
        self,
        events: NDArray[np.int64],
        instants: NDArray[np.int64],
        seconds: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Find the instants that come so much later, by the calendars in force at events."""
        found = instants.copy()
        for number, calendar in enumerate(self.calendars):
            which = np.flatnonzero(self.calendar[events] == number)
            found[which] = add_working(calendar, instants[which], seconds[which])
        return found

    def limits(self, limit: Limit) -> NDArray[np.float64]:
        """Look up the limit in force after each event, in seconds on this clock.

        NaN where the priority is not known, and the limit or the calendar depends on it: what
        stands under `other` is for other priorities, not for unknown ones. Infinite where it is
        known and has none.
        """
        size = 1 if self.priorities is None else len(self.priorities.names) + 1
        table = np.empty((size, len(self.calendars)))
        for level in range(size):
            if self.priorities is not None and level == size - 1:
                table[level] = np.nan
                continue
            found = limit.by.get(None if self.priorities is None else self.priorities.names[level])
            for number, calendar in enumerate(self.calendars):
                table[level, number] = NO_TARGET if found is None else found.on(calendar)
        level_of = (
            np.zeros(len(self.calendar), np.int64)
            if self.priorities is None
            else self.priorities.level
        )
        picked: NDArray[np.float64] = table[level_of, self.calendar]
        return picked


def clock_of(cases: Cases, keys: Mapping[str, object], *limits: Limit | None) -> Clock:
    """Make the clock that a check asks for.

    Parameters
    ----------
    cases : Cases
        With times.
    keys : mapping
        `calendar` (around the clock where there is none), `pause`, `priority_at`.
    limits : Limit
        Whether priorities matter is seen by them, and by the calendar.
    """
    chosen = cast("ByPriority[str]", keys.get("calendar") or ByPriority({}, AROUND_THE_CLOCK.name))
    at = cast("str", keys.get("priority_at", "moment"))
    needed = bool(chosen.of) or any(limit is not None and limit.by.of for limit in limits)
    priorities, why = _priorities(cases, at) if needed else (None, "")
    names = tuple(dict.fromkeys([*chosen.of.values(), *([chosen.other] if chosen.other else [])]))
    calendars = tuple(cases.rules.calendars[name] for name in names)
    default = names.index(chosen.other) if chosen.other else 0
    calendar = np.full(len(cases.log), default, np.int64)
    if chosen.of and priorities is not None:
        picked = [names.index(chosen.get(name) or names[default]) for name in priorities.names]
        calendar = np.array([*picked, default], np.int64)[priorities.level]
    return _running(cases, keys, (calendar, calendars), priorities, why)


def _running(
    cases: Cases,
    keys: Mapping[str, object],
    calendar: tuple[NDArray[np.int64], tuple[WorkingCalendar, ...]],
    priorities: Priorities | None,
    why: str,
) -> Clock:
    time = cases.trail.time
    assert time is not None
    paused, resumes = _pauses(cases, cast("tuple[Pause, ...]", keys.get("pause", ())))
    size = len(time)
    following = np.append(time[1:], 0)
    last = cases.traces.ends()
    following[last] = time[last]
    begins = np.append(cases.trail.begin[1:], 0)
    begins[last] = time[last]
    resumed = np.append(resumes[1:], False)
    working_on = np.where(resumed, np.clip(begins, time, following), following)
    runs_from = np.where(paused, working_on, time)
    passed = np.zeros(size, np.int64)
    for number, one in enumerate(calendar[1]):
        which = np.flatnonzero((calendar[0] == number) & (runs_from < following))
        spans = working_seconds(one, runs_from[which], following[which])
        passed[which] = np.rint(spans * MICRO).astype(np.int64)
    elapsed = np.zeros(size, np.int64)
    np.cumsum(passed[:-1], out=elapsed[1:])
    return Clock(cases, elapsed, runs_from, paused, calendar[0], calendar[1], priorities, why)


def _pauses(cases: Cases, pauses: tuple[Pause, ...]) -> tuple[Mask, Mask]:
    """Say of each event whether the clock stands still after it, and whether it ends a pause."""
    traces = cases.traces
    size = len(traces.activity)
    paused, resumes = np.zeros(size, np.bool_), np.ones(size, np.bool_)
    place = np.arange(size)
    for pause in pauses:
        begins = traces.mask(pause.begins)
        decides = begins | ~traces.mask(pause.ignoring)
        last = np.where(decides, place, -1)
        np.maximum.accumulate(last, out=last)
        inside = last >= traces.spread(traces.offsets[:-1])
        paused |= inside & begins[np.maximum(last, 0)]
        resumes &= decides
    return paused, resumes


def _priorities(cases: Cases, at: str) -> tuple[Priorities, str]:
    """Find the priority of each event: of the moment, or the first or last one of the case."""
    names = tuple(cases.rules.priorities)
    column = cases.column("priority")
    size = len(cases.log)
    said_nothing = cases.rules.without_priority
    default = -1 if said_nothing is None else names.index(said_nothing)
    if column is None:
        return Priorities(names, np.full(size, default)), cases.no_column("priority")
    number = {name: place for place, name in enumerate(names)}
    words = cases.rules.priorities
    said = [number.get(named_by(words, word) or "", -1) for word in column.words]
    level = np.array([*said, -1], np.int64)[column.codes]
    unclear = sorted({w for w, code in zip(column.words, said, strict=True) if code < 0})
    known = level >= 0
    traces = cases.traces
    first, last = traces.first(known), traces.last(known)
    if at == "moment":
        place = np.where(known, np.arange(size), -1)
        np.maximum.accumulate(place, out=place)
        source = np.maximum(place, traces.spread(first))  # before the first known one: that one
    else:
        source = traces.spread(first if at == "first" else last)
    silent = ~traces.any(~column.missing)
    otherwise = np.where(traces.spread(silent), default, -1)
    found = np.where(traces.spread(first) < 0, otherwise, level[np.maximum(source, 0)])
    why = f"priorities that mean nothing: {', '.join(unclear[:5])}" if unclear else ""
    return Priorities(names, found), why or f"column {column.name} is empty"


def spans_of(
    cases: Cases, first: Mask, second: Mask, *, each: str, until: str
) -> Iterator[NDArray[np.int64]]:
    """Pair each first with the second after it: events, and -1 where there is none."""
    traces = cases.traces
    begins = traces.first(first)
    begins = begins[begins >= 0] if each == "first" else np.flatnonzero(first)
    yield begins
    if until == "last":
        found = traces.last(second)[traces.trace_of(begins)]
        yield np.where(found > begins, found, -1)
    else:
        yield traces.after(second)[begins]
