"""Nested exports become rows of text."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from casemine.errors import InputError
from casemine.read.crm.engines import grouped
from casemine.read.crm.engines.grouped import read_grouped
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.member import Member
from casemine.read.options import ReadOptions

if TYPE_CHECKING:
    from casemine.read.crm.raw.rawrows import RawFile, RawRows

HEAD = 'system = "x"\ntitle = "X"\n[[file]]\nname = "f"\ntitle = "F"\n'
AUDITS = f"""{HEAD}
form = "grouped"
needs = ["ticket", "events"]
records = ["audits", ""]
[file.columns]
case = "ticket"
time = "at"
field = "e.field"
new = ["e.label", "e.value"]
[file.each]
e = "events"
"""
EVENTS = [
    {"ticket": 7, "at": "t1", "events": [{"field": "status", "value": "new"}, {"field": "tags"}]},
    {"ticket": 8, "at": "t2", "events": []},
    {"ticket": 9, "at": "t3", "events": [{"field": "status", "value": "2", "label": "Open"}]},
]
ROWS = {
    "case": ["7", "7", "9"],
    "time": ["t1", "t1", "t3"],
    "field": ["status", "tags", "status"],
    "new": ["new", None, "Open"],
}


def member(data: bytes | str, name: str = "a.json") -> Member:
    raw = data.encode() if isinstance(data, str) else data
    return Member(name, partial(io.BytesIO, raw))


def read(preset: str, data: bytes | str, name: str = "a.json", **options) -> RawFile:
    (part,) = parse_preset(preset, "test.toml").files
    return read_grouped(member(data, name), part, ReadOptions(**options))


def columns(rows: RawRows) -> dict[str, list]:
    return {name: column.to_pylist() for name, column in rows.columns.items()}


def only(raw: RawFile) -> dict[str, list]:
    ((_, rows),) = raw.takes
    return columns(rows)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(EVENTS),
        json.dumps({"count": 3, "audits": EVENTS, "next": None}),
        json.dumps({"users": [{"id": 1}], "audits": EVENTS, "more": {"a": [[1]]}}, indent=2),
        "\n".join(map(json.dumps, EVENTS)),
        "".join(json.dumps(each, indent=1) for each in EVENTS),
        json.dumps(EVENTS[:1]) + "\n" + json.dumps(EVENTS[1:]),  # pages one after another
        json.dumps([EVENTS[:2], EVENTS[2:]]),  # a list of pages
        "\n".join(json.dumps({"audits": page}) for page in (EVENTS[:1], EVENTS[1:])),
        json.dumps([{"audits": EVENTS[:1]}, {"audits": []}, {"audits": EVENTS[1:]}]),
    ],
)
@pytest.mark.parametrize("block", [5, 1 << 20])
def test_records_are_found_in_every_wrapping(monkeypatch, text, block):
    monkeypatch.setattr(grouped, "BLOCK", block)

    raw = read(AUDITS, text)

    assert only(raw) == ROWS
    assert raw.records == 3
    assert raw.takes[0][1].records.tolist() == [1, 1, 3]


def test_a_list_that_begins_far_down_in_the_file_is_found():
    users = [{"id": n, "note": "x" * 100} for n in range(2000)]

    assert only(read(AUDITS, json.dumps({"users": users, "audits": EVENTS}))) == ROWS
    preset = AUDITS.replace('["audits", ""]', '["data", "audits"]')
    assert only(read(preset, json.dumps({"users": users, "audits": EVENTS}))) == ROWS


def test_a_single_record_may_stand_for_the_list():
    assert only(read(AUDITS, json.dumps(EVENTS[2])))["case"] == ["9"]
    assert only(read(AUDITS, json.dumps({"audits": EVENTS[2]})))["case"] == ["9"]


def test_an_empty_export_gives_no_rows():
    raw = read(AUDITS, '{"audits": []}')

    assert (raw.records, only(raw)["case"]) == (0, [])


def test_lines_are_those_on_which_records_begin():
    raw = read(AUDITS, '{"audits": [\n{"ticket": 1,\n"events": []},\n\n{"ticket": 2}]}')

    assert raw.place.lines(np.array([1, 2])).tolist() == [2, 5]


def test_lists_within_lists_and_several_takes():
    preset = f"""{HEAD}
