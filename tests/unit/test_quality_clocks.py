"""Hours that clock changes take away or double, and rhythms that move with them or do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from casemine.log.quality.clocks import _sunday
from casemine.model.intake import Intake, Note
from event_lists import log_of
from quality_logs import findings, not_evaluated

VIENNA, NEW_YORK = ZoneInfo("Europe/Vienna"), ZoneInfo("America/New_York")
ASSUMED = Intake(notes=(Note("zone-assumed", "times have no zone and were taken as UTC"),))
EPOCH = datetime(1970, 1, 1)


def log(times: list[datetime], intake: Intake | None = None):
    """One case per event, so that nothing else is found."""
    events = [
        {"case": f"T{row}", "activity": "New", "row": row}
        | {"time": int((time.replace(tzinfo=None) - EPOCH) / timedelta(microseconds=1))}
        for row, time in enumerate(sorted(times), start=1)
    ]
    made = log_of(events)
    return replace(made, intake=intake) if intake else made


def working_days(first: date, weeks: int, zone: ZoneInfo) -> list[datetime]:
    """Times of a desk from 8 to 17 by its own clock, on Mondays to Fridays."""
    random = np.random.default_rng(5)
    return [
        datetime(first.year, first.month, first.day, 8, tzinfo=zone)
        + timedelta(days=day, seconds=int(second))
        for day in range(7 * weeks)
        if (first + timedelta(day)).weekday() < 5
        for second in random.triangular(0, 2 * 3600, 9 * 3600, 40)
    ]


def as_utc(times: list[datetime]) -> list[datetime]:
    return [time.astimezone(UTC) for time in times]


AUTUMN, SPRING = date(2025, 9, 15), date(2026, 2, 23)


@pytest.mark.parametrize(
    ("year", "month", "which", "day"),
    [(2026, 3, -1, 29), (2026, 10, -1, 25), (2026, 3, 2, 8), (2026, 11, 1, 1), (2024, 3, -1, 31)],
)
def test_sundays_of_clock_changes(year, month, which, day):
    expected = (date(year, month, day) - date(1970, 1, 1)).days * 86_400_000_000

    assert _sunday(year, month, which) == expected


@pytest.mark.parametrize(
    ("first", "zone"), [(AUTUMN, VIENNA), (SPRING, VIENNA), (AUTUMN, NEW_YORK), (SPRING, NEW_YORK)]
)
def test_times_in_utc_move_by_an_hour_as_they_should(first, zone):
    times = as_utc(working_days(first, 11, zone))

    known, assumed = findings(log(times)), findings(log(times, ASSUMED))

    assert "clock-change-rhythm" not in known
    assert assumed["clock-change-rhythm"].level == "note"
    assert "one hour later in winter" in assumed["clock-change-rhythm"].text
    rule = "EU" if zone is VIENNA else "US"
    assert f"a place with {rule} summer time" in assumed["clock-change-rhythm"].text


@pytest.mark.parametrize("first", [AUTUMN, SPRING])
def test_local_times_that_were_taken_as_utc_do_not_move(first):
    times = working_days(first, 11, VIENNA)

    known, assumed = findings(log(times)), findings(log(times, ASSUMED))

    assert "clock-change-rhythm" not in known
    assert assumed["clock-change-rhythm"].level == "note"
    assert "they seem to be local times" in assumed["clock-change-rhythm"].text


@pytest.mark.parametrize("first", [AUTUMN, SPRING])
def test_times_that_were_converted_with_the_wrong_sign_are_a_warning(first):
    times = [
        time.replace(tzinfo=None) + time.utcoffset() for time in working_days(first, 11, VIENNA)
    ]

    finding = findings(log(times))["clock-change-rhythm"]

    assert (finding.level, finding.events) == ("warning", len(times))
    assert "one hour earlier in winter" in finding.text


def test_a_year_is_judged_by_all_its_changes():
    times = as_utc(working_days(date(2025, 1, 6), 51, VIENNA))

    finding = findings(log(times, ASSUMED))["clock-change-rhythm"]

    assert "within 4 weeks of 2025-03-30, 2025-10-26" in finding.text


def test_no_rhythm_no_judgement():
    random = np.random.default_rng(5)
    begin = datetime(2025, 9, 15)
    times = [begin + timedelta(seconds=int(s)) for s in random.integers(0, 77 * 86_400, 6000)]

    made = log(times, ASSUMED)

    assert "clock-change-rhythm" not in findings(made)
    assert "no rhythm of day" in not_evaluated(made)["clock-change-rhythm"]


def test_a_log_without_a_clock_change_is_not_judged():
    made = log(working_days(date(2025, 6, 2), 8, VIENNA), ASSUMED)

    assert findings(made).keys().isdisjoint({"clock-change-rhythm", "clock-change-hours"})
    assert "holds no day on which clocks change" in not_evaluated(made)["clock-change-hours"]


def around_the_clock(first: date, days: int, zone: ZoneInfo | None, each_hour: int = 60):
    """Events all day and night; by a clock on the wall if there is a zone."""
    random = np.random.default_rng(6)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    seconds = random.integers(0, days * 86_400, days * 24 * each_hour)
    times = [begin + timedelta(seconds=int(second)) for second in seconds]
    return times if zone is None else [time.astimezone(zone) for time in times]


@pytest.mark.parametrize(
    ("first", "what", "hour"),
    [
        (date(2026, 3, 8), "missing", "2026-03-29 02:00:00"),
        (date(2025, 10, 5), "doubled", "2025-10-26 02:00:00"),
    ],
)
def test_hours_of_local_times_are_missing_or_doubled(first, what, hour):
    local = around_the_clock(first, 35, VIENNA)

    finding = findings(log(local))["clock-change-hours"]

    assert finding.level == "warning"
    assert f"in the hour from {hour} UTC, which is {what}" in finding.text
    within = [time for time in local if f"{time:%Y-%m-%d %H}" == hour[:13]]
    assert finding.events == len(within)


@pytest.mark.parametrize("first", [date(2026, 3, 8), date(2025, 10, 5)])
def test_times_in_utc_miss_no_hour(first):
    made = log(around_the_clock(first, 35, None))

    assert "clock-change-hours" not in findings(made)
    assert "clock-change-hours" not in not_evaluated(made)


def test_quiet_nights_tell_nothing():
    made = log(around_the_clock(date(2026, 3, 8), 35, VIENNA, each_hour=5))

    assert "clock-change-hours" not in findings(made)
    assert "fewer than 20 events an hour" in not_evaluated(made)["clock-change-hours"]


def test_an_hour_without_events_in_autumn_is_an_outage():
    times = around_the_clock(date(2025, 10, 5), 35, None)
    quiet = datetime(2025, 10, 26, 2, tzinfo=UTC)
    times = [time for time in times if not quiet <= time < quiet + timedelta(hours=1)]

    assert "clock-change-hours" not in findings(log(times))


def test_quiet_weekends_do_not_blur_the_rhythm():
    times = as_utc(working_days(AUTUMN, 11, VIENNA))
    random = np.random.default_rng(8)
    weekends = [
        datetime(2025, 9, 20, tzinfo=UTC) + timedelta(days=7 * week, seconds=int(second))
        for week in range(10)
        for second in random.integers(0, 2 * 86_400, 300)
    ]

    found = findings(log(times + weekends, ASSUMED))

    assert "one hour later in winter" in found["clock-change-rhythm"].text
