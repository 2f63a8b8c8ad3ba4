"""What a net can reach: its markings by breadth, with shortest runs, and what grows without limit.

A marking is one integer with a field of equal width for each place, wide enough for every number
of tokens that the budget lets arise, and a guard bit on top of each. Whether a transition is
enabled, or one marking covers another, is then one subtraction: with all guards set, a field that
would fall below zero borrows its guard.

Growth is found as R.M. Karp and R.E. Miller do ("Parallel program schemata", Journal of Computer
and System Sciences 3 (1969), 147-195): a marking that has at least the tokens of one on the way to
it, and more, can be outdone again and again. Such a marking is not followed further.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from casemine.conform.soundness.shrinking import Shrunk
    from casemine.model.petri import PetriNet

BEYOND_GROWTH = 5_000  # markings that are still looked at, for other faults, once growth is found
START = -1  # instead of a transition, for the initial marking


class Fields:
    """Markings of one net as integers."""

    def __init__(self, net: PetriNet, steps: int) -> None:
        most = sum(net.initial.values()) + sum((net.final or {}).values())
        most += steps * sum(arc.weight for arc in net.arcs)
        self.width = most.bit_length() + 2  # a second token has a bit in the smallest field
        self.places = net.places
        self.shift = {place: number * self.width for number, place in enumerate(net.places)}
        self.guards = sum(1 << (shift + self.width - 1) for shift in self.shift.values())
        ones = sum(1 << shift for shift in self.shift.values())
        self.beyond_one = self.guards - 2 * ones  # bits of a second token and more

    def pack(self, tokens: Mapping[str, int]) -> int:
        """Make one integer of tokens by place."""
        return sum(number << self.shift[place] for place, number in tokens.items())

    def unpack(self, marking: int) -> dict[str, int]:
        """Give the places that hold tokens, in the order of the net."""
        most = (1 << self.width) - 1
        held = ((place, marking >> self.shift[place] & most) for place in self.places)
        return {place: number for place, number in held if number}

    def covers(self, marking: int, other: int) -> bool:
        """Whether a marking has at least the tokens of another, place by place."""
        return ((marking | self.guards) - other) & self.guards == self.guards


class Growth(NamedTuple):
    """A marking, the one that outdoes it, and the transitions that lead from the first to it."""

    covered: int
    covering: int
    steps: tuple[int, ...]


@dataclass(slots=True)
class StateSpace:
    """Markings in the order they were first seen, and the steps between them."""

    net: PetriNet
    fields: Fields
    markings: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)  # on a run with the fewest visible steps
    through: list[int] = field(default_factory=list)  # transition of the last step of that run
    visible_steps: list[int] = field(default_factory=list)
    successors: list[list[tuple[int, int]]] = field(default_factory=list)  # transition, marking
    growing: list[Growth] = field(default_factory=list)
    followed: bytearray = field(default_factory=bytearray)  # 1 where all its steps were taken
    within_budget: bool = True
    shrunk: Shrunk | None = None  # where this is the space of a smaller net than the given one
    given: PetriNet | None = None  # the net before it was made smaller

    @property
    def whole(self) -> PetriNet:
        """Return the net that was given; runs and traces are its own."""
        return self.given or self.net

    @property
    def complete(self) -> bool:
        """Whether these are all markings of the net."""
        return self.within_budget and not self.growing

    @property
    def arcs(self) -> int:
        """Steps between markings."""
        return sum(map(len, self.successors))

    def steps(self, marking: int, *, since: int = 0) -> tuple[int, ...]:
        """List the transitions of this net on a shortest run to a marking, from one on its way."""
        steps = []
        while marking != since:
            steps.append(self.through[marking])
            marking = self.parents[marking]
        return tuple(reversed(steps))

    def behind(self, steps: Iterable[int]) -> tuple[int, ...]:
        """List the transitions of the given net behind some of this one."""
        if self.shrunk is None:
            return tuple(steps)
        return tuple(one for step in steps for one in self.shrunk.behind[step])

    def run(self, marking: int) -> tuple[int, ...]:
        """List the transitions of the given net on a run to a marking."""
        before = () if self.shrunk is None else self.shrunk.before
        return before + self.behind(self.steps(marking))

    def labels(self, run: Iterable[int]) -> tuple[str, ...]:
        """Name the visible ones of some transitions of the given net."""
        named = (self.whole.transitions[step].label for step in run)
        return tuple(label for label in named if label is not None)

    def trace(self, marking: int) -> tuple[str, ...]:
        """List the activities of a run to a marking: the fewest, unless the net was shrunk."""
        return self.labels(self.run(marking))

    def tokens(self, marking: int) -> dict[str, int]:
        """Give the places of a marking that hold tokens, those of the given net."""
        if self.shrunk is None:
            return self.fields.unpack(self.markings[marking])
        return replayed(self.whole, self.run(marking))

    def ends(self) -> list[int]:
        """List the markings that nothing changes any more; loops on the spot change nothing."""
        grown = {growth.covering for growth in self.growing}
        return [
            number
            for number, steps in enumerate(self.successors)
            if self.followed[number]
            and number not in grown
            and all(target == number for _, target in steps)
        ]

    def reached_from(self, start: int) -> list[int]:
        """List what can be reached from a marking, this included."""
        found, fresh = {start}, [start]
        while fresh:
            for _, target in self.successors[fresh.pop()]:
                if target not in found:
                    found.add(target)
                    fresh.append(target)
        return sorted(found)

    def can_reach(self, targets: list[int]) -> bytearray:
        """Mark whatever leads to one of the targets with 1, these included."""
        before: list[list[int]] = [[] for _ in self.markings]
        for source, steps in enumerate(self.successors):
            for _, target in steps:
                before[target].append(source)
        found = bytearray(len(self.markings))
        for target in targets:
            found[target] = 1
        fresh = list(targets)
        while fresh:
            for source in before[fresh.pop()]:
                if not found[source]:
                    found[source] = 1
                    fresh.append(source)
        return found


def explore(net: PetriNet, *, budget: int) -> StateSpace:
    """Find the markings that a net can reach, with a run of fewest visible steps to each.

    Parameters
    ----------
    net : PetriNet
        Any weights; transitions without input or without output are fine.
    budget : int
        Markings to see at most. With more the state space is not complete, and says so. Once
        growth is found, only `BEYOND_GROWTH` more are looked at.

    Returns
    -------
    StateSpace
        Markings are numbered as they are first seen. Among runs with equally many visible steps
        the one with fewer silent steps is kept, then the one whose transitions come first in the
        net; so the same net gives the same runs.

    Notes
    -----
    O(m * d) for m markings and d transitions that share a place with one, and for markings with
    two or more tokens in a place O(depth) more, to find growth.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "t"), Arc("t", "o"))
    >>> space = explore(PetriNet(("i", "o"), (Transition("t", "A"),), arcs, {"i": 1}), budget=10)
    >>> [space.tokens(marking) for marking in range(2)], space.complete
    ([{'i': 1}, {'o': 1}], True)
    """
    fields = Fields(net, budget)
    moves = _Moves(net, fields)
    space = StateSpace(net, fields)
    numbers: dict[int, int] = {}
    enabled: list[int] = []  # per marking: a bit for each transition
    tokens: list[int] = []  # per marking: how many there are
    fewest = sum(net.initial.values())

    def see(marking: int, parent: int, step: int, cost: int) -> int:
        nonlocal fewest
        number = numbers[marking] = len(space.markings)
        space.markings.append(marking)
        space.parents.append(parent)
        space.through.append(step)
        space.visible_steps.append(cost)
        space.successors.append([])
        space.followed.append(0)
        enabled.append(moves.enabled(marking, enabled[parent] if step != START else 0, step))
        held = fewest if step == START else tokens[parent] + moves.more[step]
        tokens.append(held)
        fewest = min(held, fewest)
        # a marking that outdoes another holds more tokens than that
        maybe = held > fewest and marking & fields.beyond_one
        if maybe and (covered := _covered(space, number)) is not None:
            space.growing.append(Growth(covered, number, space.steps(number, since=covered)))
            enabled[number] = 0
        return number

    limit = budget
    first = see(fields.pack(net.initial), 0, START, 0)
    here, after = deque([first]), deque[int]()  # of as many visible steps; of one more
    while here or after:
        if not here:
            here, after = after, here
        source = here.popleft()
        if space.followed[source]:
            continue
        for step in bits(enabled[source]):
            marking = space.markings[source] + moves.change[step]
            cost = space.visible_steps[source] + moves.visible[step]
            target = numbers.get(marking)
            if target is None:
                if len(space.markings) >= limit:
                    space.within_budget = False
                    return space
                target = see(marking, source, step, cost)
                if space.growing:
                    limit = min(limit, space.growing[0].covering + BEYOND_GROWTH)
                (after if moves.visible[step] else here).append(target)
            elif cost < space.visible_steps[target]:
                space.parents[target], space.through[target] = source, step
                space.visible_steps[target] = cost
                here.append(target)
            space.successors[source].append((step, target))
        space.followed[source] = 1
    return space


class _Moves:
    """What each transition takes and gives, and which ones a step can enable or disable."""

    def __init__(self, net: PetriNet, fields: Fields) -> None:
        number = {transition.id: i for i, transition in enumerate(net.transitions)}
        self.fields = fields
        self.take = [0] * len(number)
        self.change = [0] * len(number)
        self.more = [0] * len(number)  # tokens that there are more of afterwards
        self.visible = [int(transition.label is not None) for transition in net.transitions]
        takers: dict[str, int] = dict.fromkeys(net.places, 0)
        touched: list[list[str]] = [[] for _ in number]
        for arc in net.arcs:
            if arc.target in number:
                step = number[arc.target]
                self.take[step] += arc.weight << fields.shift[arc.source]
                self.change[step] -= arc.weight << fields.shift[arc.source]
                self.more[step] -= arc.weight
                touched[step].append(arc.source)
                takers[arc.source] |= 1 << step
            else:
                step = number[arc.source]
                self.change[step] += arc.weight << fields.shift[arc.target]
                self.more[step] += arc.weight
                touched[step].append(arc.target)
        self.concerned = []
        for places in touched:
            mask = 0
            for place in places:
                mask |= takers[place]
            self.concerned.append(mask)

    def enabled(self, marking: int, before: int, step: int) -> int:
        """Give the transitions enabled after a step, from those enabled before it, as bits."""
        concerned = self.concerned[step] if step != START else (1 << len(self.take)) - 1
        mask = before & ~concerned
        guards = self.fields.guards
        guarded = marking | guards
        for other in bits(concerned):
            if (guarded - self.take[other]) & guards == guards:
                mask |= 1 << other
        return mask


def replayed(net: PetriNet, run: Iterable[int]) -> dict[str, int]:
    """Give the tokens after a run, in the order of the net's places."""
    number = {transition.id: i for i, transition in enumerate(net.transitions)}
    change: list[Counter[str]] = [Counter() for _ in number]
    for arc in net.arcs:
        if arc.target in number:
            change[number[arc.target]][arc.source] -= arc.weight
        else:
            change[number[arc.source]][arc.target] += arc.weight
    tokens = Counter(dict(net.initial))
    for step in run:
        tokens.update(change[step])
    return {place: tokens[place] for place in net.places if tokens[place]}


def bits(mask: int) -> Iterator[int]:
    """Count up the positions of the ones in an integer.

    Examples
    --------
    >>> list(bits(0b1011))
    [0, 1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _covered(space: StateSpace, number: int) -> int | None:
    """Find the nearest marking on the way that this one outdoes."""
    marking, covers = space.markings[number], space.fields.covers
    ancestor = number
    while ancestor:
        ancestor = space.parents[ancestor]
        if covers(marking, space.markings[ancestor]):
            return ancestor
    return None
