"""Which attribute of an XES file plays which role, and the event columns that come of it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.errors import UsageError, show
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, START, TIME
from casemine.model.intake import Note
from casemine.read.xes.columns import Column, as_text
from casemine.read.xes.faults import TWICE

if TYPE_CHECKING:
    from casemine.read.xes.columns import ColumnStore
    from casemine.read.xes.faults import Faults

NAME = "concept:name"
TIMESTAMP_KEY = "time:timestamp"
RESOURCE_KEY, GROUP_KEY = "org:resource", "org:group"
LIFECYCLE_KEY, INSTANCE_KEY = "lifecycle:transition", "concept:instance"
START_KEY = "start_timestamp"  # how pm4py, and we, write events that know their start
LIFECYCLE = "lifecycle"
RESERVED = frozenset({CASE, ACTIVITY, TIME, START, ROW, RESOURCE, GROUP, LIFECYCLE})


class Roles:
    """Hands out the event columns of a file, each made when it is first asked for."""

    def __init__(self, store: ColumnStore, count: int, faults: Faults) -> None:
        self.store, self.count, self.faults = store, count, faults
        self.name = store.name
        self.repeated: dict[str, int] = {}
        self._made: dict[str, Column] = {}

    def find(self, given: str | None, usual: str, option: str) -> str | None:
        """Look up the key for a role: what the user named, else the usual one if it is there."""
        if given is None:
            return usual if usual in self.store.keys else None
        if given not in self.store.keys:
            raise self.no_such(given, self.store.keys, option)
        return given

    def no_such(self, given: str, keys: tuple[str, ...], option: str) -> UsageError:
        """Say what there is instead."""
        near = difflib.get_close_matches(given, keys, n=3, cutoff=0.6)
        listed = ", ".join(show(key) for key in (near or keys[:12])) or "none"
        return UsageError(
            f"{self.name} has no attribute {show(given)}, which --{option} names",
            mend=f"did you mean {listed}?" if near else f"there are: {listed}",
            code="no-such-column",
        )

    def take(self, key: str, *, encode: bool = False, once: bool = False) -> pa.Array:
        """Hand out one column; with `once`, an event that gives it twice is bad."""
        if key not in self._made:
            self._made[key] = self.store.column(key, self.count, encode=encode)
            self.repeated[key] = len(self._made[key].repeated)
        column = self._made[key]
        if once:
            self.faults.add_owners(key, TWICE, column.repeated)
        if encode and not pa.types.is_dictionary(column.values.type):
            return as_text(column.values).dictionary_encode()
        return column.values

    def rest(
        self, table: dict[str, pa.Array], more: dict[str, pa.Array], notes: list[Note]
    ) -> dict[str, pa.Array]:
        """All that has no role yet keeps its key, unless a fixed column has that name."""
        found: dict[str, pa.Array] = {}
        renamed: list[str] = []
        mixed: list[str] = []
        for key in self.store.keys:
            if key in self._made or not key:
                continue
            name = f"event:{key}" if key in RESERVED else key
            while name in table or name in found or (name != key and name in self.store.keys):
                name = f"event:{name}"
            found[name] = self.take(key)
            kinds = self._made[key].kinds
            self._made[key] = Column(pa.nulls(0), kinds, np.zeros(0, np.int64))
            if name != key:
                renamed.append(f"{show(key)} as {show(name)}")
            if len(kinds) > 1:
                mixed.append(f"{show(key)} ({', '.join(kinds)})")
        for name, values in more.items():
            while name in table or name in found:
                name = f"event:{name}"  # noqa: PLW2901 - a free name
            found[name] = values
        self._remark(renamed, mixed, notes)
        return found

    def _remark(self, renamed: list[str], mixed: list[str], notes: list[Note]) -> None:
        if renamed:
            text = f"attributes with the name of a column were renamed: {', '.join(renamed[:5])}"
            notes.append(Note("renamed-attributes", text, len(renamed)))
        if mixed:
            text = f"attributes of more than one type: {', '.join(mixed[:5])}"
            notes.append(Note("mixed-types", text, len(mixed)))
        twice = {key: count for key, count in self.repeated.items() if count}
        if twice:
            key = next(iter(twice))
            total = sum(twice.values())
            events = "1 event gives" if total == 1 else f"{total:,} events give"
            text = f"{events} an attribute twice, such as {show(key)}"
            text += "; the first value counts"
            notes.append(Note("repeated-attributes", text, total))
