"""Working calendars as a project writes them: a TOML table of days, hours, zone and holidays.

In `casemine.toml` a calendar is a table [calendar.NAME] with days = "mon-fri", hours =
"08:00-18:00", zone = "Europe/Berlin" and holidays = [2026-12-25], or the name of a file with one
date a line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from casemine.errors import Place, UsageError, show
from casemine.model.calendar import AROUND_THE_CLOCK, Shift, WorkingCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = ("days", "hours", "zone", "holidays")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_WHOLE_DAY = 1440  # minutes


def read_calendar(
    table: Mapping[str, object],
    name: str,
    *,
    where: Place | None = None,
    folder: Path | None = None,
) -> WorkingCalendar:
    """Make a working calendar of a TOML table.

    Parameters
    ----------
    table : mapping
        `days`: `"mon-fri"`, `"mon,wed"`, `"fri-mon"`; all seven where it is left out.
        `hours`: `"08:00-18:00"`, a list of such spans, or a table with one entry for each day that
        counts. A span that ends before it begins goes on into the next day; `24:00` is the end
        of a day.
        `zone`: an IANA name, required.
        `holidays`: dates, or the name of a file with one date a line (`#` begins a comment).
    name : str
        What the calendar is called.
    where : Place, optional
        The file of the table, for messages.
    folder : Path, optional
        What the name of a file of holidays is relative to.

    Raises
    ------
    UsageError
        A key, a day, a span, a zone or a date that means nothing, with what is near to it; spans
        that overlap; hours on no day at all.

    Notes
    -----
    A holiday takes away what lies on that date, also the part of a night shift after midnight.

    Examples
    --------
    >>> desk = read_calendar({"days": "mon-fri", "hours": "08:00-18:00", "zone": "UTC"}, "desk")
    >>> len(desk.shifts), desk.shifts[0]
    (5, Shift(weekday=0, begin=480, end=1080))
    """
    if not isinstance(table, Mapping):
        raise UsageError(
            f"calendar {show(name)} is {show(table)}, not a table",
            where=where,
            mend=f"write its days, hours and zone under [calendar.{name}]",
            code="bad-calendar",
        )
    for key in table:
        if key not in KEYS:
            raise _wrong(f"calendar {show(name)} has no key {show(key)}", key, KEYS, where)
    zone = _zone(table.get("zone"), name, where)
    shifts = tuple(_checked(_shifts(table, name, where), name, where))
    return WorkingCalendar(name, zone, shifts, _holidays(table, name, where, folder))


def find_calendar(
    calendars: Mapping[str, Mapping[str, object]],
    name: str,
    *,
    where: Place | None = None,
    folder: Path | None = None,
) -> WorkingCalendar:
    """Look a calendar up by its name among the tables of a file; `24x7` is always there.

    Raises
    ------
    UsageError
        No calendar has this name; near ones are named.
    """
    if name in calendars:
        return read_calendar(calendars[name], name, where=where, folder=folder)
    if name == AROUND_THE_CLOCK.name:
        return AROUND_THE_CLOCK
    known = [*calendars, AROUND_THE_CLOCK.name]
    raise _wrong(f"there is no calendar {show(name)}", name, known, where)


def _shifts(table: Mapping[str, object], name: str, where: Place | None) -> list[Shift]:
    hours = table.get("hours", "00:00-24:00")
    if isinstance(hours, Mapping):
        if "days" in table:
            raise UsageError(
                f"calendar {show(name)} says its days twice: in days and in the table of hours",
                where=where,
                mend="leave out one of them",
                code="bad-calendar",
            )
        per_day = [(_day(str(day), name, where), spans) for day, spans in hours.items()]
    else:
        per_day = [(day, hours) for day in _days(table.get("days", "mon-sun"), name, where)]
    return [shift for day, spans in per_day for shift in _of_day(day, spans, name, where)]


def _of_day(day: int, spans: object, name: str, where: Place | None) -> Iterable[Shift]:
    """Split spans of hours at midnight."""
    for span in spans if isinstance(spans, list) else [spans]:
        found = _HOURS.fullmatch(span.strip()) if isinstance(span, str) else None
        numbers = [int(number) for number in found.groups()] if found else []
        begin, end = (
            (numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]) if found else (0, 0)
        )
        if not found or begin == end or max(numbers[1::2]) > 59 or max(begin + 1, end) > _WHOLE_DAY:
            raise UsageError(
                f"calendar {show(name)} has hours {show(span)}",
                where=where,
                mend='write spans such as "08:00-18:00", up to "00:00-24:00"',
                code="bad-calendar",
            )
        if begin < end:
            yield Shift(day, begin, end)
        else:
            yield Shift(day, begin, _WHOLE_DAY)
            if end:
                yield Shift((day + 1) % 7, 0, end)


def _checked(shifts: list[Shift], name: str, where: Place | None) -> list[Shift]:
    """Sort, and refuse hours that count twice, or none at all."""
    shifts.sort(key=lambda shift: (shift.weekday, shift.begin))
    for one, other in pairwise(shifts):
        if one.weekday == other.weekday and other.begin < one.end:
            raise UsageError(
                f"calendar {show(name)} has hours on {_LONG[one.weekday].capitalize()} that "
                f"overlap: {_written(one)} and {_written(other)}",
                where=where,
                mend="make one span of them",
                code="bad-calendar",
            )
    if not shifts:
        raise UsageError(
            f"calendar {show(name)} has no hours on any day",
            where=where,
            mend='give it hours, such as hours = "08:00-18:00"',
            code="bad-calendar",
        )
    return shifts


def _written(shift: Shift) -> str:
    ends = (shift.begin, shift.end)
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in ends)


def _days(text: object, name: str, where: Place | None) -> list[int]:
    """Read `mon-fri`, `mon,wed` and the like; each day once, from Monday on."""
    if not isinstance(text, str) or not text.strip():
        raise UsageError(
            f"calendar {show(name)} has days {show(text)}",
            where=where,
            mend='write days such as "mon-fri" or "mon,wed,fri"',
            code="bad-calendar",
        )
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin = _day(first, name, where)
        end = _day(last, name, where) if dash else begin
        found.update((begin + more) % 7 for more in range((end - begin) % 7 + 1))
    return sorted(found)


def _day(word: str, name: str, where: Place | None) -> int:
    asked = word.strip().lower()
    for names in (DAYS, _LONG):
        if asked in names:
            return names.index(asked)
    raise _wrong(f"calendar {show(name)} has a day {show(word.strip())}", asked, DAYS, where)


def _zone(zone: object, name: str, where: Place | None) -> str:
    if not isinstance(zone, str):
        raise UsageError(
            f"calendar {show(name)} does not say in which zone its hours are",
            where=where,
            mend='add a zone by its IANA name, such as zone = "Europe/Berlin"',
            code="bad-calendar",
        )
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"calendar {show(name)} has an unknown time zone {show(zone)}"
        raise _wrong(message, zone, sorted(available_timezones()), where) from None
    return zone


def _holidays(
    table: Mapping[str, object], name: str, where: Place | None, folder: Path | None
) -> frozenset[date]:
    days = table.get("holidays", [])
    if isinstance(days, str):
        return _holidays_of(Path(folder or ".") / days, days, name)
    if not isinstance(days, list):
        raise UsageError(
            f"calendar {show(name)} has holidays {show(days)}",
            where=where,
            mend="write a list of dates, or the name of a file with one date a line",
            code="bad-calendar",
        )
    return frozenset(_date(day, name, where) for day in days)


def _holidays_of(path: Path, said: str, name: str) -> frozenset[date]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or "is not text in UTF-8"
        raise UsageError(
            f"the holidays of calendar {show(name)} cannot be read: {reason}",
            where=Place(said),
            code="bad-calendar",
        ) from error
    days = [(row, line.partition("#")[0].strip()) for row, line in enumerate(lines, start=1)]
    return frozenset(_date(day, name, Place(said, row)) for row, day in days if day)


def _date(day: object, name: str, where: Place | None) -> date:
    if isinstance(day, str):
        try:
            return date.fromisoformat(day.strip())
        except ValueError:
            pass
    elif isinstance(day, date) and not isinstance(day, datetime):
        return day
    raise UsageError(
        f"calendar {show(name)} has a holiday {show(day)}",
        where=where,
        mend="write dates such as 2026-12-25",
        code="bad-calendar",
    )


def _wrong(message: str, word: str, known: Iterable[str], where: Place | None) -> UsageError:
    """Say what is near to a word that means nothing."""
    known = list(known)
    by_lower = {each.lower(): each for each in known}
    by_end = {each.rsplit("/", 1)[-1].lower(): each for each in known}
    close = [by_lower[hit] for hit in difflib.get_close_matches(word.lower(), by_lower, 2, 0.6)]
    close += [by_end[hit] for hit in difflib.get_close_matches(word.lower(), by_end, 1, 0.8)]
    close = list(dict.fromkeys(close))[:3]
    mend = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(known[:9])}"
    return UsageError(message, where=where, mend=mend, code="bad-calendar")
