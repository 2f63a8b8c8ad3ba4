"""A designed flow at the places that its file says."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from casemine.draw import draw_designed_flow
from casemine.draw.asdrawn import as_drawn, own_pieces
from casemine.draw.docking import docked
from casemine.draw.request import NodeSpec
from casemine.draw.spots import Ground, Spot, Words, covered, crossed
from casemine.draw.stretch import Axis, Span
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.diagram import Box, Coordinates, Frame
from casemine.read.flows import shipped_flow
from conformance_values import CONFORMANCE, DIAGRAM, FLOW

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = {"s": 0, "t0": 1, "t1": 2, "x1": 3, "t5": 4, "x2": 5, "t2": 6, "t3": 7, "x3": 8}
COLUMNS |= {"t4": 9, "e": 10, "t6": 9}
ROWS = {"t5": 1, "t6": 1}
SIZES = {NodeKind.TASK: (100, 80), NodeKind.EXCLUSIVE: (50, 50)}


def placed():
    """Put the small flow of all these tests where an editor would."""
    boxes = {
        node.id: Box(
            80 + 140 * COLUMNS[node.id],
            100 + 200 * ROWS.get(node.id, 0),
            *SIZES.get(node.kind, (36, 36)),
        )
        for node in DIAGRAM.nodes
    }
    lines = {}
    for flow in DIAGRAM.flows:
        a, b = boxes[flow.source], boxes[flow.target]
        if flow.id == "f8":  # back, over everything else
            lines[flow.id] = ((a.x, 75), (a.x, 20), (b.x, 20), (b.x, 60))
        elif a.y < b.y:
            lines[flow.id] = ((a.x, a.y + 25), (a.x, b.y), (b.x - b.width / 2, b.y))
        elif a.y > b.y:
            lines[flow.id] = ((a.x + a.width / 2, a.y), (b.x, a.y), (b.x, b.y + 25))
        else:
            lines[flow.id] = ((a.x + a.width / 2, a.y), (b.x - b.width / 2, b.y))
    frames = (
        Frame("Desk", Box(755, 200, 1550, 420)),
        Frame("1st level", Box(770, 95, 1520, 210)),
        Frame("2nd level", Box(770, 305, 1520, 210)),
    )
    return Coordinates(DIAGRAM, boxes, lines, {"s": Box(80, 130, 90, 14)}, frames)


PLACED = placed()
DRAWN = replace(FLOW, coordinates=PLACED)


def drawn(flow=DRAWN, conformance=CONFORMANCE, **options):
    return ET.fromstring(draw_designed_flow(flow, conformance, **options).svg)


def told(root):
    steps = {g.get("data-activity"): g.get("data-count") for g in root.iter(f"{SVG}g")}
    paths = {g.get("data-flow"): g.get("data-count") for g in root.iter(f"{SVG}g")}
    lines = sorted("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    return steps, paths, lines


def laid(coordinates=PLACED, *, words=None, size=(140.0, 70.0)):
    signs = {NodeKind.TASK: (size, "box"), NodeKind.EXCLUSIVE: ((38.0, 38.0), "diamond")}
    specs = {}
    for node in coordinates.model.nodes:
        (width, height), shape = signs.get(node.kind, ((30.0, 30.0), "ellipse"))
        specs[node.id] = NodeSpec(node.id, width, height, shape)
    return as_drawn(coordinates, specs, words or {}, lambda _: 2.0)


def test_whichever_layout_is_taken_the_same_is_told():
    steps, paths, lines = told(drawn(layout="file"))
    own_steps, own_paths, own_lines = told(drawn(layout="own"))

    assert (steps, paths) == (own_steps, own_paths)
    assert set(own_lines) - set(lines) == {"At any time between start and end"}
    assert set(lines) - set(own_lines) == {"Desk"}


def test_the_layout_of_the_file_is_taken_unless_another_is_asked_for():
    assert told(drawn()) == told(drawn(layout="file"))
    for options in ({"layout": "own"}, {"direction": "tb"}, {"engine": "builtin"}):
        assert "Desk" not in told(drawn(**options))[2]
    assert "Desk" in told(drawn(layout="file", direction="tb"))[2]


def test_a_file_without_a_drawing_is_mentioned_only_if_it_is_asked_for():
    assert draw_designed_flow(FLOW, CONFORMANCE).notes == ()
    assert draw_designed_flow(FLOW, CONFORMANCE, layout="file").notes == (
        "the flow's file holds no drawing that is complete, so this is our layout.",
    )


def test_what_is_level_above_or_beside_in_the_file_is_so_in_the_picture():
    diagram = laid()

    for axis in ("x", "y"):
        for (a, one), (b, other) in combinations(PLACED.boxes.items(), 2):
            before = getattr(one, axis) - getattr(other, axis)
            after = getattr(diagram.boxes[a], axis) - getattr(diagram.boxes[b], axis)
            assert (before > 0) == (after > 1e-6)
            assert (before < 0) == (after < -1e-6)


def test_every_step_has_the_room_that_it_needs_and_no_boxes_overlap():
    diagram = laid(size=(210.0, 130.0))

    for node in PLACED.model.nodes:
        if node.kind is NodeKind.TASK:
            assert diagram.boxes[node.id].width >= 210 - 1e-6
            assert diagram.boxes[node.id].height >= 130 - 1e-6
    for one, other in combinations([diagram.boxes[n.id] for n in PLACED.model.nodes], 2):
        assert covered(one, other) == 0


def test_lines_run_straight_on_and_end_at_the_signs_though_these_are_smaller():
    diagram = laid()

    for flow in PLACED.model.flows:
        corners = [diagram.routes[flow.id].points[0], *diagram.routes[flow.id].points[3::3]]
        assert all(min(abs(a[0] - b[0]), abs(a[1] - b[1])) < 0.01 for a, b in pairwise(corners))
        for (x, y), key in ((corners[0], flow.source), (corners[-1], flow.target)):
            box = diagram.boxes[key]
            reach = max(abs(x - box.x) / box.width, abs(y - box.y) / box.height)
            assert reach == pytest.approx(0.5, abs=0.001)


def test_frames_hold_what_they_held():
    diagram = laid()

    lanes = {frame.name: frame.box for frame in diagram.frames}
    for node in DIAGRAM.nodes:
        box = diagram.boxes[node.id]
        lane = lanes["2nd level" if ROWS.get(node.id) else "1st level"]
        assert abs(box.x - lane.x) + box.width / 2 <= lane.width / 2
        assert abs(box.y - lane.y) + box.height / 2 <= lane.height / 2
    assert lanes["1st level"].x - lanes["1st level"].width / 2 >= 24 - 1e-6


def test_words_keep_clear_of_boxes_lines_and_one_another():
    words = {flow.id: (70.0, 38.0) for flow in DIAGRAM.flows if flow.source in {"x1", "x3"}}
    words |= {"s": (80.0, 14.0), "x1": (90.0, 26.0)}

    diagram = laid(words=words)

    names = [Box(*diagram.routes[key].label, *words[key]) for key in words if key[0] == "f"]
    names += [diagram.boxes["name:s"], diagram.boxes["name:x1"]]
    nodes = [diagram.boxes[node.id] for node in DIAGRAM.nodes if node.id != "x1"]  # its own corner
    for i, name in enumerate(names):
        assert all(covered(name, other) == 0 for other in (*names[:i], *nodes))
        for route in diagram.routes.values():
            corners = [route.points[0], *route.points[3::3]]
            assert sum(crossed(name, a, b) for a, b in pairwise(corners)) == 0


def test_a_name_is_written_where_the_file_writes_it():
    given = replace(PLACED, names={"s": Box(80, 60, 60, 14)})

    diagram = laid(given, words={"s": (40.0, 14.0)})

    name, sign = diagram.boxes["name:s"], diagram.boxes["s"]
    assert name.x == pytest.approx(sign.x)
    assert name.y < sign.y - 15


def test_a_name_that_the_file_has_left_behind_comes_back_to_its_sign():
    given = replace(PLACED, names={"s": Box(80, -200, 60, 14)})

    diagram = laid(given, words={"s": (40.0, 14.0)})

    assert diagram.boxes["name:s"].y > diagram.boxes["s"].y


def test_a_wide_name_that_the_file_has_no_place_for_gets_room_between_steps():
    given = replace(PLACED, names={})

    diagram = laid(given, words={"x3": (220.0, 26.0)})

    name = diagram.boxes["name:x3"]
    assert name.y > diagram.boxes["x3"].y
    assert all(covered(name, diagram.boxes[key]) == 0 for key in ("t3", "t4"))


def test_steps_that_nearly_touch_are_moved_apart_for_an_arrowhead():
    model = BpmnModel(
        (BpmnNode("a", NodeKind.TASK), BpmnNode("b", NodeKind.TASK)), (SequenceFlow("f", "a", "b"),)
    )
    boxes = {"a": Box(50, 40, 100, 80), "b": Box(154, 40, 100, 80)}

    diagram = laid(Coordinates(model, boxes, {"f": ((100, 40), (104, 40))}))

    a, b = diagram.boxes["a"], diagram.boxes["b"]
    assert b.x - a.x - a.width / 2 - b.width / 2 >= 18 - 1e-6


def test_a_frame_has_room_for_its_name_before_what_stands_in_it():
    model = BpmnModel((BpmnNode("a", NodeKind.TASK),), ())
    boxes = {"a": Box(55, 45, 100, 80)}
    around = Box(55, 45, 110, 90)
    for frame, side in (
        (Frame("Desk", around), "x"),
        (Frame("Desk", around, flat=False), "y"),
        (Frame("Look into it", around, part=True), "y"),
    ):
        diagram = laid(Coordinates(model, boxes, {}, frames=(frame,)))

        box, size = diagram.boxes["a"], {"x": "width", "y": "height"}[side]
        assert getattr(box, side) - getattr(box, size) / 2 >= 20 - 1e-6


def test_tasks_of_any_editor_come_to_one_size():
    large = Coordinates(
        DIAGRAM,
        {key: Box(8 * b.x, 8 * b.y, 8 * b.width, 8 * b.height) for key, b in PLACED.boxes.items()},
        {key: tuple((8 * x, 8 * y) for x, y in line) for key, line in PLACED.lines.items()},
    )

    assert laid(large).width < 2.5 * laid(replace(PLACED, frames=(), names={})).width


def test_events_on_the_border_of_a_step_leave_its_words_alone():
    model = BpmnModel(
        (BpmnNode("t1", NodeKind.TASK, "Triage"), BpmnNode("b", NodeKind.INTERMEDIATE, "Too late")),
        (),
    )
    boxes = {"t1": Box(100, 100, 100, 80), "b": Box(110, 137, 36, 36)}
    given = Coordinates(model, boxes, {}, hosts={"b": "t1"})
    root = drawn(replace(FLOW, coordinates=given, diagram=model, elements=FLOW.elements[1:2]))

    step = next(g for g in root.iter(f"{SVG}g") if g.get("data-activity") == "Triage")
    border = step.find(f"{SVG}rect")
    bottom = float(border.get("y")) + float(border.get("height"))
    ring = next(c for c in root.iter(f"{SVG}circle") if c.get("r") == "13.5")
    assert float(ring.get("cy")) == pytest.approx(bottom, abs=0.1)
    assert "out of place 12 (0.8 %)" in told(root)[2]
    assert max(float(text.get("y")) for text in step.iter(f"{SVG}text")) < bottom - 15


def test_a_sub_process_is_a_frame_with_its_name_that_lines_end_at():
    model = BpmnModel(
        (BpmnNode("s", NodeKind.START), BpmnNode("a", NodeKind.TASK, "Triage")),
        (SequenceFlow("f", "s", "sub"),),
    )
    boxes = {"s": Box(20, 100, 36, 36), "a": Box(250, 100, 100, 80)}
    part = Box(250, 100, 200, 160)
    given = Coordinates(
        model,
        boxes,
        {"f": ((38, 100), (150, 100))},
        frames=(Frame("Look into it", part, part=True, on_event=True),),
        parts={"sub": part},
    )

    diagram = laid(given)

    frame = diagram.frames[0].box
    assert diagram.routes["f"].points[-1][0] == pytest.approx(frame.x - frame.width / 2, abs=0.01)
    root = drawn(replace(FLOW, coordinates=given, diagram=model), conformance=None)
    assert "Look into it" in told(root)[2]


def test_the_flow_that_ships_loses_nothing():
    flow = shipped_flow("yasm")
    steps = {element.id: 7 for element in flow.elements}
    paths = {one.id: 1000 + i for i, one in enumerate(flow.coordinates.model.flows)}
    conformance = replace(
        CONFORMANCE, deviations=(), observability=(), step_counts=steps, path_counts=paths
    )

    root = ET.fromstring(draw_designed_flow(flow, conformance).svg)

    found = [g for g in root.iter(f"{SVG}g") if g.get("data-activity")]
    assert len(found) == len(flow.elements)
    assert {g.get("data-flow") for g in root.iter(f"{SVG}g")} - {None} == set(paths)


def test_a_small_flow_at_its_own_places_looks_as_it_did(golden):
    golden("designed-flow-as-drawn.svg", draw_designed_flow(DRAWN, CONFORMANCE).svg)


def test_an_axis_keeps_order_and_gives_every_span_its_room():
    spans = [Span(0, 100, 150), Span(40, 60, 90), Span(60, 200, 10)]
    axis = Axis([0, 40, 50, 60, 100, 200], spans, 0.5)

    moved = [axis.at(place) for place in (-10, 0, 40, 45, 50, 60, 100, 150, 200, 210)]
    assert moved == sorted(moved)
    assert axis.at(60) - axis.at(40) >= 90
    assert axis.at(100) - axis.at(0) >= 150
    assert axis.at(210) - axis.at(200) == pytest.approx(5)
    assert axis.at(0) - axis.at(-10) == pytest.approx(5, abs=0.1)


def test_a_long_empty_stretch_becomes_shorter():
    assert Axis([0, 1000], [], 1.0).at(1000) < 500
    assert Axis([0, 80], [], 1.0).at(80) == 80


@pytest.mark.parametrize(
    ("line", "shape", "end"),
    [
        ([(0, 50), (30, 50)], "diamond", (40, 50)),
        ([(0, 50), (50, 50)], "ellipse", (40, 50)),
        ([(0, 55), (38, 55)], "diamond", (45, 55)),
        ([(0, 10), (38, 10)], "box", (47, 40)),
        ([(50, 0), (50, 45), (50, 50)], "box", (50, 40)),
    ],
)
def test_lines_end_where_they_meet_a_shape(line, shape, end):
    found = docked(line, Box(50, 50, 20, 20), shape)

    assert found[:1] == line[:1]
    assert found[-1] == pytest.approx(end, abs=0.6)


def test_a_line_knows_what_it_shares_with_another():
    lines = {"a": [(0, 0), (100, 0), (100, 100)], "b": [(0, 0), (100, 0), (200, 0)]}

    ((start, end),) = own_pieces("a", lines)

    assert start[0] == end[0] == 100
    assert start[1] < 10
    assert end[1] == 100


def test_words_take_the_best_free_spot():
    ground = Ground({"box": Box(0, 0, 50, 50)}, {"line": [(-100, 60), (100, 60)]})
    spots = [Spot(0, (0, 0)), Spot(1, (0, 60)), Spot(2, (0, 90)), Spot(3, (0, 120))]

    assert ground.place(Words("a", 20, 10, spots)) == (0, 90)
    assert ground.place(Words("b", 20, 10, spots)) == (0, 120)
