"""ServiceNow: the audit table, the incidents as the Table API gives them, and their lookups.

Audit rows name users by login and everything else by sys_id or code, in UTC. Both `state` and
`incident_state` are written, and nothing about the creation. The incidents come with display
values in the zone and the date format of who exported them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.identifiers import hex_id
from casemine.generate.dialects.ticket import REPLY_CLOCK, SOLVE_CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.generate.dialects.dialect import Export
    from casemine.generate.dialects.ticket import Change, Ticket

CODES = {"new": "1", "open": "2", "pending": "3", "hold": "3", "solved": "6", "closed": "7"}
LABELS = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed"}
STATUSES = {status: LABELS[code] for status, code in CODES.items()}
PRIORITY_CODES = {"urgent": "1", "high": "2", "normal": "3", "low": "4"}
PRIORITIES = {
    "urgent": "1 - Critical", "high": "2 - High", "normal": "3 - Moderate", "low": "4 - Low",
}  # fmt: skip
_HOLD_REASONS = {"pending": "1", "hold": "4"}  # awaiting caller, awaiting vendor
CANNOT_SHOW = (
    Loss(
        "create",
        "the audit begins with the first change, the list does not say who",
        ("actor", "actor_type"),
    ),
    Loss("comment", "all customers write as 'guest'", ("actor",), actor_type="customer"),
    Loss("merge", "no audited field tells of it"),
    Loss("sla", "only the time to resolution is kept", field=REPLY_CLOCK),
    Loss("sla", "the clock has a name of its own", ("field", "actor"), field=SOLVE_CLOCK),
)
AUDIT_HEADER = (
    "sys_id", "tablename", "documentkey", "fieldname", "oldvalue", "newvalue", "user",
    "sys_created_on", "record_checkpoint",
)  # fmt: skip
SLA_HEADER = (
    "sys_id", "task", "sla", "stage", "active", "has_breached", "start_time", "end_time",
    "planned_end_time",
)  # fmt: skip
_JOURNAL = "JOURNAL FIELD ADDITION"
_API = "https://example.service-now.com/api/now/table"


def write(export: Export) -> None:
    """Write `sys_audit.csv`, `incident_table.json`, `task_sla.csv` and the lookups."""
    parts, cast = export.parts, export.cast
    user_row = parts.table("sys_user.csv", ("sys_id", "user_name", "name"))
    for name, login in cast.agents.items():
        user_row((_user(login), login, name))
    group_row = parts.table("sys_user_group.csv", ("sys_id", "name"))
    for group in cast.groups:
        group_row((_group(group), group))

    audit_row = parts.table("sys_audit.csv", AUDIT_HEADER)
    sla_row = parts.table("task_sla.csv", SLA_HEADER)
    incident = parts.objects("incident_table.json", "result")
    number = 0
    for ticket in export.tickets:
        key = hex_id("incident", ticket.number)
        checkpoint = 0
        for checkpoint, action in enumerate(ticket.actions(), 1):
            for change in action:
                moment, user = export.wall.utc(change.time), _login(change, export)
                for field, old, new in _fields(change, export):
                    number += 1
                    row_key = hex_id("sys_audit", number)
                    row = (row_key, "incident", key, field, old, new, user, moment, checkpoint)
                    audit_row(row)
        incident(_incident(ticket, key, checkpoint, export))
        sla_row(_sla(ticket, key, export))


def _fields(change: Change, export: Export) -> Iterator[tuple[str, str, str]]:
    """Name the fields that a change touches, with their old and new values."""
    old, new = change.old or "", change.new or ""
    if change.kind == "status":
        before, after = CODES[old], CODES[new]
        if before != after:
            yield "incident_state", before, after
            yield "state", before, after
        if new in _HOLD_REASONS:
            yield "hold_reason", _HOLD_REASONS.get(old, ""), _HOLD_REASONS[new]
        if "closed" in {old, new}:
            yield "active", *(("1", "0") if new == "closed" else ("0", "1"))
    elif change.kind == "assign":
        logins = export.cast.agents
        yield "assigned_to", old and _user(logins[old]), new and _user(logins[new])
    elif change.kind == "group":
        yield "assignment_group", _group(old), _group(new)
    elif change.kind == "priority":
        yield "priority", PRIORITY_CODES[old], PRIORITY_CODES[new]
    elif change.kind == "comment":
        yield "comments" if change.public else "work_notes", _JOURNAL, new


def _incident(ticket: Ticket, key: str, updates: int, export: Export) -> dict[str, object]:
    """Describe a ticket as it is at the end, with display values."""
    wall, assignee = export.wall, ticket.assignee
    state = CODES[ticket.status]

    def moment(when: int | None) -> dict[str, str]:
        return _both("", "") if when is None else _both(wall.local(when), wall.utc(when))

    person = _both("", "")
    if assignee is not None:
        person = _linked(assignee, "sys_user", _user(export.cast.agents[assignee]))
    return {
        "sys_id": _both(key, key),
        "number": _both(f"INC{ticket.number:07}", f"INC{ticket.number:07}"),
        "state": _both(LABELS[state], state),
        "priority": _both(PRIORITIES[ticket.priority], PRIORITY_CODES[ticket.priority]),
        "short_description": _both(ticket.subject, ticket.subject),
        "opened_at": moment(ticket.created),
        "sys_created_on": moment(ticket.created),
        "sys_updated_on": moment(ticket.updated()),
        "assigned_to": person,
        "assignment_group": _linked(ticket.group, "sys_user_group", _group(ticket.group)),
        "sys_mod_count": _both(str(updates), str(updates)),
        "reopen_count": _both(str(ticket.reopened), str(ticket.reopened)),
        "closed_at": moment(ticket.closed_at),
    }


def _sla(ticket: Ticket, key: str, export: Export) -> tuple[object, ...]:
    clock, utc = ticket.solve_clock, export.wall.utc
    runs = clock.stop is None
    return (
        hex_id("task_sla", ticket.number),
        key,
        "Priority resolution",
        "In progress" if runs else "Completed",
        "true" if runs else "false",
        "true" if clock.breached else "false",
        utc(clock.start),
        "" if clock.stop is None else utc(clock.stop),
        utc(clock.due),
    )


def _login(change: Change, export: Export) -> str:
    if change.actor_type == "agent":
        return export.cast.agents[change.actor]
    return "guest" if change.actor_type == "customer" else "system"


def _both(display: str, value: str) -> dict[str, str]:
    return {"display_value": display, "value": value}


def _linked(display: str, table: str, key: str) -> dict[str, str]:
    return _both(display, key) | {"link": f"{_API}/{table}/{key}"}


@cache
def _user(login: str) -> str:
    return hex_id("sys_user", login)


@cache
def _group(name: str) -> str:
    return hex_id("sys_user_group", name)
