"""Headline measures of small logs, counted by hand."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from casemine.analyse.headlines import headlines
from casemine.analyse.journey import Journey
from casemine.analyse.visits import returns_of, visits_of
from casemine.log import EventLog, parse_log
from casemine.log.calendars import read_calendar
from casemine.model.calendar import AROUND_THE_CLOCK
from casemine.model.yasm import YASM
from casemine.read import read_log
from casemine.read.options import ReadOptions
from casemine.report import headlines as report

SAMPLES = Path(__file__).parents[2] / "sample_logs"
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = 3600.0


def mapped(*cases: str) -> EventLog:
    """Cases as `A01@0:group A10@1:group/person`; hours since a Monday 09:00."""
    rows = []
    for number, case in enumerate(cases, start=1):
        for event in case.split():
            step, _, rest = event.partition("@")
            hours, _, who = rest.partition(":")
            group, _, person = who.partition("/")
            time = MONDAY + timedelta(hours=float(hours))
            rows.append((str(number), YASM[step], time, group or None, person or None))
    columns = list(zip(*rows, strict=True))
    table = pa.table(
        {
            "case": pa.array(columns[0], pa.string()),
            "activity": pa.array(columns[1], pa.string()),
            "time": pa.array(columns[2], pa.timestamp("us", tz="UTC")),
            "group": pa.array(columns[3], pa.string()),
            "resource": pa.array(columns[4], pa.string()),
            "row": pa.array(range(1, len(rows) + 1)),
        }
    )
    return EventLog.ordered(table)


CASES = (
    "A01@0:L1/ann A10@1:L1/ann A12@3:L1/ann A74@5:L1/ann",
    "A01@0:L1/ann A13@2:L2/ann A22@6:L2/bob A74@7:L1/ann",
    "A01@0:L1/ann A13@0.1:L2/ann X01@1:L1/bob A13@2:L2/ann A23@3:L3/bob A22@9:L3/cem A74@10:L1/ann",
    "A01@0:L1/ann W1@2:L1/ann U1@4:L1/ann W2@6:L1 A12@7:L1 A61@8:L1 A12@9:L1 A74@10:L1 X03@11:L1",
    "A01@0:L1/ann W1@1:L1/ann A12@1.1:L1/ann A74@2:L1/ann",
    "A01@0:L1/ann A40@1:L1/ann A41@2:MIT/max A74@3:L1/ann",
    "A01@0:L1/ann A90@1:L1/ann",
    "A01@0:L1/ann A83@4:RF/rex A74@5:L1/ann",
    "A01@1:L1/ann W1@2:L1/ann",
)


@pytest.fixture(scope="module")
def found():
    return headlines(mapped(*CASES))


@pytest.fixture(scope="module")
def measures(found):
    return {one.code: one for one in found.found}


@pytest.mark.parametrize(
    ("code", "cases", "total"),
    [
        ("first-level-resolution", 3, 6),
        ("push-to-second-level", 2, 8),  # all but the request
        ("return-to-first-level", 1, 2),
        ("reassignment", 1, 2),
        ("waiting-for-user", 3, 9),
        ("reopening", 1, 7),
        ("major-incidents", 1, 8),
        ("cancellation", 1, 9),
        ("ping-pong", 4, 9),
        ("hand-over", 4, 9),
    ],
)
def test_shares_are_of_the_cases_they_are_about(measures, code, cases, total):
    found = measures[code].cases

    assert (found.cases, found.total) == (cases, total)
    assert measures[code].sentence.startswith(("1st level", f"{cases} of {total}"))


def test_a_wait_for_the_user_ends_with_the_next_step_and_not_with_a_message(measures):
    waiting = measures["waiting-for-user"]

    assert (waiting.spans.n, waiting.spans.running) == (3, 1)
    assert waiting.spans.median_s == 4 * HOUR  # 0.1, 4, and 9 so far
    assert "1 of the waits (33.3 %) were ended within 10 min" in waiting.sentence
    elapsed = 5 + 7 + 10 + 11 + 2 + 3 + 1 + 5 + 10  # the last one is open to the end of the log
    assert waiting.of_elapsed == pytest.approx((0.1 + 4 + 9) / elapsed)


def test_a_wait_that_nobody_answered_and_the_same_person_ended_may_be_fake():
    log = mapped(
        "A01@0:L1/ann W1@1:L1/ann A12@5:L1/ann A74@6:L1/ann",
        "A01@0:L1/ann W1@1:L1/ann A12@5:L1/ann A74@6:L1/ann",
        "A01@0:L1/ann W1@1:L1/ann A12@5:L1/bob A74@6:L1/ann",
    )
    raw = mapped("U1@3:L1/eve", "A01@0:L1/eve", "A01@0:L1/eve")
    kinds = pa.array(["customer"] * 3).dictionary_encode()
    raw = EventLog(raw.events.append_column("actor_type", kinds))

    def sentence(found):
        return {one.code: one for one in found.found}["waiting-for-user"].sentence

    told = sentence(headlines(log, raw=raw))
    assert "1 of the waits (33.3 %) were ended by the person who had begun them without a" in told
    assert "without a word" not in sentence(headlines(log))


def test_the_time_to_resolve_goes_to_the_last_resolution_and_open_cases_run_on(measures):
    spans = measures["time-to-resolve"].spans

    # 1.1, 2, 3, 4, 6, 9, 9 are over; the open case began an hour after the others: 10 so far
    assert (spans.n, spans.running) == (8, 1)
    assert spans.median_s == 4 * HOUR


def test_the_time_in_first_level_ends_with_the_first_hand_over(measures):
    spans = measures["time-in-first-level"]

    assert (spans.spans.n, spans.spans.median_s) == (2, pytest.approx(1.05 * HOUR))
    assert "1 of 2 cases go within 10 min" in spans.sentence


def test_ping_pong_counts_each_return(measures):
    ping_pong = measures["ping-pong"]

    assert ping_pong.spans.n == 5  # two of them in the third case, which goes L1 L2 L1 L2 L3 L1
    assert ping_pong.examples[0].what.count(">") == 2


def test_the_group_that_most_cases_begin_with_is_named_with_what_it_hands_on(measures):
    hand_over = measures["hand-over"]

    assert hand_over.sentence.endswith(
        "L1, with which 100.0 % of them begin, hands on 4 of 9 (44.4 %)"
    )
    assert hand_over.spans.median_s == 2 * HOUR  # after 0.1, 2, 2 and 4
    assert hand_over.examples[0].what == "L1 > RF"
    assert hand_over.examples[0].rows == (35, 36)


def test_groups_are_taken_from_the_raw_log_where_it_is_given():
    log = mapped("A01@0:L1 A12@3:L1 A74@5:L1")
    raw = mapped("A01@0:L1 A10@1:L2 A11@2:L1 A12@3:L1 A74@5:L1")

    def returns(found):
        return {one.code: one for one in found.found}["ping-pong"].cases.cases

    assert returns(headlines(raw)) == 1
    assert returns(headlines(log, raw=raw)) == 1
    with pytest.raises(KeyError):
        returns(headlines(log))


def test_examples_name_the_rows_that_show_the_finding(measures):
    assert measures["return-to-first-level"].examples[0].rows == (10, 11, 12)
    assert measures["cancellation"].examples[0].case == "7"


def test_what_a_log_without_levels_cannot_tell_is_named_with_the_reason():
    found = headlines(mapped("A01@0 A12@3 A74@5", "A01@0 A12@1 A74@2"))

    reasons = {one.code: one.reason for one in found.not_evaluated}
    assert {"first-level-resolution", "push-to-second-level", "ping-pong", "hand-over"} <= set(
        reasons
    )
    assert "2nd level" in reasons["push-to-second-level"]
    assert reasons["ping-pong"] == "no event of the log has a group"
    assert {one.code for one in found.found} == {"time-to-resolve", "reopening"}


def test_a_log_that_is_not_mapped_gives_the_measures_that_need_no_steps():
    found = headlines(parse_log("Open Closed; Open Closed Reopened Closed"), open_unless=["Closed"])

    assert {one.code for one in found.found} == {"reopening", "rework"}
    assert found.found[0].sentence.startswith("1 of 2 cases (50.0 %)")


def test_working_time_stands_beside_the_other_clock():
    desk = read_calendar({"days": "mon-fri", "hours": "08:00-10:00", "zone": "UTC"}, "desk")

    found = headlines(mapped("A01@0:L1 A12@3:L1 A74@5:L1"), calendar=desk)

    assert found.found[0].spans.median_s == 3 * HOUR
    assert found.found[0].working.median_s == 1 * HOUR


def test_few_spans_of_which_some_run_on_have_no_interval():
    few = headlines(mapped("A01@0 A12@3 A74@5", "A01@0 A12@4 A74@5", "A01@1"))
    more = headlines(mapped(*["A01@0 A12@3 A74@5"] * 9, "A01@1"))

    spans = few.found[0].spans
    assert (spans.n, spans.running, spans.low_s, spans.high_s) == (3, 1, None, None)
    assert "95 %" not in few.found[0].sentence
    assert more.found[0].spans.low_s == more.found[0].spans.high_s == 3 * HOUR


def test_times_that_are_not_known_are_not_spoken_of():
    most = headlines(mapped("A01@0 A12@3 A74@5", "A01@0 A12@4 A74@5", "A01@1"))
    half = headlines(mapped("A01@0 A12@3 A74@5", "A01@0", "A01@0"))

    assert most.found[0].sentence.startswith("Cases are resolved within 4 h in the median; 1 open")
    assert half.found[0].sentence.startswith(
        "Cases are resolved within a time that is not known, as fewer than half have come so far; 2"
    )


def test_an_empty_log_gives_no_measure_and_says_why():
    log = mapped("A01@0:L1")

    found = headlines(EventLog(log.events.slice(0, 0)))

    assert found.found == ()
    assert found.not_evaluated[0].reason == "the log has no events"


def test_measures_without_times_are_counted_all_the_same():
    log = EventLog(mapped(*CASES).events.drop_columns(["time"]))

    found = headlines(log)

    assert {one.code for one in found.found} >= {"first-level-resolution", "waiting-for-user"}
    assert "time-to-resolve" in {one.code for one in found.not_evaluated}


def test_the_report_shows_each_measure_and_what_is_missing_in_words_by_reason():
    found = headlines(mapped(CASES[0], CASES[-1]))
    lines = report.lines(found)

    told, missing = lines[: len(found.found)], lines[len(found.found) :]
    for line, one in zip(told, found.found, strict=True):
        such_as = f" (such as {', '.join(each.case for each in one.examples)})"
        assert line == f"- {one.sentence}{such_as if one.examples else ''}"
    assert missing[0] == (
        "- not to be told from this log: first-level resolution rate, push to second level, time "
        "in first level before the hand-over, return to first level and reassignment within second "
        "level: no group of the log counts as 2nd level; name the levels of groups under [tiers] "
        "in the mapping"
    )
    assert (
        "- not to be told from this log: major incidents and cancelled records: no event of the "
        "log tells of any"
    ) in missing
    assert len(missing) == len({one.reason for one in found.not_evaluated}) < 5
    assert report.data(found)[0]["time"]["n"] == 2
    assert report.missing(found)[0].keys() == {"code", "title", "reason"}


def test_second_level_without_a_hand_over_is_no_lack_of_tiers():
    found = headlines(mapped("A01@0:L1 A20@1:L2 A22@3:L2 A74@5:L1"))

    reasons = {one.code: one.reason for one in found.not_evaluated}
    assert reasons["push-to-second-level"] == "nothing is handed over to 2nd level"
    assert reasons["time-in-first-level"] == "nothing is handed over to 2nd level"


def test_a_share_of_no_cases_is_no_measure():
    found = headlines(mapped("A01@0:L1 A13@1:L2", "A01@0:L1 A13@1:RF A83@2:RF A74@3:L1"))
    requests = headlines(
        mapped("A01@0:L1 A13@1:RF A83@2:RF A74@3:L1", "A81@0:L1 A83@4:RF A40@5:L1")
    )

    reasons = {one.code: one.reason for one in (*found.not_evaluated, *requests.not_evaluated)}
    assert reasons["first-level-resolution"] == "no incident of the log is resolved"
    assert reasons["push-to-second-level"] == "every case of the log is a service request"
    assert reasons["major-incidents"] == "every case of the log is a service request"
    assert all(one.cases is None or one.cases.total for one in (*found.found, *requests.found))


def test_every_planted_ping_pong_of_the_sample_log_is_found_and_nothing_else():
    with (SAMPLES / "incidents.truth.csv").open(encoding="utf-8", newline="") as file:
        planted = {row["case"] for row in csv.DictReader(file) if row["kind"] == "ping-pong"}
    log = read_log(str(SAMPLES / "incidents.csv"), ReadOptions(cache=False))
    journey = Journey(log, np.ones(1500, np.bool_), AROUND_THE_CLOCK)

    visits = visits_of(journey, journey.groups)
    cases = journey.sight.case_ids.to_pylist()
    found = {cases[case] for case in visits.case[returns_of(visits).back]}

    assert found == planted
    ping_pong = {one.code: one for one in headlines(log).found}["ping-pong"]
    assert ping_pong.cases.cases == len(planted) == 43
