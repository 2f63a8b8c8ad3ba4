"""Read the body of a rule: templates with their keys, and combinations, checked word by word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from casemine.conform.rules.durations import parse_duration
from casemine.conform.rules.templates import CHOICES, COMMON, TEMPLATES
from casemine.conform.rules.values import (
    ByPriority,
    Check,
    Combined,
    Condition,
    Limit,
    Pause,
    Steps,
)
from casemine.conform.rules.words import Words
from casemine.errors import InputError, Place, UsageError, show
from casemine.log.where import parse_where
from casemine.model.words import near

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from casemine.conform.rules.durations import Duration
    from casemine.conform.rules.values import Body

COMBINING = ("all", "any", "not")
ALWAYS, OTHER, EVERY = "always", "other", "*"


class Reading:
    """Messages of one file: every failure names it, its line, and what was probably meant."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.lines = file, text.splitlines()

    def line_of(self, header: str, key: str = "") -> int | None:
        """Find the line of a table, or of a key in it; `header` is `rule.R01`."""
        quoted = r"\.".join(f"[\"']?{re.escape(part)}[\"']?" for part in header.split("."))
        begin = re.compile(rf"\s*\[\[?\s*(?:tool\.casemine\.)?{quoted}\s*[\].]")
        wanted = re.compile(rf"(?:^|[\s{{,.])[\"']?{re.escape(key)}[\"']?\s*=") if key else None
        first, inside = None, False
        for number, line in enumerate(self.lines, start=1):
            if line.lstrip().startswith("["):
                inside = begin.match(line) is not None
                if inside:
                    first = first or number
                if inside and key and re.search(rf"\.\s*[\"']?{re.escape(key)}[\"']?\s*\]", line):
                    return number
            elif inside and wanted and wanted.search(line):
                return number
        return first

    def fail(
        self, message: str, header: str = "", key: str = "", mend: str | None = None
    ) -> NoReturn:
        """Raise the error of this file."""
        raise InputError(
            message,
            where=Place(self.file, self.line_of(header, key) if header else None),
            mend=mend,
            code="bad-rules",
        )

    def known_keys(self, table: Mapping[str, Any], known: Collection[str], header: str) -> None:
        """Refuse keys that are not known."""
        for key in table:
            if key not in known:
                what = f"[{header}]" if header else "the file of rules"
                self.fail(
                    f"{what} knows no key {show(key)}{near(key, known)}",
                    header or key,
                    key if header else "",
                    mend=f"known are {', '.join(known)}",
                )

    def table(self, value: object, header: str) -> dict[str, Any]:
        """Refuse what is no table."""
        if not isinstance(value, dict):
            self.fail(f"{header} is {show(value)}, not a table", header)
        return value

    def texts(self, value: object, what: str, header: str, key: str = "") -> tuple[str, ...]:
        """One text or several; whole numbers and truths count as they are written."""
        given = value if isinstance(value, list | tuple) else [value]
        found: list[str] = []
        for one in given:
            text = str(one).lower() if isinstance(one, bool) else one
            text = str(text) if isinstance(text, int) else text
            if not isinstance(text, str) or not text:
                self.fail(f"{what} is {show(one)}, not a text", header, key)
            found.append(text)
        if not found:
            self.fail(f"{what} is an empty list", header, key)
        return tuple(found)

    def words(self, value: object, what: str, header: str, key: str = "") -> Words:
        """Compile one word or several."""
        try:
            return Words.of(self.texts(value, what, header, key))
        except re.error as error:
            self.fail(f"{what} is no regular expression: {error}", header, key)


