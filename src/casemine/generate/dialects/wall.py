"""Moments as text: UTC and local, with day and time of day looked up where they were met before.

An export of a big log writes millions of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_EPOCH = date(1970, 1, 1).toordinal()
_QUARTER = 900  # seconds; no zone has changed its offset off the quarter hour since 1972


class Wall:
    """A clock on the wall of a zone."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._zone = ZoneInfo(zone)
        self._offsets: dict[int, int] = {}
        self._days: dict[int, str] = {}
        self._times: dict[int, str] = {}

    def utc(self, moment: int, between: str = " ") -> str:
        """Write a moment in UTC.

        Examples
        --------
        >>> Wall("Europe/Vienna").utc(1756707262)
        '2025-09-01 06:14:22'
        """
        day, second = divmod(moment, 86400)
        return f"{self._day(day)}{between}{self._time(second)}"

    def utc_day_first(self, moment: int) -> str:
        """Write a moment in UTC, the day first."""
        day, second = divmod(moment, 86400)
        return f"{self._day_first(day)} {self._time(second)}"

    def local_iso(self, moment: int) -> str:
        """Write a moment in the zone, without saying so, the year first."""
        return self.utc(moment + self._offset(moment))

    def local(self, moment: int) -> str:
        """Write a moment in the zone, without saying so: day, month and year as in Europe.

        Examples
        --------
        >>> Wall("Europe/Vienna").local(1756707262)
        '01-09-2025 08:14:22'
        """
        return self.utc_day_first(moment + self._offset(moment))

    def offset_time(self, moment: int) -> str:
        """Write a moment in the zone with its offset, as Jira does: milliseconds, no colon.

        Examples
        --------
        >>> Wall("Europe/Vienna").offset_time(1756707262)
        '2025-09-01T08:14:22.000+0200'
        >>> Wall("America/St_Johns").offset_time(1756707262)
        '2025-09-01T03:44:22.000-0230'
        """
        offset = self._offset(moment)
        day, second = divmod(moment + offset, 86400)
        sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
        zone = f"{sign}{minutes // 60:02}{minutes % 60:02}"
        return f"{self._day(day)}T{self._time(second)}.000{zone}"

    def _offset(self, moment: int) -> int:
        quarter = moment // _QUARTER
        found = self._offsets.get(quarter)
        if found is None:
            there = datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(self._zone)
            delta = there.utcoffset()
            assert delta is not None
            found = self._offsets[quarter] = int(delta.total_seconds())
        return found

    def _day(self, day: int) -> str:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = date.fromordinal(day + _EPOCH).isoformat()
        return found

    def _day_first(self, day: int) -> str:
        year, month, of_month = self._day(day).split("-")
        return f"{of_month}-{month}-{year}"

    def _time(self, second: int) -> str:
        found = self._times.get(second)
        if found is None:
            hour, rest = divmod(second, 3600)
            found = self._times[second] = f"{hour:02}:{rest // 60:02}:{rest % 60:02}"
        return found
