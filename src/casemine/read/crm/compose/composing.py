"""Changes of some cases become their events: names, repeats, creation, old values, activities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.log.order import in_order, stable_order
from casemine.read.crm.changeset import Changes
from casemine.read.crm.coded.words import NONE
from casemine.read.crm.compose.actors import with_actor_types
from casemine.read.crm.compose.carry import with_groups, with_old_values
from casemine.read.crm.compose.creation import with_creation
from casemine.read.crm.compose.duplicates import with_details, with_halves_joined, without_repeats
from casemine.read.crm.compose.identity import with_names
from casemine.read.crm.compose.naming import named, renamed

if TYPE_CHECKING:
    from casemine.read.crm.account import Account
    from casemine.read.crm.coded.numbering import Numbered
    from casemine.read.crm.coded.tickets import Tickets
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Preset

TOGETHER = 1 << 17  # rows of whole cases that are worked on at once
_LAST = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Composition:
    """The order in which changes of whole cases become events; counts what becomes of rows."""

    export: Numbered
    preset: Preset
    cut: Codes  # cases whose history the system has cut
    activity_from: str | None
    history: bool  # whether changes were exported at all
    only_changes: bool  # rows that set what is set already are no events
    account: Account

    def of(self, changes: Changes, tickets: Tickets | None) -> tuple[Changes, Codes, Codes]:
        """Events of these cases, their activities, and the last priority of each event's case.

        Cases are counted from the first of them: what is looked up by case fits the cache then.
        """
        words, lookups = self.export.words, self.export.lookups
        within = int(self.preset.within_s * 1_000_000)
        first = int(min(changes.case.min(initial=_LAST), _first_key(tickets)))
        changes = changes.with_(case=changes.case - first)
        if tickets is not None:
            tickets = replace(tickets, key=tickets.key - first)
        changes = with_names(changes, words, self.preset, lookups)
        changes, repeats = without_repeats(changes, words, within=within)
        self.account.count("repeats", repeats)
        changes, halves = with_halves_joined(changes, words)
        self.account.count("halves", halves)
        changes, details = with_details(changes, words, within=within)
        self.account.count("details", details)
        origins = with_creation(
            changes,
            words,
            tickets,
            truncated=self.cut - first,
            history=self.history,
            status=self.preset.initial,
        )
        self.account.count("creation", origins.part_of)
        self.account.added += origins.added
        self.account.uncreated += origins.without
        changes = with_old_values(origins.changes, words, origins.initial)
        if self.only_changes:
            changes, same = _only_changes(changes, words)
            self.account.count("no-change", same)
        priority = _last_priority(changes, words, origins.initial["priority"])
        priority[self.cut[(self.cut >= first) & (self.cut < first + len(priority))] - first] = NONE
        changes = with_groups(changes, words, origins.initial["group"])
        changes = with_actor_types(changes, words, self.preset, lookups, origins.customer)
        names = named(changes, words, self.preset)
        activity, kept = renamed(changes, names, words, self.activity_from)
        self.account.count("not-named", int(np.count_nonzero(~kept)))
        changes = changes.take(kept)
        priorities = priority[changes.case]
        return changes.with_(case=changes.case + first), activity[kept], priorities


def _last_priority(changes: Changes, words: Words, initial: Codes) -> Codes:
    """Say what priority each case has had last: by its last change, else from its creation on."""
    last = initial.copy()
    changed = (changes.field == words.code("priority")) & (changes.new >= 0)
    last[changes.case[changed]] = changes.new[changed]  # of several, the last one stays
    return last


def _first_key(tickets: Tickets | None) -> int:
    return _LAST if tickets is None else int(tickets.key.min(initial=_LAST))


def by_cases(
    columns: dict[str, Any], tickets: Tickets | None
) -> list[tuple[Changes, Tickets | None]]:
    """Split changes and tickets into parts of whole cases, in the order of the cases' codes.

    `columns` are those of the changes; they are sorted one by one, so that none is held twice.
    """
    keys = [columns["seq"], columns["time"], columns["case"].astype(np.int64)]
    if not in_order(keys):
        order = stable_order(keys)
        for name in columns:
            columns[name] = columns[name][order]
    case = columns["case"]
    parts: list[tuple[Changes, Tickets | None]] = []
    start, last = 0, -1  # row to begin with, and the last case of the part before
    while not parts or start < len(case):
        stop = min(start + TOGETHER, len(case))
        if stop < len(case):
            stop = int(np.searchsorted(case, case[stop - 1], side="right"))
        upto = int(case[stop - 1]) if stop < len(case) else _LAST
        theirs = None
        if tickets is not None:
            theirs = tickets.take(np.flatnonzero((tickets.key > last) & (tickets.key <= upto)))
        some = {name: column[start:stop] for name, column in columns.items()}
        parts.append((Changes(**some), theirs))
        start, last = stop, upto
    return parts


def _only_changes(changes: Changes, words: Words) -> tuple[Changes, int]:
    """Leave out rows that set what is set already."""
    stateful = np.isin(changes.kind, words.codes(["status", "assign", "group", "priority"]))
    same = stateful & (changes.old == changes.new)
    return changes.take(~same), int(np.count_nonzero(same))
