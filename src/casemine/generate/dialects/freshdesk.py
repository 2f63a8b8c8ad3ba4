"""Freshdesk: the ticket activities that it exports once a day, here of all days in one file.

An activity holds the fields that somebody set in one go, with their new values alone. Agents and
customers are numbers that no file explains; comments have a number and a type, but no text.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.timeline import Timeline

if TYPE_CHECKING:
    from casemine.generate.dialects.dialect import Export
    from casemine.generate.dialects.ticket import Change

STATUSES = {
    "new": "Open", "open": "In Progress", "pending": "Waiting on Customer",
    "hold": "Waiting on Third Party", "solved": "Resolved", "closed": "Closed",
}  # fmt: skip
PRIORITIES = {"urgent": "Urgent", "high": "High", "normal": "Medium", "low": "Low"}
_KINDS = ("create", "status", "assign", "group", "priority", "comment", "merge")
CANNOT_SHOW = (
    Loss("sla", "no activity tells of targets"),
    *(Loss(kind, "people are numbers", ("actor",)) for kind in _KINDS),
    Loss("assign", "people are numbers", ("old", "new")),
    Loss("comment", "an activity has no text", ("new",)),
)
_PRIORITY_CODES = {"urgent": 4, "high": 3, "normal": 2, "low": 1}
_SOURCES = {"Email": 1, "Portal": 2, "Phone": 3}
_REPLY, _PRIVATE_NOTE = 1, 4
_SYSTEM_ID, _FIRST_ID, _FIRST_NOTE = 43_000_001, 43_100_000, 100_000


def write(export: Export) -> None:
    """Write `ticket_activities.json`."""
    people = {
        name: _FIRST_ID + 97 * place
        for place, name in enumerate((*export.cast.agents, *export.cast.customers))
    }
    ends: list[int] = []
    add = export.parts.objects(
        "ticket_activities.json",
        "activities_data",
        after=lambda number: {
            "metadata": {
                "start_at": _time(ends[0], export),
                "end_at": _time(ends[1], export),
                "activities_count": number,
            }
        },
    )
    line: Timeline[dict[str, object]] = Timeline(add)
    notes = count(_FIRST_NOTE)
    for ticket in export.tickets:
        line.release(ticket.created)
        ends = [ends[0] if ends else ticket.created, max([*ends[1:], ticket.updated()])]
        requester = people[ticket.requester]
        first = {
            "new_ticket": True,
            "status": STATUSES["new"],
            "priority": _PRIORITY_CODES[ticket.priority_at_start],
            "source": _SOURCES.get(ticket.channel, 2),
            "requester_id": requester,
            "group": ticket.group_at_start,
        }
        for action in ((ticket.changes[0],), *ticket.actions()):
            begin = action[0]
            activity: dict[str, object] = {}
            for change in action:
                activity |= first if change.kind == "create" else _activity(change, people, notes)
            system = begin.actor_type == "system"
            record = {
                "performed_at": _time(begin.time, export),
                "ticket_id": ticket.number,
                "performer_type": "system" if system else "user",
                "performer_id": _SYSTEM_ID if system else people[begin.actor],
                "activity": activity,
            }
            line.add(begin.time, record)
    line.release()


def _activity(change: Change, people: dict[str, int], notes: count[int]) -> dict[str, object]:
    """Name the field that a change sets."""
    new = change.new
    if change.kind == "status":
        return {"status": STATUSES[new or ""]}
    if change.kind == "priority":
        return {"priority": _PRIORITY_CODES[new or ""]}
    if change.kind == "assign":
        return {"agent_id": None if new is None else people[new]}
    if change.kind == "group":
        return {"group": new}
    if change.kind == "merge":
        return {"merge_ticket_target": {"target": int(new or 0)}}
    assert change.kind == "comment"
    return {"note": {"id": next(notes), "type": _REPLY if change.public else _PRIVATE_NOTE}}


def _time(moment: int, export: Export) -> str:
    return f"{export.wall.utc_day_first(moment)} +0000"
