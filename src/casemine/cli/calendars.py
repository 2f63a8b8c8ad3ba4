"""The working calendar that a command is asked for: by its name in casemine.toml, or by a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from casemine.errors import Place, UsageError, show

if TYPE_CHECKING:
    from casemine.model.calendar import WorkingCalendar


def chosen_calendar(named: str | None) -> WorkingCalendar:
    """Find the calendar that was named; around the clock where none was.

    `named` is a name from the tables [calendar.NAME] of casemine.toml, `24x7`, or a TOML file. The
    file holds one calendar, or several in tables [calendar.NAME]; FILE:NAME chooses among them.

    Raises
    ------
    UsageError
        There is no such calendar or file, or it says what means nothing.
    """
    from casemine.cli.config import config_file, config_tables
    from casemine.log.calendars import find_calendar
    from casemine.model.calendar import AROUND_THE_CLOCK

    if named is None:
        return AROUND_THE_CLOCK
    calendars: dict[str, Any] = config_tables().get("calendar", {})
    if named not in calendars and ".toml" in named:
        return _of_file(named)
    config = config_file()
    where = Place(config) if config and calendars else None
    return find_calendar(
        calendars, named, where=where, folder=Path(config).parent if config else None
    )


def _of_file(named: str) -> WorkingCalendar:
    import tomllib

    from casemine.log.calendars import find_calendar, read_calendar

    file, _, name = named.partition(".toml:")
    path = Path(f"{file}.toml" if name else named)
    try:
        with path.open("rb") as stream:
            found = tomllib.load(stream)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot be read: {reason}", where=Place(str(path))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"is not TOML: {error}", where=Place(str(path)), code="bad-calendar"
        ) from error
    where, folder = Place(str(path)), path.parent
    calendars = found.get("calendar")
    if not isinstance(calendars, dict) or not calendars:
        return read_calendar(found, name or path.stem, where=where, folder=folder)
    if not name and len(calendars) == 1:
        name = next(iter(calendars))
    if not name:
        raise UsageError(
            f"holds {len(calendars)} calendars: {', '.join(map(show, calendars))}",
            where=where,
            mend=f"choose one: --calendar {path}:{next(iter(calendars), 'NAME')}",
            code="bad-calendar",
        )
    return find_calendar(calendars, name, where=where, folder=folder)
