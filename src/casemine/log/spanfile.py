"""Spans of time on disk, and their exact statistics in bounded memory.

Each run of spans is written sorted by group, so that the spans of any range of groups are one
slice of each run. Ranges of groups that fit into memory go through the same `span_stats` as a log
in memory; a group that does not fit alone is narrowed down to the ranks that are wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.spans import SpanStats, sort_spans, span_stats, wanted_ranks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

SPAN = 64  # bytes that one span takes while it is counted
RANGE = 4_000_000  # spans that are counted at once; more would not make it faster
BINS = 1 << 12  # into which a range of lengths is cut to find a rank


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Spans in a file: those of `groups[i]` stand at bounds[i] to bounds[i + 1]."""

    path: Path
    groups: NDArray[np.int64]
    bounds: NDArray[np.int64]


class SpanFile:
    """Runs of spans in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.runs: list[_Run] = []

    def add(self, group: NDArray[np.integer], spans: NDArray[np.int64], groups: int) -> None:
        """Write one run; `group` numbers each span below `groups`."""
        counts = np.bincount(group, minlength=groups)
        used = np.flatnonzero(counts)
        path = self.folder / f"{len(self.runs)}"
        sort_spans(group, spans, groups).tofile(path)
        bounds = np.concatenate([[0], np.cumsum(counts[used])])
        self.runs.append(_Run(path, used, bounds))

    def renumbered(self, run: int, numbers: NDArray[np.int64]) -> None:
        """Give the groups of one run other numbers; several may become one."""
        old = self.runs[run]
        new, bounds = numbers[old.groups], old.bounds
        if np.any(new[1:] < new[:-1]):
            order = np.argsort(new, kind="stable")
            new, lengths = new[order], np.diff(bounds)[order]
            bounds = np.concatenate([[0], np.cumsum(lengths)])
            places = np.repeat(old.bounds[:-1][order] - bounds[:-1], lengths)
            places += np.arange(len(places))
            np.fromfile(old.path, np.int64)[places].tofile(old.path)
        fresh = np.append(True, new[1:] != new[:-1])[: len(new)]
        self.runs[run] = _Run(old.path, new[fresh], np.append(bounds[:-1][fresh], bounds[-1]))

    def stats(self, groups: int, budget: int) -> SpanStats:
        """Statistics of all runs together, equal to `span_stats` of all their spans."""
        counts = np.zeros(groups, np.int64)
        for run in self.runs:
            counts[run.groups] += np.diff(run.bounds)
        most = max(budget // SPAN, 1)
        parts = [
            self._large(first, most)
            if last == first + 1 and counts[first] > most
            else self._whole(first, last)
            for first, last in _ranges(counts, min(most, RANGE))
        ]
        return SpanStats(
            n=counts,
            total=tuple(total for part in parts for total in part.total),
            picks=np.concatenate([np.zeros((0, 6), np.int64), *(part.picks for part in parts)]),
        )

    def _whole(self, first: int, last: int) -> SpanStats:
        """Load the spans of a range of groups and count them as the kernel does."""
        groups, spans = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for run in self.runs:
            low, high = np.searchsorted(run.groups, [first, last])
            lengths = np.diff(run.bounds[low : high + 1])
            groups.append(np.repeat(run.groups[low:high] - first, lengths))
            spans.append(_slice(run, int(run.bounds[low]), int(run.bounds[high])))
        return span_stats(np.concatenate(groups), np.concatenate(spans), last - first)

    def _large(self, group: int, most: int) -> SpanStats:
        """Count one group piece by piece, then find its ranks by narrowing ranges of length."""
        n, total, low, high = 0, 0, None, None
        for piece in self._pieces(group, most):
            n += len(piece)
            total += int((piece & 0xFFFFFFFF).sum()) + (int((piece >> 32).sum()) << 32)
            low = int(piece.min()) if low is None else min(low, int(piece.min()))
            high = int(piece.max()) if high is None else max(high, int(piece.max()))
        assert low is not None
        assert high is not None
        ranks = wanted_ranks(np.array([n]))[0].tolist()
        found = {rank: self._at(group, rank, low, high, most) for rank in sorted(set(ranks))}
        return SpanStats(np.array([n]), (total,), np.array([[found[rank] for rank in ranks]]))

    def _at(self, group: int, rank: int, low: int, high: int, most: int) -> int:
        """Return the span of a group at a rank; all of them lie in low..high."""
        below = 0
        while low < high:
            width = (high - low) // BINS + 1
            counts = np.zeros(BINS, np.int64)
            for piece in self._pieces(group, most):
                inside = piece[(piece >= low) & (piece <= high)]
                counts += np.bincount((inside - low) // width, minlength=BINS)
            bin_ = int(np.searchsorted(np.cumsum(counts), rank - below, side="right"))
            below += int(counts[:bin_].sum())
            low += bin_ * width
            high = min(high, low + width - 1)
        return low

    def _pieces(self, group: int, most: int) -> Iterator[NDArray[np.int64]]:
        """Read the spans of one group, at most so many at a time."""
        for run in self.runs:
            place = int(np.searchsorted(run.groups, group))
            if place == len(run.groups) or run.groups[place] != group:
                continue
            start, end = int(run.bounds[place]), int(run.bounds[place + 1])
            for first in range(start, end, most):
                yield _slice(run, first, min(first + most, end))


def _slice(run: _Run, start: int, end: int) -> NDArray[np.int64]:
    return np.fromfile(run.path, np.int64, count=end - start, offset=8 * start)


def _ranges(counts: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Cut the groups into ranges (first, last + 1) of at most `most` spans, one group at least."""
    ends = np.cumsum(counts)
    first, done = 0, 0
    while first < len(counts):
        last = max(int(np.searchsorted(ends, done + most, side="right")), first + 1)
        yield first, last
        first, done = last, int(ends[last - 1])
