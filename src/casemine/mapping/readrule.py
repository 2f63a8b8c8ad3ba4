"""One rule of a mapping file: its conditions and what it gives; every message names the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from casemine.errors import InputError, Place, show
from casemine.mapping.patterns import Patterns
from casemine.mapping.rules import Near, Rule
from casemine.mapping.vocabulary import KINDS, MEANINGS, RECORDS, SPANS, TIERS
from casemine.model.events import ACTOR_TYPES
from casemine.model.words import near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.mapping.checks import Checks

# what a rule may ask of a change: key in the file -> column of the log
WORDS = {
    "field": "field",
    "from": "old",
    "to": "new",
    "activity": "activity",
    "group": "group",
    "resource": "resource",
    "detail": "detail",
}
CHOICES = {
    "from_state": (*MEANINGS, *SPANS),
    "to_state": (*MEANINGS, *SPANS),
    "from_tier": tuple(TIERS),
    "to_tier": tuple(TIERS),
    "tier": tuple(TIERS),
    "record": RECORDS,
    "actor": ACTOR_TYPES,
}
FIRSTS = ("case", "group", "tier", "moment")
OTHERS = ("name", "gives", "ignore", "kind", "public", "attribute", "answered")
POSITIONS = ("near", "lacks", "first", "last", "occasional")
RULE_KEYS = (*OTHERS[:4], *WORDS, *CHOICES, *OTHERS[4:], *POSITIONS)


def rule_of(
    checks: Checks,
    flow: Mapping[str, str],
    table: dict[str, Any],
    number: int,
    line: int | None,
) -> Rule:
    """Read the rule of some number, which begins in some line of the file.

    Raises
    ------
    InputError
        A key or a value means nothing.
    """
    return _RuleReader(checks, flow, table, number, line).rule()


class _RuleReader:
    """One rule; every message names it."""

    def __init__(
        self,
        checks: Checks,
        flow: Mapping[str, str],
        table: dict[str, Any],
        number: int,
        line: int | None,
    ) -> None:
        self.checks, self.flow, self.table, self.line = checks, flow, table, line
        name = table.get("name")
        self.name = name if isinstance(name, str) and name else f"rule {number}"
        self.what = f"rule {number}" + (f" ({show(name)})" if isinstance(name, str) else "")

    def rule(self) -> Rule:
        table = self.table
        self.here(self.checks.known_keys, table, RULE_KEYS, self.what)
        if "name" in table:
            self.here(self.checks.text_of, table["name"], f"name in {self.what}")
        return Rule(
            name=self.name,
            gives=self.gives(),
            kinds=self.several("kind", KINDS),
            words=self.words(),
            attributes=self.attributes(),
            choices=self.choices(),
            answered=self.truth("answered"),
            near=self.near(),
            lacks=self.activities("lacks"),
            first=self.first(),
            last=self.truth("last") or False,
            occasional=self.truth("occasional") or False,
        )

    def gives(self) -> tuple[str, ...]:
        if bool(self.truth("ignore")) == ("gives" in self.table):
            self.fail(
                f"{self.what} says neither or both of gives and ignore",
                mend='gives = "Log record" names an activity, ignore = true leaves events out',
            )
        return self.activities("gives")

    def activities(self, key: str, table: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        table = self.table if table is None else table
        if key not in table:
            return ()
        flow = self.flow
        labels = self.here(self.checks.texts, table[key], f"{key} in {self.what}")
        for label in labels:
            if label not in flow.values():
                meant = f"; that is {show(flow[label])}" if label in flow else ""
                meant = meant or near(label, tuple(flow.values()))
                self.fail(
                    f"{key} in {self.what} names {show(label)}, "
                    f"which the flow does not have{meant}",
                    mend="docs/mapping.md lists the activities",
                )
        return tuple(labels)

    def words(self) -> dict[str, Patterns]:
        found = {
            column: self.here(self.checks.patterns, self.table[key], f"{key} in {self.what}")
            for key, column in WORDS.items()
            if key in self.table
        }
        public = self.truth("public", words=("", "*"))
        if public is not None:
            text = public if isinstance(public, str) else str(public).lower()
            found["public"] = Patterns.of([text])
        return found

    def attributes(self) -> tuple[tuple[Patterns, Patterns], ...]:
        table = self.table.get("attribute", {})
        what = f"attribute in {self.what}"
        if not isinstance(table, dict):
            self.fail(f"{what} is {show(table)}, not a table of columns and values")
        return tuple(
            (
                self.here(self.checks.patterns, column, what),
                self.here(self.checks.patterns, value, f"{show(column)} in {what}"),
            )
            for column, value in table.items()
        )

    def choices(self) -> dict[str, tuple[str, ...]]:
        found = {key: self.several(key, known) for key, known in CHOICES.items()}
        for key in ("from_state", "to_state"):
            spans = [SPANS.get(word, (word,)) for word in found[key]]
            if key == "from_state" and "open" in found[key]:
                spans.append(("",))  # before any state is known, the record is open
            found[key] = tuple(word for span in spans for word in span)
        if found["tier"] and found["to_tier"]:
            self.fail(f"{self.what} says tier and to_tier, which are the same: who holds the case")
        found["to_tier"] = found.pop("tier") or found["to_tier"]
        return {key: words for key, words in found.items() if words}

    def near(self) -> Near | None:
        if "near" not in self.table:
            return None
        table, what = self.table["near"], f"near in {self.what}"
        if not isinstance(table, dict):
            self.fail(f"{what} is {show(table)}, not a table of activity and minutes")
        self.here(self.checks.known_keys, table, ("activity", "minutes"), what)
        labels = self.activities("activity", table)
        minutes = table.get("minutes", 5)
        if not labels:
            self.fail(f"{what} names no activity")
        if isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes < 0:
            self.fail(f"minutes of {what} is {show(minutes)}, not a number of minutes")
        return Near(labels, float(minutes))

    def first(self) -> Any:
        if "first" not in self.table:
            return None
        if self.table["first"] is True:
            return "case"
        known, what = FIRSTS, f"first in {self.what}"
        return self.here(self.checks.one_of, self.table["first"], known, what)

    def several(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        if key not in self.table:
            return ()
        allowed = (*known, "") if key in {"from_state", "to_state", "actor"} else known
        what = f"{key} in {self.what}"
        return tuple(
            self.here(self.checks.one_of, value, allowed, what)
            for value in self.here(self.checks.texts, self.table[key], what)
        )

    def truth(self, key: str, words: tuple[str, ...] = ()) -> Any:
        value = self.table.get(key)
        if value is not None and not isinstance(value, bool) and value not in words:
            self.fail(f"{key} in {self.what} is {show(value)}, not true or false")
        return value

    def here(self, check: Any, *args: Any) -> Any:
        """Run a check of the file; its message gets the line of this rule."""
        try:
            return check(*args)
        except InputError as error:
            error.where = Place(self.checks.path, self.line)
            raise

    def fail(self, message: str, mend: str | None = None) -> NoReturn:
        self.checks.fail(message, row=self.line, mend=mend)
