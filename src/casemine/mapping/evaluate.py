"""Try the rules in order on every change; the first that fits takes it.

A condition looks at each distinct word once and is spread over the changes by their codes. Only
what earlier rules left is looked at, so a rule costs what is left of its kinds. Rules that ask for
what other rules give (`near`, `lacks`) are left out of a first round and tried in the second one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.mapping.changes import Codes, case_column, column_of
from casemine.mapping.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.mapping.changes import Changes
    from casemine.mapping.rules import FlowMapping, Near, Rule
    from casemine.mapping.situation import Situation

NO_RULE = -1
_ALL_AT_ONCE = 10_000  # words of a column that are looked at whether they are needed or not


def rule_of_changes(
    log: EventLog, changes: Changes, situation: Situation, mapping: FlowMapping
) -> NDArray[np.int32]:
    """Find for each change the place of its rule in the mapping, -1 where none fits."""
    trial = Trial(log, changes, situation, mapping)
    around = [rule.looks_around for rule in mapping.rules]
    if any(around):
        trial.provisional = trial.run(skip=around)
    return trial.run(skip=[False] * len(around))


class Trial:
    """The changes, and what is known of words that were looked at before."""

    def __init__(
        self, log: EventLog, changes: Changes, situation: Situation, mapping: FlowMapping
    ) -> None:
        self.log, self.changes = log, changes
        self.situation, self.mapping = situation, mapping
        self.provisional: NDArray[np.int32] | None = None
        self.truths: dict[tuple[int, Patterns], NDArray[np.int8]] = {}
        self.attribute_columns: dict[str, Codes | None] = {}
        self.places: dict[tuple[str, ...], NDArray[np.int64]] = {}

    def run(self, *, skip: list[bool]) -> NDArray[np.int32]:
        """Find the rule of each change, some rules left out."""
        kind = self.changes.columns["kind"]
        left = {
            word: np.flatnonzero(kind.codes == code)
            for code, word in enumerate((*kind.words, ""), start=0)
            if word
        }
        left[""] = np.flatnonzero(kind.codes < 0)
        taken = np.full(len(self.changes), NO_RULE, np.int32)
        for number, rule in enumerate(self.mapping.rules):
            if skip[number]:
                continue
            kinds = [one for one in rule.kinds or left if len(left.get(one, ()))]
            if not kinds:
                continue
            rows = left[kinds[0]]
            if len(kinds) > 1:
                rows = np.sort(np.concatenate([left[one] for one in kinds]))
            rows = self.fitting(rule, rows)
            if not len(rows):
                continue
            taken[rows] = number
            for one in kinds:
                left[one] = left[one][taken[left[one]] == NO_RULE]
        return taken

    def fitting(self, rule: Rule, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Narrow rows down to those that meet all conditions, the cheap ones first."""
        for name, allowed in rule.choices.items():
            rows = rows[self.chosen(name, allowed, rows)]
        for column, patterns in rule.words.items():
            if not len(rows):
                return rows
            rows = rows[self.truth(self.changes.columns[column], patterns, rows)]
        for names, patterns in rule.attributes:
            rows = rows[self.attribute(names, patterns, rows)]
        if rule.answered is not None:
            rows = rows[self.situation.answered[rows] == int(rule.answered)]
        if rule.near is not None:
            rows = rows[self.close(rule.near, rows)]
        if rule.lacks:
            cases = self.changes.case[self.giving(rule.lacks)]
            rows = rows[~np.isin(self.changes.case[rows], cases)]
        if rule.first is not None:
            spell = self.situation.spells[rule.first][rows]
            rows = rows[np.diff(spell, prepend=-1) != 0]
        if rule.last:
            case = self.changes.case[rows]
            rows = rows[np.diff(case, append=-1) != 0]
        return rows

    def chosen(
        self, name: str, allowed: tuple[str, ...], rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether a property that casemine works out has one of these words."""
        if name == "actor":
            return self.truth(self.changes.columns["actor_type"], Patterns.of(allowed), rows)
        words = self.situation.words[name]
        wanted = np.array([word in allowed for word in words])
        return wanted[self.situation.choices[name][rows]]

    def truth(
        self, column: Codes, patterns: Patterns, rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Test words that were not tested before, then look up."""
        key = (id(column), patterns)
        size = len(column.words)
        known = self.truths.get(key)
        if known is None:
            known = self.truths[key] = np.full(size + 1, -1, np.int8)
            known[size] = patterns.none  # where -1, no word, points to
        asked = np.arange(size) if size <= _ALL_AT_ONCE else column.used(rows)
        for code in asked[known[asked] < 0].tolist():
            known[code] = patterns.fit(column.words[code])
        fits: NDArray[np.bool_] = known[column.codes[rows]] == 1
        return fits

    def attribute(
        self, names: Patterns, patterns: Patterns, rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether any attribute of such a name, of the event or its case, has such a value."""
        found = np.zeros(len(rows), np.bool_)
        some = False
        for column in self.attributes_called(names):
            some = True
            found |= self.truth(column, patterns, rows)
        return found if some else np.full(len(rows), patterns.none)

    def attributes_called(self, names: Patterns) -> Iterable[Codes]:
        """Give the columns, of events or cases, that are called so."""
        for name in ("case", *self.log.attributes):
            if names.fit(name.removeprefix("case:")):
                if name not in self.attribute_columns:
                    column = column_of(self.log.events, name)
                    self.attribute_columns[name] = column and column.take(self.changes.event)
                if (held := self.attribute_columns[name]) is not None:
                    yield held
        table = self.log.case_table
        for name in () if table is None else table.column_names:
            if name != "case" and names.fit(name):
                key = f"case table: {name}"
                if key not in self.attribute_columns:
                    column = case_column(self.log, name)
                    self.attribute_columns[key] = column and column.take(self.changes.event)
                if (held := self.attribute_columns[key]) is not None:
                    yield held

    def close(self, near: Near, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the case has a change that gives such an activity, not farther in time."""
        time, case = self.changes.time, self.changes.case
        targets = self.giving(near.activities)
        if time is None or not len(targets):
            return np.zeros(len(rows), np.bool_)
        span = int(near.minutes * 60_000_000)
        after = np.searchsorted(targets, rows, side="right")
        found = np.zeros(len(rows), np.bool_)
        for step in (-2, -1, 0):  # the change itself may be one of them
            place = after + step
            inside = (place >= 0) & (place < len(targets))
            other = targets[np.clip(place, 0, len(targets) - 1)]
            inside &= (case[other] == case[rows]) & (other != rows)
            found |= inside & (np.abs(time[other] - time[rows]) <= span)
        return found

    def giving(self, activities: tuple[str, ...]) -> NDArray[np.int64]:
        """Find the changes that gave one of these activities in the first round, in order."""
        if activities not in self.places:
            gives = [not set(activities).isdisjoint(rule.gives) for rule in self.mapping.rules]
            assert self.provisional is not None
            self.places[activities] = np.flatnonzero(np.array([*gives, False])[self.provisional])
        return self.places[activities]
