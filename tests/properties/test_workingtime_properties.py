"""Working time equals counting minutes on the clock on the wall, and adding is its inverse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.errors import InputError
from casemine.log.workingtime import add_working, working_seconds
from casemine.model.calendar import AROUND_THE_CLOCK, Shift, WorkingCalendar

MINUTE = 60_000_000
# Spring and autumn of zones that change by an hour, by half an hour, at midnight, and not at all.
CHANGES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "Asia/Kolkata": ("2026-03-29", "2026-10-25"),
    "Pacific/Apia": ("2011-12-30", "2011-12-31"),  # a day that never was
}


@st.composite
def _calendars(draw):
    zone = draw(st.sampled_from(sorted(CHANGES)))
    shifts = []
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        ends = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=6)))
        ends = [30 * end for end in ends[: len(ends) // 2 * 2]]
        shifts += [Shift(day, *ends[n : n + 2]) for n in range(0, len(ends), 2)]
    change = date.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    holidays = draw(st.sets(st.integers(-3, 3), max_size=2))
    free = frozenset(change + timedelta(days=day) for day in holidays)
    return WorkingCalendar("any", zone, tuple(sorted(shifts, key=_place)), free), change


def _place(shift):
    return shift.weekday, shift.begin


def _instant(day, minutes):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=-3)
    return int((start + timedelta(minutes=minutes)).timestamp()) * 1_000_000


def _works(calendar, instant):
    """Whether the clock on the wall shows an hour that counts; no arithmetic on spans."""
    local = datetime.fromtimestamp(instant / 1e6, UTC).astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return local.date() not in calendar.holidays and any(
        shift.weekday == local.weekday() and shift.begin <= minute < shift.end
        for shift in calendar.shifts
    )


@settings(max_examples=25, deadline=None)
@given(_calendars(), st.integers(0, 7 * 1440), st.integers(0, 2880))
def test_working_time_is_the_number_of_minutes_at_which_the_clock_shows_work(drawn, first, length):
    calendar, change = drawn
    begin = _instant(change, first)
    worked = sum(_works(calendar, begin + n * MINUTE) for n in range(length))

    found = working_seconds(calendar, np.array([begin]), np.array([begin + length * MINUTE]))

    assert found.tolist() == [worked * 60.0]


@settings(max_examples=50, deadline=None)
@given(_calendars(), st.lists(st.integers(0, 9 * 1440 * 60), min_size=3, max_size=3))
def test_working_time_adds_up_over_any_three_instants(drawn, seconds):
    calendar, change = drawn
    a, b, c = (np.array([_instant(change, 0) + second * 1_000_000]) for second in seconds)

    def between(begin, end):
        return round(float(working_seconds(calendar, begin, end)[0]) * 1e6)

    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)
    assert abs(between(a, b)) <= abs(int(b[0] - a[0]))


@settings(max_examples=50, deadline=None)
@given(_calendars(), st.integers(0, 9 * 86_400), st.integers(0, 900_000))
def test_adding_working_time_is_the_inverse_and_gives_the_first_such_instant(drawn, start, work):
    calendar, change = drawn
    begin = np.array([_instant(change, 0) + start * 1_000_000])

    end = add_working(calendar, begin, np.array([float(work)]))

    assert working_seconds(calendar, begin, end).tolist() == [work]
    if work:
        assert working_seconds(calendar, begin, end - 1)[0] < work
    else:
        assert end.tolist() == begin.tolist()


def test_a_night_shift_has_its_real_length_when_the_clocks_change():
    night = WorkingCalendar("night", "Europe/Berlin", tuple(Shift(d, 0, 360) for d in range(7)))
    days = np.array(["2026-03-28T22:00", "2026-10-24T21:00", "2026-06-06T21:00"], "M8[us]")
    begin = days.astype(np.int64)

    worked = working_seconds(night, begin, begin + 12 * 60 * MINUTE)

    assert (worked / 3600).tolist() == [5.0, 7.0, 6.0]


def test_what_ends_with_a_shift_ends_at_its_end_and_not_with_the_next_one():
    desk = WorkingCalendar("desk", "UTC", tuple(Shift(d, 480, 1080) for d in range(5)))
    friday = np.array(["2026-03-27T08:00"], "M8[us]").astype(np.int64)

    ends = add_working(desk, np.repeat(friday, 3), np.array([36_000.0, 36_000.000001, 0.0]))

    assert ends.astype("M8[us]").astype(str).tolist() == [
        "2026-03-27T18:00:00.000000",
        "2026-03-30T08:00:00.000001",
        "2026-03-27T08:00:00.000000",
    ]


def test_around_the_clock_is_exact_to_the_microsecond():
    begin, end = np.array([-(1 << 50)]), np.array([1 << 50])

    assert working_seconds(AROUND_THE_CLOCK, begin, end)[0] == (1 << 51) / 1e6
    assert add_working(AROUND_THE_CLOCK, begin, np.array([0.000001])).tolist() == [-(1 << 50) + 1]


def test_a_hundred_years_of_office_hours_are_counted():
    desk = WorkingCalendar("desk", "Europe/Berlin", tuple(Shift(d, 480, 1080) for d in range(5)))
    ends = np.array(["1926-01-04", "2026-01-05"], "M8[us]").astype(np.int64)

    worked = working_seconds(desk, ends[:1], ends[1:])

    weeks = (date(2026, 1, 5) - date(1926, 1, 4)).days // 7
    assert worked.tolist() == [weeks * 50 * 3600.0]


def test_no_instants_have_no_working_time():
    none = np.zeros(0, np.int64)
    desk = WorkingCalendar("desk", "UTC", (Shift(0, 480, 1080),))

    assert working_seconds(desk, none, none).tolist() == []
    assert add_working(desk, none, np.zeros(0)).tolist() == []


def test_time_that_runs_past_the_year_9999_is_refused():
    desk = WorkingCalendar("desk", "UTC", (Shift(0, 480, 481),))

    with pytest.raises(InputError, match="9999"):
        add_working(desk, np.zeros(1, np.int64), np.array([1e9]))
    with pytest.raises(InputError, match="9999"):
        add_working(desk, np.zeros(1, np.int64), np.array([1e15]))
    with pytest.raises(InputError, match="9999"):
        working_seconds(desk, np.zeros(1, np.int64), np.array([1 << 62]))


def test_time_to_add_must_be_a_number_and_not_negative():
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="not negative"):
            add_working(AROUND_THE_CLOCK, np.zeros(1, np.int64), np.array([wrong]))
