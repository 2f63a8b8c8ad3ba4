"""Visits of cases to groups: hand-overs, coming back, and how long a case was away.

A visit is a run of events of one case at one group. Events without a group belong to the visit
around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.spans import SECOND, span_stats
from casemine.model.bottlenecks import Clock
from casemine.model.conformance import ExampleCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.analyse.journey import Journey
    from casemine.log.quality.sight import Labels

EXAMPLES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """One entry per visit, in the order of the log."""

    case: NDArray[np.int64]
    group: NDArray[np.int32]
    event: NDArray[np.int64]  # its first one
    begin: NDArray[np.int64]  # microseconds
    end: NDArray[np.int64]  # when the next visit begins, else the last event, or that of the log
    leaves: NDArray[np.bool_]  # to another group
    running: NDArray[np.bool_]  # the case is open and still there

    def __len__(self) -> int:
        return len(self.case)


def visits_of(journey: Journey, groups: Labels) -> Visits:
    """Cut the events of each case into visits."""
    places = np.flatnonzero(groups.codes >= 0)
    case, group = journey.sight.case[places], groups.codes[places]
    fresh = np.ones(len(places), np.bool_)
    fresh[1:] = (case[1:] != case[:-1]) | (group[1:] != group[:-1])
    event = places[fresh]
    case, group = case[fresh], group[fresh]
    begin = journey.time[event]
    leaves = np.zeros(len(event), np.bool_)
    leaves[:-1] = case[1:] == case[:-1]
    running = ~leaves & ~journey.over[case]
    end = journey.time[journey.sight.lasts[case]]
    end = np.where(running, journey.until, end)
    end[:-1] = np.where(leaves[:-1], begin[1:], end[:-1])
    return Visits(case, group, event, begin, end, leaves, running)


def stays_of(journey: Journey) -> Visits:
    """Take each case as one visit to the log as a whole."""
    sight = journey.sight
    running = ~journey.over
    last = journey.time[sight.lasts]
    return Visits(
        case=np.arange(sight.cases),
        group=np.zeros(sight.cases, np.int32),
        event=sight.firsts,
        begin=journey.first,
        end=np.where(running, journey.until, last),
        leaves=np.zeros(sight.cases, np.bool_),
        running=running,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """Visits to a group that a case had left for one other group: A, B, A."""

    leaving: NDArray[np.int64]  # index of the visit to B
    back: NDArray[np.int64]  # index of the second visit to A
    others: int  # returns by way of several other groups

    def __len__(self) -> int:
        return len(self.back)


def returns_of(visits: Visits) -> Returns:
    """Find the cases that come back."""
    case, group = visits.case, visits.group
    back = np.flatnonzero((case[2:] == case[:-2]) & (group[2:] == group[:-2])) + 2
    size = int(group.max(initial=0)) + 1
    _, first = np.unique(case * size + group, return_index=True)
    again = np.ones(len(visits), np.bool_)
    again[first] = False
    return Returns(back - 1, back, int(np.count_nonzero(again)) - len(back))


def away(journey: Journey, visits: Visits, returns: Returns) -> tuple[Clock, Clock | None]:
    """Measure the time between leaving a group and coming back, by both clocks."""
    low, high = visits.begin[returns.leaving], visits.begin[returns.back]
    worked = journey.worked(low, high)
    return _clock(high - low), None if worked is None else _clock(worked)


def _clock(spans: NDArray[np.int64]) -> Clock:
    stats = span_stats(np.zeros(len(spans), np.int64), spans, 1)
    return Clock(stats.timing(0), stats.total[0] / SECOND, 0.0)


def return_examples(
    journey: Journey, visits: Visits, returns: Returns, groups: Labels
) -> tuple[ExampleCase, ...]:
    """Show the cases that were away longest, each once."""
    spans = visits.begin[returns.back] - visits.begin[returns.leaving]
    sight, found = journey.sight, {}
    for place in np.lexsort([np.arange(len(spans)), -spans]).tolist():
        there, back = int(returns.leaving[place]), int(returns.back[place])
        case = int(visits.case[back])
        if case in found:
            continue
        home, other = (groups.values[visits.group[visit]] for visit in (back, there))
        events = (visits.event[there - 1], visits.event[there], visits.event[back])
        found[case] = ExampleCase(
            case=sight.codes.case_ids[int(sight.codes.case[sight.firsts[case]])].as_py(),
            rows=tuple(int(sight.row[event]) for event in events),
            duration_s=int(spans[place]) / SECOND,
            what=f"{home} > {other} > {home}",
        )
        if len(found) == EXAMPLES:
            break
    return tuple(found.values())
