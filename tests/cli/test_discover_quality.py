"""`casemine discover --quality`: on the terminal, as data, and where it makes no sense."""

import json
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from casemine.cli import main

SCHEMAS = files("casemine.report") / "schemas"
TRACES = {"1": "New Open Closed", "2": "New Closed", "3": "New Open Open Closed", "4": "New Closed"}


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder of its own with the log `log.csv` in it."""
    rows = [
        f"{case},{activity},2026-05-{13 + minute // 60}T09:{minute % 60:02}:00Z\n"
        for case, trace in TRACES.items()
        for minute, activity in enumerate(trace.split())
    ]
    (tmp_path / "log.csv").write_text("case,activity,time\n" + "".join(rows))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args):
    return CliRunner().invoke(main, ["discover", "log.csv", *args])


def test_the_quality_stands_under_the_model():
    result = run("--as", "petri", "--quality")

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    shown = dict(line.split(None, 1) for line in lines[lines.index("Quality of the model") + 1 :])
    assert shown["fitness"] == "1.000 mean of cases"
    assert {"precision", "generalisation", "simplicity"} <= shown.keys()


@pytest.mark.parametrize("kind", ["petri", "bpmn", "tree"])
def test_the_quality_is_data_under_its_schema_and_the_same_for_every_kind(kind, desk):
    result = run("--as", kind, "--quality", "-f", "json")
    plain = run("--as", "petri", "--quality", "-f", "json")

    found = json.loads(result.stdout)
    schema = json.loads((SCHEMAS / f"{kind}-1.json").read_text())
    Draft202012Validator(schema).validate(found)
    assert found["data"]["quality"] == json.loads(plain.stdout)["data"]["quality"]
    assert found["data"]["quality"]["cost"] == 0
    (desk / "model.json").write_text(result.stdout)
    again = CliRunner().invoke(main, ["render", "model.json", "-o", "model.svg"])
    assert again.exit_code == 0, again.output


def test_without_the_option_nothing_is_measured():
    result = run("--as", "petri", "-f", "json")

    assert "quality" not in json.loads(result.stdout)["data"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--quality"], "add --as petri, --as bpmn or --as tree"),
        (["--quality", "-o", "map.dot"], "a process map can't"),
        (["--quality", "--as", "petri", "-o", "-"], "write the model to a file"),
    ],
)
def test_what_cannot_be_measured_or_shown_is_a_usage_error(args, words):
    result = run(*args)

    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


@pytest.mark.parametrize(
    "term", ["precision", "generalisation", "simplicity", "fitness, log", "moves off model"]
)
def test_every_word_of_it_is_explained(term):
    result = CliRunner().invoke(main, ["explain", term])

    assert result.exit_code == 0, result.output
