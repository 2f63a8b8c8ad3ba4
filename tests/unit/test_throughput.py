"""Figures that need each case, and what attributes hold, against plain Python."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.errors import UsageError
from casemine.log import EventLog, parse_log, variants_of
from casemine.log.attributes import attributes_of
from casemine.log.throughput import throughput_of

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def log_of(rows: list[tuple[str, str, datetime, str | None]]) -> EventLog:
    """Events of (case, activity, time, priority)."""
    columns = list(zip(*rows, strict=True))
    return EventLog.ordered(
        pa.table(
            {
                "case": pa.array(columns[0], pa.string()),
                "activity": pa.array(columns[1], pa.string()),
                "time": pa.array(columns[2], pa.timestamp("us", tz="UTC")),
                "row": pa.array(range(1, len(rows) + 1)),
                "priority": pa.array(columns[3], pa.string()),
            }
        )
    )


rows_strategy = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from("XYZ"),
        st.integers(0, 10**7).map(lambda seconds: START + timedelta(seconds=seconds)),
        st.sampled_from(["low", "high", None]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(rows_strategy)
def test_groups_weeks_and_repeats_are_what_plain_python_counts(rows):
    log = log_of(rows)
    cases: dict[str, list[tuple]] = {}
    for number, row in enumerate(rows):
        cases.setdefault(row[0], []).append((row[2], number, row[1], row[3]))
    for events in cases.values():
        events.sort()
    last_value = {
        case: next((v for *_, v in reversed(events) if v is not None), None)
        for case, events in cases.items()
    }

    found = throughput_of([log], variants_of(log), by="priority")

    assert {group.value: group.cases for group in found.groups} == {
        value: list(last_value.values()).count(value) for value in set(last_value.values())
    }
    assert sum(group.events for group in found.groups) == len(rows)
    assert found.repeats == sum(
        len({event[2] for event in events}) < len(events) for events in cases.values()
    )
    assert sum(found.weeks.started) == sum(found.weeks.ended) == len(cases)
    first = min(events[0][0] for events in cases.values())
    assert found.weeks.first_monday == first.date() - timedelta(days=first.weekday())
    if found.histogram is not None:
        assert sum(found.histogram.counts) == len(cases)


@settings(max_examples=30, deadline=None)
@given(rows_strategy)
def test_the_parts_of_a_log_together_give_the_same_as_the_whole(rows):
    log = log_of(rows)
    variants = variants_of(log)
    some = sorted({row[0] for row in rows})[::2]
    parts = [
        log_of(part)
        for part in ([r for r in rows if r[0] in some], [r for r in rows if r[0] not in some])
        if part
    ]

    assert throughput_of(parts, variants, by="priority") == throughput_of(
        [log], variants, by="priority"
    )


def test_a_case_attribute_makes_groups_too():
    log = parse_log("A B; A; A B")
    table = pa.table({"case": ["1", "3"], "tier": ["gold", "tin"]})
    log = EventLog(log.events, log.source, log.intake, table)

    found = throughput_of([log], variants_of(log), by="tier")

    assert [(g.value, g.cases, g.events) for g in found.groups] == [
        ("gold", 1, 2),
        ("tin", 1, 2),
        (None, 1, 1),
    ]


def test_without_times_there_is_nothing_about_time():
    log = parse_log("A B; A A")
    log = log.with_events(log.events.drop_columns("time"))

    found = throughput_of([log], variants_of(log), by="activity")

    assert (found.histogram, found.weeks, found.repeats) == (None, None, 1)
    assert [(g.value, g.duration) for g in found.groups] == [("A", None), ("B", None)]


def test_an_unknown_attribute_names_what_there_is():
    log = log_of([("1", "A", START, "low")])

    with pytest.raises(UsageError) as caught:
        throughput_of([log], variants_of(log), by="priorty")

    assert "'priority'" in caught.value.mend


def test_weeks_over_many_years_are_left_out():
    rows = [("1", "A", START, None), ("2", "A", START + timedelta(days=365 * 20), None)]

    assert throughput_of([log_of(rows)], variants_of(log_of(rows))).weeks is None


def test_weeks_begin_on_monday_also_before_1970():
    rows = [("1", "A", datetime(1969, 12, 28, 23, tzinfo=UTC), None)]

    found = throughput_of([log_of(rows)], variants_of(log_of(rows)))

    assert found.weeks.first_monday == date(1969, 12, 22)


def test_attributes_tell_values_gaps_and_the_most_common():
    rows = [("1", "A", START, value) for value in ["b", "a", "b", None, "a", "c"]]

    (found,) = attributes_of(log_of(rows))

    assert (found.name, found.level, found.kind, found.distinct) == ("priority", "event", "text", 3)
    assert found.missing == pytest.approx(1 / 6)
    assert found.examples == ("a", "b", "c")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "number"),
        ([1.5, None], "number"),
        ([True, False], "true/false"),
        ([START, START], "time"),
        ([["a"], ["b"]], "other"),
        ([None, None], "other"),
    ],
)
def test_every_type_of_attribute_is_described(values, kind):
    log = log_of([("1", "A", START, "x"), ("1", "B", START, "x")])
    log = log.with_events(log.events.append_column("extra", pa.array(values)))

    assert attributes_of(log)[-1].kind == kind


def test_counting_does_not_load_pandas():
    code = (
        "import sys\n"
        "from casemine.log import parse_log, variants_of\n"
        "from casemine.log.throughput import throughput_of\n"
        "sys.modules['pandas'] = None\n"
        "log = parse_log('A B; A')\n"
        "throughput_of([log], variants_of(log), by='activity')\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
