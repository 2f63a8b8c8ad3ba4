"""Nested exports: agreement with plain Python, whatever the wrapping, the blocks and the cuts."""

from __future__ import annotations

import io
import json
from functools import partial

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casemine.errors import CasemineError, InputError
from casemine.read.crm.engines import grouped
from casemine.read.crm.engines.grouped import read_grouped
from casemine.read.crm.language.parsing import parse_preset
from casemine.read.crm.raw import walk, xmltree
from casemine.read.crm.raw.shape import shape_of
from casemine.read.member import Member
from casemine.read.options import ReadOptions

(PART, XML_PART) = parse_preset(
    """
system = "x"
title = "X"
[[file]]
name = "json"
title = "JSON"
form = "grouped"
needs = ["id"]
records = ["page.issues", "issues", ""]
[file.columns]
case = "id"
by = ["h.by.name", "h.by.id", "owner"]
to = "i.to"
[file.each]
h = "log.histories"
i = "h.items"
[file.ticket]
key = "id"
[[file.lookup]]
of = "users"
key = "id"
name = "name"
records = "users"
[[file]]
name = "xml"
title = "XML"
form = "grouped"
needs = ["id"]
records = "root.record"
[file.columns]
case = "@id"
to = "i"
note = "i.@note"
[file.each]
i = "item"
""",
    "test.toml",
).files

TEXT = st.text(st.sampled_from('ab "\\{}[],:é\u20ac\n\U0001f600'), max_size=4)
VALUE = st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), TEXT)
ITEM = st.fixed_dictionaries({}, optional={"to": VALUE, "x": st.lists(VALUE, max_size=2)})
WHO = st.fixed_dictionaries({}, optional={"name": VALUE, "id": VALUE})
HISTORY = st.fixed_dictionaries(
    {}, optional={"by": st.one_of(st.none(), WHO), "items": st.lists(ITEM, max_size=3)}
)
RECORD = st.fixed_dictionaries(
    {"id": st.integers(1, 99)},
    optional={
        "owner": VALUE,
        "log": st.fixed_dictionaries({"histories": st.lists(HISTORY, max_size=3)}),
    },
)
RECORDS = st.lists(RECORD, min_size=1, max_size=5)


