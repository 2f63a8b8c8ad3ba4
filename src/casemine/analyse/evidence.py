"""A log as headline measures look at it: which cases have which step, examples, spans."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.journey import Journey
from casemine.analyse.survival import survival_of
from casemine.analyse.visits import EXAMPLES
from casemine.log.extratime import median_of
from casemine.log.quality.sight import Sight
from casemine.log.quality.wording import percent
from casemine.log.spans import SECOND
from casemine.model.conformance import ExampleCase
from casemine.model.headline import Middle
from casemine.model.proportion import Proportion
from casemine.model.words import counted
from casemine.model.yasm import YASM

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.model.calendar import WorkingCalendar
    from casemine.model.conformance import ExtraTime

CUSTOMER = "customer"  # type of the actor, as importers of CRM exports write it
SECOND_LEVEL = ("A13", "A20", "A22", "A23", "X01")  # only in 2nd level
NO_LEVELS = (
    "no group of the log counts as 2nd level; name the levels of groups under [tiers] in the "
    "mapping"
)
ROWS = 6  # of one example


class Evidence:
    """The events of a log by steps of the YaSM flow, or by names."""

    def __init__(self, log: EventLog, over: NDArray[np.bool_], calendar: WorkingCalendar) -> None:
        self.log = log
        self.over = over
        self.calendar = calendar
        self.sight = Sight(log)
        self.names = self.sight.codes.activities
        self.timed = log.timed
        self.replies = replies_in(self.sight)

    @property
    def of_yasm(self) -> bool:
        """Whether the log speaks of steps of the YaSM flow."""
        resolving = {YASM[code] for code in ("A12", "A22", "A83", "A74")}
        return YASM["A01"] in self.names and not resolving.isdisjoint(self.names)

    @cached_property
    def journey(self) -> Journey:
        """Times of the log; it must have some."""
        return Journey(self.log, self.over, self.calendar)

    @cached_property
    def repeats(self) -> NDArray[np.bool_]:
        """Cases in which some activity happens twice."""
        keys = self.sight.case * len(self.names) + self.sight.activity
        pairs, times = np.unique(keys, return_counts=True)
        found = np.zeros(self.sight.cases, np.bool_)
        found[pairs[times > 1] // len(self.names)] = True
        return found

    def events(self, *steps: str) -> NDArray[np.bool_]:
        """Mark the events of some steps of the flow, by their elements."""
        return self.events_named([YASM[step] for step in steps])

    def events_named(self, names: Collection[str]) -> NDArray[np.bool_]:
        """Mark the events of some activities."""
        wanted = np.array([name in names for name in self.names], np.bool_)
        return wanted[self.sight.activity]

    def happens(self, *steps: str) -> bool:
        """Whether any of the steps occurs at all."""
        return bool(self.events(*steps).any())

    def has(self, *steps: str) -> NDArray[np.bool_]:
        """Say of each case whether it has any of the steps."""
        return self.sight.any_in_case(self.events(*steps))

    def has_named(self, names: Collection[str]) -> NDArray[np.bool_]:
        """Say of each case whether it has any of the activities."""
        return self.sight.any_in_case(self.events_named(names))

    def proportion(self, cases: NDArray[np.bool_], among: NDArray[np.bool_]) -> Proportion:
        """Count cases among others."""
        return Proportion(int(np.count_nonzero(cases & among)), int(np.count_nonzero(among)))

    def extra_time(self, having: NDArray[np.bool_], among: NDArray[np.bool_]) -> ExtraTime | None:
        """Compare the durations of cases with those of the others among which they are."""
        if not self.timed:
            return None
        return self.journey.comparison.extra_time(np.flatnonzero(having), among)

    def examples(self, cases: NDArray[np.bool_], *steps: str) -> tuple[ExampleCase, ...]:
        """Show the longest cases of those that are marked, with the rows of the steps."""
        return self.examples_named(cases, [YASM[step] for step in steps])

    def examples_named(
        self, cases: NDArray[np.bool_], names: Sequence[str]
    ) -> tuple[ExampleCase, ...]:
        """Show the longest cases of those that are marked, with the rows of the activities."""
        marked = np.flatnonzero(cases)
        took = self.journey.duration_s if self.timed else None
        lengths = np.diff(self.sight.offsets)[marked] if took is None else took[marked]
        shown = self.events_named(names)
        found = []
        for case in marked[np.lexsort([marked, -lengths])][:EXAMPLES].tolist():
            begin, end = int(self.sight.offsets[case]), int(self.sight.offsets[case + 1])
            events = begin + np.flatnonzero(shown[begin:end])
            seen = dict.fromkeys(self.names[self.sight.activity[event]] for event in events)
            found.append(
                ExampleCase(
                    case=self.sight.case_ids[case].as_py(),
                    rows=tuple(self.sight.row[events[:ROWS]].tolist()),
                    duration_s=None if took is None else float(took[case]),
                    what=", ".join(seen),
                )
            )
        return tuple(found)

    def middle(
        self, spans_us: NDArray[np.int64], running: NDArray[np.bool_] | None = None
    ) -> Middle:
        """Find median and p90 of spans; where some still run, by Kaplan and Meier."""
        if running is not None and running.any():
            found = survival_of(spans_us, running)
            middle, low, high = found.median_s, found.low_s, found.high_s
            return Middle(len(spans_us), middle, low, high, found.p90_s, found.running)
        if not len(spans_us):
            return Middle(0, None, None, None, None)
        seconds = spans_us / SECOND
        low, median, high = median_of(seconds)
        return Middle(len(seconds), median, low, high, float(np.quantile(seconds, 0.9)))

    def working_middle(
        self,
        low: NDArray[np.int64],
        high: NDArray[np.int64],
        running: NDArray[np.bool_] | None = None,
    ) -> Middle | None:
        """Find the same in working time; None where every hour counts."""
        worked = self.journey.worked(low, high)
        return None if worked is None else self.middle(worked, running)


def not_handed_over(evidence: Evidence) -> str:
    """Say why a log has no hand-over to 2nd level."""
    return "nothing is handed over to 2nd level" if evidence.happens(*SECOND_LEVEL) else NO_LEVELS


def of_cases(cases: Proportion, noun: str) -> str:
    """Write a share with its cases.

    Examples
    --------
    >>> of_cases(Proportion(99, 1500), "case")
    '99 of 1,500 cases (6.6 %)'
    """
    return f"{cases.cases:,} of {counted(cases.total, noun)} ({percent(cases.cases, cases.total)})"


def is_or_are(cases: Proportion, one: str, several: str) -> str:
    """Choose the verb for a number of cases."""
    return one if cases.cases == 1 else several


def replies_in(sight: Sight) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """List case and time of what customers did; None where the log does not tell them apart."""
    actors = sight.labels("actor_type")
    if actors is None or sight.time is None or CUSTOMER not in actors.values:
        return None
    events = np.flatnonzero(actors.among(np.isin(actors.values, CUSTOMER)))
    return sight.case[events], sight.time[events]
