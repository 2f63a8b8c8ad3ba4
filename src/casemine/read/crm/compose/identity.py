"""Ids of an export become what people know: numbers of cases, names of users, words for codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.model.intake import Note
from casemine.read.crm.coded.lookups import coded
from casemine.read.crm.coded.tickets import merged

if TYPE_CHECKING:
    from casemine.read.crm.changeset import Changes
    from casemine.read.crm.coded.lookups import Lookups
    from casemine.read.crm.coded.tickets import Tickets
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Preset


def with_case_numbers(
    changes: Changes, tickets: Tickets | None, truncated: Codes, words: Words, lookups: Lookups
) -> tuple[Changes, Tickets | None, Codes, list[Note]]:
    """Give cases the number by which people know them, where a list of tickets tells it.

    Returns
    -------
    (Changes, Tickets or None, array, list of Note)
        All three with the same case ids; a note if cases are not in the list.
    """
    case, truncated = lookups.cut(changes.case), lookups.cut(truncated)
    if tickets is None:
        return changes.with_(case=case), None, truncated, []
    key, number = lookups.cut(tickets.key), tickets.values["number"]
    shown = np.where(number >= 0, number, key).astype(np.int32)
    table = np.arange(len(words) + 1, dtype=np.int32)
    table[-1] = -1
    table[key] = shown
    known = np.zeros(len(words) + 1, np.bool_)
    known[key] = known[shown] = True
    lost = np.unique(case[(case >= 0) & ~known[case]])
    notes = []
    if len(lost):
        text = (
            f"{len(lost):,} cases, such as {show(words.text(int(lost[0])))}, are not in the list "
            "of tickets: they keep their ids and have no creation of their own"
        )
        notes.append(Note("cases-not-listed", text, len(lost)))
    numbers = dict(zip(key.tolist(), shown.tolist(), strict=True))
    lookups.names.setdefault("tickets", {}).update(numbers)
    # One list may know a ticket by its number that another knows by its id.
    tickets = merged([replace(tickets, key=shown)])
    return changes.with_(case=table[case]), tickets, table[truncated], notes


def with_names(changes: Changes, words: Words, preset: Preset, lookups: Lookups) -> Changes:
    """Put names for ids and words for codes in old and new values, by what each field holds."""
    old, new = changes.old, changes.new
    for name in words.texts(words.used(changes.field)):
        mine = changes.field == words.code(name)
        _know_codes(str(name), words, preset, lookups)
        old = lookups.resolved(old, str(name), mine)
        new = lookups.resolved(new, str(name), mine)
    _know_codes("group", words, preset, lookups)
    group = lookups.resolved(changes.group, "group")
    return changes.with_(old=old, new=new, group=group)


def with_ticket_names(tickets: Tickets, words: Words, preset: Preset, lookups: Lookups) -> Tickets:
    """Put names for ids and words for codes in the present values of tickets."""
    values = dict(tickets.values)
    for name in ("status", "assignee", "group", "priority", "customer"):
        _know_codes(name, words, preset, lookups)
        values[name] = lookups.resolved(values[name], name)
    return replace(tickets, values=values)


def _know_codes(name: str, words: Words, preset: Preset, lookups: Lookups) -> None:
    """Let the lists know what the preset says of the codes of a field."""
    if name in preset.codes and name not in lookups.codes:
        lookups.codes[name] = coded(words, preset.codes[name])
