"""Lengths of time as rules write them: `30m`, `4h`, `1h 30m`, `2wd`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.calendar import WorkingCalendar

_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
WORKING_DAY = "wd"
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(wd|min|[smhdw])\s*")


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds on a clock, and working days, whose length the calendar decides."""

    seconds: float
    working_days: float = 0.0
    written: str = ""

    def on(self, calendar: WorkingCalendar) -> float:
        """Seconds on the clock of a calendar.

        Examples
        --------
        >>> from casemine.model.calendar import AROUND_THE_CLOCK
        >>> [parse_duration(text).on(AROUND_THE_CLOCK) for text in ("1wd", "1h 30m")]
        [86400.0, 5400.0]
        """
        return self.seconds + self.working_days * working_day_s(calendar)


def clock_text(seconds: float) -> str:
    """Write a time on a clock: a day of working hours is no day, so hours are the largest unit.

    Examples
    --------
    >>> [clock_text(one) for one in (42, 90, 5400, 86_400, 1_234_567, float("inf"))]
    ['42 s', '1.5 min', '1.5 h', '24 h', '342.9 h', 'any time']
    """
    if seconds == float("inf"):
        return "any time"
    for size, unit in ((3600.0, "h"), (60.0, "min"), (1.0, "s")):
        if seconds >= size or size == 1.0:
            return f"{seconds / size:,.1f}".removesuffix(".0") + f" {unit}"
    raise AssertionError


def working_day_s(calendar: WorkingCalendar) -> float:
    """Seconds of a working day: the mean over the weekdays that have hours at all."""
    days = {shift.weekday for shift in calendar.shifts}
    minutes = sum(shift.end - shift.begin for shift in calendar.shifts)
    return 60.0 * minutes / len(days) if days else 0.0


def parse_duration(text: object) -> Duration | None:
    """Read a length of time; None if it is none.

    Numbers need a unit: s, m (or min), h, d, w, or wd, a working day of the calendar in use.

    Examples
    --------
    >>> parse_duration("4h").seconds, parse_duration("2wd").working_days, parse_duration("soon")
    (14400.0, 2.0, None)
    """
    if not isinstance(text, str) or not text.strip():
        return None
    place, seconds, days = 0, 0.0, 0.0
    while place < len(text):
        found = _PART.match(text, place)
        if found is None:
            return None
        amount = float(found[1])
        if found[2] == WORKING_DAY:
            days += amount
        else:
            seconds += amount * _SECONDS[found[2]]
        place = found.end()
    return Duration(seconds, days, text.strip())
