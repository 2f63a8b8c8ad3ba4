"""Reading XES: times, and values that are not of their type."""

from __future__ import annotations

import pyarrow as pa
import pytest

from casemine.errors import AmbiguousError, BadTimeError, InputError
from xes_files import (
    column,
    event,
    log,
    notes,
    read,
    tag,
    trace,
)

A = event("A", "2026-05-31T09:00:00Z")
B = event("B", "2026-05-31T10:00:00Z")
C = event("C", "2026-05-31T11:00:00Z")


def test_a_bad_time_is_refused_with_file_line_and_value():
    text = log(trace("1", A, event("B", "31/02/2026 09:14"), event("C", "31/02/2026 09:14")))

    with pytest.raises(BadTimeError) as caught:
        read(text)

    assert str(caught.value) == (
        "log.xes:5: '31/02/2026 09:14' in attribute 'time:timestamp' is not a time (2 events of 3)"
    )
    assert (caught.value.value, caught.value.count) == ("31/02/2026 09:14", 2)
    assert caught.value.where.column == "time:timestamp"


def test_bad_times_can_be_left_out_and_are_counted_with_their_lines():
    found = read(log(trace("1", A, event("B", "never"), C)), on_error="skip")

    (group,) = found.intake.rejects
    assert (group.column, group.reason, group.count) == ("time:timestamp", "is not a time", 1)
    assert (str(group.examples[0].where), group.examples[0].value) == ("log.xes:5", "never")
    assert found.intake.rows_read == len(found) + found.intake.rows_quarantined


def test_the_line_is_that_of_the_attribute_not_of_the_event():
    text = log(
        "<trace>\n<event>\n<string key='concept:name' value='A'/>\n\n<date\n"
        "key='time:timestamp' value='x'/></event></trace>"
    )

    with pytest.raises(BadTimeError, match=r"log\.xes:7: 'x'"):
        read(text)


def test_one_event_without_a_time_is_refused_or_left_out():
    text = log(trace("1", A, event("B", None), C))

    with pytest.raises(InputError, match=r"log\.xes:5: an event has no 'time:timestamp'"):
        read(text)
    assert column(read(text, on_error="skip"), "row") == [1, 3]


def test_a_log_without_times_keeps_the_order_of_the_file():
    found = read(log(trace("1", event("B", None), event("A", None))))

    assert not found.timed
    assert column(found, "activity") == ["B", "A"]
    assert "no-times" in notes(found)


def test_times_may_be_text_and_without_offset():
    text = log(
        trace(
            "1",
            f"<event>{tag('concept:name', 'A')}"
            f"{tag('time:timestamp', '2026-07-01 12:00:00')}</event>",
        )
    )

    utc, berlin = read(text), read(text, tz="Europe/Berlin")

    assert notes(utc) == {"zone-assumed": 1}
    assert notes(berlin) == {}
    hours = [found.events.column("time").cast(pa.int64()).to_pylist()[0] for found in (utc, berlin)]
    assert hours[0] - hours[1] == 7_200_000_000


def test_an_hour_that_does_not_exist_is_refused_and_one_that_was_twice_is_told():
    gap = log(trace("1", event("A", "2026-03-29T02:30:00")))
    fold = log(trace("1", event("A", "2026-10-25T02:30:00")))

    with pytest.raises(BadTimeError, match=r"'2026-03-29T02:30:00' in .* does not exist"):
        read(gap, tz="Europe/Berlin")
    assert notes(read(fold, tz="Europe/Berlin")) == {"time-twice": 1}


def test_start_timestamp_of_pm4py_is_the_start():
    found = read(
        log(
            trace(
                "1",
                event(
                    "A",
                    "2026-05-31T10:00:00Z",
                    tag("start_timestamp", "2026-05-31T09:00:00Z", "date"),
                ),
            )
        )
    )

    assert found.events.column("start").null_count == 0


