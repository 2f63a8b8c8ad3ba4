"""Writes src/casemine/flows/yasm-lp4.6.bpmn, the designed flow that ships, with its drawing.

Run it from the repository: `python docs/draw_yasm_flow.py`. A test holds that the file is what
this writes. Positions are centres in points; routes are horizontal and vertical pieces. A route
names the side on which it leaves, the coordinates at which it turns, and the side it arrives at.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from casemine.model.yasm import YASM

TARGET = Path(__file__).parent.parent / "src" / "casemine" / "flows" / "yasm-lp4.6.bpmn"
READING = (
    "A casemine reading of the publicly described YaSM LP4.6 flow (resolve incidents and service "
    "requests), in casemine's own words. Not an official YaSM chart. YaSM is a registered "
    "trade mark of its owner."
)
SIZES = {"Task": (100, 70), "Gateway": (50, 50), "Event": (36, 36)}
LEFT, RIGHT, HEADER = 160, 4050, 30
LANES = {  # id: name, top, bottom
    "RF": ("Service request fulfilment group", 270, 680),
    "L1": ("1st level support", 680, 1270),
    "L2": ("2nd level support", 1270, 1755),
    "IM": ("Incident manager / major incident team", 1755, 2015),
}
POOLS = {  # black boxes: name, x, y, width, height
    "USER": ("User / customer", LEFT, 60, RIGHT - LEFT, 60),
    "CHG": ("Change management", 1364, 160, 112, 60),
    "MON": ("Monitoring process", LEFT, 2075, 220, 50),
    "SUP": ("3rd level support / supplier", 1930, 2075, 320, 50),
    "PRB": ("Problem management (LP4.7)", 960, 2165, RIGHT - 960, 60),
}
KINDS = {  # by the beginning of the id, the longest that fits; all others are tasks
    "S": "startEvent",
    "E": "endEvent",
    "T": "intermediateCatchEvent",
    "G": "exclusiveGateway",
    "X": "eventBasedGateway",
    "P": "parallelGateway",
    "G6": "eventBasedGateway",
    "G6m": "exclusiveGateway",
    "G9": "eventBasedGateway",
    "G9m": "exclusiveGateway",
    "W1": "sendTask",
    "W2": "receiveTask",
    "A60": "receiveTask",
    "A61": "receiveTask",
    "U1": "sendTask",
}
NAMES = {
    "S1": "Report or request of a user",
    "S2": "Event raised by monitoring",
    "E1": "Closed",
    "E2": "Cancelled",
    "T1": "Confirmation period over",
    "T2": "No answer in time",
    "G2": "What is it?",
    "G3": "How to go on in 1st level?",
    "G5": "How to go on in 2nd level?",
    "G7": "Help needed?",
    "G8": "How to go on with the request?",
    "GR": "Who takes it up again?",
    "G11": "Good enough?",
    "G12": "Anything new?",
}
NODES = {  # id: x and y of its centre, lane by lane
    "L1": """
        S1 270 910    S2 270 1050   G1 350 980    A01 450 980   G2m 560 980   A02 670 980
        G2 790 980    A10 930 980   A11 1070 980  G3m 1180 980  G3 1600 980   A12 1750 980
        A13 1750 1210 W1a 1500 880  X1 1400 880   W2a 1310 880  T2a 1400 815
        G6m 2730 980  G6 2830 980   A60 2970 980  T1 2970 905   A61 2830 1100 GR 2950 1100
        G10m 3090 980 P1 3170 980   A70 3270 920  A71 3270 1040 P2 3370 980   G11 3470 980
        G12 3570 980  A73 3680 980  G13m 3790 980 A74 3890 980  E1 3990 980   A72 3270 1160
        GCm 2390 1100 A90 2520 1100 E2 2630 1100  A82 1090 730
    """,
    "L2": """
        G4m 1750 1480 A20 1860 1480 G5m 1970 1480 G5 2390 1480  A22 2540 1480 A21 2190 1590
        A23 2080 1690 W1b 2290 1380 X2 2190 1380  W2b 2090 1380 T2b 2190 1315
    """,
    "IM": """
        GMm 1750 1850 A40 1870 1850 G7m 1980 1850 G7 2270 1850  A41 2420 1850 A21m 2110 1950
    """,
    "RF": """
        G8m 900 520   G8 1280 520   W1c 1180 420  X3 1090 420   W2c 990 420   T2c 1090 345
        A81 1090 615  A83 1420 520  G9m 1530 520  G9 1620 520   A60r 1760 520 T1r 1760 445
        A61r 1760 615
    """,
}
FLOATING = {  # event sub-processes: lane, centre, what sets them off
    "U1": ("L1", 3330, 760, "News for the users"),
    "U4": ("L1", 3690, 760, "Impact or urgency changed"),
    "U3": ("L2", 3010, 1480, "Cause or pattern found"),
    "U2": ("IM", 3330, 1880, "Target time at risk"),
}
BOX = (290, 120)  # of an event sub-process
FLOWS = """
    S1 r G1 t | S2 r G1 b | G1 r A01 l | A01 r G2m l | G2m r A02 l | A02 r G2 l
    G2 r A10 l = incident
    G2 b 1850 GMm l = major incident
    G2 t G8m l = service request
    G2 b 1100 GCm l = duplicate, not valid or not authorized
    A10 r A11 l | A11 r G3m l | G3m r G3 l
    G3 r A12 l = can resolve
    A12 r G6m l
    G3 b A13 l = cannot, or target time exceeded
    A13 b G4m t
    G3 t W1a r = information missing
    W1a l X1 r | X1 l W2a r | W2a l G3m t | X1 t T2a b | T2a l G3m t
    G3 b 1850 GMm l = turns major
    G3 t 785 2390 GCm t = withdrawn or duplicate
    G4m r A20 l | A20 r G5m l | G5m r G5 l
    G5 r A22 l = can resolve
    A22 r G6m b
    G5 b A21 r = needs specialists
    A21 l G5m b
    G5 b A23 r = belongs to another group
    A23 l G4m b
    G5 t W1b r = information missing
    W1b l X2 r | X2 l W2b r | W2b l G5m t | X2 t T2b b | T2b l G5m t
    G5 b 1785 GMm t = turns major
    G5 t GCm b = withdrawn or duplicate
    GMm r A40 l | A40 r G7m l | G7m r G7 l
    G7 b A21m r = yes
    A21m l G7m b
    G7 r A41 l = no
    A41 r G6m b
    G6m r G6 l | G6 r A60 l | A60 r G10m l | G6 t T1 l | T1 r G10m t | G6 b A61 t | A61 r GR l
    GR t 1040 G3m b = back to 1st level
    GR b 1240 1970 G5m t = stays in 2nd level
    G8m r G8 l
    G8 b A81 r = authorization
    A81 l G8m b
    G8 b A82 r = assignment
    A82 l G8m b
    G8 t W1c r = information missing
    W1c l X3 r | X3 l W2c r | W2c l G8m t | X3 t T2c b | T2c l G8m t
    G8 r A83 l = ready
    A83 r G9m l | G9m r G9 l
    G8 t 300 G2m t = turns out to be an incident
    G8 b 785 2390 GCm t = withdrawn or duplicate
    G9 r A60r l | A60r r G10m t | G9 t T1r l | T1r r G10m t | G9 b A61r l
    A61r b 660 G8m b
    G10m r P1 l | P1 t A70 l | P1 b A71 l | A70 r P2 t | A71 r P2 b | P2 r G11 l
    G11 b A72 r = no
    A72 l G10m b
    G11 r G12 l = yes
    G12 r A73 l = yes
    G12 b 1050 3790 G13m b = no
    A73 r G13m l | G13m r A74 l | A74 r E1 l
    GCm r A90 l | A90 r E2 l
