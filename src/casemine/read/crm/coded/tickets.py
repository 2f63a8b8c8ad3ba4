"""What files say about the tickets themselves: number, creation, customer, present values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.errors import show
from casemine.model.intake import Note
from casemine.read.crm.coded.instants import ABSENT, read_instants
from casemine.read.crm.coded.words import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import FilePart
    from casemine.read.crm.raw.rawrows import RawRows
    from casemine.read.options import ReadOptions
    from casemine.read.quarantine import Places

VALUES = ("number", "creator", "customer", "status", "assignee", "group", "priority")


@dataclass(frozen=True, slots=True, eq=False)
class Tickets:
    """One row per ticket, the first that the files have of it."""

    key: Codes
    created: NDArray[np.int64]  # ABSENT where unknown
    row: NDArray[np.int64]
    values: Mapping[str, Codes]
    attributes: Mapping[str, Codes] = field(default_factory=dict)
    local: bool = False

    def __len__(self) -> int:
        return len(self.key)

    def take(self, which: NDArray[np.int64]) -> Tickets:
        """Rows by index."""
        return replace(
            self,
            key=self.key[which],
            created=self.created[which],
            row=self.row[which],
            values={name: codes[which] for name, codes in self.values.items()},
            attributes={name: codes[which] for name, codes in self.attributes.items()},
        )


def tickets_of(
    rows: RawRows,
    codes: Mapping[str, Codes],
    *,
    part: FilePart,
    place: Places,
    before: int,
    options: ReadOptions,
) -> tuple[Tickets, list[Note]]:
    """Read the tickets of a file; times that are none stay unknown and are noted.

    Parameters
    ----------
    rows : RawRows
        Of these only the times of creation, which are still text.
    codes : mapping
        All other columns, numbered.
    before : int
        Records of the files before this one.

    Raises
    ------
    BadTimeError, AmbiguousError
        No creation is a time, or the column leaves open how it is to be read.
    """
    count = len(rows.records)
    nothing = np.full(count, NONE, np.int32)
    created = np.full(count, ABSENT)
    notes: list[Note] = []
    local = False
    if "created" in rows.columns:
        name = part.ticket["created"][0]
        found = read_instants(
            rows.columns["created"],
            name=name,
            part=part,
            place=place,
            records=rows.records,
            options=options,
        )
        created, local = found.values, found.local
        notes = list(found.notes)
        if len(found.twice):
            text = (
                f"times in column {show(name)} exist twice in {options.tz} (clocks went back): "
                "the first is taken"
            )
            notes.append(Note("time-twice", text, len(found.twice)))
        wrong = sum(len(bad.rows) for bad in found.bad)
        if wrong:
            text = (
                f"{show(found.bad[0].values[0])} and others in column {show(name)} "
                f"{found.bad[0].reason}: these tickets have no creation"
            )
            notes.append(Note("bad-creation-time", text, wrong))
    key = codes.get("key", codes.get("number", nothing))
    there = np.flatnonzero(key >= 0)
    mine = Tickets(
        key=key[there],
        created=created[there],
        row=(rows.records + before)[there],
        values={name: codes.get(name, nothing)[there] for name in VALUES},
        attributes={
            name.removeprefix("attribute:"): column[there]
            for name, column in codes.items()
            if name.startswith("attribute:")
        },
        local=local,
    )
    return mine, notes


def created_by_case(parts: Sequence[Tickets], codes: int) -> NDArray[np.int64]:
    """When tickets were created, by the code of their key; what an earlier file knows counts."""
    known = np.full(codes + 1, ABSENT)
    for each in reversed(parts):
        there = each.created != ABSENT
        known[each.key[there]] = each.created[there]
    return known


def merged(parts: Sequence[Tickets]) -> Tickets | None:
    """Put tickets of several files together; what an earlier file knows of one counts."""
    if not parts:
        return None
    names = list(dict.fromkeys(name for part in parts for name in part.attributes))
    key = np.concatenate([part.key for part in parts])
    distinct, first, group = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    target = place[group.reshape(-1)]

    def gathered(columns: list[NDArray[Any]], none: int) -> NDArray[Any]:
        values = np.concatenate(columns)
        made = np.full(len(distinct), none, values.dtype)
        known = np.flatnonzero(values != none)[::-1]  # of several, the first file's stays
        made[target[known]] = values[known]
        return made

    return Tickets(
        key=distinct[order].astype(np.int32),
        created=gathered([part.created for part in parts], ABSENT),
        row=gathered([part.row for part in parts], -1),
        values={name: gathered([part.values[name] for part in parts], NONE) for name in VALUES},
        attributes={
            name: gathered(
                [part.attributes.get(name, np.full(len(part), NONE, np.int32)) for part in parts],
                NONE,
            )
            for name in names
        },
        local=any(part.local for part in parts),
    )


def case_table(
    words: Words, cases: Codes, tickets: Tickets | None, priority: Codes
) -> pa.Table | None:
    """Attributes of cases, the customer and present priority among them; of cases in the log.

    Parameters
    ----------
    cases : array
        Those of the log, each once.
    tickets : Tickets, optional
        What lists of tickets say.
    priority : array
        The last priority of each case by its history, which counts where no list says one; -1
        where neither does.
    """
    told = cases[priority >= 0]
    key = told if tickets is None else np.append(tickets.key, np.setdiff1d(told, tickets.key))
    place = np.full(len(words) + 1, -1, np.int64)
    place[cases] = np.arange(len(cases))
    here = np.flatnonzero(place[key] >= 0)
    of_list: dict[str, Codes] = {}
    if tickets is not None:
        known = {name: tickets.values[name] for name in ("customer", "priority")}
        rest = np.full(len(key) - len(tickets), NONE, np.int32)
        of_list = {
            name: np.append(codes, rest)[here]
            for name, codes in {**known, **tickets.attributes}.items()
        }
    listed = of_list.get("priority", np.full(len(here), NONE, np.int32))
    of_list["priority"] = np.where(listed >= 0, listed, priority[place[key[here]]])
    columns = {"case": words.column(key[here])}
    for name, codes in of_list.items():
        if np.any(codes >= 0):
            columns[name] = words.column(codes.astype(np.int32))
    return pa.table(columns) if len(columns) > 1 else None
