"""Which engine turns the rows of a file into changes: the form says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.read.crm.changeset import Changes, together
from casemine.read.crm.coded.tickets import created_by_case
from casemine.read.crm.engines.changes import Outcome, changes_of
from casemine.read.crm.engines.cutvalues import cut_values
from casemine.read.crm.engines.firststatus import with_first_status
from casemine.read.crm.engines.milestones import melted
from casemine.read.crm.engines.snapshots import differences
from casemine.read.crm.engines.twins import without_twins

if TYPE_CHECKING:
    from casemine.read.crm.coded.numbering import Numbered
    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Words
    from casemine.read.options import ReadOptions


def outcomes_of(
    rows: Coded, export: Numbered, options: ReadOptions, *, source: str
) -> list[Outcome]:
    """Turn the rows of one take into changes.

    Parameters
    ----------
    rows : Coded
        Of one take of a file.
    export : Numbered
        All of the export; lists of names learn what rows of ids tell.
    source : str
        The preset, for messages.

    Returns
    -------
    list of Outcome
        One for each milestone, else one; none of a file that tells no changes. If some file tells
        the history of tickets, a list of tickets says nothing new about what happened and when.
    """
    cut = cut_values(rows, export.words)
    if rows.part.form == "milestones":
        outcomes = _of_milestones(rows, export, options, source)
    elif rows.part.form == "snapshots":
        outcomes = [_of_snapshots(rows, export, options, source)]
    elif rows.part.form in {"tickets", "lookup"} or not rows.take.columns:
        outcomes = []
    else:
        outcomes = [_of_changes(rows, export, options, source)]
    if outcomes and rows.take.first == "created":
        changes = outcomes[0].changes
        outcomes[0].changes = with_first_status(changes, export.words, export.tickets)
    if outcomes:
        outcomes[0].notes += cut
    return outcomes


def _of_changes(rows: Coded, export: Numbered, options: ReadOptions, source: str) -> Outcome:
    rows, twins = without_twins(rows, export.words)
    outcome = changes_of(rows, export.words, options, source=source)
    if twins is not None:
        outcome.twins = twins.count
        export.lookups.add("users", [twins.ids], twins.names, None)
    return outcome


def _of_snapshots(rows: Coded, export: Numbered, options: ReadOptions, source: str) -> Outcome:
    changed, silent = differences(rows, export.words, options)
    outcome = changes_of(changed, export.words, options, source=source)
    outcome.silent = silent
    return outcome


def _of_milestones(
    rows: Coded, export: Numbered, options: ReadOptions, source: str
) -> list[Outcome]:
    """Make changes of each milestone; together, if the first of them all is a creation."""
    if export.history and rows.part.tells == "tickets":
        return []
    words = export.words
    created = created_by_case(export.tickets, len(words))
    outcomes = [
        _replies_once(changes_of(each, words, options, source=source, created=created), words)
        for each in melted(rows, words)
    ]
    if outcomes and rows.take.first is not None:
        outcomes[0].changes = together([each.changes for each in outcomes])
        for each in outcomes[1:]:
            each.changes = Changes.blank(0)
    return outcomes


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