def test_start_and_complete_events_are_joined_and_counted():
    found = read(
        log(
            trace(
                "1",
                event("A", "2026-05-31T09:00:00Z", tag("lifecycle:transition", "start")),
                event("A", "2026-05-31T10:00:00Z", tag("lifecycle:transition", "complete")),
                event("B", "2026-05-31T11:00:00Z", tag("lifecycle:transition", "start")),
            )
        )
    )

    assert column(found, "row") == [2, 3]
    assert [start is not None for start in column(found, "start")] == [True, False]
    assert (found.intake.rows_read, found.intake.rows_joined) == (3, 1)
    assert notes(found) == {"pairs-joined": 1, "lone-starts": 1}


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("int", "abc", "is not a whole number"),
        ("int", "0.0", "is not a whole number"),
        ("int", "0x1F", "is not a whole number"),
        ("int", "99999999999999999999", "is not a whole number"),
        ("int", "9223372036854775808", "is not a whole number"),
        ("float", "1,5", "is not a number"),
        ("float", "1_0", "is not a number"),
        ("boolean", "yes", "is neither true nor false"),
        ("date", "soon", "is not a time"),
    ],
)
def test_a_value_that_is_not_of_its_type_makes_the_event_unusable(kind, value, reason):
    text = log(trace("1", A, event("B", "2026-05-31T10:00:00Z", tag("x", value, kind)), C))

    with pytest.raises(InputError) as caught:
        read(text)
    skipped = read(text, on_error="skip")

    assert str(caught.value) == f"log.xes:5: '{value}' in attribute 'x' {reason} (1 event of 3)"
    assert column(skipped, "activity") == ["A", "C"]


def test_the_largest_whole_numbers_are_kept():
    found = read(
        log(
            trace(
                "1",
                event("A", None, tag("n", "9223372036854775807", "int")),
                event("B", None, tag("n", "-9223372036854775808", "int")),
            )
        )
    )

    assert column(found, "n") == [2**63 - 1, -(2**63)]


def test_a_bad_value_of_a_trace_is_refused_or_left_empty():
    text = log("<trace>", tag("concept:name", "1"), "\n", tag("n", "x", "int"), A, "</trace>")

    with pytest.raises(
        InputError, match=r"log\.xes:4: 'x' in attribute 'n' of a trace is not a whole"
    ):
        read(text)
    found = read(text, on_error="skip")

    assert found.case_table.column("n").to_pylist() == [None]
    assert notes(found) == {"bad-case-values": 1}


def test_a_bad_value_of_the_log_is_told():
    found = read(log(tag("x", "yes", "float"), trace("1", A)))

    assert "'yes' in 'x' (line 3) is not a number" in found.intake.notes[0].text


def test_an_event_with_two_faults_is_left_out_once():
    text = log(trace("1", A, event("B", "x", tag("n", "y", "int"))))

    found = read(text, on_error="skip")

    assert [group.column for group in found.intake.rejects] == ["time:timestamp"]
    assert found.intake.rows_quarantined == 1


def test_nothing_left_is_an_error():
    with pytest.raises(InputError, match="none of the 1 event can be used"):
        read(log(trace("1", event("A", "x"))), on_error="skip")


def test_an_attribute_given_twice_counts_once_but_no_time_or_activity_does():
    twice = log(trace("1", event("A", None, tag("x", "1"), tag("x", "2"))))
    times = log(
        trace(
            "1",
            event(
                "A", "2026-05-31T09:00:00Z", tag("time:timestamp", "2026-05-31T09:00:00Z", "date")
            ),
        )
    )

    assert column(read(twice), "x") == ["1"]
    assert notes(read(twice))["repeated-attributes"] == 1
    with pytest.raises(InputError, match="'time:timestamp' is given twice in one event"):
        read(times)


def test_times_with_and_without_offset_side_by_side_need_a_zone():
    text = log(trace("1", A, event("B", "2026-05-31T12:00:00")))

    with pytest.raises(AmbiguousError, match=r"log\.xes:5: '2026.*\(1 of 2 have none\)"):
        read(text)
    assert column(read(text, tz="Europe/Berlin"), "activity") == ["A", "B"]


def test_the_user_can_name_the_format_or_the_order_of_day_and_month():
    text = log(trace("1", event("A", "31/05/2026 09:00"), event("B", "01/06/2026 09:00")))
    expected = [1_780_218_000_000_000, 1_780_304_400_000_000]

    by_format = read(text, time_format="%d/%m/%Y %H:%M")
    by_order = read(text, date_order="dmy")

    for found in (by_format, by_order):
        assert found.events.column("time").cast(pa.int64()).to_pylist() == expected
    with pytest.raises(BadTimeError, match=r"log\.xes:4: '31/05/2026 09:00' in attribute"):
        read(text, time_format="%Y/%m/%d")


def test_bad_times_of_a_named_format_can_be_left_out():
    text = log(trace("1", event("A", "31/05/2026"), event("B", "x"), event("C", "01/06/2026")))

    found = read(text, time_format="%d/%m/%Y", on_error="skip")

    assert column(found, "row") == [1, 3]
    assert str(found.intake.rejects[0].examples[0].where) == "log.xes:5"


def test_a_time_can_be_an_activity_too():
    found = read(log(trace("1", A)), activity="time:timestamp")

    assert column(found, "activity") == ["2026-05-31T09:00:00+00:00"]
