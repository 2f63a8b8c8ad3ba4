"""Pictures of a designed flow as users ask for them: whose layout, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from casemine.cli import main

LOG = str(Path(__file__).parents[2] / "sample_logs" / "incidents.csv")
POOL = "Service provider (YaSM LP4.6)"
PLAIN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
<process id="p" name="Claims"><startEvent id="s"/><task id="a" name="Log"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a"
targetRef="e"/></process></definitions>"""


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words):
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result


def test_a_flow_is_drawn_as_its_file_draws_it_or_laid_out_anew(desk):
    run("flow", "show", "yasm", "-o", "file.svg")
    run("flow", "show", "yasm", "-o", "own.svg", "--layout", "own")
    run("flow", "show", "yasm", "-o", "up.svg", "--direction", "tb")

    found = {name: (desk / f"{name}.svg").read_text("utf-8") for name in ("file", "own", "up")}
    assert POOL in found["file"]
    assert POOL not in found["own"]
    assert POOL not in found["up"]


def test_a_check_draws_the_design_with_its_numbers_in_either_layout(desk):
    words = ("check", LOG, "--flow", "yasm", "--fail-on", "never", "-q")
    run(*words, "--designed", "file.svg")
    run(*words, "--designed", "own.svg", "--layout", "own")

    found = [(desk / name).read_text("utf-8") for name in ("file.svg", "own.svg")]
    assert [POOL in picture for picture in found] == [True, False]
    for picture in found:
        assert 'data-activity="Log record" data-count="1500"' in picture


def test_a_file_without_a_drawing_is_said_only_where_one_is_asked_for(desk):
    (desk / "plain.bpmn").write_text(PLAIN, encoding="utf-8")

    quiet = run("flow", "show", "plain.bpmn", "-o", "a.svg")
    asked = run("flow", "show", "plain.bpmn", "-o", "b.svg", "--layout", "file")

    assert "holds no drawing" not in quiet.stderr
    assert "holds no drawing that is complete" in asked.stderr
    assert (desk / "a.svg").read_bytes() == (desk / "b.svg").read_bytes()
