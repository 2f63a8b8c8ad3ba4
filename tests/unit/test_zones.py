"""Local times to UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from casemine.errors import UsageError
from casemine.read.times.zones import abbreviations, find_zone, to_utc


def micros(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[us]").astype(np.int64)


def test_an_offset_is_taken_off():
    found = to_utc(micros("2026-01-31T09:00", "2026-07-31T09:00"), find_zone("Europe/Berlin"))

    assert found.utc.tolist() == micros("2026-01-31T08:00", "2026-07-31T07:00").tolist()


@pytest.mark.parametrize(
    ("local", "exists"),
    [
        ("2026-03-29T01:59:59.999999", True),
        ("2026-03-29T02:00:00", False),
        ("2026-03-29T02:59:59.999999", False),
        ("2026-03-29T03:00:00", True),
    ],
)
def test_the_hour_that_the_clocks_skip_does_not_exist(local, exists):
    found = to_utc(micros("2025-12-24T00:00", local), find_zone("Europe/Berlin"))

    assert found.missing.tolist() == ([] if exists else [1])


@pytest.mark.parametrize(
    ("local", "twice", "utc"),
    [
        ("2026-10-25T01:59:59", False, "2026-10-24T23:59:59"),
        ("2026-10-25T02:00:00", True, "2026-10-25T00:00:00"),
        ("2026-10-25T02:59:59", True, "2026-10-25T00:59:59"),
        ("2026-10-25T03:00:00", False, "2026-10-25T02:00:00"),
    ],
)
def test_the_hour_that_comes_twice_takes_the_first(local, twice, utc):
    found = to_utc(micros(local), find_zone("Europe/Berlin"))

    assert found.twice.tolist() == ([0] if twice else [])
    assert found.utc.tolist() == micros(utc).tolist()


@pytest.mark.parametrize(
    "name",
    ["America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran"],
)
def test_every_half_hour_of_a_year_agrees_with_zoneinfo(name):
    zone = ZoneInfo(name)
    start = datetime(2011, 6, 1)
    times = [start + timedelta(minutes=30 * step) for step in range(2 * 24 * 365)]

    found = to_utc(np.array(times, "datetime64[us]").astype(np.int64), zone)

    missing, twice = set(found.missing.tolist()), set(found.twice.tolist())
    for index, local in enumerate(times):
        first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        utc = first.astimezone(UTC)
        exists = utc.astimezone(zone).replace(tzinfo=None) == local
        assert (index in missing) == (not exists)
        assert (index in twice) == (exists and first.utcoffset() != second.utcoffset())
        if exists:
            assert found.utc[index] == (utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
                microseconds=1
            )


def test_far_apart_times_use_the_rules_of_their_own_day():
    found = to_utc(
        micros("1893-03-31T12:00", "2026-07-01T12:00", "0001-01-01T12:00", "9999-12-31T12:00"),
        find_zone("Europe/Berlin"),
    )

    assert found.utc.tolist()[:2] == micros("1893-03-31T11:06:32", "2026-07-01T10:00").tolist()
    assert found.utc[2] == micros("0001-01-01T11:06:32")[0]
    assert found.utc[3] == micros("9999-12-31T11:00")[0]


def test_no_times_give_no_times():
    found = to_utc(np.empty(0, np.int64), find_zone("Europe/Berlin"))

    assert (len(found.utc), len(found.missing), len(found.twice)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin ", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
    ],
)
def test_an_unknown_zone_is_refused_with_one_that_is_close(asked, suggested):
    with pytest.raises(UsageError) as caught:
        find_zone(asked)

    assert suggested in caught.value.mend


@pytest.mark.parametrize("asked", ["", "../etc/passwd", "/etc/passwd", "Europe", "a\0b", "\udc80"])
def test_what_is_no_zone_is_refused(asked):
    with pytest.raises(UsageError, match="unknown time zone"):
        find_zone(asked)


def test_a_zone_knows_what_its_clocks_are_called():
    assert {"cet", "cest"} <= abbreviations(find_zone("Europe/Berlin"))
