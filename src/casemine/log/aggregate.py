"""From an event log to its graph with times, its variants and its summary: the numpy kernel.

Cases are grouped by trace first (`traces.py`). Everything about frequency is then counted over the
distinct traces with their weights (`frequency.py`); only times look at each event, in one packed
sort (`spans.py`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from casemine.errors import InputError
from casemine.log.frequency import distinct, graph_of
from casemine.log.spans import SpanStats, span_stats
from casemine.log.traces import group_cases
from casemine.model.graph import DirectlyFollowsGraph, Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventCodes, EventLog
    from casemine.log.traces import GroupedCases
    from casemine.model.variants import Variants

One = TypeVar("One")
Other = TypeVar("Other")


def summarise(log: EventLog) -> Summary:
    """Count and time everything that one look at each event tells.

    Parameters
    ----------
    log : EventLog
        Any number of events, none included.

    Returns
    -------
    Summary
        Times are None in a log without times, never zero.

    Raises
    ------
    InputError
        A time lies outside the years 1 to 9999.

    Notes
    -----
    The wait on an edge lasts from the end of the source (its `time`) to the start of the target
    (its `start`, or its `time` where it has none). Where the target starts before the source ends
    nobody waits: the wait is 0, as in pm4py, and the pair counts among the `overlaps`.

    O(n log n) for n events, with temporary memory of a few numbers an event.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> summary = summarise(parse_log("New Open Solved; New Solved"))
    >>> summary.graph.counts()
    {('New', 'Open'): 1, ('New', 'Solved'): 1, ('Open', 'Solved'): 1}
    >>> summary.duration.median_s
    5400.0
    """
    trail = Trail.of(log.codes())
    if trail.time is None:
        return summary_of(trail.grouped().variants, None)
    grouped, waits = _side_by_side(trail.grouped, trail.wait_stats)
    variants, durations = grouped.variants, trail.durations()
    return summary_of(
        variants,
        Times(
            waits=waits,
            service=trail.service_stats(),
            by_variant=span_stats(grouped.of_case, durations, len(variants)),
            overall=span_stats(np.zeros_like(durations), durations, 1),
            first=int(trail.begin.min(initial=trail.time.max(initial=0))),
            last=int(trail.time.max(initial=trail.time.min(initial=0))),
            tied_events=trail.tied_events(),
            overlaps=trail.overlaps(),
        ),
    )


def discover_dfg(log: EventLog) -> DirectlyFollowsGraph:
    """Count how often each activity comes directly after another, and how long that takes.

    Parameters
    ----------
    log : EventLog
        Any number of events.

    Returns
    -------
    DirectlyFollowsGraph
        At most a * a edges for a activities. `count` is events, not cases: a case that goes A, B,
        A, B adds 2 to the edge (A, B), and 1 to its `cases`. Times as in `summarise`.

    Notes
    -----
    Events at the same time keep the order of their source rows, so coarse timestamps make the
    graph depend on that order. O(n log n) for n events.

    References
    ----------
    .. [1] W.M.P. van der Aalst, "A practitioner's guide to process mining: Limitations of the
       directly-follows graph", Procedia Computer Science 164 (2019), 321-328.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> discover_dfg(parse_log("New Open Solved; New Solved")).counts()
    {('New', 'Open'): 1, ('New', 'Solved'): 1, ('Open', 'Solved'): 1}
    """
    trail = Trail.of(log.codes())
    if trail.time is None:
        return graph_of(trail.grouped().variants)
    grouped, waits = _side_by_side(trail.grouped, trail.wait_stats)
    return graph_of(grouped.variants, waits, trail.service_stats())


def variants_of(log: EventLog) -> Variants:
    """Collect the distinct traces, with their cases and the durations of those.

    Returns
    -------
    Variants
        By falling number of cases, then by trace; `activities` are those that occur.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> list(variants_of(parse_log("A B; A; A B")))
    [(('A', 'B'), 2), (('A',), 1)]
    """
    trail = Trail.of(log.codes())
    grouped = trail.grouped()
    if trail.time is None:
        return grouped.variants
    stats = span_stats(grouped.of_case, trail.durations(), len(grouped.variants))
    return with_durations(grouped.variants, stats)


def _side_by_side(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """Run two counts at once: numpy lets go of the interpreter while it works."""
    with ThreadPoolExecutor(1) as beside:
        second = beside.submit(other)
        return one(), second.result()


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Everything about time that a summary shows; microseconds."""

    waits: SpanStats  # by edge, in the order of their codes
    service: SpanStats | None  # by activity, None where no event has a start
    by_variant: SpanStats  # durations of the cases of each variant
    overall: SpanStats  # durations of all cases, one group
    first: int
    last: int
    tied_events: int
    overlaps: int


def summary_of(variants: Variants, times: Times | None) -> Summary:
    """Put a summary together; every route to a summary ends here."""
    if times is None:
        return Summary(graph_of(variants), variants, None, None, None, 0, 0)
    empty = variants.cases == 0
    return Summary(
        graph=graph_of(variants, times.waits, times.service),
        variants=with_durations(variants, times.by_variant),
        duration=times.overall.timing(0),
        first=None if empty else moment(times.first),
        last=None if empty else moment(times.last),
        tied_events=times.tied_events,
        overlaps=times.overlaps,
    )