def shown(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value in (None, "") else str(value)


def expected(records):
    """Ten lines of plain Python."""
    rows = []
    for record in records:
        for history in record.get("log", {}).get("histories", []):
            by = history.get("by") or {}
            who = next(
                (v for v in map(shown, (by.get("name"), by.get("id"), record.get("owner"))) if v),
                None,
            )
            items = history.get("items", [])
            rows += [(shown(record["id"]), who, shown(item.get("to"))) for item in items]
    return rows


def read(text: str, part=PART, block: int = 1 << 20, rows: int = 50_000, **options):
    """Read with blocks and batches of any size."""
    member = Member("a.json", partial(io.BytesIO, text.encode()))
    before = grouped.BLOCK, walk.ROWS, xmltree._PIECE
    grouped.BLOCK, walk.ROWS, xmltree._PIECE = block, rows, block
    try:
        return read_grouped(member, part, ReadOptions(**options))
    finally:
        grouped.BLOCK, walk.ROWS, xmltree._PIECE = before


def rows_of(raw):
    ((_, rows),) = raw.takes
    return list(zip(*(column.to_pylist() for column in rows.columns.values()), strict=True))


def wrapped(records, way: str, indent: int | None) -> str:
    users = [{"id": 1, "name": "Jo"}]
    pages = {
        "list": records,
        "issues": {"n": 1.5, "users": users, "issues": records, "more": {"a": [1]}},
        "late": {"page": {"next": None, "issues": records}, "users": users},
    }
    if way == "lines":
        return "\n".join(json.dumps(each) for each in records)
    if way == "pages":
        parts = ({"issues": records[:1]}, {"issues": records[1:], "users": users})
        return "\n".join(map(json.dumps, parts))
    return json.dumps(pages[way], indent=indent, ensure_ascii=False)


WAYS = st.sampled_from(["list", "issues", "late", "lines", "pages"])


@settings(max_examples=120, deadline=None)
@given(RECORDS, WAYS, st.sampled_from([None, 1]), st.integers(1, 60), st.integers(1, 5))
def test_rows_are_those_of_plain_python(records, way, indent, block, rows):
    raw = read(wrapped(records, way, indent), block=block, rows=rows)

    assert rows_of(raw) == expected(records)
    assert raw.records == len(records)
    assert raw.ticket.columns["key"].to_pylist() == [str(each["id"]) for each in records]
    users = raw.lookups[0][1].columns["name"].to_pylist()
    assert users == (["Jo"] if way in {"issues", "late", "pages"} else [])


@settings(max_examples=120, deadline=None)
@given(RECORDS, WAYS, st.integers(1, 60), st.data())
def test_a_cut_text_is_an_error_or_the_rows_before_the_cut(records, way, block, data):
    whole = wrapped(records, way, None)
    end = data.draw(st.integers(1, len(whole) - 1))
    part = whole[:end]
    complete = way == "lines" and part.rstrip()[-1:] == "}" and _parses(part.splitlines())
    assume(not complete and not (way == "pages" and _parses(part.splitlines())))
    assume(way != "late" or "issues" in part)

    with pytest.raises(InputError):
        read(part, block=block)
    try:
        kept = read(part, block=block, on_error="skip")
    except InputError:
        return
    assert rows_of(kept) == expected(records[: kept.records])
    assert "json-cut-off" in [note.code for note in kept.notes]


def _parses(lines) -> bool:
    try:
        return all(isinstance(json.loads(line), dict) for line in lines)
    except ValueError:
        return False


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('ab1,"\\{}[]: \n.-eu<>/&;é'), max_size=60), st.booleans())
def test_whatever_comes_it_is_rows_or_an_error(text, skip):
    for start in ("", '{"issues": [{"id": 1}, ', "<root><record>"):
        for part in (PART, XML_PART):
            try:
                read(start + text, part, on_error="skip" if skip else "fail")
            except CasemineError:
                continue


@settings(max_examples=80, deadline=None)
@given(RECORDS, WAYS, st.data())
def test_the_shape_of_a_head_is_part_of_the_shape_of_the_whole(records, way, data):
    whole = wrapped(records, way, None)
    end = data.draw(st.integers(2, len(whole)))

    head, full = shape_of(whole[:end].encode()), shape_of(whole.encode())

    assert head is not None
    for path, keys in head.lists.items():
        if path in full.lists:  # of several objects in a row the inner ones are no lists
            assert keys <= full.lists[path]
    place = {"issues": "issues", "late": "page.issues", "pages": "issues"}.get(way, "")
    assert full.keys(place) >= {key for each in records for key in each}


PLAIN = st.text(st.sampled_from("ab é<&\n\U0001f600"), max_size=5)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.tuples(PLAIN, st.none() | PLAIN), max_size=3), min_size=1, max_size=4),
    st.integers(1, 40),
)
def test_xml_rows_are_those_that_were_written(records, block):
    from xml.sax.saxutils import escape, quoteattr

    parts = [
        f"<record id='{number}'>"
        + "".join(
            f"<item{'' if note is None else ' note=' + quoteattr(note)}>{escape(text)}</item>"
            for text, note in items
        )
        + "</record>"
        for number, items in enumerate(records)
    ]

    raw = read(f"<root>{''.join(parts)}</root>", XML_PART, block=block, rows=2)

    wanted = [
        (str(number), text, note or None)
        for number, items in enumerate(records)
        for text, note in items
        # An empty element without attributes has nothing to tell of, as the only one of its name.
        if not (len(items) == 1 and text == "" and note is None)
    ]
    assert [(case, to or "", note) for case, to, note in rows_of(raw)] == wanted
