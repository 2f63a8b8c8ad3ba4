"""A layered layout in pure Python: the last resort where Graphviz can't run, and the one for BPMN.

The steps of Sugiyama's method: ranks by longest path, a stop on every rank that an edge passes,
orders by barycentres (`stops.py`), places by isotonic regression (`places.py`), then routes.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from casemine.draw.channels import Piece, tracks_of
from casemine.draw.curves import straight
from casemine.draw.extent import fitted
from casemine.draw.places import place_across
from casemine.draw.stops import across, along, rank_and_order
from casemine.model.diagram import Box, Diagram, Point, Route

if TYPE_CHECKING:
    from collections.abc import Hashable

    from casemine.draw.request import EdgeSpec, LayoutRequest
    from casemine.draw.stops import Chain, Stop

NAME = "built-in"
_LOOP = 26.0  # how far a self-loop reaches out of its box
_LANE_HEAD, _LANE_TAIL = 72.0, 44.0  # of a lane before its first and after its last node
_TRACK = 9.0  # between lines that run across the flow side by side
_HEAD = 11.0  # room that arrowheads need besides
_ALONG = 7.0  # from a box to a line that passes along it
_LEVEL = 0.5  # differences across that don't show


def builtin_layout(request: LayoutRequest) -> Diagram:
    """Lay out a graph without any other program.

    Notes
    -----
    O(sweeps * s log s) for s stops, which are the nodes plus one per rank that an edge passes;
    60 nodes and 200 edges take a fraction of a second.
    """
    if not request.nodes:
        return Diagram(0.0, 0.0, {}, {}, NAME)
    return _Layout(request).diagram()


class _Layout:
    def __init__(self, request: LayoutRequest) -> None:
        self.request = request
        self.loops = [edge for edge in request.edges if edge.source == edge.target]
        room: dict[str, float] = {}
        for edge in self.loops:
            needed = _LOOP + across(request, edge.label_width, edge.label_height)
            room[edge.source] = max(needed, room.get(edge.source, 0.0))
        for node in request.nodes:
            name = node.below if request.direction == "lr" else node.beside
            if name:
                room[node.id] = max(name, room.get(node.id, 0.0))
        self.found = rank_and_order(request, room)
        self.lanes = place_across(self.found, request.node_gap, square=request.square)
        self.free: dict[Stop, tuple[float, float]] = {}  # between the neighbours of a stop
        for layer in self.found.layers:
            for left, right in pairwise([None, *layer, None]):
                if left:
                    bound = right.v - right.before if right else float("inf")
                    self.free[left] = (self.free[left][0], bound)
                if right:
                    self.free[right] = (left.v + left.after if left else float("-inf"), 0.0)
        pieces = [piece for chain in self.found.chains for piece in self._pieces(chain)]
        self.tracks, self.tracks_after = tracks_of(pieces if request.square else [])
        self.spans = self._spans()

    def diagram(self) -> Diagram:
        """Turn places into boxes and routes, moved so that everything starts at 0."""
        boxes = {}
        for key, stop in self.found.nodes.items():
            assert stop.node is not None
            x, y = self._point(stop.v, self._middle(stop))
            boxes[key] = Box(x, y, stop.node.width, stop.node.height)
        routes = {chain.edge.id: self._route(chain) for chain in self.found.chains}
        nth: dict[str, int] = defaultdict(int)
        for edge in self.loops:
            routes[edge.id] = self._loop(edge, boxes[edge.source], nth[edge.source])
            nth[edge.source] += 1
        if len(self.found.bands) > 1:
            begin, end = -_LANE_HEAD, self.spans[-1][1] + _LANE_TAIL
            for name, (low, high) in zip(self.found.bands, self.lanes, strict=True):
                x, y = self._point((low + high) / 2, (begin + end) / 2)
                size = (end - begin, high - low)
                if self.request.direction == "tb":
                    size = (size[1], size[0])
                boxes[f"lane:{name or ''}"] = Box(x, y, *size)
        return fitted(self.request, Diagram(0.0, 0.0, boxes, routes, NAME))

    def _spans(self) -> list[tuple[float, float]]:
        """Where each rank begins and ends along the flow."""
        thickness = [0.0] * len(self.found.layers)
        for stop in self.found.nodes.values():
            assert stop.node is not None
            size = along(self.request, stop.node.width, stop.node.height)
            thickness[stop.rank] = max(thickness[stop.rank], size)
        for chain in self.found.chains:
            if chain.label:
                size = along(self.request, chain.edge.label_width, chain.edge.label_height)
                thickness[chain.label.rank] = max(thickness[chain.label.rank], size)
        spans, at = [], 0.0
        for rank, size in enumerate(thickness):
            spans.append((at, at + size))
            following = thickness[rank + 1] if rank + 1 < len(thickness) else 1.0
            at += size + self._gap(rank, alone=not (size and following))
        return spans

    def _gap(self, rank: int, *, alone: bool) -> float:
        """Room after a rank; `alone` where a rank of labels holds none and gives room as well."""
        gap = self.request.rank_gap
        if self.request.has_labels:  # there are ranks of labels between; bends need some room
            gap *= (0.5 if alone else 0.8) if self.request.square else 0.5
        tracks = self.tracks_after.get(rank, 0)
        return max(gap, (tracks + 1) * _TRACK + _HEAD) if tracks else gap

    def _middle(self, stop: Stop) -> float:
        low, high = self.spans[stop.rank]
        return (low + high) / 2

    def _point(self, v: float, u: float) -> Point:
        return (u, v) if self.request.direction == "lr" else (v, u)

    def _route(self, chain: Chain) -> Route:
        points = self._corners(chain) if self.request.square else self._curve(chain)
        if chain.upwards:
            points.reverse()
        label = None
        if chain.label:
            room = across(self.request, chain.edge.label_width, chain.edge.label_height)
            label = self._point(chain.label.v + 3 + room / 2, self._middle(chain.label))
        return Route(tuple(self._point(*point) for point in points), label)

    def _curve(self, chain: Chain) -> list[Point]:
        """Go straight through every rank, and in an S from one to the next."""
        first, *inner, last = chain.stops
        points = [self._port(first, inner[0] if inner else last, below=True)]
        for stop in inner:
            low, high = self.spans[stop.rank]
            points += _sweep(points[-1], (stop.v, low))
            if high > low:
                points += [(stop.v, low), (stop.v, high), (stop.v, high)]
        end = self._port(last, inner[-1] if inner else first, below=False)
        return points + _sweep(points[-1], end)

    def _port(self, stop: Stop, towards: Stop, *, below: bool) -> Point:
        """Leave a node a little to the side that the edge goes to."""
        front = self._front(stop, below=below)
        if stop.node is None or stop.node.shape != "box":
            return front
        reach = stop.before * 0.6
        return stop.v + max(-reach, min(reach, (towards.v - stop.v) * 0.3)), front[1]

    def _front(self, stop: Stop, *, below: bool) -> Point:
        """Find the middle of the side of a node that faces along (`below`) or against the flow."""
        assert stop.node is not None
        half = along(self.request, stop.node.width, stop.node.height) / 2
        return stop.v, self._middle(stop) + (half if below else -half)

    def _corners(self, chain: Chain) -> list[Point]:
        """Go along and across the flow only; gateways and events are left by their sides."""
        first, last = chain.stops[0], chain.stops[-1]
        start, end = self._sides(chain)
        corners = [self._front(first, below=True)]
        if start is not None:
            corners = [self._aside(first, start), (start, self._middle(first))]
        for piece in self._pieces(chain):
            between = self._track(piece)
            corners += [(piece.start, between), (piece.end, between)]
        if end is not None:
            corners += [(end, self._middle(last)), self._aside(last, end)]
        else:
            corners.append(self._front(last, below=False))
        return list(straight(*_distinct(corners)))

    def _sides(self, chain: Chain) -> tuple[float | None, float | None]:
        """Levels on which an edge leaves its upper node and reaches its lower one by the side."""
        stops = chain.stops
        start = self._side(stops[0], stops[1].v, back=chain.upwards)
        if start is not None and len(stops) == 2:
            return start, None
        return start, self._side(stops[-1], stops[-2].v, back=chain.upwards)

    def _side(self, stop: Stop, level: float, *, back: bool) -> float | None:
        """Choose the level on which an edge joins a node by its side; None where by its front.

        Pointed nodes are joined on the level of the edge, if the way there is free. Edges that run
        back join boxes so as well, whose front and back are for those that lead on; where others
        are in the way, they first pass along the box.
        """
        assert stop.node is not None
        low, high = self.free[stop]
        down = level > stop.v
        if (stop.node.below or stop.node.beside) and down:
            return None
        if stop.node.shape == "box" and not back:
            return None
        if abs(level - stop.v) > stop.before and low + 4 < level < high - 4:
            return level
        along_it = stop.v + stop.after + _ALONG if down else stop.v - stop.before - _ALONG
        if stop.node.shape == "box" and low + 4 < along_it < high - 4:
            return along_it
        return None

    def _pieces(self, chain: Chain) -> list[Piece]:
        """List the pieces of an edge that run across the flow, between two ranks each."""
        stops = chain.stops
        first, last = stops[0], stops[-1]
        start, end = self._sides(chain)
        pieces = []
        for before, stop in pairwise(stops):
            level = start if before is first and start is not None else before.v
            target = end if stop is last and end is not None else stop.v
            if abs(target - level) <= _LEVEL:
                continue
            shared: Hashable = chain.edge.id
            if before is first or stop is last:
                node = before.node if before is first else stop.node
                assert node is not None
                shared = (node.id, before is first, chain.upwards)
            pieces.append(Piece(chain.edge.id, before.rank, level, target, shared))
        return pieces

    def _track(self, piece: Piece) -> float:
        """Where along the flow a piece runs."""
        low, high = self.spans[piece.rank][1], self.spans[piece.rank + 1][0] - _HEAD
        share = (self.tracks[piece.edge, piece.rank] + 1) / (self.tracks_after[piece.rank] + 1)
        return low + (high - low) * share

    def _aside(self, stop: Stop, level: float) -> Point:
        return stop.v + stop.before * (1 if level > stop.v else -1), self._middle(stop)

    def _loop(self, edge: EdgeSpec, box: Box, nth: int) -> Route:
        flat = self.request.direction == "lr"
        v, u = (box.y, box.x) if flat else (box.x, box.y)
        side = v + across(self.request, box.width, box.height) / 2
        rise = along(self.request, box.width, box.height) * 0.28
        reach = side + _LOOP * (1 + 0.4 * nth)
        points = [(side, u + rise), (reach, u + rise * 1.6), (reach, u - rise * 1.6)]
        points.append((side, u - rise))
        label = None
        if edge.label_width:
            room = across(self.request, edge.label_width, edge.label_height)
            label = self._point(side + _LOOP * (0.85 + 0.4 * nth) + room / 2, u)
        return Route(tuple(self._point(*point) for point in points), label)


def _sweep(start: Point, end: Point) -> list[Point]:
    """Control points of an S that leaves and arrives along the flow."""
    middle = (start[1] + end[1]) / 2
    return [(start[0], middle), (end[0], middle), end]


def _distinct(corners: list[Point]) -> list[Point]:
    """Leave out corners that repeat the one before."""
    kept = corners[:1]
    for corner in corners[1:]:
        if abs(corner[0] - kept[-1][0]) + abs(corner[1] - kept[-1][1]) > 0.01:
            kept.append(corner)
    return kept if len(kept) > 1 else corners[:2]
