"""A share of cases with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Proportion:
    """`cases` of `total`; the interval is Wilson's, at 95 %.

    E.B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927), 209-212.

    Examples
    --------
    >>> one = Proportion(99, 1500)
    >>> round(one.share, 4), round(one.low, 4), round(one.high, 4)
    (0.066, 0.0545, 0.0797)
    >>> Proportion(0, 0).share, Proportion(0, 0).low, Proportion(0, 0).high
    (0.0, 0.0, 1.0)
    """

    cases: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 of nothing is 0."""
        return self.cases / self.total if self.total else 0.0

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self._bounds()[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self._bounds()[1]

    def _bounds(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        n, p, z = self.total, self.share, Z95
        centre = p + z * z / (2 * n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        below, above = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
        return (0.0 if self.cases == 0 else below), (1.0 if self.cases == n else above)
