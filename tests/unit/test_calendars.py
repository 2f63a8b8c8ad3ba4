"""Working calendars: what a table may say, and what is refused with the word that was meant."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from casemine.errors import Place, UsageError
from casemine.log.calendars import find_calendar, read_calendar
from casemine.model.calendar import AROUND_THE_CLOCK, Shift

DESK = {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Berlin"}


def test_days_and_hours_make_one_shift_a_day():
    desk = read_calendar(DESK, "desk")

    assert [shift.weekday for shift in desk.shifts] == [0, 1, 2, 3, 4]
    assert {(shift.begin, shift.end) for shift in desk.shifts} == {(480, 1080)}


def test_a_break_makes_two_shifts():
    desk = read_calendar(
        {**DESK, "days": "Wednesday", "hours": ["13:00-17:00", "08:00-12:00"]}, "desk"
    )

    assert desk.shifts == (Shift(2, 480, 720), Shift(2, 780, 1020))


def test_each_day_can_have_hours_of_its_own():
    desk = read_calendar(
        {"hours": {"fri": "8:00-14:30", "mon": ["08:00-12:00"]}, "zone": "UTC"}, "desk"
    )

    assert desk.shifts == (Shift(0, 480, 720), Shift(4, 480, 870))


def test_a_night_shift_goes_on_into_the_next_day_and_the_week_is_a_ring():
    night = read_calendar({"days": "sun", "hours": "22:00-06:00", "zone": "UTC"}, "night")

    assert night.shifts == (Shift(0, 0, 360), Shift(6, 1320, 1440))


def test_days_may_run_over_the_end_of_the_week():
    weekend = read_calendar({"days": "fri-mon,wed", "zone": "UTC"}, "weekend")

    assert [shift.weekday for shift in weekend.shifts] == [0, 2, 4, 5, 6]


def test_a_table_with_nothing_but_a_zone_is_around_the_clock():
    assert read_calendar({"zone": "Asia/Kolkata"}, "all").always


def test_holidays_are_dates_or_texts_or_a_file_of_them(tmp_path):
    (tmp_path / "free.txt").write_text("# 2026\n2026-12-25  # Christmas\n\n2026-12-26\n")

    listed = read_calendar({**DESK, "holidays": [date(2026, 12, 25), "2026-12-26"]}, "desk")
    filed = read_calendar({**DESK, "holidays": "free.txt"}, "desk", folder=tmp_path)

    assert listed.holidays == filed.holidays == {date(2026, 12, 25), date(2026, 12, 26)}
    assert not listed.always


def test_a_bad_date_in_a_file_of_holidays_is_named_with_its_line(tmp_path):
    (tmp_path / "free.txt").write_text("2026-12-25\n26.12.2026\n")

    with pytest.raises(UsageError) as caught:
        read_calendar({**DESK, "holidays": "free.txt"}, "desk", folder=tmp_path)

    assert caught.value.where == Place("free.txt", 2)
    assert "26.12.2026" in caught.value.message


@pytest.mark.parametrize(
    ("table", "says", "helps"),
    [
        ({**DESK, "hour": "8-9"}, "no key 'hour'", "hours"),
        ({**DESK, "days": "mon-fry"}, "a day 'fry'", "fri"),
        ({**DESK, "days": ""}, "days ''", "mon-fri"),
        ({**DESK, "days": 5}, "days 5", "mon-fri"),
        ({**DESK, "hours": "8-18"}, "hours '8-18'", "08:00-18:00"),
        ({**DESK, "hours": "08:00-08:00"}, "hours '08:00-08:00'", "08:00-18:00"),
        ({**DESK, "hours": "08:60-18:00"}, "hours '08:60-18:00'", "08:00-18:00"),
        ({**DESK, "hours": "24:00-06:00"}, "hours '24:00-06:00'", "08:00-18:00"),
        ({**DESK, "hours": []}, "no hours on any day", "08:00-18:00"),
        ({**DESK, "hours": ["08:00-12:00", "11:00-17:00"]}, "overlap", "one span"),
        ({**DESK, "hours": {"mon": "08:00-12:00"}}, "days twice", "leave out"),
        ({"days": "mon"}, "in which zone", "Europe/Berlin"),
        ({**DESK, "zone": "Europe/Berlim"}, "time zone 'Europe/Berlim'", "Europe/Berlin"),
        ({**DESK, "zone": "vienna"}, "time zone 'vienna'", "Europe/Vienna"),
        ({**DESK, "holidays": ["Easter"]}, "holiday 'Easter'", "2026-12-25"),
        ({**DESK, "holidays": [datetime(2026, 1, 1, 8)]}, "holiday", "2026-12-25"),
        ({**DESK, "holidays": 3}, "holidays 3", "list of dates"),
        ({**DESK, "holidays": "gone.txt"}, "cannot be read", None),
    ],
)
def test_what_means_nothing_is_refused_with_what_is_near(table, says, helps):
    with pytest.raises(UsageError) as caught:
        read_calendar(table, "desk", where=Place("casemine.toml"))

    assert says in caught.value.message
    assert helps is None or helps in (caught.value.mend or "")


def test_a_calendar_that_is_no_table_is_refused():
    with pytest.raises(UsageError) as caught:
        find_calendar({"desk": "mon-fri"}, "desk")

    assert caught.value.message == "calendar 'desk' is 'mon-fri', not a table"


def test_a_calendar_is_found_by_name_and_around_the_clock_is_always_there():
    assert find_calendar({"desk": DESK}, "desk").name == "desk"
    assert find_calendar({}, "24x7") is AROUND_THE_CLOCK

    with pytest.raises(UsageError) as caught:
        find_calendar({"desk": DESK}, "dest")

    assert caught.value.mend == "did you mean desk?"
