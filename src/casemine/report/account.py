"""The account of a reading: rows read, used and left out, and what was assumed on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from casemine.errors import show
from casemine.model.words import counted
from casemine.report.figures import count

if TYPE_CHECKING:
    from casemine.model.intake import Intake, Note, RejectGroup


def sentence(intake: Intake, events: int) -> str:
    """Say in one line how many rows were read, used and left out.

    Examples
    --------
    >>> from casemine.model.intake import Intake
    >>> sentence(Intake(rows_read=13412), 13412)
    '13,412 rows read, all used'
    """
    read = f"{counted(intake.rows_read, 'row')} read"
    if any(note.code == "system" for note in intake.notes):
        return _of_export(read, intake, events)
    used = events + intake.rows_joined
    joined = (
        f", {count(intake.rows_joined)} of them joined as starts of events"
        if intake.rows_joined
        else ""
    )
    if intake.rows_quarantined == 0 and used == intake.rows_read:
        return f"{read}, all used{joined}"
    left_out = intake.rows_read - used
    return f"{read}, {count(used)} used{joined}, {count(left_out)} left out"


def _of_export(read: str, intake: Intake, events: int) -> str:
    """Say what became of the rows of an export that are not one event each."""
    parts = [
        f"{count(number)} {what}"
        for number, what in (
            (intake.rows_joined, "part of another event"),
            (intake.rows_passed, "no events"),
            (intake.rows_quarantined, "left out"),
        )
        if number
    ]
    told = intake.rows_read + intake.rows_added
    things = f", which tell {counted(told, 'thing')}" if intake.rows_added else ""
    return f"{read}{things}: {', '.join([counted(events, 'event'), *parts])}"


def reject_lines(intake: Intake) -> list[str]:
    """Say for each reason how many rows were left out, with one example."""
    return [_reject(group) for group in intake.rejects]


def note_line(note: Note) -> str:
    """Write a remark with its number, where the text does not hold it.

    Examples
    --------
    >>> from casemine.model.intake import Note
    >>> note_line(Note("looks-missing", "'?' is taken as a value", 27496))
    "'?' is taken as a value (27,496 times)"
    """
    if note.count is None or re.search(rf"\b({note.count}|{note.count:,})\b", note.text):
        return note.text
    return f"{note.text} ({counted(note.count, 'time')})"


def data(intake: Intake, source: str, events: int) -> dict[str, Any]:
    """Return the account for the `input` part of the JSON envelope."""
    return {
        "source": source,
        "rows_read": intake.rows_read,
        "rows_joined": intake.rows_joined,
        "rows_passed": intake.rows_passed,
        "rows_added": intake.rows_added,
        "rows_quarantined": intake.rows_quarantined,
        "events": events,
        "rejects": [
            {
                "column": group.column,
                "reason": group.reason,
                "count": group.count,
                "examples": [
                    {
                        "file": reject.where.file,
                        "row": reject.where.row,
                        "column": reject.column,
                        "value": reject.value,
                    }
                    for reject in group.examples
                ],
            }
            for group in intake.rejects
        ],
        "notes": [
            {"code": note.code, "text": note.text, "count": note.count} for note in intake.notes
        ],
    }


def _reject(group: RejectGroup) -> str:
    said = f"{counted(group.count, 'row')} left out: "
    column = f"column {show(group.column)}" if group.column else "the row"
    if not group.examples:
        return f"{said}{column} {group.reason}"
    first = group.examples[0]
    subject = column
    if first.value:
        subject = f"{show(first.value)} in {column}" if group.column else show(first.value)
    return f"{said}{subject} {group.reason}, first at {first.where}"
