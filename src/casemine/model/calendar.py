"""Working calendars: which hours of the week count, in which zone, and which days do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of one weekday, in minutes since local midnight: `begin` up to `end`, at most 1440."""

    weekday: int  # Monday is 0
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Hours that count, in local time of a named zone; holidays count as no hours at all."""

    name: str
    zone: str  # IANA name
    shifts: tuple[Shift, ...]  # by weekday, then begin; they do not overlap
    holidays: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """Whether every hour of every day counts."""
        return not self.holidays and sum(s.end - s.begin for s in self.shifts) == 7 * 1440


AROUND_THE_CLOCK = WorkingCalendar("24x7", "UTC", tuple(Shift(day, 0, 1440) for day in range(7)))
