import warnings
from xml.etree import ElementTree as ET

import pytest

from casemine.discover import discover_bpmn
from casemine.errors import InputError
from casemine.log import parse_log, variants_of
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.diagram import Box, Diagram, Route
from casemine.read.models import read_model
from casemine.write.bpmn import straightened
from casemine.write.models import to_bpmn

SPACES = {
    "m": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
MODEL = discover_bpmn(variants_of(parse_log("A B C; A C B; A D; A D D")))


@pytest.fixture
def read(tmp_path):
    def reader(text):
        path = tmp_path / "model.bpmn"
        path.write_text(text, encoding="utf-8")
        return read_model(path)

    return reader


def diagram_of(model):
    boxes = {n.id: Box(100.0 * i, 50.3, 96.0, 44.0) for i, n in enumerate(model.nodes)}
    routes = {
        flow.id: Route(((0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.04))) for flow in model.flows
    }
    return Diagram(900.0, 100.0, boxes, routes, "test")


def process(inner, collaboration=""):
    return (
        f'<definitions xmlns="{SPACES["m"]}">{collaboration}\n'
        f'<process id="p" name="Orders">\n{inner}</process></definitions>'
    )


def test_a_model_comes_back_as_it_was(read):
    again = read(to_bpmn(MODEL, diagram_of(MODEL)))

    assert (again.nodes, again.flows, again.name) == (MODEL.nodes, MODEL.flows, MODEL.name)


def test_names_lanes_and_odd_ids_survive(read):
    nodes = (
        BpmnNode("start", NodeKind.START, "Call & <mail>"),
        BpmnNode("a_b", NodeKind.TASK, 'Say "hi"\nsoon', lane="1st level"),
        BpmnNode("c", NodeKind.INTERMEDIATE, "日本", lane="2nd & 3rd"),
        BpmnNode("d", NodeKind.EVENT_BASED, lane="1st level"),
        BpmnNode("e", NodeKind.INCLUSIVE),
        BpmnNode("end", NodeKind.END),
    )
    ways = [("start", "a_b"), ("a_b", "c"), ("c", "d"), ("d", "e"), ("e", "end")]
    flows = tuple(SequenceFlow(f"f{n}", a, b, "yes" * n) for n, (a, b) in enumerate(ways))
    model = BpmnModel(nodes, flows, name="<Orders>")

    assert read(to_bpmn(model)) == model


def test_ids_that_xml_does_not_like_are_replaced_and_stay_apart():
    nodes = tuple(BpmnNode(id_, NodeKind.TASK) for id_ in ("a b", "a_b", "1", "process", "ä"))
    flows = (SequenceFlow("a/b", "a b", "1"),)

    root = ET.fromstring(to_bpmn(BpmnModel(nodes, flows), diagram_of(BpmnModel(nodes, flows))))

    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    flow = root.find(".//m:sequenceFlow", SPACES)
    assert (flow.get("sourceRef"), flow.get("targetRef")) == ("a_b.2", "_1")


def test_nodes_name_their_flows_and_gateways_their_direction():
    root = ET.fromstring(to_bpmn(MODEL))

    for flow in root.iterfind(".//m:sequenceFlow", SPACES):
        source = root.find(f".//m:*[@id='{flow.get('sourceRef')}']", SPACES)
        target = root.find(f".//m:*[@id='{flow.get('targetRef')}']", SPACES)
        assert flow.get("id") in [e.text for e in source.iterfind("m:outgoing", SPACES)]
        assert flow.get("id") in [e.text for e in target.iterfind("m:incoming", SPACES)]
    directions = [g.get("gatewayDirection") for g in root.iterfind(".//m:parallelGateway", SPACES)]
    assert directions == ["Diverging", "Converging"]


def test_the_diagram_has_bounds_by_the_corner_and_straight_pieces():
    root = ET.fromstring(to_bpmn(MODEL, diagram_of(MODEL)))

    plane = root.find("bpmndi:BPMNDiagram/bpmndi:BPMNPlane", SPACES)
    shapes = plane.findall("bpmndi:BPMNShape", SPACES)
    assert plane.get("bpmnElement") == "process"
    assert [shape.get("bpmnElement") for shape in shapes] == [node.id for node in MODEL.nodes]
    assert shapes[1].find("dc:Bounds", SPACES).attrib == {
        "x": "52",
        "y": "28.3",
        "width": "96",
        "height": "44",
    }
    marked = {s.get("bpmnElement") for s in shapes if s.get("isMarkerVisible") == "true"}
    assert marked == {n.id for n in MODEL.nodes if n.kind == NodeKind.EXCLUSIVE}
    edge = plane.find("bpmndi:BPMNEdge", SPACES)
    points = [point.attrib for point in edge.iterfind("di:waypoint", SPACES)]
    assert points == [{"x": "0", "y": "0"}, {"x": "30", "y": "0"}]


def test_what_the_layout_left_out_has_no_shape():
    root = ET.fromstring(to_bpmn(MODEL, Diagram(1, 1, {}, {}, "test")))

    assert root.find(".//bpmndi:BPMNShape", SPACES) is None
    assert root.find(".//bpmndi:BPMNEdge", SPACES) is None


def test_a_curve_becomes_pieces_that_stay_close_to_it():
    curve = [(0.0, 0.0), (0.0, 55.0), (45.0, 100.0), (100.0, 100.0)]  # a quarter of a circle

    points = straightened(curve)

    assert points[0] == curve[0]
    assert points[-1] == curve[-1]
    assert 4 <= len(points) <= 13
    middle = [((100 - x) ** 2 + y**2) ** 0.5 for x, y in points]
    assert all(abs(radius - 100) < 1 for radius in middle)


def test_pm4py_reads_the_same_diagram(tmp_path):
    import pm4py

    path = tmp_path / "model.bpmn"
    path.write_text(to_bpmn(MODEL, diagram_of(MODEL)), encoding="utf-8")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pm4py.read_bpmn(str(path))

    assert len(theirs.get_nodes()) == len(MODEL.nodes)
    names = {node.id: node.name for node in MODEL.nodes}
    found = {(f.source.get_name(), f.target.get_name()) for f in theirs.get_flows()}
    wanted = {(names[f.source], names[f.target]) for f in MODEL.flows}
    assert {pair for pair in found if all(pair)} == {pair for pair in wanted if all(pair)}


def test_every_kind_of_task_is_a_task(read):
    kinds = ["userTask", "sendTask", "businessRuleTask", "callActivity", "subProcess"]
    tasks = "".join(f'<{kind} id="t{n}" name="{kind}"/>' for n, kind in enumerate(kinds))

    model = read(process(tasks))

    assert [(node.kind, node.name) for node in model.nodes] == [
        (NodeKind.TASK, kind) for kind in kinds
    ]


def test_what_does_not_change_the_flow_is_left_aside(read):
    model = read(
        process(
            """
            <documentation>why</documentation>
            <extensionElements><zeebe:x xmlns:zeebe="http://z"/></extensionElements>
            <vendor:style xmlns:vendor="http://vendor" id="v"/>
            <laneSet id="l"><lane id="l1" name="Desk"><flowNodeRef>s</flowNodeRef>
              <childLaneSet id="l2"><lane id="l3" name="Agent"><flowNodeRef>
                t </flowNodeRef></lane></childLaneSet></lane></laneSet>
            <startEvent id="s"><outgoing>f</outgoing><timerEventDefinition/></startEvent>
            <serviceTask id="t"><ioSpecification/></serviceTask>
            <sequenceFlow sourceRef="s" targetRef="t"><conditionExpression/></sequenceFlow>""",
            '<collaboration id="c"><participant id="q" processRef="p"/></collaboration>',
        )
    )

    assert model == BpmnModel(
        (
            BpmnNode("s", NodeKind.START, lane="Desk"),
            BpmnNode("t", NodeKind.TASK, lane="Agent"),
        ),
        (SequenceFlow("flow1", "s", "t"),),
        name="Orders",
    )


TASK = '<task id="t"/>'
POOLS = (
    '<collaboration id="c"><participant id="p1"/>\n<participant id="p2" name="x"/></collaboration>'
)
UNHELD = [
    ('\n<subProcess id="s" name="Fix">' + TASK + "</subProcess>", "<subProcess> 's' ('Fix')", 4),
    ('\n<boundaryEvent id="b"/>', "<boundaryEvent> 'b' can't be shown", 4),
    ('\n<textAnnotation id="n"/>', "<textAnnotation> 'n' can't be shown", 4),
    ('\n<dataObjectReference id="d"/>', "<dataObjectReference> 'd' can't be shown", 4),
    ('<endEvent id="e">\n<terminateEventDefinition/></endEvent>', "<endEvent> 'e'", 3),
    ('<task id="m"><multiInstanceLoopCharacteristics/></task>', "<task> 'm'", 3),
    ('<task id="m" isForCompensation="true"/>', "compensation is not supported", 3),
    ("<complexGateway/>", "<complexGateway> '' can't be shown", 3),
]


@pytest.mark.parametrize(("inner", "message", "row"), UNHELD)
def test_what_the_model_can_not_hold_is_named_with_its_line(read, inner, message, row):
    with pytest.raises(InputError) as error:
        read(process(TASK + inner))

    assert message in error.value.message
    assert error.value.where.row == row


BROKEN = [
    ('<definitions xmlns="x"/>', "there are 0 processes with a flow", 1),
    (process(""), "there are 0 processes with a flow", 1),
    (process(TASK, POOLS), "<participant> 'p2' ('x') can't be shown: only one pool", 2),
    (process(TASK + '\n<task id="t"/>'), "the id 't' is used twice", 4),
    (process(TASK + "\n<task/>"), "<task> has no 'id' attribute", 4),
    (
        process(TASK + '\n<sequenceFlow id="f" sourceRef="t" targetRef="x"/>'),
        "the sequence flow 'f' refers to 'x', which is no node",
        4,
    ),
    (process(TASK + '\n<sequenceFlow id="f" sourceRef="t"/>'), "no 'targetRef' attribute", 4),
    (
        process(TASK + '\n<sequenceFlow id="t" sourceRef="t" targetRef="t"/>'),
        "the id 't' is used twice",
        4,
    ),
    (process(TASK + "\n</processs>"), "the XML is broken", 4),
]


@pytest.mark.parametrize(("text", "message", "row"), BROKEN)
def test_a_broken_diagram_is_an_error_with_its_line(read, text, message, row):
    with pytest.raises(InputError) as error:
        read(text)

    assert message in error.value.message
    assert error.value.where.row == row


def test_two_processes_are_not_mixed_up(read):
    two = f'<definitions><process id="a">{TASK}</process>\n<process id="b">{TASK}</process>'

    with pytest.raises(InputError, match="there are 2 processes with a flow in the file"):
        read(two + "</definitions>")
