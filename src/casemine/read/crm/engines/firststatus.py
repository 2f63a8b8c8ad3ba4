"""The first status of a case as its creation, in histories that do not tell the creation itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.read.crm.changeset import first_of_case, in_order
from casemine.read.crm.coded.instants import ABSENT
from casemine.read.crm.coded.tickets import created_by_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.crm.changeset import Changes
    from casemine.read.crm.coded.tickets import Tickets
    from casemine.read.crm.coded.words import Words

LATEST = 60_000_000  # microseconds after which a status was hardly that of creation


def with_first_status(changes: Changes, words: Words, tickets: Sequence[Tickets]) -> Changes:
    """Make creations of the first status of each case, in order of case and time.

    A ticket known to be older had another status before, which a cut history no longer tells. What
    gets its first value in the same instant has it from the beginning: such a row is part of the
    creation.

    Parameters
    ----------
    changes : Changes
        In any order.
    tickets : sequence of Tickets
        What an earlier one knows of a ticket's creation counts.
    """
    if not len(changes):
        return changes
    changes = in_order(changes)
    first = np.flatnonzero(first_of_case(changes.case, changes.kind == words.code("status")))
    created = created_by_case(tickets, len(words))[changes.case[first]]
    first = first[(created == ABSENT) | (changes.time[first] - created <= LATEST)]
    begun = np.full(len(words) + 1, ABSENT)
    begun[changes.case[first]] = changes.time[first]
    initial = np.zeros(len(changes), np.bool_)
    initial[first] = True
    set_then = (changes.old < 0) & (changes.time == begun[changes.case])
    for kind in ("priority", "group", "assign"):
        initial |= first_of_case(changes.case, set_then & (changes.kind == words.code(kind)))
    kinds = np.where(initial, words.code("create"), changes.kind)
    return changes.with_(kind=kinds.astype(np.int32))
