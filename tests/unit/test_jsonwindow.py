"""A window over JSON text."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.errors import InputError
from casemine.read.crm.raw.jsonrecords import JsonRecords
from casemine.read.tables import jsontext
from casemine.read.tables.jsontext import objects
from casemine.read.tables.jsonwindow import EXACT, QUICK, Window


def window(text: str, block: int = 1 << 20, decoder=EXACT) -> Window:
    data = text.encode()
    return Window((data[at : at + block] for at in range(0, len(data), block)), "a.json", decoder)


def test_numbers_are_never_taken_before_they_end():
    found = window("[12345, -0.50, 7e3]", block=1)

    values = [found.value() for _ in found.elements()]

    assert values == ["12345", "-0.50", "7e3"]


def test_whole_numbers_are_exact_without_hooks_too():
    found = window('{"id": 9007199254740993, "x": 1.50}', decoder=QUICK).value()

    assert (str(found["id"]), found["x"]) == ("9007199254740993", "1.50")


@pytest.mark.parametrize(
    "text",
    ['{"a": tru', '{"a": -', '{"a": "x\\', '{"a": "x\\u00', '{"a"', '{"a":', "[1", '{"a": 1.', "["],
)
@pytest.mark.parametrize("block", [1, 100])
def test_a_text_that_ends_too_early_is_cut_off(text, block):
    found = window(text, block)

    with pytest.raises(InputError, match="cut off"):
        found.skip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a" 1}', "expected a colon"),
        ('{"a": 1 "b": 2}', "expected a comma"),
        ('{"a": 1,}', "expected a key"),
        ("{a: 1}", "expected a key"),
        ('{"a": 1, "a": 2}', "'a' comes twice"),
        ('{"a": {"b": {"c": {"d": NaN}}}}', "NaN"),
        ('{"a": truth}', "not JSON"),
        ("[1, 2 3]", "expected a comma"),
    ],
)
def test_what_is_passed_over_is_checked_too(text, words):
    found = window(text, block=3)

    with pytest.raises(InputError, match=words):
        found.skip()


def test_a_fault_is_found_without_reading_on():
    blocks = iter([b'[{"a": 1},\n{"a": x}, ' + b'"padding", ' * 99] + [b"1, "] * 1000)

    with pytest.raises(InputError, match="not JSON") as caught:
        list(objects(blocks, "a.json"))

    assert caught.value.where.row == 2
    assert sum(1 for _ in blocks) > 900


def test_a_value_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr("casemine.read.tables.jsonwindow.LARGEST", 50)

    with pytest.raises(InputError, match="more than 50 characters"):
        window('{"a": "' + "x" * 500, block=10).value()


@pytest.mark.parametrize("path", ["issues", "more.issues"])
def test_neither_lists_nor_what_is_passed_are_held(path):
    record = b'{"id": 1, "text": "' + b"x" * 200 + b'"},'
    lists = b'"other": {"b": [' + record * 4_000 + b'{}]}, "issues": [' + record * 4_000 + b"{}]"
    text = (b'{"more": {' + lists + b"}}") if "." in path else (b"{" + lists + b"}")
    size = 1 << 14
    blocks = (text[at : at + size] for at in range(0, len(text), size))

    tracemalloc.start()
    count = sum(1 for _ in JsonRecords(blocks, "a.json", [path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 4_001
    assert peak < 10 * size < len(text) / 5


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(VALUES, st.integers(1, 9), st.sampled_from([None, 1]))
def test_passing_a_value_ends_where_decoding_it_does(value, block, indent):
    text = json.dumps([value, "behind"], indent=indent, ensure_ascii=False)
    found = window(text, block)

    rest = []
    for number, _ in enumerate(found.elements()):
        rest += [found.skip()] if number == 0 else [found.value()]

    assert rest == [None, "behind"]
    assert found.passed == len(text)


WRAPPED = (
    '{"n": [1, 2], "none": [],\n "tickets": [{"id": 1},\n {"id": 2}], "deep": {"x": [{"y": 1}]}}'
)


@pytest.mark.parametrize("largest", [1, 20, 1000])
@pytest.mark.parametrize("block", [3, 1000])
def test_a_wrapper_gives_the_same_rows_whether_it_is_held_or_streamed(monkeypatch, largest, block):
    monkeypatch.setattr(jsontext, "LARGEST_FIRST", largest)
    data = WRAPPED.encode()

    found = list(objects((data[at : at + block] for at in range(0, len(data), block)), "a.json"))

    assert found == [(2, {"id": "1"}), (3, {"id": "2"})]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": [{"x": 1}], "b": [{"y": 1}]}', "2 lists of objects; its keys are 'a', 'b'"),
        ('{"a": [1], "b": {"c": 1}}', "no list of objects; its keys are 'a', 'b'"),
        ('{"a": [{"x": 1}, 5]}', "where an object should be|no list of objects"),
        ('{"a": [{"x": 1}]} 7', "where an object should be|after the end"),
        ('{"a": [{"x": 1}], "a": 1}', "twice"),
    ],
)
@pytest.mark.parametrize("largest", [1, 1000])
def test_a_wrapper_is_refused_for_the_same_reasons(monkeypatch, text, words, largest):
    monkeypatch.setattr(jsontext, "LARGEST_FIRST", largest)

    with pytest.raises(InputError, match=words):
        list(objects([text.encode()[:9], text.encode()[9:]], "a.json"))
