"""Ids and an order for the nodes of a net that depend on its structure alone.

pm4py keeps places, transitions and arcs in sets ordered by memory address, so what it hands over
comes in another order in every run. Nodes are told apart here by colour refinement (the
Weisfeiler-Lehman method): a node's colour is its label and marking, then repeatedly its colour
together with those around it. Nodes that remain alike are alike for any practical purpose; one of
them is set apart and the refinement goes on.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from casemine.model.petri import Arc, PetriNet, Transition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def canonical(net: PetriNet) -> PetriNet:
    """Rename places to p1, p2, … and transitions to t1, t2, … in the order of the flow.

    The order is breadth first from the initial marking; where ways part, labels decide. Two nets
    that differ in ids and order alone become equal.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("x", "out"), Arc("in", "x"))
    >>> net = PetriNet(("out", "in"), (Transition("x", "A"),), arcs, {"in": 1}, {"out": 1})
    >>> canonical(net).arcs
    (Arc(source='p1', target='t1', weight=1), Arc(source='t1', target='p2', weight=1))
    """
    colours = _refined(net)
    order = _breadth_first(net, colours)
    places = set(net.places)
    names: dict[str, str] = {}
    counts = {"p": 0, "t": 0}
    for node in order:
        kind = "p" if node in places else "t"
        counts[kind] += 1
        names[node] = f"{kind}{counts[kind]}"
    position = {node: index for index, node in enumerate(order)}
    labels = {transition.id: transition.label for transition in net.transitions}

    def marking(tokens: Mapping[str, int]) -> dict[str, int]:
        return {names[place]: tokens[place] for place in sorted(tokens, key=position.__getitem__)}

    arcs = sorted(net.arcs, key=lambda arc: (position[arc.source], position[arc.target]))
    return PetriNet(
        places=tuple(names[node] for node in order if node in places),
        transitions=tuple(Transition(names[n], labels[n]) for n in order if n not in places),
        arcs=tuple(Arc(names[arc.source], names[arc.target], arc.weight) for arc in arcs),
        initial=marking(net.initial),
        final=None if net.final is None else marking(net.final),
        name=net.name,
        frequency=net.frequency,
    )


def _refined(net: PetriNet) -> dict[str, int]:
    """Give every node its own colour, by label, marking and surroundings."""
    final = net.final or {}
    looks: dict[str, tuple[object, ...]] = {
        place: (1, "", net.initial.get(place, 0), final.get(place, 0)) for place in net.places
    }
    looks |= {
        t.id: (0, t.label, 0, 0) if t.label is not None else (2, "", 0, 0) for t in net.transitions
    }
    before: dict[str, list[tuple[str, int]]] = defaultdict(list)
    after: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for arc in net.arcs:
        after[arc.source].append((arc.target, arc.weight))
        before[arc.target].append((arc.source, arc.weight))

    def around(colours: dict[str, int], node: str) -> tuple[object, ...]:
        return (
            colours[node],
            sorted((colours[other], weight) for other, weight in before[node]),
            sorted((colours[other], weight) for other, weight in after[node]),
        )

    colours = _ranked(looks)
    while True:
        refined = _ranked({node: around(colours, node) for node in colours})
        if len(set(refined.values())) > len(set(colours.values())):
            colours = refined
            continue
        classes: dict[int, list[str]] = defaultdict(list)
        for node, colour in colours.items():
            classes[colour].append(node)
        alike = [colour for colour, nodes in classes.items() if len(nodes) > 1]
        if not alike:
            return colours
        apart = classes[min(alike)][0]
        colours = _ranked({n: (colour, n != apart) for n, colour in colours.items()})


def _ranked(looks: Mapping[str, tuple[object, ...]]) -> dict[str, int]:
    """Give the distinct looks numbers in their sorted order."""
    distinct: list[tuple[object, ...]] = []
    colours: dict[str, int] = {}
    for node in sorted(looks, key=looks.__getitem__):
        if not distinct or distinct[-1] != looks[node]:
            distinct.append(looks[node])
        colours[node] = len(distinct)
    return colours


def _breadth_first(net: PetriNet, colours: Mapping[str, int]) -> list[str]:
    """Nodes by distance from the initial marking; what can't be reached from it comes after."""
    after: dict[str, list[str]] = defaultdict(list)
    for arc in net.arcs:
        after[arc.source].append(arc.target)
    order: dict[str, None] = {}

    def visit(roots: Iterable[str]) -> None:
        layer = [node for node in sorted(roots, key=colours.__getitem__) if node not in order]
        while layer:
            order.update(dict.fromkeys(layer))
            found = {n for node in layer for n in after[node] if n not in order}
            layer = sorted(found, key=colours.__getitem__)

    visit(net.initial)
    for node in sorted(colours, key=colours.__getitem__):
        visit([node])
    return list(order)
