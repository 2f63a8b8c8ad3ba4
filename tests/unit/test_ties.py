"""What the order of simultaneous events could change."""

import numpy as np
import pyarrow as pa
import pytest

from casemine.conform import ties
from casemine.conform.checking import CheckOptions, check_log
from casemine.log import EventLog, parse_log
from designed_flows import chain

HOUR = 3_600_000_000
FOUR = chain("Log", "Check", "Solve", "Close")
ALL = CheckOptions(observable="all", all_complete=True)


def log_at(*cases, one_row=False):
    """Cases as `Log@0 Check@1 Solve@1`: activities and the hour of each."""
    events = [
        (str(number), *part.split("@"))
        for number, case in enumerate(cases, start=1)
        for part in case.split()
    ]
    rows = np.ones(len(events), np.int64) if one_row else np.arange(1, len(events) + 1)
    table = pa.table(
        {
            "case": [case for case, _, _ in events],
            "activity": [activity for _, activity, _ in events],
            "time": pa.array([int(hour) * HOUR for *_, hour in events]).cast(
                pa.timestamp("us", "UTC")
            ),
            "row": rows,
        }
    )
    return EventLog.ordered(table)


def test_the_best_order_of_one_instant_may_fit_where_the_one_as_read_does_not():
    found = check_log(log_at("Log@0 Solve@1 Check@1 Close@2", "Log@0 Check@1 Solve@2 Close@3"),
                      FOUR, options=ALL)  # fmt: skip

    assert (found.ties.cases, found.ties.as_read, found.ties.exact) == (1, 2, True)
    assert (found.ties.best, found.ties.worst) == (0, 2)


def test_every_case_with_the_pattern_counts():
    case = "Log@0 Check@1 Solve@1 Close@2"

    found = check_log(log_at(case, case, case), FOUR, options=ALL)

    assert (found.ties.cases, found.ties.best, found.ties.as_read, found.ties.worst) == (3, 0, 0, 6)


def test_without_simultaneous_events_there_is_nothing_to_say():
    assert check_log(parse_log("Log Check Solve Close"), FOUR, options=ALL).ties is None


def test_equal_events_of_one_instant_can_stand_one_way_only():
    assert check_log(log_at("Log@0 Check@1 Check@1 Close@2"), FOUR, options=ALL).ties is None


def test_activities_of_one_row_have_a_known_order():
    assert check_log(log_at("Log@0 Solve@0 Check@0", one_row=True), FOUR, options=ALL).ties is None


def test_ties_of_different_cases_are_no_ties():
    assert check_log(log_at("Log@0", "Log@0"), FOUR, options=ALL).ties is None


def test_too_many_orders_are_said_to_be_more_than_were_tried(monkeypatch):
    monkeypatch.setattr(ties, "ORDERS", 3)

    found = check_log(log_at("Log@0 Check@0 Solve@0 Close@0"), FOUR, options=ALL)

    assert not found.ties.exact
    assert found.ties.best <= found.ties.as_read <= found.ties.worst


def test_a_source_that_numbers_its_events_leaves_nothing_open():
    log = log_at("Log@0 Check@1 Solve@1 Close@2")
    numbered = log.with_events(log.events.append_column("seq", [np.arange(1, 5)]))

    assert check_log(log, FOUR, options=ALL).ties is not None
    assert check_log(numbered, FOUR, options=ALL).ties is None


@pytest.mark.parametrize("together", [("Close@2", "Solve@2"), ("Solve@2", "Close@2")])
def test_best_and_worst_do_not_depend_on_the_order_as_read(together):
    found = check_log(log_at(f"Log@0 Check@1 {' '.join(together)}"), FOUR, options=ALL)

    assert (found.ties.best, found.ties.worst) == (0, 2)
