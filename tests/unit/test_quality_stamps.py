"""Units of times, instants with too many cases, and midnights."""

from __future__ import annotations

import numpy as np
import pytest

from casemine.log.quality.stamps import unit_of
from quality_logs import BEGIN, DAY, HOUR, desk, findings, not_evaluated, numbered, of_case

SECOND, MINUTE = 1_000_000, 60_000_000
STAMPS = {"coarse-times", "batch-times", "midnight-times"}


@pytest.mark.parametrize(
    ("times", "unit"),
    [
        ([1], 1),
        ([1000], 1),
        ([SECOND, 2 * SECOND], SECOND),
        ([0, MINUTE], MINUTE),
        ([0, 90 * MINUTE], MINUTE),
        ([0, HOUR, 3 * HOUR], HOUR),
        ([0, DAY], DAY),
        ([-DAY, -HOUR], HOUR),
        ([22 * HOUR, 22 * HOUR + DAY, 22 * HOUR + 5 * DAY], DAY),  # midnight in Cairo
        ([23 * HOUR, 22 * HOUR + 90 * DAY, 22 * HOUR + 100 * DAY], DAY),  # and in Vienna
        ([0, 23 * HOUR + 90 * DAY, 23 * HOUR + 100 * DAY], DAY),  # and in London
        ([22 * HOUR, 20 * HOUR + 90 * DAY, 22 * HOUR + 100 * DAY], HOUR),
    ],
)
def test_the_unit_is_the_largest_that_all_times_are_whole_numbers_of(times, unit):
    assert unit_of(np.array(times, np.int64)) == unit


@pytest.mark.parametrize(
    ("unit", "level", "words"),
    [(MINUTE, "note", "whole minutes"), (HOUR, "note", "whole hours"), (DAY, "warning", "days")],
)
def test_coarse_times_name_their_unit(unit, level, words):
    events = desk()
    for event in events:
        event["time"] -= event["time"] % unit

    found = findings(numbered(events))

    assert found["coarse-times"].level == level
    assert words in found["coarse-times"].text
    assert {"batch-times", "midnight-times"}.isdisjoint(found)


def test_one_time_for_all_events_is_a_warning():
    events = [event | {"time": BEGIN} for event in desk()]

    finding = findings(events)["coarse-times"]

    assert (finding.level, finding.text) == ("warning", "all 180 events have the same time")


def test_a_few_events_show_no_unit():
    events = [event | {"time": event["row"] * DAY} for event in desk(3)]

    assert not_evaluated(events).keys() >= STAMPS


@pytest.mark.parametrize("grain", [SECOND, MINUTE])
def test_ten_cases_in_one_instant_are_a_batch(grain):
    events = desk()
    for event in events:
        event["time"] -= event["time"] % grain
    night = BEGIN + 20 * DAY - BEGIN % grain
    for number in range(12):
        of_case(events, f"T{number:04}")[-1]["time"] = night

    finding = findings(numbered(events))["batch-times"]

    assert (finding.level, finding.events, finding.cases) == ("warning", 12, 12)
    assert "stand in 1 second" in finding.text or "stand in 1 minute" in finding.text
    assert "most: 12 cases at 2026-03-17 06:13:" in finding.text
    assert "'Closed' 12" in finding.text
    assert finding.examples[0].what.startswith("12 cases in this ")


def test_nine_cases_in_one_instant_are_none():
    events = desk()
    for number in range(9):
        of_case(events, f"T{number:04}")[-1]["time"] = BEGIN + 20 * DAY

    assert "batch-times" not in findings(numbered(events))


def test_many_events_of_one_case_in_one_instant_are_no_batch():
    events = desk()
    end = of_case(events, "T0010")[-1]["time"]
    events += [{"case": "T0010", "activity": "Closed", "time": end, "n": str(n)} for n in range(30)]

    assert "batch-times" not in findings(numbered(events))


def test_a_busy_hour_is_no_batch():
    random = np.random.default_rng(3)
    events = [
        {"case": f"T{number}", "activity": "New", "time": BEGIN + int(second) * SECOND}
        for number, second in enumerate(random.integers(0, 3600, 8 * 3600))
    ]
    times = np.array([event["time"] for event in events])

    assert np.unique(times, return_counts=True)[1].max() >= 10
    assert "batch-times" not in findings(numbered(events))


@pytest.mark.parametrize("hour", [0, 22, 18.5])
def test_events_at_midnight_of_a_zone_are_counted(hour):
    events = desk()
    for number in range(0, 60, 4):
        last = of_case(events, f"T{number:04}")[-1]
        last["time"] += DAY - last["time"] % DAY + int(hour * HOUR)

    finding = findings(numbered(events))["midnight-times"]

    assert (finding.level, finding.events, finding.cases) == ("warning", 15, 15)
    clock = f"{int(hour):02}:{30 if hour % 1 else 0:02}"
    assert f"15 cases (8.3 % of the events) stand at exactly {clock} UTC" in finding.text
    assert "'Closed' 15" in finding.text


def test_midnights_of_summer_and_winter_count_together():
    events = desk()
    for number in range(0, 60, 2):
        last = of_case(events, f"T{number:04}")[-1]
        last["time"] += DAY - last["time"] % DAY + (22 if number < 30 else 23) * HOUR

    finding = findings(numbered(events))["midnight-times"]

    assert finding.events == 30
    assert "exactly 22:00 or 23:00 UTC" in finding.text


def test_times_that_people_round_are_no_midnights():
    events = desk(trace="New Work Work Work Closed", cases=100)
    for event in events:
        if event["row"] % 2:
            event["time"] -= event["time"] % (HOUR // 2)
    events = numbered(events)

    assert "midnight-times" not in findings(events)
    assert "rounded by hand" in not_evaluated(events)["midnight-times"]


def test_a_few_events_at_midnight_are_accidents():
    events = desk()
    for number in range(9):
        last = of_case(events, f"T{number:04}")[-1]
        last["time"] += DAY - last["time"] % DAY

    assert "midnight-times" not in findings(numbered(events))
