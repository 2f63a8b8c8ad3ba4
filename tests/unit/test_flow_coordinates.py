"""Which drawings of BPMN files are believed, and what is read of them."""

import re

import pytest

from casemine.model.bpmn import NodeKind
from casemine.model.diagram import Box
from casemine.read.flows import read_flow, shipped_flow

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
"""
PROCESS = """
<collaboration id="c"><participant id="pool" name="Desk" processRef="p"/></collaboration>
<process id="p" name="Desk">
  <laneSet><lane id="lane" name="1st level">
    <flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef><flowNodeRef>e</flowNodeRef>
  </lane></laneSet>
  <startEvent id="s" name="User reports"/><task id="a" name="Log record"/><endEvent id="e"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="a" name="at once"/>
  <sequenceFlow id="f2" sourceRef="a" targetRef="e"/>
</process>
"""


def shape(of, x, y, width, height, inside="", **more):
    said = "".join(f' {key}="{value}"' for key, value in more.items())
    return (
        f'<bpmndi:BPMNShape id="{of}_di" bpmnElement="{of}"{said}>'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>{inside}'
        "</bpmndi:BPMNShape>"
    )


def label(x, y, width, height):
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f"<bpmndi:BPMNLabel>{bounds}</bpmndi:BPMNLabel>"


def edge(of, *corners, inside=""):
    points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in corners)
    return f'<bpmndi:BPMNEdge id="{of}_di" bpmnElement="{of}">{points}{inside}</bpmndi:BPMNEdge>'


def diagram(*parts, of="c"):
    plane = f'<bpmndi:BPMNPlane bpmnElement="{of}">{"".join(parts)}</bpmndi:BPMNPlane>'
    return f"<bpmndi:BPMNDiagram>{plane}</bpmndi:BPMNDiagram>"


WHOLE = {
    "pool": shape("pool", 0, 0, 500, 200, isHorizontal="true"),
    "lane": shape("lane", 30, 0, 470, 200, isHorizontal="true"),
    "s": shape("s", 50, 82, 36, 36, inside=label(30, 120, 80, 14)),
    "a": shape("a", 150, 60, 100, 80),
    "e": shape("e", 320, 82, 36, 36),
    "f1": edge("f1", (86, 100), (120, 100), (120, 100), (150, 100), inside=label(95, 80, 40, 14)),
    "f2": edge("f2", (250, 100), (320, 100)),
}


def read(tmp_path, *diagrams, process=PROCESS):
    file = tmp_path / "flow.bpmn"
    file.write_text(f"{HEAD}{process}{''.join(diagrams)}</definitions>", encoding="utf-8")
    return read_flow(file).coordinates


def without(key, *others):
    return diagram(*(part for name, part in WHOLE.items() if name != key), *others)


def test_everything_that_is_drawn_is_where_the_file_says(tmp_path):
    found = read(tmp_path, diagram(*WHOLE.values()))

    assert found.boxes == {
        "s": Box(68, 100, 36, 36),
        "a": Box(200, 100, 100, 80),
        "e": Box(338, 100, 36, 36),
    }
    assert found.lines["f1"] == ((86, 100), (120, 100), (150, 100))
    assert found.names == {"s": Box(70, 127, 80, 14), "f1": Box(115, 87, 40, 14)}
    assert [(frame.name, frame.flat) for frame in found.frames] == [
        ("Desk", True),
        ("1st level", True),
    ]
    assert [node.kind for node in found.model.nodes] == [
        NodeKind.START,
        NodeKind.TASK,
        NodeKind.END,
    ]


def test_a_file_without_a_drawing_has_no_coordinates(tmp_path):
    assert read(tmp_path) is None
    assert read(tmp_path, diagram()) is None


@pytest.mark.parametrize("key", ["lane", "s", "a", "e", "f1", "f2"])
def test_a_drawing_that_lacks_anything_is_not_believed(tmp_path, key):
    assert read(tmp_path, without(key)) is None


def test_a_pool_without_a_frame_is_no_loss(tmp_path):
    found = read(tmp_path, without("pool"))

    assert [frame.name for frame in found.frames] == ["1st level"]


@pytest.mark.parametrize(
    "bad",
    [
        shape("a", 150, 60, 0, 0),
        shape("a", 150, 60, -100, 80),
        shape("a", "NaN", 60, 100, 80),
        shape("a", "inf", 60, 100, 80),
        shape("a", 1e9, 60, 100, 80),
        shape("a", "", 60, 100, 80),
        shape("a", "12,5", 60, 100, 80),
        shape("a", 150, 60, 1e5, 80),
        shape("a", 30, 60, 100, 80),
        '<bpmndi:BPMNShape bpmnElement="a"/>',
    ],
)
def test_shapes_that_cannot_be_are_not_believed(tmp_path, bad):
    assert read(tmp_path, without("a", bad)) is None


@pytest.mark.parametrize(
    "bad",
    [
        edge("f2"),
        edge("f2", (250, 100)),
        edge("f2", (250, 100), (250, 100)),
        edge("f2", (250, 100), ("x", 100)),
        edge("f2", (250, 100), (600, 100)),
        edge("f2", (86, 100), (320, 100)),
    ],
)
def test_lines_that_do_not_join_their_nodes_are_not_believed(tmp_path, bad):
    assert read(tmp_path, without("f2", bad)) is None


def test_a_drawing_in_which_all_is_at_one_place_is_not_believed(tmp_path):
    parts = [shape(key, 0, 0, 100, 80) for key in ("pool", "lane", "s", "a", "e")]
    lines = [edge(key, (0, 0), (10, 10)) for key in ("f1", "f2")]

    assert read(tmp_path, diagram(*parts, *lines)) is None


def test_a_place_for_a_name_that_is_far_off_or_no_place_is_left_out(tmp_path):
    far = shape("s", 50, 82, 36, 36, inside=label(900, 900, 80, 14))
    flat = edge("f1", (86, 100), (150, 100), inside=label(95, 80, 0, 0))

    found = read(tmp_path, diagram(*{**WHOLE, "s": far, "f1": flat}.values()))

    assert found.names == {}


def test_of_several_diagrams_the_one_that_shows_the_process_is_taken(tmp_path):
    moved = re.sub(r'(?<= )x="(\d+)"', lambda x: f'x="{int(x[1]) + 1000}"', "".join(WHOLE.values()))

    found = read(tmp_path, diagram(WHOLE["a"]), diagram(moved), diagram(*WHOLE.values()))

    assert found.boxes["a"].x == 1200


SUB = """
<process id="p" name="Desk">
  <startEvent id="s"/><endEvent id="e"/>
  <subProcess id="sub" name="Look into it">
    <task id="a" name="Diagnose"/>
  </subProcess>
  <boundaryEvent id="b" attachedToRef="sub" name="Too late"><timerEventDefinition/></boundaryEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="sub"/>
  <sequenceFlow id="f2" sourceRef="sub" targetRef="e"/>
  <sequenceFlow id="f3" sourceRef="b" targetRef="e"/>
