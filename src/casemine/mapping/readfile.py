"""Read mappings: TOML files of users and those that ship, checked word by word.

The language stands in `docs/mapping.md`. A slip of the pen is an error with its rule and its key,
not a log in which nothing is mapped.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from casemine.errors import InputError, Place, UsageError, show
from casemine.mapping.patterns import Patterns, WordTable
from casemine.mapping.rules import FlowMapping, Near, Origin, Rule
from casemine.mapping.vocabulary import (
    ACTORS,
    FLOWS,
    KINDS,
    MEANINGS,
    NAMED_KINDS,
    RECORDS,
    SPANS,
    TIERS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GENERIC = "generic"
SECTIONS = ("title", "to", "extends", "changes", "record", "states", "tiers", "rule")
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
    "actor": ACTORS,
}
FIRSTS = ("case", "group", "tier", "moment")
OTHERS = ("name", "gives", "ignore", "kind", "public", "attribute", "answered")
POSITIONS = ("near", "lacks", "first", "last")
RULE_KEYS = (*OTHERS[:4], *WORDS, *CHOICES, *OTHERS[4:], *POSITIONS)


def read_mapping(path: Path | str) -> FlowMapping:
    r"""Read a mapping from a TOML file.

    Raises
    ------
    InputError
        The file cannot be read, is not TOML, or says something that means nothing; the message
        names the rule and the key, and what was probably meant.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.toml")
    ...     _ = path.write_text('[[rule]]\nkind = "delete"\ngives = "Cancel record"\n')
    ...     read_mapping(path).activities
    ('Cancel record',)
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"the mapping cannot be read: {reason}", where=Place(str(path)), code="bad-mapping"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "the mapping is not UTF-8 text", where=Place(str(path)), code="bad-mapping"
        ) from error
    return replace(_Reader(str(path), Path(path).name, text).mapping(), text=text)


@cache
def shipped_mapping(name: str) -> FlowMapping:
    """Look up a mapping that ships with casemine.

    Raises
    ------
    UsageError
        There is none of this name; near ones are named.

    Examples
    --------
    >>> shipped_mapping("zendesk").base
    'generic'
    """
    if name not in shipped_names():
        raise UsageError(
            f"there is no mapping {show(name)}{_near(name, shipped_names())}",
            mend="casemine map --list shows those that ship; your own ends in .toml",
            code="no-such-mapping",
            value=name,
        )
    source = files("casemine.mapping") / "shipped" / f"{name}.toml"
    return _Reader(f"{name}.toml", name, source.read_text(encoding="utf-8")).mapping()


@cache
def shipped_names() -> tuple[str, ...]:
    """Name the mappings that ship, in alphabetical order."""
    folder = files("casemine.mapping") / "shipped"
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in folder.iterdir()
            if entry.name.endswith(".toml")
        )
    )


