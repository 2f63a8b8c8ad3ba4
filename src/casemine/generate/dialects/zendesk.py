"""Zendesk Support: ticket audits, metric events, and the users and groups that ids stand for.

The first audit of a ticket holds the description and one `Create` event for each field. What one
person did in one go is one audit. Rules act as the user -1.
"""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import count
from typing import TYPE_CHECKING

from casemine.generate.dialects import ticket as canonical
from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.ticket import REPLY_CLOCK, SOLVE_CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.generate.dialects.dialect import Export
    from casemine.generate.dialects.ticket import Change, Ticket

STATUSES = {status: status for status in canonical.STATUSES}
PRIORITIES = {priority: priority for priority in canonical.PRIORITIES}
CANNOT_SHOW = (
    Loss("sla", "the clock has a name of its own", ("field", "actor"), field=REPLY_CLOCK),
    Loss("sla", "no policy has a target for the resolution", field=SOLVE_CLOCK),
)
_FIRST_ID = 900_000_000_000
_FIRST_USER, _FIRST_GROUP = 360_000_100_000, 360_000_900_000
_METADATA = {"system": {"client": "Mozilla/5.0"}, "custom": {}}
_FIELDS = {
    "status": "status", "priority": "priority", "assign": "assignee_id", "group": "group_id",
}  # fmt: skip


def write(export: Export) -> None:
    """Write `ticket_audits.json`, `ticket_metric_events.json` and `users_groups.json`."""
    book = _Book(export)
    users = [
        {"id": int(number), "name": name, "role": role}
        for role, names in (("agent", export.cast.agents), ("end-user", export.cast.customers))
        for name, number in ((name, book.users[name]) for name in names)
    ]
    groups = [{"id": int(number), "name": name} for name, number in book.groups.items()]
    export.parts.document("users_groups.json", {"users": users, "groups": groups})

    last = 0
    audit = export.parts.objects(
        "ticket_audits.json",
        "audits",
        after=lambda number: {"next_page": None, "previous_page": None, "count": number},
    )
    metric = export.parts.objects(
        "ticket_metric_events.json",
        "ticket_metric_events",
        after=lambda number: {"next_page": None, "count": number, "end_time": last},
    )
    for ticket in export.tickets:
        last = max(last, ticket.changes[-1].time)
        audit(book.creation(ticket))
        for action in ticket.actions():
            audit(book.audit(ticket, action))
        for event in book.metrics(ticket):
            metric(event)


