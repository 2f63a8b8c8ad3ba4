import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from casemine.draw import draw_bpmn, draw_designed_flow, layout_bpmn
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.flow import FlowElement
from conformance_values import CONFORMANCE, DIAGRAM, FLOW, NET

SVG = "{http://www.w3.org/2000/svg}"


def drawn(flow=FLOW, conformance=CONFORMANCE, **options):
    return ET.fromstring(draw_designed_flow(flow, conformance, **options).svg)


def step(root, name):
    return next(g for g in root.iter(f"{SVG}g") if g.get("data-activity") == name)


def path(root, key):
    return next(g for g in root.iter(f"{SVG}g") if g.get("data-flow") == key)


def words(node):
    return ["".join(text.itertext()) for text in node.iter(f"{SVG}text")]


def test_steps_say_how_often_cases_pass_them_and_tell_what_became_of_them():
    found = step(drawn(), "Notify user")

    assert words(found) == ["Notify user", "1,500", "skipped 99 (6.6 %)"]
    assert found[0].text.splitlines() == [
        "Notify user: passed 1,500 times",
        "1,401 done, 99 skipped, 0 out of place",
        "CM001: 99 of 1,500 cases (6.6 %) skip Notify user",
    ]


def test_paths_are_as_wide_as_they_are_busy_and_numbered_where_ways_part():
    root = drawn()

    assert path(root, "f6")[0].text == "can solve it: taken 1,500 times"
    assert float(path(root, "f6")[1].get("stroke-width")) == 6
    assert "1,500" in words(root)


def test_a_branch_that_no_case_has_taken_is_a_ghost():
    root = drawn()

    assert path(root, "f4")[1].get("stroke-dasharray") == "1.5 4"
    assert words(step(root, "Escalate")) == ["Escalate", "0 cases"]
    assert step(root, "Escalate").find(f"{SVG}rect").get("stroke-dasharray") == "1.5 4"


def test_a_path_without_a_count_is_no_ghost():
    line = path(drawn(), "f12")

    assert line.get("data-count") is None
    assert line[0].get("stroke-dasharray") is None


def test_a_step_that_the_log_cannot_show_is_hatched_and_says_why():
    found = step(drawn(), "Phone")

    assert words(found) == ["Phone", "not observable"]
    assert found[0].text.splitlines() == ["Phone", "no column holds calls"]
    assert found.find(f"{SVG}path").get("d").count("M") > 5


def test_what_is_no_step_of_the_flow_stands_under_it():
    root = drawn()

    assert "Happened, and is no step of the designed flow" in words(root)
    assert words(step(root, "Ask a friend")) == ["Ask a friend", "40 cases · 2.7 %"]


def test_a_task_without_flows_stands_in_a_row_of_its_own():
    diagram = layout_bpmn(DIAGRAM)

    lowest = max(
        box.y + box.height / 2 for key, box in diagram.boxes.items() if key.startswith("lane:")
    )
    assert diagram.boxes["t6"].y > lowest
    assert "At any time between start and end" in words(drawn())


def test_a_model_of_tasks_without_any_flow_is_no_row():
    alone = BpmnModel((BpmnNode("t", NodeKind.TASK, "Only"),), ())

    assert "At any time between start and end" not in draw_bpmn(alone).svg


def test_findings_about_a_name_that_several_steps_bear_are_about_them_all():
    nodes = tuple(
        replace(node, name="Notify user") if node.id == "t2" else node for node in DIAGRAM.nodes
    )
    elements = tuple(
        replace(one, name="Notify user") if one.id == "t2" else one for one in FLOW.elements
    )

    root = drawn(replace(FLOW, diagram=replace(DIAGRAM, nodes=nodes), elements=elements))

    found = [g for g in root.iter(f"{SVG}g") if g.get("data-activity") == "Notify user"]
    assert [words(g)[-1] for g in found] == ["skipped 99 (6.6 %) in all"] * 2
    assert "all steps of this name: 1,401 done" in found[0][0].text


def test_a_flow_on_its_own_has_no_numbers():
    root = drawn(conformance=None)

    assert words(step(root, "Notify user")) == ["Notify user"]
    assert "7 tasks · 3 gateways · 12 sequence flows" in words(root)


def test_lanes_lie_where_nothing_else_is_asked_for():
    diagram = layout_bpmn(DIAGRAM, direction="lr")
    lanes = [box for key, box in diagram.boxes.items() if key.startswith("lane:")]

    assert len({box.x for box in lanes}) == 1
    assert len({box.y for box in lanes}) == len(lanes)


def test_a_flow_that_is_a_net_is_drawn_as_one_with_the_same_marks():
    names = {"n0": "Log", "n1": "Triage", "n3": "Close"}
    flow = replace(
        FLOW,
        diagram=None,
        net=NET,
        elements=tuple(FlowElement(key, name, "transition") for key, name in names.items()),
    )
    conformance = replace(CONFORMANCE, step_counts=dict.fromkeys(names, 1500))

    root = drawn(flow, conformance)

    assert words(step(root, "Triage")) == ["Triage", "1,500", "out of place 12 (0.8 %)"]
    assert words(step(root, "Ask a friend"))[0] == "Ask a friend"
    assert "Silent step" in words(root)


def test_a_line_back_leaves_its_task_by_the_side():
    flows = ("s>a", "a>b", "b>c", "c>e", "c>a")
    names = dict.fromkeys(name for flow in flows for name in flow.split(">"))
    kinds = {"s": NodeKind.START, "e": NodeKind.END}
    model = BpmnModel(
        tuple(BpmnNode(name, kinds.get(name, NodeKind.TASK), name) for name in names),
        tuple(SequenceFlow(flow, *flow.split(">")) for flow in flows),
    )

    diagram = layout_bpmn(model, direction="lr")

    for key, end in (("c", 0), ("a", -1)):
        box, (x, y) = diagram.boxes[key], diagram.routes["c>a"].points[end]
        assert x == box.x
        assert abs(y - box.y) == pytest.approx(box.height / 2, abs=0.2)


def test_boxes_never_overlap():
    diagram = layout_bpmn(DIAGRAM)
    boxes = [box for key, box in diagram.boxes.items() if ":" not in key]

    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = abs(a.x - b.x) >= (a.width + b.width) / 2
            assert apart or abs(a.y - b.y) >= (a.height + b.height) / 2


def test_a_small_flow_with_every_mark_looks_as_it_did(golden):
    golden("designed-flow.svg", draw_designed_flow(FLOW, CONFORMANCE).svg)
