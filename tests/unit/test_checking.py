"""From a log and a flow to findings: counts, examples, levels, bounds."""

from dataclasses import replace

import numpy as np
import pytest

from casemine.conform import checking
from casemine.conform.align import align
from casemine.conform.checking import CheckOptions, check_cases, check_log
from casemine.errors import InputError, UsageError
from casemine.generate import GenerateOptions, generate
from casemine.log import parse_log
from casemine.model.proportion import Proportion
from casemine.read.flows import shipped_flow
from designed_flows import chain, flow_of, log_of

THREE = chain("Log", "Solve", "Close")


def test_a_log_that_follows_the_design_shows_nothing():
    found = check_log(parse_log("Log Solve Close; Log Solve Close"), THREE)

    assert (found.cases, found.fitting_cases, found.fitness, found.cost_total) == (2, 2, 1.0, 0)
    assert (found.variants, found.fitting_variants, found.deviations) == (1, 1, ())
    assert found.steps["Solve"].done == found.steps["Solve"].cases_done == 2


def test_a_deviation_says_how_many_cases_show_it_and_where():
    found = check_log(parse_log("Log Solve Close; Log Close; Log Close"), THREE)

    (skipped,) = found.deviations
    assert skipped.message == "2 of 3 cases (66.7 %) skip Solve"
    assert (skipped.rule, skipped.element, skipped.level) == ("CM001", "Solve", "error")
    assert (skipped.cases, skipped.events) == (Proportion(2, 3), 2)
    assert (skipped.element_id, skipped.line) == ("e2", 20)
    assert [(one.case, one.rows, one.what) for one in skipped.shortest] == [
        ("2", (4, 5), "Log > [Solve] > Close"),
        ("3", (6, 7), "Log > [Solve] > Close"),
    ]
    assert found.fitness == pytest.approx((1 + 2 * (1 - 1 / 5)) / 3)
    assert found.cost_total == 2
    assert (found.steps["Solve"].skipped, found.steps["Solve"].cases_skipped) == (2, 2)


def test_a_case_counts_once_however_often_it_deviates():
    found = check_log(parse_log("Log Call Call Solve Close"), THREE)

    (unknown,) = found.deviations
    assert (unknown.cases, unknown.events) == (Proportion(1, 1), 2)
    assert unknown.shortest[0].rows == (1, 2, 3)
    assert unknown.shortest[0].what == "Log > Call! > Call"


def test_errors_come_first_then_what_concerns_more_cases():
    log = parse_log("Log Solve Solve Close; Log Solve Solve Close; Log Close; Log Call Solve Close")

    found = check_log(log, THREE)

    assert [one.rule for one in found.deviations] == ["CM001", "CM002", "CM005"]


def test_the_shortest_examples_have_the_fewest_events_and_the_costliest_took_longest():
    traces = ["Log Close", "Log Call Close", "Log Call Call Close", "Log Call Call Call Close"]

    found = check_log(parse_log("; ".join(traces)), THREE, options=CheckOptions(observable="all"))

    skipped = next(one for one in found.deviations if one.kind == "skipped")
    assert [one.case for one in skipped.shortest] == ["1", "2", "3"]
    assert [one.case for one in skipped.costliest] == ["4", "3", "2"]
    assert skipped.costliest[0].duration_s == 4 * 3600


def test_each_case_is_told_what_it_shows():
    checked = check_cases(parse_log("Log Close; Log Solve Close; Log Call Call Close"), THREE)

    ids = checked.case_ids.to_pylist()
    kinds = [one.kind for one in checked.conformance.deviations]
    assert kinds == ["skipped", "unknown"]
    assert [
        (ids[case], kinds[deviation], times)
        for case, deviation, times in zip(
            checked.by_case.case.tolist(),
            checked.by_case.deviation.tolist(),
            checked.by_case.times.tolist(),
            strict=True,
        )
    ] == [("1", "skipped", 1), ("3", "skipped", 1), ("3", "unknown", 2)]
    assert checked.costs.tolist() == [1, 0, 3]


def test_open_cases_are_not_blamed_for_what_has_not_happened_yet():
    found = check_log(parse_log("Log Solve Close; Log Solve; Log"), THREE)

    assert (found.cases, found.open_cases, found.fitting_cases) == (3, 2, 3)
    assert found.open_means == "cases without 'Close' whose last event is at most 1 day old"


def test_a_case_that_rests_is_unfinished_and_no_longer_open():
    found = check_log(
        parse_log("Log Solve Close; Log Solve"), THREE, options=CheckOptions(rest_days=0.01)
    )

    (unfinished,) = found.deviations
    assert unfinished.message == "1 of 2 cases (50.0 %) rests after Solve, unfinished"
    assert (unfinished.rule, unfinished.level) == ("CM004", "warning")
    assert (unfinished.element_id, unfinished.extra) == ("e2", None)
    assert unfinished.shortest[0].what == "Solve > [Close]"


def test_shares_of_unfinished_cases_leave_open_ones_out():
    log = parse_log("Log Solve Close; Log; Log Solve Call Call")

    found = check_log(log, THREE, options=CheckOptions(rest_days=0.1))

    unfinished = next(one for one in found.deviations if one.kind == "unfinished")
    assert (found.open_cases, unfinished.cases) == (1, Proportion(1, 2))


def test_open_cases_are_blamed_where_they_left_the_design():
    found = check_log(parse_log("Log Solve Close; Solve"), THREE)

    assert [one.message for one in found.deviations] == ["1 of 2 cases (50.0 %) skips Log"]


