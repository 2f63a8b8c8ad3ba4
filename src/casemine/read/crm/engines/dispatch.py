"""Which engine turns the rows of a file into changes: the form says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.read.crm.changeset import (
    Changes,
    first_of_case,
    in_order,
    run_starts,
    together,
)
from casemine.read.crm.coded.instants import ABSENT
from casemine.read.crm.engines.changes import Outcome, changes_of
from casemine.read.crm.engines.cutvalues import cut_values
from casemine.read.crm.engines.milestones import melted
from casemine.read.crm.engines.snapshots import differences
from casemine.read.crm.engines.twins import without_twins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.crm.coded.numbering import Numbered
    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.tickets import Tickets
    from casemine.read.crm.coded.words import Words
    from casemine.read.options import ReadOptions

LATEST = 60_000_000  # microseconds after which a status was hardly that of creation


def outcomes_of(
    rows: Coded, export: Numbered, options: ReadOptions, *, history: bool, source: str
) -> list[Outcome]:
    """Turn the rows of one take into changes.

    Parameters
    ----------
    history : bool
        Whether some file of the export tells the history of tickets; then a list of tickets says
        nothing new about what happened and when.
    source : str
        The preset, for messages.
    """
    cut = cut_values(rows, export.words)
    made = _made(rows, export, options, history=history, source=source)
    if made:
        made[0].notes += cut
    return made


def _made(
    rows: Coded, export: Numbered, options: ReadOptions, *, history: bool, source: str
) -> list[Outcome]:
    words = export.words
    if rows.part.form == "snapshots":
        changed, silent = differences(rows, words, options)
        outcome = changes_of(changed, words, options, source=source)
        outcome.silent = silent
        return [_first_created(outcome, rows, words, export.tickets)]
    if rows.part.form == "milestones":
        if history and rows.part.tells == "tickets":
            return []
        made = [
            _replies_once(changes_of(each, words, options, source=source), words)
            for each in melted(rows, words)
        ]
        if made and rows.take.first is not None:
            made[0].changes = together([each.changes for each in made])
            for each in made[1:]:
                each.changes = Changes.blank(0)
            _first_created(made[0], rows, words, export.tickets)
        return made
    if rows.part.form in {"tickets", "lookup"} or not rows.take.columns:
        return []
    rows, twins = without_twins(rows, words)
    outcome = changes_of(rows, words, options, source=source)
    if twins is not None:
        outcome.twins = twins.count
        export.lookups.add("users", [twins.ids], twins.names, None)
    return [_first_created(outcome, rows, words, export.tickets)]


def _replies_once(outcome: Outcome, words: Words) -> Outcome:
    """Keep one of the replies without a text that one column tells of a ticket listed repeatedly.

    Elsewhere two replies of one second may be two; here one cell of one ticket says both.
    """
    changes = outcome.changes
    silent = np.flatnonzero((changes.kind == words.code("comment")) & (changes.new < 0))
    said = np.stack([changes.case[silent], changes.actor[silent], changes.time[silent]])
    _, first = np.unique(said, axis=1, return_index=True)
    keep = np.ones(len(changes), np.bool_)
    keep[silent] = False
    keep[silent[first]] = True
    outcome.repeats = int(np.count_nonzero(~keep))
    if outcome.repeats:
        outcome.changes = changes.take(keep)
    return outcome


def _first_created(
    outcome: Outcome, rows: Coded, words: Words, tickets: Sequence[Tickets]
) -> Outcome:
    """Take the first status of each case for its creation, where the preset says so.

    A ticket known to be older had another status before, which a cut history no longer tells. What
    gets its first value in the same instant has it from the beginning.
    """
    if rows.take.first != "created" or not len(outcome.changes):
        return outcome
    changes = in_order(outcome.changes)
    mine = np.flatnonzero(changes.kind == words.code("status"))
    mine = mine[run_starts(changes.case[mine])]
    known = np.full(len(words) + 1, ABSENT)
    for each in reversed(tickets):  # what an earlier file knows of one counts
        there = each.created != ABSENT
        known[each.key[there]] = each.created[there]
    created = known[changes.case[mine]]
    mine = mine[(created == ABSENT) | (changes.time[mine] - created <= LATEST)]
    begun = np.full(len(words) + 1, ABSENT)
    begun[changes.case[mine]] = changes.time[mine]
    initial = np.zeros(len(changes), np.bool_)
    initial[mine] = True
    set_then = (changes.old < 0) & (changes.time == begun[changes.case])
    for other in ("priority", "group", "assign"):
        initial |= first_of_case(changes.case, set_then & (changes.kind == words.code(other)))
    kind = np.where(initial, words.code("create"), changes.kind).astype(np.int32)
    outcome.changes = changes.with_(kind=kind)
    return outcome
