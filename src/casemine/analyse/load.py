"""What comes to a group and what it completes, by hour of the week, and how long its queue is.

A visit of a case arrives when it begins and is completed when it ends: the case goes to another
group, or is over. A person is at work in an hour in which an event bears the name. The capacity
that is seen this way, completions per hour of a person at work, is what was done and no limit of
what could be done.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.spans import SECOND
from casemine.log.workingtime import local_time
from casemine.model.bottlenecks import Load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.analyse.journey import Journey
    from casemine.analyse.visits import Visits
    from casemine.log.quality.sight import Labels
    from casemine.model.bottlenecks import Week

HOUR = 3600 * SECOND
HOURS = 168  # of a week
WEEK = HOURS * HOUR
MONDAY = 4 * 24 * HOUR  # 1970-01-05, the first Monday after the epoch
MOST_WEEKS = 520


def loads_of(
    journey: Journey, visits: Visits, groups: Labels | None, zone: str, most: int
) -> tuple[Load, ...]:
    """Measure the load of the groups with the longest queues.

    Parameters
    ----------
    groups : Labels or None
        None: all visits are to the log as a whole.
    zone : str
        IANA name; hours of the week are those of its clocks.
    most : int
        How many groups at most.

    Returns
    -------
    tuple of Load
        By falling queue, then name.

    Notes
    -----
    The mean queue over the period is the sum of the lengths of all visits by the length of the
    period. It equals the rate of arrivals times the mean length of a visit (J.D.C. Little, "A proof
    for the queuing formula L = lambda W", Operations Research 9 (1961), 383-387), exactly, as
    visits are cut off where the log ends.
    """
    if not len(visits):
        return ()
    first, last = int(journey.begin.min()), journey.until
    size = len(groups.values) if groups is not None else 1
    group = visits.group.astype(np.int64)
    there = np.bincount(group, weights=(visits.end - visits.begin) / SECOND, minlength=size)
    names = groups.values if groups is not None else ("",)
    order = sorted(np.flatnonzero(there > 0).tolist(), key=lambda one: (-there[one], names[one]))
    occurs = _occurrences(first, last, zone)
    busy = _busy(journey, groups, zone)
    found = []
    for one in order[:most]:
        here = group == one
        begin, end = visits.begin[here], visits.end[here]
        done = end[~visits.running[here]]
        people = None if busy is None else np.bincount(busy[1][busy[0] == one], minlength=HOURS)
        at_work = 0 if people is None else int(people.sum())
        per_person = len(done) / at_work if at_work else None
        monday, queue = _queue(begin, end, first, last)
        found.append(
            Load(
                group=None if groups is None else names[one],
                arrivals=len(begin),
                completions=len(done),
                arrivals_by_hour=_week(begin, occurs, zone),
                completions_by_hour=_week(done, occurs, zone),
                people_by_hour=None if people is None else _as_week(people / occurs),
                per_person_hour=per_person,
                capacity_by_hour=None
                if people is None or per_person is None
                else _as_week(people / occurs * per_person),
                mean_queue=there[one] / ((last - first) / SECOND) if last > first else 0.0,
                mean_visit_s=there[one] / len(begin),
                first_monday=monday,
                queue_by_week=queue,
            )
        )
    return tuple(found)


def _week(moments: NDArray[np.int64], occurs: NDArray[np.int64], zone: str) -> Week:
    """Count by hour of the week, per time that this hour occurs."""
    return _as_week(np.bincount(_hour(moments, zone), minlength=HOURS) / occurs)


def _as_week(hours: NDArray[np.float64]) -> Week:
    return tuple(tuple(day) for day in np.round(hours, 6).reshape(7, 24).tolist())


def _hour(moments: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Hour of the week by the clock on the wall, from Monday 00:00."""
    return (local_time(zone, moments) - MONDAY) // HOUR % HOURS


def _occurrences(first: int, last: int, zone: str) -> NDArray[np.int64]:
    """How often each hour of the week occurs in the period, at least once."""
    ends = local_time(zone, np.array([first, last]))
    hours = np.arange(int(ends[0] - MONDAY) // HOUR, int(ends[1] - MONDAY) // HOUR + 1)
    return np.maximum(np.bincount(hours % HOURS, minlength=HOURS), 1)


def _busy(
    journey: Journey, groups: Labels | None, zone: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """List for each person and hour at work: the group and the hour of the week."""
    people = journey.people
    if people is None:
        return None
    known = people.codes >= 0
    actors = journey.sight.labels("actor_type")
    if actors is not None:
        known &= ~actors.among(np.isin(actors.values, ("system", "customer")))
    group = np.zeros(len(known), np.int64) if groups is None else groups.codes.astype(np.int64)
    known &= group >= 0
    hour = (local_time(zone, journey.time[known]) - MONDAY) // HOUR
    first = int(hour.min(initial=0))
    span, persons = int(hour.max(initial=0)) - first + 1, len(people.values)
    keys = (group[known] * span + (hour - first)) * persons + people.codes[known]
    keys.sort()
    at_work = keys[np.diff(keys, prepend=-1) > 0] // persons
    return at_work // span, (at_work % span + first) % HOURS


def _queue(
    begin: NDArray[np.int64], end: NDArray[np.int64], first: int, last: int
) -> tuple[date | None, tuple[float, ...]]:
    """Mean number of cases there, week by week; weeks begin on Monday, UTC."""
    low, high = (first - MONDAY) // WEEK, (last - MONDAY) // WEEK
    if high - low >= MOST_WEEKS:
        return None, ()
    cuts = np.arange(low, high + 2) * WEEK + MONDAY
    cuts[0], cuts[-1] = first, max(last, first + 1)
    area = _passed(np.sort(begin), cuts) - _passed(np.sort(end), cuts)
    mean = np.diff(area) / np.maximum(np.diff(cuts) / SECOND, 1e-6)
    monday = date(1970, 1, 5) + timedelta(weeks=int(low))
    return monday, tuple(np.round(np.maximum(mean, 0.0), 6).tolist())


def _passed(moments: NDArray[np.int64], cuts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of the seconds since each moment, at each cut; moments are sorted."""
    seconds = (moments - cuts[0]) / SECOND
    sums = np.concatenate([[0.0], np.cumsum(seconds)])
    before = np.searchsorted(moments, cuts, side="right")
    result: NDArray[np.float64] = before * ((cuts - cuts[0]) / SECOND) - sums[before]
    return result
