"""Changes in parts of whole cases."""

import numpy as np
import pytest

from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose import composing
from casemine.read.crm.compose.composing import by_cases
from crm_changes import changes, tickets


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(composing, "TOGETHER", 3)


def parts_of(cases, listed=()):
    words = Words()
    words.codes(sorted({*cases, *listed}))  # codes rise with the names
    rows = changes(words, *({"kind": "comment", "case": case} for case in cases))
    known = tickets(words, *({"key": key} for key in listed)) if listed else None
    return words, by_cases(rows.columns(), known)


def test_no_case_is_split_and_rows_of_a_case_keep_their_order():
    words, parts = parts_of(["b", "a", "b", "a", "b", "a", "b", "c"])

    assert [words.texts(rows.case) for rows, _ in parts] == [["a"] * 3, ["b"] * 4, ["c"]]
    assert np.concatenate([rows.row for rows, _ in parts]).tolist() == [2, 4, 6, 1, 3, 5, 7, 8]


def test_every_ticket_goes_with_its_case_and_those_without_changes_with_a_neighbour():
    words, parts = parts_of(["b", "b", "b", "d"], ["a", "b", "c", "d", "e"])

    assert [words.texts(theirs.key) for _, theirs in parts] == [["a", "b"], ["c", "d", "e"]]


def test_tickets_without_any_change_are_one_part():
    words, parts = parts_of([], ["a", "b"])

    assert [(len(rows), words.texts(theirs.key)) for rows, theirs in parts] == [(0, ["a", "b"])]


def test_without_a_list_there_are_no_tickets():
    _, parts = parts_of(["a"])

    assert [theirs for _, theirs in parts] == [None]
