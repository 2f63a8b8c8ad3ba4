"""Pieces of alignments that many variants share, and the columnar table of moves made of them.

A piece is what is done about one event: silent and model moves, and the event itself, together
with a transition or alone. What is left to do after the last event is a piece without an event.
Pieces are kept once; the table is gathered from their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Piece:
    """Transitions of the net, in order; the event stands at index `event`, -1 for no event.

    An event alone stands at a transition -1.
    """

    transitions: tuple[int, ...]
    event: int = -1

    def and_then(self, other: Piece) -> Piece:
        """Put two pieces one after the other; only the second may have an event."""
        event = other.event if other.event < 0 else other.event + len(self.transitions)
        return Piece(self.transitions + other.transitions, event)


NOTHING = Piece(())
EVENT_ALONE = Piece((-1,), 0)


class Pieces:
    """Each different piece once, numbered."""

    def __init__(self) -> None:
        self._number: dict[Piece, int] = {}
        self.nothing, self.event_alone = self.number(NOTHING), self.number(EVENT_ALONE)

    def number(self, piece: Piece) -> int:
        """Find or keep a piece."""
        return self._number.setdefault(piece, len(self._number))

    def columns(self) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """All pieces one after another, where each begins, and where its event stands in it."""
        flat = [transition for piece in self._number for transition in piece.transitions]
        lengths = [len(piece.transitions) for piece in self._number]
        return (
            np.asarray(flat, np.int32),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            np.asarray([piece.event for piece in self._number], np.int64),
        )


def move_table(
    pieces: Pieces, chosen: NDArray[np.int64], ending: NDArray[np.int64], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Lay out the moves of all variants.

    Parameters
    ----------
    pieces : Pieces
        That the numbers refer to.
    chosen : array
        Piece of each event, all variants one after another.
    ending : array
        Piece after the last event of each variant.
    offsets : array
        Variant i has the events `offsets[i]` to `offsets[i + 1]`.

    Returns
    -------
    tuple of arrays
        Offsets of the variants in the table, position in the trace, and transition, of each move.
    """
    flat, begins, event = pieces.columns()
    variants = len(ending)
    sizes = np.diff(begins)
    after_last = offsets[1:] + np.arange(variants)
    slots = np.ones(len(chosen) + variants, np.bool_)
    slots[after_last] = False
    numbers = np.empty(len(slots), np.int64)
    numbers[slots], numbers[~slots] = chosen, ending
    lengths = sizes[numbers]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    places = np.repeat(begins[numbers] - bounds[:-1], lengths)
    places += np.arange(bounds[-1])
    transitions = flat[places]
    positions = np.full(len(transitions), -1, np.int32)
    within = np.arange(len(chosen)) - np.repeat(offsets[:-1], np.diff(offsets))
    positions[bounds[:-1][slots] + event[numbers[slots]]] = within
    firsts = np.concatenate([[0], after_last + 1])
    return bounds[firsts], positions, transitions


def without_idle_ends(
    table: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    prefixes: NDArray[np.bool_],
    silent: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Drop the silent moves after the last event of beginnings of runs: they say nothing."""
    offsets, positions, transitions = table
    if not prefixes.any():
        return table
    idle = np.append(silent, False)[transitions]  # an event alone has transition -1: the last
    idle &= positions < 0
    last = np.maximum.accumulate(np.where(idle, -1, np.arange(len(idle))))
    last = np.concatenate([last, [-1]])  # so that a table without moves has a last one too
    ends = np.maximum(last[offsets[1:] - 1] + 1, offsets[:-1])
    kept = np.where(prefixes, ends, offsets[1:]) - offsets[:-1]
    found = np.concatenate([[0], np.cumsum(kept)])
    places = np.repeat(offsets[:-1] - found[:-1], kept) + np.arange(found[-1])
    return found, positions[places], transitions[places]
