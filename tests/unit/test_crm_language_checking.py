"""A preset that contradicts itself is refused, with the file and the key that are meant."""

import pytest

from casemine.errors import InputError
from casemine.read.crm.language.parsing import parse_preset

FILE = """
[[file]]
name = "{name}"
title = "History"
form = "changes"
needs = ["Nr"]
[file.columns]
case = "Nr"
time = "When"
field = "What"
"""
PRESET = 'system = "desk"\ntitle = "Desk"\n' + FILE.format(name="a")
RULE = '[[file.rule]]\nkind = "comment"\n'
SNAPSHOTS = PRESET.replace('"changes"', '"snapshots"')
MILESTONES = PRESET.replace('"changes"', '"milestones"')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("within_s = -1\n" + PRESET, "needs a number, not below 0, as within_s"),
        ("within_s = inf\n" + PRESET, "needs a number, not below 0, as within_s"),
        ("same_id = -1\n" + PRESET, "needs a whole number, not below 0, as same_id"),
        (PRESET + FILE.format(name="a"), "two files called 'a'"),
        (PRESET.replace('case = "Nr"', "case = []"), "no column for 'case'"),
        (PRESET.replace('"When"', '"{When | shout}"'), "'time' of file 'a' .* filter 'shout'"),
        (PRESET.replace('"When"', '"{When | /(/}"'), "'time' of file 'a' .* pattern"),
        (PRESET + RULE + 'when = { fild = "x" }', "rule 1 of a speaks of 'fild'"),
        (PRESET + RULE + 'new = "{text}"', "rule 1 of a speaks of 'text'"),
        (PRESET + RULE + 'split = { text = "(?P<new>x)" }', "rule 1 of a speaks of 'text'"),
        (SNAPSHOTS, "no \\[track\\]"),
        (MILESTONES + '[[file.milestone]]\nkind = "comment"', "milestone 1 .* none of time"),
        (
            MILESTONES + '[[file.milestone]]\ncells = "Notes"\nsplit = "(?P<new>.*)"',
            "no group .*time",
        ),
        (PRESET + '[file.each]\nx = "y.items"\ny = "list"', "takes 'x' out of 'y', .* later"),
        (PRESET + '[file.each]\nx = "x.items"', "takes 'x' out of itself"),
        (PRESET + '[[file.join]]\nwith = "a"\non = "case"\nkey = "case"', "with itself"),
        (
            PRESET + '[[file.join]]\nwith = "b"\non = "nr"\nkey = "case"' + FILE.format(name="b"),
            "joined on 'nr'",
        ),
        (
            PRESET + '[[file.join]]\nwith = "b"\non = "case"\nkey = "nr"' + FILE.format(name="b"),
            "by the key 'nr'",
        ),
        (
            PRESET + '[[file.join]]\nwith = "b"\non = "case"\nkey = "case"' + FILE.format(name="b")
            + '[[file.join]]\nwith = "a"\non = "case"\nkey = "case"',
            "joined with each other",
        ),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused(text, said):
    with pytest.raises(InputError, match=said) as caught:
        parse_preset(text, "desk.toml")

    assert caught.value.code == "bad-preset"
    assert caught.value.where.file == "desk.toml"


def test_rules_may_speak_of_what_splits_and_joins_bring():
    more = '[[file.join]]\nwith = "b"\non = "case"\nkey = "case"\n'
    rule = RULE + 'split = { field = "(?P<word>.*)" }\nnew = "{word} {text}"\n'
    other = FILE.format(name="b") + 'text = "Text"\n'

    preset = parse_preset(PRESET + more + rule + other, "desk.toml")

    assert preset.file("a").takes[0].rules[0].outputs["new"] == "{word} {text}"
