"""XES dates: the fast forms, the rare ones, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.read.xes.dates import parse_dates


def parse(*texts: str, zone: str | None = None):
    return parse_dates(pa.array(texts, pa.string()), ZoneInfo(zone) if zone else None)


def micros(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2010-03-31T16:59:42+02:00", "2010-03-31T14:59:42+00:00"),
        ("2010-03-31T16:59:42Z", "2010-03-31T16:59:42+00:00"),
        ("2010-03-31T16:59:42.123-05:30", "2010-03-31T22:29:42.123+00:00"),
        ("2010-03-31 16:59:42.5+00:00", "2010-03-31T16:59:42.5+00:00"),
        ("2010-03-31T16:59:42.123456789Z", "2010-03-31T16:59:42.123456+00:00"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999+00:00"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00+00:00"),
        ("2010-12-31T24:00:00Z", "2011-01-01T00:00:00+00:00"),
        ("2010-03-31T16:59Z", "2010-03-31T16:59:00+00:00"),
        ("2010-03-31T16:59:42+0200", "2010-03-31T14:59:42+00:00"),
        ("2010-03-31T16:59:42 +02:00", "2010-03-31T14:59:42+00:00"),
        ("2010-03-31T16:59:42,5+02", "2010-03-31T14:59:42.5+00:00"),
        ("  2010-03-31T16:59:42Z\n", "2010-03-31T16:59:42+00:00"),
        ("2010-03-31Z", "2010-03-31T00:00:00+00:00"),
        ("2010-03-31+02:00", "2010-03-30T22:00:00+00:00"),
        ("2010-03-31t16:59:42z", "2010-03-31T16:59:42+00:00"),
    ],
)
def test_a_date_with_offset_becomes_utc(text, expected):
    dates = parse(text)

    assert (dates.micros[0], dates.bad[0], dates.naive[0]) == (micros(expected), False, False)


@pytest.mark.parametrize(
    "text",
    [
        "2010-02-29T00:00:00Z",
        "2010-02-30T10:00:00Z",
        "1900-02-29T00:00:00Z",
        "2010-13-01T00:00:00Z",
        "2010-00-01T00:00:00Z",
        "2010-01-00T00:00:00Z",
        "2010-01-01T24:00:01Z",
        "2010-01-01T10:60:00Z",
        "2010-01-01T10:00:60Z",
        "2010-01-01T10:00:00+15:00",
        "2010-01-01T10:00:00+02:60",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+02:00",
        "31/05/2026 10:00",
        "2010-01-01T10:00:00.Z",
        "2010-01-01T10:00:00X",
        "2010-01-01T10:00:00.12x4Z",
        "٢٠١٠-01-01T10:00:00Z",
        "20100101T100000Z",
        "today",
    ],
)
def test_what_is_no_date_is_bad_and_zero(text):
    dates = parse(text, "2010-01-01T10:00:00Z")

    assert dates.bad.tolist() == [True, False]
    assert dates.micros[0] == 0


def test_no_dates_at_all_are_no_trouble():
    assert len(parse().micros) == 0


def test_a_slice_of_a_longer_column_is_read_by_its_own_values():
    column = pa.array(["nonsense", "1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z", "x"])

    dates = parse_dates(column.slice(1, 2))

    assert dates.micros.tolist() == [1_000_000, 2_000_000]


def test_forms_side_by_side_are_each_read_right():
    texts = [
        "1970-01-01T00:00:01Z",
        "1970-01-01T00:00:02",
        "1970-01-01T01:00:03+01:00",
        "x",
        "1970-01-01T00:00:04.000Z",
        "1970-01-01",
    ]

    dates = parse(*texts)

    assert dates.micros.tolist() == [1_000_000, 2_000_000, 3_000_000, 0, 4_000_000, 0]
    assert dates.naive.tolist() == [False, True, False, False, False, True]
    assert dates.bad.tolist() == [False, False, False, True, False, False]


def test_a_local_time_counts_in_its_zone_and_one_with_offset_does_not():
    dates = parse("2026-07-01T12:00:00", "2026-07-01T12:00:00Z", zone="Europe/Berlin")

    assert dates.micros.tolist() == [
        micros("2026-07-01T10:00+00:00"),
        micros("2026-07-01T12:00+00:00"),
    ]


def test_an_hour_that_the_clocks_skipped_is_bad():
    dates = parse("2026-03-29T02:30:00", "2026-03-29T03:00:00", zone="Europe/Berlin")

    assert dates.skipped.tolist() == [True, False]
    assert dates.bad.tolist() == [True, False]


def test_an_hour_that_the_clocks_had_twice_is_the_first_one():
    dates = parse("2026-10-25T02:30:00", zone="Europe/Berlin")

    assert dates.twice.tolist() == [True]
    assert dates.micros[0] == micros("2026-10-25T00:30:00+00:00")


@settings(max_examples=60)
@given(
    st.lists(
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
        max_size=8,
    ),
    st.sampled_from(["seconds", "milliseconds", "microseconds", "auto"]),
)
def test_every_date_that_python_writes_is_read_back(moments, timespec):
    texts = [moment.isoformat(timespec=timespec) for moment in moments]

    dates = parse(*texts)

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    expected = [datetime.fromisoformat(text) - epoch for text in texts]
    assert [int(value) for value in dates.micros] == [
        delta.days * 86_400_000_000 + delta.seconds * 1_000_000 + delta.microseconds
        for delta in expected
    ]
    assert not dates.bad.any()


@settings(max_examples=80)
@given(st.lists(st.text("0123456789-:+TZ. ", max_size=30), max_size=6))
def test_no_text_breaks_the_parser(texts):
    dates = parse(*texts)

    assert len(dates.micros) == len(texts)
