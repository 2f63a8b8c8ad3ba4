"""Exact statistics of spans of time by group: minimum, quantiles, mean, maximum, total.

Spans are whole microseconds and stay whole until the last division, so the result does not depend
on the order of the events, nor on the route by which they were counted. Quantiles interpolate
linearly between neighbours (numpy's default, type 7 of Hyndman and Fan 1996): of n sorted spans
the median lies at rank (n - 1) / 2 and the p90 at rank 9 (n - 1) / 10, counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.order import common_unit
from casemine.model.timing import Timing

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECOND = 1_000_000  # microseconds
_EXACT = 1 << 53  # below it every whole number is a float64


@dataclass(frozen=True, slots=True, eq=False)
class SpanStats:
    """What is known of each group, in microseconds; groups without spans hold zeros."""

    n: NDArray[np.int64]
    total: tuple[int, ...]
    picks: NDArray[np.int64]  # one row a group, columns as `wanted_ranks` has them

    def timing(self, group: int) -> Timing | None:
        """Statistics of one group in seconds, None where it has no span."""
        n, total = int(self.n[group]), self.total[group]
        if n == 0:
            return None
        low, left, right, below, above, high = self.picks[group].tolist()
        part = 9 * (n - 1) % 10
        return Timing(
            n=n,
            min_s=low / SECOND,
            median_s=(left + right) / (2 * SECOND),
            mean_s=total / (n * SECOND),
            p90_s=(below * (10 - part) + above * part) / (10 * SECOND),
            max_s=high / SECOND,
            total_s=total / SECOND,
        )

    def medians_s(self) -> NDArray[np.float64]:
        """Median of each group in seconds."""
        return _divide(self.picks[:, 1] + self.picks[:, 2], 2 * SECOND)

    def p90s_s(self) -> NDArray[np.float64]:
        """90 % quantile of each group in seconds."""
        part = 9 * (self.n - 1) % 10
        weighted = self.picks[:, 3] * (10 - part) + self.picks[:, 4] * part
        return _divide(weighted, 10 * SECOND)


@dataclass(frozen=True, slots=True)
class Packing:
    """How a group and a span share one unsigned 64-bit number that sorts as the pair does."""

    low: int
    unit: int
    bits: int

    @classmethod
    def of(cls, low: int, high: int, unit: int = 1) -> Packing:
        """Leave as many bits for the group as spans between these bounds allow."""
        return cls(low, unit, ((high - low) // unit).bit_length())

    def holds(self, groups: int) -> bool:
        """Whether group numbers below `groups` fit beside the spans."""
        return max(groups - 1, 0).bit_length() + self.bits <= 64

    def pack(self, group: NDArray[np.integer], spans: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Numbers that sort by group, then by span."""
        packed = (spans - self.low).view(np.uint64)
        if self.unit > 1:
            packed //= np.uint64(self.unit)
        if self.bits < 64:
            high = group.astype(np.uint64)
            high <<= np.uint64(self.bits)
            packed |= high
        return packed

    def spans(self, packed: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Take the spans out again."""
        spans = (packed & np.uint64((1 << self.bits) - 1)).view(np.int64)
        if self.unit > 1:
            spans *= self.unit
        if self.low:
            spans += self.low
        return spans


def span_stats(group: NDArray[np.integer], spans: NDArray[np.int64], groups: int) -> SpanStats:
    """Statistics of each group of spans.

    Parameters
    ----------
    group, spans : arrays of int64
        Group number, from 0 to `groups` - 1, and length in microseconds of each span.

    Notes
    -----
    O(n log n) by one sort of packed numbers; where they do not fit, by an indirect sort.
    """
    n = np.bincount(group, minlength=groups)
    ordered = sort_spans(group, spans, groups)
    picks = np.zeros((groups, 6), np.int64)
    used = n > 0
    picks[used] = ordered[wanted_ranks(n)[used]]
    return SpanStats(n, exact_sums(ordered, n), picks)


def sort_spans(
    group: NDArray[np.integer], spans: NDArray[np.int64], groups: int
) -> NDArray[np.int64]:
    """Spans sorted by group, then length."""
    low, high = int(spans.min(initial=0)), int(spans.max(initial=0))
    packing = Packing.of(low, high)
    if not packing.holds(groups):
        packing = Packing.of(low, high, common_unit(spans, low))
    if not packing.holds(groups):
        return spans[np.lexsort([spans, group])]
    packed = packing.pack(group, spans)
    packed.sort()
    return packing.spans(packed)


def wanted_ranks(n: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the statistics stand among the spans sorted by group and length.

    One row per group: minimum, both neighbours of the median, both of the p90, maximum.
    """
    last = n - 1
    below = 9 * last // 10
    ranks = np.stack(
        [np.zeros_like(n), last // 2, n // 2, below, np.minimum(below + 1, last), last], axis=1
    )
    ranks += (np.cumsum(n) - n)[:, None]
    return ranks


def exact_sums(ordered: NDArray[np.int64], n: NDArray[np.int64]) -> tuple[int, ...]:
    """Sum consecutive runs of `n` numbers each, without rounding or overflow."""
    sums = np.zeros((2, len(n)), np.int64)
    used = np.flatnonzero(n)
    starts = (np.cumsum(n) - n)[used]
    if len(used):
        size = max(int(ordered.max()), -int(ordered.min()), 1)
        if size * int(n.max()) < 1 << 63:
            sums[0, used] = np.add.reduceat(ordered, starts)
        else:
            sums[0, used] = np.add.reduceat(ordered & 0xFFFFFFFF, starts)
            sums[1, used] = np.add.reduceat(ordered >> 32, starts)
    return tuple(low + (high << 32) for low, high in zip(*sums.tolist(), strict=True))


def _divide(numbers: NDArray[np.int64], divisor: int) -> NDArray[np.float64]:
    """Divide and round once, as Python does with whole numbers of any size."""
    if len(numbers) and max(int(numbers.max()), -int(numbers.min())) >= _EXACT:
        return np.array([number / divisor for number in numbers.tolist()])
    return np.true_divide(numbers, divisor)
