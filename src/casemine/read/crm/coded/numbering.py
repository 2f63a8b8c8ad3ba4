"""All texts of all files of an export under one numbering: rows, tickets and lists of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from casemine.errors import InputError, Place
from casemine.model.events import EVENT_KINDS
from casemine.read.crm.coded.actions import numbered_actions
from casemine.read.crm.coded.lookups import Lookups
from casemine.read.crm.coded.ordering import chronological
from casemine.read.crm.coded.rows import Coded
from casemine.read.crm.coded.tickets import Tickets, tickets_of
from casemine.read.crm.coded.words import Words
from casemine.read.crm.language.preset import SPECIAL
from casemine.read.crm.memory import release_memory
from casemine.read.crm.raw.rawrows import stays_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from casemine.model.intake import Note
    from casemine.read.crm.coded.words import Codes
    from casemine.read.crm.language.preset import Preset
    from casemine.read.crm.raw.rawrows import RawFile, RawRows
    from casemine.read.options import ReadOptions

_MANY = ("case", "key", "number")  # columns in which nearly every text is another


@dataclass(frozen=True, slots=True)
class Numbered:
    """An export as integers."""

    words: Words
    rows: list[tuple[int, Coded]]  # index of the file, rows of one of its takes; emptied in use
    tickets: tuple[Tickets, ...]
    lookups: Lookups
    notes: tuple[Note, ...]
    history: bool  # whether some file tells the changes of tickets


def numbered(files: Sequence[RawFile], preset: Preset, options: ReadOptions) -> Numbered:
    """Put integers for the texts of an export.

    Rows of the second file count on where those of the first end, and so on.
    """
    words, notes = Words(), [note for each in files for note in each.notes]
    words.codes([*EVENT_KINDS, *SPECIAL, *_words_of(preset)])
    columns = _columns(files, words)
    rows: list[tuple[int, Coded]] = []
    tickets: list[Tickets] = []
    actions = iter(_actions(files))
    before = 0
    for number, each in enumerate(files):
        for take, raw in each.takes:
            mine = dict(columns.get(id(raw), {}))
            mine.setdefault("case", np.full(len(raw.records), -1, np.int32))
            if each.part.case_from_name is not None:
                mine["case"] = _from_name(each, mine["case"], words)
            coded = Coded(
                take=take,
                part=each.part,
                place=each.place,
                columns=mine,
                texts=_taken(raw, [name for name in raw.columns if stays_text(name)]),
                actions=next(actions),
                records=raw.records,
                before=before,
            )
            rows.append((number, coded))
        if each.ticket is not None:
            made, said = tickets_of(
                each.ticket,
                columns.get(id(each.ticket), {}),
                part=each.part,
                place=each.place,
                before=before,
                options=options,
            )
            if each.part.form == "snapshots":  # of the rows of a ticket, the last counts
                newest = chronological(rows[-1][1], options)[0][::-1]
                made = made.take(newest) if len(newest) == len(made) else made
            tickets.append(made)
            notes += said
        before += each.records
    lookups = Lookups(words, preset.same_id)
    for each in files:
        for spec, raw in each.lookups:
            mine = columns.get(id(raw), {})
            keys = [mine[name] for name in mine if name.startswith("key ")]
            if keys and "name" in mine:
                lookups.add(spec.of, keys, mine["name"], mine.get("type"))
    release_memory()
    history = any(each.part.tells == "history" for each in files)
    return Numbered(words, rows, tuple(tickets), lookups, tuple(notes), history)


def _from_name(file: RawFile, case: Codes, words: Words) -> Codes:
    """Take the case from the name of the file, where its rows don't say it.

    Raises
    ------
    InputError
        The name does not hold it either.
    """
    if np.all(case >= 0):
        return case
    name = Path(file.place.name).name
    found = re.search(file.part.case_from_name or "", name)
    if found is None:
        raise InputError(
            f"is {file.part.title}, which does not say of which case it is, and neither does the "
            "name of the file",
            where=Place(file.place.name),
            mend="put the case's id into the name, as issue_SUP-1001.json",
            code="no-case",
        )
    return np.where(case >= 0, case, words.code(found.group(found.lastindex or 0))).astype(np.int32)


def _words_of(preset: Preset) -> Iterator[str]:
    """Words that a preset puts for codes, with the codes."""
    for table in preset.codes.values():
        yield from table
        yield from table.values()


def _columns(files: Sequence[RawFile], words: Words) -> dict[int, dict[str, Any]]:
    """Codes of every column that is to be numbered, by the identity of its rows.

    The texts are taken out of the rows: both together would need twice the memory.
    """
    slots = [
        (raw, name)
        for each in files
        for raw in _all_rows(each)
        for name in raw.columns
        if not stays_text(name)
    ]
    slots.sort(key=lambda slot: slot[1] in _MANY)  # what few texts say gets small codes
    texts = [text for raw, name in slots for text in _taken(raw, [name]).values()]
    numbers = words.encode(texts)
    release_memory()  # what held the texts
    found: dict[int, dict[str, Any]] = {}
    for (raw, name), codes in zip(slots, numbers, strict=True):
        found.setdefault(id(raw), {})[name] = codes
    return found


def _taken(raw: RawRows, names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    """Take columns out of rows that nobody else will ask for them."""
    columns = cast("dict[str, pa.ChunkedArray]", raw.columns)
    return {name: columns.pop(name) for name in names}


def _all_rows(file: RawFile) -> Iterator[RawRows]:
    yield from (raw for _, raw in file.takes)
    if file.ticket is not None:
        yield file.ticket
    yield from (raw for _, raw in file.lookups)


def _actions(files: Sequence[RawFile]) -> list[Any]:
    """Numbers of actions; files of one history share their ids."""
    takes = [(each.part.history or each.part.name, raw) for each in files for _, raw in each.takes]
    return numbered_actions(
        [raw.columns.get("id") for _, raw in takes],
        [len(raw.records) for _, raw in takes],
        [space for space, _ in takes],
    )
