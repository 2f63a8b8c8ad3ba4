"""The DOT text that asks Graphviz for coordinates, and the reading of its JSON answer.

Names never get there: nodes are `n0`, `n1`, … and labels are placeholders of the right width, so
that nothing in the data can break the layout and fonts of the machine don't matter.
"""

from __future__ import annotations

import json
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any

from casemine.draw.extent import fitted
from casemine.draw.request import EngineFailedError
from casemine.model.diagram import Box, Diagram, Point, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.draw.request import EdgeSpec, LayoutRequest

_INCH = 72.0


def to_dot_text(request: LayoutRequest, *, labels: bool = True, quick: bool = False) -> str:
    """Write a layout request in the DOT language.

    Parameters
    ----------
    labels : bool
        Reserve room for labels; they cost most of the time of a large layout.
    quick : bool
        Limit the iterations of the network simplex (`nslimit`) and of the ordering.
    """
    # Labels that stand on their path need some of it to be left.
    rank_gap = request.rank_gap + (24 if request.has_labels and not labels else 0)
    graph = {
        "rankdir": request.direction.upper(),
        "nodesep": f"{request.node_gap / _INCH:.3f}",
        "ranksep": f"{rank_gap / _INCH:.3f}",
        "splines": "ortho" if request.square else "true",
    }
    if quick:
        graph |= {"nslimit": "1", "mclimit": "0.2"}
    lines = [
        "digraph G {",
        "graph [" + " ".join(f"{key}={value}" for key, value in graph.items()) + "];",
        'node [fixedsize=true label="" shape=box];',
        "edge [dir=none fontname=Courier];",
    ]
    index = {node.id: f"n{i}" for i, node in enumerate(request.nodes)}
    for node in request.nodes:
        shape = "" if node.shape == "box" else f" shape={node.shape}"
        size = f"width={node.width / _INCH:.4f} height={node.height / _INCH:.4f}"
        lines.append(f"{index[node.id]} [{size}{shape}];")
    for rank in ("source", "sink"):
        members = "".join(f" {index[n.id]};" for n in request.nodes if n.rank == rank)
        if members:
            lines.append(f"{{rank={rank};{members}}}")
    for i, (edge, backwards) in enumerate(_oriented(request)):
        attributes = [f"id=e{i}", f"weight={edge.weight}"]
        if labels and edge.label_width:
            attributes.append(_placeholder(edge))
        ends = (index[edge.source], index[edge.target])
        tail, head = reversed(ends) if backwards else ends
        lines.append(f"{tail} -> {head} [{' '.join(attributes)}];")
    return "\n".join([*lines, "}\n"])


def _oriented(request: LayoutRequest) -> Iterator[tuple[EdgeSpec, bool]]:
    """Edges, and whether Graphviz is told them the other way round.

    `constraint=false` for edges against the flow was tried first: they cross boxes and spine.
    """
    place = {node.id: i for i, node in enumerate(request.nodes)}
    for edge in request.edges:
        yield edge, place[edge.source] > place[edge.target]


def _placeholder(edge: EdgeSpec) -> str:
    """Write a word of the size of the label: Courier is 0.6 of its size wide and 1.2 high."""
    size = edge.label_height / 1.2
    return f"fontsize={size:.1f} label={'x' * max(1, ceil(edge.label_width / (0.6 * size)))}"


def read_json(text: str | bytes, request: LayoutRequest, *, engine: str) -> Diagram:
    """Read the coordinates from Graphviz's JSON; y grows downwards afterwards.

    Raises
    ------
    EngineFailedError
        When the answer is not the layout of this request.
    """
    try:
        answer: dict[str, Any] = json.loads(text)
        _, _, width, height = (float(v) for v in answer["bb"].split(","))
        objects = {entry["_gvid"]: entry for entry in answer.get("objects", ())}
        nodes = {entry["name"]: entry for entry in objects.values() if "pos" in entry}
        boxes = {}
        for i, node in enumerate(request.nodes):
            x, y = _point(nodes[f"n{i}"]["pos"], height)
            boxes[node.id] = Box(x, y, node.width, node.height)
        drawn = {entry["id"]: entry for entry in answer.get("edges", ())}
        routes = {}
        for i, (edge, backwards) in enumerate(_oriented(request)):
            entry = drawn[f"e{i}"]
            label = _point(entry["lp"], height) if "lp" in entry else None
            points = _spline(entry["pos"], height)
            routes[edge.id] = Route(points[::-1] if backwards else points, label)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise EngineFailedError(f"its answer could not be read ({error!r})") from error
    return fitted(request, Diagram(width, height, boxes, routes, engine))


def _point(text: str, height: float) -> Point:
    x, y = (float(v) for v in text.split(",")[:2])
    if not (isfinite(x) and isfinite(y)):
        raise ValueError(text)
    return x, height - y


def _spline(text: str, height: float) -> tuple[Point, ...]:
    """Read `x,y x,y …`; with `dir=none` there are no separate end points."""
    first = text.split(";", 1)[0]
    points = tuple(_point(part, height) for part in first.split() if part[0] not in "es")
    if len(points) % 3 != 1:
        raise ValueError(text)
    return points
