"""The page about presets names every key of the language, and none that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from casemine.cli import main
from casemine.model.events import EVENT_KINDS
from casemine.read.crm.coded import tickets
from casemine.read.crm.language import preset

PAGE = (Path(__file__).parents[2] / "docs" / "presets.md").read_text(encoding="utf-8")
FUNCTIONS = {  # of the language, by name
    node.name: node
    for path in Path(preset.__file__).parent.glob("*.py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}
ASKS = {
    *("text", "texts", "maybe", "one_of", "flag", "number", "real", "table", "section", "take"),
    *("sections", "spec", "specs", "patterns", "regex", "regexes", "peek"),
}
PLACES = {  # what introduces a table of keys -> the functions that take them, and what they share
    "## The file as a whole": (("_preset", "_fields"), ()),
    "## A kind of file": (("_file", "_fields", "_takes", "_take"), ()),
    "**Rules**": (("_rule",), preset.OUTPUTS),
    "## Several ways in one file": (("_take", "_fields"), ()),
    "`[[file.join]]`": (("_join",), ()),
    "`[[file.milestone]]`": (("_milestone",), ()),
    "`[file.ticket]`": ((), ("key", "created", *tickets.VALUES)),
    "`[[file.lookup]]`": (("_lookup",), ()),
    "`[file.truncated]`": (("_truncation",), ()),
}
BESIDE = {  # keys of a place that its table leaves to another
    "## The file as a whole": {"words", "actors", "codes"},
    "## A kind of file": {"when"},
    "**Rules**": set(),
}


def taken_by(*functions):
    """Keys that functions of the language take out of a table, as their source says."""
    calls = (
        node
        for name in functions
        for node in ast.walk(FUNCTIONS[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return {
        call.args[0].value
        for call in calls
        if call.func.attr in ASKS and call.args and isinstance(call.args[0], ast.Constant)
    }


def described_at(place):
    """Keys in the first column of the first table behind the words that introduce it."""
    table = re.search(
        r"^\| .*?(?=^[^|]|\Z)", PAGE.split(f"\n{place}", 1)[1], re.MULTILINE | re.DOTALL
    )
    cells = [line.split("|")[1] for line in table.group().splitlines()[2:]]
    names = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    return {name.removesuffix(".<field>").split(".")[-1] for name in names}


@pytest.mark.parametrize("place", PLACES)
def test_the_keys_of_a_table_are_those_that_the_page_describes(place):
    functions, shared = PLACES[place]
    known = taken_by(*functions) | set(shared)

    assert len(known) > 1
    assert known - BESIDE.get(place, set()) == described_at(place) - BESIDE.get(place, set())


def test_every_meaning_of_a_field_is_described():
    table = PAGE.split("| meaning |", 1)[1].split("\n\n", 1)[0]

    named = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert set(re.findall(r"`([^`]+)`", " ".join(named))) == set(preset.MEANINGS)


@pytest.mark.parametrize("word", [*preset.FORMS, *preset.TELLS, *EVENT_KINDS, *preset.SPECIAL])
def test_every_form_and_kind_is_named(word):
    assert f"`{word}`" in PAGE


def test_the_example_in_json_is_read_by_the_preset_that_the_page_shows(tmp_path, monkeypatch):
    blocks = {
        kind: re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
        for kind in ("toml", "json")
    }
    shared = blocks["toml"][0].split("[[file]]")[0]  # words, actors and fields of the first example
    (tmp_path / "dump.json").write_text(blocks["json"][0], encoding="utf-8")
    (tmp_path / "my.toml").write_text(shared + blocks["toml"][1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(
        main, ["import", "dump.json", "--preset", "my.toml", "--no-cache", "-q", "-o", "log.csv"]
    )

    assert (result.exit_code, result.stderr) == (0, "")
    rows = (tmp_path / "log.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[1::3][:2] for row in rows] == [
        ["Created", "Zoe"],
        ["Status: in work", "Ada"],
        ["Assigned", "Ada"],
    ]
