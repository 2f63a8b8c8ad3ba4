"""Structural reduction: silent transitions fused with their neighbours, before any marking is seen.

Two rules, applied until neither fits; both keep the visible runs from the initial to the final
marking (G. Berthelot, "Transformations and decompositions of nets", LNCS 254 (1987), 359-376).

- At once: a place whose tokens only silent transitions take, each from this place alone. What
  gave it a token now goes straight on with one of them.
- Not before it is needed: a place whose tokens only silent transitions give, each to this place
  alone. What took a token from it now begins with one of them.

A place of the initial or the final marking stays. A rule is applied only where it makes the net
no larger. A fused transition remembers the transitions of the net that it stands for, in order, so
that every run of the reduced net is spelled out as a run of the net itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.reachability import FiringRule

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class _Step:
    """A transition of the net, or several fused into one."""

    takes: dict[int, int]  # place to tokens
    gives: dict[int, int]
    label: str | None
    sequence: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """The reduced net, and the transitions of the net that each of its transitions stands for."""

    rule: FiringRule
    sequences: tuple[tuple[int, ...], ...]


def reduce_net(rule: FiringRule) -> Reduced:
    """Fuse silent transitions with their neighbours where that makes the net smaller.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "x"), Arc("x", "p"), Arc("p", "tau"), Arc("tau", "o"))
    >>> steps = (Transition("x", "A"), Transition("tau", None))
    >>> net = PetriNet(("i", "p", "o"), steps, arcs, {"i": 1}, {"o": 1})
    >>> reduce_net(FiringRule.of(net)).sequences
    ((0, 1),)
    """
    steps = [
        _Step(
            {int(p): int(row[p]) for p in np.flatnonzero(row)},
            {int(p): int(given[p]) for p in np.flatnonzero(given)},
            rule.labels[index],
            (index,),
        )
        for index, (row, given) in enumerate(zip(rule.takes, rule.gives, strict=True))
    ]
    kept = set(np.flatnonzero(rule.initial).tolist())
    if rule.final is not None:
        kept |= set(np.flatnonzero(rule.final).tolist())
    free = [place for place in range(len(rule.initial)) if place not in kept]
    again = True
    while again:
        again = False
        steps = _distinct(steps)
        for place in free:
            fused = _at_once(steps, place) or _when_needed(steps, place)
            if fused is not None:
                steps, again = _distinct(fused), True
    steps.sort(key=lambda step: step.sequence)
    used = sorted(kept.union(*(step.takes for step in steps), *(step.gives for step in steps)))
    column = {place: index for index, place in enumerate(used)}
    takes = np.zeros((len(steps), len(used)), np.int32)
    gives = np.zeros_like(takes)
    for row, step in enumerate(steps):
        for place, tokens in step.takes.items():
            takes[row, column[place]] = tokens
        for place, tokens in step.gives.items():
            gives[row, column[place]] = tokens
    return Reduced(
        FiringRule(
            takes,
            gives,
            rule.initial[used],
            None if rule.final is None else rule.final[used],
            tuple(step.label for step in steps),
        ),
        tuple(step.sequence for step in steps),
    )


def _at_once(steps: list[_Step], place: int) -> list[_Step] | None:
    """Fuse what gives to a place with the silent transitions that alone take from it."""
    givers = [step for step in steps if place in step.gives]
    takers = [step for step in steps if place in step.takes]
    ready = (
        all(step.label is None and step.takes == {place: 1} for step in takers)
        and all(step.gives[place] == 1 and place not in step.takes for step in givers)
        and all(place not in step.gives for step in takers)
    )
    if not (ready and _no_larger(givers, takers)):
        return None
    return _without(steps, place) + [_fused(giver, taker) for giver in givers for taker in takers]


def _when_needed(steps: list[_Step], place: int) -> list[_Step] | None:
    """Fuse what takes from a place with the silent transitions that alone give to it."""
    givers = [step for step in steps if place in step.gives]
    takers = [step for step in steps if place in step.takes]
    ready = (
        all(step.label is None and step.gives == {place: 1} for step in givers)
        and all(step.takes[place] == 1 and place not in step.gives for step in takers)
        and all(place not in step.takes for step in givers)
    )
    if not (ready and _no_larger(givers, takers)):
        return None
    return _without(steps, place) + [_fused(giver, taker) for giver in givers for taker in takers]


def _no_larger(givers: Sequence[_Step], takers: Sequence[_Step]) -> bool:
    return bool(givers and takers) and len(givers) * len(takers) <= len(givers) + len(takers)


def _without(steps: list[_Step], place: int) -> list[_Step]:
    return [step for step in steps if place not in step.takes and place not in step.gives]


def _fused(first: _Step, second: _Step) -> _Step:
    """One after the other; what the first gives and the second takes is the one fused place."""
    (place,) = set(first.gives) & set(second.takes)
    takes, gives = dict(first.takes), dict(second.gives)
    for other, tokens in second.takes.items():
        if other != place:
            takes[other] = takes.get(other, 0) + tokens
    for other, tokens in first.gives.items():
        if other != place:
            gives[other] = gives.get(other, 0) + tokens
    label = second.label if first.label is None else first.label
    return _Step(takes, gives, label, first.sequence + second.sequence)


def _distinct(steps: list[_Step]) -> list[_Step]:
    """Of silent transitions that do the same, the shortest; those that do nothing go."""
    found: dict[object, _Step] = {}
    for step in sorted(steps, key=lambda step: (len(step.sequence), step.sequence)):
        if step.label is None and step.takes == step.gives:
            continue
        looks = (step.label, tuple(sorted(step.takes.items())), tuple(sorted(step.gives.items())))
        found.setdefault(looks, step)
    return list(found.values())
