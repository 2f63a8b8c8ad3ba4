"""In which situation each change happened: state and tier before and after, record type, answers.

The same raw state means different activities depending on who holds the record, so rules ask for
these rather than for words. Everything is worked out with running maxima over the sorted log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.columns import CASE
from casemine.mapping.changes import MISSING, Codes, case_column, column_of
from casemine.mapping.patterns import plain
from casemine.mapping.vocabulary import DEFAULT_TIER, MEANINGS, TIERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.mapping.changes import Changes
    from casemine.mapping.rules import FlowMapping

_MEANINGS = ("", *MEANINGS)  # code 0: a word that means nothing, or no state yet
_TIERS = tuple(TIERS)
_CLOSED = np.int8(_MEANINGS.index("closed"))
_SAME_ACTION = 60_000_000  # microseconds in which systems record what belongs together
_WITH_A_MESSAGE = 300_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Who holds cases: names, the tier of each, and how many changes found the case there."""

    names: tuple[str, ...]
    tiers: tuple[str, ...]
    known: tuple[bool, ...]
    changes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """One entry per change; words are codes into `words`."""

    choices: dict[str, NDArray[np.int8]]  # from_state, to_state, from_tier, to_tier, record
    words: dict[str, tuple[str, ...]]
    answered: NDArray[np.int8]  # 1 the user wrote since the state began, 0 not, -1 nobody knows
    spells: dict[str, NDArray[np.int64]]  # equal within one case, group, tier or moment
    groups: Groups


def situation_of(log: EventLog, changes: Changes, mapping: FlowMapping) -> Situation:
    """Work out the situations; O(n) for n changes, words once each."""
    states = _States(changes, mapping)
    from_state, to_state = states.before_and_after()
    before, after, groups = _holders(changes, mapping)
    tiers = np.array([_TIERS.index(tier) for tier in groups.tiers] or [0], np.int8)
    default = np.int8(_TIERS.index(DEFAULT_TIER))
    from_tier = np.where(before < 0, default, tiers[before])
    to_tier = np.where(after < 0, default, tiers[after])
    return Situation(
        choices={
            "from_state": from_state,
            "to_state": to_state,
            "from_tier": from_tier,
            "to_tier": to_tier,
            "record": _requests(log, changes, mapping),
        },
        words={
            "from_state": _MEANINGS,
            "to_state": _MEANINGS,
            "from_tier": _TIERS,
            "to_tier": _TIERS,
            "record": ("incident", "request"),
        },
        answered=states.answered(),
        spells={
            "case": changes.case,
            "group": _spells(changes, after),
            "tier": _spells(changes, to_tier),
            "moment": _moments(changes),
        },
        groups=groups,
    )


