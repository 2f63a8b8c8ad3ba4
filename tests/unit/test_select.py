from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from casemine.errors import UsageError
from casemine.log import EventLog, parse_log, variants_of
from casemine.log.select import LeftOut, Selection, select
from event_lists import log_of

HOUR = 3600 * 1_000_000


def traces(log):
    cases = {}
    for case, activity in zip(
        log.events.column("case").to_pylist(),
        log.events.column("activity").to_pylist(),
        strict=True,
    ):
        cases[case] = cases.get(case, "") + activity
    return cases


def kept(text, **asked):
    return traces(select(parse_log(text), Selection(**asked)).log)


def test_empty_selection_hands_back_the_very_log():
    log = parse_log("A B; C")

    result = select(log, Selection())

    assert result.log is log
    assert result.left_out == ()
    assert not Selection()
    assert Selection(top_variants=1)


# Cases of parse_log begin at 2026-01-01 00:00 and go on by the hour.
@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("contained", {"1": "AB"}),
        ("started", {"1": "AB", "2": "ABC"}),
        ("ended", {"1": "AB"}),
        ("intersecting", {"1": "AB", "2": "ABC"}),
        ("trimmed", {"1": "AB", "2": "AB"}),
    ],
)
def test_window_that_ends_before_the_third_event(window, expected):
    until = datetime(2026, 1, 1, 2, tzinfo=UTC)

    assert kept("A B; A B C", until=until, window=window) == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("contained", {}),
        ("started", {}),
        ("ended", {"2": "ABC"}),
        ("intersecting", {"2": "ABC"}),
        ("trimmed", {"2": "C"}),
    ],
)
def test_window_that_begins_at_the_third_event(window, expected):
    since = datetime(2026, 1, 1, 2)

    assert kept("A B; A B C", since=since, window=window) == expected


def test_day_means_its_first_moment_in_utc():
    assert kept("A B", since=date(2026, 1, 1)) == {"1": "AB"}
    assert kept("A B", until=date(2026, 1, 1)) == {}


def test_window_looks_at_the_start_of_the_first_event():
    log = log_of([{"case": "1", "activity": "A", "time": 2 * HOUR, "start": 0, "row": 1}])
    since = datetime(1970, 1, 1, 1, tzinfo=UTC)

    assert len(select(log, Selection(since=since)).log) == 0
    assert len(select(log, Selection(since=since, window="intersecting")).log) == 1


def test_window_is_put_into_words():
    since, until = date(2026, 1, 1), datetime(2026, 1, 1, 2, tzinfo=UTC)
    asked = [
        Selection(since=since),
        Selection(until=until),
        Selection(since=since, until=until, window="trimmed"),
    ]

    words = [select(parse_log("A B"), one).left_out[0].filter for one in asked]

    assert words == [
        "cases wholly from 2026-01-01 on",
        "cases wholly before 2026-01-01 02:00:00+00:00",
        "events from 2026-01-01 to before 2026-01-01 02:00:00+00:00",
    ]


def test_removed_activity_leaves_its_neighbours_joined():
    log = select(parse_log("A B C; B"), Selection(drop_activities=("B",))).log

    assert list(variants_of(log)) == [(("A", "C"), 1)]


