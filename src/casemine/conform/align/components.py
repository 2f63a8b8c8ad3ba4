"""State machines within a net, and what each of them says about the cost that is still to come.

A component is a set of places that holds exactly one token in every marking, so that it is a small
automaton: the token stands in one place, and transitions move it. The trace, aligned with this
automaton alone, costs no more than with the net. Every label is charged in one component only, so
the costs of all components may be added: a bound from below that the search takes as its guide
(A*; the bound is consistent). The idea of components is that of D. Reissner and others, "Scalable
alignment of process models and event logs", Information Systems 94 (2020), 101561, who align with
them instead; here the result stays exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align.automaton import FAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.conform.reachability import FiringRule

TRIES = 5_000  # places that are tried out for one component
ALL_TRIES = 20_000  # and for all of them
LARGEST = 1_000  # places of a component; finding the distances within it is cubic


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """An automaton whose states are places; it charges for its `labels` and for no others."""

    places: tuple[int, ...]
    labels: frozenset[int]
    pairs: tuple[tuple[int, int, int], ...]  # label, state before, state after; sorted
    distance: NDArray[np.int32]  # states x states: charged steps from one to the other, or FAR
    final: int  # the state of the final marking

    def bounds(self, codes: Sequence[int], *, part: bool) -> NDArray[np.int32]:
        """Least costs of what is left, by position of the trace and state."""
        found = np.empty((len(codes) + 1, len(self.places)), np.int32)
        found[-1] = 0 if part else self.distance[:, self.final]
        for position in range(len(codes) - 1, -1, -1):
            after = found[position + 1]
            if codes[position] not in self.labels:
                found[position] = after
                continue
            before = np.minimum(after + 1, FAR)
            for label, source, target in self.pairs:
                if label == codes[position]:
                    before = np.minimum(before, self.distance[:, source] + after[target])
            found[position] = before
        return found


def components_of(rule: FiringRule) -> tuple[Component, ...]:
    """Find components that cover what they can of the net, each with at least one label.

    Examples
    --------
    >>> from casemine.conform.reachability import FiringRule
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "x"), Arc("x", "p"), Arc("x", "q"), Arc("p", "y"), Arc("q", "y"))
    >>> steps = (Transition("x", "A"), Transition("y", "B"))
    >>> places = ("i", "p", "q", "o")
    >>> net = PetriNet(places, steps, (*arcs, Arc("y", "o")), {"i": 1}, {"o": 1})
    >>> [component.places for component in components_of(FiringRule.of(net))]
    [(0, 1, 3)]
    """
    code = {name: index for index, name in enumerate(rule.names)}
    labels = [-1 if name is None else code[name] for name in rule.labels]
    covered: set[int] = set()
    charged: set[int] = set()
    found = []
    machines = _Machines(rule)
    for place in range(len(rule.initial)):
        if place in covered:
            continue
        places = machines.around(place)
        if places is None:
            continue
        covered |= set(places)
        component = _component(rule, places, labels, charged)
        if component.labels:
            charged |= component.labels
            found.append(component)
    return tuple(found)


class _Machines:
    """Looks for sets of places of which every transition takes and gives one token or none."""

    def __init__(self, rule: FiringRule) -> None:
        self.inputs = [np.flatnonzero(row).tolist() for row in rule.takes]
        self.outputs = [np.flatnonzero(row).tolist() for row in rule.gives]
        self.takes, self.gives = rule.takes, rule.gives
        self.initial = rule.initial.tolist()
        self.beside: list[list[int]] = [[] for _ in self.initial]
        for transition, (before, after) in enumerate(zip(self.inputs, self.outputs, strict=True)):
            for one in dict.fromkeys((*before, *after)):
                self.beside[one].append(transition)
        self.left = ALL_TRIES

    def around(self, place: int) -> tuple[int, ...] | None:
        """Try places out, depth first, until every transition moves one token or none."""
        start, beside = frozenset({place}), self.beside
        waiting = [(start, tuple(beside[place]))] if self._fits(start, place) else []
        last = max(self.left - TRIES, 0)
        while waiting and self.left > last:
            chosen, pending = waiting.pop()
            self.left -= 1
            choices = None
            while pending and (choices := self._one_sided(pending[0], chosen)) is None:
                pending = pending[1:]  # a transition with both sides keeps them
            if choices is None:
                if sum(self.initial[one] for one in chosen) == 1:
                    return tuple(sorted(chosen))
                continue
            waiting.extend(
                (chosen | {one}, (*pending, *beside[one]))
                for one in reversed(choices)
                if one not in chosen and self._fits(chosen | {one}, one)
            )
        return None

    def _fits(self, chosen: frozenset[int], added: int) -> bool:
        tokens = sum(self.initial[one] for one in chosen)
        return (
            len(chosen) <= LARGEST
            and tokens <= 1
            and all(
                sum(int(self.takes[t, one]) for one in self.inputs[t] if one in chosen) <= 1
                and sum(int(self.gives[t, one]) for one in self.outputs[t] if one in chosen) <= 1
                for t in self.beside[added]
            )
        )

    def _one_sided(self, transition: int, chosen: frozenset[int]) -> list[int] | None:
        """List places of which one must come in; None for a transition with both sides."""
        before = any(one in chosen for one in self.inputs[transition])
        after = any(one in chosen for one in self.outputs[transition])
        if before == after:
            return None
        return self.outputs[transition] if before else self.inputs[transition]


def _component(
    rule: FiringRule, places: tuple[int, ...], labels: Sequence[int], charged: set[int]
) -> Component:
    """Make the automaton; it charges for labels whose transitions all move its token."""
    assert rule.final is not None
    state = {place: index for index, place in enumerate(places)}
    steps = []
    outside = set()
    for transition, label in enumerate(labels):
        before = [state[p] for p in np.flatnonzero(rule.takes[transition]).tolist() if p in state]
        after = [state[p] for p in np.flatnonzero(rule.gives[transition]).tolist() if p in state]
        if before:
            steps.append((label, before[0], after[0]))
        else:
            outside.add(label)
    own = frozenset(label for label, _, _ in steps if label >= 0) - outside - charged
    distance = np.full((len(places), len(places)), FAR, np.int32)
    np.fill_diagonal(distance, 0)
    for label, source, target in steps:
        cost = int(label in own)
        distance[source, target] = min(distance[source, target], cost)
    for middle in range(len(places)):
        rows = np.flatnonzero(distance[:, middle] < FAR)
        columns = np.flatnonzero(distance[middle] < FAR)
        part = np.ix_(rows, columns)
        through = distance[rows, middle, None] + distance[None, middle, columns]
        distance[part] = np.minimum(distance[part], through)
    final = [state[place] for place in np.flatnonzero(rule.final).tolist() if place in state]
    if not final:  # then it can't be reached, and the search will say so
        own = frozenset()
    return Component(
        places,
        own,
        tuple(sorted({step for step in steps if step[0] in own})),
        distance,
        final[0] if final else 0,
    )
