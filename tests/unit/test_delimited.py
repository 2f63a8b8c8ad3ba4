"""Delimited text: delimiters, line ends, quotes, headers, ragged rows, physical lines."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.errors import AmbiguousError, InputError, UsageError
from casemine.read.member import Member
from casemine.read.options import ReadOptions
from casemine.read.tables.delimited import DelimitedTable
from casemine.read.tables.records import last_record_end, open_quote, record_lines, whole_records


def table(data: bytes | str, *, block_size: int = 1 << 20, **fields) -> DelimitedTable:
    raw = data.encode() if isinstance(data, str) else data
    member = Member("a.csv", lambda: io.BytesIO(raw))
    return DelimitedTable(member, ReadOptions(**fields), block_size=block_size)


def cells(data: bytes | str, **fields) -> list[tuple[str | None, ...]]:
    return [
        tuple(row.values())
        for chunk in table(data, **fields).chunks()
        for row in chunk.cells.to_pylist()
    ]


ROWS = [("1", "New", "x, y"), ("2", None, 'say "hi"'), ("007", "NA", "two\nlines")]


def written(delimiter: str, end: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(("id", "state", "text"))
    writer.writerows(ROWS)
    return out.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("block_size", [3, 1000])
def test_delimiters_and_line_ends_are_found(delimiter, end, block_size):
    found = table(written(delimiter, end), block_size=block_size)

    rows = [tuple(r.values()) for chunk in found.chunks() for r in chunk.cells.to_pylist()]

    assert found.columns == ("id", "state", "text")
    assert rows == ROWS


def test_mixed_line_ends_are_all_ends():
    assert cells("a,b\n1,2\r\n3,4\r5,6") == [("1", "2"), ("3", "4"), ("5", "6")]


def test_a_delimiter_inside_quotes_does_not_count():
    data = 'a;b\n"1,2,3,4";x\n"5,6,7,8";y\n'

    assert cells(data) == [("1,2,3,4", "x"), ("5,6,7,8", "y")]


def test_decimal_commas_do_not_win_over_semicolons():
    data = "id;cost;tax\n1;1,5;0,2\n2;2,5;0,4\n"

    assert table(data).columns == ("id", "cost", "tax")


def test_the_sep_line_of_a_spreadsheet_is_honoured():
    found = table("sep=|\r\na,x|b\r\n1|2\r\n")

    assert found.columns == ("a,x", "b")
    assert found.lines(np.array([1])).tolist() == [3]


def test_a_named_delimiter_is_taken():
    assert cells("a:b\n1:2\n", delimiter=":") == [("1", "2")]


def test_what_cannot_be_a_delimiter_is_refused():
    for wrong in ("::", "", '"', "é"):
        with pytest.raises(UsageError, match="one ASCII character"):
            table("a,b\n1,2\n", delimiter=wrong)


def test_two_even_delimiters_are_refused():
    with pytest.raises(AmbiguousError, match="could be divided") as caught:
        table("a,b;c\n1,2;3\n")

    assert "--delimiter" in caught.value.mend


def test_only_an_empty_cell_is_missing():
    rows = cells('a,b,c\nNA,None,NULL\n"",,nan\n')

    assert rows == [("NA", "None", "NULL"), (None, None, "nan")]


def test_headers_are_stripped_numbered_and_named_by_place():
    found = table("\ufeff id ,,tag,tag.1,tag\n1,2,3,4,5\n")

    assert found.columns == ("id", "column 2", "tag", "tag.1", "tag.2")


def test_quotes_inside_bare_cells_are_text():
    data = 'a,b\n5" disk,x\n"q",7"\n'

    assert cells(data, block_size=4) == [('5" disk', "x"), ("q", '7"')]


def test_blank_lines_are_passed_over():
    assert cells("\n\na,b\n\n1,2\n\r\n3,4\n\n") == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("block_size", [5, 16, 1000])
def test_ragged_rows_are_set_aside_with_their_number(block_size):
    data = 'a,b,c\n1,2,3\n4,5\n"6\n7",8,9\n1,2,3,4\nx\n5,6,7\n'
    found = table(data, block_size=block_size)

    chunks = list(found.chunks())

    bad = [(each.record, each.value, each.reason) for chunk in chunks for each in chunk.bad]
    assert bad == [
        (2, "4,5", "has 2 cells where the header has 3"),
        (4, "1,2,3,4", "has 4 cells where the header has 3"),
        (5, "x", "has 1 cell where the header has 3"),
    ]
    assert np.concatenate([chunk.records for chunk in chunks]).tolist() == [1, 3, 6]
    assert sum(chunk.count for chunk in chunks) == 6
    assert found.lines(np.array([1, 2, 3, 4, 5, 6])).tolist() == [2, 3, 4, 6, 7, 8]


def test_a_delimiter_at_the_end_of_every_row_is_an_empty_column():
    assert table("a,b\n1,2,\n3,4,\n").columns == ("a", "b", "column 3")
    assert table("a,b,\n1,2\n3,4\n").columns == ("a", "b")


def test_a_header_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match="first line has 2 cells, the records below it 3"):
        table("a,b\n1,2,x\n3,4,y\n")
    with pytest.raises(InputError, match="not a header"):
        table("Report of May\nid,state,time\n1,New,x\n2,New,y\n")


def test_a_file_without_header_is_refused():
    with pytest.raises(InputError, match="looks like data") as caught:
        table("1,New,2026-05-31 09:00\n2,Open,2026-05-31 10:00\n")

    assert caught.value.where.row == 1


def test_a_named_column_proves_a_header():
    assert table("case,2026\n1,5\n2,6\n", case="case").columns == ("case", "2026")


@pytest.mark.parametrize("data", ['""', '""\n""\n', " ", '"'])
def test_a_file_of_empty_cells_is_refused(data):
    with pytest.raises(InputError):
        table(data)


def test_one_column_is_no_table():
    with pytest.raises(InputError, match="not a table of several columns"):
        table("hello\nworld\n")


def test_a_quote_that_is_never_closed_names_its_line():
    data = 'a,b\n1,2\n3,"4\n5,6\n7,8\n'

    for block_size in (2, 1000):
        with pytest.raises(InputError, match=r"a\.csv:3: a quoted cell opens") as caught:
            list(table(data, block_size=block_size).chunks())

    assert caught.value.code == "open-quote"


def test_a_cell_longer_than_a_block_is_read_whole():
    long = "x" * 1_000_000

    assert cells(f'a,b\n1,"{long}\n"\n2,y\n', block_size=1000) == [("1", long + "\n"), ("2", "y")]


def test_ten_thousand_columns_are_read():
    header = ",".join(f"c{i}" for i in range(10_000))

    (row,) = cells(header + "\n" + ",".join("7" * 10_000) + "\n")

    assert row == ("7",) * 10_000


def test_chosen_columns_alone_are_parsed():
    found = table("a,b,c\n1,2,3\n")

    (chunk,) = found.chunks({"c", "a"})

    assert chunk.cells.to_pylist() == [{"a": "1", "c": "3"}]


CELL = st.text(st.sampled_from('ab"\n\r, é'), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), max_size=12), st.integers(1, 40))
def test_whatever_python_writes_comes_back_with_its_lines(rows, block_size):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("first", "second"))
    lines, line = [], 2
    for row in rows:
        lines.append(line)
        writer.writerow(row)
        ends = out.getvalue()
        line = 1 + ends.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    found = table(out.getvalue(), block_size=block_size)

    read = [
        tuple(value or "" for value in row.values())
        for chunk in found.chunks()
        for row in chunk.cells.to_pylist()
    ]

    assert read == rows
    assert found.lines(np.arange(1, len(rows) + 1)).tolist() == lines


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('a",\n\r'), max_size=40), st.integers(1, 9))
def test_cutting_into_blocks_never_changes_where_records_begin(text, size):
    data = text.encode()
    pieces = [data[i : i + size] for i in range(0, len(data), size)]

    blocks = list(whole_records(pieces, ",", name="a"))

    assert b"".join(blocks) == data
    if open_quote(data, ",") is None:
        whole = len(record_lines(data, ","))
        assert sum(len(record_lines(block, ",")) for block in blocks) == whole


def test_a_record_end_inside_quotes_is_none():
    assert last_record_end(b'a,"b\nc', ",") == 0
    assert last_record_end(b'a,"b\nc"\nd', ",") == 8
    assert last_record_end(b"a\r", ",") == 0
