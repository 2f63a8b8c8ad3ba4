from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from casemine.errors import UsageError
from casemine.generate import DEFAULT_RATES, KINDS, GenerateOptions, generate
from casemine.generate.truth import PlantedDeviation, truth_json

NONE = dict.fromkeys(KINDS, 0.0)


@pytest.fixture(scope="module")
def made():
    return generate(GenerateOptions(cases=2000, seed=5))


def counts(made, column):
    return Counter(made.log.events.column(column).to_pylist())


def test_the_default_log_has_the_promised_cases_period_and_columns(made):
    events = made.log.events

    times = events.column("time").to_pylist()

    assert len(set(events.column("case").to_pylist())) == 2000
    assert min(times) >= datetime(2025, 8, 31, 22, tzinfo=UTC)
    assert max(times) < made.cut == datetime(2025, 12, 21, 23, tzinfo=UTC)
    assert made.log.attributes == (
        "resource", "group", "priority", "category", "channel", "customer",
    )  # fmt: skip
    assert made.log.intake.rows_read == len(made.log)


def test_each_kind_gets_its_share_of_all_cases(made):
    found = Counter(one.kind for one in made.truth)

    for kind, rate in DEFAULT_RATES.items():
        assert 0.9 * rate * 2000 <= found[kind] <= rate * 2000


def test_no_rates_mean_no_truth():
    assert generate(GenerateOptions(cases=200, rates={})).truth == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_kind_can_be_asked_for(kind):
    made = generate(GenerateOptions(cases=300, rates={kind: 0.1}))

    assert {one.kind for one in made.truth} == {kind}


def test_mixing_lets_a_case_have_several_kinds():
    rates = dict.fromkeys(KINDS, 0.4)

    cases = Counter(one.case for one in generate(GenerateOptions(rates=rates, mix=True)).truth)

    assert max(cases.values()) > 1


def test_another_seed_gives_another_log():
    one, two = (generate(GenerateOptions(cases=100, seed=seed)).log.events for seed in (1, 2))

    assert not one.equals(two)


def test_the_numbers_of_a_seed_are_the_same_on_every_platform():
    made = generate(GenerateOptions(cases=3, seed=1, rates=NONE))

    events = made.log.events.sort_by("row").select(["case", "activity", "time", "resource"])

    assert [
        (row["case"], row["activity"], f"{row['time']:%m-%d %H:%M:%S}", row["resource"])
        for row in events.slice(0, 4).to_pylist()
    ] == [
        ("INC0001001", "Log record", "09-16 08:56:20", "a.adler"),
        ("INC0001001", "Classify and prioritize", "09-16 08:56:33", "a.adler"),
        ("INC0001001", "Analyse in 1st level", "09-16 09:13:45", "a.adler"),
        ("INC0001001", "Check knowledge base", "09-16 09:18:53", "a.adler"),
    ]


def test_most_cases_take_the_happy_path_and_there_are_many_others(made):
    cases = made.log.codes().case
    bounds = np.flatnonzero(np.diff(cases)) + 1
    traces = Counter(map(tuple, np.split(made.log.codes().activity, bounds)))

    (_, most), *_ = traces.most_common(1)

    assert len(traces) > 100
    assert most > 0.2 * 2000


def test_agents_work_at_working_hours_and_critical_records_around_the_clock(made):
    rows = made.log.events.select(["start", "priority", "channel"]).to_pylist()

    begun = [row for row in rows if row["start"] and row["priority"] != "1 - Critical"]
    outside = [row for row in begun if not 5 <= row["start"].hour < 18]

    assert len(outside) < 0.02 * len(begun)
    assert any(row["start"].hour < 5 for row in rows if row["start"])


def test_about_a_tenth_of_the_events_is_tied_to_the_one_before(made):
    codes = made.log.codes()

    tied = (np.diff(codes.case) == 0) & (np.diff(codes.time) == 0)

    assert 0.05 < tied.mean() < 0.15


