"""The designed flow that logs are played out of: labels, the Petri net, and replay on it.

The net is a casemine reading of the publicly described YaSM LP4.6 flow (resolve incidents and
service requests), not an official YaSM chart. It is sound and has 22 reachable markings, so
replaying a trace is a walk through a small automaton that is built as it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from casemine.model.yasm import YASM

if TYPE_CHECKING:
    from collections.abc import Iterable

LABELS = {**YASM, "X05": "Forward to another department"}  # the last is planted only

# One line per transition: element, what it takes, what it gives. Elements in lower case are
# silent; t1 and t2 are timers that run out. `act` is there while the record is open.
_NET = """
A01 i > p1 act      A02 p1 > p2       A10 p2 > p3        A11 p3 > pL1
A12 pL1 > pRI       A13 pL1 > pH      W1 pL1 > pL1w      W2 pL1w > pL1     t2 pL1w > pL1
A20 pH > pL2        A21 pL2 > pL2     A22 pL2 > pRI      A23 pL2 > pH
W1 pL2 > pL2w       W2 pL2w > pL2     t2 pL2w > pL2
A40 p2 > pMI        A40 pL1 > pMI     A40 pL2 > pMI      A21 pMI > pMI     A41 pMI > pRI
A60 pRI > pC        t1 pRI > pC       A61 pRI > pL1      A61 pRI > pL2
request p2 > pRQ    A81 pRQ > pRQ     A82 pRQ > pRQ
W1 pRQ > pRQw       W2 pRQw > pRQ     t2 pRQw > pRQ
A83 pRQ > pRF       A60 pRF > pC      t1 pRF > pC        A61 pRF > pRQ     incident pRQ > p1
A90 p2 act > o      A90 pL1 act > o   A90 pL2 act > o    A90 pRQ act > o
check pC > c1 c2    A70 c1 > d1       A71 c2 > d2        checked d1 d2 > pK
A72 pK > pC         A73 pK > pK2      nothingnew pK > pK2
A74 pK2 act > o
U1 act > act        U2 act > act      U3 act > act       U4 act > act
"""

Marking = frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A transition of the net; `name` tells those of one element apart by the place they take."""

    element: str
    takes: Marking
    gives: Marking

    @property
    def name(self) -> str:
        """The element and the place it takes from, such as `A21@pL2`."""
        return f"{self.element}@{min(self.takes - {'act'}, default='act')}"

    @property
    def silent(self) -> bool:
        """Whether it leaves no event."""
        return self.element not in LABELS


def _parse(net: str) -> tuple[Step, ...]:
    steps = []
    for line in net.strip().splitlines():
        for entry in (part for part in line.split("  ") if part.strip()):
            takes, gives = entry.split(">")
            element, *places = takes.split()
            steps.append(Step(element, frozenset(places), frozenset(gives.split())))
    return tuple(steps)


STEPS = _parse(_NET)
INITIAL: Marking = frozenset({"i"})
FINAL: Marking = frozenset({"o"})


def enabled(marking: Marking) -> tuple[Step, ...]:
    """List the transitions that can fire, in the order of the net."""
    return tuple(step for step in STEPS if step.takes <= marking)


def fire(marking: Marking, step: Step) -> Marking:
    """Take and give tokens; the net is 1-safe, so a marking is a set."""
    return (marking - step.takes) | step.gives


def first_misfit(trace: Iterable[str]) -> int | None:
    """Find the first event that no run of the net can show at this point.

    Parameters
    ----------
    trace : iterable of str
        Elements, such as `A01`.

    Returns
    -------
    int or None
        The position of the event, None if the trace is a beginning of a run.

    Examples
    --------
    >>> first_misfit("A01 A02 A10 A11 A13".split()), first_misfit("A01 A02 A10 A13".split())
    (None, 3)
    """
    here = _closure(frozenset({INITIAL}))
    for position, element in enumerate(trace):
        here = _after(here, element)
        if not here:
            return position
    return None


@cache
def _after(here: frozenset[Marking], element: str) -> frozenset[Marking]:
    reached = (
        fire(marking, step)
        for marking in here
        for step in enabled(marking)
        if step.element == element
    )
    return _closure(frozenset(reached))


def _closure(markings: frozenset[Marking]) -> frozenset[Marking]:
    """Add whatever silent transitions lead to."""
    found, fresh = set(markings), list(markings)
    while fresh:
        marking = fresh.pop()
        for step in enabled(marking):
            if step.silent and (reached := fire(marking, step)) not in found:
                found.add(reached)
                fresh.append(reached)
    return frozenset(found)
