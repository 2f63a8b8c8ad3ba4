"""Activities that cases repeat, and cases that come back to a group, with what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.extratime import extra_time, likeness_of
from casemine.analyse.visits import away, return_examples, returns_of
from casemine.analyse.waits import waits_by
from casemine.model.bottlenecks import PingPong, Rework
from casemine.model.proportion import Proportion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.analyse.journey import Journey
    from casemine.analyse.visits import Visits
    from casemine.log.quality.sight import Labels
    from casemine.model.conformance import ExtraTime

COMPARED = 25  # activities whose extra time is counted; the others are repeated in fewer cases


class Comparison:
    """Durations of cases, and which cases can be compared."""

    def __init__(self, journey: Journey) -> None:
        sight = journey.sight
        first = np.minimum.reduceat(journey.begin, sight.firsts)
        self.duration_s = (journey.time[sight.lasts] - first) / 1e6
        self.over = journey.over
        self.alike, self.names = likeness_of(sight.log)

    def of(self, having: NDArray[np.bool_], among: NDArray[np.bool_]) -> ExtraTime | None:
        """Compare the cases that are marked with the others `among` which they are."""
        judged = self.over & among
        return extra_time(self.duration_s, having, judged, self.alike, self.names)


def rework_of(journey: Journey, comparison: Comparison) -> tuple[Rework, ...]:
    """Count the activities that cases repeat, by falling number of such cases, then name."""
    sight = journey.sight
    names = sight.codes.activities
    keys = journey.case * len(names) + sight.activity
    pairs, times = np.unique(keys, return_counts=True)
    case, activity = pairs // len(names), pairs % len(names)
    again = times > 1
    having = np.bincount(activity, minlength=len(names))
    cases = np.bincount(activity[again], minlength=len(names))
    extra = np.bincount(activity, weights=times - 1, minlength=len(names)).astype(np.int64)
    order = sorted(np.flatnonzero(cases).tolist(), key=lambda one: (-cases[one], names[one]))
    found = []
    for rank, one in enumerate(order):
        marked, among = np.zeros((2, sight.cases), np.bool_)
        marked[case[again & (activity == one)]] = True
        among[case[activity == one]] = True
        found.append(
            Rework(
                activity=names[one],
                cases=Proportion(int(cases[one]), int(having[one])),
                repeats=int(extra[one]),
                extra=comparison.of(marked, among) if rank < COMPARED else None,
            )
        )
    return tuple(found)


def ping_pong_of(
    journey: Journey, visits: Visits, groups: Labels, comparison: Comparison
) -> PingPong:
    """Count the cases that come back to a group: A, B, A."""
    returns = returns_of(visits)
    marked = np.zeros(journey.sight.cases, np.bool_)
    marked[visits.case[returns.back]] = True
    known = np.zeros(journey.sight.cases, np.bool_)
    known[visits.case] = True
    handed_over = np.zeros(journey.sight.cases, np.bool_)
    handed_over[visits.case[visits.leaves]] = True
    calendar, working = away(journey, visits, returns)
    gaps = journey.spans(
        visits.event[returns.leaving],
        visits.event[returns.back],
        visits.begin[returns.leaving],
        visits.begin[returns.back],
    )
    size = len(groups.values)
    home, other = visits.group[returns.back], visits.group[returns.leaving]
    used, place = np.unique(home.astype(np.int64) * size + other, return_inverse=True)
    names = [(groups.values[pair // size], groups.values[pair % size]) for pair in used.tolist()]
    return PingPong(
        cases=Proportion(int(marked.sum()), int(known.sum())),
        returns=len(returns),
        away=calendar,
        working_away=working,
        pairs=waits_by(journey, gaps, place, names),
        other_returns=returns.others,
        extra=comparison.of(marked, handed_over),
        examples=return_examples(journey, visits, returns, groups),
    )