def test_filters_name_what_they_left_out_one_by_one():
    log = parse_log("A B; A B; B C; C")

    result = select(log, Selection(keep_activities=("A", "B"), top_variants=1))

    assert result.left_out == (
        LeftOut("only A, B", 1, 2),
        LeftOut("cases of these variants: the 1 most common", 1, 1),
    )
    assert traces(result.log) == {"1": "AB", "2": "AB"}
    assert str(result.left_out[0]) == "only A, B: 1 case and 2 events left out"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"starts_with": ("A",)}, "1 2 4"),
        ({"starts_with": ("B", "C")}, "3 5"),
        ({"ends_with": ("B",)}, "1 5"),
        ({"followed_directly": (("A", "B"),)}, "1 2 4"),
        ({"followed_directly": (("A", "A"),)}, "4"),
        ({"followed_directly": (("C", "A"),)}, ""),  # C ends the case before one with A
        ({"followed_directly": (("A", "B"), ("B", "C"))}, "2 4"),
        ({"followed_eventually": (("A", "C"),)}, "2 4"),
        ({"followed_eventually": (("A", "A"),)}, "4"),
        ({"followed_eventually": (("B", "A"),)}, ""),
        ({"never_directly": (("A", "B"),)}, "3 5"),
        ({"never_eventually": (("A", "C"), ("A", "A"))}, "1 3 5"),
        ({"min_events": 2}, "1 2 4 5"),
        ({"max_events": 2}, "1 3 5"),
        ({"min_events": 3, "max_events": 3}, "2"),
        ({"min_duration": timedelta(hours=2)}, "2 4"),
        ({"max_duration": timedelta(hours=1)}, "1 3 5"),
        ({"cases": ("2", "5")}, "2 5"),
        ({"top_variants": 2}, "1 4"),
        ({"top_variants": 99}, "1 2 3 4 5"),
        ({"variant_coverage": 0.2}, "4"),
        ({"variant_coverage": 0.21}, "1 4"),
        ({"variant_coverage": 1.0}, "1 2 3 4 5"),
    ],
)
def test_cases_that_stay(asked, expected):
    assert " ".join(kept("A B; A B C; C; A A B C; C B", **asked)) == expected


def test_where_keeps_cases_with_such_an_event_unless_events_are_asked_for():
    text, where = "A B; B; B C", ("activity == 'B'",)

    assert kept(text, where=where) == {"1": "AB", "2": "B", "3": "BC"}
    assert kept(text, where=where, where_scope="all") == {"2": "B"}
    assert kept(text, where=where, where_scope="event") == {"1": "B", "2": "B", "3": "B"}


def test_several_conditions_must_all_hold():
    where = ("activity == A", "activity == C")

    assert kept("A B; A C; C", where=where) == {"2": "AC"}


def test_attributes_of_cases_that_are_gone_go_with_them():
    log = parse_log("A B; C")
    cases = pa.table({"case": ["1", "2"], "vip": [True, False]})

    result = select(EventLog(log.events, case_table=cases), Selection(where=("vip",)))

    assert result.log.case_table.to_pylist() == [{"case": "1", "vip": True}]


def test_filter_that_leaves_nothing_lets_the_following_ones_be():
    result = select(parse_log("A B"), Selection(min_events=5, top_variants=1, ends_with=("B",)))

    assert len(result.log) == 0
    assert [one.events for one in result.left_out] == [0, 2, 0]


@pytest.mark.parametrize(
    ("asked", "message", "mend"),
    [
        ({"keep_activities": ("Opn",)}, "no activity 'Opn'", "near are 'Open'"),
        ({"drop_activities": ("open",)}, "no activity 'open'", "near are 'Open'"),
        ({"followed_directly": (("New", "Xyz"),)}, "no activity 'Xyz'", "it has 'New', 'Open'"),
        ({"cases": ("77",)}, "no case '77'", "it has '1'"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "ends before", "--since"),
        ({"min_events": 3, "max_events": 2}, "more than the most", ""),
        ({"top_variants": 0}, "0 variants are none", ""),
        ({"variant_coverage": 80.0}, "share of 80.0", "percentage"),
        ({"where": ("(",)}, "--where has the end", "^"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(asked, message, mend):
    with pytest.raises(UsageError) as caught:
        select(parse_log("New Open"), Selection(**asked))

    assert message in caught.value.message
    assert mend in (caught.value.mend or "")


@pytest.mark.parametrize("asked", [{"since": date(2026, 1, 1)}, {"max_duration": timedelta(1)}])
def test_time_filter_on_a_log_without_times_is_a_usage_error(asked):
    log = log_of([{"case": "1", "activity": "A", "row": 1}])

    with pytest.raises(UsageError, match="has no times"):
        select(log, Selection(**asked))
