from casemine.conform.footprint import footprint
from casemine.model.petri import Arc, PetriNet, Transition


def net_of(*steps, final="o", places=None):
    """`id:label:in,in>out` per step; an empty label is silent."""
    transitions, arcs, found = [], [], dict.fromkeys(places or ())
    for step in steps:
        key, label, ways = step.split(":")
        transitions.append(Transition(key, label or None))
        into, out = ([p for p in side.split(",") if p] for side in ways.split(">"))
        found.update(dict.fromkeys([*into, *out]))
        arcs += [Arc(place, key) for place in into] + [Arc(key, place) for place in out]
    return PetriNet(tuple(found), tuple(transitions), tuple(arcs), {"i": 1}, {final: 1})


def test_silent_steps_are_passed_over():
    found = footprint(net_of("a:A:i>p", "t:: p>q".replace(" ", ""), "b:B:q>o"))

    assert found.pairs == {("A", "B")}
    assert (found.starts, found.ends, found.empty) == ({"A"}, {"B"}, False)


def test_a_step_that_the_log_cannot_show_may_be_passed_over():
    found = footprint(net_of("a:A:i>p", "b:B:p>q", "c:C:q>o"), silent={"B"})

    assert found.pairs == {("A", "C"), ("A", "B"), ("B", "C")}
    assert found.activities == {"A", "B", "C"}


def test_parallel_steps_come_in_both_orders():
    found = footprint(net_of("s::i>p,q", "a:A:p>r", "b:B:q>s", "e::r,s>o"))

    assert found.pairs == {("A", "B"), ("B", "A")}
    assert found.starts == found.ends == {"A", "B"}


def test_ways_into_a_dead_end_allow_nothing():
    found = footprint(net_of("a:A:i>p", "b:B:p>o", "x:X:p>stuck"))

    assert found.pairs == {("A", "B")}


def test_a_loop_of_silent_steps_ends():
    found = footprint(net_of("a:A:i>p", "t::p>q", "u::q>p", "b:B:q>o"))

    assert found.pairs == {("A", "B")}


def test_the_empty_run_is_told():
    assert footprint(net_of("t::i>o", "a:A:i>o")).empty


def test_more_markings_than_the_limit_decide_nothing():
    growing = net_of("a:A:i>i,p", "b:B:i>o")

    assert footprint(growing, limit=100) is None


def test_a_net_that_cannot_end_decides_nothing():
    assert footprint(net_of("a:A:i>p", places=("i", "p", "o"))) is None
