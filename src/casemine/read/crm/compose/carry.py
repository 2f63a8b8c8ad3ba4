"""What a case holds as it goes: old values that the export leaves out, and the group in charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.order import stable_order
from casemine.read.crm.changeset import CARRIED, OPEN, Changes, last_known, run_starts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.crm.coded.words import Codes, Words

STATEFUL = ("status", "assign", "group", "priority", "field")


def with_old_values(changes: Changes, words: Words, initial: Mapping[str, Codes]) -> Changes:
    """Fill in old values that rows lack: what the same field became before, else its first value.

    A row whose old value is carried gets it whatever it says itself; one that says that there was
    none keeps none.

    Parameters
    ----------
    changes : Changes
        In order; with one creation for each case.
    initial : mapping
        Field -> table of its first values by case code, -1 where unknown.

    Returns
    -------
    Changes
        The same rows. Old values of comments and of other kinds than `STATEFUL` stay as they are.
    """
    stateful = np.isin(changes.kind, words.codes(STATEFUL))
    created = changes.kind == words.code("create")
    rows = np.flatnonzero(stateful | created)
    order = rows[
        stable_order(
            [
                rows,
                changes.field[rows].astype(np.int64),
                changes.case[rows].astype(np.int64),
            ]
        )
    ]
    case, field = changes.case[order], changes.field[order]
    starts = run_starts(case, field)
    before = np.full(len(order), -1, np.int32)
    before[1:] = changes.new[order][:-1]
    before[starts] = -1
    for name, values in initial.items():
        at = np.flatnonzero(starts & (field == words.code(name)) & ~created[order])
        before[at] = values[case[at]]
    old = changes.old.copy()
    carry = changes.carry[order]
    lacking = ((carry == CARRIED) | ((carry == OPEN) & (old[order] < 0))) & ~created[order]
    old[order[lacking]] = before[lacking]
    return changes.with_(old=old)


def with_groups(changes: Changes, words: Words, initial: Codes) -> Changes:
    """Say at each event which group holds the case after it, where that is known.

    What a row says of its group counts; else the case stays where it was, at first in the group
    that `initial`, a table by case code, knows. Rows are in order of case and time.
    """
    moved = changes.kind == words.code("group")
    known = np.where(moved, changes.new, changes.group)
    starts = run_starts(changes.case)
    first = starts & (known < 0)
    known = known.copy()
    known[first] = initial[changes.case[first]]
    return changes.with_(group=last_known(known, starts).astype(np.int32))
