"""Times of rows, and the order in which things happened: by time, and as the file has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.order import stable_order
from casemine.read.crm.changeset import NO_ACTION, run_starts
from casemine.read.crm.coded.instants import ABSENT, Instants, read_instants
from casemine.read.crm.coded.twice import falls, settle_twice, twice_notes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.model.intake import Note
    from casemine.read.crm.coded.rows import Coded
    from casemine.read.crm.coded.words import Codes
    from casemine.read.options import ReadOptions

IN_ORDER = 1_000  # of so many rows one may be out of order in a file that is in order


def times_of(
    rows: Coded, case: Codes, options: ReadOptions, *, since: NDArray[np.int64] | None = None
) -> tuple[Instants, list[Note]]:
    """Read the times of rows; of an hour that exists twice, by the order within the case."""
    name = rows.take.columns.get("time", ("time",))[0]
    texts = rows.texts.get("time")
    if texts is None:
        return Instants(np.full(rows.count, ABSENT)), []
    found = read_instants(
        texts, name=name, part=rows.part, place=rows.place, records=rows.records, options=options
    )
    notes = list(found.notes)
    if len(found.twice) and options.tz is not None:
        found, settled, left = settle_twice(
            found, case, zone=options.tz, newest_first=rows.part.newest_first, since=since
        )
        notes += twice_notes(name, options.tz, settled=settled, left=left)
    return found, notes


def sequence(rows: Coded, case: Codes, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Say in which order rows happened; records are turned round where the newest come first.

    Rows of one record keep their order in any case.
    """
    count = rows.count
    if rows.sequenced or not falls(case, times, default=rows.part.newest_first):
        return np.arange(count, dtype=np.int64)
    ids = rows.actions
    if (ids == NO_ACTION).all():
        return np.arange(count, 0, -1, dtype=np.int64)
    fresh = run_starts(ids, case)
    block = np.cumsum(fresh)
    inside = np.arange(count) - np.maximum.accumulate(np.where(fresh, np.arange(count), 0))
    widest = int(inside.max()) + 1 if count else 1
    made: NDArray[np.int64] = (int(block[-1]) - block if count else block) * widest + inside
    return made


def chronological(rows: Coded, options: ReadOptions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order snapshots by case, time, version and row; without those that lack a case or time.

    Where no more than one row in a thousand is older than the one above it, the file is in order,
    and such a row stays where it stands: it was stamped late, and taken by its time it would tell
    of a change there and back that never was.

    Returns
    -------
    (array, array)
        Indices of rows in order; the time of every row.
    """
    case = rows.columns["case"]
    times = times_of(rows, case, options)[0].values
    usable = np.flatnonzero((times != ABSENT) & (case >= 0))
    usable = usable[stable_order([case[usable].astype(np.int64)])]
    when = times[usable]
    same = ~run_starts(case[usable])
    backwards = int(np.count_nonzero(same[1:] & (when[1:] < when[:-1])))
    if backwards and backwards * IN_ORDER <= len(usable):
        when = _never_before(when, same)
    keys = [when, case[usable].astype(np.int64)]
    if "id" in rows.texts:
        keys.insert(0, _versions(rows)[usable])
    order: NDArray[np.int64] = usable[stable_order(keys)]
    return order, times


def _never_before(times: NDArray[np.int64], same: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Raise times to the highest so far in the same case."""
    distinct, rank = np.unique(times, return_inverse=True)
    case = np.cumsum(~same) * len(distinct)
    raised: NDArray[np.int64] = distinct[np.maximum.accumulate(case + rank.reshape(-1)) - case]
    return raised


def _versions(rows: Coded) -> NDArray[np.int64]:
    """Read the numbers of versions; what is no number leaves the order to the rows."""
    texts = rows.texts["id"].cast(pa.string())
    plain = pc.match_substring_regex(texts, r"^\d{1,18}$")
    numbers = pc.if_else(plain, texts, "0").cast(pa.int64()).fill_null(0)
    return np.asarray(numbers).astype(np.int64)