class _States:
    """The meaning of each state that a case enters, and of the one that it leaves."""

    def __init__(self, changes: Changes, mapping: FlowMapping) -> None:
        self.changes, self.mapping = changes, mapping
        entering = np.zeros(len(changes), np.bool_)
        entering[changes.rows_of("status", "create")] = True
        self.entering = entering & (changes.columns["new"].codes >= 0)
        self.previous = changes.last_before(self.entering)
        customer = changes.columns["actor_type"]
        wanted = np.array([plain(word) == "customer" for word in customer.words] + [False])
        # That users open cases says nothing of whether the log holds their answers.
        self.by_customer = wanted[customer.codes]
        self.by_customer[changes.rows_of("create")] = False
        self.meaning = self._meanings()

    def before_and_after(self) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Find the state that a change meets, and the one that it leaves the case in."""
        before = np.where(self.previous < 0, np.int8(0), self.meaning[self.previous])
        before = self._corrected(before)
        return before, np.where(self.entering, self.meaning, before)

    def answered(self) -> NDArray[np.int8]:
        """Whether the user did something between the entry of a state and its end."""
        if not self.by_customer.any():
            return np.full(len(self.changes), -1, np.int8)
        last = self.changes.last_before(self.by_customer, itself=True)
        answer = (last > self.previous) & (self.previous >= 0)
        return (answer | self._customer_right_after()).astype(np.int8)

    def _meanings(self) -> NDArray[np.int8]:
        """Look up each word once, with its detail where there is one."""
        new, detail = self.changes.columns["new"], self.changes.columns["detail"]
        rows = np.flatnonzero(self.entering)
        found = np.zeros(len(self.changes), np.int8)
        if not len(rows):
            return found
        pairs = new.codes[rows].astype(np.int64) * (len(detail.words) + 1) + detail.codes[rows] + 1
        used, place = np.unique(pairs, return_inverse=True)
        words, details = np.divmod(used, len(detail.words) + 1)
        meanings = [
            self._code(new.words[word], detail.words[reason - 1] if reason else None)
            for word, reason in zip(words.tolist(), details.tolist(), strict=True)
        ]
        found[rows] = np.array(meanings, np.int8)[place]
        return self._closing(self._decided(found))

    def _closing(self, meaning: NDArray[np.int8]) -> NDArray[np.int8]:
        """See `done` after `resolved` as `closed`: what is solved already is only closed by it."""
        done = meaning == _MEANINGS.index("done")
        before = self.changes.last_before(self.entering & ~done)
        solved = (meaning == _MEANINGS.index("resolved")) | (meaning == _MEANINGS.index("closed"))
        return np.where(done & (before >= 0) & solved[before], _CLOSED, meaning)

    def _decided(self, meaning: NDArray[np.int8]) -> NDArray[np.int8]:
        """Say of `pending` whether it waits for the user: asked in a message, or ended by one."""
        rows = np.flatnonzero(meaning == _MEANINGS.index("pending"))
        if not len(rows):
            return meaning
        changes = self.changes
        ends = changes.next_after(self.entering)[rows]
        customer = changes.next_after(self.by_customer)[rows]
        answered = (customer >= 0) & ((ends < 0) | (customer <= ends))
        answered |= (ends >= 0) & self._customer_right_after()[ends]
        public = changes.columns["public"]
        shown = np.array([plain(word) == "true" for word in public.words] + [False])[public.codes]
        outbound = shown & ~self.by_customer
        asked = self._within(outbound, _WITH_A_MESSAGE)[rows]
        meaning[rows] = np.where(
            answered | asked, _MEANINGS.index("wait-user"), _MEANINGS.index("wait-supplier")
        )
        return meaning

    def _customer_right_after(self) -> NDArray[np.bool_]:
        """Whether the user's answer was recorded just after the change that it caused."""
        following = self.changes.next_after(self.by_customer)
        return self._close(following, _SAME_ACTION)

    def _within(self, marked: NDArray[np.bool_], span: int) -> NDArray[np.bool_]:
        before = self.changes.last_before(marked)
        return self._close(before, span) | self._close(self.changes.next_after(marked), span)

    def _close(self, other: NDArray[np.int64], span: int) -> NDArray[np.bool_]:
        """Whether another change exists and is not far in time."""
        time = self.changes.time
        if time is None:
            return np.zeros(len(other), np.bool_)
        close: NDArray[np.bool_] = (other >= 0) & (np.abs(time[other] - time) <= span)
        return close

    def _corrected(self, before: NDArray[np.int8]) -> NDArray[np.int8]:
        """Believe the change itself where it left another state than the last one recorded."""
        new, old = self.changes.columns["new"], self.changes.columns["old"]
        rows = np.flatnonzero(self.entering & (old.codes >= 0))
        place = {new.words[code]: code for code in new.used(np.flatnonzero(self.entering)).tolist()}
        same = np.full(len(old.words) + 1, MISSING, np.int64)
        meanings = np.zeros(len(old.words) + 1, np.int8)
        for code in old.used(rows).tolist():
            same[code] = place.get(old.words[code], MISSING)
            meanings[code] = self._code(old.words[code], None)
        previous = self.previous[rows]
        recorded = np.where(previous < 0, -2, new.codes[previous])
        said = meanings[old.codes[rows]]
        wrong = (recorded != same[old.codes[rows]]) & (said != 0)
        before[rows] = np.where(wrong, said, before[rows])
        return before

    def _code(self, word: str, detail: str | None) -> int:
        return _MEANINGS.index(self.mapping.states.look_up(word, detail) or "")


