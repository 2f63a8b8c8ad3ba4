"""The firing rule of a net as arrays, and the markings that it reaches, up to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import InputError, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from casemine.model.petri import PetriNet

TOKENS = 255  # the most that one place may hold; a marking is a row of bytes
AT_ONCE = 1 << 24  # numbers in the markings that are made at once
_NEVER = TOKENS + 1  # tokens that no place holds; larger weights mean the same


@dataclass(frozen=True, slots=True, eq=False)
class FiringRule:
    """What each transition takes from and gives to each place; both in the order of the net."""

    takes: NDArray[np.int32]  # transitions x places
    gives: NDArray[np.int32]
    initial: NDArray[np.uint8]  # by place
    final: NDArray[np.uint8] | None
    labels: tuple[str | None, ...]  # by transition

    @property
    def names(self) -> tuple[str, ...]:
        """Labels of the visible transitions, each once, sorted."""
        return tuple(sorted({label for label in self.labels if label is not None}))

    @classmethod
    def of(cls, net: PetriNet) -> FiringRule:
        """Read the net; several arcs between the same two nodes count together.

        Raises
        ------
        InputError
            A place that starts or ends with more than 255 tokens, an arc that leads nowhere, or
            one with a weight below 1.
        """
        place = {name: index for index, name in enumerate(net.places)}
        transition = {one.id: index for index, one in enumerate(net.transitions)}
        takes = np.zeros((len(transition), len(place)), np.int32)
        gives = np.zeros_like(takes)
        for arc in net.arcs:
            if arc.weight < 1:
                raise InputError(
                    f"the arc from {show(arc.source)} to {show(arc.target)} has the weight"
                    f" {arc.weight}; weights are 1 or more"
                )
            if arc.source in place and arc.target in transition:
                takes[transition[arc.target], place[arc.source]] += min(arc.weight, _NEVER)
            elif arc.source in transition and arc.target in place:
                gives[transition[arc.source], place[arc.target]] += min(arc.weight, _NEVER)
            else:
                raise InputError(
                    f"the arc from {show(arc.source)} to {show(arc.target)} doesn't join a place"
                    " and a transition of the net"
                )
        np.minimum(takes, _NEVER, out=takes)
        np.minimum(gives, _NEVER, out=gives)
        return cls(
            takes,
            gives,
            _marking(net.initial, place),
            None if net.final is None else _marking(net.final, place),
            tuple(one.label for one in net.transitions),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReachabilityGraph:
    """The markings that a net reaches; 0 is the initial one.

    Arcs are sorted by source, then transition. Where `complete` is False there is more than was
    looked at: the limit was reached, or a place held more tokens than a byte can count.
    """

    markings: NDArray[np.uint8]  # markings x places, in the order of a breadth-first search
    sources: NDArray[np.int32]  # by arc
    transitions: NDArray[np.int32]
    targets: NDArray[np.int32]
    complete: bool
    final: int | None  # the marking that is the net's final one, if it was reached


def explore(rule: FiringRule, *, limit: int = 20_000) -> ReachabilityGraph:
    """Walk through the markings breadth first, transitions in the order of the net.

    Parameters
    ----------
    rule : FiringRule
        Any net, also an unbounded one.
    limit : int
        Markings after which to stop; the last layer is kept whole, so a few more may come.

    Notes
    -----
    O(m * t * p) for m markings, t transitions and p places, over whole layers at a time.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("in", "x"), Arc("x", "out"))
    >>> net = PetriNet(("in", "out"), (Transition("x", "A"),), arcs, {"in": 1}, {"out": 1})
    >>> graph = explore(FiringRule.of(net))
    >>> graph.markings.tolist(), graph.final, graph.complete
    ([[1, 0], [0, 1]], 1, True)
    """
    change = rule.gives - rule.takes
    needs = [np.flatnonzero(row) for row in rule.takes]
    layer = rule.initial[None, :]
    number = {layer.tobytes(): 0}
    layers, arcs, first, complete = [layer], [], 0, True
    step = max(1, AT_ONCE // max(1, len(rule.initial)))
    while len(layer) and len(number) <= limit:
        enabled = np.zeros((len(layer), len(needs)), np.bool_)
        possible = (rule.takes <= layer.max(axis=0, initial=0)).all(axis=1)  # in some marking
        for transition in np.flatnonzero(possible).tolist():
            places = needs[transition]
            enough = layer[:, places] >= rule.takes[transition, places]
            enabled[:, transition] = enough.all(axis=1)
        every_row, every_fired = np.nonzero(enabled)
        found = []
        for begin in range(0, len(every_row), step):
            rows, fired = every_row[begin : begin + step], every_fired[begin : begin + step]
            after = layer[rows].astype(np.int32) + change[fired]
            small = (after <= TOKENS).all(axis=1)
            complete = complete and bool(small.all())
            rows, fired, reached = rows[small], fired[small], after[small].astype(np.uint8)
            fresh = len(number)
            targets = [number.setdefault(one.tobytes(), len(number)) for one in reached]
            arcs.append((rows + first, fired, np.asarray(targets, np.int32)))
            _, origin = np.unique(np.asarray(targets, np.int64), return_index=True)
            new = np.asarray([i for i in origin.tolist() if targets[i] >= fresh], np.int64)
            found.append(reached[new])
        first += len(layer)
        layer = np.concatenate([layer[:0], *found])
        layers.append(layer)
    sources, transitions, to = (
        np.concatenate([np.empty(0, np.int32), *(one[part] for one in arcs)]).astype(np.int32)
        for part in range(3)
    )
    final = None if rule.final is None else number.get(rule.final.tobytes())
    return ReachabilityGraph(
        np.concatenate(layers), sources, transitions, to, complete and not len(layer), final
    )


def leading_to(graph: ReachabilityGraph, marking: int) -> NDArray[np.bool_]:
    """For each marking, whether the given one can be reached from it."""
    order = np.argsort(graph.targets, kind="stable")
    bounds = np.searchsorted(graph.targets[order], np.arange(len(graph.markings) + 1))
    sources = graph.sources[order]
    found = np.zeros(len(graph.markings), np.bool_)
    found[marking] = True
    waiting = [marking]
    while waiting:
        one = waiting.pop()
        for source in sources[bounds[one] : bounds[one + 1]].tolist():
            if not found[source]:
                found[source] = True
                waiting.append(source)
    return found


def _marking(tokens: Mapping[str, int], place: Mapping[str, int]) -> NDArray[np.uint8]:
    marking = np.zeros(len(place), np.uint8)
    for name, count in tokens.items():
        if name not in place:
            raise InputError(f"a marking names {show(name)}, which is no place of the net")
        if not 0 <= count <= TOKENS:
            raise InputError(
                f"the place {show(name)} holds {count} tokens in a marking; up to {TOKENS} work"
            )
        marking[place[name]] = count
    return marking
