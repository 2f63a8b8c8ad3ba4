"""`casemine flow` as users run it: verdict and exit code, steps, pictures and files."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest
from click.testing import CliRunner

from casemine.cli import main
from casemine.read.flows import read_flow
from casemine.write.pnml import to_pnml
from petri_nets import net_of

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
DEADLOCK = """<process id="claims" name="Claims">
<startEvent id="s"/>
<task id="log" name="Log"/>
<exclusiveGateway id="kind" name="Kind?"/>
<userTask id="approve" name="Approve"/>
<userTask id="reject" name="Reject"/>
<parallelGateway id="both"/>
<task id="close" name="Close"/>
<endEvent id="e"/>
"""
ARROWS = "s>log log>kind kind>approve kind>reject approve>both reject>both both>close close>e"


def bpmn(body, arrows):
    drawn = []
    for arrow in arrows.split():
        source, target = arrow.split(">")
        drawn.append(
            f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        )
    return "\n".join([HEAD, body.strip(), *drawn, "</process></definitions>"])


@pytest.fixture
def claims(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "claims.bpmn"
    path.write_text(bpmn(DEADLOCK, ARROWS), encoding="utf-8")
    return path


def run(*words):
    return CliRunner().invoke(main, ["flow", *map(str, words)])


def data_of(*words):
    result = run(*words, "-f", "json")
    found = json.loads(result.stdout)
    schema = resources.files("casemine.report").joinpath("schemas/flow-1.json").read_text()
    jsonschema.validate(found, json.loads(schema))
    return result.exit_code, found["data"]


def test_the_flow_that_ships_is_sound_and_ends_with_0():
    result = run("check", "yasm")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "YaSM LP4.6 is sound",
        "",
        "file       yasm-lp4.6.bpmn",
        "looked at  92 situations, 461 steps between them",
        "at once    at most 1 token in a place (1-safe)",
    ]


def test_a_deadlock_ends_with_3_and_shows_gateway_line_and_trace(claims, golden):
    result = run("check", "claims.bpmn")

    assert (result.exit_code, result.stderr) == (3, "")
    golden("flow-check.txt", result.stdout)
    assert "parallel gateway both (line 8) waits for a token that never comes" in result.stdout


def test_the_verdict_as_markdown_csv_and_json(claims):
    assert run("check", "claims.bpmn", "-f", "md").stdout.startswith("### Claims is not sound")
    rows = run("check", "claims.bpmn", "-f", "csv").stdout.splitlines()
    assert rows[0] == "kind,what,trace,again,elements,line,situations,remedy"
    assert rows[1].startswith("deadlock,")

    code, data = data_of("check", "claims.bpmn")

    assert code == 3
    first = data["soundness"]["faults"][0]
    assert (first["kind"], first["trace"]) == ("deadlock", ["Log", "Approve"])
    assert first["elements"] == [{"id": "both", "name": "", "kind": "parallelGateway", "line": 8}]
    assert data["soundness"]["can_end"] is False


def test_a_flow_with_more_situations_than_the_budget_is_decided_on_a_smaller_one(claims):
    sound = DEADLOCK.replace("parallelGateway", "exclusiveGateway")
    claims.write_text(bpmn(sound, ARROWS), encoding="utf-8")

    result = run("check", "claims.bpmn", "--budget", "3")

    assert result.exit_code == 0
    assert "of a smaller net with the same verdict" in result.stdout


def test_a_question_left_open_ends_with_3_and_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    steps = "; ".join(f"B{n}: b{n} x > c{n} x" for n in range(4))
    net = net_of(f"A: i > b0 b1 b2 b3 x; {steps}; Z: c0 c1 c2 c3 x > o")
    (tmp_path / "any.pnml").write_text(to_pnml(net), encoding="utf-8")

    assert run("check", "any.pnml").exit_code == 0
    result = run("check", "any.pnml", "--budget", "9")

    assert result.exit_code == 3
    assert result.stdout.startswith("net: whether it is sound was not decided\n")
    assert "there are more" in result.stdout


def test_show_lists_steps_lanes_and_what_leaves_no_event():
    result = run("show", "yasm")

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "YaSM LP4.6: 36 steps of 29 activities in 4 lanes"
    assert "ends with    Cancel record, Close record" in lines
    heads = [line.split() for line in lines if line.startswith("Involve specialists")]
    assert [words[4:7] for words in heads] == [["A21", "task", "2nd"], ["A21m", "task", "Incident"]]
    assert "3 × intermediate event 'No answer in time'" in result.stdout


def test_show_as_json_holds_each_step_with_its_line():
    code, data = data_of("show", "yasm")

    assert code == 0
    assert len(data["steps"]) == 36
    assert data["begins_with"] == ["Log record"]
    assert data["ends_with"] == ["Cancel record", "Close record"]
    assert data["steps"][0]["id"] == "A01"


def test_show_writes_picture_net_and_the_file_to_edit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = run("show", "yasm", "-o", "a.svg", "-o", "a.pnml", "-o", "my.bpmn", "-f", "csv")

    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert run("check", "a.pnml").exit_code == 0
    mine = read_flow("my.bpmn")
    assert mine.name == "YaSM LP4.6"
    assert len(mine.elements) == len(result.stdout.splitlines()) - 1


def test_a_net_says_which_transitions_stand_for_a_fault(tmp_path, monkeypatch, claims):
    run("show", "claims.bpmn", "-o", "claims.pnml")

    result = run("check", "claims.pnml")

    assert result.exit_code == 3
    assert "Log > Approve" in result.stdout


def test_a_file_of_ones_own_is_not_written_as_bpmn(claims):
    result = run("show", "claims.bpmn", "-o", "copy.bpmn")

    assert result.exit_code == 2
    assert "only a flow that comes with casemine is written as .bpmn" in result.stderr


def test_the_flow_itself_is_not_replaced(claims):
    before = claims.read_text(encoding="utf-8")

    result = run("show", "claims.bpmn", "-o", "claims.bpmn")

    assert result.exit_code == 2
    assert claims.read_text(encoding="utf-8") == before


def test_a_flow_that_is_not_there_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = run("check", "nowhere.bpmn")

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("casemine: nowhere.bpmn: ")


ONE = (
    '<process id="{0}" name="{0}"><startEvent id="s{0}"/><task id="t{0}" name="Do"/>'
    '<endEvent id="e{0}"/><sequenceFlow id="f{0}" sourceRef="s{0}" targetRef="t{0}"/>'
    '<sequenceFlow id="g{0}" sourceRef="t{0}" targetRef="e{0}"/></process>'
)


def write_several(folder, *processes):
    text = HEAD + "\n".join(processes) + "</definitions>"
    (folder / "two.bpmn").write_text(text, encoding="utf-8")


def test_of_several_processes_one_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_several(tmp_path, ONE.format("a"), ONE.format("b"))

    assert run("check", "two.bpmn", "--process", "b").stdout.startswith("b is sound")
    assert run("show", "two.bpmn").exit_code == 3


def test_of_several_processes_each_is_judged(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_several(tmp_path, ONE.format("a"), ONE.format("b"))

    result = run("check", "two.bpmn")

    assert result.exit_code == 0
    assert result.stdout.startswith("two.bpmn: 2 processes, 2 of them sound\n")
    assert result.stdout.count(" sound\n") == 3


def test_a_process_without_steps_beside_others_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    empty = '<process id="c"><startEvent id="sc"/></process>'
    write_several(tmp_path, ONE.format("a"), ONE.format("b"), empty)

    result = run("check", "two.bpmn", "-f", "csv")

    assert result.exit_code == 0
    assert [row.split(",")[3] for row in result.stdout.splitlines()[1:]] == [
        *("sound", "sound", "no steps")
    ]


def test_faults_and_refusals_of_several_processes_are_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    faulty = bpmn(DEADLOCK, ARROWS).removeprefix(HEAD).removesuffix("</definitions>")
    broken = ONE.format("c").replace('targetRef="ec"', 'targetRef="nowhere"')
    write_several(tmp_path, ONE.format("a"), faulty, broken)

    result = run("check", "two.bpmn")
    found = json.loads(run("check", "two.bpmn", "-f", "json").stdout)
    schema = resources.files("casemine.report").joinpath("schemas/flows-1.json").read_text()
    jsonschema.validate(found, json.loads(schema))

    assert result.exit_code == 3
    assert result.stdout.startswith("two.bpmn: 3 processes, 1 of them sound\n")
    assert "Claims is not sound: 2 faults" in result.stdout
    assert "Deadlock: it stops before the end" in result.stdout
    assert "the sequence flow 'gc' leads to 'nowhere'" in result.stdout
    verdicts = [
        (one["refused"] and one["refused"][:4]) or one["flow"]["soundness"]["verdict"]
        for one in found["data"]["processes"]
    ]
    assert verdicts == ["sound", "unsound", "line"]
    rows = run("check", "two.bpmn", "-f", "csv").stdout.splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == ["sound", "unsound", "refused"]


def test_of_several_nets_each_is_judged(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one = to_pnml(net_of("A: i > o"))
    inner = one[one.index("<net") : one.index("</pnml>")]
    second = inner.replace('id="net"', 'id="other"', 1)
    text = one.replace("</pnml>", second + "</pnml>")
    (tmp_path / "nets.pnml").write_text(text, encoding="utf-8")

    result = run("check", "nets.pnml")

    assert result.stdout.startswith("nets.pnml: 2 processes, 2 of them sound\n"), result.stderr


def test_a_refused_flow_speaks_of_faults_and_not_of_rows(claims):
    log = claims.parent / "log.csv"
    log.write_text("case,activity,time\n1,Log,2024-01-01T10:00:00Z\n")

    result = CliRunner().invoke(main, ["check", str(log), "--flow", "claims.bpmn"])

    assert result.exit_code == 3
    assert "faults in all)" in result.stderr
    assert "rows)" not in result.stderr
