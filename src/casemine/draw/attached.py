"""Events that are attached to the border of a step: where they stand, and the room they take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from casemine.model.diagram import Box

if TYPE_CHECKING:
    from casemine.model.diagram import Coordinates

Side = Literal["left", "top", "right", "bottom"]


def side_of(given: Coordinates, event: str) -> Side:
    """Find the side of its host that an event is attached to."""
    box, host = given.boxes[event], {**given.boxes, **given.parts}[given.hosts[event]]
    away: dict[Side, float] = {
        "bottom": abs(host.y + host.height / 2 - box.y),
        "top": abs(host.y - host.height / 2 - box.y),
        "right": abs(host.x + host.width / 2 - box.x),
        "left": abs(host.x - host.width / 2 - box.x),
    }
    return min(away, key=lambda side: away[side])


def attached(box: Box, host: Box, side: Side) -> Box:
    """Put the middle of an event on a side of its host."""
    if side in {"top", "bottom"}:
        return replace(box, y=host.y + host.height / 2 * (1 if side == "bottom" else -1))
    return replace(box, x=host.x + host.width / 2 * (1 if side == "right" else -1))


def free_part(box: Box, sides: frozenset[Side], depth: float) -> Box:
    """Cut off the sides of a step that events stand on.

    Examples
    --------
    >>> free_part(Box(50, 40, 100, 80), frozenset({"bottom"}), 16)
    Box(x=50.0, y=32.0, width=100.0, height=64.0)
    """
    left, right, top, bottom = (
        depth if side in sides else 0.0 for side in ("left", "right", "top", "bottom")
    )
    return Box(
        box.x + (left - right) / 2,
        box.y + (top - bottom) / 2,
        box.width - left - right,
        box.height - top - bottom,
    )
