"""Files beside an export, and what is kept of a log that made use of them."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from casemine.cli import main
from casemine.read.beside import files_beside, state_beside
from casemine.read.crm.language import catalogue

DESK = """
system = "desk"
title = "Desk"
[fields]
owner = "assignee"
[[file]]
name = "audit"
title = "change table"
form = "changes"
needs = ["case_key", "field", "old", "new", "at", "by"]
[file.columns]
case = "case_key"
time = "at"
field = "field"
old = "old"
new = "new"
actor = "by"
[[file]]
name = "users"
title = "users"
form = "lookup"
needs = ["id", "name"]
[[file.lookup]]
of = "users"
key = "id"
name = "name"
"""
AUDIT = (
    "case_key,field,old,new,at,by\n1,owner,,7,2026-05-13 09:00,7\n1,owner,7,8,2026-05-13 10:00,7\n"
)


def names(paths) -> list[str]:
    return [path.name for path in files_beside(paths)]


def test_files_beside_are_those_of_the_folder_that_may_be_tables(tmp_path):
    for name in ("b.csv", "a.json", "audit.csv", "logo.png", ".hidden.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "sub.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "b.csv")

    assert names([tmp_path / "audit.csv"]) == ["a.json", "b.csv"]
    assert names([tmp_path / "audit.csv", tmp_path / "b.csv"]) == ["a.json"]
    assert names([tmp_path / "none.csv"]) == []


def test_a_folder_of_very_many_files_is_no_place_of_an_export(tmp_path, monkeypatch):
    monkeypatch.setattr("casemine.read.beside.MOST", 2)
    for name in ("a.csv", "b.csv", "audit.csv"):
        (tmp_path / name).write_text("x")

    assert names([tmp_path / "audit.csv"]) == []


def test_the_state_changes_with_what_lies_beside(tmp_path):
    (tmp_path / "audit.csv").write_text("x")
    states = [state_beside([tmp_path / "audit.csv"])]
    for text in ("x", "xy"):
        (tmp_path / "a.csv").write_text(text)
        states.append(state_beside([tmp_path / "audit.csv"]))
    os.utime(tmp_path / "a.csv", (1, 1))
    states.append(state_beside([tmp_path / "audit.csv"]))

    assert len(set(states)) == 4


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An export of a made-up system, the only one known, and a cache that keeps small logs too."""
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "desk.toml").write_text(DESK)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "audit.csv").write_text(AUDIT)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path / "presets")
    monkeypatch.setattr("casemine.log.store.SMALL", 0)
    monkeypatch.setenv("CASEMINE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path / "work")
    for cached in (catalogue._texts, catalogue._parsed):
        cached.cache_clear()
    yield tmp_path / "work"
    for cached in (catalogue._texts, catalogue._parsed):
        cached.cache_clear()


def imported() -> str:
    result = CliRunner().invoke(main, ["import", "audit.csv", "-o", "-"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_log_that_was_kept_is_read_again_when_names_have_come_beside_it(desk):
    before = imported()
    (desk / "users.csv").write_text("id,name\n7,Ann\n8,Bob\n")

    after = imported()

    assert "Ann" not in before
    assert "Ann" in after
    assert imported() == after


def test_a_log_of_an_export_is_kept(desk, monkeypatch):
    imported()
    monkeypatch.setattr(
        "casemine.read.read_log", lambda *_: pytest.fail("read again"), raising=False
    )

    assert "Assigned" in imported()
