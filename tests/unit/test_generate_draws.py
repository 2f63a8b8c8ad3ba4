from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from casemine.generate.calendar import Calendar, iso_texts
from casemine.generate.draws import Draws, _exp


def test_the_first_numbers_of_a_stream_never_change():
    assert Draws(1, 0).uniform(3).tolist() == [
        0.5118216247002567, 0.9504636963259353, 0.14415961271963373,
    ]  # fmt: skip
    assert Draws(1, 0).log_normal(np.full(3, 60.0), 1.0).tolist() == [
        61.804370472559754, 311.8861309785715, 20.75757012862457,
    ]  # fmt: skip


def test_streams_of_one_seed_differ():
    assert Draws(1, 0).uniform(1) != Draws(1, 1).uniform(1)


def test_one_by_one_gives_the_same_numbers_as_many():
    stream = Draws(7, 3).one_by_one()

    assert [next(stream) for _ in range(5)] == Draws(7, 3).uniform(5).tolist()


def test_log_normal_has_the_median_and_the_spread_that_were_asked_for():
    logs = np.log(Draws(2, 0).log_normal(np.full(100_000, 60.0), 0.8))

    assert np.median(logs) == pytest.approx(np.log(60), abs=0.02)
    assert logs.std() == pytest.approx(0.8, abs=0.02)


def test_the_exponential_is_right_to_twelve_digits():
    x = np.linspace(-20, 20, 1001)

    assert np.allclose(_exp(x), np.exp(x), rtol=1e-12, atol=0)


def test_picks_follow_the_weights():
    picked = np.bincount(Draws(1, 0).pick((1, 0, 3), 10_000), minlength=3)

    assert picked[1] == 0
    assert picked[2] / picked[0] == pytest.approx(3, rel=0.1)


def test_work_stops_at_night_and_on_weekends_and_clock_changes_do_not_matter():
    vienna = ZoneInfo("Europe/Vienna")
    desk = Calendar.of(date(2025, 10, 20), 14, hours=(8, 18), weekdays=5, zone=vienna)
    friday = np.array([1_761_314_400])  # 2025-10-24 16:00 local, summer time

    later = desk.moment(desk.worked(friday) + 4 * 3600)

    assert iso_texts(friday, vienna).tolist() == ["2025-10-24T16:00:00+02:00"]
    assert iso_texts(later, vienna).tolist() == ["2025-10-27T10:00:00+01:00"]


def test_a_moment_outside_hours_counts_as_the_next_opening():
    desk = Calendar.of(date(2025, 9, 1), 7, hours=(8, 18), weekdays=5, zone=ZoneInfo("UTC"))
    monday_night = np.array([1_756_767_600])  # 2025-09-01 23:00 UTC

    assert desk.worked(monday_night).tolist() == [36_000]
    opened = iso_texts(desk.moment(desk.worked(monday_night)), ZoneInfo("UTC"))
    assert opened.tolist() == ["2025-09-02T08:00:00+00:00"]


def test_offsets_west_of_greenwich_and_of_half_hours_are_written():
    moments = np.array([1_756_767_600])

    assert iso_texts(moments, ZoneInfo("America/St_Johns"))[0].endswith("-02:30")
    assert iso_texts(moments, ZoneInfo("Asia/Kolkata"))[0].endswith("+05:30")
