"""The rules of a preset applied to rows: what each row is, and the values that follow from it.

The first rule whose conditions hold takes a row. What rules leave open is decided by `[fields]`,
which says what the name of a field means.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from casemine.read.crm.changeset import CARRIED, OPEN, TOLD
from casemine.read.crm.coded.words import NONE
from casemine.read.crm.language.filters import filter_of
from casemine.read.crm.language.preset import MEANINGS
from casemine.read.crm.language.templates import columns_in, fixed_in, references

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Codes, Words
    from casemine.read.crm.language.preset import Milestone, Rule

_FIELD_OF = {  # kind -> field of a change of that kind, where nothing else says it
    "create": "status",
    "status": "status",
    "assign": "assignee",
    "group": "group",
    "priority": "priority",
    "comment": "comment",
    "merge": "merged_into",
    "customer": "customer",
}
_YES = frozenset({"true", "1", "yes", "y", "t"})
_NO = frozenset({"false", "0", "no", "n", "f"})


class Ruling:
    """Rows, and what rules made of them.

    Parameters
    ----------
    words : Words
        Numbers all texts.
    columns : mapping
        Codes by name of the column, `count` of each.
    count : int
        Number of rows.
    source : str
        The preset, for messages.

    Attributes
    ----------
    kind : array
        Codes of kinds; -1 for rows that neither a rule nor a field says anything about.
    carry : array of int8
        Where the old value of each row comes from: `CARRIED`, `TOLD` or `OPEN`.
    """

    def __init__(self, words: Words, columns: Mapping[str, Codes], count: int, source: str) -> None:
        self._words, self._columns = words, columns
        self._count, self._source = count, source
        self._outputs: dict[str, Codes] = {}  # columns that rules changed
        self._open = np.ones(count, np.bool_)  # rows that no rule has taken
        self._has_field = np.zeros(count, np.bool_)  # rows whose field a rule said
        self.kind = self._nothing()
        self.carry = np.full(count, OPEN, np.int8)

    def output(self, name: str) -> Codes:
        """Say what rules made of a column; where they said nothing, it is as in the file."""
        return self._outputs[name] if name in self._outputs else self._column(name)

    def apply(self, rules: Sequence[Rule], fields: Mapping[str, str]) -> None:
        """Apply the rules in order, then the meanings of fields to what they leave open.

        Raises
        ------
        InputError
            A template of a rule uses a filter that there is not.
        """
        for rule in rules:
            rows = self._fitting(rule)
            if len(rows):
                self._take(rule, rows)
        self._go_by_field(fields)

    def _fitting(self, rule: Rule) -> NDArray[np.int64]:
        """Find the rows that no rule before has taken and that meet all conditions."""
        return np.flatnonzero(self._open & meets(self._words, self._columns, rule, self._count))

    def _take(self, rule: Rule, rows: NDArray[np.int64]) -> None:
        """Give rows the outputs of a rule."""
        self._open[rows] = False
        groups = self._split(rule, rows)
        for name, template in rule.outputs.items():
            codes = self._filled(template, rows, groups, rule)
            if name == "kind":
                self.kind[rows] = codes
                continue
            if name not in self._outputs:
                self._outputs[name] = self._column(name).copy()
            self._outputs[name][rows] = codes
            if name == "field":
                self._has_field[rows] = True
        if rule.carry:
            self.carry[rows] = CARRIED
        elif rule.outputs.get("old") == "":
            self.carry[rows] = TOLD

    def _split(self, rule: Rule, rows: NDArray[np.int64]) -> dict[str, Codes]:
        """Take columns apart into named groups; a text that doesn't fit gives no value."""
        groups: dict[str, Codes] = {}
        for column, expression in rule.split.items():
            pattern = re.compile(expression)
            codes = self._column(column)[rows]
            for group in pattern.groupindex:
                groups[group] = self._words.mapped(codes, _finder(pattern, group))
        return groups

    def _filled(
        self, template: str, rows: NDArray[np.int64], groups: Mapping[str, Codes], rule: Rule
    ) -> Codes:
        """Fill a template; where none of its references has a value, it has none either."""
        names = columns_in(template)
        if not names:
            return np.full(len(rows), self._words.code(template or None), np.int32)
        columns = [groups[name] if name in groups else self._column(name)[rows] for name in names]
        filters = [
            filter_of(each, place=rule.place, source=self._source) for each in references(template)
        ]
        first, *fixed = fixed_in(template)
        if not any(filters) and not first and fixed == [""]:
            return columns[0]

        def make(values: tuple[str | None, ...]) -> str | None:
            if all(value is None for value in values):
                return None
            text = first
            for value, change, behind in zip(values, filters, fixed, strict=True):
                text += (change(value) if value and change else value or "") + behind
            return text.strip() or None

        return self._words.combined(columns, make)

    def _go_by_field(self, fields: Mapping[str, str]) -> None:
        """Decide what rules leave open by the meaning of the row's field.

        - A kind that a rule gave stays; else the field says it. What `[fields]` calls noise stays
          noise in rows that a rule took, in general, for parts of a creation.
        - A field that a rule gave stays; else it gets its canonical name. Where only the kind was
          given, the field is the one that such a kind changes - but a creation may have told the
          first value of any.
        - Whether a comment is public is what the row says, else its field.
        """
        field = self.output("field")

        def told(tell: Callable[[str, str], str | None]) -> Codes:
            """Ask about each field and its meaning; a field without one is just a field."""
            return self._words.mapped(
                field, lambda names: [tell(name, fields.get(name, "field")) for name in names]
            )

        kind = told(lambda _, meaning: MEANINGS[meaning].kind)
        canonical = told(lambda name, meaning: MEANINGS[meaning].field or name)
        public = told(lambda _, meaning: _truth(MEANINGS[meaning].public))
        ruled, created = self.kind >= 0, self.kind == self._words.code("create")
        noise = self._words.code("ignore")
        self.kind = np.where(ruled & ~(created & (kind == noise)), self.kind, kind)
        usual = self._words.mapped(self.kind, lambda kinds: [_FIELD_OF.get(k) for k in kinds])
        field = np.where(self._has_field, field, canonical)
        only_kind = ruled & ~created & ~self._has_field & (usual >= 0)
        self._outputs["field"] = np.where(only_kind | (field < 0), usual, field)
        said = self.output("public")
        self._outputs["public"] = np.where(said >= 0, said, public)

    def _column(self, name: str) -> Codes:
        """Get a column of the file; without any value if it has none of that name."""
        return self._columns[name] if name in self._columns else self._nothing()

    def _nothing(self) -> Codes:
        return np.full(self._count, NONE, np.int32)


