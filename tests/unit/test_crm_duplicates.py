"""Rows that tell of one thing twice, and rows that are details of another."""

import pytest

from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose.duplicates import (
    with_details,
    with_halves_joined,
    without_repeats,
)
from crm_changes import SECOND, changes, shown


@pytest.fixture
def words():
    return Words()


def status(new, **more):
    return {"kind": "status", "new": new, "actor": "Jo", **more}


def comment(text=None, **more):
    return {"kind": "comment", "new": text, "actor": "Jo", **more}


def detail(field, new, **more):
    return {"kind": "detail", "field": field, "new": new, "actor": "Jo", **more}


def test_a_row_that_says_the_same_again_is_a_repeat(words):
    made, repeats = without_repeats(
        changes(words, status("Open"), status("Open"), status("Open", actor="Al")),
        words,
        within=0,
    )

    assert shown(made, words, "actor") == ["Jo", "Al"]
    assert repeats == 1


def test_rows_of_two_actions_are_no_repeats(words):
    made, repeats = without_repeats(
        changes(words, status("Open", action=1), status("Open", action=2)), words, within=0
    )

    assert (len(made), repeats) == (2, 0)


def test_rows_of_one_action_repeat_each_other_wherever_they_stand(words):
    rows = [status("Open", action=1), status("New", action=2), status("Open", action=1)]

    made, repeats = without_repeats(changes(words, *rows), words, within=0)

    assert shown(made, words, "new") == ["Open", "New"]
    assert repeats == 1


def test_a_status_that_goes_to_and_fro_within_a_second_is_no_repeat(words):
    rows = [status("Open", old="New"), status("New", old="Open"), status("Open", old="New")]

    made, repeats = without_repeats(changes(words, *rows), words, within=0)

    assert (len(made), repeats) == (3, 0)


@pytest.mark.parametrize(("within", "repeats"), [(2 * SECOND, 1), (SECOND, 0)])
@pytest.mark.parametrize("action", [{}, {"action": 1}])
def test_rows_of_one_action_may_lie_apart_as_far_as_the_preset_says(words, action, within, repeats):
    rows = [
        status("Open", **action),
        comment("Hi", time=1, **action),
        status("Open", time=2, **action),
    ]

    assert without_repeats(changes(words, *rows), words, within=within)[1] == repeats


def test_comments_without_a_text_are_not_taken_for_repeats(words):
    rows = changes(words, comment(), comment(), comment("Hi"), comment("Hi"))

    made, repeats = without_repeats(rows, words, within=0)

    assert shown(made, words, "new") == [None, None, "Hi"]
    assert repeats == 1


def test_taking_off_and_putting_on_in_one_moment_is_a_hand_over(words):
    rows = [
        {"kind": "assign", "old": "Jo", "actor": "Al"},
        {"kind": "assign", "new": "Bo", "actor": "Al"},
    ]

    made, joined = with_halves_joined(changes(words, *rows), words)

    assert shown(made, words, "old", "new") == [("Jo", "Bo")]
    assert joined == 1


@pytest.mark.parametrize("other", [{"time": 1}, {"actor": "Cy"}, {"case": "8"}])
def test_halves_belong_together_only_at_one_time_by_one_actor_in_one_case(words, other):
    rows = [
        {"kind": "assign", "old": "Jo", "actor": "Al"},
        {"kind": "assign", "new": "Bo", "actor": "Al", **other},
    ]

    assert with_halves_joined(changes(words, *rows), words)[1] == 0


def test_details_are_folded_into_the_status_of_their_action(words):
    rows = [
        comment("Hi", action=1),
        status("Solved", action=1),
        detail("resolution", "Done", action=1),
        detail("reason", None, action=1),
    ]

    made, folded = with_details(changes(words, *rows), words, within=0)

    assert shown(made, words, "kind", "detail") == [
        ("comment", None),
        ("status", "resolution=Done; reason="),
    ]
    assert folded == 2


def test_without_a_number_the_same_actor_at_the_same_time_is_one_action(words):
    rows = [
        status("Solved", actor="Al", time=60),
        status("Solved", case="8", time=60),
        status("Solved", time=60),
        detail("resolution", "Done", time=60),
    ]

    made, folded = with_details(changes(words, *rows), words, within=0)

    assert shown(made, words, "detail") == [None, None, "resolution=Done"]
    assert folded == 1


def test_a_detail_without_a_main_change_is_a_change_of_its_field(words):
    made, folded = with_details(changes(words, detail("resolution", "Done")), words, within=0)

    assert shown(made, words, "kind", "field", "new") == [("field", "resolution", "Done")]
    assert folded == 0
