"""Owners that may be a user or a group."""

import numpy as np
import pytest

from casemine.read.crm.changeset import CARRIED, TOLD, Changes
from casemine.read.crm.coded.lookups import Lookups
from casemine.read.crm.coded.words import Words
from casemine.read.crm.compose.owners import with_owners
from casemine.read.crm.language.preset import Preset

PRESET = Preset("desk", "Desk", (), group_ids=("/^Q-/",))


@pytest.fixture
def words():
    return Words()


def changes(words, *rows):
    """Rows of (kind, field, old, new, actor)."""
    columns = [words.codes(list(column)) for column in zip(*rows, strict=True)]
    names = ("kind", "field", "old", "new", "actor")
    return Changes.blank(
        len(rows), case=np.zeros(len(rows), np.int32), **dict(zip(names, columns, strict=True))
    )


def told(made, words):
    return list(zip(*(words.texts(getattr(made, n)) for n in ("kind", "old", "new")), strict=True))


def test_ids_tell_groups_from_users(words):
    rows = changes(
        words,
        ("owner", "owner", "Q-1", "U-1", "U-1"),
        ("owner", "owner", "U-1", "Q-2", "U-1"),
        ("owner", "owner", "Q-2", "Q-1", "U-1"),
        ("owner", "owner", "U-1", "U-2", "U-1"),
        ("owner", "owner", "U-1", None, "U-1"),
    )

    made = with_owners(rows, words, PRESET, Lookups(words))

    assert told(made, words) == [
        ("assign", None, "U-1"),
        ("group", "Q-1", "Q-2"),
        ("group", "Q-2", "Q-1"),
        ("assign", "U-1", "U-2"),
        ("assign", "U-1", None),
    ]
    assert made.carry[0] == TOLD
    assert words.texts(made.group)[0] == "Q-1"


def test_the_group_before_is_left_open_where_nothing_tells_it(words):
    made = with_owners(
        changes(words, ("owner", "owner", "U-1", "Q-1", "U-1")), words, PRESET, Lookups(words)
    )

    assert told(made, words) == [("group", None, "Q-1")]
    assert made.carry.tolist() == [CARRIED]


def test_a_case_given_back_to_the_group_that_holds_it_is_unassigned(words):
    rows = changes(
        words, ("owner", "owner", "U-1", "Q-1", "U-1"), ("group", "group", "Q-2", "Q-1", "U-1")
    )

    made = with_owners(rows, words, PRESET, Lookups(words))

    assert told(made, words) == [("assign", "U-1", None), ("group", "Q-2", "Q-1")]


def test_a_creation_gives_the_group_its_owner_is(words):
    made = with_owners(
        changes(words, ("create", "owner", None, "Q-1", None)), words, PRESET, Lookups(words)
    )

    assert words.texts(made.kind) == ["create"]
    assert words.texts(made.field) == ["group"]


def test_a_name_is_a_groups_if_the_export_uses_it_so_and_it_never_acts(words):
    rows = changes(
        words,
        ("owner", "owner", "Billing", "Mara", "Mara"),
        ("group", "group", "Billing", "Tier 2", "Mara"),
        ("group", "group", "Tier 2", "Mara", "Mara"),  # a group called like a user
    )

    made = with_owners(rows, words, PRESET, Lookups(words))

    assert told(made, words)[0] == ("assign", None, "Mara")


def test_names_of_a_list_of_groups_are_groups_and_of_users_are_not(words):
    lookups = Lookups(words)
    lookups.add("groups", [words.codes(["9"])], words.codes(["Billing"]), None)
    lookups.add("users", [words.codes(["Q-7", "U-7"])], words.codes(["Returns", "Mara"]), None)
    rows = changes(
        words,
        ("owner", "owner", "Mara", "Billing", "Mara"),
        ("owner", "owner", "Mara", "Returns", "Mara"),
        ("owner", "owner", "Billing", "9", "Mara"),
        ("owner", "owner", "Billing", "Mara", "Mara"),
    )

    made = with_owners(rows, words, PRESET, lookups)

    assert words.texts(made.kind) == ["group", "group", "group", "assign"]


def test_fields_of_other_kinds_are_left_alone(words):
    rows = changes(words, ("field", "owner", "Q-1", "Q-2", "U-1"))

    assert with_owners(rows, words, PRESET, Lookups(words)) is rows
