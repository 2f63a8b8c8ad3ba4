"""The summary of a log in plain Python, one event at a time: what every faster route must equal.

Events are dictionaries with `case`, `activity`, `row`, and in logs with times `time` and maybe
`start`, both whole microseconds. Exact fractions, no numpy.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor, fsum

from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge
from casemine.model.timing import Timing


@dataclass(frozen=True)
class Expected:
    graph: DirectlyFollowsGraph
    variants: list
    medians: list
    p90s: list
    duration: Timing | None
    first: datetime | None
    last: datetime | None
    tied_events: int
    overlaps: int


def summarise(events: list[dict]) -> Expected:
    timed = bool(events) and "time" in events[0]
    cases = defaultdict(list)
    for event in sorted(events, key=lambda e: (e.get("time", 0), e["row"])):
        cases[event["case"]].append(event)
    counts, in_cases, starts, ends = Counter(), Counter(), Counter(), Counter()
    edges, edge_cases, waits = Counter(), Counter(), defaultdict(list)
    service, positions = defaultdict(list), defaultdict(lambda: defaultdict(int))
    traces, durations = Counter(), defaultdict(list)
    tied = overlaps = 0
    for trace in cases.values():
        names = tuple(event["activity"] for event in trace)
        counts.update(names)
        in_cases.update(set(names))
        starts[names[0]] += 1
        ends[names[-1]] += 1
        traces[names] += 1
        pairs = list(pairwise(trace))
        edges.update(pairwise(names))
        edge_cases.update(set(pairwise(names)))
        for index, name in enumerate(names):
            positions[name][len(names)] += index
        if not timed:
            continue
        durations[names].append(trace[-1]["time"] - min(begin(event) for event in trace))
        for one, other in pairs:
            wait = start(other) - one["time"]
            overlaps += wait < 0
            waits[one["activity"], other["activity"]].append(max(wait, 0))
        for index, event in enumerate(trace):
            around = trace[max(index - 1, 0) : index] + trace[index + 1 : index + 2]
            tied += any(event["time"] == other["time"] for other in around)
            if event.get("start") is not None:
                service[event["activity"]].append(event["time"] - event["start"])
    graph = DirectlyFollowsGraph(
        activities=tuple(
            Activity(name, n, in_cases[name], position(positions[name], n), timing(service[name]))
            for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ),
        edges=tuple(
            Edge(*pair, n, edge_cases[pair], timing(waits[pair]))
            for pair, n in sorted(edges.items(), key=lambda item: (-item[1], item[0]))
        ),
        starts=dict(sorted(starts.items(), key=lambda item: (-item[1], item[0]))),
        ends=dict(sorted(ends.items(), key=lambda item: (-item[1], item[0]))),
    )
    ordered = sorted(traces.items(), key=lambda item: (-item[1], item[0]))
    return Expected(
        graph=graph,
        variants=ordered,
        medians=[timing(durations[trace]).median_s for trace, _ in ordered] if timed else [],
        p90s=[timing(durations[trace]).p90_s for trace, _ in ordered] if timed else [],
        duration=timing([one for some in durations.values() for one in some]),
        first=moment(min(begin(event) for event in events)) if timed else None,
        last=moment(max(event["time"] for event in events)) if timed else None,
        tied_events=tied,
        overlaps=overlaps,
    )


def start(event: dict) -> int:
    return event["time"] if event.get("start") is None else event["start"]


def begin(event: dict) -> int:
    return min(event["time"], start(event))


def position(by_length: dict[int, int], events: int) -> float:
    return fsum(total / max(length - 1, 1) for length, total in sorted(by_length.items())) / events


def timing(spans: list[int]) -> Timing | None:
    if not spans:
        return None
    return Timing(
        n=len(spans),
        min_s=seconds(min(spans)),
        median_s=seconds(quantile(spans, Fraction(1, 2))),
        mean_s=seconds(Fraction(sum(spans), len(spans))),
        p90_s=seconds(quantile(spans, Fraction(9, 10))),
        max_s=seconds(max(spans)),
        total_s=seconds(sum(spans)),
    )


def quantile(spans: list[int], share: Fraction) -> Fraction:
    ordered = sorted(spans)
    rank = share * (len(spans) - 1)
    below = floor(rank)
    above = min(below + 1, len(spans) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def seconds(microseconds: int | Fraction) -> float:
    return float(Fraction(microseconds) / 1_000_000)


def moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
