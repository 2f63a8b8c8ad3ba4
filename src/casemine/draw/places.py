"""Places across the flow for the built-in layout: near their neighbours, and in straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from casemine.draw.stops import sweeps_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.draw.stops import Chain, Layers, Stop

_FREE = 12.0  # between passing edges
_BAND_MARGIN = 18.0
_ASIDE = 10.0  # from a box to a line that runs back along it
_Pair = tuple["Stop", "Stop", float]


def place_across(
    found: Layers, node_gap: float, *, square: bool = False
) -> list[tuple[float, float]]:
    """Set `v` of every stop, lane by lane; return where each lane begins and ends.

    Where lines are `square`, those that run back pass beside their boxes, so that they can leave
    and reach them by the side.
    """
    edges: list[tuple[float, float]] = []
    offset = 0.0
    margin = _BAND_MARGIN if len(found.bands) > 1 else 0.0
    for band in range(len(found.bands)):
        layers = [[stop for stop in layer if stop.band == band] for layer in found.layers]
        _place(layers, node_gap)
        _straighten(layers, found.chains, node_gap, square=square)
        stops = [stop for layer in layers for stop in layer]
        low = min(stop.v - stop.before for stop in stops)
        high = max(stop.v + stop.after for stop in stops)
        for stop in stops:
            stop.v += offset + margin - low
        edges.append((offset, offset + high - low + 2 * margin))
        offset = edges[-1][1]
    return edges


def _place(layers: list[list[Stop]], node_gap: float) -> None:
    for layer in layers:
        at = 0.0
        for stop, gap in zip(layer, [0.0, *_gaps(layer, node_gap)], strict=False):
            at += gap
            stop.v = at
    sweeps = sweeps_for(layers)
    for sweep in range(sweeps + 2):
        both, downwards = sweep >= sweeps, sweep % 2 == 0
        for layer in layers if downwards else reversed(layers):
            _settle(layer, node_gap, up=both or downwards, down=both or not downwards)


def _gaps(layer: Sequence[Stop], node_gap: float) -> list[float]:
    """Least distances between neighbours of one rank."""
    return [
        left.after + (node_gap if left.node and right.node else _FREE) + right.before
        for left, right in pairwise(layer)
    ]


def _settle(layer: Sequence[Stop], node_gap: float, *, up: bool, down: bool) -> None:
    """Move one rank towards its neighbours, as near as order and distances allow.

    Weighted isotonic regression by pooling adjacent violators, on places from which the sum of
    the least distances is taken off.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    shift, shifts = 0.0, []
    for stop, gap in zip(layer, [0.0, *_gaps(layer, node_gap)], strict=False):
        shift += gap
        shifts.append(shift)
        wish = weight = 0.0
        for other, pull in (*(stop.up if up else ()), *(stop.down if down else ())):
            if other.band == stop.band:
                wish += other.v * pull
                weight += pull
        wish = wish / weight if weight else stop.v
        mean, weight, members = wish - shift, weight or 0.01, 1
        while pools and pools[-1][0] > mean:
            other_mean, other_weight, other_members = pools.pop()
            mean = (mean * weight + other_mean * other_weight) / (weight + other_weight)
            weight, members = weight + other_weight, members + other_members
        pools.append((mean, weight, members))
    places = [mean for mean, _, members in pools for _ in range(members)]
    for stop, place, moved in zip(layer, places, shifts, strict=True):
        stop.v = place + moved


@dataclass(slots=True, eq=False)
class _Block:
    """Stops that are to stand in one straight line."""

    stops: list[Stop]
    weight: float