def with_durations(variants: Variants, stats: SpanStats) -> Variants:
    """Add median and p90 of the durations of each variant."""
    return replace(variants, median_s=stats.medians_s(), p90_s=stats.p90s_s())


def moment(microseconds: int) -> datetime:
    """Time since 1970 as a datetime in UTC."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except OverflowError as error:
        raise InputError(
            f"a time of the log ({microseconds / 1e6:.0f} seconds from 1970) lies outside the "
            "years 1 to 9999",
            mend="name the format of the times with --time-format",
            code="time-out-of-range",
        ) from error


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """The events of a log as the kernel walks along them."""

    names: tuple[str, ...]  # activities that occur, sorted
    activity: NDArray[np.int32]  # index into `names` of each event
    offsets: NDArray[np.int64]  # case i holds the events offsets[i] to offsets[i + 1]
    time: NDArray[np.int64] | None
    start: NDArray[np.int64] | None  # None where no event has one
    has_start: NDArray[np.bool_] | None

    @classmethod
    def of(cls, codes: EventCodes) -> Trail:
        """Cut the events into cases, and number the activities that occur by name."""
        changes = np.flatnonzero(codes.case[1:] != codes.case[:-1]) + 1
        ends = [len(codes.case)] if len(codes.case) else []
        offsets = np.concatenate([[0], changes, ends]).astype(np.int64)
        occurs = np.zeros(len(codes.activities), np.bool_)
        occurs[codes.activity] = True
        used = np.flatnonzero(occurs).tolist()
        used.sort(key=codes.activities.__getitem__)
        number = np.zeros(len(codes.activities), np.int32)
        number[used] = np.arange(len(used), dtype=np.int32)
        return cls(
            names=tuple(codes.activities[code] for code in used),
            activity=number[codes.activity],
            offsets=offsets,
            time=codes.time,
            start=codes.start,
            has_start=codes.has_start,
        )

    @property
    def cases(self) -> int:
        """Cases with at least one event."""
        return len(self.offsets) - 1

    @property
    def begin(self) -> NDArray[np.int64]:
        """When each event began, as far as is known: its start, or its time if that is earlier."""
        assert self.time is not None
        return self.time if self.start is None else np.minimum(self.start, self.time)

    def grouped(self) -> GroupedCases:
        """Cases by trace."""
        return group_cases(self.activity, self.offsets, self.names)

    def durations(self) -> NDArray[np.int64]:
        """Of each case, from its first start (or time) to its last time."""
        assert self.time is not None
        starts = self.offsets[:-1]
        first = self.time[starts] if self.start is None else np.minimum.reduceat(self.begin, starts)
        return self.time[self.offsets[1:] - 1] - first

    def waits(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Pair each event with the next: edges that occur, edge and wait of each pair.

        Edges are codes, source * number of activities + target, rising; the second array indexes
        them. Neighbours that belong to different cases make one more edge, the last, with waits
        of 0: sorting them along costs less than leaving them out.
        """
        assert self.time is not None
        size, last = len(self.names), self.offsets[1:-1] - 1
        if size * size <= 1 << 22:  # a table of all pairs stays in the cache
            pairs = self.activity[:-1] * np.int32(size)
            pairs += self.activity[1:]
            pairs[last] = size * size
            occurs = np.zeros(size * size + 1, np.bool_)
            occurs[pairs] = True
            edges = np.flatnonzero(occurs[:-1])
            number = np.full(len(occurs), len(edges), np.int32)
            number[edges] = np.arange(len(edges), dtype=np.int32)
            edge = number[pairs]
        else:
            codes = self.activity[:-1] * np.int64(size) + self.activity[1:]
            codes[last] = size * size
            edges = distinct(codes)
            edges = edges[: np.searchsorted(edges, size * size)]
            edge = np.searchsorted(edges, codes).astype(np.int32)
        target = self.time if self.start is None else self.start
        waits = target[1:] - self.time[:-1]
        waits[last] = 0
        if self.start is not None:
            np.maximum(waits, 0, out=waits)
        return edges, edge, waits

    def wait_stats(self) -> SpanStats:
        """Measure the waits by edge."""
        edges, edge, waits = self.waits()
        return span_stats(edge, waits, len(edges) + 1)

    def service(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Activity and service time of each event that has a start."""
        assert self.time is not None
        if self.start is None or self.has_start is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        known = self.has_start
        return self.activity[known].astype(np.int64), self.time[known] - self.start[known]

    def service_stats(self) -> SpanStats | None:
        """Service time by activity, None where no event has a start."""
        activity, spans = self.service()
        return span_stats(activity, spans, len(self.names)) if len(spans) else None

    def tied_events(self) -> int:
        """Events that share case and time with the event before or after them."""
        assert self.time is not None
        tied = np.zeros(len(self.time) + 1, np.bool_)
        tied[1:-1] = (self.time[1:] == self.time[:-1]) & self._inside()
        return int(np.count_nonzero(tied[1:] | tied[:-1]))

    def overlaps(self) -> int:
        """Pairs of neighbours of which the second starts before the first ends."""
        if self.start is None or self.time is None:
            return 0
        return int(np.count_nonzero((self.start[1:] < self.time[:-1]) & self._inside()))

    def _inside(self) -> NDArray[np.bool_]:
        """For each event but the last: whether the next one belongs to the same case."""
        inside = np.ones(max(len(self.activity) - 1, 0), np.bool_)
        inside[self.offsets[1:-1] - 1] = False
        return inside
