"""The truth about a generated log, checked by a token game and a clock written for this test."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.generate import KINDS, GenerateOptions, generate, truth_csv, write_export

# The reduced net as the design states it: label or silent name, then `places > places`.
NET = {
    "Log record": ["i > p1 act"],
    "Classify and prioritize": ["p1 > p2"],
    "Analyse in 1st level": ["p2 > p3"],
    "Check knowledge base": ["p3 > pL1"],
    "Resolve in 1st level": ["pL1 > pRI"],
    "Hand over to 2nd level": ["pL1 > pH"],
    "Request user information": ["pL1 > pL1w", "pL2 > pL2w", "pRQ > pRQw"],
    "Receive user information": ["pL1w > pL1", "pL2w > pL2", "pRQw > pRQ"],
    "Diagnose in 2nd level": ["pH > pL2"],
    "Involve specialists or supplier": ["pL2 > pL2", "pMI > pMI"],
    "Resolve in 2nd level": ["pL2 > pRI"],
    "Reassign within 2nd level": ["pL2 > pH"],
    "Declare major incident": ["p2 > pMI", "pL1 > pMI", "pL2 > pMI"],
    "Resolve major incident": ["pMI > pRI"],
    "User confirms resolution": ["pRI > pC", "pRF > pC"],
    "Reopen": ["pRI > pL1", "pRI > pL2", "pRF > pRQ"],
    "Obtain authorization": ["pRQ > pRQ"],
    "Assign to fulfilment group": ["pRQ > pRQ"],
    "Fulfil service request": ["pRQ > pRF"],
    "Cancel record": ["p2 act > o", "pL1 act > o", "pL2 act > o", "pRQ act > o"],
    "Verify resolution documentation": ["c1 > d1"],
    "Re-check classification": ["c2 > d2"],
    "Correct record": ["pK > pC"],
    "Record findings": ["pK > pK2"],
    "Close record": ["pK2 act > o"],
    "Inform users": ["act > act"],
    "Escalate hierarchically": ["act > act"],
    "Raise problem record": ["act > act"],
    "Re-prioritize record": ["act > act"],
}
SILENT = [
    "pL1w > pL1", "pL2w > pL2", "pRQw > pRQ", "pRI > pC", "pRF > pC", "p2 > pRQ", "pRQ > p1",
    "pC > c1 c2", "d1 d2 > pK", "pK > pK2",
]  # fmt: skip
RESOLVE = {
    "Resolve in 1st level", "Resolve in 2nd level", "Resolve major incident",
    "Fulfil service request",
}  # fmt: skip
HOUR = 3600


def parsed(arcs):
    sides = (arc.split(" > ") for arc in arcs)
    return [(frozenset(takes.split()), frozenset(gives.split())) for takes, gives in sides]


def fire(markings, arcs):
    return frozenset(
        (marking - takes) | gives
        for marking in markings
        for takes, gives in arcs
        if takes <= marking
    )


@cache
def with_silent(markings):
    while fresh := fire(markings, parsed(SILENT)) - markings:
        markings |= fresh
    return markings


@cache
def step(markings, activity):
    return with_silent(fire(markings, parsed(NET.get(activity, []))))


def markings_after(trace):
    """All markings that the net can be in after the trace; empty if it cannot replay it."""
    here = with_silent(frozenset({frozenset({"i"})}))
    for activity in trace:
        here = step(here, activity)
    return here


def rows_of(made, folder):
    write_export(made.log, folder / "log.csv", zone=made.options.zone)
    with (folder / "log.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def cases_of(rows):
    cases = defaultdict(list)
    for row in rows:
        cases[row["number"]].append(row)
    return cases


def trace_of(events):
    return [event["activity"] for event in events]


def working_seconds(begin, end, zone):
    """Seconds from Monday to Friday, 08:00 to 18:00 local time, between two moments."""
    total, day = 0.0, begin.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        opens, closes = (datetime(day.year, day.month, day.day, h, tzinfo=zone) for h in (8, 18))
        if day.weekday() < 5:
            shared = min(end.timestamp(), closes.timestamp()) - max(
                begin.timestamp(), opens.timestamp()
            )
            total += max(0.0, shared)
        day += timedelta(days=1)
    return total


def spent(events, goal, zone):
    """Seconds on the clock of the targets from the end of the first event to that of `goal`."""
    critical = events[0]["priority"].startswith("1")
    total = 0.0
    for before, event in pairwise(events[: goal + 1]):
        begin, end = (datetime.fromisoformat(one["finished_at"]) for one in (before, event))
        if before["activity"] == "Request user information":
            start = event["started_at"] or event["finished_at"]
            begin = datetime.fromisoformat(start)
        if critical:
            total += end.timestamp() - begin.timestamp()
        else:
            total += working_seconds(begin, end, zone)
    return total


def overruns(events, options):
    """Activities of a case that come after their target, hand-over and resolution."""
    trace, zone = trace_of(events), ZoneInfo(options.zone)
    level = int(events[0]["priority"][0]) - 1
    resolved = next((n for n, name in enumerate(trace) if name in RESOLVE), None)
    handed = next((n for n, name in enumerate(trace) if name == "Hand over to 2nd level"), None)
    if resolved is not None and handed is not None and handed > resolved:
        handed = None
    limits = ((handed, (0.5, 2, 8, 16)), (resolved, (4, 10, 30, 60)))
    return {
        trace[goal]
        for goal, hours in limits
        if goal is not None
        and spent(events, goal, zone) > int(hours[level] * HOUR * options.scale) + 1e-6
    }


options = st.builds(
    GenerateOptions,
    cases=st.integers(1, 120),
    seed=st.integers(0, 2**40),
    weeks=st.integers(1, 6),
    zone=st.sampled_from(["Europe/Vienna", "UTC", "America/New_York", "Asia/Kolkata"]),
    scale=st.sampled_from([0.5, 1.0, 2.0]),
    rates=st.fixed_dictionaries({kind: st.floats(0, 0.16) for kind in KINDS}),
    mix=st.booleans(),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("generated")


@settings(max_examples=30, deadline=None)
@given(options)
def test_only_cases_with_a_planted_change_of_their_trace_cannot_be_replayed(folder, options):
    made = generate(options)
    bent = {one.case for one in made.truth if one.kind != "late"}

    cases = cases_of(rows_of(made, folder))

    assert len(cases) == options.cases
    assert {case for case, rows in cases.items() if not markings_after(trace_of(rows))} == bent


@settings(max_examples=15, deadline=None)
@given(options)
def test_cases_that_reach_the_end_are_whole_runs_and_the_others_are_counted(folder, options):
    made = generate(options)
    bent = {one.case for one in made.truth if one.kind != "late"}
    cases = cases_of(rows_of(made, folder))

    ended = {
        case
        for case, rows in cases.items()
        if {"Close record", "Cancel record"} & set(trace_of(rows))
    }

    assert options.cases - len(ended) == made.open_cases
    for case in ended - bent:
        assert frozenset({"o"}) in markings_after(trace_of(cases[case]))


@settings(max_examples=15, deadline=None)
@given(options)
def test_exactly_the_cases_planted_as_late_miss_a_target(folder, options):
    made = generate(options)
    cases = cases_of(rows_of(made, folder))

    late = {one.case: {one.activity} for one in made.truth if one.kind == "late"}

    assert {
        case: missed for case, rows in cases.items() if (missed := overruns(rows, options))
    } == late


def test_in_a_large_log_too_nobody_is_late_by_chance(folder):
    options = GenerateOptions(cases=1500, seed=11, rates={})

    cases = cases_of(rows_of(generate(options), folder))

    assert not {case for case, rows in cases.items() if overruns(rows, options)}


@settings(max_examples=15, deadline=None)
@given(options)
def test_the_rows_of_the_truth_show_what_it_says(folder, options):
    made = generate(options)
    rows = rows_of(made, folder)

    for one in made.truth:
        shown = [rows[row - 1] for row in one.rows]
        names = trace_of(shown)
        assert {row["number"] for row in shown} == {one.case}
        assert list(one.rows) == sorted(one.rows)
        if one.kind == "repeated":
            assert names == [one.activity] * 2
        elif one.kind == "swapped":
            assert names[0] == one.activity
            assert one.expected == f"'{names[1]}' before '{names[0]}'"
        elif one.kind == "skipped":
            assert one.expected == f"'{one.activity}' between '{names[0]}' and '{names[1]}'"
        elif one.kind == "ping-pong":
            assert names[:2] == ["Return to 1st level", "Hand over to 2nd level"]
            assert shown[0]["group"] == "Service Desk" != shown[1]["group"]
        elif one.kind == "late":
            due = datetime.fromisoformat(one.expected.removeprefix("by "))
            assert names == [one.activity]
            assert datetime.fromisoformat(shown[0]["finished_at"]) > due
        else:
            assert names == [one.activity]


@settings(max_examples=15, deadline=None)
@given(options)
def test_the_export_is_in_order_of_time_and_each_case_in_order_of_its_trace(folder, options):
    made = generate(options)
    rows = rows_of(made, folder)

    moments = [datetime.fromisoformat(row["finished_at"]).timestamp() for row in rows]
    starts = [datetime.fromisoformat(row["started_at"] or row["finished_at"]) for row in rows]

    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert moments == sorted(moments)
    assert all(start.timestamp() <= end for start, end in zip(starts, moments, strict=True))
    assert moments[-1] < made.cut.timestamp()
    log = made.log.events
    by_row = sorted(
        zip(*(log.column(name).to_pylist() for name in ("row", "case", "activity")), strict=True)
    )
    assert [(case, activity) for _, case, activity in by_row] == [
        (row["number"], row["activity"]) for row in rows
    ]


@settings(max_examples=10, deadline=None)
@given(options)
def test_equal_options_give_equal_bytes(folder, options):
    texts = []
    for turn in ("one.csv", "two.csv"):
        made = generate(options)
        write_export(made.log, folder / turn, zone=options.zone)
        texts.append((folder / turn).read_bytes() + truth_csv(made.truth).encode())

    assert texts[0] == texts[1]


@settings(max_examples=15, deadline=None)
@given(options)
def test_a_case_gets_one_deviation_at_most_unless_kinds_are_mixed(options):
    truth = generate(options).truth

    cases = [one.case for one in truth]
    kinds = [(one.case, one.kind) for one in truth]

    assert len(set(kinds)) == len(kinds)
    assert options.mix or len(set(cases)) == len(cases)
    parsed = list(csv.DictReader(io.StringIO(truth_csv(truth))))
    assert [row["case"] for row in parsed] == cases
