"""Sequences of events, one trace after another, and what comes before and after in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.rules.values import Steps

NOWHERE = -1
Number = TypeVar("Number", np.int64, np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """Trace i holds the events offsets[i] to offsets[i + 1]; none is empty.

    A trace is a case, or a variant that stands for many. Events are ordered by position only:
    what shares an instant keeps the order of the log.
    """

    names: tuple[str, ...]
    activity: NDArray[np.integer]  # index into `names` of each event
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def mask(self, steps: Steps) -> NDArray[np.bool_]:
        """Say of each event whether it is one of the steps."""
        wanted = np.array([steps.has(name) for name in self.names], np.bool_)
        found: NDArray[np.bool_] = wanted[self.activity]
        return found

    def spread(self, values: NDArray[Number]) -> NDArray[Number]:
        """Give each event the value of its trace."""
        return np.repeat(values, np.diff(self.offsets))

    def merged(self, *events: NDArray[np.int64]) -> NDArray[np.int64]:
        """Join lists of events into one that rises, each event once."""
        picked = np.zeros(len(self.activity), np.bool_)
        for some in events:
            picked[some] = True
        return np.flatnonzero(picked)

    def count(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the events of each trace that a mask picks."""
        if not len(self):
            return np.zeros(0, np.int64)
        return np.add.reduceat(mask, self.offsets[:-1], dtype=np.int64)

    def any(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each trace whether a mask picks one of its events."""
        if not len(self):
            return np.zeros(0, np.bool_)
        return np.logical_or.reduceat(mask, self.offsets[:-1])

    def trace_of(self, events: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the traces of events."""
        return np.searchsorted(self.offsets, events, side="right") - 1

    def before(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each event, the last event that a mask picks before it in its trace, or -1."""
        size = len(mask)
        last = np.where(mask, np.arange(size), NOWHERE)
        np.maximum.accumulate(last, out=last)
        found = np.empty(size, np.int64)
        found[:1] = NOWHERE
        found[1:] = last[:-1]
        found[found < self.spread(self.offsets[:-1])] = NOWHERE
        return found

    def after(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each event, the first event that a mask picks after it in its trace, or -1."""
        size = len(mask)
        following = np.where(mask, np.arange(size), size)[::-1]
        np.minimum.accumulate(following, out=following)
        found = np.empty(size, np.int64)
        found[-1:] = size
        found[:-1] = following[::-1][1:]
        found[found >= self.spread(self.offsets[1:])] = NOWHERE
        return found

    def first(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each trace, the first event that a mask picks, or -1."""
        picked = np.flatnonzero(mask)[::-1]
        found = np.full(len(self), NOWHERE, np.int64)
        found[self.trace_of(picked)] = picked  # of several, the last assignment stays
        return found

    def last(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each trace, the last event that a mask picks, or -1."""
        picked = np.flatnonzero(mask)
        found = np.full(len(self), NOWHERE, np.int64)
        found[self.trace_of(picked)] = picked
        return found

    def right_before(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each event whether the mask picks the event right before it in its trace."""
        found = np.zeros(len(mask), np.bool_)
        found[1:] = mask[:-1]
        found[self.offsets[:-1]] = False
        return found

    def right_after(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each event whether the mask picks the event right after it in its trace."""
        found = np.zeros(len(mask), np.bool_)
        found[:-1] = mask[1:]
        found[self.offsets[1:] - 1] = False
        return found

    def ends(self) -> NDArray[np.bool_]:
        """Say of each event whether it is the last of its trace."""
        found = np.zeros(len(self.activity), np.bool_)
        found[self.offsets[1:] - 1] = True
        return found

    def rank(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count, for each event, those that a mask picks in its trace up to and with it."""
        total: NDArray[np.int64] = np.cumsum(mask)
        start = np.concatenate([[0], total])[self.offsets[:-1]]
        found: NDArray[np.int64] = total - self.spread(start)
        return found
