"""The waits of a log, one after another: what each lies between, who holds the case, how long.

A wait lasts from the end of an event (its `time`) to the begin of the next one of its case (its
`start`, or its `time` where it has none); where that begins before the other ends nobody waits, and
the wait is 0. After the last event of a case that is open a wait still runs, to the last event of
the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from casemine.log.columns import GROUP, RESOURCE
from casemine.log.extratime import comparison_of
from casemine.log.quality.sight import Sight
from casemine.log.spans import SECOND
from casemine.log.workingtime import working_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.log.extratime import Comparison
    from casemine.log.quality.sight import Labels
    from casemine.model.calendar import WorkingCalendar

GroupMeans = Literal["holder", "actor"]


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Waits, one entry each, in the order of the log."""

    source: NDArray[np.int64]  # the event before
    target: NDArray[np.int64]  # the event after; where the wait still runs, the one before again
    case: NDArray[np.int64]  # index of the case in the log
    running: NDArray[np.bool_]
    spans: NDArray[np.int64]  # microseconds
    worked: NDArray[np.int64] | None  # microseconds of working time; None without working hours

    def __len__(self) -> int:
        return len(self.source)

    def of(self, chosen: NDArray[np.bool_]) -> Gaps:
        """Take some of the waits."""
        return Gaps(
            self.source[chosen],
            self.target[chosen],
            self.case[chosen],
            self.running[chosen],
            self.spans[chosen],
            None if self.worked is None else self.worked[chosen],
        )


class Journey:
    """The events of a log with times, and which of its cases are over."""

    def __init__(
        self,
        log: EventLog,
        over: NDArray[np.bool_],
        calendar: WorkingCalendar,
        group_means: GroupMeans = "holder",
    ) -> None:
        self.sight = Sight(log)
        self.over = over
        self.calendar = calendar
        self.group_means = group_means
        codes = self.sight.codes
        assert codes.time is not None, "a log without times has no waits"
        self.time = codes.time
        self.begin = codes.time if codes.start is None else np.minimum(codes.start, codes.time)
        self.start = codes.time if codes.start is None else codes.start

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """When each case begins: the earliest begin of its events."""
        return np.minimum.reduceat(self.begin, self.sight.firsts)

    @cached_property
    def duration_s(self) -> NDArray[np.float64]:
        """How long each case took, from its begin to its last event."""
        return (self.time[self.sight.lasts] - self.first) / SECOND

    @cached_property
    def elapsed(self) -> NDArray[np.int64]:
        """Microseconds from the begin of each case to its last event, or to now if it is open."""
        end = np.where(self.over, self.time[self.sight.lasts], self.until)
        return end - self.first

    @cached_property
    def comparison(self) -> Comparison:
        """Everything that durations of cases are compared by."""
        return comparison_of(self.sight.log, self.duration_s, self.over)

    @cached_property
    def until(self) -> int:
        """The last time of the log."""
        return self.sight.last_time

    @property
    def groups(self) -> Labels | None:
        """The group of each event."""
        return self.sight.labels(GROUP)

    @property
    def people(self) -> Labels | None:
        """The person of each event."""
        return self.sight.labels(RESOURCE)

    @cached_property
    def gaps(self) -> Gaps:
        """All waits of the log."""
        inside = np.flatnonzero(self.sight.inside)
        return self.between(inside, inside + 1, self.sight.lasts)

    def between(
        self, source: NDArray[np.int64], target: NDArray[np.int64], last: NDArray[np.int64]
    ) -> Gaps:
        """Make waits from one event to another, and those that run after the last event.

        Parameters
        ----------
        source, target : arrays of int64
            Events of one case, pairwise; in the order of the log.
        last : array of int64
            Events after which the wait still runs in a case that is open; one of a case at most.
        """
        last = last[~self.over[self.sight.case[last]]]
        begins = np.concatenate([source, last])
        ends = np.concatenate([target, last])
        running = np.zeros(len(begins), np.bool_)
        running[len(source) :] = True
        order = np.argsort(begins, kind="stable")
        begins, ends, running = begins[order], ends[order], running[order]
        low = self.time[begins]
        high = np.maximum(np.where(running, self.until, self.start[ends]), low)
        return Gaps(
            begins, ends, self.sight.case[begins], running, high - low, self.worked(low, high)
        )

    def spans(
        self,
        source: NDArray[np.int64],
        target: NDArray[np.int64],
        low: NDArray[np.int64],
        high: NDArray[np.int64],
    ) -> Gaps:
        """Make waits of times that are given; `source` and `target` are events to show."""
        running = np.zeros(len(source), np.bool_)
        return Gaps(
            source, target, self.sight.case[source], running, high - low, self.worked(low, high)
        )

    def worked(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Measure working time in microseconds; None where every hour counts."""
        if self.calendar.always:
            return None
        return np.rint(working_seconds(self.calendar, low, high) * SECOND).astype(np.int64)

    def holder(self, gaps: Gaps) -> NDArray[np.int32]:
        """Name the group that each wait belongs to, as a code; -1 where it is not known."""
        groups = self.groups
        if groups is None:
            return np.full(len(gaps), -1, np.int32)
        return groups.codes[gaps.source if self.group_means == "holder" else gaps.target]
