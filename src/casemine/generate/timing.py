"""Times: when each event of each case begins and ends.

Waiting and working times are log-normal. They pass on the clock of whoever acts: the desk's
working hours, the user's waking hours, or around the clock for critical records and majors. The
clock of the targets (see `targets.py`) then decides who is late: exactly the cases that are meant
to be, since all others get their waits shortened until they are in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from casemine.generate import targets
from casemine.generate.calendar import Calendar
from casemine.generate.playout import ELEMENTS, NAMES, TIMED_OUT
from casemine.generate.records import CRITICAL, SLOWNESS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from casemine.generate.draws import Draws
    from casemine.generate.options import GenerateOptions
    from casemine.generate.records import Records

# element: median minutes of waiting before it and of work on it; no work: it takes no time
_MINUTES = {
    "A01": (0, 4), "A02": (14, 0), "A10": (40, 15), "A11": (4, 6), "A12": (12, 18),
    "A13": (15, 0), "A20": (130, 45), "A21": (90, 200), "A22": (80, 60), "A23": (60, 0),
    "A40": (6, 0), "A41": (20, 60), "A60": (260, 0), "A61": (420, 0), "A70": (200, 0),
    "A71": (200, 0), "A72": (30, 8), "A73": (8, 12), "A74": (6, 0), "A81": (160, 5),
    "A82": (10, 0), "A83": (150, 25), "A90": (20, 0), "W1": (12, 0), "W2": (300, 0),
    "U1": (10, 0), "U2": (30, 0), "U3": (25, 0), "U4": (10, 0), "X01": (70, 0),
    "X02": (900, 0), "X03": (1200, 0), "X04": (60, 0), "X05": (45, 0),
}  # fmt: skip
_WAIT_SIGMA, _WORK_SIGMA = 1.0, 0.6
_PRIORITY_FACTOR = np.array([0.12, 0.5, 1.0, 1.5])
_SECOND_CHECK_FACTOR = 0.015  # the two closing checks are made in one go
_TIMER_S = 20 * 3600  # two working days until silence counts as an answer
_INTAKE_BY_RULE = (2, 3)  # channels that log and classify without a person: portal, monitoring
_TIE = {"A70": 0.3, "A71": 0.3, "A74": 0.2}  # share saved in one go with the event before

DESK, USER, ALWAYS = 0, 1, 2
_CLOCK = np.array(
    [
        USER if e in {"W2", "A60", "A61"} else ALWAYS if n in {"A41@pMI", "A21@pMI"} else DESK
        for n, e in zip(NAMES, ELEMENTS, strict=True)
    ]
)
_WAIT = np.array([_MINUTES[e][0] * 60.0 for e in ELEMENTS])
_WORK = np.array([_MINUTES[e][1] * 60.0 for e in ELEMENTS])


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """One entry per event, by case and position; moments in seconds since 1970."""

    case: NDArray[np.int64]  # index of the record
    position: NDArray[np.int64]
    kind: NDArray[np.int64]  # index into `playout.NAMES`
    start: NDArray[np.int64]
    finish: NDArray[np.int64]
    has_start: NDArray[np.bool_]  # work that took time, not a mere change of state
    due: NDArray[np.int64]  # moment of the missed target at late events, -1 elsewhere


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """The events of all cases, laid end to end: what they are and whose they are."""

    kind: NDArray[np.int64]
    timed_out: NDArray[np.bool_]  # nobody answered before this event
    case: NDArray[np.int64]
    position: NDArray[np.int64]
    first: NDArray[np.int64]  # where each case begins
    records: Records

    @classmethod
    def of(cls, traces: Sequence[Sequence[int]], records: Records) -> _Events:
        sizes = np.fromiter(map(len, traces), np.int64, len(traces))
        case = np.repeat(np.arange(len(sizes)), sizes)
        first = np.cumsum(sizes) - sizes
        coded = np.fromiter((kind for trace in traces for kind in trace), np.int64, len(case))
        position = np.arange(len(case)) - first[case]
        return cls(coded % TIMED_OUT, coded >= TIMED_OUT, case, position, first, records)

    def is_a(self, elements: Collection[str]) -> NDArray[np.bool_]:
        """Tell which events are of one of the elements."""
        picked: NDArray[np.bool_] = np.array([e in elements for e in ELEMENTS])[self.kind]
        return picked

    def first_of(self, elements: Collection[str]) -> NDArray[np.int64]:
        """Find the first event of one of the elements in each case; -1 where there is none."""
        hits = np.flatnonzero(self.is_a(elements))[::-1]
        found = np.full(len(self.first), -1, np.int64)
        found[self.case[hits]] = hits
        return found

    def again(self) -> NDArray[np.bool_]:
        """Tell which events repeat the one before; in the same second they would be duplicates."""
        same: NDArray[np.bool_] = np.roll(self.kind, 1) == self.kind
        return same & (self.position > 0)

    def clock(self) -> NDArray[np.int64]:
        """Tell on which clock the time before and during each event passes."""
        critical = self.records.priority[self.case] == CRITICAL
        return np.where(critical, ALWAYS, _CLOCK[self.kind])


@dataclass(frozen=True, slots=True)
class Clocks:
    """The calendars that time passes on."""

    desk: Calendar
    user: Calendar

    @classmethod
    def of(cls, options: GenerateOptions) -> Clocks:
        """Open from a week before the period until long after it."""
        zone = ZoneInfo(options.zone)
        first = options.start - timedelta(days=7)
        days = options.weeks * 7 + 60
        return cls(
            Calendar.of(first, days, hours=(8, 18), weekdays=5, zone=zone),
            Calendar.of(first, days, hours=(7, 22), weekdays=7, zone=zone),
        )

    def advance(
        self, moment: NDArray[np.int64], seconds: NDArray[np.int64], clock: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Let seconds pass, each on its own clock; nothing moves when there are none."""
        after = moment + seconds
        for number, calendar in ((DESK, self.desk), (USER, self.user)):
            which = np.flatnonzero((clock == number) & (seconds > 0))
            worked = calendar.worked(moment[which]) + seconds[which]
            after[which] = calendar.moment(worked)
        return after


