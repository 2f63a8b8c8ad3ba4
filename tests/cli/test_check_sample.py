"""The sample log against the flow that ships: whole reports as reviewed, another sample passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from casemine.cli import main

LOG = str(Path(__file__).parents[2] / "sample_logs" / "incidents.csv")


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str):
    return CliRunner().invoke(main, list(args))


def test_the_sample_log_reads_as_it_was_reviewed(desk, golden):
    names = ["r.junit.xml", "r.sarif", "r.md"]
    outputs = [word for name in names for word in ("-o", name)]
    result = run("check", LOG, "--flow", "yasm", "--gitlab", "r.gitlab.json", *outputs)

    assert result.exit_code == 1, result.output
    golden("check-sample.txt", result.stdout)
    for name in (*names, "r.gitlab.json"):
        golden(f"check-sample{name[1:]}", (desk / name).read_text(encoding="utf-8"))


def test_findings_of_the_shipped_flow_are_anchored_at_what_the_project_has(desk):
    def places():
        run("check", LOG, "--flow", "yasm", "-o", "r.sarif", "-q")
        (found,) = json.loads((desk / "r.sarif").read_text())["runs"]
        places = [one["locations"][0]["physicalLocation"] for one in found["results"]]
        return {(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places}

    assert places() == {("yasm-lp4.6.bpmn", 1)}
    run("baseline", "create", LOG, "--flow", "yasm", "-q")
    assert places() == {(".casemine-baseline.json", 1)}
    (desk / "casemine.toml").write_text('# ours\n[check]\nfail_on = "new"\n')
    assert places() == {("casemine.toml", 2)}


def test_another_sample_of_the_same_desk_passes_and_a_worse_one_fails(desk):
    worse = ("--deviation", "ping-pong=8%")
    for name, *more in (("a.csv",), ("b.csv",), ("c.csv", *worse)):
        seed = str(ord(name[0]))
        assert run("generate", "--seed", seed, *more, "-o", name, "-q").exit_code == 0
    assert run("baseline", "create", "a.csv", "--flow", "yasm").exit_code == 0

    assert run("check", "b.csv", "--flow", "yasm").exit_code == 0
    result = run("check", "c.csv", "--flow", "yasm")
    assert result.exit_code == 1
    assert "CM002 " in result.stdout
    assert "Return to 1st level" in result.stdout.split("What this log can show")[0]
