"""Pieces of alignments that many variants share, and the columnar table of moves made of them.

A piece is what is done about one event: silent and model moves, and at last the event itself,
together with a transition or alone. What is left to do after the last event is a piece without an
event. Pieces are kept once; the table is gathered from their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Pieces:
    """Each different row of transitions once; -1 at its end is an event without a transition."""

    def __init__(self) -> None:
        self._number: dict[tuple[int, ...], int] = {(): 0, (-1,): 1}

    NOTHING = 0
    EVENT_ALONE = 1

    def number(self, transitions: tuple[int, ...]) -> int:
        """Find or keep a piece."""
        return self._number.setdefault(transitions, len(self._number))

    def columns(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """All pieces one after another, and where each begins."""
        lengths = [len(piece) for piece in self._number]
        flat = [transition for piece in self._number for transition in piece]
        return np.asarray(flat, np.int32), np.concatenate([[0], np.cumsum(lengths)]).astype(
            np.int64
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
    flat, begins = pieces.columns()
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
    positions[bounds[1:][slots] - 1] = within
    firsts = np.concatenate([[0], after_last + 1])
    return bounds[firsts], positions, transitions
