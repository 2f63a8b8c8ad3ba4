import json
from dataclasses import replace

import pytest

from casemine.discover import discover_bpmn, discover_petri, discover_tree
from casemine.errors import InputError
from casemine.log import discover_dfg, parse_log, variants_of
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind
from casemine.read.models import read_model
from casemine.write.models import to_json

LOG = parse_log("A B C; A C B; A D; A D D")
VARIANTS = variants_of(LOG)


@pytest.fixture
def read(tmp_path):
    def reader(value):
        path = tmp_path / "model.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return read_model(path)

    return reader


def test_a_graph_is_written_as_the_contract_says():
    graph = discover_dfg(parse_log("A B; A B; B"))

    assert to_json(graph) == {
        "activities": [
            {"name": "B", "events": 3, "cases": 3},
            {"name": "A", "events": 2, "cases": 2},
        ],
        "edges": [
            {
                "from": "A",
                "to": "B",
                "count": 2,
                "cases": 2,
                "min_s": 3600.0,
                "median_s": 3600.0,
                "mean_s": 3600.0,
                "p90_s": 3600.0,
                "max_s": 3600.0,
                "total_s": 7200.0,
            }
        ],
        "starts": {"A": 2, "B": 1},
        "ends": {"B": 3},
    }


def test_times_that_are_unknown_are_null():
    graph = discover_dfg(LOG)
    untimed = replace(graph, edges=tuple(replace(edge, wait=None) for edge in graph.edges))

    assert {edge["median_s"] for edge in to_json(untimed)["edges"]} == {None}


@pytest.mark.parametrize(
    "model",
    [
        discover_petri(VARIANTS),
        replace(discover_petri(VARIANTS), final=None),
        discover_bpmn(VARIANTS),
        BpmnModel((BpmnNode("t", NodeKind.TASK, "x", lane="y"),), ()),
        discover_tree(VARIANTS),
    ],
)
def test_a_model_comes_back_as_it_was(read, model):
    assert read(to_json(model)) == model
    assert read({"schema": "casemine/discover/1", "data": to_json(model)}) == model


def test_a_graph_comes_back_with_positions_close_to_the_true_ones(read):
    graph = discover_dfg(LOG)

    again = read(to_json(graph))

    assert (again.edges, again.starts, again.ends) == (graph.edges, graph.starts, graph.ends)
    assert [a.name for a in again.activities] == [a.name for a in graph.activities]
    for found, true in zip(again.activities, graph.activities, strict=True):
        assert found.position == pytest.approx(true.position, abs=0.12)


def test_a_graph_is_put_in_order_when_it_is_read(read):
    value = to_json(discover_dfg(LOG))
    mixed = value | {key: value[key][::-1] for key in ("activities", "edges")}

    assert read(mixed) == read(value)


def test_a_cycle_without_start_or_end_still_gets_positions(read):
    value = to_json(discover_dfg(parse_log("A B; B A"))) | {"starts": {}, "ends": {}}

    assert [activity.position for activity in read(value).activities] == [0.5, 0.5]


GRAPH = to_json(discover_dfg(LOG))
NET = to_json(discover_petri(VARIANTS))
BPMN = to_json(discover_bpmn(VARIANTS))
TREE = to_json(discover_tree(VARIANTS))


def changed(value, *path, to):
    value = json.loads(json.dumps(value))
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return value


WRONG = [
    ({}, "the JSON is no model"),
    ([], "the JSON is no model"),
    ({"data": 3}, "the JSON is no model"),
    (changed(GRAPH, "edges", 1, "count", to="x"), "edges[1].count is 'x', not a whole number"),
    (changed(GRAPH, "edges", 1, "count", to=True), "edges[1].count is true, not a whole number"),
    (changed(GRAPH, "edges", 0, "from", to="Z"), "edges[0].from is 'Z', which is no activity"),
    (changed(GRAPH, "edges", 0, "p90_s", to=None), "edges[0].p90_s is null, not a number"),
    (changed(GRAPH, "edges", 0, "p90_s", to=float("nan")), "edges[0].p90_s is NaN"),
    (changed(GRAPH, "edges", to=3), "edges is 3, not a list"),
    (changed(GRAPH, "edges", to=[GRAPH["edges"][0]] * 2), "two edges connect the same"),
    (changed(GRAPH, "activities", 0, "name", to="B"), "is 'B', as is one before it"),
    (changed(GRAPH, "activities", 0, "name", to="\ud800"), "half of a character"),
    (changed(GRAPH, "activities", 0, to={}), "activities[0].name is missing"),
    (changed(GRAPH, "starts", "Z", to=1), "a key of starts is 'Z', which is no activity"),
    (changed(NET, "arcs", 0, "to", to="p1"), "arcs[0].to is 'p1', which is no node it can lead to"),
    (changed(NET, "arcs", 0, "weight", to=0), "arcs[0].weight is 0, not a whole number"),
    (changed(NET, "places", 0, to="t1"), "two nodes of the net have the same id"),
    (changed(NET, "initial", "x", to=1), "a key of initial is 'x', which is no place"),
    (changed(NET, "transitions", 0, "label", to=3), "transitions[0].label is 3, not text"),
    (changed(BPMN, "nodes", 0, "kind", to="subProcess"), "which is no kind of node"),
    (changed(BPMN, "flows", 0, "to", to="x"), "flows[0].to is 'x', which is no node"),
    (changed(BPMN, "flows", 0, "id", to="start"), "a node and a flow have the same id"),
    (changed(TREE, "operator", to="then"), "operator is 'then', which is no operator"),
    (changed(TREE, "children", to=[]), "children is [], not a list of at least 1"),
    (changed(TREE, "operator", to=None), "it belongs to an activity"),
]


@pytest.mark.parametrize(("value", "message"), WRONG)
def test_a_value_that_does_not_fit_is_an_error_with_its_path(read, value, message):
    with pytest.raises(InputError) as error:
        read(value)

    assert message in error.value.message
    assert error.value.exit_code == 3


def test_broken_json_is_an_error_with_its_line(read):
    with pytest.raises(InputError, match="the JSON is broken") as error:
        read('{"activities": [],\n "edges" []}')

    assert error.value.where.row == 2


@pytest.mark.parametrize("text", ["[" * 100_000, '{"operator":"xor","children":[' * 5000])
def test_json_that_is_nested_too_deeply_is_an_error(read, text):
    with pytest.raises(InputError):
        read(text)


def test_a_deep_tree_is_an_error(read):
    value = {"operator": None, "label": "A", "children": []}
    for _ in range(400):
        value = {"operator": "and", "label": None, "children": [value]}

    with pytest.raises(InputError, match="nested too deeply"):
        read(value)
