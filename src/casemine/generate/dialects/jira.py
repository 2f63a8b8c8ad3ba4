"""Jira Service Management: the answer of a search with the changelog expanded.

Times are local with an offset that has no colon. Each history holds what one person changed in one
go, the newest first; comments stand apart from them, the oldest first. The support group is a
custom field. Everybody is a user of the site, also the rules of the automation.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from casemine.generate.dialects.expected import Loss
from casemine.generate.dialects.identifiers import account_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.generate.dialects.dialect import Export
    from casemine.generate.dialects.ticket import Change, Ticket
    from casemine.generate.dialects.wall import Wall

STATUSES = {
    "new": "Open", "open": "In Progress", "pending": "Waiting for customer", "hold": "Pending",
    "solved": "Resolved", "closed": "Closed",
}  # fmt: skip
PRIORITIES = {"urgent": "Highest", "high": "High", "normal": "Medium", "low": "Low"}
CANNOT_SHOW = (
    Loss("sla", "a finished cycle says whether it was breached, not when; others are left out"),
    Loss("merge", "the link says 'duplicates', and names the other by its key", ("new",)),
)
_STATUS_IDS = {
    "new": "1", "open": "3", "pending": "10001", "hold": "10002", "solved": "5", "closed": "6",
}  # fmt: skip
_PRIORITY_IDS = {"urgent": "1", "high": "2", "normal": "3", "low": "4"}
_DONE, _WONT_DO = ("10000", "Done"), ("10001", "Won't Do")
_SITE = "https://example.atlassian.net/rest/api/3"
_PROJECT = {"id": "10001", "key": "SUP", "name": "Support", "projectTypeKey": "service_desk"}
_Item = dict[str, "str | None"]
_Value = tuple["str | None", "str | None"]  # id and words


def write(export: Export) -> None:
    """Write `search.json`: one answer that holds all issues."""
    head = {
        "expand": "schema,names",
        "startAt": 0,
        "maxResults": max(100, export.count),
        "total": export.count,
    }
    issue = export.parts.objects("search.json", "issues", before=head)
    for ticket in export.tickets:
        issue(_issue(ticket, export.wall))


def key(number: int) -> str:
    """Write the number of a ticket as an issue key."""
    return f"SUP-{number}"


def _issue(ticket: Ticket, wall: Wall) -> dict[str, object]:
    histories, comments = [], []
    resolution: tuple[str, str] | None = None
    for place, action in enumerate(ticket.actions(), 1):
        first = action[0]
        own_id, author = f"{ticket.number}{place:02}", _user(first.actor, first.actor_type, wall)
        created = wall.offset_time(first.time)
        if first.kind == "comment":
            comments.append(_comment(own_id, author, created, first))
            continue
        items: list[_Item] = []
        for change in action:
            if change.kind == "status":
                after = _resolution(change, resolution)
                if after != resolution:
                    items.append(_item("resolution", resolution, after))
                    resolution = after
            items.append(_changed(change))
        histories.append({"id": own_id, "author": author, "created": created, "items": items})
    histories.reverse()
    count = len(histories)
    return {
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
        "id": str(10_000 + ticket.number),
        "self": f"{_SITE}/issue/{10_000 + ticket.number}",
        "key": key(ticket.number),
        "changelog": {"startAt": 0, "maxResults": count, "total": count, "histories": histories},
        "fields": _fields(ticket, comments, resolution, wall),
    }


def _fields(
    ticket: Ticket,
    comments: list[dict[str, object]],
    resolution: tuple[str, str] | None,
    wall: Wall,
) -> dict[str, object]:
    """Describe an issue as it is at the end."""
    reporter = _user(ticket.requester, "customer", wall)
    count, solved = len(comments), ticket.solved_at
    return {
        "summary": ticket.subject,
        "created": wall.offset_time(ticket.created),
        "updated": wall.offset_time(ticket.updated()),
        "resolutiondate": None if solved is None else wall.offset_time(solved),
        "resolution": resolution and {"id": resolution[0], "name": resolution[1]},
        "status": {"id": _STATUS_IDS[ticket.status], "name": STATUSES[ticket.status]},
        "priority": {"id": _PRIORITY_IDS[ticket.priority], "name": PRIORITIES[ticket.priority]},
        "issuetype": {"id": "10010", "name": "[System] Service request"},
        "project": _PROJECT,
        "reporter": reporter,
        "creator": reporter,
        "assignee": ticket.assignee and _user(ticket.assignee, "agent", wall),
        "labels": [],
        "customfield_10050": {"value": ticket.group},
        "comment": {"comments": comments, "maxResults": count, "total": count, "startAt": 0},
        "customfield_10030": {
            "id": "1",
            "name": "Time to resolution",
            "completedCycles": list(_cycles(ticket, wall)),
        },
    }


def _resolution(change: Change, now: tuple[str, str] | None) -> tuple[str, str] | None:
    """Find the resolution after a change of status; closing keeps the one that is there."""
    if change.new == "solved":
        return _DONE
    if change.new == "closed":
        return now or _WONT_DO
    return None


def _changed(change: Change) -> _Item:
    old, new = change.old, change.new
    if change.kind == "status":
        return _item(
            "status", _named(_STATUS_IDS, STATUSES, old), _named(_STATUS_IDS, STATUSES, new)
        )
    if change.kind == "priority":
        before, after = (_named(_PRIORITY_IDS, PRIORITIES, value) for value in (old, new))
        return _item("priority", before, after)
    if change.kind == "assign":
        return _item("assignee", _account(old), _account(new))
    if change.kind == "group":
        item = _item("Support Group", (None, old), (None, new), field_id="customfield_10050")
        return item | {"fieldtype": "custom"}
    assert change.kind == "merge"
    target = key(int(new or 0))
    return _item("Link", None, (target, f"This issue duplicates {target}")) | {"fieldId": None}


def _item(
    field: str,
    old: _Value | None,
    new: _Value | None,
    *,
    field_id: str | None = None,
) -> _Item:
    (before, before_text), (after, after_text) = old or (None, None), new or (None, None)
    return {
        "field": field,
        "fieldtype": "jira",
        "fieldId": field_id or field,
        "from": before,
        "fromString": before_text,
        "to": after,
        "toString": after_text,
    }


def _account(name: str | None) -> _Value | None:
    return None if name is None else (account_id(name), name)


def _named(ids: dict[str, str], words: dict[str, str], value: str | None) -> tuple[str, str]:
    assert value is not None
    return ids[value], words[value]


def _comment(
    own_id: str, author: dict[str, object], created: str, change: Change
) -> dict[str, object]:
    text = {"type": "text", "text": change.new}
    body = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]}
    return {
        "id": own_id,
        "author": author,
        "body": body,
        "created": created,
        "updated": created,
        "jsdPublic": change.public,
    }


def _cycles(ticket: Ticket, wall: Wall) -> Iterator[dict[str, object]]:
    clock = ticket.solve_clock
    if clock.stop is not None:
        yield {
            "startTime": _instant(clock.start, wall),
            "stopTime": _instant(clock.stop, wall),
            "breached": clock.breached,
        }


def _instant(moment: int, wall: Wall) -> dict[str, object]:
    return {"iso8601": wall.offset_time(moment), "epochMillis": moment * 1000}


@cache
def _user(name: str, actor_type: str, wall: Wall) -> dict[str, object]:
    account = account_id(name)
    return {
        "self": f"{_SITE}/user?accountId={account}",
        "accountId": account,
        "displayName": name,
        "active": True,
        "timeZone": wall.zone,
        "accountType": "atlassian" if actor_type == "agent" else "customer",
    }