def time_events(
    traces: Sequence[Sequence[int]],
    records: Records,
    late: Collection[tuple[int, str]],
    options: GenerateOptions,
    draws: Draws,
) -> Timed:
    """Give every event of every trace its times.

    Parameters
    ----------
    traces : sequence of sequence of int
        One per record, as `play_out` makes them.
    records : Records
        Arrivals, priorities and topics of the same records.
    late : collection of (int, str)
        Index of a record and `hand-over` or `resolution`: what must miss its target.
    options, draws
        Zone and scale; where the spread comes from.
    """
    events = _Events.of(traces, records)
    wait, work = _spans(events, options.scale, draws)
    over = _meet_targets(events, wait, work, late, scale=options.scale, draws=draws)
    clock, first, position = events.clock(), events.first, events.position

    clocks = Clocks.of(options)
    start, finish = np.zeros_like(wait), np.zeros_like(wait)
    finish[first] = records.arrival
    start[first] = records.arrival - work[first]
    order = np.argsort(position, kind="stable")
    bounds = np.searchsorted(position[order], np.arange(int(position.max()) + 1))
    for begin, end in zip(bounds[1:], [*bounds[2:], len(order)], strict=True):
        here = order[begin:end]
        start[here] = clocks.advance(finish[here - 1], wait[here], clock[here])
        finish[here] = clocks.advance(start[here], work[here], clock[here])
    due = np.full_like(wait, -1)
    missed = np.flatnonzero(over)
    back = clocks.advance  # the moment at which so much less would have passed
    due[missed] = back(finish[missed - 1], (wait + work - over)[missed], clock[missed])
    return Timed(events.case, position, events.kind, start, finish, work > 0, due)


