"""What a layout engine is asked for a process map: the most common way down the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from casemine.draw.mapvalues import END, START, Path, name_id
from casemine.draw.marks import CROSS_ROOM
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.shapes import LABEL_HEIGHT, LABEL_SIZE, SIGN
from casemine.draw.textwidth import text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casemine.draw.request import Direction
    from casemine.model.graph import DirectlyFollowsGraph


def map_request(
    graph: DirectlyFollowsGraph,
    sizes: Mapping[str, tuple[float, float]],
    paths: Sequence[Path],
    widths: Mapping[str, float],
    direction: Direction,
) -> LayoutRequest:
    """Arrange it so that the most common way becomes a straight spine.

    Parameters
    ----------
    sizes : mapping
        Width and height of each box, by its id.
    widths : mapping
        Width of each line, by the id of its path.
    """
    if not graph.activities:
        return LayoutRequest((), ())
    nodes = []
    for key in _reading_order(graph, paths):
        if key in sizes:
            nodes.append(NodeSpec(key, *sizes[key]))
        else:
            rank: Mapping[str, Literal["source", "sink"]] = {START: "source", END: "sink"}
            nodes.append(NodeSpec(key, SIGN, SIGN, "ellipse", rank=rank[key]))
    most = max((path.count for path in paths), default=1) or 1
    edges = [
        EdgeSpec(
            path.id,
            path.source,
            path.target,
            weight=1 + round(40 * path.count / most),
            # Thick lines keep their labels further off.
            label_width=text_width(path.label, LABEL_SIZE)
            + 8
            + (CROSS_ROOM if path.mark == "foreign" else 0.0)
            + (widths[path.id] if direction == "tb" else 0.0),
            label_height=LABEL_HEIGHT + (widths[path.id] if direction == "lr" else 0.0),
        )
        for path in paths
    ]
    return LayoutRequest(tuple(nodes), tuple(edges), direction)


def _reading_order(graph: DirectlyFollowsGraph, paths: Sequence[Path]) -> list[str]:
    """Order the nodes so that the backbone points down the page, by mean position otherwise.

    The backbone is the tree of the heaviest paths into new nodes, grown from the start. Position
    alone put rare steps such as a reopening above what leads to them.
    """
    left = [name_id(a.name) for a in sorted(graph.activities, key=lambda a: (a.position, a.name))]
    place = {START: -1, END: len(left)} | {key: i for i, key in enumerate(left)}
    parent = _heaviest_in_tree(paths, place)
    order = [START]
    while left:
        following = next(key for key in left if parent.get(key) not in left)
        order.append(following)
        left.remove(following)
    return [*order, END]


def _heaviest_in_tree(paths: Sequence[Path], place: Mapping[str, int]) -> dict[str, str]:
    """Grow a tree from the start, always along the heaviest path to a node that isn't in it."""
    parent = {START: ""}
    waiting = sorted(
        (path for path in paths if path.target not in {path.source, END}),
        key=lambda path: (-path.count, place[path.source], place[path.target]),
    )
    while True:
        grown = next((p for p in waiting if p.source in parent and p.target not in parent), None)
        if grown is None:
            return parent
        parent[grown.target] = grown.source