def meets(
    words: Words, columns: Mapping[str, Codes], conditions: Rule | Milestone, count: int
) -> NDArray[np.bool_]:
    """Say of each of `count` rows whether it meets all conditions of `when` and none of `unless`.

    A column that is not there is one without any value.
    """
    nothing = np.full(count, NONE, np.int32)
    fits = np.ones(count, np.bool_)
    for name, patterns in conditions.when.items():
        fits &= words.matches(columns.get(name, nothing), patterns)
    for name, patterns in conditions.unless.items():
        fits &= ~words.matches(columns.get(name, nothing), patterns)
    return fits


def _finder(pattern: re.Pattern[str], group: str) -> Callable[[list[str]], list[str | None]]:
    """Make a function that finds a named group in each of some texts."""

    def find(texts: list[str]) -> list[str | None]:
        hits = map(pattern.search, texts)
        return [(hit[group] or None) if hit else None for hit in hits]

    return find


def _truth(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def truths(words: Words, codes: Codes) -> NDArray[np.int8]:
    """Read yes and no, however written: 1, 0, or -1 where there is neither."""
    yes = words.answers(codes, lambda texts: _one_of(texts, _YES))
    no = words.answers(codes, lambda texts: _one_of(texts, _NO))
    return np.where(yes, 1, np.where(no, 0, -1)).astype(np.int8)


def _one_of(texts: pa.Array, choices: frozenset[str]) -> NDArray[np.bool_]:
    return np.array([text.strip().lower() in choices for text in texts.to_pylist()], np.bool_)
