"""Which cases are open at the end of a log, and which rest."""

import numpy as np
import pyarrow as pa
import pytest

from casemine.errors import UsageError
from casemine.log import EventLog, parse_log
from casemine.log.openness import open_cases
from event_lists import log_of

DAY = 86_400
UNTIMED = [
    {"case": "1", "activity": "New", "row": 1},
    {"case": "2", "activity": "Close", "row": 2},
]


def log_of_days(*cases):
    """Cases as `New@0 Close@3`: activities and the day of each."""
    events = [
        (str(number), *part.split("@"))
        for number, case in enumerate(cases, start=1)
        for part in case.split()
    ]
    table = pa.table(
        {
            "case": [case for case, _, _ in events],
            "activity": [activity for _, activity, _ in events],
            "time": pa.array([int(float(day) * DAY * 1e6) for *_, day in events]).cast(
                pa.timestamp("us", "UTC")
            ),
            "row": np.arange(1, len(events) + 1),
        }
    )
    return EventLog.ordered(table)


def states(found):
    return ["over" if over else "open" if still else "rests" for over, still in zip(
        found.over.tolist(), found.open.tolist(), strict=True)]  # fmt: skip


def test_a_closing_activity_ends_a_case_wherever_it_stands():
    found = open_cases(parse_log("New Close; New Close Note; New"), closing=["Close"])

    assert states(found) == ["over", "over", "open"]


def test_a_case_that_is_quiet_for_longer_than_usual_rests():
    finished = [f"New@{day} Close@{day + 2}" for day in range(40)]

    found = open_cases(log_of_days(*finished, "New@0", "New@38.5", "New@41"), closing=["Close"])

    assert states(found)[-3:] == ["rests", "rests", "open"]
    assert found.words == "cases without 'Close' whose last event is at most 2 days old"


def test_one_pause_in_a_hundred_may_be_longer_than_usual():
    finished = [f"New@{day} Close@{day + 2}" for day in range(99)] + ["New@0 Close@90"]

    found = open_cases(log_of_days(*finished, "New@97"), closing=["Close"])

    assert found.rest_us == 2 * DAY * 1_000_000
    assert states(found)[-1] == "rests"


def test_few_finished_cases_leave_the_pauses_of_all_to_decide():
    found = open_cases(log_of_days("New@0 Work@30", "New@29", "New@20 Close@35"), closing=["Close"])

    assert found.rest_us == 30 * DAY * 1_000_000
    assert states(found) == ["open", "open", "over"]


def test_days_can_be_named():
    found = open_cases(log_of_days("New@0", "New@9", "New@10"), closing=["Close"], rest_days=5)

    assert states(found) == ["rests", "open", "open"]
    assert found.words.endswith("whose last event is at most 5 days old")


def test_a_condition_on_the_last_event_closes_cases_too():
    log = parse_log("New Done; Done New; New")

    found = open_cases(log, closing=["Close"], closed_where="activity == 'Done'")

    assert states(found) == ["over", "open", "open"]
    assert "do not end where activity == 'Done'" in found.words


def test_a_condition_on_a_column_that_is_not_there_is_refused():
    with pytest.raises(UsageError):
        open_cases(parse_log("New"), closing=None, closed_where="state == 'Closed'")


def test_without_times_nobody_knows_who_still_works():
    found = open_cases(log_of(UNTIMED), closing=["Close"])

    assert states(found) == ["rests", "over"]
    assert found.words.startswith("none: the log has no times")


def test_many_closing_activities_are_counted_not_listed():
    found = open_cases(parse_log("A"), closing=list("BCDEFG"))

    assert found.words.startswith("cases without any of 6 closing activities, such as 'B', whose")
