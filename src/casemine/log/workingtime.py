"""Working time between instants, and the instant at which so much working time has passed.

An instant counts if the clock on the wall, in the zone of the calendar, shows an hour that counts.
Everything at a change of the clocks follows from that. A night shift has its real length: an hour
less in spring, an hour more in autumn. An hour that does not exist adds nothing. An hour that
exists twice counts twice, and a shift that begins or ends within it does so both times.

A calendar becomes a list of working periods in UTC over the years of the data, with the work done
before each; every span is then two look-ups by bisection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from casemine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.model.calendar import WorkingCalendar

_SECOND = 1_000_000  # microseconds
_MINUTE = 60 * _SECOND
_DAY = 86_400 * _SECOND
_FIRST_DAY, _LAST_DAY = -719_160, 2_932_894  # the years 1 to 9999, but for two days at each end
_BLOCK = 366  # days: periods are made for whole blocks, so that neighbouring spans share them
_THURSDAY = 3  # 1970-01-01


def working_seconds(
    calendar: WorkingCalendar, begin_us: NDArray[np.int64], end_us: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Measure the working time between pairs of instants.

    Parameters
    ----------
    calendar : WorkingCalendar
        Which hours count.
    begin_us, end_us : arrays of int64
        Microseconds since 1970 in UTC, pairwise.

    Returns
    -------
    array of float64
        Seconds; negative where the end lies before the beginning, so that the spans from a to b
        and from b to c always add up to the span from a to c.

    Raises
    ------
    InputError
        An instant lies outside the years 1 to 9999.

    Notes
    -----
    O(n log p) for p working periods, about 260 for a year of office days.

    Examples
    --------
    >>> from casemine.log.calendars import read_calendar
    >>> desk = read_calendar(
    ...     {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Berlin"}, "desk"
    ... )
    >>> ends = np.array(["2026-03-27T16:00", "2026-03-30T07:00"], "M8[us]").astype(np.int64)
    >>> working_seconds(desk, ends[:1], ends[1:]).tolist()  # Friday 17:00 to Monday 09:00
    [7200.0]
    """
    begin, end = np.asarray(begin_us, np.int64), np.asarray(end_us, np.int64)
    if calendar.always or not len(begin):
        return (end - begin) / _SECOND
    low, high = min(int(begin.min()), int(end.min())), max(int(begin.max()), int(end.max()))
    periods = _covering(calendar, low, high)
    return (periods.worked(end) - periods.worked(begin)) / _SECOND


