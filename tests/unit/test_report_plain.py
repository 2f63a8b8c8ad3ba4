"""Plain text: aligned, whole, harmless."""

from __future__ import annotations

from casemine.report.document import Bar, Column, Document, Facts, Prose, Spark, Steps, Table
from casemine.report.plain import render


def table(*rows: tuple, figures: bool = True) -> Document:
    return Document("", (Table((Column("name"), Column("n", figure=figures)), tuple(rows)),))


def test_columns_stand_under_each_other_whatever_the_script():
    text = render(table(("解決", "1"), ("Close", "1,200"), ("cafe\u0301", "30")))

    assert text.splitlines() == [
        "name       n",
        "解決       1",
        "Close  1,200",
        "cafe\u0301      30",
    ]


def test_a_very_long_name_is_whole_and_does_not_push_the_others_away():
    long = "x" * 5000

    lines = render(table((long, "1"), ("short", "2"))).splitlines()

    assert lines[1] == f"{long}  1"
    assert lines[2] == "short  2"


def test_control_characters_are_escaped_everywhere():
    bad = "a\x1b[2Jb\nc"
    document = Document(
        bad,
        (
            Table((Column("name"),), ((bad,), (Steps((bad,), {bad: "A\x1bB"}),)), bad, bad),
            Facts(((bad, bad),), bad),
            Prose((bad,), bad),
        ),
    )

    text = render(document)

    assert "\x1b" not in text
    assert text.count("a\\x1b[2Jb\\nc") == 9


def test_drawing_is_left_to_terminals():
    columns = (Column("share"), Column(""))
    document = Document("", (Table(columns, (("50 %", Bar(0.5)),)),))

    assert render(document) == "share\n50 %\n"


def test_a_sparkline_becomes_its_figures():
    assert render(Document("", (Facts((("weeks", Spark((1, 20, 3))),)),))) == "weeks  1 20 3\n"