class _Reader:
    """One file on its way to a mapping; knows where it is, for messages."""

    def __init__(self, path: str, name: str, text: str) -> None:
        self.path, self.name, self.text = path, name, text
        self.flow: Mapping[str, str] = {}

    def mapping(self) -> FlowMapping:
        try:
            found = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            row = int(line[1]) if line else None
            self.fail(f"is not TOML: {error}", row=row)
        self.known_keys(found, SECTIONS, "the mapping")
        flow = self.one_of(found.get("to", "yasm"), tuple(FLOWS), "to")
        self.flow = FLOWS[flow]
        base = None
        if "extends" in found:
            base = shipped_mapping(self.one_of(found["extends"], shipped_names(), "extends"))
        record = self.table(found, "record", ("columns", "requests"))
        inherited = (base.record_columns, base.requests) if base else (None, None)
        own = tuple(self.rules(found.get("rule", [])))
        self.distinct_names(own)
        return FlowMapping(
            name=self.name,
            title=self.text_of(found.get("title", self.name), "title"),
            flow=flow,
            rules=_in_place(own, base.rules if base else ()),
            states=self.words(found, "states", MEANINGS, base.states if base else None),
            tiers=self.words(found, "tiers", TIERS, base.tiers if base else None),
            origin=self.origin(found, base.origin if base else Origin()),
            record_columns=self.patterns(record["columns"], "columns in [record]")
            if "columns" in record
            else inherited[0],
            requests=self.patterns(record["requests"], "requests in [record]")
            if "requests" in record
            else inherited[1],
            base=base.name if base else None,
        )

    def origin(self, found: dict[str, Any], base: Origin) -> Origin:
        """Read [changes]: how a log without kinds shows what happened."""
        table = self.table(found, "changes", ("state", "group", "fields", "created", "kinds"))
        created = table.get("created", base.created)
        if not isinstance(created, bool):
            self.fail(f"created in [changes] is {show(created)}, not true or false")
        return Origin(
            state=self.texts(table.get("state", base.state), "state in [changes]"),
            group=self.text_of(table.get("group", base.group), "group in [changes]"),
            fields=self.texts(table["fields"], "fields in [changes]")
            if table.get("fields")
            else base.fields,
            created=created,
            kinds=self.words(table, "kinds", NAMED_KINDS, base.kinds),
        )

    def words(
        self,
        found: dict[str, Any],
        section: str,
        meanings: Iterable[str],
        base: WordTable | None,
    ) -> WordTable:
        """Read a table of words; an entry of [states] may be a table by the detail of a change."""
        entries: list[tuple[str, str | WordTable]] = []
        for word, meaning in self.table(found, section, None).items():
            what = f"{show(word)} in [{section}]"
            self.patterns(word, what)
            if isinstance(meaning, dict) and section == "states":
                details = []
                for detail, one in meaning.items():
                    self.patterns(detail, what)
                    details.append((detail, self.one_of(one, tuple(meanings), what)))
                entries.append((word, WordTable.of(details)))
            else:
                entries.append((word, self.one_of(meaning, tuple(meanings), what)))
        return WordTable.of(entries, base)

    def rules(self, found: object) -> Iterable[Rule]:
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.fail("rule is not a list of tables", mend="each rule begins with [[rule]]")
        lines = [
            number
            for number, line in enumerate(self.text.splitlines(), start=1)
            if re.match(r"\s*\[\[\s*rule\s*\]\]", line)
        ]
        lines += [0] * (len(found) - len(lines))  # rules written as an array of inline tables
        for number, (table, line) in enumerate(zip(found, lines, strict=False), start=1):
            yield _RuleReader(self, table, number, line or None).rule()

    def distinct_names(self, rules: Iterable[Rule]) -> None:
        """Refuse two rules of one name: the account could not tell them apart."""
        seen: set[str] = set()
        for rule in rules:
            if rule.name in seen:
                self.fail(f"two rules are called {show(rule.name)}")
            seen.add(rule.name)

    def table(
        self, found: dict[str, Any], section: str, keys: tuple[str, ...] | None
    ) -> dict[str, Any]:
        table = found.get(section, {})
        if not isinstance(table, dict):
            self.fail(f"{section} is {show(table)}, not a table", mend=f"begin it with [{section}]")
        if keys is not None:
            self.known_keys(table, keys, f"[{section}]")
        return table

    def known_keys(self, table: Mapping[str, Any], keys: tuple[str, ...], what: str) -> None:
        for key in table:
            if key not in keys:
                self.fail(
                    f"{what} knows no key {show(key)}{_near(key, keys)}",
                    mend=f"known are {', '.join(keys)}",
                )

    def one_of(self, value: object, known: tuple[str, ...], what: str) -> str:
        if not isinstance(value, str) or value not in known:
            self.fail(
                f"{what} is {show(value)}, which means nothing{_near(value, known)}",
                mend=f"known are {', '.join(known)}",
            )
        return value

    def text_of(self, value: object, what: str) -> str:
        if not isinstance(value, str):
            self.fail(f"{what} is {show(value)}, not a text")
        return value

    def texts(self, value: object, what: str) -> tuple[str, ...]:
        """One text or several; whole numbers and truths count as they are written."""
        given = value if isinstance(value, list | tuple) else [value]
        found = []
        for one in given:
            text = str(one).lower() if isinstance(one, bool) else one
            text = str(text) if isinstance(text, int) else text
            found.append(self.text_of(text, what))
        if not found:
            self.fail(f"{what} is an empty list")
        return tuple(found)

    def patterns(self, value: object, what: str) -> Patterns:
        texts = self.texts(value, what)
        try:
            return Patterns.of(texts)
        except re.error as error:
            self.fail(f"{what} is no regular expression: {error}")

    def fail(self, message: str, *, row: int | None = None, mend: str | None = None) -> NoReturn:
        raise InputError(message, where=Place(self.path, row), mend=mend, code="bad-mapping")


