"""Designed flows and logs for tests of conformance, written as text."""

from casemine.log import parse_log
from casemine.model.flow import DesignedFlow, FlowElement
from casemine.model.petri import Arc, PetriNet, Transition


def flow_of(text, initial="i", final="o"):
    """Read `A: i > p; -: p > o`: steps with the places they take from and give to; `-` is silent.

    Each step is an element of its own, e1, e2, ... in order; its line is ten times its number.
    """
    transitions, arcs, elements, element_of = [], [], [], {}
    places = {initial, final}
    for number, part in enumerate(filter(str.strip, text.split(";")), start=1):
        label, ends = (side.strip() for side in part.split(":"))
        takes, gives = (side.split() for side in ends.split(">"))
        places |= {*takes, *gives}
        arcs += [Arc(place, f"t{number}") for place in takes]
        arcs += [Arc(f"t{number}", place) for place in gives]
        transitions.append(Transition(f"t{number}", None if label == "-" else label))
        if label != "-":
            elements.append(FlowElement(f"e{number}", label, "task", line=10 * number))
            element_of[f"t{number}"] = f"e{number}"
    net = PetriNet(tuple(sorted(places)), tuple(transitions), tuple(arcs), {initial: 1}, {final: 1})
    return DesignedFlow("test", "test.pnml", net, tuple(elements), element_of)


def chain(*names):
    """A flow that is one step after the other."""
    places = ["i", *(f"p{number}" for number in range(1, len(names))), "o"]
    steps = zip(names, places, places[1:], strict=False)
    return flow_of("; ".join(f"{name}: {before} > {after}" for name, before, after in steps))


def log_of(*traces):
    """A log with one case per trace, in which nothing is simultaneous."""
    return parse_log("; ".join(" ".join(trace) for trace in traces))
