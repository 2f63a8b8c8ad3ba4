"""Self-loops, put on the side of their box where they meet the least of the rest of the picture.

Graphviz always puts them right (or on top), where they end up under the paths that arrive there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casemine.draw.curves import samples
from casemine.draw.extent import fitted
from casemine.model.diagram import Box, Diagram, Point, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casemine.draw.request import EdgeSpec, LayoutRequest

_REACH = 24.0
_OVERLAP = 60.0


@dataclass(frozen=True, slots=True)
class _Spot:
    route: Route
    area: Box  # what loop and label cover


def tidy_loops(diagram: Diagram, request: LayoutRequest) -> Diagram:
    """Move every self-loop to its best place; everything else stays."""
    loops = [edge for edge in request.edges if edge.source == edge.target]
    if not loops:
        return diagram
    mine = {edge.id for edge in loops}
    crowd = [
        point
        for key, route in diagram.routes.items()
        if key not in mine
        for point in samples(route.points, 12)
    ]
    labels = [
        Box(*route.label, edge.label_width, edge.label_height)
        for edge in request.edges
        if edge.id not in mine and (route := diagram.routes[edge.id]).label
    ]
    routes = dict(diagram.routes)
    for edge in loops:
        others = [box for key, box in diagram.boxes.items() if key != edge.source]
        box = diagram.boxes[edge.source]
        near = [p for p in crowd if abs(p[0] - box.x) < box.width and abs(p[1] - box.y) < 90]
        spots = list(_spots(box, edge))
        costs = [_cost(spot.area, near, [*others, *labels], diagram) for spot in spots]
        best = spots[costs.index(min(costs))]
        routes[edge.id] = best.route
        labels.append(best.area)
    return fitted(request, replace(diagram, routes=routes))


def _cost(area: Box, crowd: Sequence[Point], boxes: Sequence[Box], diagram: Diagram) -> float:
    left, right = area.x - area.width / 2, area.x + area.width / 2
    top, bottom = area.y - area.height / 2, area.y + area.height / 2
    cost = 2 * _OVERLAP * (left < 0 or top < 0 or right > diagram.width or bottom > diagram.height)
    cost += sum(left <= x <= right and top <= y <= bottom for x, y in crowd)
    cost += _OVERLAP * sum(
        abs(box.x - area.x) < (box.width + area.width) / 2
        and abs(box.y - area.y) < (box.height + area.height) / 2
        for box in boxes
    )
    return cost


def _spots(box: Box, edge: EdgeSpec) -> Iterator[_Spot]:
    """Right and left of the middle, then round each corner; the first wins where all is equal."""
    width = edge.label_width - 8
    for side in (1, -1):
        wall = box.x + side * box.width / 2
        rise, far = box.height * 0.25, wall + side * _REACH * 1.25
        points = (
            (wall, box.y - rise),
            (far, box.y - rise * 1.9),
            (far, box.y + rise * 1.9),
            (wall, box.y + rise),
        )
        label = (wall + side * (_REACH + 4 + width / 2), box.y)
        reach = _REACH + 6 + width
        area = Box(wall + side * (reach / 2 + 2), box.y, reach, box.height * 0.7)
        yield _Spot(Route(points, label), area)
    for side, up in ((1, -1), (-1, -1), (1, 1), (-1, 1)):
        corner = (box.x + side * box.width / 2, box.y + up * box.height / 2)
        points = (
            (corner[0] - side * 18, corner[1]),
            (corner[0] - side * 14, corner[1] + up * _REACH),
            (corner[0] + side * _REACH * 1.2, corner[1] + up * _REACH * 0.7),
            (corner[0], corner[1] - up * 13),
        )
        label = (corner[0] + side * (14 + width / 2), corner[1] + up * 11)
        area = Box(corner[0] + side * (width / 2), corner[1] + up * 9, width + 30, 18)
        yield _Spot(Route(points, label), area)
