"""Read mappings: TOML files of users and those that ship, checked word by word.

The language stands in `docs/mapping.md`. A slip of the pen is an error with its rule and its key,
not a log in which nothing is mapped.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, UsageError, show
from casemine.mapping.checks import Checks
from casemine.mapping.patterns import WordTable
from casemine.mapping.readrule import rule_of
from casemine.mapping.rules import FlowMapping, Origin, Rule
from casemine.mapping.vocabulary import FLOWS, MEANINGS, NAMED_KINDS, TIERS
from casemine.model.words import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GENERIC = "generic"
SECTIONS = ("title", "to", "extends", "changes", "record", "states", "tiers", "rule")


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
            f"there is no mapping {show(name)}{near(name, shipped_names())}",
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


class _Reader(Checks):
    """One file on its way to a mapping; knows where it is, for messages."""

    def __init__(self, path: str, name: str, text: str) -> None:
        super().__init__(path)
        self.name, self.text = name, text

    def mapping(self) -> FlowMapping:
        try:
            found = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            row = int(line[1]) if line else None
            self.fail(f"is not TOML: {error}", row=row)
        self.known_keys(found, SECTIONS, "the mapping")
        flow = self.one_of(found.get("to", "yasm"), tuple(FLOWS), "to")
        base = None
        if "extends" in found:
            base = shipped_mapping(self.one_of(found["extends"], shipped_names(), "extends"))
        record = self.table(found, "record", ("columns", "requests"))
        inherited = (base.record_columns, base.requests) if base else (None, None)
        own = tuple(self.rules(found.get("rule", []), FLOWS[flow]))
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

    def rules(self, found: object, flow: Mapping[str, str]) -> Iterable[Rule]:
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.fail("rule is not a list of tables", mend="each rule begins with [[rule]]")
        lines = [
            number
            for number, line in enumerate(self.text.splitlines(), start=1)
            if re.match(r"\s*\[\[\s*rule\s*\]\]", line)
        ]
        lines += [0] * (len(found) - len(lines))  # rules written as an array of inline tables
        for number, (table, line) in enumerate(zip(found, lines, strict=False), start=1):
            yield rule_of(self, flow, table, number, line or None)

    def distinct_names(self, rules: Iterable[Rule]) -> None:
        """Refuse two rules of one name: the account could not tell them apart."""
        seen: set[str] = set()
        for rule in rules:
            if rule.name in seen:
                self.fail(f"two rules are called {show(rule.name)}")
            seen.add(rule.name)


def _in_place(own: tuple[Rule, ...], base: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Own rules come first, but one with the name of a rule of the base stands in its place."""
    instead = {rule.name: rule for rule in own}
    taken = {rule.name for rule in base} & instead.keys()
    first = tuple(rule for rule in own if rule.name not in taken)
    return (*first, *(instead.get(rule.name, rule) for rule in base))
