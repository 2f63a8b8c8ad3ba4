"""The flow that ships: its elements, its drawing, and its language beside an independent net."""

from __future__ import annotations

import importlib.util
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from casemine.conform.soundness import check_soundness
from casemine.generate.flow import FINAL, INITIAL, LABELS, STEPS
from casemine.model.yasm import YASM
from casemine.read.flows import shipped_flow

ROOT = Path(__file__).parents[2]
FILE = ROOT / "src" / "casemine" / "flows" / "yasm-lp4.6.bpmn"
SPACES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
DESIGNED = """
S1→G1 S2→G1 G1→A01→G2m→A02→G2 G2→A10 G2→GMm G2→G8m G2→GCm
A10→A11→G3m→G3 G3→A12→G6m G3→A13→G4m G3→W1a→X1 X1→W2a→G3m X1→T2a→G3m G3→GMm G3→GCm
G4m→A20→G5m→G5 G5→A22→G6m G5→A21→G5m G5→A23→G4m G5→W1b→X2 X2→W2b→G5m X2→T2b→G5m G5→GMm G5→GCm
GMm→A40→G7m→G7 G7→A21m→G7m G7→A41→G6m
G6m→G6 G6→A60→G10m G6→T1→G10m G6→A61→GR GR→G3m GR→G5m
G8m→G8 G8→A81→G8m G8→A82→G8m G8→W1c→X3 X3→W2c→G8m X3→T2c→G8m G8→A83→G9m→G9 G8→G2m G8→GCm
G9→A60r→G10m G9→T1r→G10m G9→A61r→G8m
G10m→P1 P1→A70→P2 P1→A71→P2 P2→G11 G11→A72→G10m G11→G12 G12→A73→G13m G12→G13m G13m→A74→E1
GCm→A90→E2
"""
EVENT_BASED = {"G6", "G9", "X1", "X2", "X3"}


@pytest.fixture(scope="module")
def tree():
    return etree.parse(FILE)


@pytest.fixture(scope="module")
def flow():
    return shipped_flow("yasm")


def test_it_is_sound_and_never_holds_two_tokens_in_a_place(flow):
    found = check_soundness(flow)

    assert (found.sound, found.safe, found.doubts) == (True, True, ())


def test_the_file_is_what_its_script_writes():
    spec = importlib.util.spec_from_file_location("drawn", ROOT / "docs" / "draw_yasm_flow.py")
    drawn = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawn)

    assert drawn.document() == FILE.read_text(encoding="utf-8")


def test_it_has_the_designed_nodes_and_sequence_flows_and_no_others(tree):
    chains = [chain.split("→") for chain in DESIGNED.split()]
    designed = {pair for chain in chains for pair in pairwise(chain)}
    found = {
        (arrow.get("sourceRef"), arrow.get("targetRef"))
        for arrow in tree.iterfind("b:process/b:sequenceFlow", SPACES)
    }

    assert found == designed
    assert len({node for pair in found for node in pair}) == 69
    assert len(found) == 96


def test_each_element_is_of_the_kind_that_its_id_promises(tree):
    for node in tree.iterfind("b:process/*", SPACES):
        kind, id_ = etree.QName(node).localname, node.get("id")
        if kind.endswith("Gateway"):
            wanted = "eventBased" if id_ in EVENT_BASED else "parallel"
            assert kind == f"{wanted if id_ in EVENT_BASED | {'P1', 'P2'} else 'exclusive'}Gateway"
        if kind.endswith(("task", "Task")):
            element = id_ if id_ in YASM else id_.rstrip("abcmr")
            assert node.get("name") == YASM[element]
        if kind == "intermediateCatchEvent":
            assert node.find("b:timerEventDefinition", SPACES) is not None


def test_what_follows_an_event_based_gateway_waits_for_an_event_and_has_one_way_in(tree):
    kinds = {node.get("id"): etree.QName(node).localname for node in tree.iter() if node.get("id")}
    arrows = [
        (arrow.get("sourceRef"), arrow.get("targetRef"))
        for arrow in tree.iterfind(".//b:sequenceFlow", SPACES)
    ]
    for source, target in arrows:
        if source in EVENT_BASED:
            assert kinds[target] in {"receiveTask", "intermediateCatchEvent"}
            assert [end for _, end in arrows].count(target) == 1


def test_floating_steps_are_event_sub_processes_that_do_not_interrupt(tree):
    boxes = tree.findall("b:process/b:subProcess", SPACES)

    assert [box.get("triggeredByEvent") for box in boxes] == ["true"] * 4
    assert [box.find("b:startEvent", SPACES).get("isInterrupting") for box in boxes] == (
        ["false"] * 4
    )
    steps = [
        step.get("id") for box in boxes for step in box if "ask" in etree.QName(step).localname
    ]
    assert sorted(steps) == ["U1", "U2", "U3", "U4"]


def test_all_activities_of_the_design_and_none_of_the_deviations_are_its_steps(flow):
    designed = {name for element, name in YASM.items() if not element.startswith("X")}

    assert set(flow.activities) == designed
    assert flow.element("Record findings").lane == "1st level support"
    assert flow.element("Escalate hierarchically").lane.startswith("Incident manager")
    assert all(step.line for step in flow.elements)


def test_it_says_that_it_is_a_reading_and_no_official_chart(tree):
    text = tree.findtext("b:process/b:documentation", namespaces=SPACES)

    assert "casemine reading of the publicly described YaSM LP4.6 flow" in text
    assert "Not an official YaSM chart" in text


