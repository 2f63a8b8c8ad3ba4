"""Optimal alignments of variants with a net, columnar.

An alignment pairs a trace with a run of the net, move by move: synchronous (log and net step
together), log move (an event without a step), model move (a step without an event; silent steps
are free). Its cost is the number of log moves and visible model moves. W.M.P. van der Aalst,
A. Adriansyah, B. van Dongen, "Replaying history on process models for conformance checking and
performance analysis", WIREs Data Mining and Knowledge Discovery 2 (2012), 182-192.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Move(NamedTuple):
    """One move: position in the trace and transition of the net, -1 where that side waits."""

    position: int
    transition: int

    @property
    def synchronous(self) -> bool:
        """Whether log and net step together."""
        return self.position >= 0 and self.transition >= 0


@dataclass(frozen=True, slots=True, eq=False)
class Alignments:
    """One optimal alignment for each variant, or bounds where the search was given up.

    The moves of variant i are `positions[offsets[i]:offsets[i + 1]]` and `transitions[...]` beside
    it: indices into the trace and into `net.transitions`, -1 where that side waits. Silent
    transitions are among them, so the transitions in order are a run of the net. A variant that
    was not aligned has cost -1, no moves, and bounds that hold its cost.
    """

    costs: NDArray[np.int32]
    lower: NDArray[np.int32]
    upper: NDArray[np.int32]
    offsets: NDArray[np.int64]
    positions: NDArray[np.int32]
    transitions: NDArray[np.int32]
    shortest_run: int  # visible steps of the shortest run from the initial to the final marking
    engine: str  # what aligned: compiled, numpy, search

    def __len__(self) -> int:
        return len(self.costs)

    @property
    def aligned(self) -> NDArray[np.bool_]:
        """For each variant, whether an optimal alignment was found."""
        return self.costs >= 0

    def moves(self, variant: int) -> list[Move]:
        """Give the moves of one variant as values; for examples and tests, not for counting."""
        part = slice(self.offsets[variant], self.offsets[variant + 1])
        pairs = zip(self.positions[part].tolist(), self.transitions[part].tolist(), strict=True)
        return [Move(*pair) for pair in pairs]
