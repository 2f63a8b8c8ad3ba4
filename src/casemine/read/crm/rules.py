"""The rules of a preset applied to rows: what each row is, and the values that follow from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.log.arrays import from_numpy
from casemine.read.crm.changeset import CARRIED, OPEN, TOLD
from casemine.read.crm.filters import filter_of
from casemine.read.crm.preset import MEANINGS
from casemine.read.crm.words import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.preset import Rule
    from casemine.read.crm.words import Codes, Words

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_ONLY = re.compile(r"\{([^{}|]*)\}")
FIELD_OF = {
    "create": "status",
    "status": "status",
    "assign": "assignee",
    "group": "group",
    "priority": "priority",
    "comment": "comment",
    "merge": "merged_into",
    "customer": "customer",
}


class Ruling:
    """Rows with what the rules made of them; columns that the rules ask for by name."""

    def __init__(self, words: Words, columns: Mapping[str, Codes], count: int, source: str) -> None:
        self._words = words
        self._columns = dict(columns)
        self._source = source
        self.count = count
        self.kind = self._none()
        self.made: dict[str, Codes] = {}
        self.carry = np.full(count, OPEN, np.int8)
        self.ruled = np.zeros(count, np.bool_)

    def column(self, name: str) -> Codes:
        """A column; without any value if the file has none of that name."""
        return self._columns[name] if name in self._columns else self._none()

    def result(self, name: str) -> Codes:
        """An output: what a rule made, else the column of that name."""
        own = self.column(name)
        return np.where(self.ruled_for(name), self.made[name], own) if name in self.made else own

    def ruled_for(self, name: str) -> NDArray[np.bool_]:
        """Rows for which a rule gave this output."""
        return self._by_rule.get(name, np.zeros(self.count, np.bool_))

    @property
    def _by_rule(self) -> dict[str, NDArray[np.bool_]]:
        return self._given

    def apply(self, rules: Sequence[Rule], fields: Mapping[str, str]) -> None:
        """Apply the rules in order, then the meanings of fields to the rest."""
        self._given: dict[str, NDArray[np.bool_]] = {}
        for rule in rules:
            rows = self._fitting(rule)
            if not len(rows):
                continue
            self.ruled[rows] = True
            values = self._split(rule, rows)
            for name, template in rule.outputs.items():
                self._set(name, rows, self._filled(template, rows, values, rule))
            if rule.carry:
                self.carry[rows] = CARRIED
            elif rule.outputs.get("old") == "":
                self.carry[rows] = TOLD
        self._by_meaning(fields)

    def _fitting(self, rule: Rule) -> NDArray[np.int64]:
        """Rows that no rule before has taken and that meet all conditions."""
        mask = ~self.ruled
        for name, patterns in rule.when.items():
            mask &= self._words.matches(self.column(name), patterns)
        for name, patterns in rule.unless.items():
            mask &= ~self._words.matches(self.column(name), patterns)
        return np.flatnonzero(mask)

    def _split(self, rule: Rule, rows: NDArray[np.int64]) -> dict[str, Codes]:
        """Take columns apart; a text that doesn't fit gives no value."""
        found: dict[str, Codes] = {}
        for name, pattern in rule.split.items():
            compiled = re.compile(pattern)
            codes = self.column(name)[rows]
            hits = [
                compiled.search(text) if text is not None else None
                for text in self._words.texts(self._words.used(codes))
            ]
            used = self._words.used(codes)
            for group in compiled.groupindex:
                texts = [(hit.group(group) or None) if hit else None for hit in hits]
                made = self._words.codes(texts)
                table = np.full(len(self._words) + 1, NONE, np.int32)
                table[used] = made
                found[group] = table[codes]
        return found

    def _filled(
        self, template: str, rows: NDArray[np.int64], values: Mapping[str, Codes], rule: Rule
    ) -> Codes:
        """Fill a template with the values of rows."""
        names = [each.partition("|")[0].strip() for each in _REFERENCE.findall(template)]
        if not names:
            return np.full(len(rows), self._words.code(template or None), np.int32)
        columns = [
            values[name] if name in values else self.column(name)[rows] for name in names
        ]
        if _ONLY.fullmatch(template):
            return columns[0]
        filters = [
            filter_of(each, place=rule.place, source=self._source)
            for each in _REFERENCE.findall(template)
        ]
        form = _REFERENCE.sub("{}", template.replace("{}", ""))

        def make(parts: tuple[str | None, ...]) -> str | None:
            if all(part is None for part in parts):
                return None
            done = [
                each(part) if part and each else part or ""
                for part, each in zip(parts, filters, strict=True)
            ]
            return form.format(*done).strip() or None

        return self._words.combined(columns, make)

    def _set(self, name: str, rows: NDArray[np.int64], codes: Codes) -> None:
        if name == "kind":
            self.kind[rows] = codes
            return
        target = self.made.setdefault(name, self._none())
        target[rows] = codes
        self._given.setdefault(name, np.zeros(self.count, np.bool_))[rows] = True

    def _by_meaning(self, fields: Mapping[str, str]) -> None:
        """Give kinds to rows by the meaning of their field; canonical names to fields."""
        raw = self.result("field")
        kinds = {field: MEANINGS[meaning][0] for field, meaning in fields.items()}
        names = {
            field: MEANINGS[meaning][1] or field
            for field, meaning in fields.items()
        }
        publics = {
            field: "true" if MEANINGS[meaning][2] else "false"
            for field, meaning in fields.items()
            if MEANINGS[meaning][2] is not None
        }
        mentioned = raw >= 0
        by_field = self._words.mapped(raw, lambda texts: [kinds.get(t, "field") for t in texts])
        canonical = self._words.mapped(raw, lambda texts: [names.get(t, t) for t in texts])
        visible = self._words.mapped(raw, lambda texts: [publics.get(t) for t in texts])
        ignored = self._words.code("ignore")
        fresh = (self.kind < 0) & mentioned
        self.kind = np.where(fresh, by_field, self.kind).astype(np.int32)
        # The noise that [fields] names stays noise in rows that a rule took for something general.
        created = self.kind == self._words.code("create")
        self.kind = np.where(created & (by_field == ignored) & mentioned, ignored, self.kind)
        given = self.ruled_for("field")
        self.made["field"] = np.where(mentioned & ~given, canonical, raw)
        defaults = self._words.mapped(self.kind, lambda kinds: [FIELD_OF.get(k) for k in kinds])
        missing = (self.made["field"] < 0) | (
            ~given & (defaults >= 0) & ~fresh & ~created
        )
        self.made["field"] = np.where(missing, defaults, self.made["field"]).astype(np.int32)
        self._given["field"] = np.ones(self.count, np.bool_)
        public = self.result("public")
        self.made["public"] = np.where(public < 0, visible, public)
        self._given["public"] = np.ones(self.count, np.bool_)

    def _none(self) -> Codes:
        return np.full(self.count, NONE, np.int32)


def truths(words: Words, codes: Codes) -> NDArray[np.int8]:
    """Read yes and no, however written: 1, 0, or -1 where there is neither."""
    yes = words.answers(codes, lambda texts: _one_of(texts, ("true", "1", "yes", "y", "t")))
    no = words.answers(codes, lambda texts: _one_of(texts, ("false", "0", "no", "n", "f")))
    return np.where(yes, 1, np.where(no, 0, -1)).astype(np.int8)


def _one_of(texts: pa.Array, choices: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([text.strip().lower() in choices for text in texts.to_pylist()], np.bool_)


__all__ = ["FIELD_OF", "Ruling", "from_numpy", "truths"]
