"""The numbers that rules are judged by, and who has set them: casemine, as examples, or a user.

Targets, limits and working hours that ship were agreed with nobody. Reports say so, and a rule may
weigh less as long as its numbers are not the user's own.
"""

from __future__ import annotations

from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from casemine.conform.rules.checks import written
from casemine.conform.rules.durations import parse_duration
from casemine.conform.rules.values import ByPriority, checks_of
from casemine.model.calendar import AROUND_THE_CLOCK
from casemine.model.conformance import RuleNumber

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.conform.rules.values import Body
    from casemine.model.calendar import WorkingCalendar
    from casemine.model.conformance import Level

CALENDAR = "calendar "  # begins the name of a number that is no parameter
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def chosen_in(tables: Mapping[str, Any], file: str) -> Mapping[str, str]:
    """Name what a user's file sets, and the file.

    Examples
    --------
    >>> table = {"R08": {"level": "error", "parameters": {"targets": {"high": "4h"}}}}
    >>> list(chosen_in({"rule": table}, "my.toml"))
    ['rule.R08.level', 'rule.R08.parameters.targets.high']
    """
    name = PurePath(file).name or "casemine.toml"
    found = [f"calendar.{key}" for key in tables.get("calendar", {})]
    for rule, table in tables.get("rule", {}).items():
        if "level" in table:
            found.append(f"rule.{rule}.level")
        given = table.get("parameters", {})
        for key, value in given.items() if isinstance(given, dict) else ():
            inner = [f".{one}" for one in value] if isinstance(value, dict) else [""]
            found += [f"rule.{rule}.parameters.{key}{one}" for one in inner]
    return MappingProxyType(dict.fromkeys(found, name))


def numbers_of(
    rule: str,
    parameters: Mapping[str, Any],
    body: Body,
    calendars: Mapping[str, WorkingCalendar],
    chosen: Mapping[str, str],
) -> tuple[RuleNumber, ...]:
    """List the limits and the calendars of a rule, each with the file that set it."""
    found: list[RuleNumber] = []
    for name, value in parameters.items():
        if isinstance(value, dict) and value and all(map(_is_limit, value.values())):
            found += _by_priority(name, value, f"rule.{rule}.parameters.{name}", chosen)
        elif _is_limit(value):
            file = chosen.get(f"rule.{rule}.parameters.{name}")
            found.append(RuleNumber(name, written(value), file))
    for name in _calendars(body):
        file = chosen.get(f"calendar.{name}")
        found.append(RuleNumber(f"{CALENDAR}{name}", hours_text(calendars[name]), file))
    return tuple(found)


def level_of(
    rule: str,
    about: Mapping[str, Any],
    numbers: tuple[RuleNumber, ...],
    chosen: Mapping[str, str],
) -> Level:
    """Weigh a rule: by its user's word, else as `level_when_set` where a user has set a limit."""
    level, when_set = about.get("level", "warning"), about.get("level_when_set")
    theirs = any(one.file and not one.name.startswith(CALENDAR) for one in numbers)
    if when_set is not None and theirs and f"rule.{rule}.level" not in chosen:
        level = when_set
    return cast("Level", level)


def _by_priority(
    name: str, value: Mapping[str, Any], path: str, chosen: Mapping[str, str]
) -> list[RuleNumber]:
    """Keep a table as one number unless a user has set only a part of it."""
    files = {key: chosen.get(f"{path}.{key}") for key in value}
    if len(set(files.values())) == 1:
        return [RuleNumber(name, written(value), next(iter(files.values())))]
    return [RuleNumber(f"{name}.{key}", written(one), files[key]) for key, one in value.items()]


def _is_limit(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or parse_duration(value) is not None


def _calendars(body: Body) -> list[str]:
    """Name the calendars that the checks of a rule count by; around the clock is no choice."""
    names: dict[str, None] = {}
    for check in checks_of(body):
        given = cast("ByPriority[str] | None", check.keys.get("calendar"))
        if given is not None:
            names.update(dict.fromkeys([*given.of.values(), *filter(None, [given.other])]))
    return [name for name in names if name != AROUND_THE_CLOCK.name]


def hours_text(calendar: WorkingCalendar) -> str:
    """Write the hours of a calendar on one line.

    Examples
    --------
    >>> from casemine.log.calendars import read_calendar
    >>> table = {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Vienna"}
    >>> hours_text(read_calendar(table, "desk"))
    'mon-fri 08:00-18:00, Europe/Vienna, no holidays'
    """
    by_day = dict.fromkeys(range(7), "")
    for shift in calendar.shifts:
        hours = f"{_clock(shift.begin)}-{_clock(shift.end)}"
        by_day[shift.weekday] = f"{by_day[shift.weekday]} {hours}".lstrip()
    groups: list[tuple[int, int, str]] = []
    for day, hours in by_day.items():
        if groups and groups[-1][2] == hours:
            groups[-1] = (groups[-1][0], day, hours)
        else:
            groups.append((day, day, hours))
    days = [
        f"{_DAYS[first]}{'' if first == last else f'-{_DAYS[last]}'} {hours}"
        for first, last, hours in groups
        if hours
    ]
    holidays = len(calendar.holidays)
    away = f"{holidays} holidays" if holidays > 1 else "1 holiday" if holidays else "no holidays"
    return ", ".join([*days, calendar.zone, away])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
