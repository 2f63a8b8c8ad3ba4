"""The account of a reading as data that JSON can hold, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from casemine.errors import Place
from casemine.model.intake import Intake, Note, Reject, RejectGroup


def intake_to_data(intake: Intake) -> dict[str, Any]:
    """Write an account as dictionaries and lists.

    Examples
    --------
    >>> intake_to_data(Intake(rows_read=3, notes=(Note("zone-assumed", "times are UTC"),)))
    {'rows_read': 3, 'rows_joined': 0, 'rejects': (),
     'notes': ({'code': 'zone-assumed', 'text': 'times are UTC', 'count': None},),
     'rows_passed': 0, 'rows_added': 0}
    """
    return asdict(intake)


def intake_from_data(data: dict[str, Any]) -> Intake:
    """Read it back; anything missing raises KeyError or TypeError."""
    return Intake(
        rows_read=int(data["rows_read"]),
        rows_joined=int(data["rows_joined"]),
        rejects=tuple(_group(group) for group in data["rejects"]),
        notes=tuple(Note(**note) for note in data["notes"]),
        rows_passed=int(data["rows_passed"]),
        rows_added=int(data["rows_added"]),
    )


def _group(data: dict[str, Any]) -> RejectGroup:
    examples = tuple(
        Reject(Place(**one["where"]), one["column"], one["value"]) for one in data["examples"]
    )
    return RejectGroup(data["column"], data["reason"], int(data["count"]), examples)
