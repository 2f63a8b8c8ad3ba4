"""Creation, once and only once in every case, with the initial values computed back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.read.crm.changeset import (
    CARRIED,
    NO_ACTION,
    Changes,
    first_of_case,
    in_order,
    run_starts,
    together,
)
from casemine.read.crm.coded.instants import ABSENT
from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from casemine.read.crm.coded.tickets import Tickets
    from casemine.read.crm.coded.words import Codes, Words

INITIAL = ("status", "assignee", "group", "priority", "customer")


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """Changes with one creation per case, and what was known at creation by case code."""

    changes: Changes
    initial: dict[str, Codes]  # field -> value by case code; -1 unknown
    customer: Codes  # who opened the case, by case code
    added: int  # creations that stand in no row of a history
    part_of: int  # rows that tell of the creation again
    without: int  # cases whose creation nothing tells


def with_creation(
    changes: Changes,
    words: Words,
    tickets: Tickets | None,
    *,
    truncated: Codes,
    history: bool,
    status: str | None = None,
) -> Origins:
    """Leave one creation in every case, or make it from the ticket's creation time.

    Parameters
    ----------
    truncated : array
        Cases whose history the system has cut: their initial values are not computed back.
    history : bool
        Whether changes were exported at all: only then has a field without changes never changed.
    status : str, optional
        The status in which every case of this system begins.

    Notes
    -----
    The initial value of a field is what the creation says, else the old value of its first change,
    else - if it never changed - the ticket's present value.
    """
    create = words.code("create")
    size = 1 + int(changes.case.max(initial=0))
    if tickets is not None:
        size = max(size, 1 + int(tickets.key.max(initial=0)))
    changes = in_order(changes)
    created = changes.kind == create
    said = _said(changes, created, words, size)
    again = created & ~first_of_case(changes.case, created)
    changes = changes.take(~again)
    customer, added = said["customer"], 0
    if tickets is not None:
        _first_by_case(customer, tickets.key, tickets.values["customer"])
        made = _from_tickets(changes, tickets, create)
        added = len(made)
        if added:
            changes = in_order(together([changes, made]))
    told, given = _told_with_it(changes, changes.kind == create, words, said)
    for name, values in _said(changes, given, words, size).items():
        _first_by_case(said[name], np.arange(size, dtype=np.int32), values)
    changes = _later_customers(changes.take(~(told | given)), words)
    if status is not None:
        first_known = said["status"]
        first_known[first_known < 0] = words.code(status)
    cut = np.zeros(size, np.bool_)
    cut[truncated[(truncated >= 0) & (truncated < size)]] = True
    present = tickets if history else None
    initial = {
        name: _computed_back(name, said[name], changes, present, words, cut=cut) for name in INITIAL
    }
    customer = np.where(customer >= 0, customer, initial["customer"])
    created = changes.kind == create
    return Origins(
        changes=_as_created(changes, created, initial["status"], customer, words),
        initial=initial,
        customer=customer,
        added=added,
        part_of=int(np.count_nonzero(again)) + int(np.count_nonzero(told | given)),
        without=int(np.count_nonzero(run_starts(changes.case))) - int(np.count_nonzero(created)),
    )


def _as_created(
    changes: Changes, created: NDArray[np.bool_], status: Codes, customer: Codes, words: Words
) -> Changes:
    """Give creations the first status as new value, and who opened the case if nobody is known."""
    new, actor = changes.new.copy(), changes.actor.copy()
    new[created] = status[changes.case[created]]
    nobody = created & (actor < 0)
    actor[nobody] = customer[changes.case[nobody]]
    field = np.where(created, words.code("status"), changes.field).astype(np.int32)
    old = np.where(created, NONE, changes.old).astype(np.int32)
    return changes.with_(new=new, field=field, actor=actor, old=old)


def _said(changes: Changes, rows: NDArray[np.bool_], words: Words, size: int) -> dict[str, Codes]:
    """Collect the initial values that rows give, by field and case."""
    said = {}
    for name in INITIAL:
        mine = rows & (changes.field == words.code(name)) & (changes.new >= 0)
        said[name] = np.full(size, NONE, np.int32)
        _first_by_case(said[name], changes.case[mine], changes.new[mine])
    return said


def _first_by_case(table: Codes, case: Codes, values: Codes) -> None:
    """Keep the first value that a case has; a table by case code."""
    known = np.flatnonzero(values >= 0)[::-1]
    fresh = table[case[known]] < 0
    known = known[fresh]
    table[case[known]] = values[known]


def _told_with_it(
    changes: Changes, created: NDArray[np.bool_], words: Words, said: Mapping[str, Codes]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows that belong to the creation: of the same action, or at the same time by the same actor.

    Returns
    -------
    (array of bool, array of bool)
        Comments that are the text the ticket was opened with; and the first values of fields that
        nothing else says the value of at creation.
    """
    size = int(changes.case.max(initial=0)) + 1
    at = np.full(size, -1, np.int64)
    at[changes.case[created]] = np.flatnonzero(created)
    mine = at[changes.case]
    same_time = changes.time == changes.time[mine]
    same_action = (changes.action == changes.action[mine]) & (changes.action != NO_ACTION)
    same_actor = (changes.actor == changes.actor[mine]) | (changes.actor[mine] < 0)
    together = (mine >= 0) & ~created & (same_action | (same_time & same_actor))
    given = np.zeros(len(changes), np.bool_)
    stateful = np.isin(
        changes.kind, words.codes(["status", "assign", "group", "priority", "customer"])
    )
    settable = together & stateful & (changes.old < 0) & (changes.new >= 0)
    for name in INITIAL:
        rows = settable & (changes.field == words.code(name)) & (said[name][changes.case] < 0)
        given |= first_of_case(changes.case, rows)
    return together & (changes.kind == words.code("comment")), given


