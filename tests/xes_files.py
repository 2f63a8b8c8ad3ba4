"""XES files in memory: to write small ones down, and to read them in both ways."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from casemine.read.member import Member
from casemine.read.options import ReadOptions
from casemine.read.xes import gather_exactly, read_xes
from casemine.read.xes.log import make_log

if TYPE_CHECKING:
    from casemine.log import EventLog

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'


def member_of(data: str | bytes) -> Member:
    content = data.encode() if isinstance(data, str) else data
    return Member("log.xes", lambda: io.BytesIO(content), len(content))


def read(data: str | bytes, **options) -> EventLog:
    return read_xes(member_of(data), ReadOptions(**options))


def read_exactly(data: str | bytes, **options) -> EventLog:
    """Read with expat alone."""
    member, chosen = member_of(data), ReadOptions(**options)
    return make_log(gather_exactly(member, chosen), member, chosen)


def tag(key: str, value: object, kind: str = "string") -> str:
    return f'<{kind} key="{key}" value="{value}"/>'


def event(name: str | None = "A", time: str | None = "2026-05-31T09:00:00Z", *more: str) -> str:
    """One event on a line; None leaves the attribute out."""
    parts = [] if name is None else [tag("concept:name", name)]
    parts += [] if time is None else [tag("time:timestamp", time, "date")]
    return f"<event>{''.join([*parts, *more])}</event>\n"


def trace(name: str | None, *parts: str) -> str:
    named = "" if name is None else tag("concept:name", name)
    return f"<trace>{named}\n{''.join(parts)}</trace>\n"


def log(*parts: str, head: str = HEAD) -> str:
    return f"{head}{''.join(parts)}</log>\n"


def column(found: EventLog, name: str) -> list:
    return found.events.column(name).to_pylist()


def notes(found: EventLog) -> dict[str, int | None]:
    return {note.code: note.count for note in found.intake.notes}


def assert_same_log(one: EventLog, other: EventLog) -> None:
    """Equal in every column, type, note and count."""
    assert one.events.schema == other.events.schema
    assert one.events.equals(other.events)
    assert one.intake == other.intake
    assert (one.case_table is None) == (other.case_table is None)
    if one.case_table is not None:
        assert one.case_table.schema == other.case_table.schema
        assert one.case_table.equals(other.case_table)