form = "grouped"
needs = ["key"]
records = "issues"
[[file.take]]
[file.take.columns]
case = "key"
id = "h.id"
to = "i.to"
[file.take.each]
h = "log.histories"
i = "h.items"
[[file.take]]
[file.take.columns]
case = "key"
text = "c.body"
[file.take.each]
c = "comments"
"""
    histories = [{"id": 1, "items": [{"to": "a"}, {"to": "b"}]}, {"id": 2, "items": []}]
    issue = {"key": "A-1", "log": {"histories": histories}, "comments": [{"body": "hi"}]}

    (_, changes), (_, comments) = read(preset, json.dumps({"issues": [issue]})).takes

    assert columns(changes) == {"case": ["A-1"] * 2, "id": ["1"] * 2, "to": ["a", "b"]}
    assert columns(comments) == {"case": ["A-1"], "text": ["hi"]}


def test_entries_of_objects_are_gone_through_and_texts_parsed():
    preset = f"""{HEAD}
form = "grouped"
needs = ["id"]
[[file.take]]
[file.take.columns]
case = "id"
field = "change.key"
new = "change.value"
[file.take.each]
change = "activity.*"
[[file.take]]
[file.take.columns]
case = "id"
field = "c.name"
first = "data | json.changed.0.name"
[file.take.each]
d = "data | json"
c = "d.changed"
"""
    records = [
        {
            "id": 1,
            "activity": {"status": 2, "note": {"id": 5}},
            "data": '{"changed": [{"name": "s"}]}',
        },
        {"id": 2, "data": '{"changed": [{"na…'},
    ]

    raw = read(preset, json.dumps(records))

    (_, activities), (_, parsed) = raw.takes
    assert columns(activities) == {
        "case": ["1", "1"],
        "field": ["status", "note"],
        "new": ["2", '{"id": 5}'],
    }
    assert columns(parsed) == {"case": ["1"], "field": ["s"], "first": ["s"]}
    assert [(note.code, note.count) for note in raw.notes] == [("json-in-text", 1)]


def test_tickets_attributes_and_lookups_come_out_of_the_same_reading():
    preset = f"""{HEAD}
form = "tickets"
needs = ["id"]
records = "tickets"
[file.ticket]
key = "id"
created = "at"
[file.attributes]
tags = "tags"
[[file.lookup]]
of = "users"
key = ["id", "mail"]
name = "name"
type = "role"
records = "users"
[[file.lookup]]
of = "statuses"
key = "key"
name = "value"
records = "names.*"
[[file.lookup]]
of = "statuses"
key = "s.id"
name = "s.label"
each = {{ s = "stages" }}
"""
    text = json.dumps(
        {
            "users": [{"id": 5, "mail": "a@b", "name": "Jo", "role": "agent"}],
            "tickets": [
                {"id": 1, "at": "t", "tags": ["a", "b"], "stages": [{"id": 3, "label": "N"}]}
            ],
            "names": {"cf_1": "Severity"},
        }
    )

    raw = read(preset, text)

    assert columns(raw.ticket) == {"key": ["1"], "created": ["t"], "attribute:tags": ["a, b"]}
    assert [columns(rows) for _, rows in raw.lookups] == [
        {"key 0": ["5"], "key 1": ["a@b"], "name": ["Jo"], "type": ["agent"]},
        {"key 0": ["cf_1"], "name": ["Severity"]},
        {"key 0": ["3"], "name": ["N"]},
    ]


def test_lookups_may_stand_inside_a_single_record():
    preset = f"""{AUDITS}
[[file.lookup]]
of = "users"
key = "id"
name = "name"
records = "side.users"
[[file.lookup]]
of = "statuses"
key = "key"
name = "value"
records = "side.names.*"
"""
    side = {"users": [{"id": 5, "name": "Jo"}], "names": {"cf": "Severity"}}

    raw = read(preset, json.dumps({**EVENTS[2], "side": side}))

    assert only(raw)["case"] == ["9"]
    assert [columns(rows) for _, rows in raw.lookups] == [
        {"key 0": ["5"], "name": ["Jo"]},
        {"key 0": ["cf"], "name": ["Severity"]},
    ]


def test_a_file_of_lookup_lists_alone_needs_only_one_of_them():
    preset = f"""{HEAD}
form = "lookup"
needs = ["users"]
[[file.lookup]]
of = "users"
key = "id"
name = "name"
records = "users"
[[file.lookup]]
of = "groups"
key = "id"
name = "name"
records = "groups"
"""
    raw = read(preset, '{"groups": [{"id": 1, "name": "Tier 1"}]}')

    assert raw.records == 0
    assert [columns(rows) for _, rows in raw.lookups] == [
        {"key 0": [], "name": []},
        {"key 0": ["1"], "name": ["Tier 1"]},
    ]
    with pytest.raises(InputError, match="no list 'users' or 'groups'"):
        read(preset, '{"agents": [{"id": 1}]}')


def test_milestones_and_tracks_bring_the_columns_they_name():
    preset = f"""{HEAD}
