"""Bars and rows of small columns made of block characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"
EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def sparkline(counts: Sequence[int], top: int = 0) -> str:
    """Draw counts as columns; `top`, or the highest, fills the line; what is not zero can be seen.

    Examples
    --------
    >>> sparkline([0, 1, 50, 100])
    ' ▁▄█'
    >>> sparkline([0, 1, 50, 100], 200)
    ' ▁▂▄'
    """
    top = top or max(counts, default=0)
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
