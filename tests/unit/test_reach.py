"""Which activities a mapping can give with the log at hand, and what a check makes of that."""

import pytest

from casemine.conform.checking import CheckOptions, check_log
from casemine.log import parse_log
from casemine.mapping import map_log, read_mapping, shipped_mapping
from casemine.mapping.reach import reach
from casemine.model.mapping import StepSource
from casemine.read.flows import shipped_flow
from change_lists import change, changes_log, created, status
from designed_flows import chain

GENERIC = shipped_mapping("generic")


def found_of(log, mapping=GENERIC):
    return {one.activity: one for one in reach(mapping, log)}


def test_a_rule_at_work_is_named_with_its_count():
    found = found_of(parse_log("New Open Solved; New Solved"))

    assert found["Resolve in 1st level"].words == ("rule 'resolved in 1st level' (2)",)
    assert found["Resolve in 1st level"].events == 2


def test_a_kind_of_change_that_the_log_lacks_is_why():
    found = found_of(changes_log(created(), status(9, "New", "Solved")))

    assert not found["Inform users"].able
    assert found["Inform users"].why == "the log has no changes of kind 'comment'"


def test_a_state_that_no_word_means_is_why():
    found = found_of(changes_log(created(), status(9, "New", "Open")))

    assert not found["Request user information"].able
    assert "reaches a state that means 'wait-user'" in found["Request user information"].why


def test_a_value_that_was_to_be_empty_and_never_is_is_why():
    found = found_of(
        changes_log(created(), change(5, "priority", "High", old="Low"), status(9, "New", "Solved"))
    )

    assert not found["Classify and prioritize"].able
    assert "no change of kind 'priority' or 'field' has an empty from" in (
        found["Classify and prioritize"].why
    )


def test_a_level_that_no_group_has_could_show_where_levels_are_known():
    unknown = changes_log(created(group="Blue"), change(5, "group", "Red", group="Red"))
    known = changes_log(created(group="Service Desk"), change(5, "group", "1st level B"))

    assert not found_of(unknown)["Hand over to 2nd level"].able
    assert found_of(known)["Hand over to 2nd level"].able


def test_a_request_could_show_where_types_of_records_are_known():
    changes = [created(), status(9, "New", "Solved")]

    plain = found_of(changes_log(*changes))
    typed = found_of(changes_log(*changes, cases={"case": ["1"], "type": ["incident"]}))

    assert not plain["Fulfil service request"].able
    assert typed["Fulfil service request"].able


def test_what_no_rule_gives_is_said_so(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "Mine"\nto = "yasm"\n[[rule]]\nname = "all"\ngives = "Log record"\n', "utf-8"
    )

    found = found_of(parse_log("New"), read_mapping(file))

    assert found["Close record"].why == "no rule of the mapping gives it"
    assert found["Log record"].able


def test_a_step_is_occasional_when_all_rules_that_can_give_it_say_so():
    log = changes_log(
        created(), status(5, "New", "Solved"), change(9, "field", "Fixed", field="Solution")
    )

    found = found_of(log)

    assert found["Verify resolution documentation"].occasional
    assert not found["Log record"].occasional


def source(activity, **more):
    return StepSource(activity, ("rule",), **({"able": True, "why": "", "events": 0} | more))


def test_a_step_that_a_rule_could_give_but_never_does_is_skipped():
    found = check_log(
        parse_log("Log Close"),
        chain("Log", "Check", "Close"),
        sources=[source("Log"), source("Check"), source("Close")],
    )

    assert [one.message for one in found.deviations] == ["1 of 1 cases (100.0 %) skips Check"]


def test_a_step_that_no_rule_can_give_is_not_observable_for_the_reason_of_the_mapping():
    found = check_log(
        parse_log("Log Close"),
        chain("Log", "Check", "Close"),
        sources=[source("Log"), source("Check", able=False, why="no column"), source("Close")],
    )

    assert found.deviations == ()
    assert (found.observability[1].observable, found.observability[1].why) == (False, "no column")


OCCASIONAL = [source("Log"), source("Check", occasional=True), source("Close")]


def test_an_occasional_step_is_seen_where_it_shows_and_not_missed_where_it_does_not():
    found = check_log(
        parse_log("Log Check Close; Log Close; Check Log Close"),
        chain("Log", "Check", "Close"),
        sources=OCCASIONAL,
    )

    assert [(one.kind, one.element) for one in found.deviations] == [("inserted", "Check")]
    assert found.steps["Check"].done == 1
    assert found.step_counts["e2"] == 3  # passed, with an event or without


@pytest.mark.parametrize(("without", "skipped"), [(3, 1), (4, 0)])
def test_an_occasional_step_that_nearly_always_shows_is_skipped_where_it_does_not(without, skipped):
    traces = ["Log Check Close"] * 30 + ["Log Close"] * without

    found = check_log(
        parse_log("; ".join(traces)), chain("Log", "Check", "Close"), sources=OCCASIONAL
    )

    assert len(found.deviations) == skipped
    assert ("counts as a skip" in found.observability[1].why) == bool(skipped)


def test_the_minimal_profile_leaves_what_few_systems_record_out():
    flow = shipped_flow()
    log = parse_log("New Open Solved Closed")
    mapped = map_log(log, GENERIC).log

    found = check_log(mapped, flow, options=CheckOptions(observable="minimal"))

    assert [one.activity for one in found.observability if one.observable] == [
        "Log record",
        "Resolve in 1st level",
        "Hand over to 2nd level",
        "Request user information",
        "Receive user information",
        "Resolve in 2nd level",
        "Reassign within 2nd level",
        "Resolve major incident",
        "Reopen",
        "Fulfil service request",
        "Close record",
        "Cancel record",
    ]
    assert (found.cost_total, found.notes) == (
        0,
        ("1 event of steps that were left out by choice: Analyse in 1st level",),
    )


def test_a_step_that_one_rule_always_tells_of_is_not_occasional():
    by_agents = created(actor_type="agent", group="Service Desk")
    log = changes_log(
        by_agents,
        change(5, "priority", "High"),
        cases={"case": ["1"], "category": ["Network"], "priority": ["High"]},
    )

    assert found_of(log)["Classify and prioritize"].able
    assert not found_of(log)["Classify and prioritize"].occasional
