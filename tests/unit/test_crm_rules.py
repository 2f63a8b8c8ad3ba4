"""What the rules of a preset make of rows."""

import pytest

from casemine.errors import InputError
from casemine.read.crm.changeset import CARRIED, OPEN, TOLD
from casemine.read.crm.coded.words import Words
from casemine.read.crm.engines.rules import Ruling, truths
from casemine.read.crm.language.preset import Rule


@pytest.fixture
def words():
    return Words()


def rule(when=None, *, unless=None, split=None, carry=False, **outputs):
    return Rule(when or {}, unless or {}, split or {}, outputs, carry=carry, place="rule 1")


def ruled(words, columns, rules=(), fields=None):
    codes = {name: words.codes(column) for name, column in columns.items()}
    ruling = Ruling(words, codes, len(next(iter(columns.values()))), "my.toml")
    ruling.apply(rules, fields or {})
    return ruling


def kinds(words, ruling):
    return words.texts(ruling.kind)


def output(words, ruling, name):
    return words.texts(ruling.output(name))


def test_the_first_rule_that_fits_takes_a_row(words):
    rules = [rule({"type": ("Comment",)}, kind="comment"), rule(kind="link")]

    made = ruled(words, {"type": ["Comment", "Other"]}, rules)

    assert kinds(words, made) == ["comment", "link"]


def test_a_rule_fits_where_all_conditions_hold_and_no_exception_does(words):
    columns = {"type": ["a", "a", "a", "b"], "value": ["x", None, "y", "x"]}
    rules = [rule({"type": ("a",), "value": ("*",)}, unless={"value": ("y",)}, kind="link")]

    made = ruled(words, columns, rules)

    assert kinds(words, made) == ["link", None, None, None]


def test_the_kind_of_a_rule_wins_over_that_of_the_field(words):
    made = ruled(words, {"field": ["state"]}, [rule(kind="merge")], {"state": "status"})

    assert kinds(words, made) == ["merge"]
    assert output(words, made, "field") == ["merged_into"]


def test_without_a_rule_the_field_says_the_kind_and_gets_its_canonical_name(words):
    made = ruled(words, {"field": ["state", "colour", None]}, fields={"state": "status"})

    assert kinds(words, made) == ["status", "field", None]
    assert output(words, made, "field") == ["status", "colour", None]


def test_a_field_that_a_rule_says_is_not_renamed(words):
    rules = [rule({"type": ("x",)}, field="state"), rule(kind="status", field="stage")]

    made = ruled(words, {"type": ["x", "y"]}, rules, {"state": "status"})

    assert kinds(words, made) == ["status", "status"]
    assert output(words, made, "field") == ["state", "stage"]


def test_a_creation_keeps_the_field_whose_first_value_it_tells(words):
    made = ruled(words, {"field": ["prio", None]}, [rule(kind="create")], {"prio": "priority"})

    assert kinds(words, made) == ["create", "create"]
    assert output(words, made, "field") == ["priority", "status"]


def test_noise_stays_noise_in_a_creation_and_in_nothing_else(words):
    fields = {"rank": "ignore"}
    columns = {"type": ["new", "other"], "field": ["rank", "rank"]}
    rules = [rule({"type": ("new",)}, kind="create"), rule(kind="link", field="link")]

    made = ruled(words, columns, rules, fields)

    assert kinds(words, made) == ["ignore", "link"]


def test_the_row_says_whether_a_comment_is_public_else_its_field_does(words):
    fields = {"note": "internal comment", "reply": "public comment"}
    columns = {"field": ["note", "note", "reply", "comment"], "public": [None, "yes", None, None]}

    made = ruled(words, columns, fields=fields)

    assert truths(words, made.output("public")).tolist() == [0, 1, 1, -1]


def test_named_groups_of_a_split_are_values_and_what_does_not_fit_has_none(words):
    split = {"data": r"^(?P<before>\w*)>(?P<after>\w*)$"}
    rules = [rule(split=split, kind="status", old="{before}", new="{after}")]

    made = ruled(words, {"data": ["a>b", ">c", "unlike"]}, rules)

    assert output(words, made, "old") == ["a", None, None]
    assert output(words, made, "new") == ["b", "c", None]


def test_a_template_leaves_out_what_is_missing_and_is_none_if_all_is(words):
    columns = {"first": ["Jo", None, None], "last": ["Doe (7)", "Roe (8)", None]}

    made = ruled(words, columns, [rule(kind="link", new="{first} {last | label}")])

    assert output(words, made, "new") == ["Jo Doe", "Roe", None]


def test_a_column_that_the_file_does_not_have_gives_no_value(words):
    made = ruled(words, {"type": ["x"]}, [rule(kind="comment", new="{text}")])

    assert output(words, made, "new") == [None]


def test_an_output_is_for_the_rows_of_its_rule_and_the_column_stays_elsewhere(words):
    columns = {"type": ["a", "b"], "actor": ["Jo", "Jo"]}

    made = ruled(words, columns, [rule({"type": ("a",)}, kind="link", actor="Robot")])

    assert output(words, made, "actor") == ["Robot", "Jo"]


def test_conditions_look_at_the_file_not_at_what_rules_made(words):
    rules = [rule({"type": ("a",)}, kind="link", type="b"), rule({"type": ("b",)}, kind="sla")]

    made = ruled(words, {"type": ["a", "b"]}, rules)

    assert kinds(words, made) == ["link", "sla"]


def test_a_rule_says_where_the_old_value_comes_from(words):
    rules = [
        rule({"type": ("a",)}, kind="status", carry=True),
        rule({"type": ("b",)}, kind="status", old=""),
        rule({"type": ("c",)}, kind="status"),
    ]

    made = ruled(words, {"type": ["a", "b", "c"]}, rules)

    assert made.carry.tolist() == [CARRIED, TOLD, OPEN]


def test_an_unknown_filter_names_the_rule(words):
    with pytest.raises(InputError, match="rule 1 uses the unknown filter 'upper'"):
        ruled(words, {"type": ["a"]}, [rule(kind="link", new="{type | upper}")])


def test_yes_and_no_are_read_however_they_are_written(words):
    codes = words.codes(["TRUE", " y ", "0", "No", "maybe", None])

    assert truths(words, codes).tolist() == [1, 1, 0, 0, -1, -1]
