from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import oracle
from casemine.errors import InputError
from casemine.log import EventLog, case_summary, parse_log, summarise, traces, variants_of
from casemine.model.timing import Timing
from event_lists import assert_equals_oracle, log_of

HOUR = 3600 * 1_000_000


def event(case, activity, time, row, **more):
    return {"case": case, "activity": activity, "time": time, "row": row, **more}


def test_empty_log_has_an_empty_summary():
    summary = summarise(log_of([]))

    assert (summary.graph.cases, summary.graph.events, len(summary.variants)) == (0, 0, 0)
    assert (summary.duration, summary.first, summary.last) == (None, None, None)


def test_one_event_starts_and_ends_its_case_at_once():
    summary = summarise(parse_log("New"))

    assert (summary.graph.starts, summary.graph.ends) == ({"New": 1}, {"New": 1})
    assert summary.graph.edges == ()
    assert summary.duration == Timing(1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert summary.graph.activities[0].position == 0.0


def test_edge_counts_every_time_but_its_cases_once():
    edge = summarise(parse_log("A B A B; A B")).graph.edges[0]

    assert (edge.source, edge.target, edge.count, edge.cases) == ("A", "B", 3, 2)


def test_quantiles_interpolate_between_neighbours():
    events = []
    for number, hours in enumerate([1, 2, 4, 8]):
        events += [event(str(number), "A", 0, 2 * number)]
        events += [event(str(number), "B", hours * HOUR, 2 * number + 1)]

    wait = summarise(log_of(events)).graph.edges[0].wait

    assert wait == Timing(4, 3600.0, 10800.0, 13500.0, 24480.0, 28800.0, 54000.0)


def test_wait_ends_at_the_start_of_the_target_and_is_never_negative():
    events = [
        event("1", "A", 2 * HOUR, 1, start=0),
        event("1", "B", 5 * HOUR, 2, start=3 * HOUR),
        event("1", "C", 6 * HOUR, 3, start=4 * HOUR),
        event("1", "D", 6 * HOUR, 4, start=None),
    ]

    summary = summarise(log_of(events))

    waits = {(edge.source, edge.target): edge.wait.total_s for edge in summary.graph.edges}
    assert waits == {("A", "B"): 3600.0, ("B", "C"): 0.0, ("C", "D"): 0.0}
    assert summary.overlaps == 1
    service = {a.name: a.service and a.service.total_s for a in summary.graph.activities}
    assert service == {"A": 7200.0, "B": 7200.0, "C": 7200.0, "D": None}
    assert summary.duration.total_s == 6 * 3600.0


def test_log_without_times_shows_none_instead_of_zero():
    events = [{"case": "1", "activity": name, "row": row} for row, name in enumerate("AB")]

    summary = summarise(log_of(events))

    assert summary.graph.edges[0].wait is None
    assert (summary.duration, summary.first, summary.last) == (None, None, None)
    assert summary.variants.median_s is None
    assert case_summary(log_of(events)).duration_s is None


def test_activities_that_no_event_uses_do_not_appear():
    log = parse_log("A B; X; A B")
    kept = log.with_events(log.events.filter(pa.array([True, True, False, True, True])))

    summary = summarise(kept)

    assert summary.variants.activities == ("A", "B")
    assert summary.graph.cases == 2
    assert case_summary(kept).ids.to_pylist() == ["1", "3"]


def test_activities_compare_as_text_when_variants_are_equally_frequent():
    found = [trace for trace, _ in variants_of(parse_log("b; a b; B; a; a B; Ä"))]

    assert found == [("B",), ("a",), ("a", "B"), ("a", "b"), ("b",), ("Ä",)]


def test_ties_follow_the_source_row():
    events = [event("1", "B", 0, 2), event("1", "A", 0, 1), event("1", "C", 1, 3)]

    summary = summarise(log_of(events))

    assert summary.variants.trace(0) == ("A", "B", "C")
    assert summary.tied_events == 2


def test_sums_beyond_64_bits_stay_exact():
    year = 365 * 24 * HOUR
    events = []
    for number in range(400):
        events += [event(str(number), "A", -3000 * year, 2 * number)]
        events += [event(str(number), "B", 6000 * year + number, 2 * number + 1)]
    assert sum(e["time"] for e in events if e["activity"] == "B") > 2**63

    log = log_of([e | {"time": e["time"] // 2} for e in events])

    expected = oracle.summarise([e | {"time": e["time"] // 2} for e in events])
    assert summarise(log).graph.edges[0].wait == expected.graph.edges[0].wait


def test_time_outside_the_calendar_is_an_input_error():
    with pytest.raises(InputError, match="outside the years 1 to 9999"):
        summarise(log_of([event("1", "A", 2**60, 1)]))


@pytest.mark.parametrize(
    "text",
    [
        "A B; B A; A; A B; B A B; A; A B C",
        "A B; B A; A B",  # as long as each other
        "A B; A B A",  # goes on as the case behind it does
        "A B A; A B",
        "A; A",
    ],
)
def test_traces_that_share_a_hash_are_told_apart(monkeypatch, text):
    right = list(variants_of(parse_log(text)))
    variant = case_summary(parse_log(text)).variant.tolist()

    def all_alike(codes, offsets, kinds):
        return np.full(len(offsets) - 1, 7, np.uint64)

    monkeypatch.setattr(traces, "trace_hashes", all_alike)

    assert list(variants_of(parse_log(text))) == right
    assert case_summary(parse_log(text)).variant.tolist() == variant


def test_position_is_the_mean_over_events():
    activities = summarise(parse_log("A B C; A B C; B A; B")).graph.activities

    positions = {activity.name: activity.position for activity in activities}
    assert positions == {"A": 1 / 3, "B": 0.25, "C": 1.0}


def test_case_does_not_begin_after_it_ends_when_a_start_lies_behind_its_time():
    summary = summarise(log_of([event("1", "A", 0, 1, start=HOUR)]))

    assert summary.duration.total_s == 0.0
    assert summary.first == summary.last


def test_work_in_blocks_does_not_change_the_answer(monkeypatch):
    text = "A B C; A; B C D E F; A B C; A; " * 7 + "A B C D"
    whole = summarise(parse_log(text))
    monkeypatch.setattr(traces, "BLOCK", 4)

    cut = summarise(parse_log(text))

    assert list(cut.variants) == list(whole.variants)
    assert cut.graph == whole.graph


def test_many_activities_take_the_searching_way_to_the_same_answer():
    names = [f"step {number}" for number in range(2100)]  # more pairs than fit the table
    events = [event(str(n % 7), name, n * HOUR, n) for n, name in enumerate(names * 2)]

    assert_equals_oracle(summarise(log_of(events)), oracle.summarise(events))


def test_log_keeps_its_own_table_untouched():
    log = parse_log("A B; A")
    before = log.events.to_pylist()

    summarise(log)

    assert log.events.to_pylist() == before
    assert isinstance(log, EventLog)
