"""JSON, CSV, Markdown and sparklines: what other programs read back."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.report import csvout, jsonout, markdown
from casemine.report.document import Column, Document, Prose, Table
from casemine.report.sparkline import bar, sparkline

ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=30)


@settings(max_examples=80, deadline=None)
@given(ANY_TEXT)
def test_json_gives_every_text_back_without_a_control_character(text):
    written = jsonout.dumps({"name": text})

    assert json.loads(written) == {"name": text}
    assert written.replace("\n", "").isprintable() or all(
        char.isprintable() or char in "\xa0\u3000" or char.isspace() or ord(char) > 0x2FF
        for char in written.replace("\n", "")
    )
    assert not set(written) & {"\x1b", "\x9b", "\x7f", "\u202e", "\u2028"}
    written.encode("utf-8")


def test_json_lines_are_lines():
    assert jsonout.lines([{"a": "x\ny"}, {"a": 2}]) == '{"a": "x\\ny"}\n{"a": 2}\n'


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_csv_gives_every_text_back(texts):
    written = csvout.render([{"name": text, "n": 1} for text in texts])

    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    assert [row["name"] for row in rows] == texts


def test_tsv_and_values_of_other_kinds():
    written = csvout.render([{"a": True, "b": 0.5, "c": ("x", "y")}], delimiter="\t")

    assert written == "a\tb\tc\ntrue\t0.5\tx > y\n"


def test_markdown_shows_mark_up_in_names_as_text():
    table = Table((Column("a"),), (("<script>|*x*`y`[z](u)\n",),))

    text = markdown.render(Document("T", (table,)))

    assert "<script" not in text
    assert "\\|" in text
    assert len(text.splitlines()) == 5


def test_a_code_block_is_not_ended_by_its_content():
    text = markdown.render(Document("", (Prose(("```", "x"), code=True),)))

    assert text == "````\n```\nx\n````\n"


def test_what_is_not_nothing_can_be_seen():
    assert sparkline([0, 1, 10_000]) == " ▁█"
    assert bar(1e-9, 10) == "▏"
    assert bar(1, 4) == "████"
    assert sparkline([]) == ""
