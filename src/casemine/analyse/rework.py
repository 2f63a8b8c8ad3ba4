"""Activities that cases repeat, and cases that come back to a group, with what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.visits import away, return_examples, returns_of
from casemine.analyse.waits import waits_by
from casemine.model.bottlenecks import PingPong, Rework
from casemine.model.proportion import Proportion

if TYPE_CHECKING:
    from casemine.analyse.journey import Journey
    from casemine.analyse.visits import Visits
    from casemine.log.quality.sight import Labels

COMPARED = 25  # activities whose extra time is counted; the others are repeated in fewer cases


def rework_of(journey: Journey) -> tuple[Rework, ...]:
    """Count the activities that cases repeat, by falling number of such cases, then name."""
    sight = journey.sight
    names = sight.codes.activities
    keys = journey.sight.case * len(names) + sight.activity
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
                extra=journey.comparison.extra_time(np.flatnonzero(marked), among)
                if rank < COMPARED
                else None,
            )
        )
    return tuple(found)


def ping_pong_of(journey: Journey, visits: Visits, groups: Labels) -> PingPong:
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
        extra=journey.comparison.extra_time(np.flatnonzero(marked), handed_over),
        examples=return_examples(journey, visits, returns, groups),
    )
