"""Changes of an export made by hand, and shown as texts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from casemine.read.crm.changeset import NO_ACTION, Changes
from casemine.read.crm.coded.instants import ABSENT
from casemine.read.crm.coded.tickets import VALUES, Tickets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.crm.coded.words import Words

SECOND = 1_000_000
TEXTS = ("case", "actor", "actor_type", "group", "kind", "field", "old", "new", "activity")
FIELDS = {"create": "status", "status": "status", "assign": "assignee", "comment": "comment"}


def changes(words: Words, *rows: Mapping[str, Any]) -> Changes:
    """Make changes of rows in the order in which they happened; times are in seconds.

    A row says what differs from a change of case 7 at second 0 whose field fits its kind.
    """
    whole = [
        {"case": "7", "time": 0, "field": FIELDS.get(row["kind"], row["kind"]), **row}
        for row in rows
    ]
    columns: dict[str, Any] = {
        name: words.codes([row.get(name) for row in whole]) for name in TEXTS
    }
    columns["time"] = np.array([row["time"] * SECOND for row in whole], np.int64)
    columns["seq"] = np.arange(len(whole), dtype=np.int64)
    columns["row"] = columns["seq"] + 1
    columns["action"] = np.array([row.get("action", NO_ACTION) for row in whole], np.int64)
    columns["public"] = np.array([row.get("public", -1) for row in whole], np.int8)
    columns["carry"] = np.array([row.get("carry", 0) for row in whole], np.int8)
    return Changes.blank(len(whole), **columns)


def tickets(words: Words, *rows: Mapping[str, Any]) -> Tickets:
    """Make tickets; `created` is in seconds, and absent where it is not said."""
    return Tickets(
        key=words.codes([row["key"] for row in rows]),
        created=np.array(
            [row["created"] * SECOND if "created" in row else ABSENT for row in rows], np.int64
        ),
        row=np.arange(1, len(rows) + 1, dtype=np.int64),
        values={name: words.codes([row.get(name) for row in rows]) for name in VALUES},
    )


def shown(made: Changes, words: Words, *names: str) -> list[Any]:
    """Show some columns row by row as texts; of one column as they are."""
    columns = [
        words.texts(getattr(made, name)) if name in (*TEXTS, "detail") else getattr(made, name)
        for name in names
    ]
    return list(zip(*columns, strict=True)) if len(columns) > 1 else list(columns[0])