def silently(markings, steps):
    found, fresh = set(markings), list(markings)
    while fresh:
        marking = fresh.pop()
        for label, takes, gives in steps:
            if label is None and takes <= marking:
                after = (marking - takes) | gives
                if after not in found:
                    found.add(after)
                    fresh.append(after)
    return frozenset(found)


def after(markings, label, steps):
    return silently(
        {
            (marking - takes) | gives
            for name, takes, gives in steps
            if name == label
            for marking in markings
            if takes <= marking
        },
        steps,
    )


def test_its_language_is_that_of_the_net_which_samples_are_played_out_of(flow):
    takes = {step.id: set() for step in flow.net.transitions}
    gives = {step.id: set() for step in flow.net.transitions}
    for arc in flow.net.arcs:
        if arc.target in takes:
            takes[arc.target].add(arc.source)
        else:
            gives[arc.source].add(arc.target)
    drawn = [
        (step.label, frozenset(takes[step.id]), frozenset(gives[step.id]))
        for step in flow.net.transitions
    ]
    reduced = [(LABELS.get(step.element), step.takes, step.gives) for step in STEPS]
    labels = {label for label, *_ in (*drawn, *reduced) if label is not None}
    start, end = frozenset(flow.net.initial), frozenset(flow.net.final)

    first = (silently({start}, drawn), silently({INITIAL}, reduced))
    seen, fresh = {first}, [first]
    while fresh:
        ours, theirs = fresh.pop()
        assert (end in ours) == (FINAL in theirs)
        for label in sorted(labels):
            pair = (after(ours, label, drawn), after(theirs, label, reduced))
            assert bool(pair[0]) == bool(pair[1]), label
            if pair[0] and pair not in seen:
                seen.add(pair)
                fresh.append(pair)
    assert len(seen) >= 22


# The drawing: shapes, arrows and names, so that any editor shows a tidy picture.


def boxes_of(tree):
    found = {}
    for shape in tree.iterfind(".//di:BPMNShape", SPACES):
        box = shape.find("dc:Bounds", SPACES)
        x, y, width, height = (float(box.get(key)) for key in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def arrows_of(tree):
    return {
        edge.get("bpmnElement"): [
            (float(point.get("x")), float(point.get("y")))
            for point in edge.iterfind("dd:waypoint", SPACES)
        ]
        for edge in tree.iterfind(".//di:BPMNEdge", SPACES)
    }


def nodes_of(tree):
    """Ids of what an arrow must not cross: tasks, events and gateways."""
    return [
        node.get("id")
        for node in tree.iterfind("b:process//*", SPACES)
        if etree.QName(node).localname.endswith(("ask", "Event", "Gateway"))
    ]


def test_everything_that_can_be_drawn_is_drawn(tree):
    boxes, arrows = boxes_of(tree), arrows_of(tree)
    shapes = [
        node.get("id")
        for path in (
            "b:collaboration/b:participant",
            "b:process//b:lane",
            "b:process//b:subProcess",
            "b:process/b:dataStoreReference",
            "b:process/b:dataObjectReference",
            "b:process/b:textAnnotation",
        )
        for node in tree.iterfind(path, SPACES)
    ]
    lines = [
        node.get("id")
        for tag in ("sequenceFlow", "messageFlow", "association", "dataInputAssociation")
        for node in tree.iterfind(f".//b:{tag}", SPACES)
    ]

    assert set(shapes) | set(nodes_of(tree)) == set(boxes)
    assert set(lines) | {"O_A01", "O_A73"} == set(arrows)


def test_nodes_do_not_overlap_and_stand_in_their_lanes(tree):
    boxes = boxes_of(tree)
    for one, other in combinations(nodes_of(tree), 2):
        (a, b, c, d), (e, f, g, h) = boxes[one], boxes[other]
        assert a >= g or e >= c or b >= h or f >= d, (one, other)
    for lane in tree.iterfind(".//b:lane", SPACES):
        left, top, right, bottom = boxes[lane.get("id")]
        for reference in lane.iterfind("b:flowNodeRef", SPACES):
            a, b, c, d = boxes[reference.text]
            assert left < a < c < right, reference.text
            assert top < b < d < bottom, reference.text


def test_arrows_are_level_or_upright_and_join_the_edges_of_their_nodes(tree):
    boxes, arrows = boxes_of(tree), arrows_of(tree)
    for arrow in tree.iterfind(".//b:sequenceFlow", SPACES):
        points = arrows[arrow.get("id")]
        for (x, y), (u, v) in pairwise(points):
            assert (x == u) != (y == v), arrow.get("id")
        for (x, y), node in ((points[0], "sourceRef"), (points[-1], "targetRef")):
            a, b, c, d = boxes[arrow.get(node)]
            assert a <= x <= c, arrow.get("id")
            assert b <= y <= d, arrow.get("id")
            assert x in {a, c} or y in {b, d}, arrow.get("id")


def test_no_arrow_runs_through_a_node(tree):
    boxes, arrows = boxes_of(tree), arrows_of(tree)
    for id_ in nodes_of(tree):
        a, b, c, d = boxes[id_]
        for arrow, points in arrows.items():
            for (x, y), (u, v) in pairwise(points):
                if x != u and y != v:
                    continue  # an association of a note may be aslant
                clear = max(x, u) <= a or min(x, u) >= c or max(y, v) <= b or min(y, v) >= d
                assert clear, (arrow, id_)


def test_the_usual_importer_reads_it_too():
    import pm4py

    diagram = pm4py.read_bpmn(str(FILE))

    names = {node.get_name() for node in diagram.get_nodes()}
    assert set(YASM.values()) - names == {name for id_, name in YASM.items() if id_[0] == "X"}
