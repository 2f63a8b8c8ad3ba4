"""Waits for the user: from the request to what ends it, and which of them look fake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.analyse.evidence import Evidence

FLOATING = ("U1", "U2", "U3", "U4")  # may happen during a wait, and end none
QUICK = 10 * 60 * 1_000_000  # microseconds


@dataclass(frozen=True, slots=True, eq=False)
class UserWaits:
    """One entry per wait, in the order of the log; times in microseconds."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]  # the end of the log where it still runs
    running: NDArray[np.bool_]
    begin: NDArray[np.int64]  # the event that begins it
    end: NDArray[np.int64]  # the event that ends it; the one that begins it where it still runs

    def __len__(self) -> int:
        return len(self.low)


def user_waits(evidence: Evidence) -> UserWaits:
    """List the waits for the user; a request during a wait is part of it."""
    journey, sight = evidence.journey, evidence.sight
    asks, passing = evidence.events("W1"), evidence.events("W1", *FLOATING)
    places = np.arange(sight.events)
    ending = np.where(passing, sight.events, places)
    following = np.minimum.accumulate(ending[::-1])[::-1]  # the next event that ends a wait
    begin = np.flatnonzero(asks)
    end = following[begin]
    bound = np.repeat(sight.offsets[1:], np.diff(sight.offsets))[begin]
    ends_here = end < bound
    case = sight.case[begin]
    fresh = np.ones(len(begin), np.bool_)
    fresh[1:] = (end[1:] != end[:-1]) | (case[1:] != case[:-1])
    wanted = fresh & (ends_here | ~evidence.over[case])
    begin, end, ends_here = begin[wanted], end[wanted], ends_here[wanted]
    low = journey.time[begin]
    known = np.where(ends_here, end, begin)
    high = np.where(ends_here, journey.start[known], journey.until)
    return UserWaits(low, np.maximum(high, low), ~ends_here, begin, known)


def ended_quickly(evidence: Evidence, waits: UserWaits) -> int | None:
    """Count waits that the person who began them ended within minutes; None without people."""
    same = _same_person(evidence, waits)
    if same is None:
        return None
    return int(np.count_nonzero(same & (waits.high - waits.low <= QUICK)))


def ended_unanswered(evidence: Evidence, waits: UserWaits) -> int | None:
    """Count waits that the same person ended though the user had said nothing.

    None where the log does not tell what the user did: no event of it is the customer's.
    """
    same, replies = _same_person(evidence, waits), evidence.replies
    if same is None or replies is None:
        return None
    said, at = replies
    case = evidence.sight.case[waits.begin]
    cases = np.concatenate([said, case, case])
    times = np.concatenate([at, waits.low, waits.high])
    order = np.lexsort([np.arange(len(cases)) >= len(said), times, cases])
    until = np.empty(len(cases), np.int64)  # replies up to each moment
    until[order] = np.cumsum(order < len(said))
    low, high = np.split(until[len(said) :], 2)
    return int(np.count_nonzero(same & (low == high)))


def _same_person(evidence: Evidence, waits: UserWaits) -> NDArray[np.bool_] | None:
    people = evidence.sight.labels("resource")
    if people is None:
        return None
    one, other = people.codes[waits.begin], people.codes[waits.end]
    same: NDArray[np.bool_] = (one == other) & (one >= 0) & ~waits.running
    return same
