"""What a log says happened, change by change, as codes: the form that rules are tried on.

A log of a CRM export has one change per event, in the columns `kind`, `field`, `old` and `new`. In
any other log an event is a state that was reached: it changes the state, the group or a field
where it differs from the event before it, so one event may hold several changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.log.arrays import to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, TIME
from casemine.log.eventlog import single
from casemine.log.order import encode
from casemine.mapping.vocabulary import NAMED_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.mapping.rules import Origin

MISSING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """A column of texts: for each entry the place of its word, -1 where there is none."""

    codes: NDArray[np.int32]
    words: Sequence[str]

    def take(self, rows: NDArray[np.int64]) -> Codes:
        """Pick entries."""
        return Codes(self.codes[rows], self.words)

    def used(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """List the codes that occur in some rows, ascending, without -1."""
        seen = np.bincount(self.codes[rows] + 1, minlength=1)
        return np.flatnonzero(seen[1:])


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes in the order of the log; `columns` maps names to one entry per change."""

    event: NDArray[np.int64]  # the event of the log that holds it
    case: NDArray[np.int64]  # rises by one from case to case
    begin: NDArray[np.int64]  # the first change of its case
    time: NDArray[np.int64] | None  # microseconds
    columns: dict[str, Codes]
    of_events: bool  # one change per event: the log has kinds

    def __len__(self) -> int:
        return len(self.event)

    def rows_of(self, *kinds: str) -> NDArray[np.int64]:
        """Find the changes of some kinds, in order."""
        kind = self.columns["kind"]
        wanted = np.array([word in kinds for word in kind.words] + [False])
        return np.flatnonzero(wanted[kind.codes])

    def last_before(self, marked: NDArray[np.bool_], *, itself: bool = False) -> NDArray[np.int64]:
        """Find for each change the last marked one before it in its case, else -1."""
        places = np.where(marked, np.arange(len(marked)), MISSING)
        if not itself:
            places = np.concatenate([[MISSING], places[:-1]])[: len(marked)]
        found = np.maximum.accumulate(places)
        return np.where(found < self.begin, MISSING, found)

    def next_after(self, marked: NDArray[np.bool_], *, itself: bool = False) -> NDArray[np.int64]:
        """Find for each change the first marked one after it in its case, else -1."""
        end = len(marked)
        places = np.where(marked, np.arange(end), end)
        if not itself:
            places = np.concatenate([places[1:], [end]])[:end]
        found = np.minimum.accumulate(places[::-1])[::-1]
        inside = found < end
        inside[inside] = self.case[found[inside]] == self.case[inside]
        return np.where(inside, found, MISSING)


def changes_of(log: EventLog, origin: Origin) -> Changes:
    """See the events of a log as changes."""
    if {"kind", "new"}.issubset(log.events.column_names):
        return _recorded(log, origin)
    return _compared(log, origin)


def column_of(events: pa.Table, name: str) -> Codes | None:
    """Encode a column as text; None where there is none, or nothing that reads as text."""
    if name not in events.column_names:
        return None
    column = events.column(name)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return None
    array = encode(column).chunk(0)
    indices = array.indices
    codes = to_numpy(indices).astype(np.int32, copy=True)
    if indices.null_count:
        codes[~valid(indices)] = MISSING
    words = array.dictionary.to_pylist()
    if None in words:  # a dictionary may hold the missing value itself
        codes[codes == words.index(None)] = MISSING
    return Codes(codes, ["" if word is None else word for word in words])


def case_column(log: EventLog, name: str) -> Codes | None:
    """Encode an attribute of cases as text, one entry per event of the log."""
    table = log.case_table
    column = None if table is None else column_of(table, name)
    if table is None or column is None or not len(log):
        return None
    case = single(log.events.column(CASE))
    rows = {word: row for row, word in enumerate(table.column(CASE).to_pylist())}
    place = np.array([rows.get(word, MISSING) for word in case.dictionary.to_pylist()])
    of_case = np.where(place < 0, np.int32(MISSING), column.codes[place])
    return Codes(of_case[to_numpy(case.indices)], column.words)


