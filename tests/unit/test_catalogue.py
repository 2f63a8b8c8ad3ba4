"""Presets that ship and presets that users write: found, looked through, and refused in words."""

from __future__ import annotations

import pytest

from casemine.errors import InputError, UsageError
from casemine.read.crm.language import catalogue
from casemine.read.crm.language.catalogue import (
    find,
    likely,
    needs_in,
    read_preset,
    shipped,
    systems,
)

SMALL = """
system = "{system}"
title = "System {system}"
[[file]]
name = "audit"
title = "change table"
form = "changes"
needs = [{needs}]
[file.columns]
case = "id"
"""


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder of presets in the place of those that ship."""

    def put(**needs: str):
        for system, each in needs.items():
            text = SMALL.format(system=system, needs=each)
            (tmp_path / f"{system}.toml").write_text(text, encoding="utf-8")

    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    for cached in (catalogue._texts, catalogue._parsed):
        cached.cache_clear()
    yield put
    for cached in (catalogue._texts, catalogue._parsed):
        cached.cache_clear()


# What ships


@pytest.mark.parametrize("system", systems())
def test_a_preset_that_ships_is_named_after_its_system(system):
    preset, part = find(system)

    assert (preset.system, part) == (system, None)


@pytest.mark.parametrize("system", systems())
def test_the_needs_of_a_preset_that_ships_are_seen_without_parsing_it(system):
    preset, _ = find(system)

    text = (catalogue.FOLDER / f"{system}.toml").read_text(encoding="utf-8")

    assert needs_in(text) == tuple(part.needs for part in preset.files)


@pytest.mark.parametrize("system", systems())
def test_the_files_of_a_preset_that_ships_have_names_of_their_own(system):
    names = [part.name for part in find(system)[0].files]

    assert len(set(names)) == len(names)


# Looking through


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("needs=['a', \"b]c\"]", ("a", "b]c")),
        ("  needs = [\n  'a', # 'not this', nor ] this\n  'b',\n]", ("a", "b")),
        ('needs = "a" # one', ("a",)),
        ('needs = [\'with "quotes"\', "it\'s"]', ('with "quotes"', "it's")),
        ("needs = [ ]", ()),
    ],
)
def test_needs_are_seen_however_they_are_written(text, needs):
    assert needs_in(f"[[file]]\n{text}\nform = 'changes'\n") == (needs,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'file = [{ name = "a", needs = ["id"] }]',
        '[[file]]\nneeds = ["a\\u0062"]\n',
        '[[file]]\nneeds = ["a"]\n[[file]]\n"needs" = ["b"]\n',
        "[[file]]\nneeds = ['''a''']\n",
    ],
)
def test_what_cannot_be_seen_is_parsed(text):
    assert needs_in(text) is None


def test_only_presets_that_could_fit_are_parsed(shelf):
    shelf(desk='"id", "state"', shop='"id", "price"')
    (catalogue.FOLDER / "broken.toml").write_text("[[file]]\nneeds = ['planet']\n = =")

    found = likely(lambda needs: set(needs) <= {"id", "state", "time"})

    assert [preset.system for preset in found] == ["desk"]


def test_presets_come_by_system_whatever_the_order_of_the_folder(shelf):
    shelf(shop='"a"', desk='"b"', aid='"c"')

    assert [preset.system for preset in shipped()] == ["aid", "desk", "shop"]


# Looking up


def test_a_file_of_a_system_can_be_named(shelf):
    shelf(desk='"a"')

    preset, part = find(" Desk:AUDIT")

    assert (preset.system, part.name) == ("desk", "audit")


@pytest.mark.parametrize(
    ("name", "words", "mend"),
    [
        ("deks", "there is no preset 'deks'; did you mean 'desk'?", "there are desk, shop; "),
        ("oracle", "there is no preset 'oracle'", "there are desk, shop; a preset of your own"),
        ("desk:audits", "has no file 'audits'; did you mean 'audit'?", "there are audit"),
        ("desk:", "the preset desk has no file ''", "there are audit"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(shelf, name, words, mend):
    shelf(desk='"a"', shop='"b"')

    with pytest.raises(UsageError) as error:
        find(name)

    assert words in error.value.message
    assert error.value.mend.startswith(mend)


# Presets of users


def test_a_preset_of_a_user_may_have_a_mark_and_other_line_ends(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(
        b"\xef\xbb\xbf" + SMALL.format(system="own", needs='"a"').replace("\n", "\r\n").encode()
    )

    preset = read_preset(path)

    assert (preset.system, preset.source) == ("own", str(path))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"system = ", "is not TOML"),
        (b"system = 'x'\ntitle = 'x'\n", "has no [[file]]"),
        (b"# \xff", "is not UTF-8, which TOML has to be: byte 2"),
        (b"#" * ((4 << 20) + 1), "is too large for a preset"),
        (SMALL.format(system="x", needs="").encode(), "has no needs"),
        (b"wrong = 1\n" + SMALL.format(system="x", needs="1").encode(), "'wrong'"),
    ],
)
def test_a_bad_preset_is_refused_by_its_place(tmp_path, data, words):
    path = tmp_path / "own.toml"
    path.write_bytes(data)

    with pytest.raises(InputError) as error:
        read_preset(path)

    assert error.value.where.file == str(path)
    assert words in error.value.message


@pytest.mark.parametrize("name", ["none.toml", "."])
def test_a_preset_that_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read"):
        read_preset(tmp_path / name)
