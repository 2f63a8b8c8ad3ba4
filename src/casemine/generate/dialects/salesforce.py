"""Salesforce Service Cloud: the history of cases and the tables around it, as the API gives them.

Every value is quoted, lines end in LF, times are UTC with milliseconds. The history stands in
order of time over all cases. A change of owner is written twice, with names and with ids, in
either order; a case without an agent belongs to the queue of its group. Comments are not part of
the history: what customers can read are e-mails, the rest case comments.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.identifiers import salesforce_id
from casemine.generate.dialects.ticket import REPLY_CLOCK, SOLVE_CLOCK, SYSTEM
from casemine.generate.dialects.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from casemine.generate.dialects.dialect import Export
    from casemine.generate.dialects.ticket import Change, Ticket

STATUSES = {
    "new": "New", "open": "Working", "pending": "Waiting on Customer", "hold": "On Hold",
    "solved": "Resolved", "closed": "Closed",
}  # fmt: skip
PRIORITIES = {"urgent": "Critical", "high": "High", "normal": "Medium", "low": "Low"}
_SITE_USER = "Portal Site Guest User"
CANNOT_SHOW = (
    Loss("create", f"customers open cases as '{_SITE_USER}'", ("actor", "actor_type")),
    Loss("merge", "the history names the other case by its number of eight digits", ("new",)),
    Loss("sla", "the clock has a name of its own", ("field", "actor"), field=REPLY_CLOCK),
    Loss("sla", "no milestone is set for the resolution", field=SOLVE_CLOCK),
)
HISTORY_HEADER = (
    "Id", "IsDeleted", "CaseId", "CreatedById", "CreatedDate", "Field", "DataType", "OldValue",
    "NewValue",
)  # fmt: skip
CASE_HEADER = (
    "Id", "IsDeleted", "CaseNumber", "ContactId", "Contact.Name", "Status", "Origin", "Subject",
    "Priority", "IsClosed", "ClosedDate", "IsEscalated", "OwnerId", "CreatedDate", "CreatedById",
    "LastModifiedDate",
)  # fmt: skip
USER_HEADER = ("Id", "FirstName", "LastName", "Name", "Username", "IsActive")
GROUP_HEADER = ("Id", "Name", "Type")
COMMENT_HEADER = ("Id", "ParentId", "IsPublished", "CommentBody", "CreatedById", "CreatedDate")
EMAIL_HEADER = (
    "Id", "ParentId", "RelatedToId", "Status", "Incoming", "MessageDate", "Subject", "FromName",
    "FromAddress", "ToAddress", "TextBody", "CreatedById", "CreatedDate",
)  # fmt: skip
MILESTONE_HEADER = (
    "Id", "CaseId", "MilestoneTypeId", "StartDate", "TargetDate", "CompletionDate", "IsCompleted",
    "IsViolated", "CreatedDate",
)  # fmt: skip
_CASE, _USER, _GROUP, _HISTORY, _CONTACT = "500", "005", "00G", "017", "003"
_COMMENT, _EMAIL, _MILESTONE, _MILESTONE_TYPE = "00a", "02s", "555", "557"
_SUPPORT, _CUSTOMER = "support@example.com", "customer@example.com"


def write(export: Export) -> None:
    """Write `CaseHistory.csv`, `Case.csv`, and the tables of people, comments and milestones."""
    org = _Org(export)
    org.write_people()
    row = org.table
    history, case = row("CaseHistory.csv", HISTORY_HEADER), row("Case.csv", CASE_HEADER)
    comment = row("CaseComment.csv", COMMENT_HEADER)
    email = row("EmailMessage.csv", EMAIL_HEADER)
    milestone = row("CaseMilestone.csv", MILESTONE_HEADER)

    line: Timeline[tuple[object, ...]] = Timeline(history)
    for ticket in export.tickets:
        line.release(ticket.created)
        for moment, cells in org.history(ticket):
            line.add(moment, cells)
        for change in ticket.changes:
            if change.kind == "comment" and change.public:
                email(org.email(ticket, change))
            elif change.kind == "comment":
                comment(org.comment(ticket, change))
        case(org.case(ticket))
        milestone(org.milestone(ticket))
    line.release()


class _Org:
    """Numbers what it writes, and knows the ids of people and queues."""

    def __init__(self, export: Export) -> None:
        self._export, self._wall = export, export.wall
        users = (*export.cast.agents, SYSTEM, _SITE_USER)
        self._users = {name: salesforce_id(_USER, n) for n, name in enumerate(users, 1)}
        self._queues = {
            name: salesforce_id(_GROUP, n) for n, name in enumerate(export.cast.groups, 1)
        }
        self._contacts = {
            name: salesforce_id(_CONTACT, n) for n, name in enumerate(export.cast.customers, 1)
        }
        self._ids = {table: count(1) for table in (_HISTORY, _COMMENT, _EMAIL)}

    def table(self, name: str, header: Iterable[str]) -> Callable[[Iterable[object]], object]:
        """Open a table in the form of the API."""
        return self._export.parts.table(name, header, line_end="\n", quote_all=True)

    def write_people(self) -> None:
        """Write the users, rules and the portal among them, and the queues."""
        user = self.table("User.csv", USER_HEADER)
        for name, own_id in self._users.items():
            login = self._export.cast.agents.get(name)
            first, _, last = name.rpartition(" ") if login else ("", "", name)
            address = f"{login or name.split()[-1].lower()}@example.com"
            user((own_id, first, last, name, address, "true"))
        group = self.table("Group.csv", GROUP_HEADER)
        for name, own_id in self._queues.items():
            group((own_id, name, "Queue"))

    def history(self, ticket: Ticket) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Write what the history keeps of a case, with the moment of each row."""
        case = _case_id(ticket.number)
        group = ticket.group_at_start

        def row(change: Change, field: str, kind: str, old: str, new: str) -> tuple[object, ...]:
            own_id, moment = self._next(_HISTORY), self._time(change.time)
            author = self._author(change)
            return own_id, "false", case, author, moment, field, kind, old, new

        for change in ticket.changes:
            old, new, moment = change.old or "", change.new or "", change.time
            if change.kind == "create":
                yield moment, row(change, "created", "Text", "", "")
            elif change.kind == "status":
                words = STATUSES[old], STATUSES[new]
                yield moment, row(change, "Status", "DynamicEnum", *words)
            elif change.kind == "priority":
                words = PRIORITIES[old], PRIORITIES[new]
                yield moment, row(change, "Priority", "DynamicEnum", *words)
            elif change.kind == "group":
                group = new
                yield moment, row(change, "Support_Group__c", "DynamicEnum", old, new)
            elif change.kind == "merge":
                yield moment, row(change, "MasterRecord", "EntityId", "", case_number(int(new)))
            elif change.kind == "assign":
                names = old or group, new or group
                ids = self._owner(names[0]), self._owner(names[1])
                pairs = (names, ids) if moment % 2 else (ids, names)
                for pair in pairs:
                    yield moment, row(change, "Owner", "EntityId", *pair)

    def case(self, ticket: Ticket) -> tuple[object, ...]:
        """Describe a case as it is at the end."""
        closed = ticket.closed_at
        return (
            _case_id(ticket.number),
            "false",
            case_number(ticket.number),
            self._contacts[ticket.requester],
            ticket.requester,
            STATUSES[ticket.status],
            ticket.channel,
            ticket.subject,
            PRIORITIES[ticket.priority],
            "false" if closed is None else "true",
            "" if closed is None else self._time(closed),
            "false",
            self._owner(ticket.assignee or ticket.group),
            self._time(ticket.created),
            self._users[SYSTEM],
            self._time(ticket.updated()),
        )

    def comment(self, ticket: Ticket, change: Change) -> tuple[object, ...]:
        """Write a comment that only agents can read."""
        author, moment = self._author(change), self._time(change.time)
        case = _case_id(ticket.number)
        return self._next(_COMMENT), case, "false", change.new, author, moment

    def email(self, ticket: Ticket, change: Change) -> tuple[object, ...]:
        """Write an e-mail, to or from the customer."""
        incoming, moment = change.actor_type == "customer", self._time(change.time)
        return (
            self._next(_EMAIL),
            _case_id(ticket.number),
            "",
            "0" if incoming else "3",
            "true" if incoming else "false",
            moment,
            ticket.subject,
            change.actor,
            _CUSTOMER if incoming else _SUPPORT,
            _SUPPORT if incoming else _CUSTOMER,
            change.new,
            self._users[SYSTEM if incoming else change.actor],
            moment,
        )

    def milestone(self, ticket: Ticket) -> tuple[object, ...]:
        """Write the first response of a case."""
        clock, case = ticket.reply_clock, _case_id(ticket.number)
        return (
            _MILESTONE + case[3:],
            case,
            _FIRST_RESPONSE,
            self._time(clock.start),
            self._time(clock.due),
            "" if clock.stop is None else self._time(clock.stop),
            "false" if clock.stop is None else "true",
            "true" if clock.breached else "false",
            self._time(clock.start),
        )

    def _author(self, change: Change) -> str:
        name = _SITE_USER if change.actor_type == "customer" else change.actor
        return self._users[name]

    def _owner(self, name: str) -> str:
        return self._users.get(name) or self._queues[name]

    def _next(self, table: str) -> str:
        return salesforce_id(table, next(self._ids[table]))

    def _time(self, moment: int) -> str:
        return f"{self._wall.utc(moment, 'T')}.000Z"


def case_number(number: int) -> str:
    """Write the number of a ticket with eight digits."""
    return f"{number:08}"


@cache
def _case_id(number: int) -> str:
    return salesforce_id(_CASE, number)


_FIRST_RESPONSE = salesforce_id(_MILESTONE_TYPE, 1)
