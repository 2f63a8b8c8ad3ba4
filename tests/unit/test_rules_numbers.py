"""Numbers of rules: which are examples that ship, which are the user's, and what that weighs."""

from __future__ import annotations

import pytest

from casemine.conform.rules import evaluate_rules, override, read_rules, shipped_rules
from casemine.log import parse_log
from casemine.model.conformance import RuleNumber, RuleResult
from casemine.report import plain
from casemine.report.document import Document
from casemine.report.rulenumbers import blocks

SHIPPED = shipped_rules("yasm")
DESK = {"days": "mon-fri", "hours": ["08:00-12:00", "13:00-17:00"], "zone": "Europe/Vienna"}


def numbers(rules, rule):
    return {one.name: one.file for one in rules.rule(rule).numbers}


def laid_over(rule, **table):
    return override(SHIPPED, {"rule": {rule: table}}, file="folder/desk.toml")


def test_what_ships_was_set_by_nobody():
    assert {one.file for rule in SHIPPED.rules for one in rule.numbers} == {None}
    assert numbers(SHIPPED, "R13") == {"most": None, "time": None, "calendar desk": None}


def test_words_and_switches_are_no_numbers():
    assert numbers(SHIPPED, "R14") == {}
    assert numbers(SHIPPED, "R02") == {"targets": None, "calendar desk": None}


def test_a_part_of_a_table_leaves_the_rest_an_example():
    mine = laid_over("R08", parameters={"targets": {"high": "4h"}})

    assert numbers(mine, "R08") == {
        "targets.critical": None,
        "targets.high": "desk.toml",
        "targets.moderate": None,
        "targets.low": None,
        "calendar desk": None,
    }
    assert numbers(mine, "R02")["targets"] is None


def test_a_calendar_is_told_by_its_hours():
    mine = override(SHIPPED, {"calendar": {"desk": DESK}}, file="desk.toml")

    (found,) = (one for one in mine.rule("R16").numbers if one.name == "calendar desk")
    assert found.file == "desk.toml"
    assert found.value == "mon-fri 08:00-12:00 13:00-17:00, Europe/Vienna, no holidays"


def test_numbers_of_a_file_stay_its_own_under_the_configuration(tmp_path):
    file = tmp_path / "agreed.toml"
    file.write_text('extends = "yasm"\n[rule.R11.parameters]\nsilence = "1wd"\n', "utf-8")
    both = override(
        read_rules(file), {"rule": {"R13": {"parameters": {"most": 2}}}}, file="casemine.toml"
    )

    assert numbers(both, "R11") == {"silence": "agreed.toml", "calendar desk": None}
    assert numbers(both, "R13")["most"] == "casemine.toml"
    assert numbers(both, "R13")["time"] is None


@pytest.mark.parametrize(
    ("table", "level"),
    [
        ({}, "warning"),
        ({"parameters": {"targets": {"high": "8h"}}}, "error"),
        ({"parameters": {"pauses": [{"begins": "W1"}]}}, "warning"),
        ({"parameters": {"targets": {"high": "4h"}}, "level": "note"}, "note"),
        ({"level": "error"}, "error"),
    ],
)
def test_a_target_is_an_error_to_miss_only_once_it_was_agreed(table, level):
    assert laid_over("R08", **table).rule("R08").level == level


def test_hours_of_a_desk_alone_are_no_target():
    mine = override(SHIPPED, {"calendar": {"desk": DESK}}, file="desk.toml")

    assert mine.rule("R08").level == "warning"
    assert mine.rule("R08").weighs == "warning; error once you set its numbers"


def test_a_rule_of_ones_own_has_numbers_of_ones_own(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        'extends = "yasm"\n[rule.own]\ntemplate = "within"\nfirst = "A01"\nsecond = "A74"\n'
        'within = "$time"\ncalendar = "desk"\n[rule.own.parameters]\ntime = "3h"\n',
        "utf-8",
    )

    assert numbers(read_rules(file), "own") == {"time": "own.toml", "calendar desk": None}


def test_the_numbers_reach_the_result_of_a_rule():
    found = evaluate_rules(parse_log("Log_record Close_record"), laid_over("R12"))

    assert next(one for one in found if one.rule == "R12").numbers == (
        RuleNumber("most", "3", None),
    )


def shown(*results):
    return plain.render(Document("x", tuple(blocks(results))))


def test_the_report_says_which_numbers_are_examples_and_how_to_set_them():
    ours, theirs = RuleNumber("time", "5wd", None), RuleNumber("targets", "high 4h", "desk.toml")
    hours = RuleNumber("calendar desk", "mon-fri 08:00-18:00, UTC, no holidays", None)
    first = RuleResult("R08", "x", "error", 3, 1, 0, numbers=(theirs, hours))
    second = RuleResult("R16", "y", "error", 3, 1, 0, numbers=(ours, hours))
    never = RuleResult("R19", "z", "error", 0, 0, 4, numbers=(RuleNumber("after", "1h", None),))

    lines = [" ".join(line.split()) for line in shown(first, second, never).splitlines()]

    assert "R08 targets high 4h desk.toml" in lines
    assert "R16 time 5wd an example that ships" in lines
    assert sum("calendar desk" in line for line in lines) == 1
    assert not any("R19" in line for line in lines)
    assert any("[rule.R16.parameters]" in line for line in lines)


def test_the_report_speaks_of_no_examples_where_all_numbers_are_the_users():
    mine = RuleResult("R16", "y", "error", 3, 1, 0, numbers=(RuleNumber("time", "5wd", "my.toml"),))

    assert "nobody" not in shown(mine)
    assert shown(RuleResult("R14", "y", "error", 3, 1, 0)).strip() == "x"
