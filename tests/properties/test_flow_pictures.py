"""What holds for the picture of every flow with lanes, and of every finding about it."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations
from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.draw import draw_designed_flow, layout_bpmn
from casemine.draw.asdrawn import as_drawn
from casemine.draw.request import NodeSpec
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.conformance import Step
from casemine.model.diagram import Box, Coordinates
from casemine.model.flow import FlowElement
from conformance_values import CONFORMANCE, FLOW, deviation

SVG = "{http://www.w3.org/2000/svg}"
names = st.text(st.characters(codec=None), max_size=30)


@st.composite
def diagrams(draw):
    size = draw(st.integers(1, 9))
    kinds = st.sampled_from([NodeKind.TASK] * 4 + list(NodeKind))
    lanes = st.sampled_from([None, "L1", "L2", "L<3>"])
    nodes = tuple(BpmnNode(f"n{i}", draw(kinds), draw(names), draw(lanes)) for i in range(size))
    ends = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), unique=True, max_size=14))
    named = [draw(names) if draw(st.booleans()) else "" for _ in pairs]
    flows = tuple(
        SequenceFlow(f"f{i}", f"n{a}", f"n{b}", name)
        for i, ((a, b), name) in enumerate(zip(pairs, named, strict=True))
    )
    return BpmnModel(nodes, flows)


@settings(max_examples=60, deadline=None)
@given(diagrams(), st.sampled_from(["lr", "tb"]))
def test_nodes_stand_apart_and_flows_join_them(model, direction):
    diagram = layout_bpmn(model, direction=direction)

    for one, other in combinations([diagram.boxes[node.id] for node in model.nodes], 2):
        beside = abs(one.x - other.x) >= (one.width + other.width) / 2 - 0.1
        assert beside or abs(one.y - other.y) >= (one.height + other.height) / 2 - 0.1
    for flow in model.flows:
        points = diagram.routes[flow.id].points
        for (x, y), node in ((points[0], flow.source), (points[-1], flow.target)):
            box = diagram.boxes[node]
            assert abs(x - box.x) <= box.width / 2 + 1
            assert abs(y - box.y) <= box.height / 2 + 1


@settings(max_examples=40, deadline=None)
@given(diagrams(), st.data())
def test_every_flow_with_any_findings_has_a_well_formed_picture(model, data):
    tasks = [node for node in model.nodes if node.kind is NodeKind.TASK]
    activities = sorted({node.name for node in tasks})
    kinds = st.sampled_from(["skipped", "inserted", "repeated", "unknown", "rule", "order"])
    found = tuple(
        deviation(f"C{i}", data.draw(kinds), name, data.draw(st.integers(0, 1500)), "do it")
        for i, name in enumerate([*activities, data.draw(names)])
    )
    counts = st.integers(0, 10**9)
    conformance = replace(
        CONFORMANCE,
        deviations=found,
        observability=tuple(Step(name, data.draw(st.booleans()), (), 1, 1) for name in activities),
        step_counts={node.id: data.draw(counts) for node in tasks},
        path_counts={
            flow.id: data.draw(counts) for flow in model.flows if data.draw(st.booleans())
        },
    )
    elements = tuple(FlowElement(node.id, node.name, "task") for node in tasks)
    flow = replace(FLOW, diagram=model, elements=elements)

    root = ET.fromstring(draw_designed_flow(flow, conformance).svg.encode("utf-8"))

    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert len([g for g in root.iter(f"{SVG}g") if g.get("data-flow")]) == len(model.flows)


@st.composite
def placed(draw):
    """Put the nodes of a diagram anywhere without overlaps, and lead lines by any corners."""
    model = draw(diagrams())
    cells = st.tuples(st.integers(0, 4), st.integers(0, 4))
    spots = draw(st.lists(cells, min_size=len(model.nodes), max_size=len(model.nodes), unique=True))
    sizes = st.floats(20, 100)
    boxes = {
        node.id: Box(130 * column + draw(st.floats(-10, 10)), 130 * row, draw(sizes), draw(sizes))
        for node, (column, row) in zip(model.nodes, spots, strict=True)
    }
    places = st.floats(-100, 700)
    lines = {}
    for flow in model.flows:
        a, b = boxes[flow.source], boxes[flow.target]
        corners = draw(st.lists(st.tuples(places, places), max_size=3))
        start, end = (a.x + a.width / 2, a.y), (b.x - b.width / 2, b.y)
        lines[flow.id] = (start, *corners, end)
    names = {node.id: Box(draw(places), draw(places), 60, 14) for node in model.nodes[:3]}
    return Coordinates(model, boxes, lines, names)


@settings(max_examples=50, deadline=None)
@given(placed(), st.floats(30, 300), st.floats(30, 200))
def test_what_a_file_places_gets_its_room_and_stays_apart(coordinates, width, height):
    shapes = {NodeKind.TASK: "box", NodeKind.START: "ellipse"}
    specs = {
        node.id: NodeSpec(node.id, width, height, shapes.get(node.kind, "box"))
        for node in coordinates.model.nodes
    }
    words = dict.fromkeys((*coordinates.names, *coordinates.lines), (50.0, 26.0))

    diagram = as_drawn(coordinates, specs, words, lambda _: 3.0)

    boxes = {node.id: diagram.boxes[node.id] for node in coordinates.model.nodes}
    for one, other in combinations(boxes, 2):
        a, b = boxes[one], boxes[other]
        beside = abs(a.x - b.x) >= (a.width + b.width) / 2 - 0.01
        assert beside or abs(a.y - b.y) >= (a.height + b.height) / 2 - 0.01
    for flow in coordinates.model.flows:
        route = diagram.routes[flow.id]
        assert all(isfinite(x) and isfinite(y) for x, y in (*route.points, route.label))
        for (x, y), key in ((route.points[0], flow.source), (route.points[-1], flow.target)):
            box = boxes[key]
            assert abs(x - box.x) <= box.width / 2 + 0.01
            assert abs(y - box.y) <= box.height / 2 + 0.01
    for box in diagram.boxes.values():
        assert box.x - box.width / 2 >= -0.01
        assert box.x + box.width / 2 <= diagram.width + 0.01


@settings(max_examples=30, deadline=None)
@given(placed(), st.data())
def test_a_picture_from_a_file_tells_every_step_and_flow(coordinates, data):
    model = coordinates.model
    tasks = [node for node in model.nodes if node.kind is NodeKind.TASK]
    counts = st.integers(0, 10**9)
    conformance = replace(
        CONFORMANCE,
        observability=(),
        deviations=(),
        step_counts={node.id: data.draw(counts) for node in tasks},
        path_counts={flow.id: data.draw(counts) for flow in model.flows},
    )
    elements = tuple(FlowElement(node.id, node.name, "task") for node in tasks)
    flow = replace(FLOW, diagram=model, elements=elements, coordinates=coordinates)

    picture = draw_designed_flow(flow, conformance).svg

    assert picture == draw_designed_flow(flow, conformance).svg
    root = ET.fromstring(picture.encode("utf-8"))
    groups = list(root.iter(f"{SVG}g"))
    assert sum(g.get("data-activity") is not None for g in groups) == len(tasks)
    assert sum(g.get("data-flow") is not None for g in groups) == len(model.flows)
