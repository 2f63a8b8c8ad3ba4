"""Snapshot logs: one row is the whole record after an update; neighbours are compared.

The first snapshot of a case gives its initial values. A row in which no tracked column differs
from the row before is no change, and is counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.log.arrays import from_numpy
from casemine.log.order import stable_order
from casemine.read.crm.changeset import run_starts
from casemine.read.crm.coded.ordering import chronological
from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Words
    from casemine.read.options import ReadOptions


FIRST_ACTION = 1 << 40  # numbers of actions that no id has


def differences(rows: Coded, words: Words, options: ReadOptions) -> tuple[Coded, int]:
    """Turn snapshots into rows of changes.

    Returns
    -------
    (Coded, int)
        One row for each tracked column that differs from the snapshot before, with the columns
        `field`, `old` and `new`; all other columns as in the snapshot. Every column of the first
        snapshot of a case comes as a row without an old value, and its first has `type` "first".
        And the number of snapshots in which nothing tracked has changed.

    Notes
    -----
    Snapshots are put in order by case, then time, then version (`columns.id`), then row; of the
    few that stand against the clock in a file that is in order, see `chronological`. A change has
    the time, the actor and the row of the earliest snapshot that shows the new value. Within a
    snapshot the columns come in the order in which the preset tracks them.
    """
    order, times = chronological(rows, options)
    first = run_starts(rows.columns["case"][order])
    found: dict[str, list[NDArray[Any]]] = {
        name: [] for name in ("at", "shown", "place", "field", "old", "new", "first")
    }
    silent = np.ones(len(order), np.bool_)
    for place, column in enumerate(rows.part.track):
        values = rows.columns[f"track:{column}"][order]
        before = np.full(len(values), NONE, np.int32)
        before[1:] = values[:-1]
        before[first] = NONE
        fresh = (values != before) | first
        at = np.flatnonzero((values != before) | (first & (place == 0)))
        silent[at] = False
        found["at"].append(at)
        found["shown"].append(_earliest(fresh, times[order])[at])
        found["place"].append(np.full(len(at), place))
        found["field"].append(np.full(len(at), words.code(column), np.int32))
        found["old"].append(before[at])
        found["new"].append(values[at])
        found["first"].append(first[at])
    whole = {name: np.concatenate(parts) for name, parts in found.items()}
    sorting = stable_order([whole["place"], whole["at"]])
    unusable = np.setdiff1d(np.arange(rows.count), order)  # they come along, to be set aside
    source = np.concatenate([order[whole["shown"][sorting]], unusable])
    nothing = np.full(len(unusable), NONE, np.int32)
    tracked = np.full(len(unusable), words.code(next(iter(rows.part.track), None)), np.int32)
    columns = {name: codes[source] for name, codes in rows.columns.items()}
    for name, left in (("field", tracked), ("old", nothing), ("new", nothing)):
        columns[name] = np.concatenate([whole[name][sorting], left])
    first_there = np.concatenate([whole["first"][sorting], np.zeros(len(unusable), np.bool_)])
    columns["type"] = np.where(first_there, words.code("first"), words.code("change")).astype(
        np.int32
    )
    made = replace(
        rows,
        columns=columns,
        texts={name: texts.take(from_numpy(source)) for name, texts in rows.texts.items()},
        actions=FIRST_ACTION + rows.before + rows.records[source],  # a snapshot is one action
        records=rows.records[source],
        sequenced=True,
    )
    return made, int(np.count_nonzero(silent))


def _earliest(fresh: NDArray[np.bool_], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row, the row with the earliest time of its run; runs begin where `fresh` is set."""
    begins = np.flatnonzero(fresh)
    run = np.cumsum(fresh) - 1
    order = stable_order([times, run])
    earliest: NDArray[np.int64] = order[begins][run]  # runs keep their places
    return earliest
