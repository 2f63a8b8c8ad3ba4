"""Writes src/casemine/flows/yasm-lp4.6.bpmn, the designed flow that ships, with its drawing.

Run it from the repository: `python docs/draw_yasm_flow.py`. A test holds that the file is what
this writes. What is drawn, and where, stands in docs/yasm_flow_plan.toml.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from casemine.model.yasm import YASM

PLAN = tomllib.loads(Path(__file__).with_name("yasm_flow_plan.toml").read_text(encoding="utf-8"))
TARGET = Path(__file__).parent.parent / "src" / "casemine" / "flows" / "yasm-lp4.6.bpmn"
READING = (
    "A casemine reading of the publicly described YaSM LP4.6 flow (resolve incidents and service "
    "requests), in casemine's own words. Not an official YaSM chart. YaSM is a registered "
    "trade mark of its owner."
)
PROVIDER = "Service provider (YaSM LP4.6)"
STORE = "Knowledge base"
RECORD = "Incident record or service request record"
INPUTS = {"A11": "D_knowledge_in"}
OUTPUTS = {"A01": "D_record", "A73": "D_knowledge_out"}
ASSOCIATIONS = ("N_any_time E_U1", "N_any_time E_U4")

SIZES = {"Task": (100, 70), "Gateway": (50, 50), "Event": (36, 36)}
BOX = (290, 120)  # of an event sub-process
LEFT, RIGHT, HEADER = 160, 4050, 30  # of the pool
LANES, POOLS, FLOATING = PLAN["lanes"], PLAN["pools"], PLAN["floating"]
NOTES = PLAN["notes"] | {"N_reading": (READING, *PLAN["notes"]["N_reading"][1:])}
KINDS, NAMES = PLAN["kinds"], PLAN["names"]
BESIDE_FLOW, LABELS = PLAN["beside"], PLAN["labels"]


class Node(NamedTuple):
    """A flow node of the process."""

    id: str
    tag: str
    name: str
    lane: str
    x: float
    y: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        if self.tag == "subProcess":
            return BOX
        return next(
            (size for kind, size in SIZES.items() if self.tag.endswith(kind)), SIZES["Task"]
        )

    def port(self, side: str, offset: float = 0) -> tuple[float, float]:
        """Give the middle of a side: t, b, l or r."""
        width, height = self.size
        across = {"l": -width / 2, "r": width / 2}.get(side, offset)
        down = {"t": -height / 2, "b": height / 2}.get(side, 0)
        return self.x + across, self.y + down


class Line(NamedTuple):
    """An arrow from one node to another with its corners."""

    id: str
    source: str
    target: str
    name: str
    points: list[tuple[float, float]]


def entries(text: str) -> list[str]:
    """Split what stands on lines, and between bars."""
    return [entry.strip() for entry in re.split(r"[|\n]", text) if entry.strip()]


def nodes() -> dict[str, Node]:
    """Give every node of the process in the order in which the flow meets them."""
    found = {}
    for lane, text in PLAN["nodes"].items():
        for id_, x, y in map(str.split, entries(text)):
            found[id_] = Node(id_, tag_of(id_), name_of(id_), lane, float(x), float(y))
    order = dict.fromkeys(id_ for line in flows(found) for id_ in (line.source, line.target))
    return {id_: found[id_] for id_ in order}


def tag_of(id_: str) -> str:
    """Find the kind of element by the beginning of its id."""
    fits = [beginning for beginning in KINDS if id_.startswith(beginning)]
    return KINDS[max(fits, key=len)] if fits else "task"


def name_of(id_: str) -> str:
    """Name an element; steps that occur in several places bear one name."""
    if id_ in NAMES or id_ in YASM:
        return NAMES.get(id_) or YASM[id_]
    plain = id_.rstrip("abcmr")
    return "" if id_[0] in "GXP" else NAMES.get(plain) or YASM[plain]


def flows(at: dict[str, Node]) -> list[Line]:
    """Read the sequence flows."""
    found = []
    for part in entries(PLAN["lines"]["flows"]):
        way, _, name = (text.strip() for text in part.partition("="))
        source, leaves, *turns, target, arrives = way.split()
        points = [at[source].port(leaves)]
        upright = leaves in "tb"
        for turn in map(float, turns):
            x, y = points[-1]
            points.append((x, turn) if upright else (turn, y))
            upright = not upright
        end = at[target].port(arrives)
        if points[-1][0] != end[0] and points[-1][1] != end[1]:
            x, y = points[-1]
            points.append((x, end[1]) if upright else (end[0], y))
        found.append(Line(f"{source}_{target}", source, target, name, [*points, end]))
    return found


def messages(at: dict[str, Node]) -> list[Line]:
    """Read the message flows: upright from the edge of a pool to a task, or the other way."""
    found = []
    for part in entries(PLAN["lines"]["messages"]):
        source, target, *more = part.split()
        pool, node = (source, target) if source in POOLS else (target, source)
        offset = float(more[0]) if len(more) == 1 else 0.0
        step = at[node] if node in at else inner(node)[1]
        _, _, y, _, height = POOLS[pool]
        edge = y + height if y < step.y else y
        if len(more) == 2:
            end = step.port(more[0])
            points = [(float(more[1]), edge), (float(more[1]), end[1]), end]
        else:
            end = step.port("t" if y < step.y else "b", offset)
            points = [(end[0], edge), end]
        if source == node:
            points.reverse()
        found.append(Line(f"M_{source}_{target}", source, target, "", points))
    return found


def ending(id_: str) -> Node:
    """Give the end event of an event sub-process."""
    lane, x, y, _ = FLOATING[id_]
    return Node(f"End_{id_}", "endEvent", "", lane, x + 112, y - 12)


def inner(id_: str) -> tuple[Node, Node]:
    """Give the start event and the task of an event sub-process."""
    lane, x, y, trigger = FLOATING[id_]
    start = Node(f"S_{id_}", "startEvent", trigger, lane, x - 95, y - 12)
    return start, Node(id_, tag_of(id_), YASM[id_], lane, x + 15, y - 12)


MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SPACES = {None: MODEL, "bpmndi": BPMNDI, "dc": DC, "di": DI}


def add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """Add an element; a tag with a colon is one of the drawing."""
    prefix, _, local = tag.rpartition(":")
    found = etree.SubElement(parent, f"{{{SPACES[prefix or None]}}}{local}")
    for name, value in attributes.items():
        if value:
            found.set(name, value)
    found.text = text
    return found


def document() -> str:
    """Write the whole file."""
    root = etree.Element(f"{{{MODEL}}}definitions", nsmap=SPACES)
    root.set("id", "yasm-lp4.6")
    root.set("name", "YaSM LP4.6")
    root.set("targetNamespace", "urn:casemine:flows")
    root.set("exporter", "casemine")
    at = nodes()
    model(root, at)
    drawing(root, at)
    text = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return text.decode().replace(
        "<?xml version='1.0' encoding='UTF-8'?>", '<?xml version="1.0" encoding="UTF-8"?>'
    )


def model(root: etree._Element, at: dict[str, Node]) -> None:
    """Write what the flow is."""
    collaboration = add(root, "collaboration", id="collaboration")
    add(collaboration, "documentation", READING)
    add(collaboration, "participant", id="PROVIDER", name=PROVIDER, processRef="process")
    for id_, (name, *_) in POOLS.items():
        add(collaboration, "participant", id=id_, name=name)
    for line in messages(at):
        add(collaboration, "messageFlow", id=line.id, sourceRef=line.source, targetRef=line.target)
    add(root, "dataStore", id="knowledge", name=STORE)
    process = add(root, "process", id="process", name="YaSM LP4.6", isExecutable="false")
    add(process, "documentation", READING)
    lanes = add(process, "laneSet", id="lanes")
    for id_, (name, *_) in LANES.items():
        lane = add(lanes, "lane", id=id_, name=name)
        for node in at.values():
            if node.lane == id_:
                add(lane, "flowNodeRef", node.id)
        for floating in FLOATING:
            if FLOATING[floating][0] == id_:
                add(lane, "flowNodeRef", f"E_{floating}")
    lines = flows(at)
    for node in at.values():
        flow_node(process, node, lines)
    for id_ in FLOATING:
        sub_process(process, id_)
    add(process, "dataObject", id="record")
    add(process, "dataObjectReference", id="D_record", name=RECORD, dataObjectRef="record")
    for id_ in ("D_knowledge_in", "D_knowledge_out"):
        add(process, "dataStoreReference", id=id_, name=STORE, dataStoreRef="knowledge")
    for line in lines:
        add(
            process,
            "sequenceFlow",
            id=line.id,
            name=line.name,
            sourceRef=line.source,
            targetRef=line.target,
        )
    for id_, (text, *_) in NOTES.items():
        add(add(process, "textAnnotation", id=id_), "text", text)
    for line in associations():
        add(process, "association", id=line.id, sourceRef=line.source, targetRef=line.target)


def flow_node(parent: etree._Element, node: Node, lines: list[Line]) -> None:
    """Write an event, gateway or task with its incoming and outgoing flows."""
    incoming = [line.id for line in lines if line.target == node.id]
    outgoing = [line.id for line in lines if line.source == node.id]
    attributes = {}
    if node.tag.endswith("Gateway"):
        ways = (len(incoming) > 1, len(outgoing) > 1)
        attributes["gatewayDirection"] = {
            (True, False): "Converging",
            (False, True): "Diverging",
        }.get(ways, "Unspecified")
    element = add(parent, node.tag, id=node.id, name=node.name, **attributes)
    for id_ in incoming:
        add(element, "incoming", id_)
    for id_ in outgoing:
        add(element, "outgoing", id_)
    if node.id in INPUTS:
        placeholder = f"{node.id}_input"
        add(element, "property", id=placeholder, name="__targetRef_placeholder")
        data = add(element, "dataInputAssociation", id=f"I_{node.id}")
        add(data, "sourceRef", INPUTS[node.id])
        add(data, "targetRef", placeholder)
    if node.id in OUTPUTS:
        data = add(element, "dataOutputAssociation", id=f"O_{node.id}")
        add(data, "targetRef", OUTPUTS[node.id])
    if node.tag == "startEvent":
        add(element, "messageEventDefinition", id=f"{node.id}_message")
    if node.tag == "intermediateCatchEvent":
        add(element, "timerEventDefinition", id=f"{node.id}_timer")


def sub_process(process: etree._Element, id_: str) -> None:
    """Write a floating step: an event sub-process that does not interrupt, with one task."""
    start, task = inner(id_)
    box = add(process, "subProcess", id=f"E_{id_}", name="", triggeredByEvent="true")
    event = add(box, "startEvent", id=start.id, name=start.name, isInterrupting="false")
    add(event, "outgoing", f"{start.id}_{id_}")
    trigger = add(event, "conditionalEventDefinition", id=f"{start.id}_condition")
    add(trigger, "condition", start.name)
    step = add(box, task.tag, id=id_, name=task.name)
    add(step, "incoming", f"{start.id}_{id_}")
    add(step, "outgoing", f"{id_}_End")
    end = add(box, "endEvent", id=f"End_{id_}")
    add(end, "incoming", f"{id_}_End")
    add(box, "sequenceFlow", id=f"{start.id}_{id_}", sourceRef=start.id, targetRef=id_)
    add(box, "sequenceFlow", id=f"{id_}_End", sourceRef=id_, targetRef=f"End_{id_}")


def associations() -> list[Line]:
    """Join notes with what they are about, along a straight line."""
    found = []
    for source, target in map(str.split, ASSOCIATIONS):
        _, x, y, width, height = NOTES[source]
        _, end_x, end_y, _ = FLOATING[target.removeprefix("E_")]
        points = [(x + width / 2, y + height), (end_x, end_y - BOX[1] / 2)]
        found.append(Line(f"{source}_{target}", source, target, "", points))
    return found


def drawing(root: etree._Element, at: dict[str, Node]) -> None:
    """Write where everything stands."""
    plane = add(
        add(root, "bpmndi:BPMNDiagram", id="diagram"),
        "bpmndi:BPMNPlane",
        id="plane",
        bpmnElement="collaboration",
    )
    tops = [top for _, top, _ in LANES.values()]
    bottoms = [bottom for *_, bottom in LANES.values()]
    pool = (LEFT, min(tops), RIGHT - LEFT, max(bottoms) - min(tops))
    shape(plane, "PROVIDER", pool, isHorizontal="true")
    for id_, (_, top, bottom) in LANES.items():
        box = (LEFT + HEADER, top, RIGHT - LEFT - HEADER, bottom - top)
        shape(plane, id_, box, isHorizontal="true")
    for id_, (_, *box) in POOLS.items():
        shape(plane, id_, tuple(box), isHorizontal="true")
    for node in at.values():
        node_shape(plane, node)
    for id_, (_, x, y, _) in FLOATING.items():
        shape(plane, f"E_{id_}", centred(x, y, *BOX), isExpanded="true")
        start, task = inner(id_)
        node_shape(plane, start)
        node_shape(plane, task)
        node_shape(plane, ending(id_))
    for id_, (x, y, width, height) in BESIDE_FLOW.items():
        label = LABELS.get(id_) or (x + width / 2 + 5, y - 20, 90, 40)
        shape(plane, id_, centred(x, y, width, height), label)
    for id_, (_, *box) in NOTES.items():
        shape(plane, id_, tuple(box))
    for line in flows(at):
        edge(plane, line, label_of(line))
    for id_ in FLOATING:
        start, task = inner(id_)
        end = ending(id_)
        edge(plane, Line(f"{start.id}_{id_}", "", "", "", [start.port("r"), task.port("l")]))
        edge(plane, Line(f"{id_}_End", "", "", "", [task.port("r"), end.port("l")]))
    for line in [*messages(at), *associations()]:
        edge(plane, line)
    for id_, other in [*INPUTS.items(), *OUTPUTS.items()]:
        x, y, _, height = BESIDE_FLOW[other]
        points = [(x, y + height / 2), at[id_].port("t", x - at[id_].x)]
        if id_ in OUTPUTS:
            points.reverse()
        association = ("I_" if id_ in INPUTS else "O_") + id_
        edge(plane, Line(association, "", "", "", points))


def centred(x: float, y: float, width: float, height: float) -> tuple[float, ...]:
    """Turn a centre into a corner."""
    return (x - width / 2, y - height / 2, width, height)


def node_shape(plane: etree._Element, node: Node) -> None:
    """Write the shape of a flow node; names of gateways stand above, those of events below."""
    more = {"isMarkerVisible": "true"} if node.tag == "exclusiveGateway" else {}
    label = None
    if node.name and not node.tag.endswith("ask"):
        below = node.size[1] / 2
        y = node.y - below - 18 if node.tag.endswith("Gateway") else node.y + below + 4
        label = LABELS.get(node.id) or (node.x - 45, y, 90, 28)
    shape(plane, node.id, centred(node.x, node.y, *node.size), label, **more)


def label_of(line: Line) -> tuple[float, ...] | None:
    """Place the name of a flow above its last level piece, or beside an upright one."""
    if not line.name:
        return None
    if line.id in LABELS:
        return LABELS[line.id]
    (x, y), (end_x, end_y) = line.points[-2:]
    if y == end_y:
        return (min(x, end_x) + 4, y - 18, abs(x - end_x) - 8, 14)
    return (x + 4, (y + end_y) / 2 - 7, 90, 14)


def shape(
    plane: etree._Element,
    id_: str,
    box: tuple[float, ...],
    label: tuple[float, ...] | None = None,
    **attributes: str,
) -> None:
    """Write where an element stands, and its name."""
    found = add(plane, "bpmndi:BPMNShape", id=f"{id_}_di", bpmnElement=id_, **attributes)
    bounds(found, box)
    if label:
        bounds(add(found, "bpmndi:BPMNLabel"), label)


def edge(plane: etree._Element, line: Line, label: tuple[float, ...] | None = None) -> None:
    """Write the corners of an arrow."""
    found = add(plane, "bpmndi:BPMNEdge", id=f"{line.id}_di", bpmnElement=line.id)
    for x, y in line.points:
        add(found, "di:waypoint", x=f"{x:g}", y=f"{y:g}")
    if label:
        bounds(add(found, "bpmndi:BPMNLabel"), label)


def bounds(parent: etree._Element, box: tuple[float, ...]) -> None:
    """Write corner and size."""
    words = ("x", "y", "width", "height")
    add(parent, "dc:Bounds", **{word: f"{value:g}" for word, value in zip(words, box, strict=True)})


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
