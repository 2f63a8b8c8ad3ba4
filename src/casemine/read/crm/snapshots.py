"""Snapshot logs: one row is the whole record after an update; neighbours are compared.

The first snapshot of a case gives its initial values. A row in which no tracked column differs
from the row before is no change, and is counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.arrays import from_numpy
from casemine.log.order import stable_order
from casemine.read.crm.changes import Coded, times_of
from casemine.read.crm.changeset import case_starts
from casemine.read.crm.instants import ABSENT
from casemine.read.crm.words import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.words import Words
    from casemine.read.options import ReadOptions


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
    Snapshots are put in order by case, then time, then version (`columns.id`), then row. Within a
    snapshot the columns come in the order in which the preset tracks them.
    """
    order = chronological(rows, options)
    first = case_starts(rows.columns["case"][order])
    found: dict[str, list[np.ndarray]] = {  # type: ignore[type-arg]
        name: [] for name in ("at", "place", "field", "old", "new", "first")
    }
    silent = np.ones(len(order), np.bool_)
    for place, column in enumerate(rows.part.track):
        values = rows.columns[f"track:{column}"][order]
        before = np.full(len(values), NONE, np.int32)
        before[1:] = values[:-1]
        before[first] = NONE
        at = np.flatnonzero((values != before) | (first & (place == 0)))
        silent[at] = False
        found["at"].append(at)
        found["place"].append(np.full(len(at), place))
        found["field"].append(np.full(len(at), words.code(column), np.int32))
        found["old"].append(before[at])
        found["new"].append(values[at])
        found["first"].append(first[at])
    whole = {name: np.concatenate(parts) for name, parts in found.items()}
    sorting = stable_order([whole["place"], whole["at"]])
    unusable = np.setdiff1d(np.arange(rows.count), order)  # they come along, to be set aside
    source = np.concatenate([order[whole["at"][sorting]], unusable])
    nothing = np.full(len(unusable), NONE, np.int32)
    columns = {name: codes[source] for name, codes in rows.columns.items()}
    for name in ("field", "old", "new"):
        columns[name] = np.concatenate([whole[name][sorting], nothing])
    kind = np.where(whole["first"][sorting], words.code("first"), words.code("change"))
    columns["type"] = np.concatenate([kind, nothing]).astype(np.int32)
    made = replace(
        rows,
        columns=columns,
        texts={name: texts.take(from_numpy(source)) for name, texts in rows.texts.items()},
        actions=rows.actions[source],
        records=rows.records[source],
        sequenced=True,
    )
    return made, int(np.count_nonzero(silent))


def chronological(rows: Coded, options: ReadOptions) -> NDArray[np.int64]:
    """Order snapshots by case, time, version and row; without those that lack a case or time."""
    case = rows.columns["case"]
    times, _ = times_of(rows, case, options)
    usable = np.flatnonzero((times.values != ABSENT) & (case >= 0))
    keys = [times.values[usable], case[usable].astype(np.int64)]
    if "id" in rows.texts:
        keys.insert(0, _versions(rows)[usable])
    order: NDArray[np.int64] = usable[stable_order(keys)]
    return order


def _versions(rows: Coded) -> np.ndarray:  # type: ignore[type-arg]
    """Numbers of versions; what is no number leaves the order to the rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = rows.texts["id"].cast(pa.string())
    plain = pc.match_substring_regex(texts, r"^\d{1,18}$")
    numbers = pc.if_else(plain, texts, "0").cast(pa.int64()).fill_null(0)
    return np.asarray(numbers).astype(np.int64)
