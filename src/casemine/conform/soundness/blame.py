"""Which elements of a flow file stand behind the transitions and places of its net, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.model.soundness import Blamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casemine.model.bpmn import SequenceFlow
    from casemine.model.flow import DesignedFlow, FlowElement
    from casemine.model.petri import PetriNet

MOST_NAMED = 5  # of a list in a sentence
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Blame:
    """Words for what a fault is about: elements of the file, or of the net where there is none."""

    def __init__(self, flow: DesignedFlow | None, net: PetriNet) -> None:
        self.net = net
        self.takes: list[dict[str, int]] = [{} for _ in net.transitions]
        self.gives: list[dict[str, int]] = [{} for _ in net.transitions]
        self.puts: dict[str, list[int]] = {place: [] for place in net.places}
        number = {transition.id: i for i, transition in enumerate(net.transitions)}
        for arc in net.arcs:
            if arc.target in number:
                takes = self.takes[number[arc.target]]
                takes[arc.source] = takes.get(arc.source, 0) + arc.weight
            else:
                gives = self.gives[number[arc.source]]
                gives[arc.target] = gives.get(arc.target, 0) + arc.weight
                self.puts[arc.target].append(number[arc.source])
        self.elements: dict[str, FlowElement] = {}  # by transition
        self.names: dict[str, str] = {}  # of flow nodes
        self.arrows: dict[str, SequenceFlow] = {}  # by the place they are
        if flow is None:
            return
        steps = {one.id: one for one in flow.elements}
        self.elements = {**flow.routing_of}
        self.elements |= {step: steps[id_] for step, id_ in flow.element_of.items() if id_ in steps}
        if flow.diagram is not None:
            self.names = {node.id: node.name for node in flow.diagram.nodes}
            for arrow in reversed(flow.diagram.flows):
                if arrow.id in flow.place_of:
                    self.arrows[flow.place_of[arrow.id]] = arrow

    def of(self, step: int) -> Blamed:
        """Find the element that a transition comes from; the transition itself for a net."""
        transition = self.net.transitions[step]
        element = self.elements.get(transition.id)
        if element is None:
            return Blamed(transition.id, transition.label or "")
        name = "" if element.name == element.id else element.name
        return Blamed(element.id, name, element.kind, element.line)

    def place(self, place: str) -> str:
        """Say where a token lies: on the way between two elements, before one, or in a place."""
        arrow = self.arrows.get(place)
        if arrow is not None:
            return f"on the way from {self._end(arrow.source)} to {self._end(arrow.target)}"
        takers = [step for step, takes in enumerate(self.takes) if place in takes]
        if self.names and takers:
            return f"before {listed([titled(self.of(step)) for step in takers[:1]])}"
        return "at the end" if self.names else f"at place {place}"

    def waiting(self, tokens: Mapping[str, int]) -> tuple[int, ...]:
        """List the transitions that have a part of what they take."""
        found = []
        for step, takes in enumerate(self.takes):
            has = [tokens.get(place, 0) >= number for place, number in takes.items()]
            if any(has) and not all(has):
                found.append(step)
        return tuple(found)

    def going(self, tokens: Mapping[str, int]) -> tuple[int, ...]:
        """List the transitions that can happen and change something."""
        return tuple(
            step
            for step, takes in enumerate(self.takes)
            if takes != self.gives[step]
            and all(tokens.get(place, 0) >= number for place, number in takes.items())
        )

    def stop(
        self, tokens: Mapping[str, int], waiting: Sequence[int]
    ) -> tuple[str, tuple[Blamed, ...]]:
        """Say what a run that stops waits for, or where its tokens stay."""
        if not waiting:
            stays = listed([self.place(place) for place in tokens]) or "nowhere"
            return (
                f"nothing more can change, and the end is not reached: a token stays {stays}",
                self._around(tokens),
            )
        names = list(dict.fromkeys(titled(self.of(step)) for step in waiting))
        lacking = dict.fromkeys(
            place
            for step in waiting
            for place, number in self.takes[step].items()
            if tokens.get(place, 0) < number
        )
        missing = listed([self.place(place) for place in lacking])
        verb = "waits" if len(names) == 1 else "wait"
        return (
            f"{listed(names)} {verb} for a token that never comes, {missing}",
            unique(self.of(step) for step in waiting),
        )

    def left(self, extra: Iterable[str]) -> tuple[str, tuple[Blamed, ...]]:
        """Say what goes on although the end is reached."""
        extra = list(extra)
        if set(extra) <= set(self.net.final or {}):
            return "the end is reached once more", self._around(extra)
        places = listed([self.place(place) for place in extra])
        return f"the end is reached, and a token is left {places}", self._around(extra)

    def _end(self, node: str) -> str:
        name = self.names.get(node)
        return repr(name) if name else node

    def _around(self, places: Iterable[str]) -> tuple[Blamed, ...]:
        """List the elements that put tokens into places."""
        return unique(self.of(step) for place in places for step in self.puts[place])


def titled(one: Blamed) -> str:
    """Name an element in a sentence, with its id and line where the file has them.

    Examples
    --------
    >>> titled(Blamed("a1", "Approve", "userTask", 12))
    "'Approve' (a1, line 12)"
    >>> titled(Blamed("g2", "", "parallelGateway", 14)), titled(Blamed("t7"))
    ('parallel gateway g2 (line 14)', 'silent transition t7')
    """
    if one.kind.endswith(("Gateway", "Event")):
        kind = _CAPITAL.sub(" ", one.kind).lower()
        title = f"{kind} {one.id} {one.name!r}" if one.name else f"{kind} {one.id}"
        return title if one.line is None else f"{title} (line {one.line})"
    if not one.name:
        return f"silent transition {one.id}" if one.kind == "transition" else one.id
    where = one.id if one.line is None else f"{one.id}, line {one.line}"
    return repr(one.name) if one.id == one.name and one.line is None else f"{one.name!r} ({where})"


def unique(elements: Iterable[Blamed]) -> tuple[Blamed, ...]:
    """Keep the first of equal ones."""
    return tuple(dict.fromkeys(elements))


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Join names for a sentence, the first few of many.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed([str(n) for n in range(9)])
    ('a, b and c', '0, 1, 2, 3, 4 and 4 more')
    """
    shown, more = list(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more > 0:
        shown.append(f"{more:,} more")
    return f" {joint} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
