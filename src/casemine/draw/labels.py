"""Places for labels that no engine made room for: on their path, clear of boxes and each other."""

from __future__ import annotations

from dataclasses import replace
from math import dist
from typing import TYPE_CHECKING

from casemine.draw.curves import samples
from casemine.model.diagram import Box, Diagram, Route

if TYPE_CHECKING:
    from casemine.draw.request import LayoutRequest

_PIECES = 8  # candidate spots on every Bézier


def place_labels(diagram: Diagram, request: LayoutRequest) -> tuple[Diagram, frozenset[str]]:
    """Give every label without a place the freest spot nearest to the middle of its path.

    Returns
    -------
    tuple
        The diagram, and the ids of the edges whose labels now stand on their path.
    """
    homeless = [
        edge for edge in request.edges if edge.label_width and diagram.routes[edge.id].label is None
    ]
    taken = list(diagram.boxes.values())
    routes = dict(diagram.routes)
    for edge in homeless:
        points = samples(routes[edge.id].points, _PIECES)
        middle = len(points) // 2  # from there outwards, and the first of equals wins
        outwards = [*points[middle:0:-1], *points[middle + 1 : -1]]
        outwards.sort(key=lambda point, at=points[middle]: dist(point, at))  # type: ignore[misc]
        spots = [Box(x, y, edge.label_width - 6, edge.label_height - 1) for x, y in outwards]
        best = min(spots, key=lambda spot: sum(_overlap(spot, box) for box in taken))
        taken.append(best)
        routes[edge.id] = Route(routes[edge.id].points, (best.x, best.y))
    return replace(diagram, routes=routes), frozenset(edge.id for edge in homeless)


def _overlap(a: Box, b: Box) -> float:
    """Area that two rectangles share."""
    wide = (a.width + b.width) / 2 - abs(a.x - b.x)
    high = (a.height + b.height) / 2 - abs(a.y - b.y)
    return wide * high if wide > 0 and high > 0 else 0.0