def test_waiting_is_log_normal_rather_than_even(made):
    codes = made.log.codes()
    within = np.diff(codes.case) == 0

    waits = np.diff(codes.time)[within]

    assert waits.mean() > 2 * np.median(waits)
    assert waits.min() >= 0


def test_silence_counts_as_an_answer_only_after_two_working_days(made):
    rows = made.log.events.select(["case", "activity", "time"]).to_pylist()
    silent = [
        after["time"] - before["time"]
        for before, after in pairwise(rows)
        if before["case"] == after["case"]
        and before["activity"] == "Resolve in 1st level"
        and after["activity"] == "Verify resolution documentation"
    ]

    assert len(silent) > 50
    assert np.median(silent) > timedelta(days=2)


def test_users_act_without_an_agent_and_hand_overs_change_the_group(made):
    rows = made.log.events.select(["activity", "resource", "group"]).to_pylist()

    by_users = [row for row in rows if row["activity"] == "User confirms resolution"]
    handed = [row for row in rows if row["activity"] == "Hand over to 2nd level"]

    assert all(row["resource"] is None for row in by_users)
    assert all(row["group"] != "Service Desk" for row in handed)
    assert all(row["resource"] for row in handed)


def test_only_ping_pong_brings_a_record_back_to_a_group_it_has_left(made):
    groups: dict[str, list[str]] = {}
    rows = made.log.events.select(["case", "group"]).to_pylist()
    for row in rows:
        path = groups.setdefault(row["case"], [])
        if not path or path[-1] != row["group"]:
            path.append(row["group"])

    returned = {case for case, path in groups.items() if len(set(path)) < len(path)}

    assert returned >= {one.case for one in made.truth if one.kind == "ping-pong"}
    assert returned <= {one.case for one in made.truth}


def test_a_reassignment_reaches_another_group(made):
    rows = made.log.events.select(["case", "activity", "group"]).to_pylist()

    moves = [
        (before["group"], after["group"])
        for before, after in pairwise(rows)
        if before["case"] == after["case"] and after["activity"] == "Reassign within 2nd level"
    ]

    assert len(moves) > 20
    assert all(before != after for before, after in moves)


def test_records_that_come_late_in_the_period_stay_open(made):
    assert 0 < made.open_cases < 0.1 * 2000


def test_a_slower_desk_takes_longer():
    quick, slow = (
        generate(GenerateOptions(cases=200, scale=scale, rates={})).log.codes()
        for scale in (0.5, 2.0)
    )

    def span(codes):
        return np.median(np.diff(codes.time)[np.diff(codes.case) == 0])

    assert span(slow) > 2 * span(quick)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"cases": 0}, "0 cases cannot be generated"),
        ({"seed": -1}, "seed -1 is negative"),
        ({"weeks": 0}, "0 weeks is not a usable period"),
        ({"start": date(1850, 1, 1)}, "start 1850-01-01 is too far away"),
        ({"zone": "Vienna"}, "'Vienna' is not a time zone"),
        ({"zone": "../etc"}, "'../etc' is not a time zone"),
        ({"scale": 0}, "scale 0 is not usable"),
        ({"scale": float("nan")}, "scale nan is not usable"),
        ({"rates": {"lost": 0.1}}, "'lost' is not a kind of deviation"),
        ({"rates": {"late": 1.5}}, "rate 1.5 of late is not a share"),
        (
            {"rates": {"late": 0.6, "skipped": 0.6}},
            "the rates add up to 1.2 and each case gets one kind at most",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused(fields, message):
    with pytest.raises(UsageError) as caught:
        GenerateOptions(**fields)

    assert caught.value.message == message
    assert caught.value.mend


def test_the_truth_as_json_is_an_array_of_objects():
    one = PlantedDeviation("INC0001001", "skipped", "Log record", "A01", (3, 9), "x 'y'")

    assert truth_json([]) == "[]\n"
    assert truth_json([one]) == (
        '[\n{"case": "INC0001001", "kind": "skipped", "activity": "Log record", '
        '"element": "A01", "rows": [3, 9], "expected": "x \'y\'"}\n]\n'
    )
