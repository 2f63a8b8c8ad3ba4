"""Rules in a check: beside the flag of the system, and in the configuration of a project."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from casemine.cli import main

RULES = """
[rule.fast]
title = "Records are solved within the hour"
template = "within"
first = "Open"
second = "Solve"
within = "1h"

[[sla]]
rule = "fast"
column = "met"
met = ["true"]
broken = ["false"]

[names]
o = "Open"
s = "Solve"
"""
# case: minutes until it is solved, what the system says
RECORDS = {
    "met": (30, "true"),
    "missed": (90, "false"),
    "ours": (61, "true"),
    "theirs": (60, "false"),
    "silent": (90, ""),
}
ARGUMENTS = ("--case", "case", "--activity", "activity", "--time", "time", "--no-cache")
FLOW = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
    '<startEvent id="a"/><task id="o" name="Open"/><task id="s" name="Solve"/>'
    '<endEvent id="z"/><sequenceFlow id="f" sourceRef="a" targetRef="o"/>'
    '<sequenceFlow id="g" sourceRef="o" targetRef="s"/>'
    '<sequenceFlow id="h" sourceRef="s" targetRef="z"/></process></definitions>'
)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with five records and a flow."""
    monkeypatch.chdir(tmp_path)
    lines = ["case,activity,time,met"]
    for case, (minutes, met) in RECORDS.items():
        lines.append(f"{case},Open,2026-03-02T08:00:00Z,{met}")
        lines.append(f"{case},Solve,2026-03-02T{8 + minutes // 60:02}:{minutes % 60:02}:00Z,{met}")
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "flow.bpmn").write_text(FLOW, encoding="utf-8")
    return tmp_path


def checked(*more: str):
    arguments = ("check", "log.csv", "--flow", "flow.bpmn", *ARGUMENTS, "-f", "json", *more)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in {0, 1}, result.output
    return json.loads(result.stdout)["data"]


def test_a_check_holds_its_targets_against_the_flag_of_the_log(desk):
    (desk / "rules.toml").write_text(RULES, encoding="utf-8")

    (one,) = checked("--rules", "rules.toml", "-o", "found.md")["sla"]

    assert (one["rule"], one["flag"], one["compared"], one["agreement"]) == ("fast", "met", 4, 0.5)
    assert (one["both_met"], one["both_missed"], one["not_comparable"]) == (1, 1, 1)
    assert (one["only_rule_missed"], one["only_flag_missed"]) == (1, 1)
    told = [(each["case"], each["rows"], each["missed_by"]) for each in one["examples"]]
    assert told == [("ours", [5, 6], "rule"), ("theirs", [7, 8], "flag")]
    words = "fast beside met: the same in 2 of 4 cases (50.0 %)"
    assert words in (desk / "found.md").read_text(encoding="utf-8")


def test_a_log_without_the_flag_is_compared_with_nothing(desk):
    (desk / "rules.toml").write_text(RULES.replace('"met"', '"other"'), encoding="utf-8")

    assert checked("--rules", "rules.toml", "-o", "found.md")["sla"] == []
    assert "beside" not in (desk / "found.md").read_text(encoding="utf-8")


def test_names_of_activities_may_stand_in_the_configuration(desk):
    words = RULES.replace('first = "Open"', 'first = "begun"') + 'begun = "Open"\n'
    (desk / "casemine.toml").write_text(words, encoding="utf-8")

    (rule,) = checked()["rules"]

    assert (rule["rule"], rule["violated"]) == ("fast", 3)


def test_what_counts_without_a_priority_may_stand_in_the_configuration(desk):
    words = RULES.replace('within = "1h"', 'within = { calm = "10m", other = "9h" }')
    words += '[priorities]\nurgent = ["1"]\ncalm = ["2"]\n[attributes]\npriority = ["prio"]\n'
    (desk / "casemine.toml").write_text(words, encoding="utf-8")
    (without,) = checked()["rules"]
    (desk / "casemine.toml").write_text('without_priority = "calm"\n' + words, encoding="utf-8")

    (found,) = checked()["rules"]

    assert (without["violated"], without["not_evaluable"]) == (0, 5)
    assert (found["violated"], found["not_evaluable"]) == (5, 0)


@pytest.mark.parametrize("key", ['ends = ["Sovle"]', 'without_priority = "clam"', "ends = 5"])
def test_a_slip_above_the_tables_is_an_error_with_its_file(desk, key):
    (desk / "casemine.toml").write_text(f"{key}\n{RULES}", encoding="utf-8")

    result = CliRunner().invoke(main, ("check", "log.csv", "--flow", "flow.bpmn", *ARGUMENTS))

    assert result.exit_code == 2
    assert "casemine.toml" in result.stderr


def test_a_key_that_means_nothing_above_the_tables_is_called_a_key(desk):
    (desk / "casemine.toml").write_text('without_prioriti = "calm"\n', encoding="utf-8")

    result = CliRunner().invoke(main, ("check", "log.csv", "--flow", "flow.bpmn", *ARGUMENTS))

    assert result.exit_code == 2
    assert "no key 'without_prioriti'; did you mean 'without_priority'?" in result.stderr
