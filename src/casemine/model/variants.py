"""The distinct traces of a log, columnar, each with its cases and their durations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Variants:
    """Distinct traces by falling number of cases, then by trace (names compared as text).

    Trace i is `codes[offsets[i]:offsets[i + 1]]`, indices into `activities`, which are sorted by
    name. Durations are seconds from the first start (or time) of a case to its last time; None in
    a log without times.
    """

    activities: tuple[str, ...]
    codes: NDArray[np.int32]
    offsets: NDArray[np.int64]  # length: number of variants + 1
    counts: NDArray[np.int64]  # cases of each variant
    median_s: NDArray[np.float64] | None
    p90_s: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def cases(self) -> int:
        """Cases of all variants together."""
        return int(self.counts.sum())

    def trace(self, index: int) -> tuple[str, ...]:
        """Activities of one variant, in order."""
        codes = self.codes[self.offsets[index] : self.offsets[index + 1]]
        return tuple(self.activities[code] for code in codes.tolist())

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Each trace with its number of cases."""
        for index, count in enumerate(self.counts.tolist()):
            yield self.trace(index), count
