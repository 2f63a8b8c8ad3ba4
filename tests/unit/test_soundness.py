"""Each way of not being sound is told apart, with the shortest run that shows it."""

from __future__ import annotations

import pytest

from casemine.conform.soundness import check_soundness, require_sound
from casemine.errors import InputError
from casemine.model.flow import DesignedFlow, FlowElement
from casemine.model.soundness import FaultKind, Verdict
from petri_nets import net_of


def faults_of(lines, **options):
    return [
        (fault.kind, fault.trace, fault.what)
        for fault in check_soundness(net_of(lines), **options).faults
    ]


def test_a_sound_net_says_how_large_it_is():
    found = check_soundness(net_of("A: i > p q; B: p > r; C: q > s; D: r s > o"))

    assert (found.verdict, found.faults, found.doubts) == (Verdict.SOUND, (), ())
    assert (found.markings, found.arcs, found.bound, found.safe) == (6, 6, 1, True)
    assert found.explored
    assert found.can_end


def test_a_join_that_waits_for_the_other_way_is_a_deadlock():
    first, second = faults_of("A: i > p; B: p > q; C: p > r; D: q r > o")

    assert first == (
        FaultKind.DEADLOCK,
        ("A", "B"),
        "'D' (t3) waits for a token that never comes, at place r",
    )
    assert second == (FaultKind.DEAD, (), "no run reaches 'D' (t3)")


def test_a_run_that_stops_beside_the_end_says_where_its_token_stays():
    faults = faults_of("A: i > p; B: p > o; C: p > q")

    assert faults == [
        (
            FaultKind.DEADLOCK,
            ("A", "C"),
            "nothing more can change, and the end is not reached: a token stays at place q",
        )
    ]


def test_a_cycle_without_exit_is_no_deadlock():
    faults = faults_of("A: i > p; B: p > o; C: p > q; D: q > r; E: r > q")

    assert faults == [
        (
            FaultKind.LIVELOCK,
            ("A", "C"),
            "only 'D' and 'E' can go on, again and again, and nothing leads to the end",
        )
    ]


def test_silent_steps_going_round_for_ever_are_a_cycle_without_exit():
    faults = faults_of("A: i > p; B: p > o; c: p > q; d: q > r; e: r > q")

    assert faults[0][:2] == (FaultKind.LIVELOCK, ("A",))
    assert faults[0][2].startswith("only silent steps can go on")


def test_a_step_on_the_spot_does_not_hide_a_deadlock():
    faults = faults_of("A: i > p x; B: p > q; C: q z > o; U: x > x")

    assert faults[0] == (
        FaultKind.DEADLOCK,
        ("A", "B"),
        "'C' (t2) waits for a token that never comes, at place z",
    )


def test_what_goes_on_behind_the_end_is_left_over():
    faults = faults_of("A: i > p q; B: p > o; C: q > s; D: s > q")

    assert faults == [
        (
            FaultKind.LEFT_OVER,
            ("A", "B"),
            "the end is reached, and a token is left at place q",
        )
    ]


def test_an_end_that_is_reached_twice_says_so():
    faults = faults_of("A: i > p q; b: p > o; c: q > o")

    assert faults[0][:2] == (FaultKind.LEFT_OVER, ("A",))
    assert "the end is reached once more" not in faults[0][2]
    assert faults_of("A: i > 2*o")[0][2] == "the end is reached once more"


def test_growth_without_limit_shows_the_round_that_adds():
    found = check_soundness(net_of("A: i > p; B: p > p q; C: p > o"))

    fault = found.faults[0]
    assert fault.kind is FaultKind.UNBOUNDED
    assert (fault.trace, fault.again) == (("A",), ("B",)) or fault.trace == ("A", "B")
    assert fault.again == ("B",)
    assert "adds tokens without limit at place q" in fault.what
    assert (found.verdict, found.bound, found.explored) == (Verdict.UNSOUND, None, False)


def test_growth_that_needs_several_steps_and_weights_is_found():
    found = check_soundness(net_of("A: i > p; B: p > 2*q; C: q > p; D: p q > o"))

    assert found.faults[0].kind is FaultKind.UNBOUNDED
    assert set(found.faults[0].again) == {"B", "C"}


def test_a_step_that_nothing_leads_to_is_dead():
    assert faults_of("A: i > o; B: p > o") == [(FaultKind.DEAD, (), "no run reaches 'B' (t1)")]


def test_two_causes_are_two_faults_and_one_cause_is_one():
    two = faults_of("A: i > p; B: p > q; C: p > r; D: q x > o; E: r y > o; F: p > o")
    one = faults_of("A: i > p; B: p > q; C: p > q; D: q x > o; F: p > o")

    assert [kind for kind, *_ in two] == [FaultKind.DEADLOCK] * 2 + [FaultKind.DEAD]
    assert [kind for kind, *_ in one] == [FaultKind.DEADLOCK, FaultKind.DEAD]


def test_the_run_shown_has_the_fewest_visible_steps():
    faults = faults_of("A: i > p; B: p > q; C: q > r; d: p > s; e: s > u; f: u > r; G: r z > o")

    assert faults[0][:2] == (FaultKind.DEADLOCK, ("A",))
    faults = faults_of("A: i > p; B: p > q; c: p > s; d: s > q; E: q z > o")
    assert faults[0][:2] == (FaultKind.DEADLOCK, ("A",))