def _spans(
    events: _Events, scale: float, draws: Draws
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the waiting time before each event and the working time on it, in whole seconds."""
    kind, case, position, records = events.kind, events.case, events.position, events.records
    factor = np.where(_CLOCK[kind] == USER, 1.0, _PRIORITY_FACTOR[records.priority[case]])
    second_line = events.is_a({"A20", "A21", "A22", "A23"})
    factor = factor * np.where(second_line, SLOWNESS[records.category[case]], 1.0)
    check = events.is_a({"A70", "A71"})
    second_check = check & (position > 0) & np.roll(check, 1)
    factor = factor * np.where(second_check, _SECOND_CHECK_FACTOR, 1.0)
    timers = np.where(events.timed_out, int(_TIMER_S * scale), 0)
    wait = _whole(draws.log_normal(_WAIT[kind] * factor * scale, _WAIT_SIGMA)) + timers
    work = _whole(draws.log_normal(_WORK[kind] * scale, _WORK_SIGMA))
    work = np.where(_WORK[kind] > 0, work, 0)

    by_rule = np.isin(records.channel[case], _INTAKE_BY_RULE)
    chance = np.array([_TIE.get(element, 0.0) for element in ELEMENTS])[kind]
    chance = np.where(check & ~second_check, 0.0, chance)
    tied = (draws.uniform(len(kind)) < chance) & ~events.again()
    tied |= events.is_a({"A02"}) & by_rule & (position == 1)
    wait = np.where(tied | (position == 0), 0, wait)
    work = np.where(tied | (by_rule & (position == 0)), 0, work)
    return wait, work


def _meet_targets(
    events: _Events,
    wait: NDArray[np.int64],
    work: NDArray[np.int64],
    late: Collection[tuple[int, str]],
    *,
    scale: float,
    draws: Draws,
) -> NDArray[np.int64]:
    """Shorten spans of cases that would miss a target, lengthen those that shall; in place.

    Returns
    -------
    numpy array
        Seconds by which each event misses its target; 0 at all but the late ones.
    """
    over = np.zeros_like(wait)
    case, priority, index = events.case, events.records.priority, np.arange(len(wait))
    asked = np.roll(events.is_a({"W1"}), 1) & (events.position > 0)  # the clock stands still
    resolve = events.first_of(targets.RESOLVE)
    hand_over = events.first_of(targets.HAND_OVER)
    hand_over = np.where((resolve >= 0) & (hand_over > resolve), -1, hand_over)
    for name, goal, begin, limits in (
        ("hand-over", hand_over, events.first, targets.HAND_OVER_S),
        ("resolution", resolve, np.maximum(hand_over, events.first), targets.RESOLVE_S),
    ):
        limit = _whole(limits[priority] * scale)
        spent = np.cumsum(np.where(asked, 0, wait) + work)
        used = np.where(goal >= 0, spent[goal] - spent[events.first], 0)
        early = spent[begin] - spent[events.first]
        aim = _whole(limit * (0.6 + 0.39 * draws.uniform(len(limit))))
        aim = np.maximum(aim, early + 1)
        squeeze = np.where(used > limit, (aim - early) / np.maximum(used - early, 1), 1.0)
        inside = (index > begin[case]) & (index <= goal[case]) & (squeeze[case] < 1)
        for span, which in ((work, inside), (wait, inside & ~asked)):
            shrink = np.flatnonzero(which)
            shrunk = (span[shrink] * squeeze[case[shrink]]).astype(np.int64)
            span[shrink] = np.maximum(shrunk, events.again()[shrink] & (span[shrink] > 0))

        excess = _whole(limit * (0.1 + 1.4 * draws.uniform(len(limit)) ** 2))
        chosen = np.array(sorted(c for c, what in late if what == name), np.int64)
        spent = np.cumsum(np.where(asked, 0, wait) + work)
        at = goal[chosen]
        over[at] = excess[chosen]
        wait[at] += over[at] + limit[chosen] - (spent[at] - spent[events.first[chosen]])
    return over


def _whole(seconds: NDArray[np.floating]) -> NDArray[np.int64]:
    """Whole seconds, at least one."""
    return np.maximum(seconds.astype(np.int64), 1)
