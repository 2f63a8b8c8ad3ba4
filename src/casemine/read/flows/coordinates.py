"""The drawing in a BPMN file: where nodes, flows and lanes stand, if it is complete and sane."""

from __future__ import annotations

from itertools import combinations
from math import hypot
from typing import TYPE_CHECKING

from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.diagram import Box, Coordinates, Frame
from casemine.read.flows.flatten import KINDS
from casemine.read.flows.pools import clean
from casemine.read.models.modelxml import children, first, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element as Element

    from casemine.model.diagram import Point
    from casemine.read.flows.structure import Node, Scope

_FURTHEST, _LARGEST, _SMALLEST = 1e6, 2e4, 2.0  # of a coordinate, a frame, a node
_OVER = 0.1  # of a node under another node; more than that, and they are hard to tell apart
_SLACK = 25.0  # between the end of a line and its node; editors leave small gaps
_FAR = 400.0  # from an element to its name


def read_coordinates(root: Element, process: Scope) -> Coordinates | None:
    """Read the drawing of a process, from the first diagram that shows all of it.

    Parameters
    ----------
    root : Element
        The document.
    process : Scope
        The process that was chosen.

    Returns
    -------
    Coordinates or None
        None where no diagram in the file shows every node and sequence flow of the process at a
        place that can be: sub-processes that are closed or open on a plane of their own, shapes
        that are missing, lie on one another, or have sizes that are no sizes.

    Notes
    -----
    Associations, data, annotations, messages and other pools are left out, as everywhere. Shapes
    are compared in pairs, so the work grows with the square of the number of nodes.
    """
    for diagram in children(root, "BPMNDiagram"):
        plane = first(diagram, "BPMNPlane")
        if plane is not None:
            found = _Plane(plane).drawing(root, process)
            if found is not None:
                return found
    return None


class _Plane:
    """What one plane shows, by the ids of the elements."""

    def __init__(self, plane: Element) -> None:
        self.shapes: dict[str, Element] = {}
        self.edges: dict[str, Element] = {}
        for child in plane:
            of = (child.get("bpmnElement") or "").strip()
            kept = {"BPMNShape": self.shapes, "BPMNEdge": self.edges}.get(tag(child))
            if kept is not None and of:
                kept.setdefault(of, child)
                kept.setdefault(of.rpartition(":")[2], child)

    def drawing(self, root: Element, process: Scope) -> Coordinates | None:
        """Gather the whole process; None where something is missing or can't be."""
        nodes: list[Node] = []
        hosted: list[Node] = []
        parts: dict[str, Box] = {}
        opened: list[Frame] = []
        for node in process.within():
            if node.inner is None:
                (nodes if node.host is None else hosted).append(node)
                continue
            box = self._opened(node)
            if box is None:
                return None
            parts[node.id] = box
            opened.append(Frame(node.name, box, part=True, on_event=node.on_event))
        boxes = {node.id: self._box(node.id) for node in (*nodes, *hosted)}
        places = {key: box for key, box in boxes.items() if box is not None}
        frames = self._frames(root, process)
        if len(places) < len(boxes) or frames is None or not _apart(nodes, places):
            return None
        if not all(_holds(parts, places, node) for node in process.within()):
            return None
        flows = [flow for flow in process.flows_within() if flow.drawn]
        lines = {flow.id: self._line(flow.id) for flow in flows}
        reached = places | parts
        for flow in flows:
            line = lines[flow.id]
            if len(line) < 2 or not _joins(line, reached[flow.source], reached[flow.target]):
                return None
        model = BpmnModel(
            tuple(BpmnNode(one.id, _kind(one), _name(one), one.lane) for one in (*nodes, *hosted)),
            tuple(SequenceFlow(flow.id, flow.source, flow.target, flow.name) for flow in flows),
            name=process.name,
        )
        names = dict(self._names(places, lines))
        hosts = {node.id: node.host for node in hosted if node.host is not None}
        return Coordinates(model, places, lines, names, (*frames, *opened), parts, hosts)

    def _opened(self, node: Node) -> Box | None:
        """Find the frame of a sub-process that is drawn open here."""
        shape = self.shapes.get(node.id)
        closed = shape is None or shape.get("isExpanded", "true").strip() in {"false", "0"}
        return None if closed else self._box(node.id)

    def _box(self, id_: str) -> Box | None:
        shape = self.shapes.get(id_)
        return None if shape is None else _bounds(shape)

    def _line(self, id_: str) -> tuple[Point, ...]:
        """Read the corners of a line, those that repeat the one before left out."""
        edge = self.edges.get(id_)
        corners: list[Point] = []
        for waypoint in () if edge is None else children(edge, "waypoint"):
            x, y = _number(waypoint, "x"), _number(waypoint, "y")
            if x is None or y is None:
                return ()
            if not corners or hypot(x - corners[-1][0], y - corners[-1][1]) > 0.5:
                corners.append((x, y))
        return tuple(corners)

    def _frames(self, root: Element, process: Scope) -> list[Frame] | None:
        """Find the pool and the lanes; None where a lane with nodes has no place."""
        frames = []
        pools = [
            pool
            for collaboration in children(root, "collaboration")
            for pool in children(collaboration, "participant")
            if (pool.get("processRef") or "").rpartition(":")[2] == process.id
        ]
        for pool in pools[:1]:
            box = self._box(pool.get("id", ""))
            if box is not None:
                frames.append(self._frame(pool, box))
        element = next((p for p in children(root, "process") if p.get("id") == process.id), None)
        used = {node.lane for node in process.within()}
        for lane in () if element is None else element.iter("{*}lane"):
            box = self._box(lane.get("id", ""))
            if box is not None:
                frames.append(self._frame(lane, box))
            elif (clean(lane.get("name")) or lane.get("id", "")) in used:
                return None
        return frames

    def _frame(self, element: Element, box: Box) -> Frame:
        said = self.shapes[element.get("id", "")].get("isHorizontal", "").strip()
        flat = said in {"true", "1"} if said else box.width >= box.height
        return Frame(clean(element.get("name")), box, flat)

    def _names(
        self, places: Mapping[str, Box], lines: Mapping[str, tuple[Point, ...]]
    ) -> Iterator[tuple[str, Box]]:
        """List where names stand, as far as the file says it and it isn't far away."""
        for key in (*places, *lines):
            drawn = self.shapes.get(key) if key in places else self.edges.get(key)
            label = None if drawn is None else first(drawn, "BPMNLabel")
            box = None if label is None else _bounds(label)
            if box is None:
                continue
            near = [(places[key].x, places[key].y)] if key in places else lines[key]
            if min(hypot(box.x - x, box.y - y) for x, y in near) <= _FAR:
                yield key, box


