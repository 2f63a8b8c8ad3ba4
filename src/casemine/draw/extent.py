"""The size of a drawing: everything in it moved so that it begins at (0, 0).

Graphviz's own bounding box doesn't hold every curve.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casemine.draw.curves import samples
from casemine.model.diagram import Box, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.draw.request import LayoutRequest
    from casemine.model.diagram import Diagram, Point

_PIECES = 8  # points that are looked at on every Bézier


def fitted(request: LayoutRequest, diagram: Diagram) -> Diagram:
    """Move a diagram to the origin, and give it the size that boxes, curves and labels need."""
    points = list(_points(request, diagram))
    points += _bulges(points, diagram)
    left, top = (min((point[i] for point in points), default=0.0) for i in (0, 1))
    right, bottom = (max((point[i] for point in points), default=0.0) for i in (0, 1))

    def moved(box: Box) -> Box:
        return Box(box.x - left, box.y - top, box.width, box.height)

    routes = {
        key: Route(
            tuple((x - left, y - top) for x, y in route.points),
            (route.label[0] - left, route.label[1] - top) if route.label else None,
        )
        for key, route in diagram.routes.items()
    }
    return replace(
        diagram,
        width=right - left,
        height=bottom - top,
        boxes={key: moved(box) for key, box in diagram.boxes.items()},
        routes=routes,
        frames=tuple(replace(frame, box=moved(frame.box)) for frame in diagram.frames),
    )


def _points(request: LayoutRequest, diagram: Diagram) -> Iterator[Point]:
    for box in (*diagram.boxes.values(), *(frame.box for frame in diagram.frames)):
        yield from _corners(box)
    for edge in request.edges:
        route = diagram.routes[edge.id]
        yield from route.points[::3]
        if route.label:
            yield from _corners(Box(*route.label, edge.label_width, edge.label_height))


def _bulges(points: list[Point], diagram: Diagram) -> Iterator[Point]:
    """Points of curves that lean out of everything else: few, so only those are followed."""
    if not points:
        return
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    for route in diagram.routes.values():
        for i in range(0, len(route.points) - 3, 3):
            piece = route.points[i : i + 4]
            if any(not (left <= x <= right and top <= y <= bottom) for x, y in piece[1:3]):
                yield from samples(piece, _PIECES)


def _corners(box: Box) -> Iterator[Point]:
    yield box.x - box.width / 2, box.y - box.height / 2
    yield box.x + box.width / 2, box.y + box.height / 2