def _holders(
    changes: Changes, mapping: FlowMapping
) -> tuple[NDArray[np.int64], NDArray[np.int64], Groups]:
    """Find the group that holds the case before and after each change, -1 where nobody knows."""
    names: dict[str, int] = {}
    moving = np.zeros(len(changes), np.bool_)
    moving[changes.rows_of("group")] = True
    rows = np.flatnonzero(moving)
    old, new = (_named(changes.columns[side], rows, names) for side in ("old", "new"))
    moving &= (old >= 0) | (new >= 0)  # a name alone, as `Moved to another team`, tells nothing
    at_event = _named(changes.columns["group"], np.arange(len(changes)), names)
    after = np.where(moving & (new >= 0), new, at_event)
    # A change to no group at all is knowledge too: nobody holds the case from there on.
    told = moving | (after >= 0)
    source = changes.last_before(told, itself=True)
    coming = changes.next_after(told)
    # Before anything is told, the case lay where the first change of hands took it from.
    early = np.where(coming < 0, MISSING, np.where(moving[coming], old[coming], after[coming]))
    held = np.where(source < 0, early, after[source])
    is_first = changes.begin == np.arange(len(changes))
    before = np.concatenate([[MISSING], held[:-1]]) if len(held) else held
    before = np.where(is_first, np.where(moving, MISSING, held), before)
    before = np.where(moving & (old >= 0), old, before)
    listed = tuple(names)
    tiers = [mapping.tiers.look_up(name) for name in listed]
    seen = np.bincount(held[held >= 0], minlength=len(listed))
    known = tuple(tier is not None for tier in tiers)
    groups = Groups(listed, tuple(tier or DEFAULT_TIER for tier in tiers), known, seen)
    return before, held, groups


def _named(column: Codes, rows: NDArray[np.int64], names: dict[str, int]) -> NDArray[np.int64]:
    """Give the names in some rows of a column numbers, together with those of other columns."""
    places = np.full(len(column.words) + 1, MISSING, np.int64)
    for code in column.used(rows).tolist():
        word = column.words[code].strip()
        if word:
            places[code] = names.setdefault(word, len(names))
    found = np.full(len(column.codes), MISSING, np.int64)
    found[rows] = places[column.codes[rows]]
    return found


def _requests(log: EventLog, changes: Changes, mapping: FlowMapping) -> NDArray[np.int8]:
    """Say of each change whether its case is a service request (1) or an incident (0)."""
    found = np.zeros(len(changes), np.int8)
    columns, requests = mapping.record_columns, mapping.requests
    if columns is None or requests is None:
        return found
    table = log.case_table
    for name in () if table is None else table.column_names:
        if name == CASE or not columns.fit(name) or (codes := case_column(log, name)) is None:
            continue
        asked = np.array([requests.fit(word) for word in codes.words] + [False])[codes.codes]
        found |= asked[changes.event].astype(np.int8)
    for name in log.attributes:
        plain = name.removeprefix("case:")
        if not columns.fit(plain) or (codes := column_of(log.events, name)) is None:
            continue
        asked = np.array([requests.fit(word) for word in codes.words] + [False])[codes.codes]
        found |= asked[changes.event].astype(np.int8)
    return found


def _spells(changes: Changes, values: NDArray[np.int64] | NDArray[np.int8]) -> NDArray[np.int64]:
    """Give runs of equal values a number each; a new case begins a new run."""
    opens = changes.begin == np.arange(len(changes))
    turns = np.diff(values, prepend=values[:1]) != 0
    return np.cumsum(opens | turns)


def _moments(changes: Changes) -> NDArray[np.int64]:
    """Give a number to what a case recorded at one time; without times, to each event."""
    if changes.time is None:
        return changes.event
    opens = changes.begin == np.arange(len(changes))
    return np.cumsum(opens | (np.diff(changes.time, prepend=changes.time[:1]) != 0))