class BodyReader:
    """The body of one rule, and the tables its words come from."""

    def __init__(
        self,
        reading: Reading,
        rule: str,
        *,
        names: Mapping[str, str],
        sets: Mapping[str, tuple[str, ...]],
        priorities: Collection[str],
        calendars: Collection[str],
    ) -> None:
        self.reading, self.rule, self.header = reading, rule, f"rule.{rule}"
        self.names, self.sets = names, sets
        self.priorities, self.calendars = priorities, calendars

    def body(self, table: Mapping[str, Any], inherited: Mapping[str, Any]) -> Body:
        """Read a template or a combination; conditions around it hold for what is inside."""
        ways = [key for key in ("template", *COMBINING) if key in table]
        if len(ways) != 1:
            said = " and ".join(ways) or "none of template, all, any and not"
            self.fail(
                f"rule {self.rule} says {said}, of which one is needed",
                mend='template = "response" names what it demands; docs/rules.md lists them',
            )
        common = {**inherited, **{key: table[key] for key in COMMON if key in table}}
        if ways[0] == "template":
            return self.check(table, common)
        how = ways[0]
        self.reading.known_keys(table, (how, *COMMON), self.header)
        parts = [table[how]] if how == "not" else table[how]
        if not isinstance(parts, list) or not parts or not all(isinstance(p, dict) for p in parts):
            self.fail(f"{how} in rule {self.rule} is {show(parts)}, not a list of tables", how)
        inside = tuple(self.body(part, common) for part in parts)
        if any(isinstance(part, Check) and part.template == "pattern" for part in inside):
            self.fail(f"rule {self.rule} combines pattern, which judges no cases, with others", how)
        if how == "all":
            return Combined("all", inside)
        return Combined("any" if how == "any" else "not", inside)

    def check(self, table: Mapping[str, Any], common: Mapping[str, Any]) -> Check:
        """Read one template with its keys."""
        name = table["template"]
        if name not in TEMPLATES:
            self.fail(
                f"rule {self.rule} has a template {show(name)}, which means nothing"
                f"{near(name, TEMPLATES)}",
                "template",
                mend=f"known are {', '.join(TEMPLATES)}",
            )
        template = TEMPLATES[name]
        self.reading.known_keys(table, ("template", *template.keys, *COMMON), self.header)
        for key in template.required:
            if key not in table:
                self.fail(f"rule {self.rule} says no {key}, which {name} needs", "template")
        found = {
            key: self.readers[takes](self, key, table[key])
            for key, takes in template.keys.items()
            if key in table
        }
        if name == "apart" and not {"at_least", "at_most"} & set(found):
            self.fail(f"rule {self.rule} says neither at_least nor at_most", "template")
        if "window" in found and found["window"].by.of:
            self.fail(f"{self.what('window')} depends on the priority; give one length", "window")
        where = self.condition("where", common["where"]) if "where" in common else None
        return Check(
            template=name,
            keys=found,
            where=where,
            including=self.steps("with", common["with"]) if "with" in common else None,
            lacking=self.steps("without", common["without"]) if "without" in common else None,
            if_seen=self.steps("if_seen", common["if_seen"]) if "if_seen" in common else None,
            broken_if_seen=self.steps("broken_if_seen", common["broken_if_seen"])
            if "broken_if_seen" in common
            else None,
        )

    def steps(self, key: str, value: object) -> Steps:
        """Read activities by label, id of an element, or name of a set; `!` takes one out."""
        every = False
        found: list[str] = []
        but: list[str] = []
        for text in self.reading.texts(value, self.what(key), self.header, key):
            if text == EVERY:
                every = True
            elif text.startswith("!"):
                but.extend(self.activities(key, text[1:].strip()))
            else:
                found.extend(self.activities(key, text))
        if not every and not found:
            self.fail(f"{self.what(key)} names no activity", key)
        return Steps(tuple(dict.fromkeys(found)), every, tuple(dict.fromkeys(but)))

    def activities(self, key: str, word: str) -> tuple[str, ...]:
        """Look one word up: a set of steps, the id of an element, an activity."""
        if word in self.sets:
            return self.sets[word]
        if word in self.names:
            return (self.names[word],)
        if self.names and word not in self.names.values():
            known = [*self.names.values(), *self.names, *self.sets]
            self.fail(
                f"{self.what(key)} names {show(word)}, which the flow does not have"
                f"{near(word, known)}",
                key,
                mend="name activities that the flow does not have under [names]",
            )
        return (word,)

    def count(self, key: str, value: object) -> int:
        """Read a whole number."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.fail(f"{self.what(key)} is {show(value)}, not a whole number", key)
        return value

    def share(self, key: str, value: object) -> float:
        """Read a share from 0 to 1."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.fail(f"{self.what(key)} is {show(value)}, not a share from 0 to 1", key)
        return float(value)

    def truth(self, key: str, value: object) -> bool:
        """Read true or false."""
        if not isinstance(value, bool):
            self.fail(f"{self.what(key)} is {show(value)}, not true or false", key)
        return bool(value)

    def choice(self, key: str, value: object) -> str:
        """Read one of the words that a key knows."""
        known = CHOICES[key]
        if value not in known:
            self.fail(
                f"{self.what(key)} is {show(value)}, which means nothing{near(value, known)}",
                key,
                mend=f"known are {', '.join(known)}",
            )
        return str(value)

    def limit(self, key: str, value: object) -> Limit:
        """Read a length of time, or one for each priority."""
        by = self.by_priority(key, value, self.duration)
        return Limit(by, written(value))

    def duration(self, key: str, value: object) -> Duration:
        """Read a length of time."""
        found = parse_duration(value)
        if found is None:
            self.fail(
                f"{self.what(key)} is {show(value)}, not a length of time",
                key,
                mend='write "30m", "4h", "1d 12h" or "2wd" (working days)',
            )
        return found

    def calendar(self, key: str, value: object) -> ByPriority[str]:
        """Read the name of a calendar, or one for each priority."""
        return self.by_priority(key, value, self.calendar_name)

    def calendar_name(self, key: str, value: object) -> str:
        """Read the name of a calendar."""
        if not isinstance(value, str) or value not in self.calendars:
            self.fail(
                f"{self.what(key)} names {show(value)}, and no calendar is called so"
                f"{near(value, self.calendars)}",
                key,
                mend=f"known are {', '.join(self.calendars)}; make one under [calendar.NAME]",
            )
        return str(value)

    def by_priority(
        self, key: str, value: object, read: Callable[[str, object], Any]
    ) -> ByPriority[Any]:
        """Read one value, or a table of one for each priority."""
        if not isinstance(value, dict):
            return ByPriority({}, read(key, value))
        known = (*self.priorities, OTHER)
        for name in value:
            if name not in known:
                self.fail(
                    f"{self.what(key)} names a priority {show(name)}{near(name, known)}",
                    key,
                    mend=f"known are {', '.join(known)}",
                )
        read_all = {name: read(key, one) for name, one in value.items()}
        other = read_all.pop(OTHER, None)
        return ByPriority(read_all, other)

    def condition(self, key: str, value: object) -> Condition | None:
        """Read a condition; None where it always holds."""
        if value == ALWAYS:
            return None
        if isinstance(value, str):
            try:
                return Condition(value, expression=parse_where(value))
            except UsageError as error:
                message = error.message.replace("--where", "the expression")
                self.fail(f"{self.what(key)}: {message}", key, mend=error.mend)
        table = value
        if not isinstance(table, dict) or not table:
            self.fail(f"{self.what(key)} is {show(value)}, not an expression or a table", key)
        words = tuple(
            (name, self.reading.words(one, f"{show(name)} in {self.what(key)}", self.header, key))
            for name, one in table.items()
        )
        return Condition(written(value), words=words)

    def column(self, key: str, value: object) -> str:
        """Read the role or the name of a column."""
        return self.reading.texts([value], self.what(key), self.header, key)[0]

    def columns(self, key: str, value: object) -> tuple[str, ...]:
        """Read several."""
        return self.reading.texts(value, self.what(key), self.header, key)

    def of_words(self, key: str, value: object) -> Words:
        """Read what a column may hold."""
        return self.reading.words(value, self.what(key), self.header, key)

    def pauses(self, key: str, value: object) -> tuple[Pause, ...]:
        """Read when a clock stands still."""
        parts = value if isinstance(value, list) else [value]
        found = []
        for part in parts:
            if not isinstance(part, dict) or "begins" not in part:
                self.fail(f"{self.what(key)} is {show(part)}, not a table with begins", key)
            self.reading.known_keys(part, ("begins", "ignoring"), self.header)
            ignoring = self.steps(key, part["ignoring"]) if part.get("ignoring") else Steps(())
            found.append(Pause(self.steps(key, part["begins"]), ignoring))
        return tuple(found)

    def lookup(self, key: str, value: object) -> dict[str, str]:
        """Read a table of texts."""
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self.fail(f"{self.what(key)} is {show(value)}, not a table of texts", key)
        return {str(name): str(one) for name, one in value.items()}

    def levels(self, key: str, value: object) -> dict[str, Words]:
        """Read a table of names and the words for each."""
        if not isinstance(value, dict) or not value:
            self.fail(f"{self.what(key)} is {show(value)}, not a table of words", key)
        return {
            str(name): self.reading.words(one, f"{name} in {self.what(key)}", self.header, key)
            for name, one in value.items()
        }

    def what(self, key: str) -> str:
        """Name a key in a message."""
        return f"{key} in rule {self.rule}"

    def fail(self, message: str, key: str = "", mend: str | None = None) -> NoReturn:
        """Raise the error of this rule."""
        self.reading.fail(message, self.header, key, mend)

    readers: Mapping[str, Callable[[BodyReader, str, object], Any]] = {
        "steps": steps,
        "count": count,
        "limit": limit,
        "calendar": calendar,
        "condition": condition,
        "column": column,
        "columns": columns,
        "words": of_words,
        "pauses": pauses,
        "share": share,
        "levels": levels,
        "table": lookup,
        "rule": column,
        "choice": choice,
        "truth": truth,
    }


def written(value: object) -> str:
    """Write a parameter as a person would.

    Examples
    --------
    >>> written({"critical": "1h", "high": "8h"}), written(["a", "b"]), written(3), written(True)
    ('critical 1h, high 8h', 'a, b', '3', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {written(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(written(one) for one in value)
    return str(value)
