"""The directly-follows relation of a designed flow, for the map that shows where the log leaves it.

Footprints of nets and logs are compared in W.M.P. van der Aalst, "Process Mining: Data Science in
Action", 2nd edition (2016); here silent steps are passed over, and only complete runs count.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from casemine.conform.reachability import FiringRule, explore, leading_to
from casemine.model.footprint import Footprint

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from casemine.model.petri import PetriNet


def footprint(
    net: PetriNet, *, silent: Collection[str] = (), limit: int = 20_000
) -> Footprint | None:
    """Find which steps the net lets come directly after which; silent steps are passed over.

    Parameters
    ----------
    net : PetriNet
        With a final marking. Only runs that reach it count; what leads into a dead end allows
        nothing.
    silent : collection of str
        Labels that need not leave an event, such as steps that a log cannot show: runs with their
        events count as well as runs without.
    limit : int
        Markings to look at.

    Returns
    -------
    Footprint or None
        None where the net has more markings than that or no end that it reaches: then nobody can
        say that a pair is not allowed.

    Raises
    ------
    InputError
        For a net whose arcs or markings name what it doesn't have.

    Notes
    -----
    O(m * t) for m markings and t transitions, and the labels of what may follow a marking are bits
    of one integer that are handed back along silent steps until nothing changes.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> net = PetriNet(
    ...     ("p", "q", "r"),
    ...     (Transition("a", "A"), Transition("t", None), Transition("b", "B")),
    ...     (Arc("p", "a"), Arc("a", "q"), Arc("q", "t"), Arc("t", "p"),
    ...      Arc("q", "b"), Arc("b", "r")),
    ...     {"p": 1}, {"r": 1},
    ... )
    >>> found = footprint(net)
    >>> sorted(found.pairs), sorted(found.starts), sorted(found.ends)
    ([('A', 'A'), ('A', 'B')], ['A'], ['B'])
    """
    rule = FiringRule.of(net)
    graph = explore(rule, limit=limit)
    if graph.final is None or not graph.complete:
        return None
    alive = leading_to(graph, graph.final)
    hidden = set(silent)
    names = sorted({label for label in rule.labels if label is not None})
    bit = {name: 1 << number for number, name in enumerate(names)}
    end = 1 << len(names)
    own = [0] * len(graph.markings)  # what a marking lets happen next, before silent steps
    own[graph.final] = end
    before: list[list[int]] = [[] for _ in own]  # along silent steps
    visible = []
    arcs = (graph.sources.tolist(), graph.transitions.tolist(), graph.targets.tolist())
    for source, transition, target in zip(*arcs, strict=True):
        if not alive[target]:
            continue
        label = rule.labels[transition]
        if label is None or label in hidden:
            before[target].append(source)
        if label is not None:
            own[source] |= bit[label]
            visible.append((label, target))
    following = _handed_back(own, before)
    after = dict.fromkeys(names, 0)
    for label, target in visible:
        after[label] |= following[target]
    pairs = {(a, b) for a in names for b in names if after[a] & bit[b]}
    return Footprint(
        frozenset(pairs),
        frozenset(name for name in names if following[0] & bit[name]),
        frozenset(name for name in names if after[name] & end),
        empty=bool(following[0] & end),
    )


def _handed_back(own: Sequence[int], before: Sequence[Sequence[int]]) -> list[int]:
    """Add to each marking what the markings after its silent steps let happen."""
    found = list(own)
    waiting = deque(range(len(found)))
    while waiting:
        marking = waiting.popleft()
        for source in before[marking]:
            if found[marking] & ~found[source]:
                found[source] |= found[marking]
                waiting.append(source)
    return found
