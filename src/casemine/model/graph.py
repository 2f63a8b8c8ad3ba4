"""The directly-follows graph with its times, and the summary of a log that it is part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from casemine.model.timing import Timing
    from casemine.model.variants import Variants


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of step: how many events, in how many cases, and how long it took where known."""

    name: str
    events: int
    cases: int
    position: float  # mean relative position in its cases, 0 at the start to 1 at the end
    service: Timing | None = None  # end minus start, over the events that have both


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` came directly after `source`, `count` times in `cases` cases."""

    source: str
    target: str
    count: int
    cases: int
    wait: Timing | None = None  # end of source to start of target; None in a log without times


@dataclass(frozen=True, slots=True)
class DirectlyFollowsGraph:
    """How often one activity comes directly after another.

    Activities by falling events then name; edges by falling count, then source, then target;
    `starts` and `ends` (activity to cases) by falling count, then name.
    """

    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]
    starts: Mapping[str, int]
    ends: Mapping[str, int]

    @property
    def cases(self) -> int:
        """Cases with at least one event."""
        return sum(self.starts.values())

    @property
    def events(self) -> int:
        """Events counted in the graph."""
        return sum(activity.events for activity in self.activities)

    def counts(self) -> dict[tuple[str, str], int]:
        """Edge to number of times, in the order of `edges`."""
        return {(edge.source, edge.target): edge.count for edge in self.edges}


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a log says when each of its events is looked at once."""

    graph: DirectlyFollowsGraph
    variants: Variants
    duration: Timing | None  # of cases: last end minus first start (or time); None without times
    first: datetime | None  # earliest start or time, UTC
    last: datetime | None  # latest time, UTC
    tied_events: int  # events that share case and time with the event before or after them
    overlaps: int  # directly-follows pairs whose target starts before the source ends