def _recorded(log: EventLog, origin: Origin) -> Changes:
    """Take the changes as they are recorded; where no kind is, the name may tell it."""
    columns = {
        name: column_of(log.events, name) or _empty(len(log))
        for name in ("kind", "field", "old", "new")
    }
    changes = _changes(log, np.arange(len(log)), columns, of_events=True)
    kind = columns["kind"]
    if (kind.codes < 0).any():
        named = _named_kinds(log, origin)
        named = Codes(np.where(kind.codes < 0, named.codes, np.int32(MISSING)), named.words)
        _say(changes, named, kind=True)
    return changes


def _compared(log: EventLog, origin: Origin) -> Changes:
    """Compare each event with the one before it in its case."""
    size = len(log)
    case = to_numpy(single(log.events.column(CASE)).indices) if size else np.zeros(0, np.int32)
    first = np.diff(case, prepend=-1) != 0
    begin = np.zeros(size, np.int64)
    np.maximum.accumulate(np.where(first, np.arange(size), 0), out=begin)
    found = _Differences()
    if origin.created:
        found.add("create", "status", np.flatnonzero(first))
    group = column_of(log.events, origin.group)
    moved = np.zeros(size, np.bool_)
    if group is not None:
        before = _last_known(group.codes, begin)
        # A group where none was known before is no change of hands.
        moved = (group.codes >= 0) & (before >= 0) & (group.codes != _at(group.codes, before))
        found.add("group", "group", np.flatnonzero(moved), group, before)
    for name in origin.fields:
        column = column_of(log.events, name)
        if column is not None:
            before = _last_known(column.codes, begin)
            differs = (column.codes >= 0) & ~first & (column.codes != _at(column.codes, before))
            kind = "priority" if name == "priority" else "field"
            found.add(kind, name, np.flatnonzero(differs), column, before)
    named = _named_kinds(log, origin)
    for kind in sorted(set(named.words)):
        field = "priority" if kind == "priority" else None
        rows = named.codes == named.words.index(kind)
        rows &= ~moved if kind == "group" else True  # the group says more than its name
        found.add(NAMED_KINDS[kind][0], field, np.flatnonzero(rows))
    state = _joined(log, origin.state)
    state = Codes(np.where(named.codes >= 0, np.int32(MISSING), state.codes), state.words)
    before = _last_known(state.codes, begin)
    differs = (state.codes >= 0) & (state.codes != _at(state.codes, before))
    found.add("status", "status", np.flatnonzero(differs), state, before)
    event, columns = found.in_order(size)
    changes = _changes(log, event, columns, of_events=False)
    _say(changes, named.take(event), kind=False)
    return changes


def _named_kinds(log: EventLog, origin: Origin) -> Codes:
    """Find the activities whose names say that they are no states, as `Customer reply`."""
    activity = column_of(log.events, ACTIVITY) or _empty(len(log))
    kinds = [origin.kinds and origin.kinds.look_up(word) for word in activity.words]
    known = sorted({kind for kind in kinds if kind})
    codes = [known.index(kind) if kind else MISSING for kind in kinds]
    return Codes(np.array([*codes, MISSING], np.int32)[activity.codes], known)


def _say(changes: Changes, named: Codes, *, kind: bool) -> None:
    """Write what names of events say into the columns where these say nothing."""
    for place, name in enumerate(("kind", "public", "actor_type")):
        if name != "kind" or kind:
            changes.columns[name] = _said(changes.columns[name], named, place)


def _said(column: Codes, named: Codes, place: int) -> Codes:
    """Fill in what the name of an event says and its column does not."""
    said = [NAMED_KINDS[kind][place] for kind in named.words]
    words = [*column.words, *(word or "" for word in said)]
    offsets = [len(column.words) + n if word else MISSING for n, word in enumerate(said)]
    codes = np.array([*offsets, MISSING], np.int32)[named.codes]
    return _distinct(np.where(column.codes < 0, codes, column.codes), words)


def _distinct(codes: NDArray[np.int32], words: Sequence[str]) -> Codes:
    """Give equal words one code."""
    places: dict[str, int] = {}
    renumbered = [places.setdefault(word, len(places)) for word in words]
    return Codes(np.array([*renumbered, MISSING], np.int32)[codes], list(places))


