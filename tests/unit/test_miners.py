import os
import subprocess
import sys

import pytest

from casemine.discover import (
    MINERS,
    discover_bpmn,
    discover_petri,
    discover_tree,
    unmodelled,
)
from casemine.discover.bpmn import bpmn_from_net, bpmn_from_tree
from casemine.discover.canonical import canonical
from casemine.discover.convert import net_from_tree
from casemine.errors import InputError, UsageError
from casemine.log import parse_log, variants_of
from casemine.model.bpmn import NodeKind
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.tree import Operator, ProcessTree

FLOW = "New Check Pay; New Pay Check; New Check Pay; New Skip"
FAST = [miner for miner in MINERS if miner != "ilp"]  # that one starts a process of its own
LOOPS = "A B A B C; A B C; D E; A A C"


def variants(text):
    return variants_of(parse_log(text))


def tree(operator, *children):
    return ProcessTree(
        operator,
        children=tuple(c if isinstance(c, ProcessTree) else ProcessTree(label=c) for c in children),
    )


SILENT = ProcessTree()


def test_the_inductive_miner_finds_sequence_choice_and_concurrency():
    found = discover_tree(variants(FLOW))

    assert str(found) == "→('New', ×(∧('Check', 'Pay'), 'Skip'))"


def test_children_without_an_order_come_by_falling_frequency():
    found = discover_tree(variants("B; C; C; A; A; A"))

    assert str(found) == "×('A', 'C', 'B')"


def test_noise_leaves_rare_behaviour_out():
    mostly = "A B C; " * 20 + "C A B"

    exact, filtered = (discover_tree(variants(mostly), noise=noise) for noise in (0.0, 0.2))

    assert (str(exact), str(filtered)) == ("∧('A', 'B', 'C')", "→('A', 'B', 'C')")


def test_a_net_has_ids_in_the_order_of_the_flow_and_a_final_marking():
    net = discover_petri(variants("A B"))

    assert [t.label for t in net.transitions] == ["A", "B"]
    assert net.arcs == (
        Arc("p1", "t1"),
        Arc("t1", "p2"),
        Arc("p2", "t2"),
        Arc("t2", "p3"),
    )
    assert (net.initial, net.final) == ({"p1": 1}, {"p3": 1})


@pytest.mark.parametrize("miner", FAST)
def test_models_carry_the_events_of_each_label(miner):
    net = discover_petri(variants("A B; A C; A B"), miner=miner)

    assert net.frequency == {"A": 3, "B": 2, "C": 1}


def test_the_heuristics_miner_needs_loops_of_two_from_triples():
    net = discover_petri(variants("A B C B C B D; A B C B D; A B D"), miner="heuristics")

    assert {t.label for t in net.transitions} >= {"A", "B", "C", "D"}
    before_b = {arc.source for arc in net.arcs if arc.target == _id(net, "B")}
    fed_by = {arc.source for arc in net.arcs if arc.target in before_b}
    assert len(fed_by) == 2  # from A and, by way of the loop, from C


def test_a_higher_dependency_keeps_fewer_activities_and_they_are_named():
    log = variants("A B C; " * 9 + "A D C")

    whole = discover_petri(log, miner="heuristics")
    strict = discover_petri(log, miner="heuristics", dependency=0.7)

    assert unmodelled(whole, log) == ()
    assert unmodelled(strict, log) == ("D",)


@pytest.mark.parametrize("miner", FAST)
def test_the_order_of_cases_changes_nothing(miner):
    one = discover_petri(variants("A B C; D E; A C B; A B C"), miner=miner)
    other = discover_petri(variants("A C B; A B C; A B C; D E"), miner=miner)

    assert one == other


@pytest.mark.parametrize("miner", FAST)
def test_one_event_alone_makes_a_model(miner):
    net = discover_petri(variants("A"), miner=miner)

    assert [t.label for t in net.transitions if t.label] == ["A"]


@pytest.mark.parametrize("label", ["None", "▶", "■", "tau", "a\nb", "'", "]", "0000001"])
@pytest.mark.parametrize("miner", FAST)
def test_names_that_mean_something_to_pm4py_are_only_names(miner, label):
    log = parse_log("X Y; Y X")
    renamed = {"X": label}
    plain = variants_of(log)
    odd = type(plain)(
        tuple(renamed.get(name, name) for name in plain.activities),
        plain.codes,
        plain.offsets,
        plain.counts,
        None,
        None,
    )

    net = discover_petri(odd, miner=miner)

    assert {t.label for t in net.transitions} - {None} == {label, "Y"}


