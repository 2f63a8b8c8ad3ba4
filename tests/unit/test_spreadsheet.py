"""Sheets of workbooks: dates, numbers, errors, several sheets, bombs."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from functools import partial

import numpy as np
import openpyxl
import pytest

from casemine.errors import AmbiguousError, InputError, UsageError
from casemine.read import read_log
from casemine.read.member import Member
from casemine.read.options import ReadOptions
from casemine.read.tables.spreadsheet import SheetTable

HEADER = ("case", "activity", "time")
MAY = datetime(2026, 5, 31, 9, 14, 5)


def workbook(**sheets: list[tuple]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(data: bytes, **fields) -> SheetTable:
    return SheetTable(Member("a.xlsx", partial(io.BytesIO, data)), ReadOptions(**fields))


def rows(found: SheetTable) -> list[tuple]:
    return [tuple(r.values()) for chunk in found.chunks() for r in chunk.cells.to_pylist()]


def test_dates_among_ids_are_pointed_out(tmp_path):
    book = openpyxl.Workbook()
    moments = [datetime(2026, 5, 31, hour) for hour in range(3)]
    for row in (
        ("case", "activity", "time"),
        ("1-3", "New", moments[0]),
        (datetime(2026, 1, 2), "New", moments[1]),
        ("1-3", "Closed", moments[2]),
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    log = read_log(tmp_path / "a.xlsx")

    found = {note.code: note.text for note in log.intake.notes}
    assert found["half-dates"].startswith("column 'case' is text or numbers with dates among them")
    assert "'2026-01-02' in row 3" in found["half-dates"]


def test_dates_are_times_and_numbers_are_what_the_user_sees(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(Log=[HEADER, (7, "New", MAY), (7.5, "Open", MAY), ("007", 1, MAY)]))

    log = read_log(path, case="case", activity="activity")

    cases, activities = (log.events.column(n).to_pylist() for n in ("case", "activity"))
    assert sorted(zip(cases, activities, strict=True)) == [
        ("007", "1"),
        ("7", "New"),
        ("7.5", "Open"),
    ]
    assert set(log.events.column("time").to_pylist()) == {MAY.replace(tzinfo=UTC)}
    assert "zone-assumed" in {note.code for note in log.intake.notes}


def test_dates_are_local_to_the_zone_that_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    gap = datetime(2026, 3, 29, 2, 30)
    path.write_bytes(workbook(Log=[HEADER, (7, "New", MAY), (7, "Open", gap)]))

    log = read_log(path, tz="Europe/Berlin", on_error="skip")

    assert log.events.column("time").to_pylist() == [datetime(2026, 5, 31, 7, 14, 5, tzinfo=UTC)]
    (group,) = log.intake.rejects
    assert (group.column, group.count, group.examples[0].where.row) == ("time", 1, 3)
    assert "clocks went forward" in group.reason


def test_a_column_half_turned_into_dates_is_refused_with_a_row_of_each(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(Log=[HEADER, (7, "New", MAY), (7, "Open", "31/05/2026 09:20")]))

    with pytest.raises(AmbiguousError, match=r"half dates \(row 2\), half text .* row 3"):
        read_log(path, case="case", activity="activity", time="time")


def test_the_only_sheet_with_a_table_is_read():
    data = workbook(Cover=[("Report",)], Log=[HEADER, (1, "New", "x")], Empty=[])

    assert rows(table(data)) == [("1", "New", "x")]


def test_several_tables_are_listed_and_one_can_be_named():
    data = workbook(A=[HEADER, (1, "New", "x")], B=[HEADER, (2, "Open", "y")])

    with pytest.raises(AmbiguousError, match="2 sheets: 'A', 'B'"):
        table(data)
    with pytest.raises(UsageError, match="no sheet 'C'"):
        table(data, sheet="C")
    assert rows(table(data, sheet="B")) == [("2", "Open", "y")]


def test_empty_rows_and_columns_around_the_table_are_passed_over():
    data = workbook(
        Log=[(), (), (None, *HEADER), (None, 1, "New", "x"), (), (None, 2, "Open", "y")]
    )

    found = table(data)

    assert found.columns == HEADER
    assert rows(found) == [("1", "New", "x"), (None, None, None), ("2", "Open", "y")]
    assert found.lines(np.array([1, 3])).tolist() == [4, 6]


def test_lost_digits_and_error_cells_are_pointed_out():
    data = workbook(
        Log=[HEADER, (9007199254740992, "#N/A", "x"), (123456789012345, "Open", "y"), (1, "N", "z")]
    )

    codes = {note.code: note.count for note in table(data).notes()}

    assert codes == {"digits-lost": 1, "sheet-errors": 1}


def test_a_sheet_without_header_is_refused():
    with pytest.raises(InputError, match="looks like data"):
        table(workbook(Log=[(1, "New", MAY), (2, "Open", MAY)]))
    with pytest.raises(InputError, match="no sheet with a header"):
        table(workbook(Log=[("hello",)]))


def test_two_far_corners_are_refused_before_they_are_laid_out():
    book = openpyxl.Workbook()
    book.active["A1"] = book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(InputError, match="far more than a workbook holds"):
        table(out.getvalue())


def test_a_bomb_in_a_part_is_refused(monkeypatch):
    monkeypatch.setattr("casemine.read.tables.workbook.BOMB_BYTES", 1 << 20)
    out = io.BytesIO(workbook(Log=[HEADER, (1, "New", "x")]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", bytes(4 << 20))

    with pytest.raises(InputError, match="far more than a workbook holds"):
        table(out.getvalue())


@pytest.mark.parametrize("cut", [30, 300, 3000])
def test_a_damaged_workbook_is_named(cut):
    data = workbook(Log=[HEADER, (1, "New", "x")])

    with pytest.raises(InputError, match=r"a\.xlsx: cannot be read as a spreadsheet"):
        table(data[:-cut])
