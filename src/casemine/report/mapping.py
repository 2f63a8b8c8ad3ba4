"""What a mapping made of a log: activities, what was ignored, what is left, and whose groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.model.words import counted
from casemine.report.document import Column, Document, Prose, Table
from casemine.report.figures import count, of, share

if TYPE_CHECKING:
    from casemine.model.mapping import MappingAccount
    from casemine.report.document import Block

SHOWN = 20  # rows of the table of what is left, and of groups


def sentence(account: MappingAccount) -> str:
    """Say in one line what became of the raw events.

    Examples
    --------
    >>> from casemine.model.mapping import MappingAccount
    >>> sentence(MappingAccount("jira", "yasm", 9, 2, 5, 3, 1, 7, 0, (), (), (), (), ()))
    '9 events by jira: 5 mapped, 3 ignored, 1 left under its raw name; 7 events written'
    """
    own = "its raw name" if account.unmapped == 1 else "their raw names"
    return (
        f"{counted(account.events, 'event')} by {account.mapping}: {count(account.mapped)} mapped, "
        f"{count(account.ignored)} ignored, {count(account.unmapped)} left under {own}; "
        f"{counted(account.events_out, 'event')} written"
    )


def document(account: MappingAccount) -> Document:
    """Show what the log holds now, what is missing from it and by which rule."""
    blocks: list[Block] = [_activities(account)]
    if account.left:
        blocks.append(_left(account))
    blocks.append(_ignored(account))
    if account.groups:
        blocks.append(_groups(account))
    if account.out_of_reach:
        blocks.append(
            Prose(
                tuple(f"- {label}" for label in account.out_of_reach),
                heading="Activities of the flow that no rule of this mapping gives",
            )
        )
    title = (
        f"{counted(account.events, 'event')} in {counted(account.cases, 'case')} by "
        f"{account.mapping}: {share(of(account.mapped, account.events))} mapped, "
        f"{share(of(account.ignored, account.events))} ignored, "
        f"{share(of(account.unmapped, account.events))} without a rule"
    )
    return Document(title, tuple(blocks))


def data(account: MappingAccount) -> dict[str, Any]:
    """Return the account for JSON."""
    used = [rule for rule in account.rules if rule.changes]
    return {
        "mapping": account.mapping,
        "flow": account.flow,
        "cases": account.cases,
        "cases_emptied": account.cases_emptied,
        "events": account.events,
        "events_mapped": account.mapped,
        "events_ignored": account.ignored,
        "events_unmapped": account.unmapped,
        "events_written": account.events_out,
        "activities": [
            {"activity": one.activity, "events": one.events, "cases": one.cases}
            for one in account.activities
        ],
        "out_of_reach": list(account.out_of_reach),
        "mapped": [
            {"rule": rule.name, "activities": list(rule.gives), "changes": rule.changes}
            for rule in used
            if not rule.ignores
        ],
        "ignored": [{"rule": rule.name, "changes": rule.changes} for rule in used if rule.ignores],
        "unmapped": [
            {
                "activity": one.activity,
                "kind": one.kind,
                "to": one.to,
                "events": one.events,
                "cases": one.cases,
                "row": one.row,
            }
            for one in account.left
        ],
        "tiers": [
            {"group": one.group, "tier": one.tier, "known": one.known, "events": one.events}
            for one in account.groups
        ],
    }


def records(account: MappingAccount) -> list[dict[str, Any]]:
    """Return one flat record per rule that took something, and per kind of event without one."""
    found = [
        {
            "outcome": "ignored" if rule.ignores else "mapped",
            "rule": rule.name,
            "activity": " + ".join(rule.gives) or None,
            "changes": rule.changes,
        }
        for rule in account.rules
        if rule.changes
    ]
    return found + [
        {"outcome": "unmapped", "rule": None, "activity": one.activity, "changes": one.events}
        for one in account.left
    ]


def _activities(account: MappingAccount) -> Table:
    seen = [one for one in account.activities if one.events]
    silent = len(account.activities) - len(seen)
    columns = (Column("activity"), Column("events", figure=True), Column("cases", figure=True))
    rows = tuple((one.activity, count(one.events), count(one.cases)) for one in seen)
    remark = (
        f"{counted(silent, 'more activity', 'more activities')} that the rules can give "
        "did not occur"
        if silent
        else ""
    )
    return Table(columns, rows, "Activities of the flow", remark)


def _left(account: MappingAccount) -> Table:
    columns = (
        Column("raw activity"),
        Column("kind"),
        Column("events", figure=True),
        Column("cases", figure=True),
        Column("first row", figure=True),
    )
    rows = tuple(
        (one.activity, one.kind or "", count(one.events), count(one.cases), count(one.row))
        for one in account.left[:SHOWN]
    )
    more = len(account.left) - SHOWN
    remark = f"{count(more)} more; -f json lists all" if more > 0 else ""
    return Table(columns, rows, "Without a rule, kept under their raw names", remark)


def _ignored(account: MappingAccount) -> Table:
    columns = (Column("rule"), Column("changes", figure=True))
    rows = tuple(
        (rule.name, count(rule.changes)) for rule in account.rules if rule.ignores and rule.changes
    )
    return Table(columns, rows, "Ignored by rules", "" if rows else "nothing")


def _groups(account: MappingAccount) -> Table:
    columns = (Column("group"), Column("tier"), Column("events", figure=True), Column("known by"))
    rows = tuple(
        (one.group, one.tier, count(one.events), "the mapping" if one.known else "nothing, so L1")
        for one in account.groups[:SHOWN]
    )
    more = len(account.groups) - SHOWN
    remark = f"{count(more)} more; -f json lists all" if more > 0 else ""
    return Table(columns, rows, "Who holds the cases", remark)