form = "milestones"
needs = ["id"]
ticket = {{ key = "id" }}
[[file.milestone]]
time = "stats.solved"
kind = "status"
new = "{{state}}"
when = {{ "stats.ok" = "true" }}
[[file.milestone]]
time = "due"
kind = "comment"
cells = "note"
split = "^(?P<time>(?P<text>.*))$"
new = "{{text}}"
"""
    raw = read(
        preset, '[{"id": 1, "state": "Done", "note": "n", "stats": {"ok": true, "solved": 5}}]'
    )

    assert only(raw) == {
        "stats.ok": ["true"],
        "state": ["Done"],
        "milestone 0": ["5"],
        "cells 1:0": ["n"],
        "case": ["1"],
    }


def test_values_become_text_as_they_are_written():
    preset = f"""{HEAD}
form = "grouped"
needs = ["id"]
[file.columns]
id = "id"
far = "a.b.0.c"
odd = "state@OData.Community.Display"
deep = "a.x@OData.y"
name = "{{first}} {{last}}"
doc = "doc"
flag = "flag"
empty = "empty"
number = "number"
list = "a.b"
through = "a.b.c"
"""
    doc = {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}],
    }
    record = {
        "id": 9007199254740993,
        "a": {"b": [{"c": "x"}], "x@OData.y": "Y"},
        "state@OData.Community.Display": "Open",
        "last": "Ng",
        "doc": doc,
        "flag": False,
        "empty": "",
    }
    text = json.dumps(record)[:-1] + ', "number": 1.50}'

    found = {name: values[0] for name, values in only(read(preset, text)).items()}

    assert found == {
        "id": "9007199254740993",
        "far": "x",
        "odd": "Open",
        "deep": "Y",
        "name": "Ng",
        "doc": "Hi",
        "flag": "false",
        "empty": None,
        "number": "1.50",
        "list": '[{"c": "x"}]',
        "through": None,
    }


TRUNCATED = f"""{HEAD}
form = "grouped"
needs = ["log"]
records = ["issues", ""]
case_from_name = "issue[-_](\\\\d+)"
[file.columns]
case = "key"
[file.truncated]
"""


def test_histories_shorter_than_their_number_are_listed():
    preset = TRUNCATED + 'total = "log.total"\nlisted = "log.entries"\n'
    issues = [{"key": n, "log": {"total": n, "entries": [{}, {}]}} for n in (1, 2, 3)]

    assert read(preset, json.dumps({"issues": issues})).truncated == ("3",)


def test_lists_as_long_as_the_system_lets_them_become_are_listed():
    preset = TRUNCATED + 'entries = ["log.*", 3]\n'
    issues = [{"key": n, "log": {"status": [1] * n, "owner": []}} for n in (2, 3)]

    assert read(preset, json.dumps(issues)).truncated == ("3",)


def test_a_page_shorter_than_its_total_tells_the_case_by_the_name_of_the_file():
    preset = TRUNCATED + 'total = "total"\nlisted = "issues"\n'

    cut = read(preset, '{"total": 2, "issues": [{"log": 1}]}', "issue_55.json")
    whole = read(preset, '{"issues": [{"log": 1}], "total": 1}', "issue_55.json")

    assert (cut.truncated, whole.truncated) == (("55",), ())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"audits": [{"ticket": 1, "events": []},\n{"ticket"', 2, "is cut off in the middle"),
        ('{"audits": [{"ticket": 1, "events": []},\n5]}', 2, "'5"),
        ('{"audits": [{"ticket": 1, "events": []}\n{}]}', 2, "expected a comma"),
        ('{"ticket": 1, "events": []}\n{"ticket": oops}', 2, "not JSON"),
        ('{"ticket": 1, "events": []}\n{"ticket": NaN}', 2, "NaN"),
        ('[{"ticket": 1, "events": []},\n{"a": ' + "[" * 100_000, 2, "nests too deeply"),
    ],
)
def test_a_broken_text_is_refused_whole_unless_the_user_wants_its_beginning(text, line, words):
    with pytest.raises(InputError, match=words) as caught:
        read(AUDITS, text)
    kept = read(AUDITS, text, on_error="skip")

    assert caught.value.where.row == line
    assert "nothing of this file was used" in caught.value.message
    assert (kept.records, [note.code for note in kept.notes]) == (1, ["json-cut-off"])
    assert f"line {line}; only the 1 records before" in kept.notes[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither JSON nor XML"),
        ("case,time\n", "neither JSON nor XML"),
        ('{"audits": 5}', "'audits' = 5, which is not a list"),
        ('{"audits": ', "cut off"),
    ],
)
def test_what_is_no_such_export_is_refused(text, words):
    with pytest.raises(InputError, match=words):
        read(AUDITS, text, on_error="skip")


def test_a_list_that_is_not_there_is_an_error_with_the_keys_that_are():
    preset = AUDITS.replace('["audits", ""]', '"audits"')

    with pytest.raises(InputError, match="no list 'audits'; its keys are 'calls', 'n'"):
        read(preset, '{"calls": [{"id": 1}], "n": 1}')


def test_half_a_surrogate_pair_is_shown_as_its_escape():
    assert only(read(AUDITS, '[{"ticket": "\\ud83d!", "events": [{}]}]'))["case"] == ["\\ud83d!"]


def test_words_for_no_value_give_way_to_the_next_path():
    preset = AUDITS.replace("records =", 'missing = ["(none)"]\nrecords =')
    events = [{"field": "?", "label": "(none)", "value": "new"}, {"field": "a", "value": "(none)"}]

    found = only(read(preset, json.dumps([{"ticket": 1, "events": events}]), missing=("?",)))

    assert (found["field"], found["new"]) == ([None, "a"], ["new", None])


def test_batches_do_not_show(monkeypatch):
    whole = only(read(AUDITS, json.dumps(EVENTS * 9)))
    monkeypatch.setattr("casemine.read.crm.raw.walk.ROWS", 4)
    monkeypatch.setattr(grouped, "WAITING", 100)
    monkeypatch.setattr(grouped, "BLOCK", 50)

    raw = read(AUDITS, json.dumps(EVENTS * 9))

    assert only(raw) == whole
    assert raw.takes[0][1].columns["case"].num_chunks > 5


XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- RSS -->
<rss><channel><title>t</title>
<item><key id="11">A-1</key><status/><comments><comment at="t1">Grüße &amp; Dank</comment>
<comment at="t2">two</comment></comments></item>
<item>
<key id="12">A-2</key><comments><comment at="t3"><![CDATA[<b>]]></comment></comments></item>
</channel></rss>
"""
ITEMS = f"""{HEAD}
form = "grouped"
needs = ["key", "comments.comment"]
records = "rss.channel.item"
[file.columns]
case = "key"
id = "key.@id"
time = "c.@at"
new = "c"
status = "status"
[file.each]
c = "comments.comment"
"""


