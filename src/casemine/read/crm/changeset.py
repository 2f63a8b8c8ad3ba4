"""The intermediate form that every engine feeds: one row per change, as parallel arrays.

Case, time, order, actor, group, kind, field, old and new value, visibility, source row. Only when
all files of an export are in this form are duplicates found, creation made, and events named.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.log.order import in_order as sorted_already
from casemine.log.order import stable_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Codes

UNKNOWN = -1  # of `public`
TOLD, OPEN, CARRIED = -1, 0, 1  # old value: as the row says even if none; open if none; as before
NO_ACTION = -1


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes of one export; texts are codes of its `Words`, -1 where there is none."""

    case: Codes
    time: NDArray[np.int64]  # microseconds since 1970, UTC
    seq: NDArray[np.int64]  # order of what happened at one time
    row: NDArray[np.int64]  # 1-based record over all files
    action: NDArray[np.int64]  # equal for rows of one action of the system; -1 unknown
    actor: Codes
    actor_type: Codes
    group: Codes
    kind: Codes
    field: Codes
    old: Codes
    new: Codes
    activity: Codes  # where the preset names it itself
    detail: Codes
    public: NDArray[np.int8]  # 1 yes, 0 no, -1 unknown
    carry: NDArray[np.int8]  # where old comes from: see CARRIED

    def __len__(self) -> int:
        return len(self.time)

    def take(self, which: NDArray[Any]) -> Changes:
        """Rows by index or mask."""
        return Changes(*(getattr(self, each.name)[which] for each in fields(self)))

    def with_(self, **columns: Any) -> Changes:
        """Change some columns."""
        return replace(self, **columns)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Name the columns: taken out one by one, they can go before the others."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def blank(cls, count: int, **columns: Any) -> Changes:
        """Rows in which nothing is known but the columns given."""
        made: dict[str, Any] = {}
        for each in fields(cls):
            if each.name in columns:
                made[each.name] = columns[each.name]
            elif each.name in {"time", "seq", "row"}:
                made[each.name] = np.zeros(count, np.int64)
            elif each.name == "action":
                made[each.name] = np.full(count, NO_ACTION, np.int64)
            elif each.name == "public":
                made[each.name] = np.full(count, UNKNOWN, np.int8)
            elif each.name == "carry":
                made[each.name] = np.full(count, OPEN, np.int8)
            else:
                made[each.name] = np.full(count, -1, np.int32)
        return cls(**made)


def together(parts: list[Changes]) -> Changes:
    """Put rows together and empty the list: column by column, so that none is held twice."""
    if len(parts) == 1:
        return parts.pop()
    columns = [part.columns() for part in parts]
    parts.clear()
    return Changes(
        **{
            each.name: np.concatenate([part.pop(each.name) for part in columns])
            for each in fields(Changes)
        }
    )


def in_order(changes: Changes) -> Changes:
    """Sort by case, time and order within it."""
    keys = [changes.seq, changes.time, changes.case.astype(np.int64)]
    return changes if sorted_already(keys) else changes.take(stable_order(keys))


def run_starts(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark rows that differ from the row before in some column; the first does.

    Examples
    --------
    >>> run_starts(np.array([1, 1, 1, 2]), np.array([5, 5, 6, 6])).tolist()
    [True, False, True, True]
    """
    starts = np.zeros(len(columns[0]), np.bool_)
    starts[:1] = True
    for column in columns:
        starts[1:] |= column[1:] != column[:-1]
    return starts


def first_of_case(case: Codes, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the marked rows of each case, the first; rows are sorted by case."""
    marked = np.flatnonzero(rows)
    first = np.zeros(len(rows), np.bool_)
    first[marked[run_starts(case[marked])]] = True
    return first


def last_known(values: Codes, starts: NDArray[np.bool_]) -> Codes:
    """Fill gaps (-1) with the value before, within stretches that begin at `starts`.

    Examples
    --------
    >>> last_known(np.array([-1, 7, -1, -1, 8]), np.array([1, 0, 0, 1, 0], bool)).tolist()
    [-1, 7, 7, -1, 8]
    """
    if not len(values):
        return values
    place = np.arange(len(values))
    known = np.maximum.accumulate(np.where(values >= 0, place, -1))
    begin = np.maximum.accumulate(np.where(starts, place, 0))
    filled: Codes = np.where(known >= begin, values[np.maximum(known, 0)], -1)
    return filled
