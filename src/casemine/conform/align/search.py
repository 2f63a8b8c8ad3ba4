"""Search for an optimal alignment in the product of trace and net, markings made when met.

For nets whose markings are too many to prepare, or endless. Nodes are settled by levels of the
cost so far and the least cost that `components` sees ahead (A*: P.E. Hart, N.J. Nilsson, B.
Raphael, IEEE Transactions on Systems Science and Cybernetics 4 (1968), 100-107) until an end is
met, and what else there is at its level is settled too, up to a limit: where more nodes tie, the
choice is among those that were seen. Then the nodes on optimal paths are found from the ends
backwards, and the choice among them is the one that `walk` describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align.automaton import FAR
from casemine.conform.align.components import components_of
from casemine.conform.align.moves import EVENT_ALONE, NOTHING, Piece, without_idle_ends
from casemine.conform.align.solution import Solution, no_run, no_run_found
from casemine.conform.reachability import TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casemine.conform.align.problem import Problem
    from casemine.conform.align.solution import Budget
    from casemine.conform.reachability import FiringRule

TIES = 10_000  # nodes that are settled for the choice among optima, after an end is met
KEPT = 1 << 22  # markings that are known before all are forgotten
BOUNDS = 1 << 27  # numbers in the bounds of one trace; longer ones are not searched

Marking = bytes
Node = tuple[int, Marking]  # events explained so far, and where the net stands


class TooManyStatesError(Exception):
    """The budget is used up; all costs below `level` are ruled out."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.level = level


