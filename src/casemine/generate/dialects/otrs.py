"""OTRS, Znuny and their kin: the table `ticket_history`, as a query of the database gives it.

What happened stands in `name`, split by `%%` in a way that depends on the type of the row; the
other columns say how the ticket is after it. Times are those of the server, without a zone. A
ticket without an agent belongs to user 1. Articles have a number here, and no text.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.timeline import Timeline

if TYPE_CHECKING:
    from casemine.generate.dialects.dialect import Export
    from casemine.generate.dialects.ticket import Change, Ticket

STATUSES = {
    "new": "new", "open": "open", "pending": "pending reminder", "hold": "pending reminder",
    "solved": "pending auto close+", "closed": "closed successful",
}  # fmt: skip
PRIORITIES = {"urgent": "urgent", "high": "high", "normal": "normal", "low": "low"}
_KINDS = ("create", "status", "assign", "group", "priority", "comment", "merge")
CANNOT_SHOW = (
    Loss("sla", "the history tells of no targets"),
    *(Loss(kind, "users are numbers; who is no agent is user 1", ("actor",)) for kind in _KINDS),
    Loss("create", "customers act as user 1", ("actor_type",)),
    Loss("assign", "owners are named by login", ("old", "new")),
    Loss("comment", "articles stand in another table", ("new",)),
)
HEADER = (
    "id", "name", "history_type", "ticket_id", "article_id", "type_id", "queue_id", "owner_id",
    "priority_id", "state_id", "create_time", "create_by",
)  # fmt: skip
_STATE_IDS = {
    "new": 1, "open": 4, "pending reminder": 6, "pending auto close+": 7, "closed successful": 2,
}  # fmt: skip
_PRIORITY_IDS = {"low": 2, "normal": 3, "high": 4, "urgent": 5}
_ROOT_ID, _ROOT = 1, "root@localhost"
_NULL = r"\N"
_ARTICLES = {"agent": "SendAnswer", "customer": "FollowUp"}


def write(export: Export) -> None:
    """Write `ticket_history.csv`."""
    row = export.parts.table(
        "ticket_history.csv", HEADER, line_end="\n", quote_all=True, delimiter=";"
    )
    ids = count(1)
    # A row gets its id when it is written, in order of time, as the database does.
    line: Timeline[tuple[object, ...]] = Timeline(lambda cells: row((next(ids), *cells)))
    book = _Book(export)
    for ticket in export.tickets:
        line.release(ticket.created)
        book.add(ticket, line)
    line.release()


class _Book:
    """Knows the numbers of agents, queues and articles."""

    def __init__(self, export: Export) -> None:
        self._logins = export.cast.agents
        self._users = {name: n for n, name in enumerate(export.cast.agents, _ROOT_ID + 1)}
        self._queues = {name: n for n, name in enumerate(export.cast.groups, 1)}
        self._articles = count(1)
        self._wall = export.wall

    def add(self, ticket: Ticket, line: Timeline[tuple[object, ...]]) -> None:
        """Write the history of a ticket, following what it is like after each row."""
        now = {
            "status": "new",
            "assignee": None,
            "group": ticket.group_at_start,
            "priority": ticket.priority_at_start,
        }
        for change in ticket.changes:
            if change.kind == "sla":
                continue
            if change.field in now:
                now[change.field] = change.new
            told = self._told(ticket, change)
            if told is None:
                continue
            status, group, priority = now["status"], now["group"], now["priority"]
            assert status is not None
            assert group is not None
            assert priority is not None
            name, kind, article = told
            cells = (
                name,
                kind,
                ticket.number,
                article,
                1,
                self._queues[group],
                self._owner(now["assignee"]),
                _PRIORITY_IDS[priority],
                _STATE_IDS[STATUSES[status]],
                self._wall.local_iso(change.time),
                self._users[change.actor] if change.actor_type == "agent" else _ROOT_ID,
            )
            line.add(change.time, cells)

    def _told(self, ticket: Ticket, change: Change) -> tuple[str, str, object] | None:
        """Give a row its name, its type and its article; None where nothing changes here."""
        old, new = change.old or "", change.new or ""
        if change.kind == "create":
            group, rank = ticket.group_at_start, ticket.priority_at_start
            parts = (_number(ticket.number), group, f"{_PRIORITY_IDS[rank]} {rank}", "new")
            return _name(*parts, ticket.number), "NewTicket", _NULL
        if change.kind == "status":
            before, after = STATUSES[old], STATUSES[new]
            return None if before == after else (_name(before, after, ""), "StateUpdate", _NULL)
        if change.kind == "assign":
            login = self._logins.get(new, _ROOT)
            return _name(login, self._owner(change.new)), "OwnerUpdate", _NULL
        if change.kind == "group":
            return _name(new, self._queues[new], old, self._queues[old]), "Move", _NULL
        if change.kind == "priority":
            ranks = (old, _PRIORITY_IDS[old], new, _PRIORITY_IDS[new])
            return _name(*ranks), "PriorityUpdate", _NULL
        if change.kind == "merge":
            target = int(new)
            numbers = (_number(ticket.number), ticket.number, _number(target), target)
            return _name(*numbers), "Merged", _NULL
        article = next(self._articles)
        if change.public:
            return _name("customer@example.com"), _ARTICLES[change.actor_type], article
        return _name(""), "AddNote", article

    def _owner(self, assignee: str | None) -> int:
        return _ROOT_ID if assignee is None else self._users[assignee]


def _name(*parts: object) -> str:
    return "".join(f"%%{part}" for part in parts)


def _number(ticket: int) -> str:
    """Write a ticket number: year, and a counter."""
    return f"2026{ticket}"
