"""`casemine columns` on the exports of known systems, and `--from list`."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from casemine.cli import main
from casemine.read.crm.language import catalogue

DESK = """
system = "desk"
title = "Desk"
[[file]]
name = "audit"
title = "change table"
form = "changes"
needs = ["case_key", "field", "old", "new"]
hints = ["at"]
[file.columns]
case = "case_key"
time = "at"
[[file]]
name = "tickets"
title = "list of tickets"
form = "tickets"
needs = ["number", "state"]
[[file]]
name = "snapshots"
title = "snapshot log"
form = "snapshots"
plain = true
needs = ["number", "state", "at"]
columns = { case = "number", time = "at" }
track = { state = "status" }
"""
SHOP = """
system = "shop"
title = "Shop"
[[file]]
name = "list"
title = "list of orders"
form = "tickets"
needs = ["number", "buyer"]
"""
AUDIT = "case_key,field,old,new,at\n1,state,New,Open,2026-05-13 09:00\n"
SNAPSHOTS = (
    "number,state,at\n1,New,2026-05-13 09:00\n1,Open,2026-05-13 10:00\n2,New,2026-05-14 09:00\n"
)
TIE = "number,state,buyer\n1,Open,ann\n2,New,bob\n"
PLAIN = "case,activity,time\n1,New,2026-05-13 09:00\n1,Open,2026-05-13 10:00\n"


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with exports of two made-up systems, the only ones that are known."""
    presets = tmp_path / "presets"
    presets.mkdir()
    (presets / "desk.toml").write_text(DESK)
    (presets / "shop.toml").write_text(SHOP)
    monkeypatch.setattr(catalogue, "FOLDER", presets)
    for cached in (catalogue._texts, catalogue._parsed):
        cached.cache_clear()
    work = tmp_path / "work"
    (work / "dump").mkdir(parents=True)
    monkeypatch.chdir(work)
    for name, text in {
        "audit.csv": AUDIT,
        "dump/audit.csv": AUDIT,
        "dump/plain.csv": PLAIN,
        "dump/notes.md": "# notes",
        "snapshots.csv": SNAPSHOTS,
        "tie.csv": TIE,
        "plain.csv": PLAIN,
    }.items():
        (work / name).write_text(text)
    yield work
    for cached in (catalogue._texts, catalogue._parsed):
        cached.cache_clear()


def run(*args: str, **kwargs):
    return CliRunner().invoke(main, list(args), **kwargs)


