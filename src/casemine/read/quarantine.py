"""Rows that could not be used: each with its file, line, column, value and reason.

A row is set aside once, for the first thing found wrong with it. Physical lines are looked up only
for the rows that are shown, or for all when the quarantine is written to a file.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from casemine.atomic import write_text
from casemine.errors import BadTimeError, InputError, Place, show
from casemine.model.csvline import csv_line
from casemine.model.intake import Reject, RejectGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

EXAMPLES = 5
HEADINGS = ("file", "line", "column", "value", "reason")

EMPTY = "is empty"
WHOLE_ROW = ""  # the column of a reject that concerns the row as such


class Places(Protocol):
    """Where the records of a file stand."""

    name: str

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Physical lines on which these records, in rising order, begin."""


@dataclass(frozen=True, slots=True)
class _Batch:
    table: int
    records: NDArray[np.int64]
    values: list[str]


@dataclass(slots=True)
class Quarantine:
    """Collects what is set aside while the tables are read, and gives the account of it."""

    tables: Sequence[Places]
    _groups: dict[tuple[str, str], list[_Batch]] = field(default_factory=dict)
    _times: set[tuple[str, str]] = field(default_factory=set)

    def add(
        self,
        table: int,
        records: NDArray[np.int64],
        values: list[str],
        *,
        column: str,
        reason: str,
        time: bool = False,
    ) -> None:
        """Set rows aside.

        Parameters
        ----------
        table : int
            Index of their table.
        records : array
            Their 1-based numbers in it.
        values : list of str
            What made each unusable.
        column, reason : str
            The column, or `WHOLE_ROW`; and what is wrong, as the end of a sentence.
        time : bool
            Whether it is about a value that should be a time.
        """
        if not len(records):
            return
        self._groups.setdefault((column, reason), []).append(_Batch(table, records, values))
        if time:
            self._times.add((column, reason))

    def __len__(self) -> int:
        return sum(self._count(batches) for batches in self._groups.values())

    def groups(self) -> tuple[RejectGroup, ...]:
        """Summarise by column and reason, the most frequent first, with a few examples each."""
        made = [
            RejectGroup(
                column,
                reason,
                self._count(batches),
                tuple(self._placed(_first(batches, EXAMPLES), column)),
            )
            for (column, reason), batches in self._groups.items()
        ]
        return tuple(sorted(made, key=lambda group: (-group.count, group.column, group.reason)))

    def error(self, rows_read: int, *, mend: str | None = None) -> InputError:
        """Make the error for the first row set aside, with the number that share its fault.

        Parameters
        ----------
        rows_read : int
            All rows, for "3 rows of 13,412".
        mend : str, optional
            How to put it right where more is known than to leave the rows out.
        """
        key = min(self._groups, key=lambda each: self._earliest(self._groups[each]))
        column, reason = key
        batches = self._groups[key]
        count = self._count(batches)
        first = self._placed(_first(batches, 1), column)[0]
        subject = "the row" if column == WHOLE_ROW else f"column {show(column)}"
        if first.value:
            shown = show(first.value)
            subject = shown if column == WHOLE_ROW else f"{shown} in column {show(column)}"
        rows = "1 row" if count == 1 else f"{count:,} rows"
        others = len(self) - count
        helps = [mend] if mend else []
        if others:
            helps.append(f"{others:,} more cannot be used for other reasons")
        helps.append("--on-error skip leaves such rows out and counts them")
        kind = BadTimeError if key in self._times else InputError
        return kind(
            f"{subject} {reason} ({rows} of {rows_read:,})",
            where=first.where,
            mend="; ".join(helps),
            code=None if key in self._times else "bad-row",
            value=first.value,
            count=count,
        )

    def write(self, target: Path) -> None:
        """Write every row set aside as CSV, in the order of the source."""
        rows = [
            (table, record, column, value, reason)
            for (column, reason), batches in self._groups.items()
            for batch in batches
            for table, record, value in zip(
                [batch.table] * len(batch.values), batch.records.tolist(), batch.values, strict=True
            )
        ]
        rows.sort(key=lambda row: row[:2])
        lines = self._lines([(table, record) for table, record, *_ in rows])
        write_list(
            target,
            (
                (self.tables[table].name, line, column, value, reason)
                for (table, _, column, value, reason), line in zip(rows, lines, strict=True)
            ),
        )

    def first_time_column(self) -> str | None:
        """Name the column of the earliest reject, if it is about a time."""
        if not self._groups:
            return None
        key = min(self._groups, key=lambda each: self._earliest(self._groups[each]))
        return key[0] if key in self._times else None

    def _placed(self, spots: list[tuple[int, int, str]], column: str) -> list[Reject]:
        lines = self._lines([(table, record) for table, record, _ in spots])
        return [
            Reject(Place(self.tables[table].name, line, column or None), column, value)
            for (table, _, value), line in zip(spots, lines, strict=True)
        ]

    def _lines(self, spots: list[tuple[int, int]]) -> list[int]:
        """Look up the physical lines of (table, record) pairs in rising order."""
        lines: list[int] = []
        for table in sorted({each for each, _ in spots}):
            records = np.array([record for each, record in spots if each == table], np.int64)
            lines += self.tables[table].lines(records).tolist()
        return lines

    @staticmethod
    def _count(batches: list[_Batch]) -> int:
        return sum(len(batch.records) for batch in batches)

    @staticmethod
    def _earliest(batches: list[_Batch]) -> tuple[int, int]:
        return min((batch.table, int(batch.records.min())) for batch in batches)


def _first(batches: list[_Batch], limit: int) -> list[tuple[int, int, str]]:
    """Return the first few (table, record, value) of a group in source order."""
    spots: list[tuple[int, int, str]] = []
    for batch in sorted(batches, key=lambda each: (each.table, int(each.records.min()))):
        order = np.argsort(batch.records, kind="stable")[: limit - len(spots)]
        spots += [(batch.table, int(batch.records[i]), batch.values[i]) for i in order]
        if len(spots) == limit:
            break
    return spots


def write_list(target: Path, rows: Iterable[tuple[str, int, str, str, str]]) -> None:
    """Write rows set aside as CSV: file, line, column, value and reason of each.

    Texts that a spreadsheet would run as a formula get an apostrophe in front.
    """
    lines = [csv_line(HEADINGS)]
    for name, line, column, value, reason in rows:
        lines.append(csv_line((_tame(name), line, _tame(column), _tame(value), reason)))
    write_text(target, "".join(lines))


@contextmanager
def lists_apart(target: Path | None, count: int) -> Iterator[list[Path | None]]:
    """Hand over a file for each of several lists; they are put together at the end, errors or not.

    Parameters
    ----------
    target : Path, optional
        Where the whole list goes; None where none is wanted.
    count : int
        How many lists will be written.
    """
    if target is None or count == 1:
        yield [target] * count
        return
    head = csv_line(HEADINGS)
    with tempfile.TemporaryDirectory(prefix="casemine-") as folder:
        parts = [Path(folder) / f"{number}.csv" for number in range(count)]
        try:
            yield list(parts)
        finally:
            written = [part.read_bytes().decode() for part in parts if part.exists()]
            write_text(target, head + "".join(text.removeprefix(head) for text in written))


def _tame(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
