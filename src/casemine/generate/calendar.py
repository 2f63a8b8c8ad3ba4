"""Working hours: from a moment to worked seconds and back, for whole arrays.

A calendar is a list of open windows in UTC. The worked seconds of a moment are those that lie in
windows before it, so waiting through nights, weekends and clock changes is plain addition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

_QUARTER = 900  # seconds; no zone has changed its offset off the quarter hour since 1972


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Windows `opens` (seconds since 1970) of `lengths`; `before` is the work done until each."""

    opens: NDArray[np.int64]
    lengths: NDArray[np.int64]
    before: NDArray[np.int64]

    @classmethod
    def of(
        cls, first: date, days: int, *, hours: tuple[int, int], weekdays: int, zone: ZoneInfo
    ) -> Calendar:
        """Open from `hours[0]` to `hours[1]` local time on the first `weekdays` days of a week.

        Examples
        --------
        >>> from zoneinfo import ZoneInfo
        >>> desk = Calendar.of(date(2025, 10, 24), 9, hours=(8, 18), weekdays=5,
        ...                    zone=ZoneInfo("Europe/Vienna"))
        >>> friday = np.array([1761321600])  # 2025-10-24 16:00 UTC, closing time
        >>> (desk.moment(desk.worked(friday) + 1) - friday).tolist()  # Monday 08:00 local + 1 s
        [226801]
        """
        opens, lengths = [], []
        for day in (first + timedelta(days=n) for n in range(days)):
            if day.weekday() < weekdays:
                begin, end = (_utc(day, hour, zone) for hour in hours)
                opens.append(begin)
                lengths.append(end - begin)
        size = np.array(lengths, np.int64)
        return cls(np.array(opens, np.int64), size, np.cumsum(size) - size)

    def worked(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the open seconds before each moment; 0 before the first window."""
        window = np.searchsorted(self.opens, moments, side="right") - 1
        known = np.maximum(window, 0)
        inside = np.minimum(moments - self.opens[known], self.lengths[known])
        return np.where(window < 0, 0, self.before[known] + inside)

    def moment(self, worked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the moment at which so many open seconds lie behind; the later one at a gap."""
        window = np.searchsorted(self.before, worked, side="right") - 1
        return self.opens[window] + (worked - self.before[window])


def utc_offsets(moments: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Look up the offset of local time from UTC, in seconds, at each moment."""
    quarters, place = np.unique(moments // _QUARTER, return_inverse=True)
    return np.array([_offset(quarter, zone) for quarter in quarters.tolist()], np.int64)[place]


def iso_texts(moments: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.str_]:
    """Write moments as local time with offset: `2025-09-01T08:14:22+02:00`.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> iso_texts(np.array([1756707262]), ZoneInfo("Europe/Vienna")).tolist()
    ['2025-09-01T08:14:22+02:00']
    """
    offsets = utc_offsets(moments, zone)
    local = np.datetime_as_string((moments + offsets).astype("datetime64[s]"))
    known, place = np.unique(offsets, return_inverse=True)
    texts = [
        f"{'-' if o < 0 else '+'}{abs(o) // 3600:02}:{abs(o) // 60 % 60:02}" for o in known.tolist()
    ]
    return np.char.add(local, np.array(texts, "U6")[place])


def _utc(day: date, hour: int, zone: ZoneInfo) -> int:
    whole, rest = divmod(hour, 24)
    local = datetime.combine(day + timedelta(days=whole), time(rest), zone)
    return int(local.timestamp())


@lru_cache(maxsize=100_000)
def _offset(quarter: int, zone: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(zone)
    return int((moment.utcoffset() or timedelta()).total_seconds())
