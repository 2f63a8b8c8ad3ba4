"""Reports of a check for people and for CI: as reviewed, and nothing gets out of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from casemine.conform.verdict.baseline import accepting, baseline_of
from casemine.conform.verdict.judge import Thresholds, judge
from casemine.model.conformance import ExampleCase
from casemine.report import (
    check,
    checkdata,
    github,
    gitlab,
    jsonout,
    junit,
    markdown,
    plain,
    sarif,
    terminal,
)
from casemine.report.checked import Anchor, Checked
from conformances import REPEATED, conformance, deviation

WHEN = datetime(2026, 3, 30, 17, 12, 9, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=25)


def checked(found=None, *, before=None, **thresholds) -> Checked:
    found = found or conformance()
    return Checked(
        conformance=found,
        verdict=judge(found, Thresholds(**thresholds), baseline=before),
        anchor=Anchor(found.source, is_flow=True),
        tool="casemine 0.1.0",
        log="export",
        when=WHEN,
        mapping="mapping jira",
    )


def compared() -> Checked:
    """A check against a baseline, with everything in it that can be."""
    earlier = conformance(
        deviation(cases=40), REPEATED, deviation("CM001", "Gone", 5), fitting=1200, rules=()
    )
    before = accepting(
        baseline_of(earlier),
        conformance(REPEATED, rules=()),
        "CM005",
        "Reassign within 2nd level",
        reason="known until the new routing",
    )
    return checked(before=before, limits={"CM001": 0.05}, min_fitness=0.95, min_fitting=0.8)


ALL = compared()
FIRST = checked()


@pytest.mark.parametrize("width", [80, 120])
def test_a_check_on_a_terminal_looks_as_it_was_reviewed(width, golden):
    golden(f"check-{width}.txt", terminal.render(check.document(ALL), width=width, colour=False))


def test_a_first_check_looks_as_it_was_reviewed(golden):
    golden("check-first-80.txt", terminal.render(check.document(FIRST), width=80, colour=False))


@pytest.mark.parametrize(
    ("name", "render"),
    [
        ("check-pipe.txt", lambda one: plain.render(check.document(one))),
        ("check.md", lambda one: markdown.render(check.document(one))),
        ("check.junit.xml", junit.render),
        ("check.sarif", sarif.render),
        ("check.gitlab.json", gitlab.render),
        ("check.github.txt", github.commands),
        ("check.github.md", github.summary),
        ("check.json", lambda one: jsonout.dumps(checkdata.data(one))),
    ],
)
def test_a_check_for_programs_looks_as_it_was_reviewed(name, render, golden):
    golden(name, render(ALL))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_figure_is_cut_at_any_width(width):
    text = terminal.render(check.document(ALL), width=width, colour=False)

    for figure in ("6.6 %", "16.7 %", "1,055" if width >= 100 else "45"):
        assert figure in text


def test_a_step_that_shows_only_at_times_is_said_so():
    found = conformance(rules=())
    steps = tuple(
        replace(one, why="leaves an event only at times") if one.activity == "Inform users" else one
        for one in found.observability
    )

    text = plain.render(check.document(checked(replace(found, observability=steps))))

    assert "- Inform users: leaves an event only at times\n" in text


def test_junit_counts_what_it_holds():
    suite = etree.fromstring(junit.render(ALL).encode()).find("testsuite")
    tests = suite.findall("testcase")

    assert int(suite.get("tests")) == len(tests)
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped")) == 3
    names = [(test.get("classname"), test.get("name")) for test in tests]
    assert len(set(names)) == len(names)
    assert len(suite.findall("testcase/failure")) == len(ALL.verdict.failing) + len(
        ALL.verdict.failing_measures
    )


def test_names_of_tests_hold_no_figures_so_that_they_stay():
    def names(one):
        return {test.get("name") for test in etree.fromstring(junit.render(one).encode()).iter()}

    few = checked(conformance(deviation(cases=3), rules=()))
    many = checked(conformance(deviation(cases=1300), rules=()))
    assert names(few) == names(many)


def test_names_that_look_alike_stay_two_tests():
    twins = conformance(deviation("CM002", "Send mail"), deviation("CM002", "Send  mail"), rules=())
    root = etree.fromstring(junit.render(checked(twins)).encode())
    names = [test.get("name") for test in root.iter("testcase") if "Send" in test.get("name")]

    assert len(set(names)) == 2


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\ud800", "\ufffe", "\uffff", "\x85"])
def test_what_xml_forbids_is_no_part_of_the_file(char):
    found = conformance(deviation("CM002", f"a{char}b", message=f"c{char}d"), rules=())

    etree.fromstring(junit.render(checked(found)).encode("utf-8"))
    json.loads(sarif.render(checked(found)).encode("utf-8"))


def test_sarif_refers_to_its_rules_by_place():
    (run,) = json.loads(sarif.render(ALL))["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    assert ids == sorted(set(ids))
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert all(result["locations"][0]["physicalLocation"] for result in run["results"])
    prints = [result["partialFingerprints"]["casemine/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_says_how_a_result_stands_to_the_baseline():
    (run,) = json.loads(sarif.render(ALL))["runs"]
    states = {
        result["properties"].get("kind", result["ruleId"]): result["baselineState"]
        for result in run["results"]
    }

    assert states["skipped"] == "updated"
    assert (states["unknown"], states["repeated"]) == ("new", "unchanged")
    assert not any(
        "baselineState" in r for r in json.loads(sarif.render(FIRST))["runs"][0]["results"]
    )


def test_more_findings_than_viewers_show_are_counted():
    many = conformance(*(deviation("CM002", f"X{n}", 1) for n in range(5010)), rules=())
    (run,) = json.loads(sarif.render(checked(many)))["runs"]

    assert len(run["results"]) == 5000
    notes = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert "10 more findings are left out here" in notes


def test_gitlab_fingerprints_are_unique():
    found = json.loads(gitlab.render(ALL))

    assert len({one["fingerprint"] for one in found}) == len(found)
    assert {one["severity"] for one in found} == {"major", "minor"}


def test_a_long_summary_is_cut_between_lines_and_says_so():
    many = conformance(*(deviation("CM002", f"step number {n}", 9) for n in range(2000)), rules=())
    whole, short = (github.summary(checked(many), most_bytes=size) for size in (10**6, 20_000))

    assert len(short.encode()) < 20_200
    assert "Cut here" in short
    assert "Cut here" not in whole
    assert short.count("<details>") == short.count("</details>") == 1


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_no_name_gets_out_of_its_place(name, case):
    example = ExampleCase(case, (3,), None, name)
    found = conformance(
        deviation("CM002", name, message=f"9 cases show {name}", detail=name, shortest=(example,)),
        rules=(),
    )
    one = checked(found)

    root = etree.fromstring(junit.render(one).encode("utf-8"))
    assert len(root.findall("testsuite/testcase/failure")) == 1
    json.loads(sarif.render(one).encode("utf-8"))
    json.loads(gitlab.render(one).encode("utf-8"))
    lines = github.commands(one).split("\n")
    assert len(lines) == 3
    assert lines[2] == ""
    assert all(re.match(r"::(error|notice) file=[^:]*::", line) for line in lines[:2])
    assert all("\r" not in line for line in lines)
    rows = [line for line in github.summary(one).split("\n") if line.startswith("| ❌")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6
    assert "<" not in re.sub("</?(details|summary)>", "", github.summary(one))
    assert "\x1b" not in terminal.render(check.document(one), width=80, colour=False)


def test_a_workflow_command_cannot_be_smuggled_in():
    name = "x\n::set-output name=a::b\r\n::error::%0A"
    one = checked(conformance(deviation("CM002", name, message=f"shows {name}"), rules=()))

    assert github.commands(one).count("\n") == 2
    assert "::error::%250A; " in github.commands(one)
    assert "\n::set-output" not in github.summary(one)


def test_the_summary_mentions_nobody_and_links_nowhere():
    name = "@everyone see https://example.org/x and [y](javascript:1)"
    text = github.summary(checked(conformance(deviation("CM002", name), rules=())))

    assert "@everyone" not in text
    assert "https://" not in text
    assert "[y]" not in text.replace("\\[y\\]", "")


def test_no_control_character_reaches_the_log_of_a_job():
    one = checked(
        conformance(deviation("CM002", "x", message="shows \x1b[31m\x07 \u202e"), rules=())
    )

    assert r"shows \x1b[31m\x07 \u202e" in github.commands(one)
