"""Templates of Declare on tiny logs: what satisfies, what breaks, what is not concerned."""

from __future__ import annotations

import pytest

from casemine.conform.rules import evaluate_rules, read_rules
from casemine.log import parse_log


@pytest.fixture
def judge(tmp_path):
    """Judge a log by one rule; gives one letter per case: s, v, n (not evaluable), - (none)."""

    def judged(log, body, *, observable="ABCDE", is_open=None):
        file = tmp_path / "rules.toml"
        file.write_text(f'[rule.r]\ntitle = "r"\n{body}\n', encoding="utf-8")
        rules = read_rules(file)
        found = []
        for trace in log.split(";"):
            one = evaluate_rules(parse_log(trace), rules, observable=observable, is_open=is_open)[0]
            counts = (one.satisfied, one.violated, one.not_evaluable, one.not_concerned)
            assert sum(counts) == 1
            found.append("svn-"[counts.index(1)])
        whole = evaluate_rules(parse_log(log), rules, observable=observable)[0]
        if is_open is None:
            assert whole.violated == found.count("v")
            assert whole.satisfied == found.count("s")
        return "".join(found)

    return judged


ONE = [
    ("existence", "", "A; B; A A", "svs"),
    ("existence", "at_least = 2", "A; B; A A", "vvs"),
    ("absence", "", "A; B; B A", "vsv"),
    ("absence", "at_most = 1", "A; B; A B A", "ssv"),
    ("exactly", "times = 1", "A; B; A B A", "svv"),
    ("init", "", "A B; B A", "sv"),
    ("end", "", "A B; B A", "vs"),
]
TWO = [
    ("choice", "A; B; A B; C", "sssv"),
    ("exclusive_choice", "A; B; A B; C", "ssvv"),
    ("responded_existence", "A B; B A; A; B", "ssv-"),
    ("co_existence", "A B; B A; A; B; C", "ssvv-"),
    ("not_co_existence", "A B; B A; A; B; C", "vvss-"),
    ("not_responded_existence", "A B; B A; A; B", "vvs-"),
    ("response", "A B; B A; A A B; A B A; B", "svsv-"),
    ("precedence", "A B; B A; A B B; B; A", "svsv-"),
    ("succession", "A B; B A; A; B; C", "svvv-"),
    ("alternate_response", "A B A B; A A B; A B A; A C B", "svvs"),
    ("alternate_precedence", "A B A B; A B B; B; A C B", "svvs"),
    ("alternate_succession", "A B A B; A A B; A B B; C", "svv-"),
    ("chain_response", "A B; A C B; A; B A B", "svvs"),
    ("chain_precedence", "A B; A C B; B; B A", "svvv"),
    ("chain_succession", "A B; A B B; A A B; C", "svv-"),
    ("not_response", "A B; B A; A; B", "vss-"),
    ("not_precedence", "A B; B A; A; B", "vs-s"),
    ("not_chain_response", "A B; A C B; B A", "vss"),
    ("not_chain_precedence", "A B; A C B; B A; A", "vss-"),
]


@pytest.mark.parametrize(("template", "more", "log", "expected"), ONE)
def test_templates_of_one_step(judge, template, more, log, expected):
    assert judge(log, f'template = "{template}"\nstep = "A"\n{more}') == expected


@pytest.mark.parametrize(("template", "log", "expected"), TWO)
def test_templates_of_two_steps(judge, template, log, expected):
    assert judge(log, f'template = "{template}"\nfirst = "A"\nsecond = "B"') == expected


def test_between_first_and_the_next_second_a_step_is_absent(judge):
    body = 'template = "absence_between"\nfirst = "A"\nsecond = "B"\nstep = "C"'

    assert judge("A C B; A B C; A C; C A B; A B C A B", body) == "vs-ss"


def test_several_steps_stand_for_each_other(judge):
    body = 'template = "precedence"\nfirst = ["A", "B"]\nsecond = "C"'

    assert judge("A C; B C; C; D", body) == "ssv-"


def test_any_event_but_some_can_be_meant(judge):
    body = 'template = "not_response"\nfirst = "A"\nsecond = ["*", "!B"]'

    assert judge("C A; A B; A C", body) == "ssv"


def test_what_an_open_case_may_yet_do_is_not_evaluable(judge):
    body = 'template = "response"\nfirst = "A"\nsecond = "B"'

    assert judge("A; A B; A B A", body, is_open=[True]) == "nsn"


def test_what_nothing_can_mend_is_violated_in_an_open_case(judge):
    body = 'template = "alternate_response"\nfirst = "A"\nsecond = "B"'

    assert judge("A A; B", body, is_open=[True]) == "v-"


def test_what_the_log_cannot_show_is_not_evaluable(judge):
    body = 'template = "precedence"\nfirst = "A"\nsecond = "B"'

    assert judge("B; C", body, observable="BC") == "n-"
    assert judge("C; A", body, observable="AC") == "nn"


@pytest.mark.parametrize(
    ("how", "log", "expected"),
    [("all", "A B; A; B; C", "svvv"), ("any", "A B; A; B; C", "sssv")],
)
def test_checks_are_combined(judge, how, log, expected):
    parts = ", ".join(f'{{ template = "existence", step = "{step}" }}' for step in "AB")

    assert judge(log, f"{how} = [{parts}]") == expected


def test_not_turns_a_check_round(judge):
    assert judge("A; B", 'not = { template = "existence", step = "A" }') == "vs"


def test_with_and_without_narrow_a_check(judge):
    body = 'template = "existence"\nstep = "A"\nwith = "B"\nwithout = "C"'

    assert judge("A; B; A B; B C", body) == "-vs-"
