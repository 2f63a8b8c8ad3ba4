"""JSON and NDJSON as tables."""

from __future__ import annotations

import io
import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.errors import InputError
from casemine.read.member import Member
from casemine.read.options import ReadOptions
from casemine.read.tables.jsonrows import JsonTable


def table(data: bytes | str, **sizes: int) -> JsonTable:
    raw = data.encode() if isinstance(data, str) else data
    return JsonTable(Member("a.json", partial(io.BytesIO, raw)), ReadOptions(), **sizes)


def rows(data: bytes | str, **sizes: int) -> list[dict]:
    return [row for chunk in table(data, **sizes).chunks() for row in chunk.cells.to_pylist()]


@pytest.mark.parametrize("block_size", [1, 5, 1000])
@pytest.mark.parametrize(
    "data",
    [
        '[{"id": 1, "s": "New"},\n {"id": 2}]',
        '{"id": 1, "s": "New"}\n{"id": 2}\n',
        '{"id": 1,\n "s": "New"}{"id": 2}',
        '{"count": 2, "none": [], "tickets": [{"id": 1, "s": "New"},\n{"id": 2}], "next": null}',
    ],
)
def test_objects_are_found_in_every_wrapping(data, block_size):
    found = rows(data, block_size=block_size)

    assert found == [{"id": "1", "s": "New"}, {"id": "2", "s": None}]


def test_numbers_stay_as_they_are_written():
    data = '[{"id": 9007199254740993, "x": 1.50, "big": 1e400, "list": [1.0, {"k": 2.50}]}]'

    (row,) = rows(data)

    assert row == {
        "id": "9007199254740993",
        "x": "1.50",
        "big": "1e400",
        "list": '[1.0, {"k": 2.50}]',
    }


def test_nested_objects_become_columns_with_dots():
    (row,) = rows('[{"fields": {"status": {"name": "New"}, "open": true}, "x": null}]')

    assert row == {"fields.status.name": "New", "fields.open": "true", "x": None}


def test_columns_that_come_late_are_missing_before():
    found = table('[{"a": 1}, {"b": 2}]', rows=1)

    assert [chunk.cells.column_names for chunk in found.chunks()] == [["a", "b"]] * 2
    assert [chunk.records.tolist() for chunk in found.chunks()] == [[1], [2]]


def test_lines_are_those_on_which_objects_begin():
    found = table('[\n{"a":\n1},\n\n{"a": 2},{"a": 3}]', block_size=2)

    assert found.lines(np.array([1, 2, 3])).tolist() == [2, 5, 5]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        ('[{"a": 1}', 1, "cut off"),
        ('[{"a": 1},', 1, "cut off"),
        ('{"a": 1}\n{"a": "x', 2, "cut off"),
        ('{"a": 1}\n{"a" 2}\n', 2, "not JSON"),
        ('[{"a": 1}]\nmore', 2, "after the end"),
        ('[{"a": 1},]', 1, "comma before the end"),
        ('[{"a": 1}\n{"a": 2}]', 2, "expected a comma"),
        ('[{"a": NaN}]', 1, "NaN"),
        ('[{"a": 1, "a": 2}]', 1, "twice"),
        ("[1, 2]", 1, "where an object should be"),
        ("[[1]]", 1, "a list where an object should be"),
        ('[{"a.b": 1, "a": {"b": 2}}]', 1, "both nested and written with a dot"),
        ('{"a": [{"x": 1}], "b": [{"y": 1}]}', 1, "2 lists of objects; its keys are 'a', 'b'"),
        ('{"a": ' * 100_000, 1, "nests too deeply"),
        ('[{"a": ' + "[" * 100_000, 1, "nests too deeply"),
        ("[" * 100_000, 1, "a list where"),
        ("true", 1, "begins with"),
    ],
)
@pytest.mark.parametrize("block_size", [7, 1 << 20])
def test_faults_name_their_line(data, line, words, block_size):
    if block_size == 7 and len(data) > 1000:
        block_size = 50_000

    with pytest.raises(InputError, match=words) as caught:
        table(data, block_size=block_size)

    assert caught.value.where.row == line


def test_an_empty_list_is_refused():
    with pytest.raises(InputError, match="no objects"):
        table("[]")


def test_half_a_surrogate_pair_is_shown_as_its_escape():
    assert rows('[{"a": "\\ud83d!"}]') == [{"a": "\\ud83d!"}]


def test_more_cells_than_are_kept_are_read_again(monkeypatch):
    monkeypatch.setattr("casemine.read.tables.jsonrows.KEPT_CELLS", 1)
    found = table('[{"a": 1}, {"a": 2}]', rows=1)

    assert found._kept is None
    assert [c.cells.column("a").to_pylist() for c in found.chunks()] == [["1"], ["2"]]


FLAT = st.dictionaries(
    st.sampled_from("abcé"),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(FLAT, min_size=1, max_size=6), st.booleans(), st.integers(1, 30))
def test_whatever_python_writes_comes_back(objects, as_lines, block_size):
    if not any(objects):
        return
    text = "\n".join(map(json.dumps, objects)) if as_lines else json.dumps(objects, indent=1)
    if as_lines and len(objects) == 1:
        return

    found = rows(text, block_size=block_size)

    def shown(value):
        if isinstance(value, bool):
            return str(value).lower()
        return None if value in (None, "") else str(value)

    columns = list(dict.fromkeys(key for each in objects for key in each))
    assert found == [{key: shown(each.get(key)) for key in columns} for each in objects]
