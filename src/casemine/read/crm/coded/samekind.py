"""Files of one kind as one table, where a row is understood by the rows of its case before it.

Somebody exports every day, or in parts, so the snapshots of a case, or its first status, may stand
in one file and what came next in another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.coded.rows import Coded
    from casemine.read.quarantine import Places


@dataclass(slots=True)
class JointPlaces:
    """Rows of several files, counted on from one to the next; each line is that of its own file."""

    name: str
    places: Sequence[Places]
    starts: NDArray[np.int64]  # records before each

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Physical lines of records."""
        file = np.searchsorted(self.starts, records, side="left") - 1
        found = np.empty(len(records), np.int64)
        for number in np.unique(file).tolist():
            mine = file == number
            found[mine] = self.places[number].lines(records[mine] - self.starts[number])
        return found


def with_kinds_together(rows: Sequence[tuple[int, Coded]]) -> list[tuple[int, Coded]]:
    """Put the rows of files of one kind together, under the number of the first.

    Their records are counted on, so that record r of the second file is n + r for n in the first;
    `file_of` finds the way back. Kinds whose rows stand for themselves stay apart.
    """
    groups: dict[tuple[str, int], list[tuple[int, Coded]]] = {}
    takes: dict[int, int] = {}
    for number, each in rows:
        take = takes[number] = takes.get(number, -1) + 1
        groups.setdefault((each.part.name, take), []).append((number, each))
    made: list[tuple[int, Coded]] = []
    for several in groups.values():
        if len(several) > 1 and _hang_together(several[0][1]):
            made.append((several[0][0], _joined([each for _, each in several])))
        else:
            made += several
    return sorted(made, key=lambda each: each[0])


def file_of(
    records: NDArray[np.int64], first: int, counts: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.bool_], int]]:
    """Yield the files of records counted on from file `first`: number, which, records before.

    Examples
    --------
    >>> [(n, which.tolist(), start) for n, which, start in file_of(np.array([2, 4]), 0, [3, 5])]
    [(0, [True, False], 0), (1, [False, True], 3)]
    """
    start = 0
    for number in range(first, len(counts)):
        which = (records > start) & (records <= start + counts[number])
        if which.any():
            yield number, which, start
        start += counts[number]


def _hang_together(rows: Coded) -> bool:
    return rows.part.form in {"snapshots", "milestones"} or rows.take.first is not None


def _joined(several: Sequence[Coded]) -> Coded:
    first = several[0]
    starts = np.array([each.before - first.before for each in several], np.int64)
    names = dict.fromkeys(name for each in several for name in each.columns)
    texts = dict.fromkeys(name for each in several for name in each.texts)
    ordered = next((each.part for each in several if each.part.date_order), first.part)
    return replace(
        first,
        part=ordered,
        place=JointPlaces(
            f"{first.place.name} and {len(several) - 1} more",
            [each.place for each in several],
            starts,
        ),
        columns={
            name: np.concatenate(
                [each.columns.get(name, np.full(each.count, NONE, np.int32)) for each in several]
            )
            for name in names
        },
        texts={name: _texts(several, name) for name in texts},
        actions=np.concatenate([each.actions for each in several]),
        records=np.concatenate(
            [each.records + start for each, start in zip(several, starts.tolist(), strict=True)]
        ),
    )


def _texts(several: Sequence[Coded], name: str) -> pa.ChunkedArray:
    columns = [
        each.texts.get(name, pa.chunked_array([pa.nulls(each.count, pa.string())]))
        for each in several
    ]
    if len({column.type for column in columns}) > 1:
        columns = [column.cast(pa.string()) for column in columns]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks])