class _Differences:
    """Changes found kind by kind; those of one event keep the order in which they were added."""

    def __init__(self) -> None:
        self.words: dict[str, list[str]] = {"kind": [], "field": [], "values": []}
        self.events: list[NDArray[np.int64]] = []
        self.codes: list[NDArray[np.int32]] = []  # kind, field, old, new in four rows

    def add(
        self,
        kind: str,
        field: str | None,
        at: NDArray[np.int64],
        column: Codes | None = None,
        before: NDArray[np.int64] | None = None,
    ) -> None:
        """Note changes of one kind: at which events, of which column, from which events' values."""
        codes = np.full((4, len(at)), MISSING, np.int32)
        codes[0] = self._place("kind", kind)
        if field is not None:
            codes[1] = self._place("field", field)
        if column is not None and before is not None:
            base = len(self.words["values"])
            self.words["values"].extend(column.words)
            for row, values in ((2, _at(column.codes, before[at])), (3, column.codes[at])):
                codes[row] = np.where(values < 0, MISSING, values + base)
        self.events.append(at)
        self.codes.append(codes)

    def in_order(self, size: int) -> tuple[NDArray[np.int64], dict[str, Codes]]:
        """Sort by event; an event without any change becomes one of kind `update`."""
        still = np.ones(size, np.bool_)
        for at in self.events:
            still[at] = False
        self.add("update", None, np.flatnonzero(still))
        event = np.concatenate(self.events)
        order = np.argsort(event, kind="stable")
        codes = np.concatenate(self.codes, axis=1)[:, order]
        words = [self.words[name] for name in ("kind", "field", "values", "values")]
        names = ("kind", "field", "old", "new")
        return event[order], {
            name: Codes(row, known) for name, row, known in zip(names, codes, words, strict=True)
        }

    def _place(self, name: str, word: str) -> int:
        known = self.words[name]
        if word not in known:
            known.append(word)
        return known.index(word)


def _changes(
    log: EventLog, event: NDArray[np.int64], columns: dict[str, Codes], *, of_events: bool
) -> Changes:
    for name in ("activity", "group", "resource", "actor_type", "public", "detail"):
        found = column_of(log.events, name) or _empty(len(log))
        columns[name] = found if of_events else found.take(event)
    size = len(event)
    case = to_numpy(single(log.events.column(CASE)).indices)[event] if size else np.zeros(0)
    opens = np.diff(case, prepend=-1) != 0
    begin = np.maximum.accumulate(np.where(opens, np.arange(size), 0)) if size else event
    time = None
    if TIME in log.events.column_names:
        time = to_numpy(single(log.events.column(TIME)))[event]
    return Changes(event, np.cumsum(opens), begin, time, columns, of_events)


def _joined(log: EventLog, names: Sequence[str]) -> Codes:
    """Join the values of some columns by ` / `, as `Accepted / In Progress`."""
    columns = [found for name in names if (found := column_of(log.events, name)) is not None]
    if len(columns) == 1:
        # Activities of casemine's own importers are called `Status: Open`.
        words = [
            re.sub(r"^status\s*:\s*", "", word, flags=re.IGNORECASE) for word in columns[0].words
        ]
        return _distinct(columns[0].codes, words)
    if not columns:
        return _empty(len(log))
    code = np.zeros(len(log), np.int64)
    for column in columns:
        code = code * (len(column.words) + 1) + column.codes + 1
    used, codes = np.unique(code, return_inverse=True)
    words = []
    for number in used.tolist():
        parts = []
        rest = number
        for column in reversed(columns):
            rest, place = divmod(rest, len(column.words) + 1)
            parts.append(column.words[place - 1] if place else None)
        words.append(" / ".join(part for part in reversed(parts) if part))
    return Codes(codes.astype(np.int32), words)


def _last_known(codes: NDArray[np.int32], begin: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find for each event the last one before it in its case that has a value, else -1."""
    places = np.where(codes >= 0, np.arange(len(codes)), MISSING)
    shifted = np.concatenate([[MISSING], places[:-1]])[: len(codes)]
    found = np.maximum.accumulate(shifted)
    return np.where(found < begin, MISSING, found)


def _at(codes: NDArray[np.int32], places: NDArray[np.int64]) -> NDArray[np.int32]:
    """Look values up at places, -1 where the place is none."""
    return np.where(places < 0, np.int32(MISSING), codes[places]).astype(np.int32)


def _empty(size: int) -> Codes:
    return Codes(np.full(size, MISSING, np.int32), ())