def _later_customers(changes: Changes, words: Words) -> Changes:
    """Make a change of a field of a customer who is named later, in place of another."""
    named = changes.kind == words.code("customer")
    if not named.any():
        return changes
    return changes.with_(kind=np.where(named, words.code("field"), changes.kind).astype(np.int32))


def _from_tickets(changes: Changes, tickets: Tickets, create: int) -> Changes:
    """Make the creations that no history tells."""
    has = np.zeros(
        1 + max(int(changes.case.max(initial=0)), int(tickets.key.max(initial=0))), np.bool_
    )
    has[changes.case[changes.kind == create]] = True
    missing = np.flatnonzero(~has[tickets.key] & (tickets.created != ABSENT))
    creator = tickets.values["creator"][missing]
    customer = tickets.values["customer"][missing]
    count = len(missing)
    return Changes.blank(
        count,
        case=tickets.key[missing],
        time=tickets.created[missing],
        seq=np.full(count, -1, np.int64),
        row=tickets.row[missing],
        actor=np.where(creator >= 0, creator, customer).astype(np.int32),
        kind=np.full(count, create, np.int32),
    )


def _computed_back(
    name: str,
    said: Codes,
    changes: Changes,
    tickets: Tickets | None,
    words: Words,
    *,
    cut: NDArray[np.bool_],
) -> Codes:
    """Work out the initial values of one field, by case."""
    mine = (changes.field == words.code(name)) & (changes.kind != words.code("create"))
    first = first_of_case(changes.case, mine)
    table = said.copy()
    case, old = changes.case[first], changes.old[first]
    usable = ~cut[case] & (changes.carry[first] != CARRIED)
    _first_by_case(table, case[usable], old[usable])
    if tickets is not None and name in tickets.values:
        changed = np.zeros(len(cut), np.bool_)
        changed[case] = True
        never = ~changed[tickets.key] & ~cut[tickets.key]
        _first_by_case(table, tickets.key[never], tickets.values[name][never])
    return table
