"""The first status of a case as its creation."""

import pytest

from casemine.read.crm.coded.words import Words
from casemine.read.crm.engines.firststatus import with_first_status
from crm_changes import changes, shown, tickets


@pytest.fixture
def words():
    return Words()


def kinds(words, rows, *listed):
    known = [tickets(words, each) for each in listed]
    return shown(with_first_status(changes(words, *rows), words, known), words, "kind")


def test_the_first_status_of_each_case_is_its_creation(words):
    rows = [
        {"kind": "status", "time": 9, "new": "Open"},
        {"kind": "status", "time": 5, "new": "New"},
        {"kind": "status", "case": "8", "time": 5, "new": "New"},
    ]

    assert kinds(words, rows) == ["create", "status", "create"]


def test_a_ticket_that_is_older_had_another_status_before(words):
    rows = [{"kind": "status", "time": 100, "new": "Open"}]

    assert kinds(words, rows, {"key": "7", "created": 39}) == ["status"]
    assert kinds(words, rows, {"key": "7", "created": 40}) == ["create"]


def test_of_two_lists_the_first_knows_when_a_ticket_was_created(words):
    rows = [{"kind": "status", "time": 100, "new": "Open"}]
    late, early = {"key": "7", "created": 100}, {"key": "7", "created": 0}

    assert kinds(words, rows, late, early) == ["create"]
    assert kinds(words, rows, early, late) == ["status"]


def test_first_values_of_the_same_instant_are_there_from_the_beginning(words):
    rows = [
        {"kind": "status", "time": 5, "new": "New"},
        {"kind": "priority", "time": 5, "new": "Low"},
        {"kind": "group", "time": 5, "old": "Desk", "new": "Lab"},
        {"kind": "assign", "time": 6, "new": "Jo"},
    ]

    assert kinds(words, rows) == ["create", "create", "group", "assign"]


def test_without_changes_there_is_no_creation(words):
    assert kinds(words, [], {"key": "7", "created": 0}) == []
