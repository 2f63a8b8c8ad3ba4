"""A layered layout in pure Python: the last resort where Graphviz can't run, and the one for lanes.

The steps of Sugiyama's method: give ranks by longest path, put a stop on every rank
that an edge passes, order each rank by barycentres, then place it by weighted isotonic regression.
Inside this file `u` runs along the flow and `v` across it, whatever the direction is.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casemine.model.diagram import Box, Diagram, Point, Route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec

NAME = "built-in"
_SWEEPS = 24
_LOOP = 26.0  # how far a self-loop reaches out of its box


@dataclass(slots=True, eq=False)
class _Stop:
    """A node, or the place where an edge passes a rank; `before`/`after` is its reach across."""

    rank: int
    before: float
    after: float
    band: int
    order: float
    node: NodeSpec | None = None
    up: list[tuple[_Stop, float]] = field(default_factory=list)  # neighbours on the rank above
    down: list[tuple[_Stop, float]] = field(default_factory=list)
    v: float = 0.0


@dataclass(slots=True)
class _Chain:
    """An edge as the stops it passes, from the upper rank to the lower one."""

    edge: EdgeSpec
    stops: list[_Stop]
    upwards: bool  # the edge runs against the ranks
    label: _Stop | None = None


def builtin_layout(request: LayoutRequest) -> Diagram:
    """Lay out a graph without any other program.

    Notes
    -----
    O(sweeps * s log s) for s stops, which are the nodes plus one per rank that an edge passes;
    60 nodes and 200 edges take a fraction of a second.
    """
    if not request.nodes:
        return Diagram(0.0, 0.0, {}, {}, NAME)
    layout = _Layout(request)
    layout.order()
    layout.place()
    return layout.diagram()


class _Layout:
    def __init__(self, request: LayoutRequest) -> None:
        self.request = request
        self.flat = request.direction == "lr"
        self.step = 2 if request.has_labels else 1  # labels get ranks of their own
        self.bands = list(dict.fromkeys(node.band for node in request.nodes))
        self.loops = [e for e in request.edges if e.source == e.target]
        edges = [e for e in request.edges if e.source != e.target]
        ranks = _ranks(request, edges)
        loop_room: dict[str, float] = {}
        for edge in self.loops:
            room = _LOOP + self._across(edge.label_width, edge.label_height)
            loop_room[edge.source] = max(room, loop_room.get(edge.source, 0.0))
        self.stops: dict[str, _Stop] = {}
        for i, node in enumerate(request.nodes):
            half = self._across(node.width, node.height) / 2
            after = half + loop_room.get(node.id, 0.0)
            band = self.bands.index(node.band)
            self.stops[node.id] = _Stop(
                ranks[node.id] * self.step, half, after, band, float(i), node
            )
        last = max(stop.rank for stop in self.stops.values())
        self.layers: list[list[_Stop]] = [[] for _ in range(last + 2)]
        for stop in self.stops.values():
            self.layers[stop.rank].append(stop)
        self.chains = [self._chain(edge) for edge in edges]
        while not self.layers[-1]:
            self.layers.pop()

    def _across(self, width: float, height: float) -> float:
        return height if self.flat else width

    def _along(self, width: float, height: float) -> float:
        return width if self.flat else height

    def _chain(self, edge: EdgeSpec) -> _Chain:
        tail, head = self.stops[edge.source], self.stops[edge.target]
        upwards = tail.rank > head.rank
        top, bottom = (head, tail) if upwards else (tail, head)
        # Two nodes of one rank are joined by a bow through the rank below.
        passed = range(top.rank + 1, bottom.rank) if top.rank < bottom.rank else [top.rank + 1]
        middle = passed[len(passed) // 2] if passed else None
        if middle is not None and self.step == 2 and middle % 2 == 0:
            middle -= 1
        stops, label = [top], None
        for rank in passed:
            share = (rank - top.rank) / max(1, bottom.rank - top.rank)
            order = top.order + (bottom.order - top.order) * share
            band = top.band if share <= 0.5 else bottom.band
            stop = _Stop(rank, 5.0, 5.0, band, order)
            if rank == middle and edge.label_width:
                stop.after = self._across(edge.label_width, edge.label_height) + 6
                label = stop
            self.layers[rank].append(stop)
            stops.append(stop)
        if top.rank == bottom.rank:
            _join(top, stops[-1], edge.weight)
            _join(bottom, stops[-1], edge.weight)
            return _Chain(edge, [*stops, bottom], upwards, label)
        stops.append(bottom)
        for above, below in itertools.pairwise(stops):
            # Long edges should be straight in the middle, where nothing else explains a bend.
            inner = (above.node is None) + (below.node is None)
            _join(above, below, edge.weight**1.5 * (1.0, 2.0, 8.0)[inner])
        return _Chain(edge, stops, upwards, label)

    def order(self) -> None:
        """Order the stops of every rank so that few edges cross."""
        for layer in self.layers:
            layer.sort(key=lambda stop: (stop.band, stop.order))
            _number(layer)
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(_SWEEPS):
            downwards = sweep % 2 == 0
            for layer in self.layers if downwards else reversed(self.layers):
                centres = {}
                for stop in layer:
                    near = (stop.up if downwards else stop.down) or [(stop, 1.0)]
                    centres[stop] = sum(other.order for other, _ in near) / len(near)
                layer.sort(key=lambda stop, at=centres: (stop.band, at[stop], stop.order))  # type: ignore[misc]
                _number(layer)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best
        for layer in self.layers:
            _number(layer)

    def _crossings(self) -> int:
        total = 0
        for layer in self.layers:
            seen: list[float] = []
            for stop in layer:
                targets = sorted(other.order for other, _ in stop.down)
                total += sum(len(seen) - bisect_left(seen, t + 0.5) for t in targets)
                for target in targets:
                    insort(seen, target)
        return total

    def place(self) -> None:
        """Give every stop its place across the flow, lane by lane."""
        offset = 0.0
        self.band_edges: list[tuple[float, float]] = []
        for band in range(len(self.bands)):
            layers = [[s for s in layer if s.band == band] for layer in self.layers]
            for layer in layers:
                at = 0.0
                for stop, gap in zip(layer, [0.0, *self._gaps(layer)], strict=False):
                    at += gap
                    stop.v = at
            for sweep in range(_SWEEPS + 2):
                both = sweep >= _SWEEPS
                for layer in layers if sweep % 2 == 0 else reversed(layers):
                    self._settle(layer, up=both or sweep % 2 == 0, down=both or sweep % 2 == 1)
            self._straighten(layers)
            stops = [stop for layer in layers for stop in layer]
            low = min(stop.v - stop.before for stop in stops)
            high = max(stop.v + stop.after for stop in stops)
            margin = 18.0 if len(self.bands) > 1 else 0.0
            for stop in stops:
                stop.v += offset + margin - low
            self.band_edges.append((offset, offset + high - low + 2 * margin))
            offset = self.band_edges[-1][1]

    def _gaps(self, layer: list[_Stop]) -> list[float]:
        """Least distances between neighbours of one rank."""
        gaps = []
        for left, right in itertools.pairwise(layer):
            free = self.request.node_gap if left.node and right.node else 12.0
            gaps.append(left.after + free + right.before)
        return gaps

    def _settle(self, layer: list[_Stop], *, up: bool, down: bool) -> None:
        """Move one rank towards its neighbours, as near as order and distances allow.

        Weighted isotonic regression by pooling adjacent violators, on places from which the sum
        of the least distances is taken off.
        """
        blocks: list[tuple[float, float, int]] = []  # mean, weight, members
        shift, shifts = 0.0, []
        for stop, gap in zip(layer, [0.0, *self._gaps(layer)], strict=False):
            shift += gap
            shifts.append(shift)
            near = [pair for pair in stop.up if up and pair[0].band == stop.band]
            near += [pair for pair in stop.down if down and pair[0].band == stop.band]
            weight = sum(w for _, w in near)
            wish = sum(other.v * w for other, w in near) / weight if near else stop.v
            mean, weight, members = wish - shift, weight or 0.01, 1
            while blocks and blocks[-1][0] > mean:
                other_mean, other_weight, other_members = blocks.pop()
                mean = (mean * weight + other_mean * other_weight) / (weight + other_weight)
                weight, members = weight + other_weight, members + other_members
            blocks.append((mean, weight, members))
        places = [mean for mean, _, members in blocks for _ in range(members)]
        for stop, place, shift in zip(layer, places, shifts, strict=True):
            stop.v = place + shift

    def _straighten(self, layers: list[list[_Stop]]) -> None:
        """Pull the stops of every edge into one line as far as their neighbours leave room."""
        room: dict[_Stop, tuple[tuple[_Stop, float] | None, tuple[_Stop, float] | None]] = {}
        for layer in layers:
            gaps = self._gaps(layer)
            for i, stop in enumerate(layer):
                left = (layer[i - 1], gaps[i - 1]) if i else None
                right = (layer[i + 1], gaps[i]) if i < len(gaps) else None
                room[stop] = (left, right)
        for chain in sorted(self.chains, key=lambda c: -c.edge.weight) * 2:
            run: list[_Stop] = []
            low, high = -1e9, 1e9
            for stop in [s for s in chain.stops if s.node is None and s in room]:
                left, right = room[stop]
                least = left[0].v + left[1] if left else -1e9
                most = right[0].v - right[1] if right else 1e9
                if max(low, least) > min(high, most):
                    _align(run, low, high, chain)
                    run, low, high = [], -1e9, 1e9
                run.append(stop)
                low, high = max(low, least), min(high, most)
            _align(run, low, high, chain)

    def diagram(self) -> Diagram:
        """Turn places into boxes and routes, moved so that everything starts at 0."""
        spans = self._spans()
        middle = [(low + high) / 2 for low, high in spans]
        boxes = {
            node.id: self._box(self.stops[node.id].v, middle[self.stops[node.id].rank], node)
            for node in self.request.nodes
        }
        routes = {chain.edge.id: self._route(chain, spans) for chain in self.chains}
        sides: dict[str, int] = defaultdict(int)
        for edge in self.loops:
            routes[edge.id] = self._loop(edge, boxes[edge.source], sides[edge.source])
            sides[edge.source] += 1
        if len(self.bands) > 1:
            length = spans[-1][1]
            for name, (low, high) in zip(self.bands, self.band_edges, strict=True):
                x, y = self._point((low + high) / 2, length / 2)
                size = (length, high - low) if self.flat else (high - low, length)
                boxes[f"lane:{name or ''}"] = Box(x, y, *size)
        return _moved_to_origin(self.request, boxes, routes)

    def _spans(self) -> list[tuple[float, float]]:
        """Where each rank begins and ends along the flow."""
        thickness = [0.0] * len(self.layers)
        for stop in self.stops.values():
            if stop.node:
                size = self._along(stop.node.width, stop.node.height)
                thickness[stop.rank] = max(thickness[stop.rank], size)
        for chain in self.chains:
            if chain.label:
                size = self._along(chain.edge.label_width, chain.edge.label_height)
                thickness[chain.label.rank] = max(thickness[chain.label.rank], size)
        spans, at = [], 0.0
        for size in thickness:
            spans.append((at, at + size))
            at += size + self.request.rank_gap / self.step
        return spans

    def _point(self, v: float, u: float) -> Point:
        return (u, v) if self.flat else (v, u)

    def _box(self, v: float, u: float, node: NodeSpec) -> Box:
        x, y = self._point(v, u)
        return Box(x, y, node.width, node.height)

    def _route(self, chain: _Chain, spans: list[tuple[float, float]]) -> Route:
        """Vertical through every rank, and an S between them."""
        first, *inner, last = chain.stops
        bow = first.rank == last.rank
        start = self._port(first, inner[0] if inner else last, spans, below=True)
        end = self._port(last, inner[-1] if inner else first, spans, below=bow)
        points = [start]
        for stop in inner:
            low, high = spans[stop.rank]
            if bow:
                _sweep(points, (stop.v, (low + high) / 2), flat=True)
            else:
                _sweep(points, (stop.v, low))
                if high > low:
                    points += [(stop.v, low), (stop.v, high), (stop.v, high)]
        _sweep(points, end, flat=False, rising=bow)
        if chain.upwards:
            points.reverse()
        label = None
        if chain.label:
            low, high = spans[chain.label.rank]
            middle = (
                chain.label.v
                + 3
                + self._across(chain.edge.label_width, chain.edge.label_height) / 2
            )
            label = self._point(middle, (low + high) / 2)
        return Route(tuple(self._point(*point) for point in points), label)

    def _port(
        self, stop: _Stop, towards: _Stop, spans: list[tuple[float, float]], *, below: bool
    ) -> Point:
        """Leave a node a little to the side that the edge goes to."""
        assert stop.node is not None
        low, high = spans[stop.rank]
        half = self._along(stop.node.width, stop.node.height) / 2
        reach = stop.before * (0.6 if stop.node.shape == "box" else 0.0)
        aside = max(-reach, min(reach, (towards.v - stop.v) * 0.3))
        return stop.v + aside, (low + high) / 2 + (half if below else -half)

    def _loop(self, edge: EdgeSpec, box: Box, nth: int) -> Route:
        v, u = (box.y, box.x) if self.flat else (box.x, box.y)
        side = v + self._across(box.width, box.height) / 2
        rise = self._along(box.width, box.height) * 0.28
        reach = side + _LOOP * (1 + 0.4 * nth)
        points = [(side, u + rise), (reach, u + rise * 1.6), (reach, u - rise * 1.6)]
        points.append((side, u - rise))
        label = None
        if edge.label_width:
            across = self._across(edge.label_width, edge.label_height)
            label = self._point(side + _LOOP * (0.85 + 0.4 * nth) + across / 2, u)
        return Route(tuple(self._point(*point) for point in points), label)


def _sweep(points: list[Point], to: Point, *, flat: bool = False, rising: bool = False) -> None:
    """Go on to a point in an S; `flat` arrives sideways, `rising` comes from such a point."""
    v, u = points[-1]
    if flat:
        points += [(v, to[1]), (v, to[1]), to]
    elif rising:
        points += [(to[0], u), (to[0], u), to]
    else:
        middle = (u + to[1]) / 2
        points += [(v, middle), (to[0], middle), to]


def _align(run: list[_Stop], low: float, high: float, chain: _Chain) -> None:
    """Put stops in one line: that of an end of the edge where it can be, else their middle."""
    if run:
        ends = [end.v for end in (chain.stops[0], chain.stops[-1]) if low <= end.v <= high]
        place = ends[0] if ends else sum(stop.v for stop in run) / len(run)
        for stop in run:
            stop.v = max(low, min(high, place))


def _join(above: _Stop, below: _Stop, weight: float) -> None:
    above.down.append((below, weight))
    below.up.append((above, weight))


def _number(layer: list[_Stop]) -> None:
    for i, stop in enumerate(layer):
        stop.order = float(i)


def _ranks(request: LayoutRequest, edges: Iterable[EdgeSpec]) -> dict[str, int]:
    """Longest path over the edges, each taken along the order of the nodes."""
    place = {node.id: i for i, node in enumerate(request.nodes)}
    before: dict[str, list[str]] = {node.id: [] for node in request.nodes}
    for edge in edges:
        first, second = sorted((edge.source, edge.target), key=place.__getitem__)
        before[second].append(first)
    started = any(node.rank == "source" for node in request.nodes)
    ranks: dict[str, int] = {}
    for node in request.nodes:
        lowest = int(started and node.rank != "source")
        ranks[node.id] = max((ranks[other] + 1 for other in before[node.id]), default=lowest)
    last = max(ranks.values())
    for node in request.nodes:
        if node.rank == "sink":
            ranks[node.id] = last
    return ranks


def _moved_to_origin(
    request: LayoutRequest, boxes: dict[str, Box], routes: dict[str, Route]
) -> Diagram:
    corners: list[Point] = []
    for box in boxes.values():
        corners.append((box.x - box.width / 2, box.y - box.height / 2))
        corners.append((box.x + box.width / 2, box.y + box.height / 2))
    for edge in request.edges:
        route = routes[edge.id]
        corners += route.points
        if route.label:
            x, y = route.label
            corners.append((x - edge.label_width / 2, y - edge.label_height / 2))
            corners.append((x + edge.label_width / 2, y + edge.label_height / 2))
    left, top = (min(point[i] for point in corners) for i in (0, 1))
    right, bottom = (max(point[i] for point in corners) for i in (0, 1))
    moved_boxes = {
        key: Box(box.x - left, box.y - top, box.width, box.height) for key, box in boxes.items()
    }
    moved_routes = {}
    for edge in request.edges:
        route = routes[edge.id]
        points = tuple((x - left, y - top) for x, y in route.points)
        spot = (route.label[0] - left, route.label[1] - top) if route.label else None
        moved_routes[edge.id] = Route(points, spot)
    return Diagram(right - left, bottom - top, moved_boxes, moved_routes, NAME)
