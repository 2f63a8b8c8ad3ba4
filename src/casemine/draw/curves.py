"""Bézier geometry: where a curve's middle is, and where an arrowhead cuts it."""

from __future__ import annotations

import itertools
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.model.diagram import Point

_PIECES = 8  # straight pieces per Bézier when a length is measured


def middle_of(points: Sequence[Point]) -> Point:
    """Find the point half-way along a curve of cubic Béziers.

    Examples
    --------
    >>> middle_of([(0, 0), (0, 10), (0, 20), (0, 30)])
    (0.0, 15.0)
    """
    flat = samples(points, _PIECES)
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(flat)]
    left = sum(lengths) / 2
    for (a, b), length in zip(itertools.pairwise(flat), lengths, strict=True):
        if length >= left > 0:
            share = left / length
            return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        left -= length
    return float(flat[0][0]), float(flat[0][1])


def samples(points: Sequence[Point], pieces: int) -> list[Point]:
    """Points along a curve, `pieces` to every Bézier."""
    flat = [points[0]]
    for i in range(0, len(points) - 3, 3):
        flat += [_at(points[i : i + 4], (k + 1) / pieces) for k in range(pieces)]
    return flat


def cut_end(points: Sequence[Point], length: float) -> tuple[Point, ...]:
    """Cut a curve off where it comes within `length` of its end, to make room for an arrowhead.

    A curve that is shorter than that keeps a tenth of its last piece.
    """
    kept = list(points)
    tip = kept[-1]
    while len(kept) > 4 and _distance(kept[-4], tip) < length:
        del kept[-3:]
    last = kept[-4:]
    low, high = 0.1, 1.0
    for _ in range(20):
        t = (low + high) / 2
        if _distance(_at(last, t), tip) < length:
            high = t
        else:
            low = t
    return (*kept[:-4], *_first_part(last, low))


def arrowhead(base: Point, tip: Point, half_width: float) -> tuple[Point, Point, Point]:
    """Give the triangle from `base` to `tip`."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    length = hypot(dx, dy) or 1.0
    aside = (-dy / length * half_width, dx / length * half_width)
    return (
        tip,
        (base[0] + aside[0], base[1] + aside[1]),
        (base[0] - aside[0], base[1] - aside[1]),
    )


def straight(*corners: Point) -> tuple[Point, ...]:
    """Write straight pieces as Béziers."""
    points = [corners[0]]
    for a, b in itertools.pairwise(corners):
        thirds = [(a[0] + (b[0] - a[0]) * k / 3, a[1] + (b[1] - a[1]) * k / 3) for k in (1, 2)]
        points += [*thirds, b]
    return tuple(points)


def rounded(points: Sequence[Point], radius: float) -> tuple[Point, ...]:
    """Round the corners of a line of straight pieces that is written as Béziers."""
    corners = [points[0], *points[3::3]]
    if len(corners) < 3:
        return tuple(points)
    path = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        lengths = _distance(before, corner), _distance(corner, after)
        reach = min(radius, lengths[0] / 2, lengths[1] / 2)
        enter = _mix(corner, before, reach / (lengths[0] or 1))
        leave = _mix(corner, after, reach / (lengths[1] or 1))
        path += straight(path[-1], enter)[1:]
        path += [_mix(enter, corner, 0.55), _mix(leave, corner, 0.55), leave]
    path += straight(path[-1], corners[-1])[1:]
    return tuple(path)


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _mix(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _at(bezier: Sequence[Point], t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = bezier
    u = 1 - t
    a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return ax * a + bx * b + cx * c + dx * d, ay * a + by * b + cy * c + dy * d


def _first_part(bezier: Sequence[Point], t: float) -> tuple[Point, Point, Point, Point]:
    """Split by de Casteljau's construction."""
    a, b, c, d = bezier
    ab, bc, cd = _mix(a, b, t), _mix(b, c, t), _mix(c, d, t)
    abc, bcd = _mix(ab, bc, t), _mix(bc, cd, t)
    return a, ab, abc, _mix(abc, bcd, t)
