"""Workbooks opened safely, and the one sheet in them that is the table.

XLSX, XLSB and ODS are zip archives: every part is unpacked and counted before the library sees it,
because the sizes in the directory of a zip may lie, and because a sheet of two cells in opposite
corners would be laid out as billions of empty ones.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casemine.errors import AmbiguousError, InputError, Place, UsageError, show
from casemine.read.source import read_up_to
from casemine.read.unpack import BOMB_BYTES, BOMB_RATIO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from casemine.read.member import Member

LARGEST_FILE = 2 << 30
LARGEST_PARTS = 4 << 30  # bytes that all parts of a workbook may unpack to
LARGEST_SHEET = 200_000_000  # cells, empty ones between the first and the last included

_OLE = b"\xd0\xcf\x11\xe0"  # XLS
_CELL = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet from row 1 on, and what the library does not tell about them."""

    rows: list[list[Any]]
    errors: int  # cells of all sheets that hold an error such as #N/A; they come out empty


def pick_sheet(member: Member, wanted: str | None) -> Sheet:
    """Read the sheet that the user named, or the only one that holds a table.

    Raises
    ------
    InputError
        The workbook is damaged, encrypted or too large, or no sheet holds a table.
    AmbiguousError
        Several sheets hold tables.
    UsageError
        There is no sheet of that name.
    """
    data, errors = _checked(member)
    sheets = _sheets(data, member.name, wanted)
    if not sheets:
        raise InputError(
            "holds no sheet with a header and rows below it",
            where=Place(member.name),
            code="no-rows",
        )
    if len(sheets) > 1:
        raise AmbiguousError(
            f"holds tables in {len(sheets)} sheets: {_listed(list(sheets))}",
            where=Place(member.name),
            mend="name one with --sheet",
            code="several-sheets",
        )
    return Sheet(next(iter(sheets.values())), errors)


def filled(cell: Any) -> bool:
    """Whether a cell holds anything."""
    return cell is not None and cell != ""


def _sheets(data: io.BytesIO, name: str, wanted: str | None) -> dict[str, list[list[Any]]]:
    """Read the sheets that hold tables, or the named one."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(data)
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet  # not charts and macros
        ]
        _refuse_unknown(wanted, names, name)
        sheets = {
            title: book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            for title in ([wanted] if wanted is not None else names)
        }
    except PasswordError:
        raise _damaged(name, "it is encrypted") from None
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(name, str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the library's own bug, no Exception
            raise _damaged(name, "its parts contradict each other") from None
        raise
    return {title: rows for title, rows in sheets.items() if wanted or _is_table(rows)}


def _refuse_unknown(wanted: str | None, names: list[str], file: str) -> None:
    if wanted is not None and wanted not in names:
        raise UsageError(
            f"{file} has no sheet {show(wanted)}",
            mend=f"there are {_listed(names)}",
            code="no-such-sheet",
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(show, names[:20]))


def _is_table(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether there are two rows and two columns with something in them."""
    found = 0
    for row in rows:
        found += sum(map(filled, row)) > 1
        if found == 2:
            return True
    return False


def _checked(member: Member) -> tuple[io.BytesIO, int]:
    """Hold the file in memory, after a look at what its parts unpack to; also count errors."""
    errors = 0
    with member.open() as stream:
        data = io.BytesIO(read_up_to(stream, LARGEST_FILE + 1))
    if data.getbuffer().nbytes > LARGEST_FILE:
        raise _too_large(member.name)
    if not data.getvalue().startswith(_OLE):
        try:
            errors = _look_at_parts(data, member.name)
        except (
            *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
            *(OSError, ValueError, EOFError),
        ) as error:
            raise _damaged(member.name, str(error)) from error
    data.seek(0)
    return data, errors


def _look_at_parts(data: io.BytesIO, name: str) -> int:
    total = errors = 0
    with zipfile.ZipFile(data) as archive:
        for info in archive.infolist():
            with archive.open(info) as part:
                is_sheet = "worksheets/" in info.filename and info.filename.endswith(".xml")
                size = _measure(part, info.compress_size, is_sheet=is_sheet)
            total += size.bytes
            errors += size.errors
            if size.bomb or total > LARGEST_PARTS or size.rows * size.columns > LARGEST_SHEET:
                raise _too_large(name)
    return errors


@dataclass(slots=True)
class _Size:
    bytes: int = 0
    bomb: bool = False
    rows: int = 0  # the last row and column that a sheet mentions
    columns: int = 0
    errors: int = 0


def _measure(part: IO[bytes], packed: int, *, is_sheet: bool) -> _Size:
    """Unpack a part, and look at the places of the cells if it is a sheet."""
    size, end = _Size(), b""
    while block := part.read(1 << 20):
        size.bytes += len(block)
        if size.bytes > BOMB_BYTES and size.bytes > BOMB_RATIO * max(packed, 1):
            size.bomb = True
            return size
        if is_sheet:
            size.errors += block.count(b' t="e"')
            cells = _CELL.findall(end + block)
            end = block[-20:]
            if cells:
                size.rows = max(size.rows, *(int(row) for _, row in cells))
                letters = {letters for letters, _ in cells}
                size.columns = max(size.columns, *map(_column_number, letters))
    return size


def _column_number(letters: bytes) -> int:
    """Turn the letters of a column into its number: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(name: str) -> InputError:
    return InputError(
        "unpacks to far more than a workbook holds",
        where=Place(name),
        mend="export the sheet as CSV",
        code="bomb",
    )


def _damaged(name: str, reason: str) -> InputError:
    return InputError(
        f"cannot be read as a spreadsheet: {show(reason)}",
        where=Place(name),
        mend="save it again, or export it as CSV",
        code="damaged",
    )
