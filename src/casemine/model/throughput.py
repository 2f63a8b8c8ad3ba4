"""How many cases come and go, how long they take, and how that differs between groups of cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from casemine.model.timing import Timing


@dataclass(frozen=True, slots=True)
class Histogram:
    """Cases by duration, in bins of equal ratio from `low_s` to `high_s`."""

    low_s: float
    high_s: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Cases that began and cases that ended in each week, Monday to Sunday in UTC."""

    first_monday: date
    started: tuple[int, ...]
    ended: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """Cases that share a value of an attribute; None where they have no value."""

    value: str | None
    cases: int
    events: int
    duration: Timing | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """The figures of a log that need each case, not only its variant."""

    histogram: Histogram | None  # None in a log without times, or where nothing takes any time
    weeks: Weeks | None  # None without times, or over more weeks than can be shown
    repeats: int  # cases in which some activity happens more than once
    by: str | None = None
    groups: tuple[CaseGroup, ...] = ()
