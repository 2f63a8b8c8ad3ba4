"""The kernel in numpy: least costs from the ends of traces backwards, then moves from their start.

For a suffix of a trace, the vector of least costs to explain it from each block is a state; all
that a label does to it is computed once, for all suffixes that share it, however many traces there
are. This is edit distance to an automaton (R.A. Wagner, J.I. Seiferas, "Correcting
counter-automaton-recognizable languages", SIAM Journal on Computing 7 (1978), 357-375), with the
rows made when they are needed. The vector y is closed under model moves:
y[p] <= distance[p, q] + y[q], so that one label a is

    z = y + 1                                                 the event alone
    z[r] = min(z[r], distance[r, p] + y[q])   for each pair (p, q) of a

Then each trace is walked from its start; the choice among optima is described in `walk`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align.automaton import automaton_of
from casemine.conform.align.moves import Pieces, move_table, without_idle_ends
from casemine.conform.align.solution import Solution, TooLargeError, no_run
from casemine.conform.align.walk import Walk
from casemine.conform.reachability import explore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.align.automaton import Automaton
    from casemine.conform.align.problem import Problem
    from casemine.conform.align.solution import Budget

EVENTS = 1 << 18  # worked on at once


class Rows:
    """Vectors of least costs, less their smallest number, and what each label does to them."""

    def __init__(self, automaton: Automaton, kept: int) -> None:
        self.automaton = automaton
        self.labels = automaton.labels
        self.most = max(1, kept // (automaton.blocks + 2 * automaton.labels))
        self._forget()

    def _forget(self) -> None:
        size = self.automaton.blocks
        self.count = 0
        self.vectors = np.empty((64, size), np.int32)
        self.after = np.full((64, self.labels), -1, np.int32)  # row after a label, -1 not known
        self.rise = np.zeros((64, self.labels), np.int32)  # of the smallest number
        self._number: dict[bytes, int] = {}
        self.whole, self.whole_base = self._first(self.automaton.finish)
        self.part, self.part_base = self._first(np.zeros(size, np.int32))

    def _first(self, vector: NDArray[np.int32]) -> tuple[int, int]:
        base = int(vector.min())
        return int(self._intern((vector - base)[None, :])[0]), base

    def make_room(self) -> bool:
        """Forget everything when too much is kept; say whether."""
        full = self.count > self.most
        if full:
            self._forget()
        return full

    def last(self, prefixes: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Rows after the last events of whole traces and of beginnings, and their bases."""
        return (
            np.where(prefixes, self.part, self.whole).astype(np.int32),
            np.where(prefixes, self.part_base, self.whole_base).astype(np.int32),
        )

    def number_of(self, vector: NDArray[np.int32]) -> NDArray[np.int32]:
        """Find or keep a row that may have been forgotten; give its number."""
        return self._intern(vector[None, :])

    def prepare(self, rows: NDArray[np.int32], labels: NDArray[np.int32]) -> None:
        """See to it that `after` and `rise` are known for these rows and labels."""
        missing = self.after[rows, labels] < 0
        if not missing.any():
            return
        wanted = np.unique(rows[missing].astype(np.int64) * self.labels + labels[missing])
        row, label = np.divmod(wanted, self.labels)
        for one in np.unique(label).tolist():
            chosen = row[label == one]
            found = self._consume(self.vectors[chosen], one)
            least = found.min(axis=1)
            numbers = self._intern(found - least[:, None])
            self.after[chosen, one] = numbers
            self.rise[chosen, one] = least

    def _consume(self, y: NDArray[np.int32], label: int) -> NDArray[np.int32]:
        automaton = self.automaton
        pairs = slice(automaton.pair_offsets[label], automaton.pair_offsets[label + 1])
        z = y + 1
        sources, begins = np.unique(automaton.pair_source[pairs], return_index=True)
        best = np.minimum.reduceat(y[:, automaton.pair_target[pairs]], begins, axis=1)
        for column, source in enumerate(sources.tolist()):
            better = np.flatnonzero(best[:, column] < z[:, source])
            if len(better):
                z[better] = np.minimum(
                    z[better], best[better, column, None] + automaton.distance[:, source]
                )
        return z

    def _intern(self, vectors: NDArray[np.int32]) -> NDArray[np.int32]:
        vectors = np.ascontiguousarray(vectors)
        numbers = np.empty(len(vectors), np.int32)
        for index, vector in enumerate(vectors):
            key = vector.tobytes()
            number = self._number.get(key)
            if number is None:
                number = self._number[key] = self.count
                self.count += 1
                if number == len(self.vectors):
                    self._grow()
                self.vectors[number] = vector
            numbers[index] = number
        return numbers

    def _grow(self) -> None:
        more = len(self.vectors)
        self.vectors = np.concatenate([self.vectors, np.empty_like(self.vectors)])
        self.after = np.concatenate([self.after, np.full((more, self.labels), -1, np.int32)])
        self.rise = np.concatenate([self.rise, np.zeros((more, self.labels), np.int32)])


