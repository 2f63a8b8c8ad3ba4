"""What is written is what is read, for every model; and no file makes a reader crash."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casemine.discover import discover_bpmn, discover_petri, discover_tree
from casemine.discover.convert import net_from_tree
from casemine.errors import CasemineError, Place
from casemine.log import discover_dfg, parse_log, variants_of
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.tree import Operator, ProcessTree
from casemine.read.models import read_model
from casemine.write.models import to_bpmn, to_dot, to_json, to_pnml, to_ptml

# XML can't hold control characters, and a carriage return ends a line; other tests see to those.
names = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
)
ids = st.text("abcXYZ_09", min_size=1, max_size=4).map(lambda text: f"n{text}")
quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
traces = st.lists(
    st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=6), min_size=1, max_size=6
)


@st.composite
def nets(draw):
    places = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    steps = draw(st.lists(ids.map(lambda id_: f"t{id_}"), min_size=1, max_size=4, unique=True))
    transitions = tuple(Transition(id_, draw(st.none() | names)) for id_ in steps)
    pairs = [(p, t) for p in places for t in steps] + [(t, p) for p in places for t in steps]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True))
    arcs = tuple(Arc(a, b, draw(st.integers(1, 3))) for a, b in chosen)
    marking = st.dictionaries(st.sampled_from(places), st.integers(1, 3))
    ordered = lambda tokens: {p: tokens[p] for p in places if p in tokens}  # noqa: E731
    initial, final = ordered(draw(marking)), draw(st.none() | marking.map(ordered))
    return PetriNet(tuple(places), transitions, arcs, initial, final, name=draw(names))


@st.composite
def diagrams(draw):
    found = draw(st.lists(ids, min_size=1, max_size=6, unique=True))
    lanes = st.none() | st.sampled_from(["1st level", "2nd <level>"])
    nodes = tuple(
        BpmnNode(id_, draw(st.sampled_from(NodeKind)), draw(names | st.just("")), draw(lanes))
        for id_ in found
    )
    ends = draw(st.lists(st.tuples(st.sampled_from(found), st.sampled_from(found)), max_size=6))
    flows = tuple(SequenceFlow(f"flow{n}", a, b) for n, (a, b) in enumerate(ends))
    return BpmnModel(nodes, flows, name=draw(names))


trees = st.recursive(
    names.map(lambda name: ProcessTree(label=name)) | st.just(ProcessTree()),
    lambda inner: (
        st.builds(
            lambda operator, children: ProcessTree(operator, children=tuple(children)),
            st.sampled_from([o for o in Operator if o != Operator.LOOP]),
            st.lists(inner, min_size=1, max_size=3),
        )
        | st.tuples(inner, inner).map(lambda two: ProcessTree(Operator.LOOP, children=two))
    ),
    max_leaves=8,
)


def through(tmp_path, text):
    path = tmp_path / "model"
    path.write_text(text, encoding="utf-8", newline="")
    return read_model(path)


@quick
@given(nets())
def test_a_net_survives_pnml_and_json(tmp_path, net):
    assert through(tmp_path, to_pnml(net)) == net
    assert through(tmp_path, json.dumps(to_json(net))) == net


@quick
@given(diagrams())
def test_a_diagram_survives_bpmn_and_json(tmp_path, model):
    assert through(tmp_path, to_bpmn(model)) == model
    assert through(tmp_path, json.dumps(to_json(model))) == model


@quick
@given(trees)
def test_a_tree_survives_ptml_and_json(tmp_path, tree):
    assert through(tmp_path, to_ptml(tree)) == tree
    assert through(tmp_path, json.dumps(to_json(tree))) == tree


@quick
@given(traces)
def test_a_graph_is_the_same_by_json_and_by_dot(tmp_path, log):
    graph = discover_dfg(parse_log("; ".join(" ".join(trace) for trace in log)))

    by_json = through(tmp_path, json.dumps(to_json(graph)))

    assert through(tmp_path, to_dot(graph)) == by_json
    assert (by_json.edges, by_json.starts, by_json.ends) == (graph.edges, graph.starts, graph.ends)


@quick
@given(traces, st.sampled_from([0.0, 0.2]))
def test_renaming_activities_renames_the_model(log, noise):
    plain = "; ".join(" ".join(trace) for trace in log)
    names_to = dict(zip("ABCDE", "VWXYZ", strict=True))  # in the same order: ties go by name
    renamed = "".join(names_to.get(char, char) for char in plain)

    tree, other = (discover_tree(variants_of(parse_log(t)), noise=noise) for t in (plain, renamed))

    assert "".join(names_to.get(char, char) for char in str(tree)) == str(other)


@quick
@given(traces)
def test_what_the_inductive_miner_finds_is_sound_and_drawn_whole(log):
    variants = variants_of(parse_log("; ".join(" ".join(trace) for trace in log)))

    net, model = discover_petri(variants), discover_bpmn(variants)

    assert net == net_from_tree(discover_tree(variants), frequency=net.frequency)
    assert {t.label for t in net.transitions} - {None} == set(variants.activities)
    assert {n.name for n in model.nodes if n.kind == NodeKind.TASK} == set(variants.activities)
    assert len({node.id for node in model.nodes}) == len(model.nodes)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["pnml", "bpmn", "ptml", "json", "dot"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), st.binary(max_size=6)), max_size=3),
)
@example("json", [(0.0, 0, b"[" * 5000)])
def test_a_damaged_file_is_read_or_refused_but_never_crashes(tmp_path, kind, damages):
    variants = variants_of(parse_log("A B C; A C B; A A D"))
    data = {
        "pnml": to_pnml(discover_petri(variants)),
        "bpmn": to_bpmn(discover_bpmn(variants)),
        "ptml": to_ptml(discover_tree(variants)),
        "json": json.dumps(to_json(discover_petri(variants))),
        "dot": to_dot(discover_dfg(parse_log("A B C; A C B"))),
    }[kind].encode()
    for share, removed, inserted in damages:
        start = int(share * len(data))
        data = data[:start] + inserted + data[start + removed :]
    path = Path(tmp_path) / "model"
    path.write_bytes(data)

    refused = None
    try:
        read_model(path)
    except CasemineError as error:
        refused = error
    assert refused is None or (refused.where, refused.exit_code) == (
        Place(str(path), refused.where.row),
        3,
    )


@pytest.mark.parametrize("miner", ["inductive", "heuristics", "alpha"])
def test_no_log_stops_a_miner(miner):
    @settings(max_examples=60, deadline=None)
    @given(traces)
    def check(log):
        net = discover_petri(
            variants_of(parse_log("; ".join(" ".join(t) for t in log))), miner=miner
        )
        nodes = {*net.places, *(t.id for t in net.transitions)}
        assert {arc.source for arc in net.arcs} | {arc.target for arc in net.arcs} <= nodes
        assert set(net.initial) | set(net.final) <= set(net.places)

    check()
