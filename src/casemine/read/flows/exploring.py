"""All markings that a process can reach, with its conditions exactly as BPMN has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casemine.read.flows.routing import BITS, FULL, MOST_TOKENS, marked, mask, packed

if TYPE_CHECKING:
    from casemine.read.flows.routing import Routing, Step

BUDGET = 60_000  # markings; far more than any process that people have drawn by hand needs


@dataclass(frozen=True, slots=True)
class Fast:
    """A step with its places as masks."""

    step: Step
    needs: tuple[tuple[int, int], ...]  # shift and number of tokens
    takes: int
    gives: int
    clears: int
    empty: int
    some: int
    crowded: int  # places that it adds to
    along: tuple[int, ...]  # feeders of an inclusive join
    anyhow: tuple[int, ...]


@dataclass(slots=True)
class Explored:
    """Markings in the order in which they are found, breadth first."""

    markings: list[int]
    came_from: list[tuple[int, int]]  # marking and step, by number; (-1, -1) for the first
    moves: list[list[tuple[int, int]]] = field(default_factory=list)  # step and tokens taken, each
    complete: bool = True
    overflow: tuple[int, int] | None = None  # marking and place that gets too many tokens

    def path(self, routing: Routing, marking: int) -> list[str]:
        """List the names of the steps of the file that lead to a marking."""
        found: list[str] = []
        while marking > 0:
            marking, step = self.came_from[marking]
            label = routing.steps[step].label
            if label is not None:
                found.append(label)
        return found[::-1]


def explore(routing: Routing, *, budget: int = BUDGET) -> Explored:
    """Find every marking, or as many as the budget allows.

    Stops where a place gets more tokens than `MOST_TOKENS`, which is taken for growth without end.
    """
    steps = [_fast(step) for step in routing.steps]
    by_place: list[list[int]] = [[] for _ in routing.places]
    for number, fast in enumerate(steps):
        first = next(iter(fast.step.join.incoming if fast.step.join else fast.step.takes), None)
        for place in (
            fast.step.join.incoming
            if fast.step.join
            else [first]
            if first is not None
            else sorted(fast.step.some)
        ):
            by_place[place].append(number)
    found = {packed({0: 1}): 0}
    result = Explored(list(found), [(-1, -1)])
    at = 0
    while at < len(result.markings):
        marking = result.markings[at]
        moves: list[tuple[int, int]] = []
        candidates = {number for place in marked(marking) for number in by_place[place]}
        for number in sorted(candidates):
            fast = steps[number]
            taken = takes(fast, marking)
            if taken is None:
                continue
            moves.append((number, taken))
            after = marking - taken + fast.gives
            if after not in found:
                crowded = _crowded(after, fast.crowded)
                if crowded is not None:
                    result.overflow = (at, crowded)
                    result.complete = False
                    return result
                if len(found) >= budget:
                    result.complete = False
                    return result
                found[after] = len(result.markings)
                result.markings.append(after)
                result.came_from.append((at, number))
        result.moves.append(moves)
        at += 1
    return result


def takes(fast: Fast, marking: int) -> int | None:
    """Tell which tokens a step takes at a marking; None where it can't happen."""
    for shift, number in fast.needs:
        if (marking >> shift) & FULL < number:
            return None
    left = marking - fast.takes
    if left & fast.empty or (fast.some and not left & fast.some):
        return None
    taken = fast.takes + (left & fast.clears)
    join = fast.step.join
    if join is not None:
        arrived = [bool(marking >> (BITS * place) & FULL) for place in join.incoming]
        if not any(arrived):
            return None
        for feeders in (fast.along, fast.anyhow):
            coming, excused = 0, 0
            for here, places in zip(arrived, feeders, strict=True):
                if here:
                    excused |= places
                else:
                    coming |= places
            if marking & coming & ~excused:
                return None
        for here, place in zip(arrived, join.incoming, strict=True):
            taken += here << (BITS * place)
    return taken


def _fast(step: Step) -> Fast:
    return Fast(
        step,
        tuple((BITS * place, number) for place, number in step.takes.items()),
        packed(step.takes),
        packed(step.gives),
        mask(step.clears),
        mask(step.empty),
        mask(step.some),
        mask(step.gives),
        tuple(mask(places) for places in step.join.along) if step.join else (),
        tuple(mask(places) for places in step.join.anyhow) if step.join else (),
    )


def _crowded(marking: int, places: int) -> int | None:
    for place in marked(marking & places):
        if (marking >> (BITS * place)) & FULL > MOST_TOKENS:
            return place
    return None
