"""Ranks and orders of the built-in layout: which stop stands on which rank, and beside which.

A stop is a node, or the place where an edge passes a rank. `u` runs along the flow and `v` across
it, whatever the direction of the picture is.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec

_PATIENCE = 5  # sweeps without fewer crossings
_PASSING = 5.0  # half the room across that an edge takes


@dataclass(slots=True, eq=False)
class Stop:
    """A node, or a passing edge; `before` and `after` are its reach across."""

    rank: int
    before: float
    after: float
    band: int
    order: float
    node: NodeSpec | None = None
    up: list[tuple[Stop, float]] = field(default_factory=list)  # neighbours on the rank above
    down: list[tuple[Stop, float]] = field(default_factory=list)
    v: float = 0.0


@dataclass(slots=True, eq=False)
class Chain:
    """An edge as the stops it passes, from the upper rank to the lower one."""

    edge: EdgeSpec
    stops: list[Stop]
    upwards: bool  # the edge runs against the ranks
    label: Stop | None = None


@dataclass(slots=True)
class Layers:
    """The stops of every rank in their order, and the edges between them."""

    layers: list[list[Stop]]
    chains: list[Chain]
    nodes: dict[str, Stop]
    bands: list[str | None]


def rank_and_order(request: LayoutRequest, loop_room: Mapping[str, float]) -> Layers:
    """Give every node a rank, put stops where edges pass ranks, and order them to cross little.

    Parameters
    ----------
    loop_room : mapping
        Room that self-loops need beside a node.
    """
    step = 2 if request.has_labels else 1  # labels get ranks of their own
    bands = list(dict.fromkeys(node.band for node in request.nodes))
    edges = [edge for edge in request.edges if edge.source != edge.target]
    ranks = _ranks(request, edges)
    nodes: dict[str, Stop] = {}
    layers: list[list[Stop]] = [[] for _ in range(max(ranks.values()) * step + 1)]
    for i, node in enumerate(request.nodes):
        half = across(request, node.width, node.height) / 2
        after = half + loop_room.get(node.id, 0.0)
        rank = ranks[node.id] * step
        nodes[node.id] = Stop(rank, half, after, bands.index(node.band), float(i), node)
        layers[rank].append(nodes[node.id])
    chains = [_chain(request, edge, nodes, layers, labels=step == 2) for edge in edges]
    found = Layers(layers, chains, nodes, bands)
    found.layers = _ordered(layers)
    return found


def sweeps_for(layers: Sequence[Sequence[Stop]]) -> int:
    """Choose how often to go over all ranks: up to 24 times, less in large pictures."""
    return max(8, min(24, 40_000 // max(1, sum(map(len, layers)))))


def across(request: LayoutRequest, width: float, height: float) -> float:
    """Size across the flow."""
    return height if request.direction == "lr" else width


def along(request: LayoutRequest, width: float, height: float) -> float:
    """Size along the flow."""
    return width if request.direction == "lr" else height


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
    return ranks | {node.id: last for node in request.nodes if node.rank == "sink"}


def _chain(
    request: LayoutRequest,
    edge: EdgeSpec,
    nodes: Mapping[str, Stop],
    layers: list[list[Stop]],
    *,
    labels: bool,
) -> Chain:
    tail, head = nodes[edge.source], nodes[edge.target]
    upwards = tail.rank > head.rank
    top, bottom = (head, tail) if upwards else (tail, head)
    passed = range(top.rank + 1, bottom.rank)
    middle = passed[len(passed) // 2] if passed else None
    if middle is not None and labels and middle % 2 == 0:
        middle -= 1
    stops, label = [top], None
    for rank in passed:
        share = (rank - top.rank) / (bottom.rank - top.rank)
        order = top.order + (bottom.order - top.order) * share
        band = top.band if share <= 0.5 else bottom.band
        stop = Stop(rank, _PASSING, _PASSING, band, order)
        if rank == middle and edge.label_width:
            stop.after = across(request, edge.label_width, edge.label_height) + 6
            label = stop
        layers[rank].append(stop)
        stops.append(stop)
    stops.append(bottom)
    for above, below in itertools.pairwise(stops):
        # Long edges should be straight in the middle, where nothing else explains a bend.
        inner = (above.node is None) + (below.node is None)
        pull = edge.weight**1.5 * (1.0, 2.0, 8.0)[inner]
        above.down.append((below, pull))
        below.up.append((above, pull))
    return Chain(edge, stops, upwards, label)


def _ordered(layers: list[list[Stop]]) -> list[list[Stop]]:
    """Sweep up and down, each rank by the mean order of its neighbours; keep the best seen."""
    for layer in layers:
        layer.sort(key=lambda stop: (stop.band, stop.order))
        _number(layer)
    best, fewest, last_gain = [list(layer) for layer in layers], _crossings(layers), 0
    for sweep in range(sweeps_for(layers)):
        downwards = sweep % 2 == 0
        for layer in layers if downwards else reversed(layers):
            keys = {}
            for stop in layer:
                near = (stop.up if downwards else stop.down) or [(stop, 1.0)]
                mean = sum(other.order for other, _ in near) / len(near)
                keys[stop] = (stop.band, mean, stop.order)
            layer.sort(key=keys.__getitem__)
            _number(layer)
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest, last_gain = [list(layer) for layer in layers], crossings, sweep
        if fewest == 0 or sweep - last_gain > _PATIENCE:
            break
    for layer in best:
        _number(layer)
    return best


def _number(layer: list[Stop]) -> None:
    for i, stop in enumerate(layer):
        stop.order = float(i)


def _crossings(layers: list[list[Stop]]) -> int:
    total = 0
    for layer in layers:
        seen: list[float] = []
        for stop in layer:
            targets = sorted(other.order for other, _ in stop.down)
            total += sum(len(seen) - bisect_left(seen, target + 0.5) for target in targets)
            for target in targets:
                insort(seen, target)
    return total
