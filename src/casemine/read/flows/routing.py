"""Tokens of a BPMN process and how they move: steps that may also clear and ask for emptiness.

A plain step takes and gives tokens, as in a Petri net. What BPMN has beyond that (the end of a
process when its last token is gone, terminate events, interruptions, inclusive joins) are steps
with a condition on, or an effect on, several places at once. They are exact here, and become plain
steps in `casemine.read.flows.lowering`.

A marking is one integer with four bits for each place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from casemine.read.flows.structure import Node

BITS = 4
FULL = (1 << BITS) - 1
MOST_TOKENS = 7  # on one place; what exceeds it counts as growing without end


@dataclass(frozen=True, slots=True)
class InclusiveJoin:
    """Which places can still send a token to each incoming flow of an inclusive gateway."""

    incoming: tuple[int, ...]
    along: tuple[frozenset[int], ...]  # to each incoming flow, by sequence flows only
    anyhow: tuple[frozenset[int], ...]  # the same, by boundary events too


@dataclass(frozen=True, slots=True)
class Step:
    """A move of tokens."""

    id: str
    label: str | None
    node: Node | None  # of the file that it comes from
    takes: Mapping[int, int]
    gives: Mapping[int, int]
    clears: frozenset[int] = frozenset()  # whatever is there is taken too
    empty: frozenset[int] = frozenset()  # must hold no token
    some: frozenset[int] = frozenset()  # at least one must hold a token
    join: InclusiveJoin | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a Petri net can hold it as it is."""
        return not (self.clears or self.empty or self.some or self.join)


@dataclass(slots=True)
class Routing:
    """Places and steps of a process; the first place begins it and the second ends it."""

    places: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    _names: Counter[str] = field(default_factory=Counter)

    def place(self, name: str) -> int:
        """Add a place; a name that is taken gets a number."""
        self.places.append(self._free(name))
        return len(self.places) - 1

    def step(
        self,
        name: str,
        takes: Iterable[int],
        gives: Iterable[int],
        *,
        node: Node | None = None,
        label: str | None = None,
        clears: Iterable[int] = (),
        empty: Iterable[int] = (),
        some: Iterable[int] = (),
        join: InclusiveJoin | None = None,
    ) -> None:
        """Add a step; a name that is taken gets a number."""
        self.steps.append(
            Step(
                self._free(name),
                label,
                node,
                Counter(takes),
                Counter(gives),
                frozenset(clears),
                frozenset(empty),
                frozenset(some),
                join,
            )
        )

    def _free(self, name: str) -> str:
        self._names[name] += 1
        while self._names[name] > 1:
            name = f"{name}/{self._names[name]}"
            self._names[name] += 1
        return name


def tokens(marking: int, place: int) -> int:
    """Count the tokens on a place."""
    return (marking >> (BITS * place)) & FULL


def packed(content: Mapping[int, int]) -> int:
    """Make a marking of tokens on places."""
    return sum(number << (BITS * place) for place, number in content.items())


def mask(places: Iterable[int]) -> int:
    """Make a mask that leaves the tokens of these places."""
    return sum(FULL << (BITS * place) for place in set(places))


def marked(marking: int) -> Iterator[int]:
    """List the places that hold a token, in order."""
    while marking:
        place = ((marking & -marking).bit_length() - 1) // BITS
        yield place
        marking &= ~(FULL << (BITS * place))