class _Book:
    """Numbers what it writes, and knows the ids of people and groups."""

    def __init__(self, export: Export) -> None:
        names = (*export.cast.agents, *export.cast.customers)
        self.users = {name: str(_FIRST_USER + 37 * place) for place, name in enumerate(names)}
        self.groups = {
            name: str(_FIRST_GROUP + 53 * place) for place, name in enumerate(export.cast.groups)
        }
        self._wall = export.wall
        self._ids = count(_FIRST_ID)
        self._metric_ids = count(_FIRST_ID)

    def creation(self, ticket: Ticket) -> dict[str, object]:
        """Write the audit that a ticket begins with."""
        requester = self.users[ticket.requester]
        fields = {
            "subject": ticket.subject,
            "status": "new",
            "priority": ticket.priority_at_start,
            "group_id": self.groups[ticket.group_at_start],
            "requester_id": requester,
            "assignee_id": None,
        }
        audit = self._audit(ticket, ticket.created, requester, "email")
        text = f"Hello,\n{ticket.subject}"
        values: list[dict[str, object]] = [
            {"id": next(self._ids), "type": "Create", "field_name": name, "value": value}
            for name, value in fields.items()
        ]
        audit["events"] = [self._comment(requester, text, public=True), *values]
        return audit

    def audit(self, ticket: Ticket, action: tuple[Change, ...]) -> dict[str, object]:
        """Write what one person or rule did in one go."""
        first = action[0]
        author = "-1" if first.actor_type == "system" else self.users[first.actor]
        channel = {"agent": "web", "customer": "email"}.get(first.actor_type, "rule")
        audit = self._audit(ticket, first.time, author, channel)
        audit["events"] = [event for one in action for event in self._events(ticket, one, author)]
        return audit

    def metrics(self, ticket: Ticket) -> Iterator[dict[str, object]]:
        """Write what happened to the clocks of a ticket, in order of time.

        The agents' clock runs while the ticket is new or open, the requester's also on hold.
        """
        events: list[tuple[int, str, str, int]] = []
        running: dict[str, bool] = {}
        instance = 1

        def note(moment: int, metric: str, kind: str, number: int) -> None:
            events.append((moment, metric, kind, number))
            running[metric] = kind == "activate"

        reply = ticket.reply_clock
        for metric in ("agent_work_time", "reply_time", "requester_wait_time"):
            note(ticket.created, metric, "activate", 1)
        events.append((reply.start, "reply_time", "apply_sla", 1))
        if reply.breached:
            events.append((reply.due, "reply_time", "breach", 1))
        if reply.stop is not None:
            events.append((reply.stop, "reply_time", "fulfill", 1))
        for change in ticket.changes:
            if change.kind != "status":
                continue
            if change.old in {"solved", "closed"} and change.new == "open":
                instance += 1
            done = change.new in {"solved", "closed"}
            for metric, stands in _STANDS.items():
                if done and change.old not in {"solved", "closed"}:
                    note(change.time, metric, "fulfill", instance)
                elif not done and (change.new in stands) == running[metric]:
                    kind = "pause" if running[metric] else "activate"
                    note(change.time, metric, kind, instance)
        events.sort(key=lambda event: event[0])
        for moment, metric, kind, number in events:
            event: dict[str, object] = {
                "id": next(self._metric_ids),
                "ticket_id": ticket.number,
                "metric": metric,
                "instance_id": number,
                "type": kind,
                "time": self._time(moment),
            }
            if kind == "apply_sla":
                minutes = (reply.due - reply.start) // 60
                event["sla"] = {"target": minutes, "business_hours": False, "policy": _POLICY}
            yield event

    def _events(self, ticket: Ticket, change: Change, author: str) -> Iterator[dict[str, object]]:
        if change.kind == "comment":
            text = change.new or ""
            yield self._comment(author, text, public=bool(change.public), html=True)
        elif change.kind == "merge":
            assert ticket.merged_into is not None
            number, subject = ticket.merged_into
            text = f'This request was closed and merged into request #{number} "{subject}".'
            yield self._comment(author, text, public=False)
            yield self._changed("tags", [], ["closed_by_merge"])
        else:
            ids = {"assign": self.users, "group": self.groups}.get(change.kind, {})
            old, new = (value and ids.get(value, value) for value in (change.old, change.new))
            yield self._changed(_FIELDS[change.kind], old, new)

    def _changed(self, field: str, old: object, new: object) -> dict[str, object]:
        event: dict[str, object] = {"id": next(self._ids), "type": "Change", "field_name": field}
        return event | {"value": new, "previous_value": old}

    def _comment(
        self, author: str, text: str, *, public: bool, html: bool = False
    ) -> dict[str, object]:
        """Write a comment; those that the system words have no HTML form."""
        shown = {"html_body": f'<div class="zd-comment">{_escaped(text)}</div>'} if html else {}
        head = {"id": next(self._ids), "type": "Comment", "author_id": int(author), "body": text}
        return head | shown | {"public": public, "attachments": []}

    def _audit(self, ticket: Ticket, moment: int, author: str, channel: str) -> dict[str, object]:
        return {
            "id": next(self._ids),
            "ticket_id": ticket.number,
            "created_at": self._time(moment),
            "author_id": int(author),
            "metadata": _METADATA,
            "events": [],
            "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
        }

    def _time(self, moment: int) -> str:
        return f"{self._wall.utc(moment, 'T')}Z"


_STANDS = {"agent_work_time": {"pending", "hold"}, "requester_wait_time": {"pending"}}
_POLICY = {"id": 25, "title": "Default", "description": None}
_escaped = cache(escape)