def add_working(
    calendar: WorkingCalendar, begin_us: NDArray[np.int64], seconds: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Find the first instant at which so much working time has passed since the beginning.

    Parameters
    ----------
    calendar : WorkingCalendar
        Which hours count.
    begin_us : array of int64
        Microseconds since 1970 in UTC.
    seconds : array of float64
        Working time, not negative, to the microsecond; one number, or one for each instant.

    Returns
    -------
    array of int64
        Microseconds since 1970 in UTC. What ends with a shift ends at its end and not at the
        beginning of the next; after no time at all it is still the beginning, whatever the hour.

    Raises
    ------
    ValueError
        A time is negative or not a number.
    InputError
        The instant lies beyond the year 9999.

    Examples
    --------
    >>> from casemine.log.calendars import read_calendar
    >>> desk = read_calendar({"days": "mon-fri", "hours": "08:00-18:00", "zone": "UTC"}, "desk")
    >>> friday = np.array(["2026-03-27T17:00"], "M8[us]").astype(np.int64)
    >>> add_working(desk, friday, np.array([7200.0])).astype("M8[us]").tolist()
    [datetime.datetime(2026, 3, 30, 9, 0)]
    """
    begin = np.asarray(begin_us, np.int64)
    wanted = np.broadcast_to(np.asarray(seconds, np.float64), begin.shape)
    if not (wanted >= 0).all():
        raise ValueError("working time to add must be a number, and not negative")
    if len(begin) and float(wanted.max()) > (_LAST_DAY - _FIRST_DAY) * 86_400:
        raise _too_far()
    work = np.rint(wanted * _SECOND).astype(np.int64)
    if calendar.always or not len(begin):
        return begin + work
    low, high, most = int(begin.min()), int(begin.max()), int(work.max())
    week = sum(shift.end - shift.begin for shift in calendar.shifts) * _MINUTE
    reach = high + (most // week + 2) * 7 * _DAY  # enough, but for holidays
    if reach > _LAST_DAY * _DAY:
        raise _too_far()
    periods = _covering(calendar, low, reach)
    target = periods.worked(begin) + work
    while int(target.max()) > periods.total:
        if reach >= _LAST_DAY * _DAY:
            raise _too_far()
        reach += max(reach - high, _BLOCK * _DAY)
        periods = _covering(calendar, low, min(reach, _LAST_DAY * _DAY))
        target = periods.worked(begin) + work
    return np.where(work == 0, begin, periods.moment(target))


def local_time(zone: str, instants: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read the clock on the wall at each instant, as microseconds since 1970-01-01 00:00 there.

    Examples
    --------
    >>> noon = np.array(["2026-07-01T12:00"], "M8[us]").astype(np.int64)
    >>> local_time("Europe/Berlin", noon).astype("M8[us]").tolist()
    [datetime.datetime(2026, 7, 1, 14, 0)]
    """
    if not len(instants):
        return instants
    first, last = int(instants.min()) // _DAY, int(instants.max()) // _DAY + 1
    if first < _FIRST_DAY or last > _LAST_DAY:
        raise _too_far()
    first, last = first // _BLOCK * _BLOCK, -(-last // _BLOCK) * _BLOCK
    cuts, offsets = _offsets(zone, max(first, _FIRST_DAY), min(last, _LAST_DAY))
    rule = np.searchsorted(np.array(cuts[1:-1], np.int64), instants, side="right")
    return instants + np.array(offsets, np.int64)[rule]


@dataclass(frozen=True, slots=True, eq=False)
class _Periods:
    """Working periods in UTC microseconds, in order and apart, and the work done before each."""

    opens: NDArray[np.int64]
    lengths: NDArray[np.int64]
    before: NDArray[np.int64]

    @property
    def total(self) -> int:
        """All the work there is."""
        return int(self.before[-1] + self.lengths[-1]) if len(self.opens) else 0

    def worked(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Work done before each instant, from the first period on."""
        if not len(self.opens):
            return np.zeros(len(moments), np.int64)
        period = np.searchsorted(self.opens, moments, side="right") - 1
        known = np.maximum(period, 0)
        inside = np.minimum(moments - self.opens[known], self.lengths[known])
        return np.where(period < 0, 0, self.before[known] + inside)

    def moment(self, worked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the first instant at which so much work is done; more than none."""
        period = np.searchsorted(self.before, worked, side="left") - 1
        return self.opens[period] + (worked - self.before[period])


def _covering(calendar: WorkingCalendar, low: int, high: int) -> _Periods:
    """Periods that reach at least from one instant to the other."""
    first, last = low // _DAY - 1, high // _DAY + 2
    if first < _FIRST_DAY - 2 or last > _LAST_DAY + 2:
        raise _too_far()
    first, last = first // _BLOCK * _BLOCK, -(-last // _BLOCK) * _BLOCK
    return _periods(calendar, max(first, _FIRST_DAY), min(last, _LAST_DAY))


@lru_cache(maxsize=16)
def _periods(calendar: WorkingCalendar, first: int, last: int) -> _Periods:
    """Make the periods from one UTC day up to another, both counted from 1970."""
    changes, offsets = _offsets(calendar.zone, first, last)
    opens, closes = [], []
    for begin, end, offset in zip(changes[:-1], changes[1:], offsets, strict=True):
        local_opens, local_closes = _local_shifts(calendar, begin + offset, end + offset)
        opens.append(np.maximum(local_opens - offset, begin))
        closes.append(np.minimum(local_closes - offset, end))
    starts, ends = np.concatenate(opens), np.concatenate(closes)
    kept = starts < ends
    starts, ends = starts[kept], ends[kept]
    apart = np.ones(len(starts), np.bool_)
    apart[1:] = starts[1:] > ends[:-1]  # shifts that touch are one period
    lengths = np.zeros(int(apart.sum()), np.int64)
    if len(starts):
        lengths = np.add.reduceat(ends - starts, np.flatnonzero(apart))
    return _Periods(starts[apart], lengths, np.cumsum(lengths) - lengths)


def _local_shifts(
    calendar: WorkingCalendar, begin: int, end: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the shifts of all days between two local times, in order."""
    days = np.arange(begin // _DAY, end // _DAY + 1)
    if calendar.holidays:
        epoch = datetime(1970, 1, 1, tzinfo=UTC).date()
        free = np.array([(day - epoch).days for day in calendar.holidays], np.int64)
        days = days[~np.isin(days, free)]
    weekday = (days + _THURSDAY) % 7
    opens, closes = [], []
    for shift in calendar.shifts:
        on = days[weekday == shift.weekday] * _DAY
        opens.append(on + shift.begin * _MINUTE)
        closes.append(on + shift.end * _MINUTE)
    starts, ends = np.concatenate(opens), np.concatenate(closes)
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order]


@lru_cache(maxsize=16)
def _offsets(zone: str, first: int, last: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cut a span of days where the offset from UTC changes; one more cut than offsets."""
    rules = ZoneInfo(zone)
    cuts, offsets = [first * _DAY], [_offset(first * _DAY, rules)]
    for day in range(first + 1, last + 1):
        offset = _offset(day * _DAY, rules)
        if offset != offsets[-1]:
            cuts.append(_change((day - 1) * _DAY, day * _DAY, rules))
            offsets.append(offset)
    return (*cuts, last * _DAY), tuple(offsets)


def _change(low: int, high: int, rules: ZoneInfo) -> int:
    """Find the second at which the offset changes, by halving."""
    before = _offset(low, rules)
    while high - low > _SECOND:
        middle = (low + high) // (2 * _SECOND) * _SECOND
        low, high = (middle, high) if _offset(middle, rules) == before else (low, middle)
    return high


def _offset(instant: int, rules: ZoneInfo) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return (moment.astimezone(rules).utcoffset() or timedelta()) // timedelta(microseconds=1)


def _too_far() -> InputError:
    return InputError(
        "working time reaches outside the years 1 to 9999",
        mend="look at the times of the log, and at the time that is added",
        code="time-out-of-range",
    )
