"""Waits of small logs whose every second can be counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from casemine.analyse.bottlenecks import find_bottlenecks
from casemine.analyse.ending import ending_of
from casemine.errors import InputError, UsageError
from casemine.log import EventLog, parse_log
from casemine.log.calendars import read_calendar
from casemine.model.flow import DesignedFlow, FlowElement
from casemine.model.petri import PetriNet

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = 3600.0
DESK = read_calendar({"days": "mon-fri", "hours": "08:00-18:00", "zone": "UTC"}, "desk")


def log_of(text: str) -> EventLog:
    """Lines of `case activity hours group person [start]`; hours since a Monday 09:00."""
    columns: dict[str, list] = {
        name: [] for name in ("case", "activity", "time", "group", "resource", "start")
    }
    for line in text.strip().splitlines():
        words = [None if word == "-" else word for word in line.split()]
        case, activity, hours, group, person, start = (*words, *[None] * (6 - len(words)))
        columns["case"].append(case)
        columns["activity"].append(activity)
        columns["time"].append(MONDAY + timedelta(hours=float(hours)))
        columns["group"].append(group)
        columns["resource"].append(person)
        columns["start"].append(None if start is None else MONDAY + timedelta(hours=float(start)))
    stamp = pa.timestamp("us", tz="UTC")
    arrays = {
        name: pa.array(values, stamp if name in {"time", "start"} else pa.string())
        for name, values in columns.items()
        if any(value is not None for value in values)
    }
    arrays["row"] = pa.array(range(1, len(columns["case"]) + 1))
    return EventLog.ordered(pa.table(arrays))


DESKS = log_of(
    """
    1 New    0  A ann
    1 Pass   1  B ann
    1 Work   4  B bob
    1 Back   5  A bob
    1 Closed 10 A ann
    2 New    0  A ann
    2 Closed 2  A ann
    3 New    8  A cem
    """
)


def test_waits_from_step_to_step_share_out_all_waiting():
    found = find_bottlenecks(DESKS, open_unless=["Closed"])

    assert found.total.total_s == 14 * HOUR  # 10 + 2, and 2 that case 3 waits up to the end
    assert {wait.what: wait.calendar.total_s / HOUR for wait in found.steps} == {
        ("Back", "Closed"): 5,
        ("Pass", "Work"): 3,
        ("New", "Closed"): 2,
        ("New", "(still open)"): 2,
        ("New", "Pass"): 1,
        ("Work", "Back"): 1,
    }
    assert sum(wait.calendar.share for wait in found.steps) == pytest.approx(1)


def test_waits_after_an_activity_count_those_that_still_run():
    found = find_bottlenecks(DESKS, open_unless=["Closed"])
    new = next(wait for wait in found.after if wait.what == ("New",))

    assert (new.waits, new.running, new.cases) == (2, 1, 3)
    assert new.calendar.ended.median_s == 1.5 * HOUR
    assert new.calendar.survival.median_s == 2 * HOUR  # 1 h is over for a third only
    assert new.calendar.total_s == 5 * HOUR


def test_a_wait_belongs_to_the_group_that_holds_the_case_or_to_the_one_that_acts_next():
    holder = find_bottlenecks(DESKS, open_unless=["Closed"])
    actor = find_bottlenecks(DESKS, open_unless=["Closed"], group_means="actor")

    def hours(found):
        return {wait.what[0]: wait.calendar.total_s / HOUR for wait in found.groups}

    assert hours(holder) == {"A": 10, "B": 4}
    assert hours(actor) == {"A": 10, "B": 4}  # 5 + 1 + 2 + 2; 1 + 3
    assert [(wait.what, wait.calendar.total_s / HOUR) for wait in holder.hand_overs] == [
        (("B", "A"), 5),
        (("A", "B"), 3),
    ]
    assert [(wait.what, wait.calendar.total_s / HOUR) for wait in actor.hand_overs] == [
        (("A", "B"), 1),
        (("B", "A"), 1),
    ]


def test_ping_pong_is_a_group_that_the_case_comes_back_to():
    ping_pong = find_bottlenecks(DESKS, open_unless=["Closed"]).ping_pong

    assert (ping_pong.cases.cases, ping_pong.cases.total, ping_pong.returns) == (1, 3, 1)
    assert ping_pong.away.total_s == 4 * HOUR
    assert [wait.what for wait in ping_pong.pairs] == [("A", "B")]
    assert ping_pong.examples[0].rows == (1, 2, 4)
    assert ping_pong.examples[0].what == "A > B > A"


def test_a_detour_over_several_groups_is_a_return_but_no_ping_pong():
    log = log_of("1 a 0 A x\n1 b 1 B x\n1 c 2 C x\n1 d 3 A x")

    ping_pong = find_bottlenecks(log).ping_pong

    assert (ping_pong.returns, ping_pong.other_returns) == (0, 1)


def test_waits_between_people_are_those_where_the_person_changes():
    found = find_bottlenecks(DESKS, open_unless=["Closed"])

    assert {wait.what: wait.calendar.total_s / HOUR for wait in found.people} == {
        ("ann", "bob"): 3,
        ("bob", "ann"): 5,
    }


def test_open_cases_are_listed_by_how_long_nobody_touched_them():
    found = find_bottlenecks(DESKS, open_unless=["Closed"])

    assert found.open_cases == 1
    (case,) = found.oldest
    assert (case.case, case.activity, case.group, case.row) == ("3", "New", "A", 8)
    assert (case.idle_s, case.age_s) == (2 * HOUR, 2 * HOUR)
    assert found.durations.running == 1


def test_working_time_stands_beside_calendar_time_and_decides_the_rank():
    log = log_of("1 Over 0 A x\n1 Night 9 A x\n1 Noon 23 A x\n1 End 28 A x")

    found = find_bottlenecks(log, calendar=DESK)

    rows = {wait.what[0]: (wait.calendar, wait.working) for wait in found.after}
    assert {
        name: (one.total_s / HOUR, other.total_s / HOUR) for name, (one, other) in rows.items()
    } == {"Over": (9, 9), "Night": (14, 0), "Noon": (5, 5)}
    assert [wait.what[0] for wait in found.after] == ["Over", "Noon", "Night"]
    assert sum(other.share for _, other in rows.values()) == pytest.approx(1)


def test_time_in_an_activity_is_no_waiting_and_overlaps_wait_for_nothing():
    log = log_of("1 a 1 A x 0\n1 b 4 A x 2\n1 c 6 A x 3")

    found = find_bottlenecks(log)

    assert {name: timing.total_s / HOUR for name, timing in found.service} == {
        "a": 1,
        "b": 2,
        "c": 3,
    }
    assert {wait.what: wait.calendar.total_s / HOUR for wait in found.steps} == {
        ("a", "b"): 1,
        ("b", "c"): 0,
    }
    assert any("begins before the one before ends" in note for note in found.notes)


def test_the_mean_queue_is_arrivals_by_time_as_little_says():
    (load_a, load_b) = find_bottlenecks(DESKS, open_unless=["Closed"]).loads

    assert (load_a.group, load_a.arrivals, load_a.completions) == ("A", 4, 3)
    assert load_a.mean_queue == pytest.approx(1.0)  # 1 + 5 + 2 + 2 hours of visits in 10 hours
    assert load_a.mean_queue == pytest.approx(load_a.arrivals / 10 * load_a.mean_visit_s / HOUR)
    assert load_b.mean_queue == pytest.approx(0.4)
    assert sum(map(sum, load_a.arrivals_by_hour)) == 4  # each hour of the week occurs once
    assert load_a.arrivals_by_hour[0][9] == 2
    assert load_a.people_by_hour[0][9] == 1
    assert load_a.per_person_hour == pytest.approx(3 / 5)  # A has events in five hours, of one each
    assert load_a.capacity_by_hour[0][9] == pytest.approx(3 / 5)


def test_hours_of_the_week_are_those_of_the_zone_that_is_asked_for():
    there = find_bottlenecks(DESKS, open_unless=["Closed"], zone="Asia/Tokyo")

    assert there.zone == "Asia/Tokyo"
    assert there.loads[0].arrivals_by_hour[0][18] == 2


def test_an_activity_that_is_done_again_is_rework():
    found = find_bottlenecks(parse_log("A B A; A B; A B B B"))

    assert {one.activity: (one.cases.cases, one.repeats) for one in found.rework} == {
        "A": (1, 1),
        "B": (1, 2),
    }


def test_rework_is_compared_with_cases_that_do_it_once():
    traces = ["A B"] * 8 + ["A B C D B"] * 6 + ["A"] * 20

    rework = find_bottlenecks(parse_log("; ".join(traces))).rework

    assert rework[0].activity == "B"
    assert (rework[0].extra.seconds, rework[0].extra.n, rework[0].extra.n_others) == (
        3 * HOUR,
        6,
        8,
    )


def test_waits_before_the_steps_of_a_design_pass_over_other_events():
    flow = DesignedFlow(
        "desk",
        "desk.bpmn",
        PetriNet((), (), (), {}, {}),
        tuple(
            FlowElement(name.lower(), name, "task", lane="front")
            for name in ("New", "Work", "Never", "Closed")
        ),
        {},
    )

    found = find_bottlenecks(DESKS, open_unless=["Closed"], flow=flow).flow

    steps = {step.activity: step for step in found.steps}
    assert list(steps) == ["New", "Work", "Never", "Closed"]
    assert steps["Work"].wait.calendar.total_s == 4 * HOUR
    assert steps["Work"].lane == "front"
    assert steps["Never"].wait is None
    assert steps["Closed"].wait.waits == 2
    assert found.events_outside == 2
    assert {wait.what for wait in found.paths} == {
        ("New", "Work"),
        ("Work", "Closed"),
        ("New", "Closed"),
    }


def test_a_case_that_is_open_waits_from_its_last_step_of_the_design():
    elements = tuple(FlowElement(name, name, "task") for name in ("New", "Closed"))
    flow = DesignedFlow("tiny", "tiny.bpmn", PetriNet((), (), (), {}, {}), elements, {})
    log = log_of("1 New 0\n1 Chat 3\n2 New 0\n2 Closed 5\n3 Chat 1")

    (path,) = find_bottlenecks(log, open_unless=["Closed"], flow=flow).flow.paths

    assert path.calendar.total_s == 5 * HOUR
    assert path.calendar.share == 0.5  # the other half: case 1 since New; case 3 came to no step


def test_a_flow_that_the_log_does_not_speak_of_is_refused():
    flow = DesignedFlow(
        "other",
        "o.bpmn",
        PetriNet((), (), (), {}, {}),
        (FlowElement("x", "Elsewhere", "task"),),
        {},
    )

    with pytest.raises(InputError, match="no event bears the name of a step"):
        find_bottlenecks(DESKS, open_unless=["Closed"], flow=flow)


def test_what_a_log_cannot_tell_is_said_with_the_reason():
    found = find_bottlenecks(parse_log("A B; A B"))

    reasons = {one.code: one.reason for one in found.not_evaluated}
    assert set(reasons) == {"group", "resource", "open", "service"}
    assert "--open-unless" in reasons["open"]
    assert found.groups == ()
    assert found.ping_pong is None
    assert found.loads[0].group is None


def test_a_log_without_times_or_events_is_refused():
    events = DESKS.events.drop_columns(["time"])

    with pytest.raises(InputError, match="no times"):
        find_bottlenecks(EventLog(events))
    with pytest.raises(InputError, match="no events"):
        find_bottlenecks(EventLog(DESKS.events.slice(0, 0)))


def test_a_closing_activity_that_the_log_does_not_have_is_refused_with_a_near_one():
    with pytest.raises(UsageError) as caught:
        ending_of(DESKS, ["Close"])

    assert caught.value.mend == "did you mean 'Closed'?"


def test_cases_of_the_yasm_flow_are_over_when_closed_or_cancelled():
    log = log_of("1 Log 0 A x\n2 Log 0 A x").events
    names = pa.array(["Close record", "Log record"]).dictionary_encode()
    log = log.set_column(log.column_names.index("activity"), "activity", names)

    ending = ending_of(EventLog(log))

    assert ending.over.tolist() == [True, False]
    assert ending.words == "'Close record'"
