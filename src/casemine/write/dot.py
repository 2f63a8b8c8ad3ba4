"""Directly-follows graphs in Graphviz's DOT language, by the `graphviz` package (no `dot` needed).

Beside what `dot` draws, nodes and edges carry their figures as attributes, which it ignores; the
first line is a comment by which casemine knows its own files again when it reads them.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from casemine.errors import escape

if TYPE_CHECKING:
    from casemine.model.graph import DirectlyFollowsGraph

HEADER = "casemine directly-follows graph 1"
START, END = "start", "end"
TIMES = ("min_s", "median_s", "mean_s", "p90_s", "max_s", "total_s")


def to_dot(graph: DirectlyFollowsGraph) -> str:
    r"""Write a graph: activities with events and cases, edges with counts, widths by count.

    Examples
    --------
    >>> from casemine.model.graph import Activity, Edge
    >>> from casemine.model.graph import DirectlyFollowsGraph as Graph
    >>> print(to_dot(Graph((Activity("A", 2, 2, 0.5),), (), {"A": 2}, {"A": 2})))
    // casemine directly-follows graph 1
    digraph casemine {
    ...
        a1 [label="A\n2" activity="\"A\"" cases=2 events=2]
    ...
    """
    import graphviz

    dot = graphviz.Digraph("casemine", comment=HEADER)
    dot.attr("graph", rankdir="TB", nodesep="0.45", ranksep="0.42")
    dot.attr("node", shape="box", style="rounded,filled", fillcolor="#f1f6fb", fontname="Helvetica")
    dot.attr("edge", color="#5c6b7a", fontname="Helvetica", fontsize="10")
    dot.node(START, label="", shape="circle", fillcolor="#009e73", width="0.3", tooltip="start")
    dot.node(END, label="", shape="circle", fillcolor="#14202b", width="0.3", tooltip="end")
    ids = {a.name: f"a{number}" for number, a in enumerate(graph.activities, start=1)}
    for activity in graph.activities:
        figures = {
            "activity": graphviz.escape(json.dumps(activity.name, ensure_ascii=False)),
            "events": str(activity.events),
            "cases": str(activity.cases),
        }
        label = f"{_label(activity.name)}\\n{activity.events:,}"
        dot.node(ids[activity.name], label=label, **figures)
    heaviest = max((edge.count for edge in graph.edges), default=1)
    for edge in graph.edges:
        figures = {"count": str(edge.count), "cases": str(edge.cases)}
        if edge.wait is not None:
            figures |= {name: repr(float(getattr(edge.wait, name))) for name in TIMES}
        dot.edge(
            ids[edge.source],
            ids[edge.target],
            label=f"{edge.count:,}",
            penwidth=_width(edge.count, heaviest),
            **figures,
        )
    for name, cases in graph.starts.items():
        dot.edge(START, ids[name], label=f"{cases:,}", style="dashed", count=str(cases))
    for name, cases in graph.ends.items():
        dot.edge(ids[name], END, label=f"{cases:,}", style="dashed", count=str(cases))
    return str(dot.source)


def _label(text: str) -> str:
    r"""Write text so that `dot` shows it as it is.

    Backslashes start escapes such as `\N`, `<...>` would be an HTML label, control characters
    break the parser; a line break stays inside one line of the file.
    """
    import graphviz

    lines = (str(graphviz.escape(escape(line))) for line in text.splitlines())
    return "\\n".join(lines)


def _width(count: int, heaviest: int) -> str:
    """1 to 7 points, by the root of the count."""
    return f"{1 + 6 * math.sqrt(count / heaviest):.2f}"