def _straighten(
    layers: Sequence[list[Stop]], chains: Sequence[Chain], node_gap: float, *, square: bool
) -> None:
    """Put the spine, and the inner part of every long edge, each into one straight line.

    Pushing every block down the order as far as it must go, and pushing every block up, both keep
    all distances; so does the middle of the two.
    """
    pairs = [
        (left, right, gap)
        for layer in layers
        for (left, right), gap in zip(pairwise(layer), _gaps(layer, node_gap), strict=True)
    ]
    inside = {stop for layer in layers for stop in layer}
    # A line may come from another lane, so nodes of all lanes are asked where it begins.
    ends = {stop for chain in chains for stop in (chain.stops[0], chain.stops[-1])}
    blocks = [
        _Block([stop for stop in block.stops if stop in inside], block.weight)
        for block in _blocks(chains, [stop for stop in inside | ends if stop.node])
    ]
    blocks, order, after = _without_circles([b for b in blocks if b.stops], pairs)
    wish = {block: sum(stop.v for stop in block.stops) / len(block.stops) for block in blocks}
    low, high = dict(wish), dict(wish)
    for block in order:
        for other, gap in after[block]:
            low[other] = max(low[other], low[block] + gap)
    for block in reversed(order):
        for other, gap in after[block]:
            high[block] = min(high[block], high[other] - gap)
    at = {block: (low[block] + high[block]) / 2 for block in blocks}
    _gather(order, after, at, rounds=sweeps_for(layers) // 2)
    for block in blocks:
        for stop in block.stops:
            stop.v = at[block]
    spine = {stop for block in blocks if block.stops[0].node for stop in block.stops}
    loose = [chain for chain in chains if not spine.intersection(chain.stops[1:-1])]
    _smooth(loose, inside, pairs, square=square)


def _gather(
    order: Sequence[_Block],
    after: dict[_Block, list[tuple[_Block, float]]],
    at: dict[_Block, float],
    *,
    rounds: int,
) -> None:
    """Draw blocks towards their neighbours, within the room that those beside them leave."""
    of = {stop: block for block in order for stop in block.stops}
    before: dict[_Block, list[tuple[_Block, float]]] = {block: [] for block in order}
    pulls: dict[_Block, list[tuple[_Block, float]]] = {}
    for block in order:
        for other, gap in after[block]:
            before[other].append((block, gap))
        pulls[block] = [
            (of[other], weight)
            for stop in block.stops
            for other, weight in (*stop.up, *stop.down)
            if other in of and of[other] is not block
        ]
    for turn in range(rounds):
        for block in order if turn % 2 else reversed(order):
            weight = sum(weight for _, weight in pulls[block])
            if not weight:
                continue
            wish = sum(at[other] * weight for other, weight in pulls[block]) / weight
            low = max((at[other] + gap for other, gap in before[block]), default=-inf)
            high = min((at[other] - gap for other, gap in after[block]), default=inf)
            at[block] = max(low, min(high, wish))


def _smooth(
    chains: Sequence[Chain], inside: set[Stop], pairs: Sequence[_Pair], *, square: bool
) -> None:
    """Line up the inner part of edges as long as their neighbours leave room in common."""
    before = {right: (left, gap) for left, right, gap in pairs}
    behind = {left: (right, gap) for left, right, gap in pairs}
    for chain in [*chains, *chains]:
        line: list[Stop] = []
        low, high = -inf, inf
        # An end in another lane has its place there, which says nothing about this lane.
        ends = [stop for stop in (chain.stops[0], chain.stops[-1]) if stop in inside]
        ends.sort(key=lambda stop: not _is_box(stop))
        levels = [stop.v for stop in ends]
        if square and chain.upwards:
            beside = [v for stop in ends if _is_box(stop) for v in _sides(stop)]
            levels = sorted(beside, key=lambda v: abs(v - chain.stops[1].v)) + levels
        for stop in [stop for stop in chain.stops[1:-1] if stop in inside]:
            left, right = before.get(stop), behind.get(stop)
            least = left[0].v + left[1] if left else -inf
            most = right[0].v - right[1] if right else inf
            if max(low, least) > min(high, most):
                _line_up(line, low, high, levels)
                line, low, high = [], -inf, inf
            line.append(stop)
            low, high = max(low, least), min(high, most)
        _line_up(line, low, high, levels)


def _line_up(line: Sequence[Stop], low: float, high: float, levels: Sequence[float]) -> None:
    """Choose the first level that can be had: that of an end of the edge means one bend less."""
    if not line:
        return
    free = [level for level in levels if low <= level <= high]
    level = free[0] if free else sum(stop.v for stop in line) / len(line)
    for stop in line:
        stop.v = max(low, min(high, level))


def _sides(stop: Stop) -> tuple[float, float]:
    return stop.v - stop.before - _ASIDE, stop.v + stop.after + _ASIDE


def _is_box(stop: Stop) -> bool:
    return stop.node is not None and stop.node.shape == "box"


def _blocks(chains: Sequence[Chain], nodes: Sequence[Stop]) -> list[_Block]:
    """Nodes joined by an edge that is the heaviest for both its ends, with the stops between."""
    heaviest_down: dict[Stop, Chain] = {}
    heaviest_up: dict[Stop, Chain] = {}
    # Of equals the shortest, then the first: detours go round what they leave out.
    for chain in sorted(chains, key=lambda c: (-c.edge.weight, len(c.stops))):
        heaviest_down.setdefault(chain.stops[0], chain)
        heaviest_up.setdefault(chain.stops[-1], chain)
    joining = [c for c in chains if heaviest_down[c.stops[0]] is c is heaviest_up[c.stops[-1]]]
    following = {chain.stops[0]: chain for chain in joining}
    followers = {chain.stops[-1] for chain in joining}
    blocks = []
    for node in sorted(nodes, key=lambda stop: (stop.rank, stop.order)):
        if node in followers:
            continue
        block = _Block([node], 0.0)
        while block.stops[-1] in following:
            chain = following[block.stops[-1]]
            block.stops += chain.stops[1:]
            block.weight = max(block.weight, float(chain.edge.weight))
        blocks.append(block)
    used = set(joining)
    blocks += [_Block(c.stops[1:-1], c.edge.weight / 100) for c in chains if c not in used]
    return blocks


def _without_circles(
    blocks: list[_Block], pairs: Sequence[_Pair]
) -> tuple[list[_Block], list[_Block], dict[_Block, list[tuple[_Block, float]]]]:
    """Order blocks from first to last; where blocks cross, the lighter ones are taken apart."""
    while True:
        of = {stop: block for block in blocks for stop in block.stops}
        after: dict[_Block, list[tuple[_Block, float]]] = {block: [] for block in blocks}
        waiting = dict.fromkeys(blocks, 0)
        for left, right, gap in pairs:
            after[of[left]].append((of[right], gap))
            waiting[of[right]] += 1
        ready = [block for block in blocks if not waiting[block]]
        for block in ready:  # grows while it is read
            for other, _ in after[block]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        stuck = [block for block in blocks if waiting[block] > 0 and len(block.stops) > 1]
        if len(ready) == len(blocks):
            return blocks, ready, after
        stuck.sort(key=lambda block: (block.weight, -len(block.stops)))
        apart = set(stuck[: max(1, len(stuck) // 3)])
        blocks = [
            single
            for block in blocks
            for single in (
                [_Block([stop], 0.0) for stop in block.stops] if block in apart else [block]
            )
        ]