class Search:
    """Aligns traces one at a time; what is known about markings stays."""

    def __init__(self, rule: FiringRule, spelled: Sequence[Piece]) -> None:
        assert rule.final is not None
        code = {name: index for index, name in enumerate(rule.names)}
        self.label = [-1 if name is None else code[name] for name in rule.labels]
        self.spelled = spelled
        self.initial, self.final = rule.initial.tobytes(), rule.final.tobytes()
        self.takes, self.change = rule.takes, rule.gives - rule.takes
        self.components = components_of(rule)
        self._after: dict[Marking, list[tuple[int, Marking]]] = {}
        self._states: dict[Marking, tuple[int, ...]] = {}
        self._alive = {self.final: True}
        self.settled = 0
        self.cut = False  # whether a transition didn't fire because a place was full

    def cost(
        self,
        codes: Sequence[int],
        limit: int,
        *,
        part: bool,
        most: int | None = None,
        ties: int = TIES,
    ) -> int | None:
        """Settle levels until an end is met; its cost, or None where there is none.

        Raises
        ------
        TooManyStatesError
            After more than `limit` nodes; at once where `most` can't suffice.
        """
        if len(self._after) > KEPT:
            self._after, self._states, self._alive = {}, {}, {self.final: True}
        width = sum(len(component.places) for component in self.components)
        if (most is not None and len(codes) >= most) or (len(codes) + 1) * width > BOUNDS:
            self.settled = 0
            raise TooManyStatesError(0)
        self._ahead = [component.bounds(codes, part=part) for component in self.components]
        self.codes, self.costs, self.settled = codes, {(0, self.initial): 0}, 0
        self.done: set[Node] = set()
        self.ends: list[Node] = []
        levels = {self.ahead((0, self.initial)): [(0, self.initial)]}
        while levels and not self.ends:
            level = min(levels)
            self._settle(levels, level, limit, ties, part=part)
            del levels[level]
        return level if self.ends else None

    def _settle(
        self, levels: dict[int, list[Node]], level: int, limit: int, ties: int, *, part: bool
    ) -> None:
        """Settle one level, the last found first; after an end, up to `ties` nodes more."""
        now, tied = levels[level], 0
        while now:
            node = now.pop()
            if node in self.done:
                continue
            if self.ends:
                tied += 1
                if tied > ties:
                    return
            else:
                self.settled += 1
                if self.settled > limit:
                    raise TooManyStatesError(level)
            self.done.add(node)
            if node[0] == len(self.codes) and self._ends(node[1], level, limit, part=part):
                self.ends.append(node)
            self._reach(node, levels)

    def _reach(self, node: Node, levels: dict[int, list[Node]]) -> None:
        """Note all nodes that a move leads to."""
        for other, cost in self._moves(node):
            reached = self.costs[node] + cost
            if self.costs.get(other, FAR) > reached:
                ahead = self.ahead(other)
                if ahead < FAR:
                    self.costs[other] = reached
                    levels.setdefault(reached + ahead, []).append(other)

    def ahead(self, node: Node) -> int:
        """Give a bound of what is still to come, from below."""
        position, marking = node
        states = self._states.get(marking)
        if states is None:
            states = self._states[marking] = tuple(
                next(index for index, place in enumerate(component.places) if marking[place])
                for component in self.components
            )
        return sum(
            int(bounds[position, state]) for bounds, state in zip(self._ahead, states, strict=True)
        )

    def _ends(self, marking: Marking, level: int, limit: int, *, part: bool) -> bool:
        return self._can_end(marking, level, limit) if part else marking == self.final

    def _moves(self, node: Node) -> Iterable[tuple[Node, int]]:
        position, marking = node
        code = self.codes[position] if position < len(self.codes) else None
        for transition, after in self.after(marking):
            label = self.label[transition]
            if label < 0:
                yield (position, after), 0
                continue
            if label == code:
                yield (position + 1, after), 0
            yield (position, after), 1
        if code is not None:
            yield (position + 1, marking), 1

    def after(self, marking: Marking) -> list[tuple[int, Marking]]:
        """Transitions that can fire, in the order of the net, and the marking after each."""
        found = self._after.get(marking)
        if found is None:
            tokens = np.frombuffer(marking, np.uint8).astype(np.int32)
            enabled = np.flatnonzero((tokens >= self.takes).all(axis=1))
            reached = tokens + self.change[enabled]
            small = (reached <= TOKENS).all(axis=1)
            self.cut |= not small.all()
            found = [
                (transition, row.tobytes())
                for transition, row in zip(
                    enabled[small].tolist(), reached[small].astype(np.uint8), strict=True
                )
            ]
            self._after[marking] = found
        return found

    def _can_end(self, marking: Marking, level: int, limit: int) -> bool:
        """Look depth first for the final marking, or for one that is known to lead there."""
        if marking in self._alive:
            return self._alive[marking]
        path, met = [(marking, iter(self.after(marking)))], {marking}
        while path:
            for _, other in path[-1][1]:
                if self._alive.get(other):
                    self._alive |= dict.fromkeys((one for one, _ in path), True)
                    return True
                if other not in met and other not in self._alive:
                    if len(met) >= limit:
                        raise TooManyStatesError(level)
                    met.add(other)
                    path.append((other, iter(self.after(other))))
                    break
            else:
                path.pop()
        self._alive |= dict.fromkeys(met, False)
        return False

    def good(self) -> set[Node]:
        """Nodes on optimal paths of the last trace."""
        good, waiting = set(self.ends), list(self.ends)
        while waiting:
            node = waiting.pop()
            self._alive[node[1]] = True
            for other, cost in self._moves_to(node):
                if (
                    other in self.done
                    and other not in good
                    and self.costs[other] + cost == self.costs[node]
                ):
                    good.add(other)
                    waiting.append(other)
        return good

    def _moves_to(self, node: Node) -> Iterable[tuple[Node, int]]:
        position, marking = node
        code = self.codes[position - 1] if position else None
        if position:
            yield (position - 1, marking), 1
        before = np.frombuffer(marking, np.uint8).astype(np.int32) - self.change
        real = ((before >= self.takes) & (before <= TOKENS)).all(axis=1)
        for transition in np.flatnonzero(real).tolist():
            source, label = before[transition].astype(np.uint8).tobytes(), self.label[transition]
            if label < 0:
                yield (position, source), 0
                continue
            yield (position, source), 1
            if label == code:
                yield (position - 1, source), 0

    def moves(self, codes: Sequence[int], *, part: bool) -> list[Piece]:
        """Pieces of an optimal alignment of the last trace; `codes` with its unknown events."""
        good, marking, position = self.good(), self.initial, 0
        pieces: list[Piece] = []
        for code in codes:
            if code < 0:
                pieces.append(EVENT_ALONE)
                continue
            found = self._to_event(good, (position, marking), code)
            position += 1
            piece, marking = found or (EVENT_ALONE, marking)
            pieces.append(piece)
        if not part:
            found = self._to_event(good, (position, marking), None)
            assert found
            pieces.append(found[0])
        return pieces

    def _to_event(
        self, good: set[Node], node: Node, code: int | None
    ) -> tuple[Piece, Marking] | None:
        """Model moves, layer by layer, until the event is in its place; or until the end."""
        position, begin = node
        layer, met = [(begin, NOTHING)], {begin}
        while layer:
            closures = []
            for marking, path in layer:
                closure = self._silent(good, position, marking, path)
                closures.append(closure)
                for one, steps in closure:
                    if code is None and one == self.final:
                        return steps, one
                    for transition, after in self.after(one):
                        if (
                            self.label[transition] == code
                            and (position + 1, after) in good
                            and self.costs[position + 1, after] == self.costs[position, one]
                        ):
                            return steps.and_then(self.spelled[transition]), after
            layer = []
            for one, steps in (item for closure in closures for item in closure):
                for transition, after in self.after(one):
                    if (
                        self.label[transition] >= 0
                        and after not in met
                        and (position, after) in good
                        and self.costs[position, after] == self.costs[position, one] + 1
                    ):
                        met.add(after)
                        taken = Piece(self.spelled[transition].transitions)
                        layer.append((after, steps.and_then(taken)))
        return None

    def _silent(
        self, good: set[Node], position: int, marking: Marking, path: Piece
    ) -> list[tuple[Marking, Piece]]:
        """List the markings after silent steps, breadth first, with the way to each."""
        closure, met = [(marking, path)], {marking}
        for one, steps in closure:
            for transition, after in self.after(one):
                if (
                    self.label[transition] < 0
                    and after not in met
                    and (position, after) in good
                    and self.costs[position, after] == self.costs[position, one]
                ):
                    met.add(after)
                    closure.append((after, steps.and_then(self.spelled[transition])))
        return closure


