"""What an event changed about its case, from the values that the case has over time.

OCEL keeps changes with the objects: `status` became `open` at 10:52:51. The event of that case at
that very time is the one that made the change; of several, the one that is named after the new
value (`Status: open`). The status that a case has from the beginning belongs to its first event.
An event with a change gets the columns `kind`, `field`, `old` and `new` that logs of changes
have; further changes at the same event stand in `detail`. A change without such an event stays
with the case alone, and is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.arrays import to_numpy
from casemine.model.intake import Note
from casemine.model.words import counted
from casemine.read.ocel.content import codes, taken, text_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.ocel.objects import Change
    from casemine.read.ocel.relations import Pairs

COLUMNS = ("kind", "field", "old", "new", "detail")
_KINDS = {
    "status": "status",
    "state": "status",
    "stage": "status",
    "priority": "priority",
    "assignee": "assign",
    "owner": "assign",
    "group": "group",
    "queue": "group",
    "team": "group",
}


def what_changed(
    changes: Sequence[Change],
    cases: Pairs,
    time: pa.Array,
    activity: pa.DictionaryArray,
    notes: list[Note],
) -> dict[str, pa.Array]:
    """Make the columns, one value for each pair of event and case.

    Parameters
    ----------
    changes : sequence of Change
        Values of the cases over time.
    cases : Pairs
        Events and the objects that are their cases.
    time, activity : pyarrow.Array
        Of all events.

    Returns
    -------
    dict
        Empty where no change falls together with an event.
    """
    micros = to_numpy(time)[cases.owners]
    names = activity.dictionary.to_pylist()
    named = codes(activity)[cases.owners]
    begins = _first_rows(cases, micros)
    found: dict[int, list[tuple[str, str | None, str]]] = {}
    apart = 0
    for change in changes:
        first = np.ones(len(change.objects), np.bool_)
        first[1:] = change.objects[1:] != change.objects[:-1]
        dated = np.flatnonzero(change.since > 0)  # what is from 1970 on is from the beginning on
        if not len(dated):
            continue
        values = change.values.to_pylist()
        if _KINDS.get(change.name.lower()) == "status":
            for place in np.flatnonzero(first & (change.since <= 0)).tolist():
                row = begins.get(int(change.objects[place]))
                if row is not None:
                    found.setdefault(row, []).append((change.name, None, values[place]))
        rows = _events_at(change.objects[dated], change.since[dated], cases.targets, micros)
        for place, candidates in zip(dated.tolist(), rows, strict=True):
            new, old = values[place], None if first[place] else values[place - 1]
            if new == old:
                continue
            row = _meant(candidates, new, named, names)
            if row is None:
                apart += 1
            else:
                found.setdefault(row, []).append((change.name, old, new))
    if apart:
        text = f"{counted(apart, 'change')} of a case at a time of which it has no one event"
        notes.append(Note("changes-apart", text, apart))
    return _columns(found, set(begins.values()), len(cases)) if found else {}


def _events_at(
    objects: NDArray[np.int32],
    since: NDArray[np.int64],
    targets: NDArray[np.int32],
    micros: NDArray[np.int64],
) -> list[NDArray[np.int64]]:
    """Find, for each object and time, the events of that object at that time."""
    moments = np.unique(np.concatenate([since, micros]))
    wanted = objects.astype(np.int64) * len(moments) + np.searchsorted(moments, since)
    given = targets.astype(np.int64) * len(moments) + np.searchsorted(moments, micros)
    order = np.argsort(given, kind="stable")
    begin = np.searchsorted(given[order], wanted, "left")
    end = np.searchsorted(given[order], wanted, "right")
    return [order[one:other] for one, other in zip(begin.tolist(), end.tolist(), strict=True)]


def _meant(
    candidates: NDArray[np.int64], new: str, named: NDArray[np.int32], names: list[str]
) -> int | None:
    """Decide which of the events at that time made the change; None if that is not plain."""
    if len(candidates) > 1:
        word = new.casefold()
        alike = [row for row in candidates.tolist() if word in names[named[row]].casefold()]
        return alike[0] if len(alike) == 1 else None
    return int(candidates[0]) if len(candidates) else None


def _first_rows(cases: Pairs, micros: NDArray[np.int64]) -> dict[int, int]:
    """Row of the first event of each case, by its object."""
    order = np.lexsort((cases.owners, micros, cases.targets))
    begins = np.ones(len(order), np.bool_)
    begins[1:] = cases.targets[order][1:] != cases.targets[order][:-1]
    first = order[begins]
    return dict(zip(cases.targets[first].tolist(), first.tolist(), strict=True))


def _columns(
    found: dict[int, list[tuple[str, str | None, str]]], begins: set[int], count: int
) -> dict[str, pa.Array]:
    rows = np.array(sorted(found), np.int64)
    cells: list[tuple[str, str, str | None, str, str | None]] = []
    for row in rows.tolist():
        (field, old, new), *others = found[row]
        kind = _KINDS.get(field.lower(), "field")
        if kind == "status" and old is None and row in begins:
            kind = "create"
        more = "; ".join(f"{name}={value}" for name, _, value in others)
        cells.append((kind, field, old, new, more or None))
    place = np.full(count, len(rows), np.int64)
    place[rows] = np.arange(len(rows))
    made = {}
    for number, name in enumerate(COLUMNS):
        column = text_array([*(cell[number] for cell in cells), None])
        if column.null_count <= len(rows):
            made[name] = taken(column.dictionary_encode(), place)
    return made
