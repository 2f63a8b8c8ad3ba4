"""Which engine turns the rows of a file into changes: the form says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.read.crm.changes import Coded, Outcome, changes_of
from casemine.read.crm.changeset import in_order
from casemine.read.crm.cutvalues import cut_values
from casemine.read.crm.milestones import melted
from casemine.read.crm.snapshots import differences
from casemine.read.crm.twins import without_twins

if TYPE_CHECKING:
    from casemine.read.crm.numbering import Numbered
    from casemine.read.crm.words import Words
    from casemine.read.options import ReadOptions


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
        return [_first_created(outcome, rows, words)]
    if rows.part.form == "milestones":
        if history and rows.part.tells == "tickets":
            return []
        return [changes_of(each, words, options, source=source) for each in melted(rows, words)]
    if rows.part.form in {"tickets", "lookup"} or not rows.take.columns:
        return []
    rows, twins = without_twins(rows, words)
    outcome = changes_of(rows, words, options, source=source)
    if twins is not None:
        outcome.twins = twins.count
        export.lookups.add("users", [twins.ids], twins.names, None)
    return [_first_created(outcome, rows, words)]


def _first_created(outcome: Outcome, rows: Coded, words: Words) -> Outcome:
    """Take the first status of each case for its creation, where the preset says so."""
    if rows.take.first != "created" or not len(outcome.changes):
        return outcome
    changes = in_order(outcome.changes)
    mine = np.flatnonzero(changes.kind == words.code("status"))
    fresh = np.ones(len(mine), np.bool_)
    fresh[1:] = changes.case[mine][1:] != changes.case[mine][:-1]
    kind = changes.kind.copy()
    kind[mine[fresh]] = words.code("create")
    outcome.changes = changes.with_(kind=kind)
    return outcome