def _kind(node: Node) -> NodeKind:
    return NodeKind.TASK if node.is_step else KINDS.get(node.kind, NodeKind.INTERMEDIATE)


def _name(node: Node) -> str:
    return node.label if node.is_step else node.name


def _bounds(shape: Element) -> Box | None:
    """Read a rectangle; None where it is none."""
    bounds = first(shape, "Bounds")
    if bounds is None:
        return None
    x, y = _number(bounds, "x"), _number(bounds, "y")
    width, height = _number(bounds, "width"), _number(bounds, "height")
    if x is None or y is None or width is None or height is None:
        return None
    if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
        return None
    return Box(x + width / 2, y + height / 2, width, height)


def _number(element: Element, name: str) -> float | None:
    try:
        value = float(element.get(name, ""))
    except ValueError:
        return None
    return value if abs(value) <= _FURTHEST else None  # not so for what is no number, either


def _apart(nodes: list[Node], places: Mapping[str, Box]) -> bool:
    """Whether no node lies on another; events on the border of a step are none of these."""
    for one, other in combinations([places[node.id] for node in nodes], 2):
        wide = min(one.x + one.width / 2, other.x + other.width / 2)
        wide -= max(one.x - one.width / 2, other.x - other.width / 2)
        high = min(one.y + one.height / 2, other.y + other.height / 2)
        high -= max(one.y - one.height / 2, other.y - other.height / 2)
        smaller = min(one.width * one.height, other.width * other.height)
        if wide > 0 and high > 0 and wide * high > _OVER * smaller:
            return False
    return True


def _holds(parts: Mapping[str, Box], places: Mapping[str, Box], node: Node) -> bool:
    """Whether what is in a sub-process is drawn in its frame, and events at the border of steps."""
    known = {**parts, **places}
    if node.host is not None and not _touches(known[node.host], known[node.id]):
        return False
    if node.inner is None:
        return True
    frame = parts[node.id]
    return all(_touches(frame, known[inner.id]) for inner in node.inner.nodes)


def _touches(box: Box, other: Box) -> bool:
    """Whether the middle of another box lies in a box or close to it."""
    return _away((other.x, other.y), box) <= _SLACK


def _joins(line: tuple[Point, ...], source: Box, target: Box) -> bool:
    """Whether a line begins and ends where its nodes are."""
    return _away(line[0], source) <= _SLACK and _away(line[-1], target) <= _SLACK


def _away(point: Point, box: Box) -> float:
    """Return how far a point is outside of a box."""
    aside = max(0.0, abs(point[0] - box.x) - box.width / 2)
    return hypot(aside, max(0.0, abs(point[1] - box.y) - box.height / 2))
