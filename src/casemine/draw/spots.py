"""Where words can stand in a drawing that is given: free of boxes, of lines and of one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from casemine.model.diagram import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casemine.model.diagram import Point

_ON_BOX, _ON_LINE = 40.0, 14.0  # what it costs to cover anything of these, and
_PER_AREA, _PER_LENGTH = 0.3, 0.4  # what it costs beyond that, by how much is covered
_OWN = 0.25  # of these costs where it is the line that is named
_AIR = 1.5


class Spot(NamedTuple):
    """A place for words, and how much worse it is than the best one."""

    worse: float
    middle: Point


@dataclass(frozen=True, slots=True)
class Words:
    """Something to be written, its size, and where it may stand."""

    key: str
    width: float
    height: float
    spots: Sequence[Spot]


@dataclass
class Ground:
    """What is in the way: boxes and lines, and the words that have found their place."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Sequence[Point]] = field(default_factory=dict)

    def place(self, words: Words) -> Point:
        """Take the best spot, and keep it free from now on."""
        best, lowest = (0.0, 0.0), float("inf")
        for spot in sorted(words.spots):
            if spot.worse >= lowest:
                break
            cost = spot.worse + self._cost(words, spot.middle)
            if cost < lowest:
                best, lowest = spot.middle, cost
        self.boxes[f"words:{words.key}"] = Box(*best, words.width, words.height)
        return best

    def _cost(self, words: Words, middle: Point) -> float:
        box = Box(*middle, words.width + 2 * _AIR, words.height + 2 * _AIR)
        cost = 0.0
        for key, other in self.boxes.items():
            area = covered(box, other)
            if area and key != words.key:
                cost += _ON_BOX + _PER_AREA * area
        for key, line in self.lines.items():
            length = sum(crossed(box, a, b) for a, b in pairwise(line))
            if length:
                cost += (_ON_LINE + _PER_LENGTH * length) * (_OWN if key == words.key else 1)
        return cost


def covered(box: Box, other: Box) -> float:
    """Return the area that two boxes share.

    Examples
    --------
    >>> covered(Box(0, 0, 10, 10), Box(8, 0, 10, 4))
    8.0
    """
    wide = (box.width + other.width) / 2 - abs(box.x - other.x)
    high = (box.height + other.height) / 2 - abs(box.y - other.y)
    return (
        min(wide, box.width, other.width)
        * min(high, box.height, other.height)
        * (wide > 0 and high > 0)
    )


def crossed(box: Box, start: Point, end: Point) -> float:
    """Return how much of a straight line lies in a box.

    Examples
    --------
    >>> crossed(Box(0, 0, 10, 10), (-20, 0), (20, 0))
    10.0
    """
    left, right = box.x - box.width / 2, box.x + box.width / 2
    if (start[0] <= left and end[0] <= left) or (start[0] >= right and end[0] >= right):
        return 0.0  # most lines are far away, which is seen soonest so
    first, last = 0.0, 1.0
    for middle, half, a, b in (
        (box.x, box.width / 2, start[0], end[0]),
        (box.y, box.height / 2, start[1], end[1]),
    ):
        if a == b:
            if abs(a - middle) >= half:
                return 0.0
            continue
        one, other = (middle - half - a) / (b - a), (middle + half - a) / (b - a)
        first, last = max(first, min(one, other)), min(last, max(one, other))
    return max(0.0, last - first) * hypot(end[0] - start[0], end[1] - start[1])


def nearest(point: Point, start: Point, end: Point) -> Point:
    """Return the point of a straight line that is closest to another point.

    Examples
    --------
    >>> nearest((3, 5), (0, 0), (10, 0))
    (3.0, 0.0)
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / square if square else 0.0
    share = min(max(share, 0.0), 1.0)
    return start[0] + share * dx, start[1] + share * dy


def around(box: Box, width: float, height: float) -> list[Spot]:
    """List spots for the name of an event or gateway: under it, over it, beside it, at corners."""
    down, right = (box.height + height) / 2 + 3, (box.width + width) / 2 + 4
    near = 0.375 * box.width + width / 2 + 1, 0.375 * box.height + height / 2 + 1
    return [
        Spot(3.0, (box.x, box.y + down)),
        Spot(4.0, (box.x - near[0], box.y - near[1])),
        Spot(4.0, (box.x + near[0], box.y - near[1])),
        Spot(4.5, (box.x, box.y - down)),
        Spot(5.0, (box.x + near[0], box.y + near[1])),
        Spot(5.0, (box.x - near[0], box.y + near[1])),
        Spot(6.0, (box.x + right, box.y)),
        Spot(6.0, (box.x - right, box.y)),
    ]


def along(
    runs: Iterable[tuple[Point, Point]], width: float, height: float, stroke: float
) -> list[Spot]:
    """List spots beside and on straight pieces of a line, best in the middle of the longest."""
    lengths = [(hypot(b[0] - a[0], b[1] - a[1]), a, b) for a, b in runs]
    longest = max((length for length, _, _ in lengths), default=0.0)
    spots = []
    for length, a, b in lengths:
        shorter = 8.0 * (1 - length / longest) if longest else 0.0
        if not length:
            continue
        away = ((b[1] - a[1]) / length, (a[0] - b[0]) / length)  # across the line
        if (away[1], -away[0]) > (0.0, 0.0):  # above it first, or at its right
            away = (-away[0], -away[1])
        far = abs(away[0]) * width / 2 + abs(away[1]) * height / 2 + stroke / 2 + 2
        for share in (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9):
            x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
            worse = 2.0 + shorter + 6 * abs(share - 0.5)
            spots += [
                Spot(worse, (x + far * away[0], y + far * away[1])),
                Spot(worse + 0.5, (x - far * away[0], y - far * away[1])),
            ]
            spots.append(Spot(worse + 3, (x, y)))
    return spots