"""
MESSAGES = """
    USER S1 | USER W2a +40 | USER W2b | USER W2c -20 | USER A60 +32 | USER A61 +35
    USER A60r +35 | USER A61r r 1840 | W1a USER -13 | W1b USER | W1c USER +30 | U1 USER
    MON S2 | A21 SUP -20 | SUP A21 | A21m SUP -20 | SUP A21m +10 | A83 CHG | U3 PRB | PRB A11
"""
PROVIDER = "Service provider (YaSM LP4.6)"
STORE = "Knowledge base"
RECORD = "Incident record or service request record"
BESIDE_FLOW = {  # what stands beside the flow: centre and size
    "D_record": (450, 870, 36, 50),
    "D_knowledge_in": (1070, 870, 50, 50),
    "D_knowledge_out": (3680, 860, 50, 50),
}
INPUTS = {"A11": "D_knowledge_in"}
OUTPUTS = {"A01": "D_record", "A73": "D_knowledge_out"}
NOTES = {  # text, corner and size
    "N_reading": (READING, 430, 2065, 430, 80),
    "N_any_time": (
        "Any number of times, from Log record until the record is closed or cancelled",
        3400,
        545,
        220,
        60,
    ),
}
ASSOCIATIONS = ("N_any_time E_U1", "N_any_time E_U4")
BESIDE = {  # names that would meet a line where they usually stand: corner, width, height
    "S2": (278, 1074, 80, 28),
    "G2": (796, 936, 80, 14),
    "G3": (1503, 938, 90, 28),
    "G5": (2295, 1436, 90, 28),
    "G8": (1186, 476, 90, 28),
    "GR": (2980, 1084, 80, 28),
    "T1": (2908, 856, 84, 28),
    "T1r": (1704, 396, 84, 28),
    "T2a": (1422, 804, 60, 28),
    "T2b": (2212, 1301, 60, 28),
    "T2c": (1112, 331, 60, 28),
    "G2_GMm": (800, 1832, 100, 14),
    "G2_GCm": (800, 1082, 230, 14),
    "G2_G8m": (794, 490, 76, 28),
    "G3_W1a": (1604, 862, 64, 28),
    "G3_A13": (1604, 1178, 94, 28),
    "G3_GCm": (1610, 767, 140, 14),
    "G3_GMm": (1610, 1832, 80, 14),
    "G5_W1b": (2395, 1362, 64, 28),
    "G5_GCm": (2395, 1292, 80, 28),
    "G5_A23": (2205, 1672, 180, 14),
    "G5_GMm": (2300, 1767, 80, 14),
    "G8_W1c": (1283, 402, 64, 28),
    "G8_GCm": (1353, 767, 132, 14),
    "G8_A83": (1304, 502, 40, 14),
    "D_record": (471, 848, 80, 42),
    "D_knowledge_in": (985, 856, 56, 28),
    "G8_G2m": (1110, 282, 160, 14),
    "GR_G3m": (2735, 1022, 92, 14),
    "GR_G5m": (2855, 1222, 90, 14),
    "G11_A72": (3380, 1142, 40, 14),
    "G12_G13m": (3575, 1032, 40, 14),
}


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


def nodes() -> dict[str, Node]:
    """Give every node of the process in the order in which the flow meets them."""
    found = {}
    for lane, text in NODES.items():
        words = text.split()
        for id_, x, y in zip(words[::3], words[1::3], words[2::3], strict=True):
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
    for part in re.split(r"[|\n]", FLOWS):
        if part.strip():
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
    for part in re.split(r"[|\n]", MESSAGES):
        if part.strip():
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
        label = BESIDE.get(id_) or (x + width / 2 + 5, y - 20, 90, 40)
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
        label = BESIDE.get(node.id) or (node.x - 45, y, 90, 28)
    shape(plane, node.id, centred(node.x, node.y, *node.size), label, **more)


def label_of(line: Line) -> tuple[float, ...] | None:
    """Place the name of a flow above its last level piece, or beside an upright one."""
    if not line.name:
        return None
    if line.id in BESIDE:
        return BESIDE[line.id]
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
