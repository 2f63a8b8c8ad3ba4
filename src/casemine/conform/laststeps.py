"""Steps after which a design can be at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.petri import PetriNet


def last_steps(net: PetriNet) -> frozenset[str]:
    """Find the labels of the visible transitions that can come last in a run.

    Parameters
    ----------
    net : PetriNet
        With a final marking; without one nothing is last.

    Returns
    -------
    frozenset of str
        Found by walking back from the final places over silent transitions, so a step whose
        place another branch may still outlast is among them.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "x"), Arc("x", "p"), Arc("p", "y"), Arc("y", "o"), Arc("p", "t"),
    ...         Arc("t", "o"))
    >>> steps = (Transition("x", "Open"), Transition("y", "Close"), Transition("t", None))
    >>> sorted(last_steps(PetriNet(("i", "p", "o"), steps, arcs, {"i": 1}, {"o": 1})))
    ['Close', 'Open']
    """
    label = {one.id: one.label for one in net.transitions}
    before: dict[str, list[str]] = {}
    for arc in net.arcs:
        before.setdefault(arc.target, []).append(arc.source)
    found, seen = set(), set(net.final or ())
    fresh = sorted(seen)
    while fresh:
        for source in before.get(fresh.pop(), ()):
            name = label.get(source)
            if name is not None:
                found.add(name)
            elif source not in seen:
                seen.add(source)
                fresh.append(source)
    return frozenset(found)
