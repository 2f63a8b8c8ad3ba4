"""`casemine check` and `casemine baseline` as users and CI run them."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import subprocess
import sys
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from lxml import etree

from casemine.cli import main

SCHEMAS = files("casemine.report") / "schemas"
STEPS = ("Register", "Resolve", "Inform", "Close")
BASELINE = ".casemine-baseline.json"


def bpmn(steps=STEPS) -> str:
    """A sequence of tasks, one to a line, so that their lines are known."""
    names = ["start", *(f"t{n}" for n in range(len(steps))), "end"]
    tasks = [f'<task id="t{n}" name="{name}"/>' for n, name in enumerate(steps)]
    flows = [
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(itertools.pairwise(names))
    ]
    return "\n".join(
        [
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">',
            '<process id="p" name="incident"><startEvent id="start"/>',
            *tasks,
            '<endEvent id="end"/>',
            *flows,
            "</process></definitions>",
        ]
    )


def log_of(*traces: tuple[tuple[str, ...], int]) -> str:
    """So many cases of each trace, an hour between events, a day between cases."""
    lines, number = ["case,activity,time"], 0
    for trace, cases in traces:
        for _ in range(cases):
            day = f"2026-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
            lines += [
                f"C{number:04},{step},{day}T{8 + n:02}:00:00Z" for n, step in enumerate(trace)
            ]
            number += 1
    return "\n".join(lines) + "\n"


WHOLE = (STEPS, 180)
SKIPS = (("Register", "Resolve", "Close"), 20)


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A project: its design, a log that follows it, and one that does not."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "incident.bpmn").write_text(bpmn())
    (tmp_path / "good.csv").write_text(log_of((STEPS, 200)))
    (tmp_path / "log.csv").write_text(log_of(WHOLE, SKIPS))
    (tmp_path / "worse.csv").write_text(log_of((STEPS, 120), (SKIPS[0], 80)))
    for name in ("SOURCE_DATE_EPOCH", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str):
    return CliRunner().invoke(main, list(args))


def check(log: str = "log.csv", *args: str):
    return run("check", log, "--flow", "models/incident.bpmn", *args)


def baseline(action: str, *args: str, log: str = "log.csv"):
    return run("baseline", action, log, "--flow", "models/incident.bpmn", *args)


def test_a_log_that_follows_its_design_ends_with_0():
    result = check("good.csv")

    assert (result.exit_code, result.stderr) == (0, "good: 800 rows read, all used\n")
    assert result.stdout.startswith("good: passed: nothing deviates; 200 of 200 cases (100.0 %)")


def test_measures_take_the_same_cases_for_open_as_the_check_does(desk):
    (desk / "small.csv").write_text(
        "case,activity,time\n"
        "1,Log record,2026-01-01\n"
        "1,Resolve in 1st level,2026-01-02\n"
        "2,Log record,2026-01-03\n"
        "3,Close record,2026-01-04\n"
    )

    usual = run("check", "small.csv", "--flow", "yasm", "--fail-on", "never")
    named = run(
        *("check", "small.csv", "--flow", "yasm", "--fail-on", "never"),
        *("--open-unless", "Log record", "--open-unless", "Close record"),
    )

    assert "1 open case counted as still running" in usual.stdout
    assert "counted as still running" not in named.stdout


def test_a_deviation_ends_with_1_and_is_told_with_its_rows():
    result = check()

    assert result.exit_code == 1
    assert result.stdout.startswith(
        "log: failed: 1 deviation, none of them known or allowed; 180 of 200"
    )
    assert "skipped: Inform" in result.stdout
    assert "C0180" in result.stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--limit", "CM001=20%"], 0),
        (["--limit", "CM001:Inform=0.2"], 0),
        (["--limit", "CM001=2%"], 1),
        (["--limit", "CM001=20%", "--fail-on", "any"], 0),
        (["--limit", "CM001=20%", "--min-fitness", "0.99"], 1),
        (["--limit", "CM001=20%", "--min-fitting", "80%"], 0),
        (["--limit", "CM001=20%", "--min-fitting", "97%"], 1),
        (["--limit", "CM001"], 2),
        (["--limit", "CM001=many"], 2),
        (["--limit", "CM999=1%"], 2),
        (["--baseline", "absent.json"], 3),
        (["--process", "nobody"], 3),
        (["--observable", "nothing"], 2),
        (["--observable", "seen"], 1),
        (["--observable", "seen", "--observable", "all"], 2),
        (["-o", "report.docx"], 2),
        (["--sarif", "no/such/folder.sarif"], 3),
        (["--junit", "log.csv"], 2),
        (["--open-unless", "Clse"], 2),
        (["--since", "2030-01-01"], 3),
        (["--map", "map.pdf"], 2),
        (["-o", "x.json", "--gitlab", "x.json"], 2),
        (["--sarif", "models/incident.bpmn"], 2),
    ],
)
def test_the_exit_code_says_what_happened(args, code):
    result = check("log.csv", *args)

    assert result.exit_code == code, result.output


def test_the_steps_that_the_log_can_show_are_named(desk):
    named = [part for name in STEPS if name != "Inform" for part in ("--observable", name)]

    result = check("log.csv", *named)

    assert result.exit_code == 0, result.output
    assert "events of steps that were left out by choice: Inform" in result.stdout

    steps = [name for name in STEPS if name != "Inform"]
    (desk / "casemine.toml").write_text(f"[check]\nobservable = {steps}\n")
    assert check("log.csv").stdout == result.stdout


@pytest.mark.parametrize("text", ['"seen"', '["seen"]'])
def test_the_configuration_says_what_is_observable_in_one_word(desk, text):
    (desk / "casemine.toml").write_text(f"[check]\nobservable = {text}\n")

    assert check("log.csv").stdout == check("log.csv", "--observable", "seen").stdout


def test_without_a_design_the_command_line_is_wrong():
    result = run("check", "log.csv")

    assert result.exit_code == 2
    assert "--flow yasm" in result.stderr


def test_a_flow_that_is_not_there_names_the_one_that_is():
    result = run("check", "log.csv", "--flow", "yasn")

    assert result.exit_code == 2
    assert "did you mean 'yasm'?" in result.stderr


def test_a_design_that_never_ends_is_refused_with_3(desk):
    text = bpmn().replace('sourceRef="t3" targetRef="end"', 'sourceRef="t3" targetRef="t3"')
    (desk / "models" / "incident.bpmn").write_text(text)

    result = check()

    assert result.exit_code == 3
    assert result.stderr.count("\n") <= 3


def test_every_form_is_written_and_the_same_input_gives_the_same_bytes(desk):
    names = ["r.json", "r.ndjson", "r.csv", "r.tsv", "r.md", "r.txt", "r.sarif", "r.junit.xml"]
    outputs = [word for name in names for word in ("-o", name)]
    named = ["--junit", "j.xml", "--sarif", "s.sarif", "--gitlab", "g.json"]

    first = check("log.csv", *outputs, *named)
    written = {path.name: path.read_bytes() for path in desk.iterdir() if path.is_file()}
    again = check("log.csv", *outputs, *named)

    assert first.stdout == again.stdout
    assert {*names, "j.xml", "s.sarif", "g.json"} <= written.keys()
    assert written == {path.name: path.read_bytes() for path in desk.iterdir() if path.is_file()}
    assert written["j.xml"] == written["r.junit.xml"]
    assert all(str(desk).encode() not in content for content in written.values())


def test_the_json_follows_its_schema_and_the_contract():
    result = check("log.csv", "-f", "json")
    found = json.loads(result.stdout)

    Draft202012Validator(json.loads((SCHEMAS / "check-1.json").read_text())).validate(found)
    data = found["data"]
    assert (data["cases"], data["fitting_cases"], data["cost_total"], data["not_aligned"]) == (
        *(200, 180, 20),
        0,
    )
    assert data["fitness"] == pytest.approx(1 - (20 * 1 / (3 + 4)) / 200)
    (one,) = data["deviations"]
    wanted = {"rule": "CM001", "element": "Inform", "kind": "skipped", "cases": 20, "total": 200}
    assert wanted.items() <= one.items()
    assert (one["low"], one["share"], one["high"]) == pytest.approx((0.0656, 0.1, 0.1494), abs=1e-4)
    assert all(example["rows"] for example in one["examples"])
    assert one["line"] == 5  # of the file: definitions, process, two tasks, then the task


def test_records_have_a_line_for_each_finding():
    rows = list(csv.DictReader(io.StringIO(check("log.csv", "-f", "csv").stdout)))

    assert [(row["rule"], row["element"], row["fails"]) for row in rows] == [
        ("CM001", "Inform", "true")
    ]


def test_the_cases_of_each_finding_are_listed(desk):
    assert check("log.csv", "--cases", "cases.csv").exit_code == 1
    rows = list(csv.DictReader(io.StringIO((desk / "cases.csv").read_text())))

    assert [row["case"] for row in rows] == [f"C{n:04}" for n in range(180, 200)]
    assert {(r["rule"], r["element"], r["times"], r["cost"]) for r in rows} == {
        ("CM001", "Inform", "1", "1")
    }


def test_a_list_of_no_cases_has_its_titles(desk):
    assert check("good.csv", "--cases", "cases.csv").exit_code == 0
    assert (desk / "cases.csv").read_text() == "case,rule,element,kind,times,cost\n"


@pytest.mark.parametrize("name", ["Process_1", "id90befad8-1b23", "_42", "process", "sid-A1"])
def test_a_process_that_nobody_named_is_called_by_its_file(desk, name):
    text = bpmn().replace('name="incident"', f'name="{name}"')
    (desk / "models" / "desk.bpmn").write_text(text)

    result = run("check", "good.csv", "--flow", "models/desk.bpmn")
    assert result.stdout.split("\n")[0].endswith("(100.0 %) follow desk, fitness 1.000")


def test_a_log_without_times_bears_the_first_of_all_days(desk):
    rows = "".join(f"{n},{step}\n" for n in range(3) for step in STEPS)
    (desk / "plain.csv").write_text("case,activity\n" + rows)

    result = check("plain.csv", "--junit", "j.xml")
    assert result.exit_code == 0, result.output
    suite = etree.parse(desk / "j.xml").find("testsuite")
    assert suite.get("timestamp") == "1970-01-01T00:00:00"


def test_findings_are_anchored_at_their_element_in_the_flow_file(desk):
    check("log.csv", "--sarif", "s.sarif", "--gitlab", "g.json", "--junit", "j.xml")

    (result,) = json.loads((desk / "s.sarif").read_text())["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "models/incident.bpmn"
    assert place["region"] == {"startLine": 5}
    (issue,) = json.loads((desk / "g.json").read_text())
    assert issue["location"] == {"path": "models/incident.bpmn", "lines": {"begin": 5}}
    assert issue["fingerprint"] == result["partialFingerprints"]["casemine/v1"]
    suite = etree.parse(desk / "j.xml").find("testsuite")
    assert (suite.get("failures"), suite.get("timestamp")) == ("1", "2026-08-04T10:00:00")


def test_the_time_of_a_build_takes_the_place_of_the_last_event(desk, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    check("log.csv", "--junit", "j.xml")

    suite = etree.parse(desk / "j.xml").find("testsuite")
    assert suite.get("timestamp") == "2001-09-09T01:46:40"


def test_a_baseline_accepts_what_is_known_and_fails_what_got_worse():
    assert baseline("create").exit_code == 0

    assert check("log.csv").exit_code == 0
    assert check("good.csv").exit_code == 0
    worse = check("worse.csv")
    assert worse.exit_code == 1
    assert "10.0 % in the baseline" in worse.stdout
    assert check("log.csv", "--baseline", "none").exit_code == 1


def test_create_does_not_replace_a_baseline_without_force(desk):
    baseline("create")
    before = (desk / BASELINE).read_bytes()

    again = baseline("create", log="worse.csv")
    assert again.exit_code == 2
    assert (desk / BASELINE).read_bytes() == before
    assert baseline("create", "--force", log="worse.csv").exit_code == 0
    assert (desk / BASELINE).read_bytes() != before


def test_no_report_takes_the_place_of_the_baseline(desk):
    baseline("create")

    assert check("log.csv", "-o", BASELINE).exit_code == 2
    assert run("baseline", "show").exit_code == 0


def test_a_baseline_file_follows_its_schema_and_is_sorted(desk):
    baseline("create", log="worse.csv")
    found = json.loads((desk / BASELINE).read_text())

    Draft202012Validator(json.loads((SCHEMAS / "baseline-1.json").read_text())).validate(found)
    keys = [(one["rule"], one["element"]) for one in found["findings"]]
    assert keys == sorted(keys) == [("CM001", "Inform"), ("CM102", "all cases")]


def test_update_shrinks_only(desk):
    baseline("create")
    before = (desk / BASELINE).read_bytes()

    assert "nothing to change" in baseline("update", log="worse.csv").stderr
    assert (desk / BASELINE).read_bytes() == before
    lowered = baseline("update", log="good.csv")
    assert "- taken out: CM001 Inform" in lowered.stderr
    assert check("good.csv").exit_code == 0


def test_what_is_fixed_is_named():
    baseline("create")

    assert "1 baseline entry looks fixed" in check("good.csv").stdout


def test_a_finding_is_accepted_with_a_reason_until_a_day(desk, monkeypatch):
    baseline("create", log="good.csv")
    assert check("worse.csv").exit_code == 1
    assert baseline("update", "--accept", "CM001:Inform", log="worse.csv").exit_code == 2
    assert baseline("update", "--reason", "x", log="worse.csv").exit_code == 2
    reason = ("--reason", "until the portal tells them", "--expires", "2026-12-31")
    assert baseline("update", "--accept", "CM001:Inform", *reason, log="worse.csv").exit_code == 0

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798700000")  # 2026-12-31
    accepted = check("worse.csv", "--sarif", "s.sarif")
    assert accepted.exit_code == 0
    (result,) = json.loads((desk / "s.sarif").read_text())["runs"][0]["results"][-1:]
    assert result["suppressions"][0]["justification"] == "until the portal tells them"
    assert "accepted: until the portal tells them" in accepted.stdout
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798800000")  # 2027-01-01
    over = check("worse.csv")
    assert over.exit_code == 1
    assert "accepted until 2026-12-31, which is over" in over.stdout


def test_show_lists_the_baseline_in_every_form():
    baseline("create")

    shown = run("baseline", "show")
    assert shown.exit_code == 0
    assert "Inform" in shown.stdout
    found = json.loads(run("baseline", "show", "-f", "json").stdout)
    Draft202012Validator(json.loads((SCHEMAS / "baseline-show-1.json").read_text())).validate(found)


def test_a_baseline_of_another_process_is_refused(desk):
    baseline("create")
    text = (desk / "models" / "incident.bpmn").read_text()
    (desk / "models" / "incident.bpmn").write_text(text.replace('name="incident"', 'name="x"'))

    result = check()
    assert result.exit_code == 3
    assert "is a baseline of 'incident', and this is 'x'" in result.stderr


def test_the_configuration_says_it_once(desk):
    (desk / "casemine.toml").write_text(
        '[model]\npath = "models/incident.bpmn"\n'
        '[check]\nfail_on = "any"\nmin_fitness = 0.5\n'
        '[check.limits]\nCM001 = 0.01\n"CM001:Inform" = "20%"\n'
    )

    assert run("check", "log.csv").exit_code == 0
    assert run("check", "log.csv", "--min-fitness", "0.999").exit_code == 1
    assert run("stats", "log.csv").exit_code == 0


def test_what_is_said_of_the_check_changes_no_other_command(desk):
    before = run("inspect", "log.csv", "--no-cache").stdout
    (desk / "casemine.toml").write_text("[check]\nstrict = true\nbaseline = 'absent.json'\n")

    inspected = run("inspect", "log.csv", "--no-cache")
    assert (inspected.exit_code, inspected.stdout) == (0, before)
    assert check().exit_code == 3


@pytest.mark.parametrize(
    "text",
    [
        "[check.limits]\nCM001 = 5\n",
        "[check.limits]\nCM001 = 'many'\n",
        "[check.limits]\nCM001 = true\n",
        '[check]\nfail_on = "sometimes"\n',
        "[check]\nbaselin = 'x'\n",
        '[rule.X1]\ntemplate = "no such template"\n',
    ],
)
def test_a_configuration_that_means_nothing_is_an_error(desk, text):
    (desk / "casemine.toml").write_text(text)

    assert check().exit_code in {2, 3}


def test_rules_of_the_project_are_judged_and_limited(desk):
    (desk / "casemine.toml").write_text(
        "[rule.X1]\n"
        'title = "Users are informed"\ntemplate = "existence"\nstep = "Inform"\n'
        "[check.limits]\nCM001 = 0.2\nX1 = 0.02\n"
    )
    result = check("log.csv", "-f", "json")

    assert result.exit_code == 1, result.output
    data = json.loads(result.stdout)["data"]
    assert [(one["rule"], one["fails"]) for one in data["deviations"]] == [
        ("X1", True),
        ("CM001", False),
    ]


def test_the_summary_is_added_to_what_stands_in_the_job_already(desk, monkeypatch):
    (desk / "summary.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(desk / "summary.md"))

    result = check("log.csv", "--github-summary", "--annotations")

    summary = (desk / "summary.md").read_text()
    assert summary.startswith(
        "before\n### casemine: failed: 1 deviation, none of them known or allowed"
    )
    assert "::error file=models/incident.bpmn,line=5,title=CM001::" in result.stderr
    assert "::" not in result.stdout


def test_the_shipped_flow_reads_a_raw_export_through_the_mapping_of_its_system(desk):
    from pathlib import Path

    samples = Path(__file__).parents[2] / "sample_logs"
    result = run("check", str(samples / "jira"), "--flow", "yasm", "--sarif", "s.sarif")

    assert result.exit_code == 1, result.output
    assert "note: mapping jira: for the system that the log comes from" in result.stderr
    assert "the others are not judged, and never count as skipped" in result.stdout
    (run_,) = json.loads((desk / "s.sarif").read_text())["runs"]
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in run_["results"]
    }
    assert uris == {"yasm-lp4.6.bpmn"}


def test_the_order_of_hashes_changes_no_byte(desk):
    written = []
    for seed in ("1", "2"):
        outputs = [f"{seed}.json", f"{seed}.md", f"{seed}.sarif", f"{seed}.xml"]
        words = [word for name in outputs for word in ("-o", name)]
        command = ["check", "worse.csv", "--flow", "models/incident.bpmn", "--fail-on", "never"]
        subprocess.run(
            [sys.executable, "-m", "casemine", *command, *words],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        written.append([(desk / name).read_bytes() for name in outputs])

    assert written[0] == written[1]


def test_a_file_named_in_two_ways_is_one_file(desk):
    found = check("log.csv", "-o", "r.json", "-o", "./r.json")

    assert found.exit_code == 2
    assert not (desk / "r.json").exists()


def test_a_summary_that_cannot_be_written_stops_before_the_work(desk, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(desk / "gone" / "summary.md"))

    found = check("log.csv", "--github-summary", "-o", "r.json")

    assert found.exit_code == 3
    assert "cannot write" in found.stderr
    assert not (desk / "r.json").exists()


def test_a_rule_of_the_configuration_that_means_nothing_is_a_fault_of_the_configuration(desk):
    (desk / "casemine.toml").write_text('[rule.R08]\nlevl = "note"\n')

    found = run("check", "log.csv", "--flow", "yasm")

    assert found.exit_code == 2
    assert "levl" in found.stderr


def test_a_map_of_very_many_activities_leaves_rare_ones_out_and_says_so(desk):
    odd = [(("Register", f"odd {n}", "Close"), 1) for n in range(320)]
    (desk / "odd.csv").write_text(log_of(WHOLE, *odd))

    found = check("odd.csv", "--map", "m.svg", "--engine", "builtin")

    assert "the map leaves out 20 rare activities of 324" in found.stderr
    drawn = (desk / "m.svg").read_text()
    assert 'data-activity="Resolve"' in drawn
    assert drawn.count('data-activity="odd ') == 300


def test_a_baseline_that_is_none_shows_before_the_log_is_read(desk):
    (desk / "bad.json").write_text("{")

    found = check("gone.csv", "--baseline", "bad.json")

    assert found.exit_code == 3
    assert "bad.json" in found.stderr
    assert "gone.csv" not in found.stderr
