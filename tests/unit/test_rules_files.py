"""Files of rules: what is laid over what, and the messages about slips of the pen."""

from __future__ import annotations

import pytest

from casemine.conform.rules import override, read_rules, shipped_rules
from casemine.conform.rules.values import Check
from casemine.conform.rules.words import named_by
from casemine.errors import InputError, UsageError

RULE = '[rule.own]\ntemplate = "response"\nfirst = "A01"\nsecond = "A74"\n'


@pytest.fixture
def read(tmp_path):
    """Read rules from text; the file is called my.toml."""

    def made(text, elements=None):
        file = tmp_path / "my.toml"
        file.write_text(text, encoding="utf-8")
        return read_rules(file, elements)

    return made


def test_all_rules_ship_in_order_with_everything_a_reader_wants():
    rules = shipped_rules("yasm")

    assert [rule.id for rule in rules.rules] == [f"R{number:02}" for number in range(1, 29)]
    for rule in rules.rules:
        assert rule.title
        assert rule.rationale
        assert rule.remedy
        assert rule.source
        assert rule.needs
        assert rule.example
        assert rule.element in rules.names.values()
    errors = [rule.id for rule in rules.rules if rule.level == "error"]
    assert errors == ["R01", "R14", "R17"]
    assert [rule.id for rule in rules.rules if rule.level_when_set == "error"] == [
        "R02",
        "R08",
        "R11",
    ]
    assert [r.id for r in rules.rules if r.level == "note"] == ["R20", "R22", "R23"]


@pytest.mark.parametrize(
    ("words", "level"),
    [
        (
            ("1 - Critical", "P1", "Urgent (4)", "Highest", "5 very high", "1", "Blocker"),
            "critical",
        ),
        (("2 - High", "p2", "High", "4 high", "2", "Hoch"), "high"),
        (("3 - Moderate", "Medium", "normal", "P3", "3 normal"), "moderate"),
        (("4 - Low", "5 - Planning", "Lowest", "1 very low", "2 low", "minor", "4"), "low"),
        (("New", "", "soon"), None),
    ],
)
def test_priorities_of_many_systems_are_understood(words, level):
    priorities = shipped_rules("yasm").priorities

    assert {word: named_by(priorities, word) for word in words} == dict.fromkeys(words, level)


def test_steps_are_named_by_label_id_or_set(read):
    text = 'flow = "yasm"\n[steps]\nend = ["A74", "Cancel record"]\n'

    rules = read(text + RULE.replace('"A74"', '["end", "Reopen"]'))

    check = rules.rules[0].body
    assert isinstance(check, Check)
    assert check.keys["first"].activities == ("Log record",)
    assert check.keys["second"].activities == ("Close record", "Cancel record", "Reopen")


def test_ids_of_a_flow_of_ones_own_can_be_named(read):
    text = '[names]\nship = "Ship"\n' + RULE.replace("A01", "Task_1").replace("A74", "Ship")

    rules = read(text, {"Task_1": "Pay"})

    assert rules.rules[0].body.keys["first"].activities == ("Pay",)


def test_without_a_flow_any_activity_can_be_named(read):
    assert read(RULE).rules[0].body.keys["first"].activities == ("A01",)


def test_a_file_extends_what_ships(read):
    rules = read(
        'extends = "yasm"\n[rule.R08.parameters]\ntargets = { critical = "2h" }\n'
        "[rule.R05]\noff = true\n" + RULE
    )

    assert [rule.id for rule in rules.rules][-1] == "own"
    assert rules.off == ("R05",)
    assert rules.rule("R05") is None
    targets = dict(rules.rule("R08").parameters)["targets"]
    assert targets == "critical 2h, high 8h, moderate 24h, low 48h"
    assert dict(shipped_rules("yasm").rule("R08").parameters)["targets"].startswith("critical 1h")


def test_a_rule_that_says_its_own_template_loses_what_the_base_demanded(read):
    rules = read('extends = "yasm"\n[rule.R09]\ntemplate = "absence"\nstep = "X03"\n')

    changed = rules.rule("R09")
    assert changed.body.template == "absence"
    assert changed.title == shipped_rules("yasm").rule("R09").title


