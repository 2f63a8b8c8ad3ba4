"""Owners that may be a user or a group: a case is assigned to the one, or to the other.

Systems with one field for both tell them apart by ids; a report that shows names only does not, but
the same export often does: the name is that of a group, or the value of a field that holds groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.order import stable_order
from casemine.read.crm.changeset import CARRIED, TOLD, last_known, run_starts
from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.changeset import Changes
    from casemine.read.crm.coded.lookups import Lookups
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Preset


def with_owners(changes: Changes, words: Words, preset: Preset, lookups: Lookups) -> Changes:
    """Make changes of an owner changes of the assignee or the group.

    Who comes to own a case decides: a group, and it is a change of the group; else of the
    assignee. The owner before is the old value if it is of the same sort; else that is the group
    which held the case, or no assignee. The group that a case is taken out of holds it still. A
    case that its assignee gives back to the group that holds it is no longer assigned.

    Nothing is done where the preset has no owners.
    """
    owner, create = words.code("owner"), words.code("create")
    mine = (changes.field == owner) & np.isin(changes.kind, [owner, create])
    if not mine.any():
        return changes
    is_group = _groups(changes, mine, words, preset, lookups)
    old, new = (mine & is_group[values] for values in (changes.old, changes.new))
    grouped = new | (old & (changes.new < 0))  # a group in, or a group out and nobody in
    given_back = grouped & ~old & (changes.old >= 0) & (changes.kind != create)
    before = _held_before(changes, mine, old, new, words)
    given_back &= before == changes.new
    grouped &= ~given_back
    assigned = mine & ~grouped
    field = np.where(grouped, words.code("group"), changes.field)
    field = np.where(assigned, words.code("assignee"), field)
    changed = mine & (changes.kind != create)
    kind = np.where(grouped & changed, words.code("group"), changes.kind)
    kind = np.where(assigned & changed, words.code("assign"), kind)
    taken_out = assigned & old
    handed_over = grouped & ~old & (changes.old >= 0)
    carry = np.where(handed_over & (before < 0), CARRIED, changes.carry)
    carry = np.where(taken_out, TOLD, carry)
    old_value = np.where(handed_over, before, np.where(taken_out, NONE, changes.old))
    return changes.with_(
        field=field.astype(np.int32),
        kind=kind.astype(np.int32),
        old=old_value.astype(np.int32),
        new=np.where(given_back, NONE, changes.new).astype(np.int32),
        group=np.where(taken_out & (changes.group < 0), changes.old, changes.group),
        carry=carry.astype(np.int8),
    )


def _held_before(
    changes: Changes,
    owner: NDArray[np.bool_],
    old: NDArray[np.bool_],
    new: NDArray[np.bool_],
    words: Words,
) -> Codes:
    """Say at each row which group held the case before; what else happened at its time is before.

    Parameters
    ----------
    owner : array of bool
        Rows of owners.
    old, new : array of bool
        Those of them in which the owner before, or the new one, is a group.
    """
    group = np.where(old, changes.old, NONE)
    group = np.where(new | (changes.kind == words.code("group")), changes.new, group)
    keys = [changes.seq, owner.astype(np.int64), changes.time, changes.case.astype(np.int64)]
    order = stable_order(keys)
    starts = run_starts(changes.case[order])
    known = last_known(group[order], starts)
    before = np.full(len(order), NONE, np.int32)
    before[order[1:]] = np.where(starts[1:], NONE, known[:-1])
    return before


def _groups(
    changes: Changes, mine: NDArray[np.bool_], words: Words, preset: Preset, lookups: Lookups
) -> NDArray[np.bool_]:
    """Say of the texts that owners are, by code, whether they are ids or names of groups."""
    owners = words.used(np.concatenate([changes.old[mine], changes.new[mine]]))
    short = lookups.cut(owners)
    by_id = words.matches(owners, preset.group_ids)
    groups, users = lookups.names.get("groups", {}), lookups.names.get("users", {})
    ids = np.fromiter(users, np.int32, len(users))
    apart = words.matches(ids, preset.group_ids)  # lists of users may have groups among them
    of_groups = {users[each] for each in ids[apart].tolist()} | set(groups.values())
    of_users = {users[each] for each in ids[~apart].tolist()} | set(ids[~apart].tolist())
    moved = changes.kind == words.code("group")
    of_groups.update(words.used(np.concatenate([changes.old[moved], changes.new[moved]])).tolist())
    of_users.update(words.used(changes.actor).tolist())
    named = [
        code in groups or cut in groups or (code in of_groups and code not in of_users)
        for code, cut in zip(owners.tolist(), short.tolist(), strict=True)
    ]
    found = np.zeros(len(words) + 1, np.bool_)
    found[owners] = by_id | np.array(named, np.bool_)
    return found
