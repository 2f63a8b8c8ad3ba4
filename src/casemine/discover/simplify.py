"""Which activities and paths of a directly-follows graph a picture shows, and how much that is.

Paths are the arrows of the picture: directly-follows edges, and the arrows from the start and to
the end. All are ranked by the same rule, so a map does not drown in starts that happened once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from casemine.errors import UsageError
from casemine.model.coverage import Coverage

if TYPE_CHECKING:
    from casemine.model.graph import DirectlyFollowsGraph

MAX_EDGES = 60

Node = str | None  # None stands for the start as a source and for the end as a target
_Rank = tuple[int, bool, str, bool, str]


@dataclass(frozen=True, slots=True)
class _Path:
    source: Node
    target: Node
    count: int

    @property
    def rank(self) -> _Rank:
        """Heaviest first, then by names; start and end come before any name."""
        source, target = self.source, self.target
        return (-self.count, source is not None, source or "", target is not None, target or "")


def simplify(
    graph: DirectlyFollowsGraph,
    *,
    max_edges: int | None = MAX_EDGES,
    min_path: int = 1,
    paths: float | None = None,
) -> tuple[DirectlyFollowsGraph, Coverage]:
    """Hide rare paths, but never one that an activity hangs on.

    Parameters
    ----------
    graph : DirectlyFollowsGraph
        The whole graph.
    max_edges : int, optional
        At most so many paths, the most frequent ones; None for all.
    min_path : int
        Paths that happened at least so many times.
    paths : float, optional
        This share (0 to 1) of all paths, the most frequent ones.

    Returns
    -------
    DirectlyFollowsGraph
        The same activities, in the same order; fewer `edges`, `starts` and `ends`. As starts may
        be missing, ask the whole graph for its number of cases.
    Coverage
        What is shown: paths, and how often they happened (steps).

    Notes
    -----
    Kept whatever the limits say: the heaviest path into and out of every activity (one from or to
    itself doesn't count), and so many more that every activity can be reached from the start and
    reaches the end, each time by the heaviest path available. That is at most four paths per
    activity. Ties go by name. To hide activities, take them out of the log and count again:
    removing a node from a graph would lose the paths across it.

    Raises
    ------
    UsageError
        A limit outside its range.

    Examples
    --------
    >>> from casemine.model.graph import Activity, Edge
    >>> from casemine.model.graph import DirectlyFollowsGraph as Graph
    >>> steps = tuple(Activity(name, 9, 9, 0.5) for name in "AB")
    >>> graph = Graph(steps, (Edge("A", "B", 8, 8), Edge("A", "A", 1, 1)), {"A": 9}, {"B": 9})
    >>> simplify(graph, min_path=2)[0].counts()
    {('A', 'B'): 8}
    """
    _check(max_edges, min_path, paths)
    everything = [
        *(_Path(edge.source, edge.target, edge.count) for edge in graph.edges),
        *(_Path(None, name, count) for name, count in graph.starts.items()),
        *(_Path(name, None, count) for name, count in graph.ends.items()),
    ]
    everything.sort(key=lambda path: path.rank)
    limit = len(everything) if max_edges is None else max_edges
    if paths is not None:
        limit = min(limit, _share_of(paths, len(everything)))
    needed = _backbone(everything)
    others = [path for path in everything if path not in needed and path.count >= min_path]
    kept = needed | set(others[: max(limit - len(needed), 0)])
    ways = {(path.source, path.target) for path in kept}
    simpler = replace(
        graph,
        edges=tuple(edge for edge in graph.edges if (edge.source, edge.target) in ways),
        starts={name: count for name, count in graph.starts.items() if (None, name) in ways},
        ends={name: count for name, count in graph.ends.items() if (name, None) in ways},
    )
    return simpler, Coverage(
        activities_shown=len(graph.activities),
        activities_total=len(graph.activities),
        edges_shown=len(kept),
        edges_total=len(everything),
        steps_shown=sum(path.count for path in kept),
        steps_total=sum(path.count for path in everything),
    )


def activities_for_share(graph: DirectlyFollowsGraph, share: float) -> tuple[str, ...]:
    """Name the most frequent activities: this share (0 to 1) of the kinds of activity.

    Frequency is the number of cases, then of events, then the name decides. At least one is kept;
    the order is that of the graph.

    Examples
    --------
    >>> from casemine.model.graph import Activity
    >>> from casemine.model.graph import DirectlyFollowsGraph as Graph
    >>> steps = tuple(Activity(name, n, n, 0.5) for name, n in (("A", 9), ("B", 2), ("C", 4)))
    >>> activities_for_share(Graph(steps, (), {}, {}), 0.6)
    ('A', 'C')
    """
    if not 0 < share <= 1:
        raise UsageError(f"a share of activities is above 0 and at most 1, not {share:g}")
    ranked = sorted(graph.activities, key=lambda a: (-a.cases, -a.events, a.name))
    kept = {activity.name for activity in ranked[: _share_of(share, len(ranked))]}
    return tuple(activity.name for activity in graph.activities if activity.name in kept)


def activities_with_cases(graph: DirectlyFollowsGraph, at_least: int) -> tuple[str, ...]:
    """Name the activities that so many cases have; the order is that of the graph."""
    return tuple(activity.name for activity in graph.activities if activity.cases >= at_least)


def _check(max_edges: int | None, min_path: int, paths: float | None) -> None:
    if max_edges is not None and max_edges < 1:
        raise UsageError(f"at least 1 path must be shown, not {max_edges}")
    if min_path < 1:
        raise UsageError(f"a path happens at least once, so {min_path} is no lower limit")
    if paths is not None and not 0 <= paths <= 1:
        raise UsageError(f"a share of paths is from 0 to 1, not {paths:g}")


def _share_of(share: float, total: int) -> int:
    """Round up, but not for the sake of a float's last digit (0.07 * 100 is above 7)."""
    return math.ceil(round(share * total, 9))


def _backbone(everything: list[_Path]) -> set[_Path]:
    """Find the paths that hold the picture together; `everything` is sorted by rank."""
    ways = [path for path in everything if path.source != path.target]
    into: dict[Node, _Path] = {}
    out: dict[Node, _Path] = {}
    for path in ways:
        into.setdefault(path.target, path)
        out.setdefault(path.source, path)
    # None is no activity: the start and the end have no heaviest path of their own.
    heaviest = {path for found in (into, out) for node, path in found.items() if node is not None}
    return heaviest | _grown(ways, forward=True) | _grown(ways, forward=False)


def _grown(ways: list[_Path], *, forward: bool) -> set[_Path]:
    """Grow a tree from the start (or against the arrows from the end), always by the heaviest path.

    This is Prim's algorithm: the lightest path on the way to any activity is as heavy as can be.
    """
    leaving: dict[Node, list[_Path]] = {}
    for path in ways:
        leaving.setdefault(path.source if forward else path.target, []).append(path)
    tree: set[_Path] = set()
    reached: set[Node] = {None}
    border: list[tuple[_Rank, _Path]] = []
    found: Node = None
    while True:
        for path in leaving.get(found, ()):
            heappush(border, (path.rank, path))
        while border:
            path = heappop(border)[1]
            found = path.target if forward else path.source
            if found not in reached:
                break
        else:
            return tree
        reached.add(found)
        tree.add(path)