def search_portable(problem: Problem, budget: Budget) -> Solution:
    """Align all traces by search.

    Raises
    ------
    InputError
        No run of the net ends, or none was found within the budget.
    """
    search = Search(problem.rule, problem.spelled)
    try:
        shortest = search.cost([], budget.run_states, part=False, ties=0)
    except TooManyStatesError:
        raise no_run_found(budget.run_states) from None
    if shortest is None:
        raise no_run_found(budget.run_states) if search.cut else no_run()
    search.good()
    left = budget.total
    costs = np.full(len(problem.prefixes), -1, np.int32)
    lower = np.zeros(len(problem.prefixes), np.int32)
    sizes = [0]
    positions: list[int] = []
    transitions: list[int] = []
    for trace, part in enumerate(problem.prefixes.tolist()):
        events = problem.codes[problem.offsets[trace] : problem.offsets[trace + 1]].tolist()
        known = [code for code in events if code >= 0]
        try:
            cost = search.cost(known, min(budget.states, left), part=part, most=budget.states)
        except TooManyStatesError as full:
            lower[trace] = full.level + len(events) - len(known)
        else:
            assert cost is not None
            costs[trace] = lower[trace] = cost + len(events) - len(known)
            _lay_out(search.moves(events, part=part), positions, transitions)
        left -= search.settled
        sizes.append(len(positions))
    table = (
        np.asarray(sizes, np.int64),
        np.asarray(positions, np.int32),
        np.asarray(transitions, np.int32),
    )
    table = without_idle_ends(table, problem.prefixes, problem.silent)
    return Solution(shortest, costs, lower, *table)


def _lay_out(pieces: Iterable[Piece], positions: list[int], transitions: list[int]) -> None:
    """Append the moves of one trace."""
    for position, piece in enumerate(pieces):
        at = [-1] * len(piece.transitions)
        if piece.event >= 0:
            at[piece.event] = position
        positions += at
        transitions += piece.transitions
