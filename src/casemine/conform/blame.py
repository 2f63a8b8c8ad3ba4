"""Which elements of a flow file stand behind the transitions and places of its net, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.model.bpmn import NodeKind
from casemine.model.soundness import Blamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casemine.model.flow import DesignedFlow
    from casemine.model.petri import PetriNet

MOST_NAMED = 5  # of a list in a sentence
_WORDS = {
    NodeKind.START: "start event",
    NodeKind.END: "end event",
    NodeKind.EXCLUSIVE: "exclusive gateway",
    NodeKind.PARALLEL: "parallel gateway",
    NodeKind.INCLUSIVE: "inclusive gateway",
    NodeKind.EVENT_BASED: "event-based gateway",
}


class Blame:
    """Words for what a fault is about: elements of the file, or of the net where there is none."""

    def __init__(self, flow: DesignedFlow | None, net: PetriNet) -> None:
        self.net = net
        self.takes: list[dict[str, int]] = [{} for _ in net.transitions]
        self.puts: dict[str, list[int]] = {place: [] for place in net.places}
        number = {transition.id: i for i, transition in enumerate(net.transitions)}
        for arc in net.arcs:
            if arc.target in number:
                takes = self.takes[number[arc.target]]
                takes[arc.source] = takes.get(arc.source, 0) + arc.weight
            else:
                self.puts[arc.target].append(number[arc.source])
        self.flow = flow
        self.steps = {} if flow is None else {one.id: one for one in flow.elements}
        diagram = None if flow is None else flow.diagram
        self.nodes = {} if diagram is None else {node.id: node for node in diagram.nodes}
        self.arrows = {} if diagram is None else {arrow.id: arrow for arrow in diagram.flows}
        place_of = {} if flow is None else flow.place_of
        self.arrow_at = {place: arrow for arrow, place in reversed(list(place_of.items()))}

    def of(self, step: int) -> Blamed:
        """Find the element that a transition comes from; the transition itself for a net."""
        transition = self.net.transitions[step]
        if self.flow is None:
            return Blamed(transition.id, transition.label or "")
        element = self.flow.element_of.get(transition.id)
        if element is None and transition.label is None:
            element = self._routing(transition.id)
        return self._element(element or transition.id, transition.label or "")

    def name(self, step: int) -> str:
        """Name the element of a transition as a sentence does."""
        return self.title(self.of(step), silent=self.net.transitions[step].label is None)

    def title(self, one: Blamed, *, silent: bool = False) -> str:
        """Write the name, with the id and line where the file has them."""
        node = self.nodes.get(one.id)
        if one.id not in self.steps and node is not None and node.kind in _WORDS:
            kind = f"{_WORDS[node.kind]} {one.id}"
            title = f"{kind} {one.name!r}" if one.name else kind
            return title if one.line is None else f"{title} (line {one.line})"
        if not one.name:
            title = f"silent transition {one.id}" if silent and self.flow is None else one.id
            return title if one.line is None else f"{title} (line {one.line})"
        where = one.id if one.line is None else f"{one.id}, line {one.line}"
        return f"{one.name!r} ({where})"

    def place(self, place: str) -> str:
        """Say where a token lies: on the way from one element to another, or the place itself."""
        arrow = self.arrows.get(self.arrow_at.get(place, ""))
        if arrow is None:
            return place
        ends = (self._end(arrow.source), self._end(arrow.target))
        return f"the way from {ends[0]} to {ends[1]}"

    def waiting(self, tokens: Mapping[str, int]) -> tuple[int, ...]:
        """List the transitions that have a part of what they take."""
        found = []
        for step, takes in enumerate(self.takes):
            has = [tokens.get(place, 0) >= number for place, number in takes.items()]
            if any(has) and not all(has):
                found.append(step)
        return tuple(found)

    def stop(
        self, tokens: Mapping[str, int], waiting: Sequence[int]
    ) -> tuple[str, tuple[Blamed, ...]]:
        """Say what a run that stops waits for, or where its tokens stay."""
        if not waiting:
            stays = listed([self.place(place) for place in tokens]) or "no place"
            return (
                f"nothing more can happen, and the end is not reached: a token stays at {stays}",
                self._around(tokens),
            )
        elements = unique(self.of(step) for step in waiting)
        names = list(dict.fromkeys(self.name(step) for step in waiting))
        lacking = dict.fromkeys(
            place
            for step in waiting
            for place, number in self.takes[step].items()
            if tokens.get(place, 0) < number
        )
        missing = listed([self.place(place) for place in lacking])
        verb = "waits" if len(names) == 1 else "wait"
        return f"{listed(names)} {verb} for a token that never comes: at {missing}", elements

    def left(self, extra: Iterable[str]) -> tuple[str, tuple[Blamed, ...]]:
        """Say what goes on although the end is reached."""
        extra = list(extra)
        places = listed([self.place(place) for place in extra])
        return f"the end is reached, and a token is left at {places}", self._around(extra)

    def _around(self, places: Iterable[str]) -> tuple[Blamed, ...]:
        """List the elements that put tokens into places."""
        return unique(self.of(step) for place in places for step in self.puts[place])

    def _routing(self, transition: str) -> str | None:
        """Find the element whose id a silent transition's id begins with, the longest one."""
        if transition in self.nodes:
            return transition
        cuts = [found.start() for found in re.finditer(r"[^0-9A-Za-z]", transition)]
        return next(
            (transition[:cut] for cut in reversed(cuts) if transition[:cut] in self.nodes), None
        )

    def _element(self, id_: str, name: str) -> Blamed:
        if id_ in self.steps:
            return Blamed(id_, self.steps[id_].name, self.steps[id_].line)
        return Blamed(id_, self.nodes[id_].name if id_ in self.nodes else name)

    def _end(self, node: str) -> str:
        name = self.nodes[node].name if node in self.nodes else ""
        return repr(name) if name else node


def unique(elements: Iterable[Blamed]) -> tuple[Blamed, ...]:
    """Keep the first of equal ones."""
    return tuple(dict.fromkeys(elements))


def listed(names: Sequence[str]) -> str:
    """Join names for a sentence, the first few of many.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed([str(n) for n in range(9)])
    ('a, b and c', '0, 1, 2, 3, 4 and 4 more')
    """
    shown, more = list(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more > 0:
        shown.append(f"{more:,} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
