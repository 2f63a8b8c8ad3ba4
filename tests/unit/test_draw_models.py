import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from casemine.draw import draw_bpmn, draw_petri, draw_tree, layout_bpmn
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.tree import Operator, ProcessTree

SVG = "{http://www.w3.org/2000/svg}"

NET = PetriNet(
    places=("p0", "p1", "p2"),
    transitions=(Transition("t0", "Open"), Transition("t1", None), Transition("t2", "Close")),
    arcs=(
        Arc("p0", "t0"),
        Arc("t0", "p1"),
        Arc("p1", "t1"),
        Arc("t1", "p0"),
        Arc("p1", "t2", 3),
        Arc("t2", "p2"),
    ),
    initial={"p0": 2},
    final={"p2": 1},
    frequency={"Open": 1200, "Close": 900},
)


def bpmn(*flows, lanes=None, frequency=None):
    kinds = {"x": NodeKind.EXCLUSIVE, "p": NodeKind.PARALLEL, "o": NodeKind.INCLUSIVE}
    names = list(dict.fromkeys(name for flow in flows for name in flow.split(">")))
    nodes = []
    for name in names:
        kind = {"start": NodeKind.START, "end": NodeKind.END}.get(name, kinds.get(name[0]))
        kind = kind or NodeKind.TASK
        nodes.append(BpmnNode(name, kind, name.title(), (lanes or {}).get(name)))
    return BpmnModel(
        tuple(nodes),
        tuple(SequenceFlow(f"f{i}", *flow.split(">")) for i, flow in enumerate(flows)),
        frequency=frequency or {},
    )


MODEL = bpmn(
    "start>x1", "x1>Open", "Open>x2", "x2>x1", "x2>p1", "p1>A", "p1>B", "A>p2", "B>p2", "p2>end"
)
TREE = ProcessTree(
    Operator.SEQUENCE,
    children=(
        ProcessTree(label="Open"),
        ProcessTree(
            Operator.CHOICE,
            children=(
                ProcessTree(),
                ProcessTree(
                    Operator.LOOP, children=(ProcessTree(label="Work"), ProcessTree(label="Wait"))
                ),
            ),
        ),
        ProcessTree(label="<Close>"),
    ),
)


def texts(root):
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def tooltips(root):
    return [g[0].text for g in root.iter(f"{SVG}g") if len(g) and g[0].tag == f"{SVG}title"]


@pytest.mark.parametrize("engine", ["wasm", "builtin"])
def test_a_net_shows_its_places_steps_tokens_and_frequencies(engine):
    root = ET.fromstring(draw_petri(NET, engine=engine).svg)

    found = tooltips(root)
    assert "Open: 1,200 times" in found
    assert "τ: a silent step" in found
    assert "Place p0, 2 tokens at the start" in found
    assert "Place p2, 1 token at the end" in found
    assert "3×" in texts(root)
    assert "3 places · 2 steps · 1 silent step · 6 arcs" in texts(root)


def test_many_tokens_are_a_number():
    root = ET.fromstring(draw_petri(PetriNet(("p",), (), (), {"p": 1234})).svg)

    assert "1,234" in texts(root)


def test_two_steps_of_one_name_are_two_boxes():
    twins = (Transition("a", "Same"), Transition("b", "Same"))

    root = ET.fromstring(draw_petri(PetriNet(("p",), twins, (Arc("p", "a"),), {"p": 1})).svg)

    ids = [g.get("id") for g in root.iter(f"{SVG}g") if g.get("data-activity")]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    "picture",
    [
        draw_petri(PetriNet((), (), (), {})),
        draw_bpmn(BpmnModel((), ())),
        draw_tree(ProcessTree()),
        draw_tree(ProcessTree(label="")),
    ],
    ids=["net", "bpmn", "silent tree", "nameless tree"],
)
def test_models_with_nothing_in_them_are_drawn(picture):
    assert ET.fromstring(picture.svg).find(f"{SVG}metadata") is not None


@pytest.mark.parametrize("engine", ["auto", "wasm", "builtin"])
def test_a_bpmn_layout_has_every_node_and_flow(engine):
    diagram = layout_bpmn(MODEL, engine=engine)

    assert set(diagram.boxes) == {node.id for node in MODEL.nodes}
    assert set(diagram.routes) == {flow.id for flow in MODEL.flows}


def test_sequence_flows_are_orthogonal_and_end_at_their_nodes():
    diagram = layout_bpmn(MODEL)

    for flow in MODEL.flows:
        corners = diagram.routes[flow.id].points[::3]
        for (x1, y1), (x2, y2) in pairwise(corners):
            assert abs(x1 - x2) < 0.6 or abs(y1 - y2) < 0.6
        for (x, y), node in ((corners[0], flow.source), (corners[-1], flow.target)):
            box = diagram.boxes[node]
            assert abs(x - box.x) <= box.width / 2 + 0.1
            assert abs(y - box.y) <= box.height / 2 + 0.1


def test_the_picture_has_the_coordinates_of_the_layout():
    diagram = layout_bpmn(MODEL)

    svg = draw_bpmn(MODEL).svg

    for node in MODEL.nodes:
        if node.kind is NodeKind.TASK:
            box = diagram.boxes[node.id]
            assert f'<rect x="{box.x - box.width / 2:.1f}'.removesuffix(".0") in svg


def test_tasks_show_how_often_where_that_is_known():
    root = ET.fromstring(draw_bpmn(bpmn("start>Open", "Open>end", frequency={"Open": 4321})).svg)

    assert "4,321" in texts(root)
    assert "Open: 4,321 times" in tooltips(root)


def test_gateways_say_what_they_do():
    found = tooltips(ET.fromstring(draw_bpmn(MODEL).svg))

    assert "One of the ways: X1" in found
    assert "All of the ways: P1" in found


def test_lanes_are_drawn_with_their_names():
    lanes = {"start": "1st level", "Open": "1st level", "Fix": "2nd <level>", "end": "1st level"}

    picture = draw_bpmn(bpmn("start>Open", "Open>Fix", "Fix>end", lanes=lanes))

    assert "1st level" in texts(ET.fromstring(picture.svg))
    assert "2nd <level>" in texts(ET.fromstring(picture.svg))


def test_a_tree_shows_blocks_and_activities():
    root = ET.fromstring(draw_tree(TREE).svg)

    assert {g.get("data-activity") for g in root.iter(f"{SVG}g")} >= {"Open", "Work", "<Close>"}
    assert "3 blocks · 4 activities" in texts(root)
    assert "One of them" in texts(root)
    assert "All, in any order" not in texts(root)


@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_leaves_of_a_tree_never_overlap(direction):
    root = ET.fromstring(draw_tree(TREE, direction=direction).svg)

    rects = [
        [float(rect.get(key)) for key in ("x", "y", "width", "height")]
        for g in root.iter(f"{SVG}g")
        if g.get("data-activity")
        for rect in g.iter(f"{SVG}rect")
    ]
    for i, (x1, y1, w1, h1) in enumerate(rects):
        for x2, y2, w2, h2 in rects[:i]:
            assert x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1


def test_a_tree_of_two_thousand_levels_is_drawn():
    tree = ProcessTree(label="deep")
    for _ in range(2000):
        tree = ProcessTree(Operator.LOOP, children=(tree, ProcessTree()))

    assert draw_tree(tree).svg.count("deep") >= 2


def test_small_models_look_as_they_did(golden):
    golden("net.svg", draw_petri(NET, engine="builtin", theme="light").svg)
    golden("bpmn.svg", draw_bpmn(MODEL, theme="light").svg)
    golden("tree.svg", draw_tree(TREE, theme="light").svg)
