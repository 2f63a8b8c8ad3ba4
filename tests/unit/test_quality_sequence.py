"""Copies of events, order against the source, and what hangs on equal times."""

from __future__ import annotations

import pyarrow as pa
import pytest

from casemine.log import EventLog
from casemine.log.quality import assess
from event_lists import table_of
from quality_logs import BEGIN, HOUR, desk, findings, not_evaluated, numbered, of_case

SECOND = 1_000_000


def tagged() -> list[dict]:
    """Events with two attributes, one of which has gaps."""
    return [
        event | {"agent": f"a{event['row'] % 3}", "note": None if event["row"] % 2 else "x"}
        for event in desk()
    ]


def test_a_clean_log_has_no_copies_conflicts_or_ties():
    assert findings(tagged()) == {}


def test_copies_are_counted_without_their_originals():
    events = tagged()
    for row in (10, 50, 50):
        events.append(dict(events[row]))
    events = numbered(events)

    finding = findings(events)["duplicate-events"]

    assert (finding.level, finding.events, finding.cases) == ("warning", 3, 2)
    assert finding.share == 3 / len(events)
    assert finding.text == (
        "3 events in 2 cases (1.6 % of the events) are copies of others: the same case, "
        "activity, time and 2 attributes"
    )
    assert finding.examples[0].rows == (11, 12)
    assert len(finding.examples[1].rows) == 3


@pytest.mark.parametrize(("name", "value"), [("agent", "someone"), ("note", "y"), ("note", None)])
def test_events_with_another_attribute_are_repeated_and_no_copies(name, value):
    events = tagged()
    events[10]["note"] = "x"
    events.append(events[10] | {name: value})

    found = findings(numbered(events))

    assert "duplicate-events" not in found
    assert (found["repeated-events"].level, found["repeated-events"].events) == ("note", 1)


def test_copies_among_repeated_events_are_told_apart():
    events = tagged()
    events += [dict(events[10]), events[10] | {"agent": "else"}]

    found = findings(numbered(events))

    assert found["duplicate-events"].events == 1
    assert found["repeated-events"].events == 1


def test_copies_need_not_stand_side_by_side():
    events = tagged()
    events += [events[10] | {"activity": "Other"}, dict(events[10])]

    assert findings(numbered(events))["duplicate-events"].events == 1


def test_two_rows_with_different_sequence_numbers_are_copies():
    events = [event | {"seq": event["row"]} for event in tagged()]
    events.append(events[10] | {"seq": events[10]["seq"]})
    events = numbered(events)
    for event in events:
        event["seq"] = event["row"]

    assert findings(events)["duplicate-events"].events == 1


def test_times_in_whole_minutes_prove_no_copy_where_there_is_nothing_else():
    events = desk()
    for event in events:
        event["time"] -= event["time"] % (60 * SECOND)
    events.append(dict(events[10]))

    found = findings(numbered(events))

    assert "duplicate-events" not in found
    assert "such times tell nothing apart" in found["repeated-events"].text


def test_attributes_that_are_lists_are_compared_too():
    events = desk()
    events += [dict(events[10]), dict(events[20])]
    events = numbered(events)
    tags = [["a"] for _ in events]
    tags[11] = ["b"]
    table = table_of(events).append_column("tags", pa.array(tags))

    found = {one.code: one for one in assess(EventLog.ordered(table)).findings}

    assert found["duplicate-events"].events == 1
    assert found["repeated-events"].events == 1


def test_a_row_that_comes_too_early_for_its_time_is_a_conflict():
    events = desk()
    first, second = of_case(events, "T0010")[:2]
    first["row"], second["row"] = second["row"], first["row"]

    finding = findings(events)["order-conflicts"]

    assert (finding.level, finding.cases) == ("warning", 1)
    assert finding.text == (
        "1 pair of neighbours in 1 case (0.8 % of all pairs) stands in one order by time and in "
        "the other by row"
    )
    assert finding.examples[0].rows == (first["row"], second["row"])


