"""Steps with conditions on several places, made into plain steps of a Petri net, exactly.

Every marking that the process can reach is known (`casemine.read.flows.exploring`). A step with a
condition becomes one plain step for each set of tokens that it takes in any of them. Where such a
plain step could also happen in a marking in which the condition doesn't hold, a place is found that
tells the two apart, and a complementary place that is marked when that place isn't; the plain step
asks for it. By induction over the steps the net reaches the same markings by the same steps.

Complementary places are marked by the first step and emptied by the last, so that the net begins
with one token and ends with one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from casemine.read.flows.routing import Step, marked, tokens

if TYPE_CHECKING:
    from casemine.read.flows.exploring import Explored
    from casemine.read.flows.routing import Routing

MOST_VARIANTS = 3_000  # plain steps that one condition may need


class TooManyVariantsError(Exception):
    """A condition needs more plain steps than a net should have."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.id)
        self.step = step


def lower(routing: Routing, explored: Explored) -> list[Step]:
    """Give plain steps that move tokens exactly as those of the routing do.

    Raises
    ------
    TooManyVariantsError
        More than `MOST_VARIANTS` for one step.
    """
    special = {n for n, step in enumerate(routing.steps) if not step.is_plain}
    if not special:
        return list(routing.steps)
    content = _contents(routing, explored)
    happens: dict[tuple[int, int], list[int]] = {}
    for at, moves in enumerate(explored.moves):
        for number, taken in moves:
            if number in special:
                happens.setdefault((number, taken), []).append(at)
    for number in special:
        if sum(1 for key in happens if key[0] == number) > MOST_VARIANTS:
            raise TooManyVariantsError(routing.steps[number])
    bounds = content.max(axis=0)
    asked: dict[tuple[int, int], list[int]] = {}
    for (number, taken), where in sorted(happens.items()):
        asked[number, taken] = _distinguishing(content, taken, where)
    complement = {
        place: len(routing.places) + n
        for n, place in enumerate(sorted({p for places in asked.values() for p in places}))
    }
    for place in complement:
        routing.place(f"not:{routing.places[place]}")
    plain = [
        _with_complements(step, complement, bounds, ())
        for number, step in enumerate(routing.steps)
        if number not in special
    ]
    variants: Counter[int] = Counter()
    for (number, taken), places in asked.items():
        step = routing.steps[number]
        variants[number] += 1
        suffix = "" if variants[number] == 1 else f"/{variants[number]}"
        taking = {place: tokens(taken, place) for place in marked(taken)}
        one = Step(step.id + suffix, step.label, step.node, taking, step.gives)
        plain.append(_with_complements(one, complement, bounds, places))
    return plain


def _contents(
    routing: Routing, explored: Explored
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Tokens of every marking (rows) on every place (columns)."""
    content = np.zeros((len(explored.markings), len(routing.places)), dtype=np.uint8)
    for row, marking in enumerate(explored.markings):
        for place in marked(marking):
            content[row, place] = tokens(marking, place)
    return content


def _distinguishing(
    content: np.ndarray[tuple[int, int], np.dtype[np.uint8]], taken: int, where: list[int]
) -> list[int]:
    """Find places that hold no more than what is taken, exactly where the step may happen.

    Greedy: each time the place that rules out the most of the markings that are left.
    """
    taking = {place: tokens(taken, place) for place in marked(taken)}
    enough = np.ones(len(content), dtype=bool)
    for place, number in taking.items():
        enough &= content[:, place] >= number
    enough[where] = False
    wrong = content[enough]
    if not len(wrong):
        return []
    least = np.zeros(content.shape[1], dtype=np.uint8)
    for place, number in taking.items():
        least[place] = number
    usable = (content[where] <= least).all(axis=0)
    tells = (wrong > least) & usable
    chosen: list[int] = []
    while len(tells):
        place = int(tells.sum(axis=0).argmax())
        assert tells[:, place].any(), "a condition tells its markings from all others"
        chosen.append(place)
        tells = tells[~tells[:, place]]
    return chosen


def _with_complements(
    step: Step,
    complement: dict[int, int],
    bounds: np.ndarray[tuple[int], np.dtype[np.uint8]],
    asked: list[int] | tuple[()],
) -> Step:
    """Keep the complementary places up to date, and ask for those that are needed."""
    takes, gives = Counter(step.takes), Counter(step.gives)
    begins, ends = 0 in step.takes, 1 in step.gives
    for place, other in complement.items():
        most = int(bounds[place])
        less, more = step.takes.get(place, 0), step.gives.get(place, 0)
        if begins and ends:
            continue
        if begins:
            gives[other] += most - more
            continue
        if ends:
            takes[other] += most - less
            continue
        need = most - less if place in asked else max(0, more - less)
        takes[other] += need
        gives[other] += need + less - more
    return Step(step.id, step.label, step.node, +takes, +gives)