OPTIONS = [
    ({"miner": "beta"}, "there is no miner 'beta'"),
    ({"noise": 1.5}, "noise is a share from 0 to 1, not 1.5"),
    ({"noise": float("nan")}, "noise is a share from 0 to 1, not nan"),
    ({"miner": "alpha", "noise": 0.2}, "noise works with the inductive miner, not with alpha"),
    ({"dependency": 0.5}, "works with the heuristics miner, not with inductive"),
    ({"miner": "heuristics", "dependency": 2}, "is from -1 to 1, not 2"),
    ({"limit_s": 3}, "a time limit works with the ilp miner, not with inductive"),
]


@pytest.mark.parametrize(("options", "message"), OPTIONS)
def test_options_that_a_miner_does_not_have_are_refused(options, message):
    for discover in (discover_petri, discover_bpmn):
        with pytest.raises(UsageError) as error:
            discover(variants("A B"), **options)

        assert message in str(error.value)


def test_only_the_inductive_miner_makes_trees():
    with pytest.raises(UsageError, match="the alpha miner makes no process tree"):
        discover_tree(variants("A B"), miner="alpha")


def test_a_log_without_events_is_an_error():
    empty = variants("A")
    empty = type(empty)((), empty.codes[:0], empty.offsets[:1], empty.counts[:0], None, None)

    with pytest.raises(InputError, match="there are no events"):
        discover_tree(empty)


def test_the_ilp_miner_finds_a_net_that_allows_every_trace():
    log = variants("A B D; B A D; A B D; C D")

    net = discover_petri(log, miner="ilp")

    assert {trace for trace, _ in log} == _traces_of_net(net, 4)
    assert net.frequency == {"D": 4, "A": 3, "B": 3, "C": 1}
    assert list(net.places) == [f"p{number}" for number in range(1, len(net.places) + 1)]


def test_the_ilp_miner_gives_up_in_time():
    with pytest.raises(InputError) as error:
        discover_petri(variants("A B; B A"), miner="ilp", limit_s=0.01)

    assert str(error.value) == (
        "the ilp miner found no model within 0.01 s (2 activities, 2 variants)"
    )


def test_the_ilp_miner_refuses_a_log_that_is_too_large(monkeypatch):
    monkeypatch.setattr("casemine.discover.ilp.LARGEST", 3)

    with pytest.raises(InputError, match="too large for the ilp miner"):
        discover_petri(variants("A B C D"), miner="ilp")