def test_sequence_numbers_weigh_more_than_rows():
    events = [event | {"seq": event["row"]} for event in desk()]
    one, other = of_case(events, "T0010")[1:]
    one["seq"], other["seq"] = other["seq"], one["seq"]
    for event in events:
        event["row"] = len(events) - event["row"] + 1

    finding = findings(events)["order-conflicts"]

    assert finding.text.endswith("by time and in the other by sequence number")
    assert finding.cases == 1


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_source_may_stand_newest_first(newest_first):
    events = desk()
    if newest_first:
        for event in events:
            event["row"] = len(events) - event["row"] + 1
    one, other = of_case(events, "T0010")[:2]
    one["row"], other["row"] = other["row"], one["row"]

    assert findings(events)["order-conflicts"].cases == 1


def test_rows_in_no_order_tell_nothing():
    events = desk()
    for event in events:
        event["row"] = event["row"] * 61 % 181

    assert "order-conflicts" not in findings(events)
    assert "do not follow the times" in not_evaluated(events)["order-conflicts"]


def test_rows_in_order_of_starts_are_in_order():
    events = desk()
    one, other = of_case(events, "T0010")[:2]
    for event in events:
        event["start"] = event["time"]
    other["start"] = one["time"] - HOUR
    one["row"], other["row"] = other["row"], one["row"]

    assert "order-conflicts" not in findings(events)


def test_ties_tell_what_hangs_on_them():
    events = desk()
    for case in ("T0010", "T0020", "T0030"):
        some = of_case(events, case)
        some[1]["time"] = some[2]["time"]
    some[1]["activity"] = some[2]["activity"]

    finding = findings(numbered(events))["ties"]

    assert (finding.level, finding.events, finding.cases) == ("note", 6, 3)
    assert finding.text == (
        "6 events (3.3 %) share case and time with a neighbour; their order is that of the rows"
    )
    assert finding.effect == (
        "3.3 % of the directly-follows pairs and 1 variant of 2, in 3.3 % of the cases, hang on "
        "that order"
    )
    assert len(finding.examples) == 2


def test_ties_of_one_activity_change_nothing():
    events = desk(trace="New Work Work Closed")
    for case in ("T0010", "T0020"):
        some = of_case(events, case)
        some[1]["time"] = some[2]["time"]

    finding = findings(numbered(events))["ties"]

    assert finding.effect == "none: those at the same time are of the same activity"


@pytest.mark.parametrize(("seq", "level"), [(False, "warning"), (True, "note")])
def test_ties_that_decide_half_of_all_pairs_are_a_warning_unless_the_source_numbers_them(
    seq, level
):
    events = desk()
    for event in events:
        event["time"] = BEGIN + int(event["case"][1:]) * HOUR
        if seq:
            event["seq"] = event["row"]

    finding = findings(events)["ties"]

    assert finding.level == level
    assert ("their sequence numbers" in finding.text) == seq


def test_equal_times_are_in_no_conflict_with_the_sequence():
    events = [event | {"seq": event["row"]} for event in desk()]
    one, other = of_case(events, "T0010")[:2]
    other["time"] = one["time"]
    one["seq"], other["seq"] = other["seq"], one["seq"]

    found = findings(events)

    assert "order-conflicts" not in found
    assert found["ties"].events == 2


def test_pairs_on_both_sides_of_a_moment_hang_on_its_order():
    events = desk()
    some = of_case(events, "T0010")
    some[1]["time"] = some[0]["time"]

    finding = findings(numbered(events))["ties"]

    assert finding.effect.startswith("1.7 % of the directly-follows pairs")  # 2 of 120


def test_numbers_that_count_comments_apart_tell_nothing():
    events = [event | {"seq": event["row"]} for event in desk()]
    for number in range(0, 60, 2):
        of_case(events, f"T{number:04}")[1]["seq"] += 1000

    assert "order-conflicts" not in findings(events)
    assert "sequence numbers of 25.0 %" in not_evaluated(events)["order-conflicts"]
