"""Small nets for tests, written as one line per transition: name, what it takes, what it gives."""

from __future__ import annotations

from casemine.model.petri import Arc, PetriNet, Transition


def net_of(lines: str, *, start: str = "i", end: str | None = "o") -> PetriNet:
    """Read `A: i > p q; tau: p > o`; names in lower case are silent, `2*p` is a weight."""
    transitions, arcs, places = [], [], {start: None}
    for number, line in enumerate(
        part for part in lines.replace(";", "\n").split("\n") if part.strip()
    ):
        name, way = (part.strip() for part in line.split(":"))
        takes, gives = (part.split() for part in way.split(">"))
        transition = Transition(f"t{number}", None if name.islower() else name)
        transitions.append(transition)
        for place, weight in map(_weighted, takes):
            places[place] = None
            arcs.append(Arc(place, transition.id, weight))
        for place, weight in map(_weighted, gives):
            places[place] = None
            arcs.append(Arc(transition.id, place, weight))
    final = None
    if end is not None:
        places[end] = None
        final = {end: 1}
    return PetriNet(tuple(places), tuple(transitions), tuple(arcs), {start: 1}, final)


def _weighted(word: str) -> tuple[str, int]:
    weight, _, place = word.rpartition("*")
    return place, int(weight or 1)