def test_all_cases_can_be_taken_for_complete():
    found = check_log(
        parse_log("Log Solve Close; Log"), THREE, options=CheckOptions(all_complete=True)
    )

    assert (found.open_cases, found.cost_total) == (0, 2)


def test_a_log_of_another_process_is_refused_with_what_is_near():
    with pytest.raises(InputError, match="none of the 2 activities of the log is a step") as info:
        check_log(parse_log("log close"), THREE)

    assert info.value.mend == "near each other are 'close' and 'Close', 'log' and 'Log'"


def test_a_log_without_anything_near_is_refused_with_both_vocabularies():
    with pytest.raises(InputError) as info:
        check_log(parse_log("xyz"), THREE)

    assert "the log has 'xyz'; the flow has 'Log', 'Solve', 'Close'" in info.value.mend


def test_a_step_that_never_occurs_cannot_be_seen_unless_somebody_says_so():
    log = parse_log("Log Close; Log Close")

    silent = check_log(log, THREE)
    said = check_log(log, THREE, options=CheckOptions(observable="all"))

    assert silent.cost_total == 0
    assert [one.observable for one in silent.observability] == [True, False, True]
    assert silent.observability[1].why.startswith("no event of the log bears its name")
    assert [one.message for one in said.deviations] == ["2 of 2 cases (100.0 %) skip Solve"]


def test_events_of_steps_that_were_left_out_by_choice_are_set_aside_and_counted():
    log = parse_log("Log Solve Close; Log Close; Solve")

    found = check_log(log, THREE, options=CheckOptions(observable=["Log", "Close"]))

    assert [one.message for one in found.deviations] == []
    assert found.notes == ("2 events of steps that were left out by choice: Solve",)
    assert found.cases == 3


def test_a_step_that_the_flow_lacks_cannot_be_chosen():
    with pytest.raises(UsageError, match="'Solv' is no step") as info:
        check_log(parse_log("Log"), THREE, options=CheckOptions(observable=["Solv"]))

    assert info.value.mend == "near is 'Solve'"


def test_an_unknown_profile_is_refused():
    with pytest.raises(UsageError, match="'most' is not a choice"):
        check_log(parse_log("Log"), THREE, options=CheckOptions(observable="most"))


def test_an_empty_log_has_no_fitness():
    found = check_log(log_of(), THREE)

    assert (found.cases, found.fitness, found.deviations) == (0, None, ())


def test_what_nobody_has_taken_is_listed():
    flow = flow_of("Log: i > a; Solve: a > o; Refuse: a > o")

    found = check_log(parse_log("Log Solve"), flow, options=CheckOptions(observable="all"))

    assert [(one.element, one.element_id, one.line) for one in found.untaken] == [
        ("Refuse", "e3", 30)
    ]
    assert found.step_counts == {"e1": 1, "e2": 1, "e3": 0}


def test_a_variant_beyond_the_budget_is_counted_with_bounds(monkeypatch):
    def give_up(net, variants, **options):
        found = align(net, variants, **options)
        beyond = np.array([len(variants.trace(number)) > 3 for number in range(len(variants))])
        kept = ~np.repeat(beyond, np.diff(found.offsets))
        lengths = np.where(beyond, 0, np.diff(found.offsets))
        return replace(
            found,
            costs=np.where(beyond, -1, found.costs),
            lower=np.where(beyond, 2, found.costs),
            upper=np.where(beyond, 7, found.costs),
            offsets=np.concatenate([[0], np.cumsum(lengths)]),
            positions=found.positions[kept],
            transitions=found.transitions[kept],
        )

    monkeypatch.setattr(checking, "align", give_up)

    found = check_log(parse_log("Log Close; Log Call Call Solve Close; Log Solve Close"), THREE)

    assert (found.cases, found.not_aligned, found.cost_bounds) == (3, 1, (3, 8))
    assert (found.cost_total, found.fitting_cases, found.fitting_variants) == (1, 1, 1)
    assert [one.message for one in found.deviations] == ["1 of 2 cases (50.0 %) skips Solve"]
    assert found.fitness == pytest.approx((1 - 1 / 5 + 1) / 2)


def test_what_lies_between_the_two_places_of_a_deviation_is_left_out_of_its_example():
    flow = chain("Log", "Check", "Ask", "Solve", "Tell", "Close")

    found = check_log(parse_log("Log Ask Solve Tell Check Close"), flow)

    (late,) = found.deviations
    assert late.element == "Ask > Check"
    assert late.shortest[0].what == "Log > [Check] > Ask > … > Tell > Check! > Close"
    assert late.shortest[0].rows == (1, 2, 4, 5, 6)


def test_a_place_that_nobody_took_is_told_from_another_of_the_same_name():
    flow = flow_of("Log: i > a; Call: a > a; Pass: a > b; Call: b > b; Close: b > o")

    found = check_log(parse_log("Log Call Pass Close"), flow)

    assert [(one.element, one.element_id) for one in found.untaken] == [("Call (e4)", "e4")]


def test_a_log_that_is_mostly_strange_to_the_design_is_remarked_on():
    found = check_log(parse_log("Log Call Mail Call Close"), THREE)

    assert found.notes == (
        "3 of 5 events are no step of the design: perhaps the log needs a mapping, or another one",
    )


def test_a_branch_that_another_way_may_have_taken_without_a_trace_is_not_called_untaken():
    few = check_log(generate(GenerateOptions(cases=60)).log, shipped_flow())
    many = check_log(generate(GenerateOptions(cases=400)).log, shipped_flow())

    assert [one.element for one in few.untaken] == ["Fulfil service request > Reopen"]
    assert many.untaken == ()
