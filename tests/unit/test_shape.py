"""What the head of a JSON or XML file shows."""

from __future__ import annotations

import io
import json
from functools import partial

import pytest

from casemine.read.crm.raw.shape import peek, shape_of
from casemine.read.member import Member


def shape(text: str):
    found = shape_of(text.encode())
    assert found is not None
    return found


def test_lists_at_every_place_are_found_with_the_keys_of_their_records():
    found = shape('{"n": 1, "_embedded": {"talks": [{"id": 1, "parts": [{"at": 5}, {"by": 6}]}]}}')

    assert found.container == "json"
    assert found.keys("_embedded.talks") == {"id", "parts", "parts.at", "parts.by"}
    assert found.keys("") >= {"n", "_embedded.talks.parts.by"}


@pytest.mark.parametrize(
    ("text", "container"),
    [
        ('[{"a": {"b": 1}}, {"c": 2}]', "json"),
        ('{"a": {"b": 1}}\n{"c": 2}\n', "ndjson"),
        ('[[{"a": {"b": 1}}], [{"c": 2}]]', "json"),
    ],
)
def test_records_at_the_root_stand_under_the_empty_path(text, container):
    found = shape(text)

    assert (found.container, dict(found.lists)) == (container, {"": {"a", "a.b", "c"}})


def test_lists_inside_of_records_are_no_places_for_records():
    assert set(shape('{"results": [{"stages": [{"id": 1}]}]}').lists) == {"", "results"}


def test_an_object_right_inside_the_root_may_be_the_one_record():
    assert shape('{"result": {"number": "INC1"}}').keys("result") == {"number"}


def test_a_head_that_ends_anywhere_gives_the_keys_before():
    whole = json.dumps({"issues": [{"key": 'A, "1', "log": {"items": [{"to": "ü"}]}}] * 2})

    for end in range(2, len(whole)):
        found = shape(whole[:end])
        assert found.keys("issues") <= {"key", "log", "log.items", "log.items.to"}
    assert shape(whole[:70]).keys("issues") == {"key", "log", "log.items", "log.items.to"}


def test_elements_of_xml_are_paths_from_the_root():
    found = shape('<?xml version="1.0"?><unload at="1"><task action="x"><by id="7">a</by></task><t')

    assert (found.container, found.root) == ("xml", "unload")
    assert found.keys("unload.task") == {"@action", "by", "by.@id"}


def test_nothing_behind_a_document_type_is_looked_at():
    assert shape("<!DOCTYPE bomb [<!ENTITY a 'aaa'>]><bomb><a>&a;</a></bomb>").lists == {}


def test_deep_nesting_is_no_trouble():
    assert shape("[" * 60_000).container == "json"
    assert shape('{"a":' * 10_000).container == "json"


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"case,activity\n1,A\n", "table"),
        (b"[section]\n", "table"),
        (b"SQLite format 3\0...", "sqlite"),
        (b"PAR1...", "parquet"),
        (b"PK\x03\x04", "spreadsheet"),
        (b"%PDF-1.7", "other"),
        (b"<!DOCTYPE html><html>", "other"),
        (b"\xff\xfe" + '{"a": [{"b": 1}]}'.encode("utf-16-le"), "json"),
    ],
)
def test_the_container_is_told_by_the_first_bytes(head, container):
    assert peek(Member("a", partial(io.BytesIO, head))).container == container
