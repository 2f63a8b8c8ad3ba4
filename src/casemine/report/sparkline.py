"""Bars and rows of small columns made of block characters."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"
EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as columns; the highest fills the line, what is not zero can be seen.

    Examples
    --------
    >>> sparkline([0, 1, 50, 100])
    ' ▁▄█'
    """
    top = max(counts, default=0)
    if top == 0:
        return " " * len(counts)
    return "".join(BLOCKS[0 if n == 0 else max(1, round(8 * n / top))] for n in counts)


def bar(share: float, width: int) -> str:
    """Draw a share of 0 to 1 as a bar of at most `width` columns, to an eighth of a column.

    Examples
    --------
    >>> bar(0.5, 5), bar(0.001, 5), bar(0, 5)
    ('██▌', '▏', '')
    """
    eighths = round(share * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]


def log_bins(values: Iterable[float], low: float, high: float, bins: int) -> tuple[int, ...]:
    """Count positive values into bins of equal ratio from `low` to `high`.

    Values outside fall into the first or the last bin.

    Examples
    --------
    >>> log_bins([1, 2, 9, 99, 1000], 1, 1000, 3)
    (3, 1, 1)
    """
    counts = [0] * bins
    spread = log(high / low) if high > low else 0.0
    for value in values:
        place = int(bins * log(max(value, low) / low) / spread) if spread else 0
        counts[min(bins - 1, place)] += 1
    return tuple(counts)
