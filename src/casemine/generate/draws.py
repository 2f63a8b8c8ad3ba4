"""Random numbers that are the same on every platform and with every numpy 2.

Only the bits of PCG64 and of its seeding come from numpy, which keeps both stable; its
distribution methods may change between versions, and `exp` and `log` differ in the last bit
between processors. So quantiles come from a rounded table, and the exponential from additions,
multiplications and a shift, which IEEE 754 fixes to the last bit.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_CELLS = 4096
_LN2, _LOG2E = 0.6931471805599453, 1.4426950408889634
_BLOCK = 1 << 16


class Draws:
    """One stream of uniform numbers; streams of another name or seed are independent."""

    def __init__(self, seed: int, stream: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, stream]))

    def uniform(self, count: int) -> NDArray[np.float64]:
        """Draw numbers from 0 up to, not including, 1."""
        raw: NDArray[np.uint64] = self._bits.random_raw(count)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def one_by_one(self) -> Iterator[float]:
        """Draw without end, for code that asks for one number at a time."""
        while True:
            yield from self.uniform(_BLOCK).tolist()

    def log_normal(
        self, median: NDArray[np.float64], sigma: NDArray[np.float64] | float
    ) -> NDArray[np.float64]:
        """Draw one number for each median; `sigma` is the spread of the natural logarithm.

        The normal quantile is read from a table of 4,096 cells, so that no draw lies further than
        3.7 sigma from the median.
        """
        return median * _exp(sigma * _normal(self.uniform(len(median))))

    def pick(self, weights: tuple[int, ...], count: int) -> NDArray[np.int64]:
        """Draw indices with probabilities in proportion to whole-number weights."""
        steps = np.cumsum(np.array(weights, np.int64))
        return np.searchsorted(steps, self.uniform(count) * float(steps[-1]), side="right")


@lru_cache
def _normal_table() -> NDArray[np.float64]:
    """Quantiles of the normal distribution, rounded so that every libm gives the same ones."""
    normal = NormalDist()
    return np.array([round(normal.inv_cdf((k + 0.5) / _CELLS), 9) for k in range(_CELLS)])


def _normal(uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    table = _normal_table()
    place = uniform * (_CELLS - 1)
    cell = np.minimum(place.astype(np.int64), _CELLS - 2)
    low = table[cell]
    inside: NDArray[np.float64] = low + (place - cell) * (table[cell + 1] - low)
    return inside


def _exp(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raise e to `x`: a power of two times a Taylor polynomial of degree 11 on ±0.35."""
    twos = x * _LOG2E
    whole = np.rint(twos)
    rest = (twos - whole) * _LN2
    result = np.ones_like(rest)
    for k in range(11, 0, -1):
        result = 1.0 + result * rest / k
    scaled: NDArray[np.float64] = np.ldexp(result, whole.astype(np.int32))
    return scaled
