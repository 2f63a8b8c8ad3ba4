"""One summary out of many buckets of whole cases, equal to the last bit to that of the whole.

Traces, counts and sums of the buckets add up. Medians and p90 do not, so the spans that they are
taken from are kept on disk until every bucket has been seen (`spanfile.py`).
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.aggregate import Times, Trail, summary_of
from casemine.log.frequency import distinct
from casemine.log.spanfile import SpanFile
from casemine.log.traces import group_cases

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.log.traces import GroupedCases
    from casemine.model.graph import Summary
    from casemine.model.variants import Variants


def summarise_buckets(
    logs: Iterable[EventLog],
    activities: tuple[str, ...],
    folder: Path,
    *,
    timed: bool,
    budget: int,
) -> Summary:
    """Summarise logs that share no case.

    Parameters
    ----------
    logs : iterable of EventLog
        One in memory at a time, none of them empty.
    activities : tuple of str
        Every activity that occurs in any of them.
    folder : Path
        Is made, and removed in the end.
    timed : bool
        Whether the events have times.
    budget : int
        Bytes for the spans that are in memory at once.
    """
    collected = _Collected(tuple(sorted(activities)), folder)
    try:
        for log in logs:
            collected.add(Trail.of(log.codes()))
        return collected.summary(timed, budget)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Collected:
    """What the buckets have told so far."""

    def __init__(self, names: tuple[str, ...], folder: Path) -> None:
        self.names = names
        self.waits = SpanFile(folder / "waits")
        self.service = SpanFile(folder / "service")
        self.by_variant = SpanFile(folder / "durations")
        self.variants: list[Variants] = []
        self.edges: list[NDArray[np.int64]] = []
        self.bounds: list[tuple[int, int]] = []
        self.tied_events = self.overlaps = 0

    def add(self, trail: Trail) -> None:
        """Count one bucket; activities are numbered over all buckets from here on."""
        number = np.searchsorted(np.array(self.names, object), np.array(trail.names, object))
        trail = replace(trail, names=self.names, activity=number.astype(np.int32)[trail.activity])
        grouped = trail.grouped()
        self.variants.append(grouped.variants)
        if trail.time is None:
            return
        edges, edge, waits = trail.waits()
        inside = edge < len(edges)
        self.waits.add(edge[inside], waits[inside], len(edges))
        self.edges.append(edges)
        del edge, waits, inside
        self.service.add(*trail.service(), len(self.names))
        self.by_variant.add(grouped.of_case, trail.durations(), len(grouped.variants))
        self.bounds.append((int(trail.begin.min()), int(trail.time.max())))
        self.tied_events += trail.tied_events()
        self.overlaps += trail.overlaps()

    def summary(self, timed: bool, budget: int) -> Summary:
        """Put the buckets together."""
        grouped = self._all_variants()
        variants = grouped.variants
        if not timed:
            return summary_of(variants, None)
        edges = distinct(np.concatenate([np.zeros(0, np.int64), *self.edges]))
        first = 0
        for run, (own, some) in enumerate(zip(self.edges, self.variants, strict=True)):
            self.waits.renumbered(run, np.searchsorted(edges, own))
            self.by_variant.renumbered(run, grouped.of_case[first : first + len(some)])
            first += len(some)
        by_variant = self.by_variant.stats(len(variants), budget)
        for run in range(len(self.variants)):
            self.by_variant.renumbered(run, np.zeros(len(variants), np.int64))
        service = self.service.stats(len(self.names), budget)
        return summary_of(
            variants,
            Times(
                waits=self.waits.stats(len(edges), budget),
                service=service if service.n.any() else None,
                by_variant=by_variant,
                overall=self.by_variant.stats(1, budget),
                first=min((low for low, _ in self.bounds), default=0),
                last=max((high for _, high in self.bounds), default=0),
                tied_events=self.tied_events,
                overlaps=self.overlaps,
            ),
        )

    def _all_variants(self) -> GroupedCases:
        """Group the variants of all buckets as if they were cases, with their weights."""
        lengths = [np.diff(some.offsets) for some in self.variants]
        empty = np.zeros(0, np.int64)
        return group_cases(
            np.concatenate([np.zeros(0, np.int32), *(some.codes for some in self.variants)]),
            np.concatenate([[0], np.cumsum(np.concatenate([empty, *lengths]))]),
            self.names,
            np.concatenate([empty, *(some.counts for some in self.variants)]),
        )
