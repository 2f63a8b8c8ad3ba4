"""BPMN 2.0 XML (OMG formal/2011-01-03), with the diagram where its coordinates are known.

Shapes and edges stand in BPMN DI, so that bpmn.io, Camunda and other editors open the file as it
was drawn. Element order is that of the schema: incoming and outgoing inside nodes, lanes first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from casemine.model.bpmn import NodeKind
from casemine.write.modelxml import child, document, identifiers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml import etree

    from casemine.model.bpmn import BpmnModel
    from casemine.model.diagram import Diagram, Point

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
SPACES = {None: MODEL, "bpmndi": DI, "dc": DC, "di": DD}
NAMESPACE = "urn:casemine"  # of the ids in the file; the standard wants one
TAGS = {kind: kind.value for kind in NodeKind} | {
    NodeKind.INTERMEDIATE: "intermediateThrowEvent"  # the schema has no neutral one
}
GATEWAYS = {NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.INCLUSIVE, NodeKind.EVENT_BASED}
DIRECTIONS = {(True, True): "Mixed", (True, False): "Converging", (False, True): "Diverging"}
PIECES = 12  # straight pieces per Bézier before thinning
STRAIGHT = 1.0  # a route may leave its curve by so many points


def to_bpmn(model: BpmnModel, diagram: Diagram | None = None) -> str:
    """Write a process, and its picture if a diagram with the model's ids is given.

    Nodes without a box and flows without a route get no shape; curves become straight pieces.

    Examples
    --------
    >>> from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind
    >>> print(to_bpmn(BpmnModel((BpmnNode("task1", NodeKind.TASK, "Close"),), ())))
    <?xml version="1.0" encoding="UTF-8"?>
    <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" ... id="definitions" ...>
      <process id="process" name="process" isExecutable="false">
        <task id="task1" name="Close"/>
      </process>
    </definitions>
    <BLANKLINE>
    """
    from lxml import etree

    lanes = list(dict.fromkeys(node.lane for node in model.nodes if node.lane is not None))
    own = {lane: f"lane{number}" for number, lane in enumerate(lanes, start=1)}
    ids = identifiers(
        [node.id for node in model.nodes] + [flow.id for flow in model.flows],
        taken=["definitions", "process", "lanes", "diagram", "plane", *own.values()],
    )
    incoming: dict[str, list[str]] = {node.id: [] for node in model.nodes}
    outgoing: dict[str, list[str]] = {node.id: [] for node in model.nodes}
    for flow in model.flows:
        incoming[flow.target].append(ids[flow.id])
        outgoing[flow.source].append(ids[flow.id])

    root = etree.Element(f"{{{MODEL}}}definitions", nsmap=SPACES)
    for name, value in {"id": "definitions", "targetNamespace": NAMESPACE}.items():
        root.set(name, value)
    attributes = {"id": "process", "name": model.name, "isExecutable": "false"}
    process = _child(root, "process", attributes)
    if lanes:
        lane_set = _child(process, "laneSet", {"id": "lanes"})
        for lane in lanes:
            element = _child(lane_set, "lane", {"id": own[lane], "name": lane})
            for node in model.nodes:
                if node.lane == lane:
                    _child(element, "flowNodeRef", text=ids[node.id])
    for node in model.nodes:
        attributes = {"id": ids[node.id]} | ({"name": node.name} if node.name else {})
        ways = (len(incoming[node.id]) > 1, len(outgoing[node.id]) > 1)
        if node.kind in GATEWAYS and any(ways):
            attributes["gatewayDirection"] = DIRECTIONS[ways]
        element = _child(process, TAGS[node.kind], attributes)
        for flow_id in incoming[node.id]:
            _child(element, "incoming", text=flow_id)
        for flow_id in outgoing[node.id]:
            _child(element, "outgoing", text=flow_id)
    for flow in model.flows:
        attributes = {
            "id": ids[flow.id],
            "sourceRef": ids[flow.source],
            "targetRef": ids[flow.target],
        }
        _child(process, "sequenceFlow", attributes | ({"name": flow.name} if flow.name else {}))
    if diagram is not None:
        _draw(root, model, diagram, ids)
    return document(root)


def _child(
    parent: etree._Element,
    tag: str,
    attributes: Mapping[str, str] | None = None,
    text: str | None = None,
) -> etree._Element:
    """Add an element of the process itself."""
    return child(parent, f"{{{MODEL}}}{tag}", text, attributes)


def _draw(root: etree._Element, model: BpmnModel, diagram: Diagram, ids: Mapping[str, str]) -> None:
    """Add the shapes and edges of a diagram."""
    picture = child(root, f"{{{DI}}}BPMNDiagram", attributes={"id": "diagram"})
    plane = child(
        picture, f"{{{DI}}}BPMNPlane", attributes={"id": "plane", "bpmnElement": "process"}
    )
    shapes = identifiers((f"{id_}_di" for id_ in ids.values()), taken=ids.values())
    for node in (node for node in model.nodes if node.id in diagram.boxes):
        id_ = ids[node.id]
        attributes = {"id": shapes[f"{id_}_di"], "bpmnElement": id_}
        if node.kind == NodeKind.EXCLUSIVE:
            attributes["isMarkerVisible"] = "true"
        shape = child(plane, f"{{{DI}}}BPMNShape", attributes=attributes)
        box = diagram.boxes[node.id]
        corner = {"x": box.x - box.width / 2, "y": box.y - box.height / 2}
        _bounds(shape, corner | {"width": box.width, "height": box.height})
    for flow in (flow for flow in model.flows if flow.id in diagram.routes):
        id_ = ids[flow.id]
        edge = child(
            plane,
            f"{{{DI}}}BPMNEdge",
            attributes={"id": shapes[f"{id_}_di"], "bpmnElement": id_},
        )
        for x, y in straightened(diagram.routes[flow.id].points):
            waypoint = {"x": _number(x), "y": _number(y)}
            child(edge, f"{{{DD}}}waypoint", attributes=waypoint)


def _bounds(parent: etree._Element, values: Mapping[str, float]) -> None:
    written = {name: _number(value) for name, value in values.items()}
    child(parent, f"{{{DC}}}Bounds", attributes=written)


def straightened(points: Sequence[Point]) -> list[Point]:
    """Turn cubic Béziers into straight pieces that leave the curve by `STRAIGHT` at most.

    Examples
    --------
    >>> straightened([(0, 0), (10, 0), (20, 0), (30, 0)])
    [(0, 0), (30, 0)]
    """
    dense = [points[0]]
    for start in range(0, len(points) - 3, 3):
        a, b, c, d = points[start : start + 4]
        for step in range(1, PIECES):
            t = step / PIECES
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x, y = (
                sum(w * p[i] for w, p in zip(weights, (a, b, c, d), strict=True)) for i in (0, 1)
            )
            dense.append((x, y))
        dense.append(d)
    return _thinned(dense)


def _thinned(points: list[Point]) -> list[Point]:
    """Drop points that lie close to the line between others (Douglas and Peucker, 1973)."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay)

    def distance(point: Point) -> float:
        x, y = point[0] - ax, point[1] - ay
        if not length:
            return math.hypot(x, y)
        return abs(x * (by - ay) - y * (bx - ax)) / length

    far = max(range(1, len(points) - 1), key=lambda index: distance(points[index]))
    if distance(points[far]) <= STRAIGHT:
        return [points[0], points[-1]]
    return _thinned(points[: far + 1])[:-1] + _thinned(points[far:])


def _number(value: float) -> str:
    """One decimal, without a trailing zero or a minus before a zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