@pytest.mark.parametrize("block", [7, 1 << 20])
def test_xml_has_the_shape_of_json(monkeypatch, block):
    monkeypatch.setattr("casemine.read.crm.raw.xmltree._PIECE", block)

    raw = read(ITEMS, XML.encode("latin-1"), "a.xml")

    assert only(raw) == {
        "case": ["A-1", "A-1", "A-2"],
        "id": ["11", "11", "12"],
        "time": ["t1", "t2", "t3"],
        "new": ["Grüße & Dank", "two", "<b>"],
        "status": [None] * 3,
    }
    assert raw.place.lines(np.array([1, 2])).tolist() == [4, 6]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (XML[:-20], 7, "cut off"),
        (XML.replace("</comments></item>\n<item>", "</item>\n<item>"), 5, "not well-formed"),
        (XML.replace("two", "&two;"), 5, "not well-formed"),
        (XML.replace("two", "<a>" * 200), 5, "nests too deeply"),
    ],
)
def test_broken_xml_names_its_line(text, line, words):
    with pytest.raises(InputError, match=words) as caught:
        read(ITEMS, text.encode("latin-1"), "a.xml")

    assert caught.value.where.row == line


def test_xml_entities_are_refused_before_they_grow():
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>'

    with pytest.raises(InputError, match="entity 'a'"):
        read(ITEMS, bomb, "a.xml")


def test_xml_that_is_cut_off_keeps_its_beginning_on_request():
    raw = read(ITEMS, XML[: XML.index("A-2")].encode("latin-1"), "a.xml", on_error="skip")

    assert (raw.records, only(raw)["case"]) == (1, ["A-1", "A-1"])
    assert [note.code for note in raw.notes] == ["json-cut-off"]


def test_xml_without_the_element_is_refused():
    with pytest.raises(InputError, match="no list 'rss"):
        read(ITEMS, "<unload><task/></unload>", "a.xml")
