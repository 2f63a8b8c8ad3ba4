"""The choice among optimal alignments: a walk along the trace that knows the cost of what is left.

Of all optimal alignments of a trace one is taken, and the same by every engine:

1. The earliest event that can be in its place is in its place (a synchronous move), then the next
   one, and so on.
2. An event that is not in its place stands directly where it comes; steps that were skipped stand
   directly before the next event that is in its place, or at the end.
3. If an event can be in its place after different steps, the fewest visible steps are taken; of
   those, one after the other, the step with the fewest silent steps before it, then the smallest
   indices of transitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align.moves import NOTHING, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.conform.align.moves import Pieces
    from casemine.conform.align.portable import Rows


class Walk:
    """Walks all traces at once, position by position, and remembers what it decided."""

    def __init__(self, rows: Rows, pieces: Pieces, spelled: Sequence[Piece]) -> None:
        self.rows, self.pieces, self.automaton = rows, pieces, rows.automaton
        self._spelled = spelled
        self._arc_piece = np.full(len(self.automaton.arc_target), -1, np.int64)
        self._endings: dict[int, int] = {}
        self.forget()

    def forget(self) -> None:
        """Drop what refers to rows that are no longer kept."""
        self._decided: dict[tuple[int, int, int], tuple[int, int]] = {}

    def along(
        self,
        codes: NDArray[np.int32],
        offsets: NDArray[np.int64],
        after: NDArray[np.int32],
        entry: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Choose the piece of each event; find the entry that each trace reaches from its own.

        `after` holds the row after each event: what is left to explain then.
        """
        chosen = np.full(len(codes), self.pieces.event_alone, np.int64)
        lengths, entry = np.diff(offsets), entry.copy()
        active = np.argsort(-lengths, kind="stable")
        for depth in range(int(lengths.max(initial=0))):
            active = active[: int(np.searchsorted(-lengths[active], -depth, side="left"))]
            event = offsets[:-1][active] + depth
            known = codes[event] >= 0
            who, where = active[known], event[known]
            chosen[where], entry[who] = self._decide(after[where], codes[where], entry[who])
        return chosen, entry

    def endings(self, entry: NDArray[np.int64], prefixes: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Choose the piece after the last event of each trace."""
        ending = np.full(len(prefixes), self.pieces.nothing, np.int64)
        for trace in np.flatnonzero(~prefixes).tolist():
            ending[trace] = self._ending(int(entry[trace]))
        return ending

    def _decide(
        self, after: NDArray[np.int32], label: NDArray[np.int32], entry: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the piece for each event and the entry after it."""
        rows, automaton = self.rows, self.automaton
        before = rows.after[after, label]
        cost = rows.vectors[before, automaton.block[entry]] + rows.rise[after, label]
        slot = entry * rows.labels + label
        arc, end = automaton.arc_offsets[slot], automaton.arc_offsets[slot + 1]
        piece = np.full(len(after), -1, np.int64)
        reached = entry.copy()
        open_ = np.flatnonzero(arc < end)
        while len(open_):
            arcs = arc[open_]
            target = automaton.arc_target[arcs]
            good = rows.vectors[after[open_], automaton.block[target]] == cost[open_]
            piece[open_[good]] = self._pieces_of(arcs[good])
            reached[open_[good]] = target[good]
            open_ = open_[~good]
            arc[open_] += 1
            open_ = open_[arc[open_] < end[open_]]
        rest = np.flatnonzero(piece < 0)
        for index in rest.tolist():
            key = (int(after[index]), int(label[index]), int(entry[index]))
            found = self._decided.get(key)
            if found is None:
                found = self._decided[key] = self._detour(*key, int(cost[index]))
            piece[index], reached[index] = found
        return piece, reached

    def _pieces_of(self, arcs: NDArray[np.int64]) -> NDArray[np.int64]:
        fresh = arcs[self._arc_piece[arcs] < 0]
        for arc in np.unique(fresh).tolist():
            self._arc_piece[arc] = self.pieces.number(self._arc(arc))
        return self._arc_piece[arcs]

    def _arc(self, arc: int) -> Piece:
        """Spell out an arc: silent steps, and the transition together with an event."""
        silent = self._silent(int(self.automaton.arc_step[arc]))
        return silent.and_then(self._spelled[int(self.automaton.arc_transition[arc])])

    def _silent(self, step: int) -> Piece:
        found = NOTHING
        for transition in self.automaton.silent_steps(step):
            found = found.and_then(self._spelled[transition])
        return found

    def _detour(self, after: int, label: int, entry: int, cost: int) -> tuple[int, int]:
        """Model moves up to a block where the event is in its place; else the event alone."""
        automaton, left = self.automaton, self.rows.vectors[after]
        pairs = slice(automaton.pair_offsets[label], automaton.pair_offsets[label + 1])
        source, target = automaton.pair_source[pairs], automaton.pair_target[pairs]
        hops = automaton.distance[automaton.block[entry], source]
        good = hops + left[target] == cost
        if not good.any():
            return self.pieces.event_alone, entry
        steps = NOTHING
        away = int(hops[good].min())
        goals = source[good & (hops == away)]
        while away:
            away -= 1
            entry, taken = self._towards(entry, goals, away)
            goals = goals[automaton.distance[automaton.block[entry], goals] == away]
            steps = steps.and_then(taken)
        slot = entry * self.rows.labels + label
        for arc in range(automaton.arc_offsets[slot], automaton.arc_offsets[slot + 1]):
            reached = int(automaton.arc_target[arc])
            if left[automaton.block[reached]] == cost - int(hops[good].min()):
                return self.pieces.number(steps.and_then(self._arc(arc))), reached
        raise AssertionError("a block has an arc that its entry lacks")

    def _towards(self, entry: int, goals: NDArray[np.int32], away: int) -> tuple[int, Piece]:
        """Take the first arc to an entry from which a goal is `away` steps away."""
        automaton, labels = self.automaton, self.rows.labels
        arcs = np.arange(
            automaton.arc_offsets[entry * labels], automaton.arc_offsets[(entry + 1) * labels]
        )
        block = automaton.block[automaton.arc_target[arcs]]
        near = arcs[(automaton.distance[block][:, goals] == away).any(axis=1)]
        arc = int(near[np.argmin(automaton.rank[near])])
        return int(automaton.arc_target[arc]), Piece(self._arc(arc).transitions)

    def _ending(self, entry: int) -> int:
        """Model and silent moves from an entry to the final marking."""
        if entry not in self._endings:
            automaton = self.automaton
            goals = np.flatnonzero(automaton.finish == 0).astype(np.int32)
            steps = NOTHING
            at, away = entry, int(automaton.finish[automaton.block[entry]])
            while away:
                away -= 1
                at, taken = self._towards(at, goals, away)
                steps = steps.and_then(taken)
            steps = steps.and_then(self._silent(int(automaton.end_step[at])))
            self._endings[entry] = self.pieces.number(steps)
        return self._endings[entry]
