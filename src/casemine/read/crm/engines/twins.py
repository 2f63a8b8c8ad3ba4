"""Rows of ids that repeat a row of names: Salesforce writes every change of a reference twice.

The row of names stays, with the ids as its columns `old_id` and `new_id`, so that rules can tell a
user from a queue. A row of ids without a row of names stays too, and its ids are its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.eventlog import single
from casemine.log.order import stable_order
from casemine.read.crm.changeset import run_starts
from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Codes, Words


@dataclass(frozen=True, slots=True, eq=False)
class Twins:
    """What rows of ids say beside their twins: how many they are, and which id has which name."""

    count: int
    ids: Codes
    names: Codes


def without_twins(rows: Coded, words: Words) -> tuple[Coded, Twins | None]:
    """Join rows of ids with the rows of names that say the same.

    A row of ids is one whose old and new value, as far as there are any, fit the pattern `twins`
    of the preset. Its twin is a row of names with the same case, time, field and actor; of several
    of each, the first belongs to the first, the second to the second.

    Parameters
    ----------
    rows : Coded
        Rows with the columns `case`, `field`, `old` and `new`.

    Returns
    -------
    (Coded, Twins or None)
        Without the rows of ids that have a twin, and what these tell; None without a pattern.
    """
    pattern = rows.part.twins
    if pattern is None or not rows.count:
        return rows, None
    nothing = np.full(rows.count, NONE, np.int32)
    old, new = (rows.columns.get(name, nothing) for name in ("old", "new"))
    is_id = [words.matches(values, (f"/{pattern}/",)) for values in (old, new)]
    ids = ((old < 0) | is_id[0]) & ((new < 0) | is_id[1]) & ((old >= 0) | (new >= 0))
    of_ids, of_names = _pairs(rows, ids, (old >= 0) | (new >= 0))
    old_id, new_id = (np.where(ids, values, NONE).astype(np.int32) for values in (old, new))
    old_id[of_names], new_id[of_names] = old[of_ids], new[of_ids]
    keep = np.ones(rows.count, np.bool_)
    keep[of_ids] = False
    kept = np.flatnonzero(keep)
    columns = {**rows.columns, "old_id": old_id, "new_id": new_id}
    made = replace(
        rows,
        columns={name: codes[kept] for name, codes in columns.items()},
        texts={name: texts.take(from_numpy(kept)) for name, texts in rows.texts.items()},
        actions=rows.actions[kept],
        records=rows.records[kept],
    )
    told = [np.stack([side[of_ids], side[of_names]]) for side in (old, new)]
    ids_names = np.unique(np.concatenate(told, axis=1), axis=1)
    return made, Twins(len(of_ids), ids_names[0], ids_names[1])


def _pairs(
    rows: Coded, ids: NDArray[np.bool_], valued: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the rows of ids that have a twin, and those twins."""
    nothing = np.full(rows.count, NONE, np.int32)
    keys = [rows.columns.get(name, nothing) for name in ("case", "field", "actor")]
    keys.append(_moments(rows.texts["time"]) if "time" in rows.texts else nothing)
    order = stable_order([np.asarray(key, np.int64) for key in keys])
    group = np.cumsum(run_starts(*(key[order] for key in keys)))
    sides = []
    for side in (ids & valued, ~ids & valued):
        at = np.flatnonzero(side[order])
        mine = group[at]
        begins = np.searchsorted(mine, mine)  # where the group's rows of this side begin
        sides.append((order[at], mine * rows.count + np.arange(len(at)) - begins))
    (id_rows, id_keys), (name_rows, name_keys) = sides
    _, left, right = np.intersect1d(id_keys, name_keys, assume_unique=True, return_indices=True)
    return id_rows[left], name_rows[right]


def _moments(times: pa.ChunkedArray) -> Codes:
    """Tell times apart by their text: equal times of one file are written alike."""
    encoded = times if pa.types.is_dictionary(times.type) else times.dictionary_encode()
    codes = single(encoded)
    return np.where(valid(codes), to_numpy(codes.indices), NONE)