</process>
"""
OPEN = {
    "s": shape("s", 0, 82, 36, 36),
    "e": shape("e", 400, 82, 36, 36),
    "sub": shape("sub", 100, 30, 200, 140, isExpanded="true"),
    "a": shape("a", 150, 60, 100, 80),
    "b": shape("b", 182, 152, 36, 36),
    "f1": edge("f1", (36, 100), (100, 100)),
    "f2": edge("f2", (300, 100), (400, 100)),
    "f3": edge("f3", (200, 188), (200, 220), (418, 220), (418, 118)),
}


def test_an_opened_sub_process_is_a_frame_that_flows_lead_to(tmp_path):
    found = read(tmp_path, diagram(*OPEN.values(), of="p"), process=SUB)

    assert [(frame.name, frame.part) for frame in found.frames] == [("Look into it", True)]
    assert found.parts == {"sub": Box(200, 100, 200, 140)}
    assert found.hosts == {"b": "sub"}
    assert [node.id for node in found.model.nodes] == ["s", "e", "a", "b"]
    assert [flow.target for flow in found.model.flows] == ["sub", "e", "e"]


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("sub", shape("sub", 100, 30, 200, 140, isExpanded="false")),
        ("sub", ""),
        ("a", ""),
        ("a", shape("a", 800, 800, 100, 80)),
        ("b", shape("b", 800, 152, 36, 36)),
    ],
    ids=["closed", "without a frame", "on another plane", "outside", "attached elsewhere"],
)
def test_a_sub_process_that_does_not_show_what_is_in_it_is_not_believed(tmp_path, key, part):
    assert read(tmp_path, diagram(*{**OPEN, key: part}.values(), of="p"), process=SUB) is None


def test_the_flow_that_ships_has_the_drawing_of_its_file():
    flow = shipped_flow("yasm")
    found = flow.coordinates

    drawn = {node.name for node in found.model.nodes if node.kind is NodeKind.TASK}
    assert drawn == set(flow.activities)
    assert set(found.boxes) == {node.id for node in found.model.nodes}
    assert set(found.lines) == {one.id for one in found.model.flows}
    assert [frame.name for frame in found.frames if not frame.part] == [
        "Service provider (YaSM LP4.6)",
        "Service request fulfilment group",
        "1st level support",
        "2nd level support",
        "Incident manager / major incident team",
    ]
