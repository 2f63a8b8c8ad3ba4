"""Silent steps from one place to one place, taken out where the two places are always used alike.

What runs through such a place doesn't change: each sequence flow keeps a place on which as many
tokens arrive as before.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from casemine.read.flows.routing import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

END = 1
ENDS = (0, END)  # places that stay: where a case begins and where it ends


def reduced(steps: list[Step], place_of: Mapping[str, int]) -> tuple[list[Step], dict[str, int]]:
    """Fuse the places around silent steps that do nothing but move one token on.

    A step goes when nothing else takes from its first place and nothing else gives to its second.

    Returns
    -------
    tuple
        The steps that are left, and the places of the sequence flows.
    """
    takers: Counter[int] = Counter(place for step in steps for place in step.takes)
    givers: Counter[int] = Counter(place for step in steps for place in step.gives)
    stands_for: dict[int, int] = {}

    def now(place: int) -> int:
        while place in stands_for:
            place = stands_for[place]
        return place

    left: list[Step] = []
    for step in steps:
        if step.label is None and sum(step.takes.values()) == sum(step.gives.values()) == 1:
            source, target = next(iter(step.takes)), next(iter(step.gives))
            keep, drop = now(source), now(target)
            if takers[source] == givers[target] == 1 and keep != drop and (keep, drop) != ENDS:
                if drop == END:
                    keep, drop = drop, keep
                stands_for[drop] = keep
                continue
        left.append(step)
    moved = [
        Step(
            step.id,
            step.label,
            step.node,
            _renamed(step.takes, now),
            _renamed(step.gives, now),
        )
        for step in left
    ]
    return moved, {flow: now(place) for flow, place in place_of.items()}


def _renamed(content: Mapping[int, int], now: Callable[[int], int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for place, number in content.items():
        found[now(place)] += number
    return found
