"""Ends of lines: where they meet the box, circle or diamond that they lead to."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.model.diagram import Box, Point

_HALVINGS = 24
_EDGE = 1e-6  # the border itself is outside


def docked(line: Sequence[Point], box: Box, shape: str) -> list[Point]:
    """Let a line end where it meets a shape, cut off or made longer.

    Examples
    --------
    >>> from casemine.model.diagram import Box
    >>> docked([(0, 0), (35, 0)], Box(50, 0, 20, 20), "box")
    [(0, 0), (40.0, 0.0)]
    """
    kept = list(line)
    inner = (box.x, box.y)
    while len(kept) > 1 and inside(kept[-1], box, shape):
        inner = kept.pop()
    last = kept[-1]
    if len(kept) == len(line) and len(kept) > 1:
        ahead = _ahead(kept[-2], last, (box.x, box.y))
        if ahead is not None and inside(ahead, box, shape):
            return [*kept[:-1], _border(last, ahead, box, shape)]
    return [*kept, _border(last, inner, box, shape)]


def inside(point: Point, box: Box, shape: str) -> bool:
    """Whether a point lies in a shape that fills a box."""
    across = abs(point[0] - box.x) / (box.width / 2 - _EDGE)
    down = abs(point[1] - box.y) / (box.height / 2 - _EDGE)
    if shape == "diamond":
        return across + down < 1
    if shape == "ellipse":
        return hypot(across, down) < 1
    return max(across, down) < 1


def _ahead(start: Point, end: Point, middle: Point) -> Point | None:
    """Find the point closest to the middle of a shape, straight on from the end of a line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if not length:
        return None
    dx, dy = dx / length, dy / length
    reach = (middle[0] - end[0]) * dx + (middle[1] - end[1]) * dy
    return (end[0] + reach * dx, end[1] + reach * dy) if reach > 0 else None


def _border(outer: Point, inner: Point, box: Box, shape: str) -> Point:
    """Find where a straight line enters a shape, by halving."""
    for _ in range(_HALVINGS):
        middle = ((outer[0] + inner[0]) / 2, (outer[1] + inner[1]) / 2)
        if inside(middle, box, shape):
            inner = middle
        else:
            outer = middle
    return round(outer[0], 3), round(outer[1], 3)
