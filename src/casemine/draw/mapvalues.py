"""What a process map says: values, labels, tooltips and ids of its elements."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

from casemine.draw.page import coverage_line, percent, plural
from casemine.draw.svg import isolated
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from casemine.model.coverage import Coverage
    from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge

Metric = Literal["frequency", "cases", "median", "mean", "p90", "total"]

START, END = "cm-start", "cm-end"
FEW = 5  # a time that rests on fewer observations is dotted
WAIT_CAPTIONS = {
    "median": "Path: median time between",
    "mean": "Path: mean time between",
    "p90": "Path: time between, 90th percentile",
    "total": "Path: total time between",
}


@dataclass(frozen=True, slots=True)
class Path:
    """An arrow of the map: between two activities, or from the start, or to the end."""

    id: str
    source: str  # node ids
    target: str
    count: int  # what the layout weighs
    value: float | None  # what colour and width show; None: carries no value
    label: str
    tooltip: str
    cases: int
    few: bool = False
    edge: Edge | None = None
    activity: str = ""  # of a path from the start or to the end
    mark: Literal["", "foreign", "ghost"] = ""  # foreign: not in the designed flow


def is_timed(metric: Metric) -> bool:
    """Whether a metric is a time between activities."""
    return metric in WAIT_CAPTIONS


def cases_of(graph: DirectlyFollowsGraph) -> int:
    """Cases that shares refer to, also where a filter took starts away."""
    return max([graph.cases, *(activity.cases for activity in graph.activities)], default=0)


def name_id(name: str) -> str:
    """Make the id of an activity's box; it stays when other things in the picture change."""
    return f"act-{_digest(name)}"


def _digest(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()[:8]


def box_note(activity: Activity, cases: int, metric: Metric) -> str:
    """Write the small line of a box."""
    if is_timed(metric) and activity.service is not None:
        return f"median {format_duration(activity.service.median_s)}"
    if metric == "cases":
        return f"{plural(activity.cases, 'case')} · {percent(activity.cases, cases)}"
    return f"{activity.events:,} · {percent(activity.cases, cases)} of cases"


def box_tooltip(activity: Activity, graph: DirectlyFollowsGraph, cases: int) -> str:
    """Write everything known about an activity in one line; shares are of `cases`."""
    share = percent(activity.cases, cases)
    parts = [
        (
            f"{isolated(activity.name)}: {plural(activity.events, 'time')}"
            f" in {plural(activity.cases, 'case')} ({share})"
        )
    ]
    if activity.service is not None:
        service = activity.service
        parts.append(
            f"takes median {format_duration(service.median_s)},"
            f" p90 {format_duration(service.p90_s)}"
        )
    for verb, counts in (("starts", graph.starts), ("ends", graph.ends)):
        if activity.name in counts:
            parts.append(f"{verb} {plural(counts[activity.name], 'case')}")
    return ", ".join(parts)


def paths_of(graph: DirectlyFollowsGraph, metric: Metric) -> list[Path]:
    """All arrows: of the graph, then from the start, then to the end; in the graph's order."""
    cases = cases_of(graph)
    paths = []
    for edge in graph.edges:
        value = _value(edge, metric)
        paths.append(
            Path(
                id="edge-" + _digest(edge.source + "\0" + edge.target),
                source=name_id(edge.source),
                target=name_id(edge.target),
                count=edge.count,
                value=value,
                label=format_duration(value) if is_timed(metric) else f"{value:,.0f}",
                tooltip=_edge_tooltip(edge, cases),
                cases=edge.cases,
                few=is_timed(metric) and edge.wait is not None and edge.wait.n < FEW,
                edge=edge,
            )
        )
    for counts, node, verb in ((graph.starts, START, "starts"), (graph.ends, END, "ends")):
        for name, count in counts.items():
            ends = (START, name_id(name)) if node == START else (name_id(name), END)
            share = percent(count, cases)
            paths.append(
                Path(
                    id=f"{verb[:-1]}-{_digest(name)}",
                    source=ends[0],
                    target=ends[1],
                    count=count,
                    value=None,
                    label=f"{count:,}",
                    tooltip=f"{isolated(name)} {verb} {plural(count, 'case')} ({share})",
                    cases=count,
                    activity=name,
                )
            )
    return paths


def _value(edge: Edge, metric: Metric) -> float | None:
    if metric == "frequency":
        return float(edge.count)
    if metric == "cases":
        return float(edge.cases)
    if edge.wait is None:
        return None
    wait = edge.wait
    return {
        "median": wait.median_s,
        "mean": wait.mean_s,
        "p90": wait.p90_s,
        "total": wait.total_s,
    }[metric]


def _edge_tooltip(edge: Edge, cases: int) -> str:
    parts = [
        f"{isolated(edge.source)} → {isolated(edge.target)}: {plural(edge.count, 'time')}",
        f"{plural(edge.cases, 'case')} ({percent(edge.cases, cases)})",
    ]
    if edge.wait is not None:
        wait = edge.wait
        parts.append(
            f"median {format_duration(wait.median_s)}, mean {format_duration(wait.mean_s)},"
            f" p90 {format_duration(wait.p90_s)}, total {format_duration(wait.total_s)}"
        )
        if wait.n < FEW:
            parts.append(f"n={wait.n}")
    return ", ".join(parts)


def root_share(value: float, most: float) -> float:
    """Share of the maximum on a root scale, 0 to 1: small values stay apart."""
    return sqrt(min(1.0, max(value, 0.0) / most)) if most > 0 else 0.0


def step_of(value: float, most: float) -> int:
    """One of the five steps of a colour scale."""
    return min(4, int(root_share(value, most) * 5))


def scale_top(paths: list[Path]) -> float:
    """Where the scales end: the greatest value that rests on enough observations."""
    values = [(path.few, path.value) for path in paths if path.value is not None]
    enough = [value for few, value in values if not few]
    return max(enough or [value for _, value in values], default=0.0)


def stroke_widths(paths: list[Path]) -> dict[str, float]:
    """Stroke width per path id: 1 to 7 points by value, 1 to 3 where cases start or end.

    What rests on few observations stays thin, so that one odd case doesn't shout.
    """
    most = scale_top(paths)
    most_cases = max((path.cases for path in paths if path.edge is None), default=0)
    widths = {}
    for path in paths:
        if path.edge is None:
            widths[path.id] = 1 + 2 * root_share(path.cases, most_cases)
        else:
            width = 1 + 6 * root_share(path.value or 0.0, most)
            widths[path.id] = min(width, 1.8) if path.few else width
    return widths


def description(graph: DirectlyFollowsGraph, coverage: Coverage | None) -> str:
    """Summarise the map for readers who don't see it."""
    sentences = [
        (
            f"Process map of {plural(len(graph.activities), 'activity', 'activities')}"
            f" and {plural(len(graph.edges), 'path')} in {plural(cases_of(graph), 'case')}."
        )
    ]
    if graph.edges:
        edge = min(graph.edges, key=lambda e: (-e.count, e.source, e.target))
        sentences.append(
            f"The most frequent path leads from {isolated(edge.source)} to"
            f" {isolated(edge.target)}, {plural(edge.count, 'time')}."
        )
    line = coverage_line(coverage)
    if line:
        sentences.append(f"{line}.")
    return " ".join(sentences)
