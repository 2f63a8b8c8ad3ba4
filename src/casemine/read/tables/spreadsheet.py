"""Sheets of XLSX, XLSB, XLS and ODS files, by python-calamine: cells as the user sees them.

Date cells are times without a zone; numbers are text without `.0`; cells that hold an error such as
`#N/A` are empty, and counted. A column that a spreadsheet has half turned into dates is refused
once it is to be a time: in the other half, day and month may have changed places.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.errors import AmbiguousError, InputError, Place, show
from casemine.model.intake import Note
from casemine.read.tables.rawtable import Chunk, unique_names
from casemine.read.tables.workbook import filled, pick_sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from casemine.read.member import Member
    from casemine.read.options import ReadOptions

ROWS = 50_000  # rows turned into columns at a time
SHOWN_DIGITS = 15  # what spreadsheets keep of a number; the digits after them are zeros


class SheetTable:
    """One sheet of a workbook.

    Raises
    ------
    InputError
        The workbook is damaged, too large, encrypted, or holds no table.
    AmbiguousError
        Several sheets hold tables, and the user named none.
    """

    def __init__(self, member: Member, options: ReadOptions) -> None:
        self.name = member.name
        sheet = pick_sheet(member, options.sheet)
        header, body, skipped = _split(sheet.rows)
        self._first_line = 1 + skipped
        words = [_as_word(cell) for cell in header]
        _refuse_no_header(header, Place(self.name, self._first_line - 1))
        self.columns = unique_names(words)
        self.header: tuple[str, ...] | None = tuple(words)
        self._body, self._errors = body, sheet.errors
        self._columns = [_Column.of([row[place] for row in body]) for place in range(len(words))]

    def notes(self) -> tuple[Note, ...]:
        """Point at numbers that lost digits and at cells that hold errors."""
        notes: list[Note] = []
        for name, column in zip(self.columns, self._columns, strict=True):
            if column.cut_numbers:
                count = column.cut_numbers
                numbers = "1 number" if count == 1 else f"{count:,} numbers"
                text = (
                    f"{numbers} of more than {SHOWN_DIGITS} digits in column {show(name)}: "
                    "a spreadsheet keeps 15, so different ids may have become one"
                )
                notes.append(Note("digits-lost", text, column.cut_numbers))
            if column.first_date is not None and column.first_other is not None:
                value = column.cells[column.first_date].as_py()
                text = (
                    f"column {show(name)} is text or numbers with dates among them, such as "
                    f"{show(value)} in row {column.first_date + self._first_line:,}: the "
                    "spreadsheet may have changed them"
                )
                notes.append(Note("half-dates", text))
        if self._errors:
            cells = "1 cell" if self._errors == 1 else f"{self._errors:,} cells"
            text = f"{cells} of {self.name} with an error such as #N/A taken as empty"
            notes.append(Note("sheet-errors", text, self._errors))
        return tuple(notes)

    def chunks(self, columns: Collection[str] | None = None) -> Iterator[Chunk]:
        """Hand over the rows in blocks."""
        chosen = [
            (name, column.cells)
            for name, column in zip(self.columns, self._columns, strict=True)
            if columns is None or name in columns
        ]
        table = pa.Table.from_arrays([cells for _, cells in chosen], names=[n for n, _ in chosen])
        for start in range(0, len(self._body), ROWS):
            part = table.slice(start, ROWS).combine_chunks()
            records = np.arange(start + 1, start + part.num_rows + 1)
            yield Chunk(part, records, part.num_rows)

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the sheet, as a spreadsheet numbers them."""
        return records - 1 + self._first_line

    def vouch_for_times(self, column: str) -> None:
        """Refuse a column of which some cells are dates and others text or numbers.

        Raises
        ------
        AmbiguousError
            With one row of each kind.
        """
        cells = self._columns[self.columns.index(column)]
        if cells.first_date is None or cells.first_other is None:
            return
        dated, other = (
            int(place) + self._first_line for place in (cells.first_date, cells.first_other)
        )
        value = cells.cells[cells.first_other].as_py()
        raise AmbiguousError(
            f"column {show(column)} is half dates (row {dated:,}), half text or numbers "
            f"({show(value)} in row {other:,}): the spreadsheet has changed some of them",
            where=Place(self.name, other, column),
            mend="export it as CSV from where it came, without opening it in a spreadsheet",
            code="half-dates",
        )


class _Column:
    """Cells of one column: all dates as timestamps, or text."""

    __slots__ = ("cells", "cut_numbers", "first_date", "first_other")

    def __init__(self) -> None:
        self.cells: pa.Array
        self.first_date: int | None = None
        self.first_other: int | None = None
        self.cut_numbers = 0

    @classmethod
    def of(cls, values: list[Any]) -> _Column:
        made = cls()
        kinds = [isinstance(value, date) for value in values]
        present = [filled(value) for value in values]
        made.first_date = next((i for i, dated in enumerate(kinds) if dated), None)
        made.first_other = next(
            (i for i, dated in enumerate(kinds) if present[i] and not dated), None
        )
        if made.first_date is not None and made.first_other is None:
            moments = [
                _moment(v) if dated else None for v, dated in zip(values, kinds, strict=True)
            ]
            made.cells = pa.array(moments, pa.timestamp("us"))
            return made
        texts = [_as_text(value) for value in values]
        made.cells = pa.array(texts, pa.string())
        made.cut_numbers = sum(
            isinstance(value, float | int)
            and not isinstance(value, bool)
            and float(value).is_integer()
            and abs(value) >= 10**SHOWN_DIGITS
            for value in values
        )
        return made


def _moment(value: date) -> datetime:
    """Dates of a sheet are floats inside, so whole seconds come out some microseconds off."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  (local by nature)
    rest = value.microsecond % 1000
    return value + timedelta(microseconds=-rest if rest < 500 else 1000 - rest)


def _as_text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        whole = float(value).is_integer() and abs(value) < 10**22
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        return _moment(value).isoformat(" ")
    if isinstance(value, timedelta):
        return str(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _as_word(value: Any) -> str:
    return _as_text(value) or ""


def _split(rows: list[list[Any]]) -> tuple[list[Any], list[list[Any]], int]:
    """Return header, body, and how many rows stand up to the header; drop empty outer columns."""
    top = next(i for i, row in enumerate(rows) if any(map(filled, row)))
    width = max(
        (place + 1 for row in rows for place, cell in enumerate(row) if filled(cell)),
        default=0,
    )
    left = min(
        next((place for place, cell in enumerate(row) if filled(cell)), width) for row in rows
    )
    padded = [(list(row) + [""] * width)[left:width] for row in rows[top:]]
    while len(padded) > 1 and not any(map(filled, padded[-1])):
        padded.pop()
    return padded[0], padded[1:], top + 1


def _refuse_no_header(header: list[Any], where: Place) -> None:
    for cell in header:
        if isinstance(cell, date | float | int) and not isinstance(cell, bool):
            raise InputError(
                f"the first row looks like data, not like a header: it has {show(_as_word(cell))}",
                where=where,
                mend="put a row with the names of the columns above it",
                code="no-header",
            )
    if sum(map(filled, header)) < 2:
        raise InputError(
            "the first row is not a header of several columns",
            where=where,
            mend="remove the rows above the header",
            code="no-header",
        )