def align_portable(problem: Problem, budget: Budget) -> Solution:
    """Align over the reduced automaton.

    Raises
    ------
    TooLargeError
        The automaton would exceed the budget.
    InputError
        No run of the net ends.
    """
    graph = explore(problem.rule, limit=budget.markings)
    if not graph.complete:
        raise TooLargeError
    if graph.final is None:
        raise no_run()
    automaton = automaton_of(graph, problem.rule, blocks=budget.blocks, steps=budget.steps)
    if automaton is None:
        raise TooLargeError
    codes, offsets, prefixes = problem.codes, problem.offsets, problem.prefixes
    rows, pieces = Rows(automaton, budget.kept), Pieces()
    walk = Walk(rows, pieces, problem.spelled)
    events = min(EVENTS, rows.most)
    lengths = np.diff(offsets)
    costs = np.empty(len(lengths), np.int32)
    chosen = np.empty(len(codes), np.int64)
    reached = np.zeros(len(lengths), np.int64)
    first = 0
    while first < len(lengths):
        begin = int(offsets[first])
        last = int(np.searchsorted(offsets, begin + events, side="right")) - 1
        last = min(max(last, first + 1), len(lengths))
        part, end = slice(first, last), int(offsets[last])
        if end - begin > events:  # one long trace
            parts = [codes[at : min(at + events, end)] for at in range(begin, end, events)]
            costs[part], chosen[begin:end], reached[part] = _in_parts(
                rows, walk, parts, prefixes[part]
            )
        else:
            _make_room(rows, walk)
            where = offsets[first : last + 1] - begin
            after, state, base = _backwards(
                rows, codes[begin:end], where, *rows.last(prefixes[part])
            )
            costs[part] = base + rows.vectors[state, automaton.block[0]]
            chosen[begin:end], reached[part] = walk.along(
                codes[begin:end], where, after, reached[part]
            )
        first = last
    ending = walk.endings(reached, prefixes)
    table = move_table(pieces, chosen, ending, offsets)
    table = without_idle_ends(table, prefixes, problem.silent)
    shortest = int(automaton.finish[automaton.block[0]])
    return Solution(shortest, costs, costs, *table)


def _make_room(rows: Rows, walk: Walk) -> None:
    if rows.make_room():
        walk.forget()


def _backwards(
    rows: Rows,
    codes: NDArray[np.int32],
    offsets: NDArray[np.int64],
    state: NDArray[np.int32],
    base: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Rows after each event (what is left to explain then); rows and bases before the first ones.

    `state` and `base` are those after the last event of each trace.
    """
    after = np.empty(len(codes), np.int32)
    lengths = np.diff(offsets)
    active = np.argsort(-lengths, kind="stable")
    for depth in range(int(lengths.max(initial=0))):
        active = active[: int(np.searchsorted(-lengths[active], -depth, side="left"))]
        event = offsets[1:][active] - 1 - depth
        after[event] = state[active]
        known = codes[event] >= 0
        base[active[~known]] += 1
        who, label = active[known], codes[event[known]]
        rows.prepare(state[who], label)
        base[who] += rows.rise[state[who], label]
        state[who] = rows.after[state[who], label]
    return after, state, base


def _in_parts(
    rows: Rows, walk: Walk, parts: list[NDArray[np.int32]], prefixes: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Cost of one long trace, the piece of each event, and the entry it reaches.

    Only the vectors between the parts are kept; the rows of each part are made once more for the
    way forward.
    """
    state, base = rows.last(prefixes)
    between = []
    for codes in reversed(parts):
        between.append(rows.vectors[state[0]].copy())
        _make_room(rows, walk)
        state = rows.number_of(between[-1])
        _, state, base = _backwards(rows, codes, np.array([0, len(codes)]), state, base)
    cost = base + rows.vectors[state, rows.automaton.block[0]]
    chosen, entry = [], np.zeros(1, np.int64)
    for codes in parts:
        _make_room(rows, walk)
        state, offsets = rows.number_of(between.pop()), np.array([0, len(codes)])
        after, _, _ = _backwards(rows, codes, offsets, state, base.copy())
        pieces, entry = walk.along(codes, offsets, after, entry)
        chosen.append(pieces)
    return cost, np.concatenate(chosen), entry
