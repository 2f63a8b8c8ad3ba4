"""Ids of actions as numbers."""

import pyarrow as pa

from casemine.read.crm.changeset import NO_ACTION
from casemine.read.crm.coded.actions import numbered_actions


def column(*ids):
    return pa.chunked_array([pa.array(ids, pa.string()).dictionary_encode()])


def test_equal_ids_of_one_history_are_one_action_over_its_files():
    first, second = numbered_actions(
        [column("a", "b", "a"), column("b", "c")], [3, 2], ["history", "history"]
    )

    assert first[0] == first[2] != first[1]
    assert second[0] == first[1]
    assert second[1] not in first


def test_equal_ids_of_two_histories_are_two_actions():
    first, second = numbered_actions([column("7"), column("7")], [1, 1], ["changes", "comments"])

    assert first[0] != second[0]


def test_numbers_are_compared_as_numbers():
    (made,) = numbered_actions([column("12", "7")], [2], ["history"])

    assert made.tolist() == [12, 7]


def test_negative_numbers_are_told_apart_as_texts():
    (made,) = numbered_actions([column("-1", "7", "-1")], [3], ["history"])

    assert made[0] == made[2] != made[1]
    assert made.min() >= 0


def test_rows_without_an_id_belong_to_no_action():
    made, none = numbered_actions([column("7", None), None], [2, 2], ["history", "history"])

    assert made.tolist() == [7, NO_ACTION]
    assert none.tolist() == [NO_ACTION, NO_ACTION]
