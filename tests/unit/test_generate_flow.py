from __future__ import annotations

import pytest

from casemine.generate.draws import Draws
from casemine.generate.flow import FINAL, INITIAL, STEPS, enabled, fire, first_misfit
from casemine.generate.plant import Edit, apply
from casemine.generate.plant import _merged as merged
from casemine.generate.playout import ELEMENTS, PROFILES, TIMED_OUT, play_out


def reachable():
    found, fresh = {INITIAL}, [INITIAL]
    while fresh:
        marking = fresh.pop()
        for step in enabled(marking):
            if (after := fire(marking, step)) not in found:
                found.add(after)
                fresh.append(after)
    return found


def test_the_net_has_the_size_that_the_design_proved():
    assert len(STEPS) == 52
    assert sum(step.silent for step in STEPS) == 10
    assert len(reachable()) == 22


def test_every_marking_can_reach_the_end_and_the_end_is_clean():
    back = {FINAL}
    while more := {
        marking
        for marking in reachable() - back
        if any(fire(marking, step) in back for step in enabled(marking))
    }:
        back |= more

    assert back == reachable()
    assert [marking for marking in reachable() if "o" in marking] == [FINAL]


@pytest.mark.parametrize(
    "trace",
    [
        "A01 A02 A10 A11 W1 W2 A13 A20 A21 A22 A60 A70 A71 A73 A74",
        "A01 A02 A10 A11 A12 A71 A70 A74",
        "A01 A02 A10 A11 A13 A20 A22 A61 A22 A60 A70 A71 A74",
        "A01 A02 A10 A11 A40 A41 U1 A60 A70 A71 A74",
        "A01 A02 A81 A82 A02 A10",
        "A01 U4 A02 A90",
    ],
)
def test_runs_of_the_design_replay(trace):
    assert first_misfit(trace.split()) is None


@pytest.mark.parametrize(
    ("trace", "misfit"),
    [
        ("A01 A02 A10 A13", 3),
        ("A01 A02 A10 A11 A12 A60 A74", 6),
        ("A01 A02 A10 A11 A13 A20 A12", 6),
        ("A02", 0),
        ("A01 A02 A90 U1", 3),
        ("A01 A02 X01", 2),
    ],
)
def test_replay_names_the_first_event_that_does_not_fit(trace, misfit):
    assert first_misfit(trace.split()) == misfit


def test_every_profile_plays_runs_that_end():
    traces = play_out([n % len(PROFILES) for n in range(2000)], Draws(3, 0).one_by_one())

    names = [[ELEMENTS[kind % TIMED_OUT] for kind in trace] for trace in traces]

    assert all(first_misfit(trace) is None for trace in names)
    assert all(trace[-1] in {"A74", "A90"} for trace in names)
    assert {element for trace in names for element in trace} >= {
        step.element for step in STEPS if not step.silent
    }


def test_edits_of_a_trace_keep_their_distance_and_follow_each_other():
    def edit(at, removed=0, added=(9,)):
        return Edit("inserted", at, removed, added, (at,), "A11", "", at)

    clean = tuple(range(10))
    two = merged((edit(6),), edit(2, removed=1, added=()))

    assert two is not None
    assert apply(clean, two) == (0, 1, 3, 4, 5, 9, 6, 7, 8, 9)
    assert [one.shows for one in two] == [(2,), (5,)]
    assert merged((edit(6),), edit(7)) is None
    assert merged(two, edit(9)) is not None