SCRIPT = """
import hashlib, sys, casemine.discover as d
from casemine.log import parse_log, variants_of
v = variants_of(parse_log("A B C D; B A D C; A C B D E F E F; E F; A B D; C D A; A A; F E C"))
text = repr([d.discover_petri(v, miner=m) for m in ("inductive", "heuristics", "alpha")])
text += repr(d.discover_bpmn(v)) + str(d.discover_tree(v, noise=0.3))
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_no_hash_seed_changes_a_model_and_pm4py_keeps_quiet():
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=False,
        )
        for seed in ("1", "77")
    ]

    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 2
    assert len({run.stdout for run in runs}) == 1


def test_pm4py_and_pandas_are_loaded_by_the_miners_alone():
    script = "import casemine.discover, sys; print({'pm4py', 'pandas', 'lxml'} & set(sys.modules))"

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout == "set()\n"


def test_a_canonical_net_does_not_depend_on_ids_or_order():
    net = discover_petri(variants(FLOW))
    names = {node: f"n{i}" for i, node in enumerate(_nodes(net))}
    shuffled = PetriNet(
        tuple(names[p] for p in reversed(net.places)),
        tuple(Transition(names[t.id], t.label) for t in reversed(net.transitions)),
        tuple(Arc(names[a.source], names[a.target]) for a in reversed(net.arcs)),
        {names[p]: n for p, n in net.initial.items()},
        {names[p]: n for p, n in net.final.items()},
        frequency=net.frequency,
    )

    assert canonical(shuffled) == net


def test_twin_silent_transitions_do_not_stop_the_naming():
    arcs = (Arc("a", "x"), Arc("a", "y"), Arc("x", "b"), Arc("y", "b"))
    twins = PetriNet(("a", "b"), (Transition("x", None), Transition("y", None)), arcs, {"a": 1})

    assert [t.id for t in canonical(twins).transitions] == ["t1", "t2"]


def test_a_tree_becomes_blocks_between_paired_gateways():
    model = bpmn_from_tree(tree(Operator.SEQUENCE, "A", tree(Operator.PARALLEL, "B", "C")))

    assert [node.id for node in model.nodes] == [
        "start",
        "task1",
        "parallel1",
        "task2",
        "task3",
        "parallel2",
        "end",
    ]
    assert [(flow.source, flow.target) for flow in model.flows] == [
        ("start", "task1"),
        ("task1", "parallel1"),
        ("parallel1", "task2"),
        ("parallel1", "task3"),
        ("task2", "parallel2"),
        ("task3", "parallel2"),
        ("parallel2", "end"),
    ]


def test_a_loop_becomes_a_way_back_and_a_skip_a_way_past():
    loop = tree(Operator.LOOP, "A", SILENT)

    model = bpmn_from_tree(tree(Operator.CHOICE, loop, SILENT))

    ways = {(flow.source, flow.target) for flow in model.flows}
    assert ("choice3", "choice2") in ways  # back to before A
    assert ("choice1", "choice4") in ways  # past the loop


def test_an_interleaving_has_no_diagram():
    with pytest.raises(InputError, match="no element for the interleaving"):
        bpmn_from_tree(tree(Operator.INTERLEAVING, "A", "B"))


@pytest.mark.parametrize("text", [FLOW, LOOPS, "A; A B; A B B; C"])
def test_a_net_and_its_diagram_have_the_same_traces(text):
    net = discover_petri(variants(text))

    model = bpmn_from_net(net)

    assert _traces_of_bpmn(model, 5) == _traces_of_net(net, 5)
    assert set(variants(text).trace(0)) <= {node.name for node in model.nodes}


@pytest.mark.parametrize("text", [FLOW, LOOPS])
def test_a_tree_its_net_and_its_diagram_have_the_same_traces(text):
    found = discover_tree(variants(text))

    traces = _traces_of_net(net_from_tree(found), 5)

    assert traces == _traces_of_bpmn(bpmn_from_tree(found), 5)
    assert {trace for trace, _ in variants(text) if len(trace) <= 5} <= traces


def test_tasks_have_one_way_in_and_out_and_gateways_join_or_split():
    model = discover_bpmn(variants(LOOPS + "; C D E; E B"))

    for node in model.nodes:
        into = sum(flow.target == node.id for flow in model.flows)
        out = sum(flow.source == node.id for flow in model.flows)
        expected = {NodeKind.TASK: (1, 1), NodeKind.START: (0, 1), NodeKind.END: (1, 0)}
        if node.kind in expected:
            assert (into, out) == expected[node.kind]
        else:
            assert min(into, out) == 1 < max(into, out)


REFUSED = [
    (
        PetriNet(
            ("i", "p", "q", "o"),
            (Transition("s", "S"), Transition("a", "A"), Transition("b", "B")),
            tuple(Arc(*ends) for ends in ("is", "sp", "sq", "pa", "pb", "qb", "ao", "bo")),
            {"i": 1},
            {"o": 1},
        ),
        "the choice at 'A' and 'B' depends on what happened elsewhere",
    ),
    (
        PetriNet(("i", "o"), (Transition("a", "A"),), (Arc("i", "a", 2), Arc("a", "o")), {"i": 1}),
        "weight other than 1",
    ),
    (
        PetriNet(("i", "o"), (Transition("a", "A"),), (Arc("i", "a"), Arc("a", "o")), {"i": 2}),
        "more than one token",
    ),
    (
        PetriNet(("i", "o"), (Transition("a", "A"),), (Arc("i", "a"), Arc("a", "o")), {}),
        "no initial marking",
    ),
    (
        PetriNet(("i",), (Transition("a", "A"),), (Arc("i", "a"),), {"i": 1}),
        "'A' has no place after it",
    ),
    (
        PetriNet(
            ("i", "x", "o"),
            (Transition("a", "A"),),
            (Arc("i", "a"), Arc("x", "a"), Arc("a", "o")),
            {"i": 1},
            {"o": 1},
        ),
        "'A' waits for a token that never comes",
    ),
    (
        PetriNet(
            ("i", "x", "o"),
            (Transition("a", "A"),),
            (Arc("i", "a"), Arc("a", "x"), Arc("a", "o")),
            {"i": 1},
            {"o": 1},
        ),
        "'A' leaves a token behind for ever",
    ),
    (
        PetriNet(
            ("i", "o", "x"),
            (Transition("a", "A"), Transition("b", "B")),
            (Arc("i", "a"), Arc("a", "o"), Arc("x", "b"), Arc("b", "x")),
            {"i": 1},
            {"o": 1},
        ),
        "'B' is not reached from the start",
    ),
]


@pytest.mark.parametrize(("net", "why"), REFUSED)
def test_a_net_without_an_equal_diagram_is_refused_with_the_reason(net, why):
    with pytest.raises(InputError) as error:
        bpmn_from_net(net)

    assert why in str(error.value)
    assert "--as petri" in error.value.mend


def test_a_choice_between_steps_that_wait_for_the_same_places_is_drawn():
    net = PetriNet(
        ("i", "p", "q", "o"),
        (Transition("s", "S"), Transition("a", "A"), Transition("b", "B")),
        tuple(Arc(*ends) for ends in ("is", "sp", "sq", "pa", "qa", "pb", "qb", "ao", "bo")),
        {"i": 1},
        {"o": 1},
    )

    model = bpmn_from_net(net)

    assert _traces_of_bpmn(model, 3) == {("S", "A"), ("S", "B")}


def _id(net, label):
    return next(t.id for t in net.transitions if t.label == label)


def _nodes(net):
    return [*net.places, *(t.id for t in net.transitions)]


def _traces_of_net(net, longest):
    """Every complete trace of at most so many steps, by trying all firings."""
    inputs = {t.id: [a.source for a in net.arcs if a.target == t.id] for t in net.transitions}
    outputs = {t.id: [a.target for a in net.arcs if a.source == t.id] for t in net.transitions}
    final = tuple(sorted(net.final.items()))
    traces = set()
    waiting = [((), tuple(sorted(net.initial.items())))]
    seen = set(waiting)
    while waiting:
        trace, marking = waiting.pop()
        if marking == final:
            traces.add(trace)
        tokens = dict(marking)
        for transition in net.transitions:
            if not all(tokens.get(place) for place in inputs[transition.id]):
                continue
            after = dict(tokens)
            for place in inputs[transition.id]:
                after[place] -= 1
            for place in outputs[transition.id]:
                after[place] = after.get(place, 0) + 1
            longer = trace if transition.label is None else (*trace, transition.label)
            state = (longer, tuple(sorted((p, n) for p, n in after.items() if n)))
            if len(longer) <= longest and state not in seen:
                seen.add(state)
                waiting.append(state)
    return traces


def _traces_of_bpmn(model, longest):
    """Play the diagram as a net: a place per flow, a transition per way through a node."""
    places = [flow.id for flow in model.flows]
    transitions, arcs = [], []

    def step(label, before, after):
        name = f"step{len(transitions)}"
        transitions.append(Transition(name, label))
        arcs.extend(Arc(place, name) for place in before)
        arcs.extend(Arc(name, place) for place in after)

    initial, final = {}, {}
    for node in model.nodes:
        before = [flow.id for flow in model.flows if flow.target == node.id]
        after = [flow.id for flow in model.flows if flow.source == node.id]
        if node.kind == NodeKind.START:
            initial = dict.fromkeys(after, 1)
        elif node.kind == NodeKind.END:
            final = dict.fromkeys(before, 1)
        elif node.kind == NodeKind.EXCLUSIVE:
            for one in before:
                for other in after:
                    step(None, [one], [other])
        else:
            step(node.name if node.kind == NodeKind.TASK else None, before, after)
    net = PetriNet(tuple(places), tuple(transitions), tuple(arcs), initial, final)
    return _traces_of_net(net, longest)