def test_a_calendar_is_laid_over_as_a_whole():
    tables = {"calendar": {"desk": {"zone": "UTC", "hours": {"mon": "09:00-12:00"}}}}

    rules = override(shipped_rules("yasm"), tables)

    assert len(rules.calendars["desk"].shifts) == 1


@pytest.mark.parametrize(
    ("text", "message", "row"),
    [
        ("[rule.own\n", "is not TOML", 1),
        ("[rules.own]\n", "knows no key 'rules'; did you mean 'rule'", 1),
        (RULE + "secnd = 1\n", "knows no key 'secnd'; did you mean 'second'", 5),
        (RULE.replace("response", "respons"), "did you mean 'response'", 2),
        (RULE.replace("template", "title"), "none of template, all, any and not", 1),
        (RULE + "all = []\n", "says template and all", 1),
        (RULE.replace('second = "A74"', ""), "says no second, which response needs", 2),
        ('flow = "yasm"\n' + RULE.replace("A74", "Close recrd"), "did you mean 'Close record'", 5),
        (RULE.replace('"A74"', "[]"), "second in rule own is an empty list", 4),
        (RULE.replace('"A74"', "7.5"), "second in rule own is 7.5, not a text", 4),
        (RULE + 'level = "fatal"\n', "level of rule own is 'fatal'", 5),
        (RULE + "[rule.own.parameters]\nx = 1\n", "has no parameter 'x'", 6),
        (RULE.replace('"A74"', '"$x"'), "uses a parameter '$x' that it does not have", 1),
        (RULE + 'first_when = "a ="\n', "first_when in rule own", 5),
        (RULE + "first_when = {}\n", "not an expression or a table", 5),
        (RULE + 'first_when = { a = "/(/" }\n', "is no regular expression", 5),
        (RULE.replace("response", "within"), "says no within, which within needs", 2),
        (RULE.replace("response", "within") + 'within = "4"\n', "not a length of time", 5),
        (
            RULE.replace("response", "within") + 'within = { urgent = "4h" }\n',
            "names a priority 'urgent'",
            5,
        ),
        (
            RULE.replace("response", "within") + 'within = "4h"\ncalendar = "desk"\n',
            "no calendar is called so",
            6,
        ),
        (RULE.replace("response", "apart"), "neither at_least nor at_most", 2),
        ('[rule.own]\nany = [{ template = "x" }]\n', "has a template 'x'", 2),
        ('extends = "yasm"\nwithout_priority = "hihg"\n', "did you mean 'high'", None),
        ('extends = "yasn"\n', "did you mean 'yasm'", None),
        ('[rule.own]\ntemplate = "absence"\nstep = "A"\nat_most = -1\n', "whole number", 4),
        ('[rule.own]\ntemplate = "no_return"\ncolumn = 1.5\n', "column in rule own", 3),
        (
            '[rule.own]\ntemplate = "after_breach"\nrule = "R8"\nsecond = "A"\nwithin = "1h"\n',
            "names rule 'R8', which there is not",
            3,
        ),
        (
            '[rule.own]\nall = [{ template = "pattern", step = "A", columns = ["b"], at_least = 2, window = "1d" }]\n',  # noqa: E501
            "combines pattern",
            2,
        ),
    ],
)
def test_slips_of_the_pen_are_named_with_their_line(read, text, message, row):
    with pytest.raises((InputError, UsageError)) as caught:
        read(text)

    assert message in caught.value.message
    assert caught.value.where.file.endswith("my.toml")
    assert caught.value.where.row == row


def test_files_that_cannot_be_read_say_so(tmp_path):
    broken = tmp_path / "latin.toml"
    broken.write_bytes(b'title = "\xe4"\n')

    with pytest.raises(InputError, match="not UTF-8"):
        read_rules(broken)
    with pytest.raises(InputError, match="cannot be read"):
        read_rules(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="there are no rules 'itil'"):
        shipped_rules("itil")


def test_an_override_names_the_line_of_its_file(tmp_path):
    file = tmp_path / "casemine.toml"
    file.write_text('[log]\ncase = "id"\n\n[rule.R12.parameters]\nmots = 2\n', encoding="utf-8")

    with pytest.raises(InputError, match="did you mean 'most'") as caught:
        override(
            shipped_rules("yasm"), {"rule": {"R12": {"parameters": {"mots": 2}}}}, file=str(file)
        )

    assert caught.value.where.row == 5
