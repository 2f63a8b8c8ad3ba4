"""Local times to UTC, many at once, with the hours that do not exist and those that exist twice.

The rules come from the IANA database through `zoneinfo`. Only the days that occur in the data are
looked up, a few `utcoffset` calls each; the rest is `numpy.searchsorted`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np

from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECOND = 1_000_000
DAY = 86_400 * SECOND

# Offsets reach from -16 to +16 hours, so the UTC instant of a local day lies within its neighbours.
_DAYS_BEFORE, _DAYS_AFTER = 2, 3
_FIRST_DAY = -719_162  # 0001-01-01, the first day that zoneinfo can be asked about
_LAST_DAY = 2_932_896  # 9999-12-31


@dataclass(frozen=True, slots=True, eq=False)
class UtcTimes:
    """Instants in UTC microseconds, and which of them the clocks of the zone leave in doubt."""

    utc: NDArray[np.int64]
    missing: NDArray[np.int64]  # indices of local times that do not exist: clocks went forward
    twice: NDArray[np.int64]  # indices of local times that exist twice; `utc` is the first


def find_zone(name: str) -> ZoneInfo:
    """Look up a zone by its IANA name, such as `Europe/Berlin`.

    Raises
    ------
    UsageError
        No such zone; names that are close are suggested.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = _similar_zones(name)
        mend = f"did you mean {' or '.join(close)}?" if close else "use an IANA name: Europe/Berlin"
        raise UsageError(f"unknown time zone {show(name)}", mend=mend, code="bad-zone") from None


@lru_cache(maxsize=16)
def abbreviations(zone: ZoneInfo) -> frozenset[str]:
    """Collect what the zone's clocks have been called since 1970, in lower case: `cet`, `cest`."""
    halves = (
        datetime(year, month, 1, tzinfo=zone) for year in range(1970, 2038) for month in (1, 7)
    )
    return frozenset((half.tzname() or "").lower() for half in halves)


def to_utc(local: NDArray[np.int64], zone: ZoneInfo) -> UtcTimes:
    """Turn microseconds of local wall-clock time since 1970-01-01 00:00 into UTC.

    Times that exist twice (clocks went back) take the first of the two. Times that do not exist
    (clocks went forward) are read with the offset before the change and listed as missing.
    O(n log t) for t changes of offset near the data.

    Examples
    --------
    >>> spring = np.array([np.datetime64("2026-03-29T02:30", "us").astype("int64")])
    >>> to_utc(spring, find_zone("Europe/Berlin")).missing.tolist()
    [0]
    """
    if not len(local):
        nothing = np.empty(0, np.int64)
        return UtcTimes(local, nothing, nothing)
    rules = _rules_near(local, zone)
    if len(rules.starts) == 1:
        nothing = np.empty(0, np.int64)
        return UtcTimes(local - rules.offsets[0], nothing, nothing)
    rule = np.searchsorted(rules.starts, local, side="right") - 1
    kinds = rules.kinds[rule]
    return UtcTimes(
        local - rules.offsets[rule], np.flatnonzero(kinds == _GAP), np.flatnonzero(kinds == _FOLD)
    )


_PLAIN, _GAP, _FOLD = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    """From which local time on which offset holds, and whether in a gap or a fold."""

    starts: NDArray[np.int64]
    offsets: NDArray[np.int64]
    kinds: NDArray[np.int8]


def _rules_near(local: NDArray[np.int64], zone: ZoneInfo) -> _Rules:
    """Find the offsets that hold on the days of the data and on their neighbours."""
    rules: list[tuple[int, int, int]] = []
    previous_day, previous = None, 0
    for day in _midnights(local):
        offset = _offset(day * DAY, zone)
        if previous_day is None or day != previous_day + 1:
            rules.append((day * DAY + offset, offset, _PLAIN))
        elif offset != previous:
            change = _change_between(previous_day * DAY, day * DAY, zone)
            before, after = change + previous, change + offset
            kind = _GAP if after > before else _FOLD
            rules.append((min(before, after), previous, kind))
            rules.append((max(before, after), offset, _PLAIN))
        previous_day, previous = day, offset
    starts, offsets, kinds = zip(*rules, strict=True)
    return _Rules(np.array(starts, np.int64), np.array(offsets, np.int64), np.array(kinds, np.int8))


def _midnights(local: NDArray[np.int64]) -> list[int]:
    """List the UTC days to look up, in order: those of the data and their neighbours."""
    days = local // DAY
    first = int(days.min()) - _DAYS_BEFORE
    wanted = np.zeros(int(days.max()) + _DAYS_AFTER - first + 1, np.bool_)
    wanted[days - first] = True
    wanted = np.convolve(wanted, np.ones(_DAYS_BEFORE + _DAYS_AFTER + 1, np.int8))[
        _DAYS_BEFORE : _DAYS_BEFORE + len(wanted)
    ].astype(np.bool_)
    return (np.flatnonzero(wanted) + first).tolist()


@lru_cache(maxsize=100_000)  # the days of one chunk are mostly those of the next
def _offset(instant: int, zone: ZoneInfo) -> int:
    """Offset from UTC in microseconds at an instant in UTC microseconds."""
    instant = min(max(instant, (_FIRST_DAY + 1) * DAY), (_LAST_DAY - 1) * DAY)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def _change_between(low: int, high: int, zone: ZoneInfo) -> int:
    """Find the second at which the offset changes, by halving."""
    before = _offset(low, zone)
    while high - low > SECOND:
        middle = (low + high) // (2 * SECOND) * SECOND
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _similar_zones(name: str) -> list[str]:
    """Up to three zones that are spelled alike, or whose city is."""
    known = sorted(available_timezones())
    by_lower = {zone.lower(): zone for zone in known}
    by_city = {zone.rsplit("/", 1)[-1].lower(): zone for zone in known if "/" in zone}
    asked = name.strip().lower().replace(" ", "_")
    close = [by_lower[hit] for hit in difflib.get_close_matches(asked, by_lower, 3, 0.75)]
    close += [by_city[hit] for hit in difflib.get_close_matches(asked, by_city, 2, 0.8)]
    return list(dict.fromkeys(close))[:3]
