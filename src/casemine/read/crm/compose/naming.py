"""Names of events, the same over all systems: Created, Status: Waiting, Public reply, Reopened.

Made once per distinct combination of what they depend on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.changeset import Changes
    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Preset

SOURCES = ("name", "status", "kind", "field", "new", "group", "resource", "detail")
_PLAIN = {
    "create": "Created",
    "group": "Assigned to group",
    "merge": "Merged",
    "delete": "Deleted",
    "escalate": "Escalated",
    "link": "Linked",
    "approval": "Approval",
}
_PUBLIC, _INTERNAL = 1, 0


def named(changes: Changes, words: Words, preset: Preset) -> Codes:
    """Name each change by the vocabulary; a name that a rule of the preset gave stays.

    Leaving a status that `preset.closed` fits for one that it doesn't is `Reopened`. Priorities
    that the preset does not rank have `Priority changed`. What `[activities]` of the preset renames
    is renamed at last, and a name that a rule gave with it.
    """
    closed = words.matches(changes.old, preset.closed) & ~words.matches(changes.new, preset.closed)
    rank = {word.lower(): place for place, word in enumerate(preset.priorities)}
    flags = words.codes([f"{place}" for place in range(3)])
    visible = flags[changes.public.astype(np.int64) + 1]
    back = flags[closed.astype(np.int64)]
    status = words.code("status")
    described = np.isin(changes.kind, words.codes(["status", "sla", "field", "approval"]))
    ranked = changes.kind == words.code("priority")
    assigned = changes.kind == words.code("assign")
    valued = described | ranked | assigned
    columns = [
        changes.kind,
        np.where(described & (changes.kind != status), changes.field, -1),
        np.where(ranked | assigned, changes.old, -1),
        np.where(valued, changes.new, -1),
        np.where(changes.kind == words.code("comment"), changes.actor_type, -1),
        visible,
        back,
    ]

    def make(parts: tuple[str | None, ...]) -> str | None:
        kind, field, old, new, actor, public, reopened = parts
        if kind == "status":
            return "Reopened" if reopened == "1" else f"Status: {new}" if new else "Status changed"
        if kind == "assign":
            return "Assigned" if new or not old else "Unassigned"
        if kind == "priority":
            return _priority(old, new, rank)
        if kind == "comment":
            return _comment(actor, int(public or 0) - 1)
        if kind == "sla":
            return new or "SLA changed"
        if kind == "approval":
            return f"Approval: {new}" if new else "Approval"
        if kind == "field":
            return f"{_headline(field or 'Field')} changed"
        return _PLAIN.get(kind or "", kind)

    name = words.combined([np.asarray(column, np.int32) for column in columns], make)
    name = np.where(changes.activity >= 0, changes.activity, name).astype(np.int32)
    return words.replaced(name, preset.activities) if preset.activities else name


def renamed(
    changes: Changes, activity: Codes, words: Words, source: str | None
) -> tuple[Codes, NDArray[np.bool_]]:
    """Take the activity from somewhere else, if the user says so; rows without one drop out.

    Parameters
    ----------
    activity : array
        Names by the vocabulary.
    source : str, optional
        One of `SOURCES`.

    Returns
    -------
    (array, array of bool)
        An activity for each row, and which rows have one.

    Raises
    ------
    UsageError
        There is no such source.
    """
    everything = np.ones(len(changes), np.bool_)
    if source is None or source == "name":
        return activity, everything
    if source == "status":
        states = np.isin(changes.kind, words.codes(["create", "status"]))
        return changes.new, states & (changes.new >= 0)
    columns = {
        "kind": changes.kind,
        "field": changes.field,
        "new": changes.new,
        "group": changes.group,
        "resource": changes.actor,
        "detail": changes.detail,
    }
    if source not in columns:
        raise UsageError(
            f"activities cannot be taken from {show(source)}",
            mend=f"--activity-from {', '.join(SOURCES)}",
        )
    return columns[source], columns[source] >= 0


def _priority(old: str | None, new: str | None, rank: dict[str, int]) -> str:
    before, after = (_rank(value, rank) for value in (old, new))
    if before is None or after is None or before == after:
        return "Priority changed"
    return "Priority raised" if after > before else "Priority lowered"


def _rank(value: str | None, rank: dict[str, int]) -> int | None:
    return rank.get(value.lower()) if value is not None else None


def _comment(actor: str | None, public: int) -> str:
    if public == _INTERNAL:
        return "Internal note"
    if actor == "customer":
        return "Customer reply"
    return "Public reply" if public == _PUBLIC else "Comment"


def _headline(field: str) -> str:
    """Write a field's own name as a reader would."""
    spaced = field.replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]
