"""`casemine map` as users run it: account, files, suggestions, and what is said of mistakes."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from casemine.cli import main
from casemine.write import write_log
from change_lists import change, changes_log, comment, created, group, status

SCHEMA = files("casemine.report") / "schemas" / "map-1.json"


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with a small log in it."""
    log = changes_log(
        created(group="Billing"),
        status(5, "New", "In Progress"),
        comment(6, public=False),
        group(9, "Billing", "Tier 2"),
        status(60, "In Progress", "Done"),
        change(90, "status", "Zork", old="Done"),
    )
    write_log(log, tmp_path / "log.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str):
    return CliRunner().invoke(main, ["map", *args])


def test_account_follows_its_schema():
    result = run("log.parquet", "--mapping", "zendesk", "-f", "json")

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    data = found["data"]
    counts = [data[f"events_{what}"] for what in ("mapped", "ignored", "unmapped", "written")]
    assert (data["mapping"], data["events"], counts) == ("zendesk", 6, [4, 1, 1, 6])
    assert data["ignored"] == [{"rule": "internal note", "changes": 1}]
    assert [(one["activity"], one["to"], one["events"]) for one in data["unmapped"]] == [
        ("Status: Zork", "Zork", 1)
    ]
    assert data["tiers"] == [
        {"group": "Billing", "tier": "L1", "known": False, "events": 3},
        {"group": "Tier 2", "tier": "L2", "known": True, "events": 3},
    ]
    by_rule = {one["rule"]: (one["activities"], one["changes"]) for one in data["mapped"]}
    assert by_rule["done in 2nd level"] == (
        ["Resolve in 2nd level", "Close record"],
        1,
    )


@pytest.mark.parametrize("form", ["table", "md", "csv", "ndjson", "tsv"])
def test_account_comes_in_every_form(form):
    result = run("log.parquet", "-f", form)

    assert result.exit_code == 0, result.output
    for word in ("Hand over to 2nd level", "internal note", "Status: Zork"):
        assert word in result.stdout


def test_account_as_csv_has_a_record_per_rule_and_per_kind_of_event_left():
    records = list(csv.DictReader(io.StringIO(run("log.parquet", "-f", "csv").stdout)))

    assert sum(int(record["changes"]) for record in records) == 6
    assert records[-1] == {
        "outcome": "unmapped",
        "rule": "",
        "activity": "Status: Zork",
        "changes": "1",
    }


def test_stderr_says_which_mapping_was_used_and_what_became_of_the_events():
    result = run("log.parquet", "-f", "json")

    assert "note: mapping generic: the log does not say which system" in result.stderr
    assert (
        "mapped: 6 events by generic: 4 mapped, 1 ignored, 1 left under its raw name; "
        "6 events written" in result.stderr
    )
    assert "note: groups of unknown tier count as 1st level: Billing (3)" in result.stderr


@pytest.mark.parametrize("name", ["mapped.parquet", "mapped.csv", "mapped.xes"])
def test_mapped_log_is_written_and_read_again(name):
    result = run("log.parquet", "--mapping", "servicenow", "-o", name)

    assert result.exit_code == 0, result.output
    again = CliRunner().invoke(main, ["variants", name, "-f", "json"])
    (variant,) = json.loads(again.stdout)["data"]
    assert variant["trace"] == [
        "Log record",
        "Analyse in 1st level",
        "Hand over to 2nd level",
        "Resolve in 2nd level",
        "Close record",
        "Status: Zork",
    ]


def test_log_on_stdout_stands_alone():
    result = run("log.parquet", "-o", "-")

    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["raw_activity"] for row in rows][:2] == ["create", "Status: In Progress"]
    assert [row["rule"] for row in rows][-1] == ""


def test_suggestion_goes_to_a_file_that_works_as_it_is(desk):
    written = run("log.parquet", "--suggest", "-o", "my.toml")
    before = run("log.parquet", "-o", "-")

    after = run("log.parquet", "--mapping", "my.toml", "-o", "-")

    assert written.exit_code == 0, written.output
    assert "wrote my.toml" in written.stderr
    assert tomllib.loads((desk / "my.toml").read_text())["extends"] == "generic"
    assert after.stdout == before.stdout


def test_suggestion_goes_to_stdout_where_no_file_is_named():
    result = run("log.parquet", "--suggest")

    assert '# "Zork" = ""  # 1 event; nothing is near' in result.stdout
    assert '# "Billing" = "L1"  # 3 events' in result.stdout


def test_list_names_what_ships_without_a_log():
    result = run("--list")

    assert result.exit_code == 0
    assert "zendesk        Zendesk\n" in result.stdout


def test_preset_may_name_the_mapping_of_a_system():
    by_preset = run("log.parquet", "--preset", "jira", "-f", "json")
    both = run("log.parquet", "--preset", "jira", "--mapping", "zendesk")

    assert json.loads(by_preset.stdout)["data"]["mapping"] == "jira"
    assert (both.exit_code, both.stdout) == (2, "")
    assert "--mapping and --preset name two mappings" in both.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--mapping", "zendesc"], 2, "there is no mapping 'zendesc'; did you mean 'zendesk'?"),
        (["--mapping", "absent.toml"], 3, "absent.toml: the mapping cannot be read"),
        (["--mapping", "bad.toml"], 3, "bad.toml:2: kind in rule 1 is 'stauts', which means"),
        (["-o", "log.txt"], 2, "nothing can be written to a file that ends in '.txt'"),
        (["--suggest", "-o", "log.csv"], 2, "nothing can be written to a file that ends in '.csv'"),
        (["-o", "log.parquet"], 2, "'log.parquet' is an input and would be replaced"),
        (["--mapping", "good.toml", "--suggest", "-o", "good.toml"], 2, "'good.toml' is an input"),
        (["--to", "itil"], 2, "'itil' is not one of yasm"),
    ],
)
def test_mistake_is_named_and_nothing_is_written(desk, words, code, message):
    (desk / "bad.toml").write_text('\n[[rule]]\nkind = "stauts"\nignore = true\n')
    (desk / "good.toml").write_text('extends = "generic"\n')
    before = sorted(path.name for path in desk.iterdir())

    result = run("log.parquet", *words)

    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert sorted(path.name for path in desk.iterdir()) == before
