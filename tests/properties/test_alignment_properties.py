"""What holds for every optimal alignment, on random nets: weights, loops, dead ends, silence."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.model.petri import PetriNet, Transition
from small_nets import COLUMNS, least_cost, nets, replay, solutions, solve, traces

many, some = settings(max_examples=120, deadline=None), settings(max_examples=40, deadline=None)


@many
@given(nets(), traces, st.randoms(use_true_random=False))
def test_every_engine_gives_the_least_cost_with_the_same_moves_and_they_replay(net, log, random):
    prefixes = [random.random() < 0.4 for _ in log]

    found = solutions(net, log, prefixes)

    one = found["numpy"]
    expected = [least_cost(net, t, prefix=p) for t, p in zip(log, prefixes, strict=True)]
    assert one.costs.tolist() == expected
    assert one.shortest_run == least_cost(net, ())
    assert replay(net, log, one, prefixes) == expected
    for engine, other in found.items():
        assert other.shortest_run == one.shortest_run, engine
        for column in COLUMNS:
            assert np.array_equal(getattr(other, column), getattr(one, column)), (engine, column)


@some
@given(nets(), traces)
def test_a_beginning_never_costs_more_than_the_whole(net, log):
    whole = solve(net, log).costs
    part = solve(net, log, [True] * len(log)).costs

    assert (part <= whole).all()


@some
@given(nets(), traces)
def test_new_names_of_activities_change_nothing(net, log):
    new = {"a": "z9", "b": "k", "c": "0", "z": "a"}
    renamed = PetriNet(
        net.places,
        tuple(Transition(t.id, t.label and new[t.label]) for t in net.transitions),
        net.arcs,
        net.initial,
        net.final,
    )

    before = solve(net, log)
    after = solve(renamed, [tuple(new[name] for name in trace) for trace in log])

    for column in COLUMNS:
        assert np.array_equal(getattr(before, column), getattr(after, column))


@some
@given(nets(), traces)
def test_the_visible_side_of_any_alignment_fits(net, log):
    """Runs of the net, taken as traces, cost nothing: cost 0 exactly when a trace replays."""
    found = solve(net, log)
    labels = [t.label for t in net.transitions]
    runs = [
        tuple(labels[t] for t in found.transitions[a:b].tolist() if t >= 0 and labels[t])
        for a, b in zip(found.offsets[:-1], found.offsets[1:], strict=True)
    ]

    assert solve(net, runs).costs.tolist() == [0] * len(runs)