def test_two_tokens_in_a_place_are_sound_and_named_as_a_doubt():
    found = check_soundness(net_of("A: i > 2*p; B: p > q; C: 2*q > o"))

    assert (found.verdict, found.bound, found.safe) == (Verdict.SOUND, 2, False)
    assert [fault.what for fault in found.doubts] == [
        "2 tokens at place p: that part goes on twice",
    ]


def branches_of(number, steps):
    """Parallel branches that all need `x` at each step, so that none of them can be shrunk."""
    starts = " ".join(f"b{n}_0" for n in range(number))
    ends = " ".join(f"b{n}_{steps}" for n in range(number))
    inner = [f"B{n}_{m}: b{n}_{m} x > b{n}_{m + 1} x" for n in range(number) for m in range(steps)]
    return "; ".join([f"A: i > {starts} x", *inner, f"Z: {ends} x > o"])


def test_more_situations_than_the_budget_leave_the_question_open():
    net = net_of(branches_of(9, 1))

    assert check_soundness(net).markings == 2**9 + 2
    found = check_soundness(net, budget=100)
    assert (found.verdict, found.explored, found.markings) == (Verdict.UNDECIDED, False, 100)
    assert not found.can_end


def test_a_flow_too_large_to_look_at_is_decided_on_a_smaller_net():
    lines = branches_of(9, 3).replace(" x ", " ").replace(" x;", ";")

    found = check_soundness(net_of(lines), budget=1000)

    assert (found.verdict, found.explored, found.shrunk) == (Verdict.SOUND, True, True)
    assert found.markings < 10
    assert found.bound is None


def test_faults_of_a_smaller_net_are_shown_by_runs_of_the_given_one():
    lines = branches_of(9, 3).replace(" x ", " ").replace(" x;", ";")
    found = check_soundness(net_of(lines + "; C: b8_2 > c; D: c > b8_2; E: c > e"), budget=1000)

    assert (found.verdict, found.shrunk) == (Verdict.UNSOUND, True)
    fault = found.faults[0]
    assert fault.kind is FaultKind.DEADLOCK
    assert "'Z' (t28) waits for a token that never comes, at place b8_3" in fault.what
    assert fault.trace[0] == "A"
    assert {"C", "E"} < set(fault.trace)


def test_what_was_met_within_the_budget_is_a_fault_all_the_same():
    branches = "; ".join(f"B{n}: b{n} > c{n}" for n in range(9))
    starts = " ".join(f"b{n}" for n in range(9))
    lines = f"S: i > q; T: i > x; A: x > {starts}; {branches}"

    found = check_soundness(net_of(lines), budget=100)

    assert (found.verdict, found.explored) == (Verdict.UNSOUND, False)
    assert [(fault.kind, fault.trace) for fault in found.faults] == [
        (FaultKind.DEADLOCK, ("S",)),
    ]


def test_a_net_without_a_final_marking_is_refused():
    with pytest.raises(InputError, match="no final marking"):
        check_soundness(net_of("A: i > o", end=None))


def flow_of(lines):
    net = net_of(lines)
    steps = [step for step in net.transitions if step.label]
    return DesignedFlow(
        name="Claims",
        source="claims.bpmn",
        net=net,
        elements=tuple(
            FlowElement(f"task_{step.label}", step.label or "", "userTask", line=10 + number)
            for number, step in enumerate(steps)
        ),
        element_of={step.id: f"task_{step.label}" for step in steps},
        routing_of={
            step.id: FlowElement(f"gate_{step.id}", "", "parallelGateway", line=40)
            for step in net.transitions
            if step.label is None
        },
    )


def test_a_flow_is_refused_with_element_line_trace_and_remedy():
    with pytest.raises(InputError) as caught:
        require_sound(flow_of("A: i > p; B: p > q; C: p > r; join: q r > o"))

    error = caught.value
    assert str(error) == (
        "claims.bpmn:40: the flow is not sound: after A, B: parallel gateway gate_t3 (line 40) "
        "waits for a token that never comes, at place r; no run reaches the end (2 faults in all)"
    )
    assert (error.code, error.count, error.exit_code) == ("unsound-flow", 2, 3)
    assert error.mend is not None
    assert error.mend.startswith("join with the kind of gateway that split")


def test_an_unsound_flow_that_can_end_is_taken_where_it_is_allowed():
    flow = flow_of("A: i > p; B: p > o; C: p > q")

    assert not require_sound(flow, allow_unsound=True).sound
    with pytest.raises(InputError, match="a token stays at place q") as caught:
        require_sound(flow)
    assert str(caught.value.mend).endswith("--allow-unsound takes it all the same")


def test_an_unsound_flow_that_cannot_end_is_never_taken():
    with pytest.raises(InputError, match="no run reaches the end"):
        require_sound(flow_of("A: i > p; B: p x > o"), allow_unsound=True)


def test_a_flow_that_could_not_be_decided_is_refused_unless_it_is_allowed():
    flow = flow_of(branches_of(4, 1) + "; E: i > o")

    with pytest.raises(InputError, match="could not be decided within 15 situations") as caught:
        require_sound(flow, budget=15)
    assert caught.value.code == "undecided-flow"
    assert require_sound(flow, budget=15, allow_unsound=True).can_end
