"""Where cases wait: by step, activity, group and hand-over, with load, rework and what is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from casemine.model.conformance import ExampleCase, ExtraTime
    from casemine.model.proportion import Proportion
    from casemine.model.quality import NotEvaluated
    from casemine.model.timing import Timing

Week = tuple[tuple[float, ...], ...]  # seven days from Monday, 24 hours each


@dataclass(frozen=True, slots=True)
class Survival:
    """How long spans last where some are not over yet: estimates by Kaplan and Meier."""

    ended: int
    running: int  # not over: known to last at least so long
    median_s: float | None  # None: fewer than half are known to end
    low_s: float | None  # 95 % interval of the median
    high_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Waits by one clock: around the clock, or in the hours of a calendar."""

    ended: Timing | None  # of the waits that are over
    total_s: float  # of all, with those that still run
    share: float  # of all waiting by this clock
    survival: Survival | None = None  # where some still run


@dataclass(frozen=True, slots=True)
class Wait:
    """All waits of one kind."""

    what: tuple[str, ...]  # names: one activity or group, or from and to
    waits: int  # that are over
    running: int  # of cases that are open
    cases: int
    calendar: Clock
    working: Clock | None = None  # None without working hours
    longest: ExampleCase | None = None

    def by(self, working: bool) -> Clock:
        """Choose the clock that counts."""
        return self.working if working and self.working is not None else self.calendar


@dataclass(frozen=True, slots=True)
class Load:
    """What comes to a group and what it completes, by hour of the week, and its queue."""

    group: str | None  # None: the log as a whole
    arrivals: int  # visits that began
    completions: int  # visits that ended
    arrivals_by_hour: Week  # mean per hour of the week
    completions_by_hour: Week
    people_by_hour: Week | None  # mean number of people at work; None where they are not known
    per_person_hour: float | None  # completions per hour of a person at work
    capacity_by_hour: Week | None  # people at work x completions per hour of one
    mean_queue: float  # cases that are there, mean over time: rate of arrivals x mean time (Little)
    mean_visit_s: float  # up to the end of the log where the case is there still
    first_monday: date | None
    queue_by_week: tuple[float, ...]  # mean of each week


@dataclass(frozen=True, slots=True)
class Rework:
    """An activity that cases repeat."""

    activity: str
    cases: Proportion  # of the cases that have it
    repeats: int  # events beyond the first
    extra: ExtraTime | None


@dataclass(frozen=True, slots=True)
class PingPong:
    """Cases that come back to a group they had left for one other: A, B, A."""

    cases: Proportion
    returns: int
    away: Clock  # between leaving and coming back
    working_away: Clock | None
    pairs: tuple[Wait, ...]  # from and to; by falling time away
    other_returns: int  # to a group that had the case before, by way of several others
    extra: ExtraTime | None
    examples: tuple[ExampleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is not over, and since when nobody touched it."""

    case: str
    activity: str  # its last
    group: str | None
    touched: datetime
    idle_s: float
    age_s: float  # since its first event
    row: int


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step of the designed flow, and the waits before it."""

    activity: str
    lane: str | None
    element_id: str
    events: int
    wait: Wait | None  # None: nothing came before it, or it never happened


@dataclass(frozen=True, slots=True)
class FlowWaits:
    """Waits on the designed flow: from one step of it to the next, other events left out."""

    flow: str
    steps: tuple[FlowStep, ...]  # in the order of the design
    paths: tuple[Wait, ...]
    events_outside: int  # that are no step of the design


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """Everything about waiting that one log tells."""

    cases: int
    events: int
    until: datetime  # the last event of the log
    calendar: str  # name of the calendar
    zone: str  # in which hours of the week are counted
    working: bool  # whether the calendar leaves hours out; ranks are then by working time
    ends: str  # what counts as the end of a case, in words; why that is not known
    ends_known: bool  # False: every case counts as over
    open_cases: int
    total: Clock  # of all waits
    working_total: Clock | None
    steps: tuple[Wait, ...]  # from one activity to the next; by falling time
    before: tuple[Wait, ...]  # by activity
    after: tuple[Wait, ...]  # by activity, with waits that still run
    service: tuple[tuple[str, Timing], ...]  # in the activity, where starts are known
    groups: tuple[Wait, ...]  # while a group holds the case
    unheld: Wait | None  # waits while no group is known
    hand_overs: tuple[Wait, ...]  # until the new group takes it up
    people: tuple[Wait, ...]  # from the event of one person to that of another
    loads: tuple[Load, ...]
    rework: tuple[Rework, ...]
    ping_pong: PingPong | None
    oldest: tuple[OpenCase, ...]  # by falling time since they were touched
    durations: Survival | None  # of whole cases, open ones counted as running
    flow: FlowWaits | None = None
    not_evaluated: tuple[NotEvaluated, ...] = ()
    notes: tuple[str, ...] = field(default=())
