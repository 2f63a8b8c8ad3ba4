"""A directly-follows graph from figures that were saved: its order, and where activities stand.

A saved graph has no mean positions of its activities, and pictures order activities by them. They
are estimated from the counts: walking along the edges by their shares, how many steps it takes on
average from the start to an activity and from there to the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

ROUNDS = 200  # steps that a walk takes at most


def graph_of(
    activities: Iterable[tuple[str, int, int]],
    edges: Iterable[Edge],
    starts: Mapping[str, int],
    ends: Mapping[str, int],
) -> DirectlyFollowsGraph:
    """Put a graph together; activities are name, events and cases.

    Examples
    --------
    >>> edges = [Edge("A", "B", 3, 3), Edge("B", "C", 3, 3)]
    >>> graph = graph_of([(name, 3, 3) for name in "ABC"], edges, {"A": 3}, {"C": 3})
    >>> [(activity.name, activity.position) for activity in graph.activities]
    [('A', 0.0), ('B', 0.5), ('C', 1.0)]
    """
    found = sorted(activities, key=lambda activity: (-activity[1], activity[0]))
    names = [name for name, _, _ in found]
    ordered = sorted(edges, key=lambda edge: (-edge.count, edge.source, edge.target))
    behind = _steps(names, [(e.target, e.source, e.count) for e in ordered], starts)
    ahead = _steps(names, [(e.source, e.target, e.count) for e in ordered], ends)
    total = np.where(behind + ahead > 0, behind + ahead, 1.0)
    positions = np.round(np.where(behind + ahead > 0, behind / total, 0.5), 6).tolist()
    return DirectlyFollowsGraph(
        activities=tuple(
            Activity(name, events, cases, position)
            for (name, events, cases), position in zip(found, positions, strict=True)
        ),
        edges=tuple(ordered),
        starts=_falling(starts),
        ends=_falling(ends),
    )


def _steps(
    names: list[str], ways: list[tuple[str, str, int]], stops: Mapping[str, int]
) -> NDArray[np.float64]:
    """Mean number of steps from each activity until a walk stops, `ROUNDS` at most."""
    index = {name: position for position, name in enumerate(names)}
    source = np.array([index[a] for a, _, _ in ways], np.int64)
    target = np.array([index[b] for _, b, _ in ways], np.int64)
    count = np.array([n for _, _, n in ways], np.float64)
    stopping = np.array([stops.get(name, 0) for name in names], np.float64)
    out = stopping + np.bincount(source, count, len(names))
    share = count / np.maximum(out[source], 1.0)
    steps: NDArray[np.float64] = np.zeros(len(names))
    for _ in range(ROUNDS):
        further = np.bincount(source, share * (1.0 + steps[target]), len(names))
        steps = further.astype(np.float64)
    return steps


def _falling(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