class _RuleReader:
    """One rule; every message names it."""

    def __init__(
        self, reader: _Reader, table: dict[str, Any], number: int, line: int | None
    ) -> None:
        self.reader, self.table, self.number, self.line = reader, table, number, line
        name = table.get("name")
        self.name = name if isinstance(name, str) and name else f"rule {number}"
        self.what = f"rule {number}" + (f" ({show(name)})" if isinstance(name, str) else "")

    def rule(self) -> Rule:
        table = self.table
        self.here(self.reader.known_keys, table, RULE_KEYS, self.what)
        if "name" in table:
            self.here(self.reader.text_of, table["name"], f"name in {self.what}")
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
        flow = self.reader.flow
        labels = self.here(self.reader.texts, table[key], f"{key} in {self.what}")
        for label in labels:
            if label not in flow.values():
                near = f"; that is {show(flow[label])}" if label in flow else ""
                near = near or _near(label, tuple(flow.values()))
                self.fail(
                    f"{key} in {self.what} names {show(label)}, which the flow does not have{near}",
                    mend="docs/mapping.md lists the activities",
                )
        return tuple(labels)

    def words(self) -> dict[str, Patterns]:
        found = {
            column: self.here(self.reader.patterns, self.table[key], f"{key} in {self.what}")
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
                self.here(self.reader.patterns, column, what),
                self.here(self.reader.patterns, value, f"{show(column)} in {what}"),
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
        self.here(self.reader.known_keys, table, ("activity", "minutes"), what)
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
        return self.here(self.reader.one_of, self.table["first"], known, what)

    def several(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        if key not in self.table:
            return ()
        allowed = (*known, "") if key in {"from_state", "to_state", "actor"} else known
        what = f"{key} in {self.what}"
        return tuple(
            self.here(self.reader.one_of, value, allowed, what)
            for value in self.here(self.reader.texts, self.table[key], what)
        )

    def truth(self, key: str, words: tuple[str, ...] = ()) -> Any:
        value = self.table.get(key)
        if value is not None and not isinstance(value, bool) and value not in words:
            self.fail(f"{key} in {self.what} is {show(value)}, not true or false")
        return value

    def here(self, check: Any, *args: Any) -> Any:
        """Run a check of the reader; its message gets the line of this rule."""
        try:
            return check(*args)
        except InputError as error:
            error.where = Place(self.reader.path, self.line)
            raise

    def fail(self, message: str, mend: str | None = None) -> NoReturn:
        self.reader.fail(message, row=self.line, mend=mend)


def _in_place(own: tuple[Rule, ...], base: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Own rules come first, but one with the name of a rule of the base stands in its place."""
    instead = {rule.name: rule for rule in own}
    taken = {rule.name for rule in base} & instead.keys()
    first = tuple(rule for rule in own if rule.name not in taken)
    return (*first, *(instead.get(rule.name, rule) for rule in base))


def _near(word: object, known: Iterable[str]) -> str:
    """Finish a message with the word that was probably meant."""
    if not isinstance(word, str):
        return ""
    by_plain = {one.casefold(): one for one in known}
    found = get_close_matches(word.casefold(), list(by_plain), n=1)
    return f"; did you mean {show(by_plain[found[0]])}?" if found else ""
