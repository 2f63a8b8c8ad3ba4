"""Ids become names: by lists that came with the export, that the user named, or of the preset.

An id that no list knows stays as it is and is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.model.intake import Note
from casemine.model.words import counted
from casemine.read.crm.coded.words import NONE, fits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Codes, Words

_ID = (
    r"/^([0-9a-fA-F]{24,32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|00[0-9A-Z][0-9A-Za-z]{12}([0-9A-Za-z]{3})?|\d+:[0-9a-f-]{30,}|(systemuser|team),\S+)$/"
)
_NUMBER = r"/^-?\d+$/"  # an id where people or groups stand, a plain number elsewhere
LISTS = {  # which lists may know the values of a field, in this order
    "assignee": ("users", "groups"),
    "group": ("groups", "users"),
    "customer": ("customers", "users"),
    "actor": ("users", "customers"),
    "status": ("statuses",),
    "priority": ("priorities",),
    "merged_into": ("tickets",),
}


@dataclass(slots=True)
class Lookups:
    """Names and types of ids, by list; all as codes."""

    words: Words
    same_id: int | None = None  # so many first characters of an id decide
    names: dict[str, dict[int, int]] = field(default_factory=dict)
    types: dict[str, dict[int, int]] = field(default_factory=dict)
    codes: dict[str, dict[int, int]] = field(default_factory=dict)  # of the preset, by field
    unresolved: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, of: str, keys: Sequence[Codes], name: Codes, types: Codes | None) -> None:
        """Take the rows of a list."""
        for key in keys:
            there = np.flatnonzero((key >= 0) & (name >= 0))
            ids = self.cut(key[there]).tolist()
            for place, number in zip(there.tolist(), ids, strict=True):
                self.names.setdefault(of, {}).setdefault(number, int(name[place]))
                if types is not None and types[place] >= 0:
                    self.types.setdefault(of, {}).setdefault(number, int(types[place]))

    def cut(self, codes: Codes) -> Codes:
        """Shorten ids to the characters that count; other texts stay."""
        if self.same_id is None:
            return codes
        size = self.same_id

        def shorten(texts: list[str]) -> list[str]:
            return [t[:size] if len(t) == size + 3 and t.isalnum() else t for t in texts]

        return self.words.mapped(codes, shorten)

    def resolved(self, values: Codes, what: str, fields: NDArray[np.bool_] | None = None) -> Codes:
        """Put names for ids: those of lists, else the preset's words for codes.

        Parameters
        ----------
        values : array
            Codes of ids or names.
        what : str
            What they are: a key of `LISTS`.
        fields : array of bool, optional
            The rows that are meant; all where not given.
        """
        rows = np.arange(len(values)) if fields is None else np.flatnonzero(fields)
        mine = values[rows]
        used = self.words.used(mine)
        if not len(used):
            return values
        short = self.cut(used)
        table = np.full(len(self.words) + 1, NONE, np.int32)
        table[used] = used
        unknown = np.ones(len(used), np.bool_)
        lists = [self.names.get(of, {}) for of in LISTS.get(what, ())]
        for names in (*lists, self.codes.get(what, {})):
            for place, number in enumerate(short.tolist()):
                if unknown[place] and number in names:
                    table[used[place]] = names[number]
                    unknown[place] = False
        self._count(what, used[unknown], mine)
        made = values.copy()
        made[rows] = table[mine]
        return made

    def type_of(self, values: Codes) -> Codes:
        """Types of actors, where a list of users or customers says one."""
        used = self.words.used(values)
        table = np.full(len(self.words) + 1, NONE, np.int32)
        for number, short in zip(used.tolist(), self.cut(used).tolist(), strict=True):
            for of in ("users", "customers"):
                found = self.types.get(of, {}).get(short)
                if found is not None and table[number] < 0:
                    table[number] = found
        types: Codes = table[values]
        return types

    def notes(self) -> list[Note]:
        """Say which ids stayed ids."""
        return [
            Note(
                "unresolved-ids",
                f"{what} is an id without a name in {counted(count, 'event')}, "
                f"such as {show(example)}; "
                "--lookup names a file that has the names",
                count,
            )
            for what, (count, example) in self.unresolved.items()
            if count
        ]

    def _count(self, what: str, unknown: Codes, mine: Codes) -> None:
        """Count values that look like ids and have no name."""
        if not len(unknown) or what in {"status", "priority", "merged_into"}:
            return
        patterns = (_ID, _NUMBER) if what in LISTS else (_ID,)
        ids = unknown[self.words.answers(unknown, lambda texts: fits(texts, patterns))]
        if not len(ids):
            return
        marked = np.zeros(len(self.words) + 1, np.bool_)
        marked[ids] = True
        count, example = self.unresolved.get(what, (0, ""))
        count += int(np.count_nonzero(marked[mine]))
        self.unresolved[what] = (count, example or self.words.text(int(ids[0])) or "")


def coded(words: Words, table: Mapping[str, str]) -> dict[int, int]:
    """Codes of a preset as a list."""
    keys = words.codes(list(table)).tolist()
    values = words.codes([name or None for name in table.values()]).tolist()
    return dict(zip(keys, values, strict=True))