def data_of(*args: str):
    """Run with -f json and hold the output against its schema."""
    result = run(*args, "-f", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["schema"] == "casemine/detection/1"
    schema = json.loads((files("casemine.report") / "schemas" / "detection-1.json").read_text())
    Draft202012Validator(schema).validate(found)
    return found["data"]


def test_a_known_export_is_shown_with_its_preset_and_the_way_round_it():
    result = run("columns", "audit.csv")

    assert result.exit_code == 0
    assert result.stdout.startswith("audit: read by the preset desk\n")
    assert "desk:audit" in result.stdout
    assert "Desk: change table" in result.stdout
    assert "--from csv proposes columns for the file as it stands" in result.stdout


def test_columns_of_a_known_export_are_proposed_on_request():
    result = run("columns", "audit.csv", "--from", "csv")

    assert result.stdout.startswith("audit: columns by 1 row")


def test_the_choice_is_kept_as_toml():
    result = run("columns", "audit.csv", "--toml")

    assert result.stdout == '[log]\nfrom = "desk"\n'


def test_the_score_table_names_what_is_there_and_what_is_missing():
    result = run("columns", "audit.csv", "--explain")

    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "* desk:audit 4.25 4 of 4 case_key, field, old, new, (at) – chosen" in lines
    assert "desk:snapshots 1.00 1 of 3 at number, state –" in lines
    assert "not shown: 2 kinds of export with less in common" in lines


def test_the_scores_are_there_for_programs():
    found = data_of("columns", "audit.csv", "--explain")

    assert (found["preset"], found["problem"]) == ("desk", None)
    assert [(each["file"], each["kind"]) for each in found["files"]] == [("audit.csv", "audit")]
    best = found["scores"][0]
    assert (best["kind"], best["score"], best["chosen"]) == ("audit", 4.25, True)
    assert {each["preset"] for each in found["scores"]} == {"desk", "shop"}


def test_a_folder_shows_what_each_file_is_and_what_was_passed_over():
    found = data_of("columns", "dump")

    assert [(each["file"], each["kind"]) for each in found["files"]] == [
        ("audit.csv", "audit"),
        ("plain.csv", None),
    ]
    assert [note["code"] for note in found["notes"]] == ["files-passed-over", "files-left-aside"]
    text = run("columns", "dump", "--explain").stdout
    assert "has nothing that its files need" in text
    assert "notes.md' is no kind of log" in text


def test_a_plain_log_is_explained_too():
    found = data_of("columns", "plain.csv", "--explain")

    assert found["preset"] is None
    assert found["files"][0]["why"] == "no preset knows it"
    assert len(found["scores"]) == 4
    assert run("columns", "plain.csv", "--explain").stdout.startswith(
        "plain: read as it stands, by no preset\n"
    )


def test_a_plain_log_is_shown_by_its_columns_as_ever():
    result = run("columns", "plain.csv")

    assert result.stdout.startswith("plain: columns by 2 rows\n")
    assert result.stderr == ""


def test_a_log_as_it_stands_is_shown_by_its_columns_with_a_note():
    result = run("columns", "snapshots.csv")

    assert "snapshots: columns by 3 rows" in result.stdout
    assert "--from desk derives the events from its changes" in result.stderr
    assert "also an event log as it stands" in run("columns", "snapshots.csv", "--explain").stdout


def test_a_tie_is_an_error_and_its_explanation_is_none():
    result = run("columns", "tie.csv")

    assert result.exit_code == 3
    assert result.stderr.startswith(
        "casemine: tie.csv: could be desk:tickets (Desk: list of tickets)"
    )
    assert "help: say which with --from desk or shop" in result.stderr
    explained = data_of("columns", "tie.csv", "--explain")
    assert explained["problem"].startswith("tie.csv: could be desk:tickets")
    assert [each["remark"] for each in explained["scores"] if each["fits"]] == [
        "as good as another",
        "as good as another",
    ]


def test_standard_input_is_looked_at_and_then_read():
    known = run("columns", "-", input=AUDIT.encode())
    plain = run("columns", "-", input=PLAIN.encode())

    assert known.stdout.startswith("stdin: read by the preset desk\n")
    assert plain.stdout.startswith("stdin: columns by 2 rows\n")


def test_nothing_can_be_explained_where_columns_are_named():
    result = run("columns", "audit.csv", "--case", "case_key", "--explain")

    assert result.exit_code == 2
    assert "no preset was tried" in result.stderr


@pytest.mark.parametrize("word", ["list", "?"])
def test_from_list_shows_all_presets_with_what_they_need(word):
    result = run("import", "--from", word)

    assert (result.exit_code, result.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == "4 kinds of export of 2 systems"
    assert "desk:audit Desk: change table case_key, field, old, new" in lines
    assert "shop:list Shop: list of orders number, buyer" in lines


def test_an_unknown_word_lists_the_presets():
    result = run("columns", "audit.csv", "--from", "desc")

    assert result.exit_code == 2
    assert "'desc' is no kind of file and no preset; did you mean 'desk'?" in result.stderr


def test_a_preset_and_side_files_can_stand_in_the_configuration(desk):
    (desk / "own.toml").write_text(DESK.replace('"desk"', '"mine"'))
    (desk / "casemine.toml").write_text('[log]\npreset = "own.toml"\n')

    assert data_of("columns", "audit.csv")["preset"] == "mine"


def test_no_report_moves_the_cursor(desk):
    name = desk / "a\x1b[31m.csv"
    name.write_text(AUDIT)

    result = run("columns", str(name), "--explain", "--color", "never")

    assert "a\\x1b[31m.csv" in result.stdout
    assert "\x1b" not in result.stdout
