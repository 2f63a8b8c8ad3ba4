"""Tracks for the pieces of orthogonal edges that run across the flow, so that none hides another.

Between two ranks lies a channel. Pieces that overlap there get tracks of their own, but for those
that leave one node together, or arrive at one together: they are one line, as people draw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

_CLEAR = 10.0  # between the ends of two pieces on one track


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an edge across the flow, from one level to another, after rank `rank`."""

    edge: str
    rank: int
    start: float
    end: float
    shared: Hashable  # pieces with the same one are drawn as one line


@dataclass(slots=True)
class _Line:
    """Pieces that share a track; `low` to `high` is what they cover."""

    start: float
    end: float
    low: float
    high: float
    track: int = 0


def tracks_of(pieces: Sequence[Piece]) -> tuple[Mapping[tuple[str, int], int], Mapping[int, int]]:
    """Give every piece a track in its channel.

    Returns
    -------
    tuple
        Track by edge and rank, 0 first along the flow; and the number of tracks by rank.

    Notes
    -----
    Lines that run down are taken from the last track on by their start: of two that overlap, the
    one that starts higher stands behind, and they cross once at most. Lines that run up follow.

    Examples
    --------
    >>> tracks, room = tracks_of([Piece("a", 0, 0, 50, "a"), Piece("b", 0, 20, 90, "b")])
    >>> tracks[("a", 0)], tracks[("b", 0)], room[0]
    (1, 0, 2)
    """
    lines: dict[tuple[int, Hashable], _Line] = {}
    for piece in pieces:
        low, high = sorted((piece.start, piece.end))
        line = lines.setdefault(
            (piece.rank, piece.shared), _Line(piece.start, piece.end, low, high)
        )
        line.low, line.high = min(line.low, low), max(line.high, high)
    room: dict[int, int] = {}
    for rank in sorted({rank for rank, _ in lines}):
        here = [line for (at, _), line in lines.items() if at == rank]
        here.sort(key=_turn)
        room[rank] = _fill(here)
    found = {(p.edge, p.rank): lines[(p.rank, p.shared)].track for p in pieces}
    return found, room


def _turn(line: _Line) -> tuple[bool, float]:
    down = line.end >= line.start
    return not down, line.start if down else -line.start


def _fill(lines: Sequence[_Line]) -> int:
    """Take the first free track for each line; count from the end of the channel."""
    tracks: list[list[_Line]] = []
    for line in lines:
        free = next((i for i, others in enumerate(tracks) if _is_free(line, others)), len(tracks))
        if free == len(tracks):
            tracks.append([])
        tracks[free].append(line)
        line.track = free
    for line in lines:
        line.track = len(tracks) - 1 - line.track
    return len(tracks)


def _is_free(line: _Line, others: Sequence[_Line]) -> bool:
    return all(line.low > o.high + _CLEAR or line.high < o.low - _CLEAR for o in others)
