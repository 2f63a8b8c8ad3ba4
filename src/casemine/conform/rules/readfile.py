"""Read files of rules, those that ship and those of users, and lay one over another.

The language stands in `docs/rules.md`. A slip of the pen is an error with its file, line and key,
not a rule that never speaks.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from casemine.conform.rules.checks import COMBINING, BodyReader, Reading, written
from casemine.conform.rules.flags import read_flags
from casemine.conform.rules.numbers import chosen_in, level_of, numbers_of
from casemine.conform.rules.values import Rule, RuleSet, Steps, checks_of, element_of
from casemine.errors import InputError, Place, UsageError, show
from casemine.log.calendars import read_calendar
from casemine.model.calendar import AROUND_THE_CLOCK
from casemine.model.words import near
from casemine.model.yasm import YASM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.calendar import WorkingCalendar

SECTIONS = (
    "title",
    "flow",
    "extends",
    "ends",
    "names",
    "steps",
    "priorities",
    "without_priority",
    "attributes",
    "calendar",
    "sla",
    "rule",
)
ABOUT = (
    "title",
    "level",
    "level_when_set",
    "element",
    "rationale",
    "remedy",
    "source",
    "needs",
    "example",
    "parameters",
    "off",
)
LEVELS = ("error", "warning", "note")
SHIPPED = {"yasm": "yasm-lp4.6.rules.toml"}
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def read_rules(path: Path | str, elements: Mapping[str, str] | None = None) -> RuleSet:
    r"""Read a file of rules.

    Parameters
    ----------
    path : Path
        TOML. With `extends = "yasm"` it changes and adds to the rules that ship.
    elements : mapping, optional
        Ids of the elements of the designed flow and the activities they show; rules may name
        either.

    Raises
    ------
    InputError
        The file cannot be read, is not TOML, or says something that means nothing; the message
        names the line and what was probably meant.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "my.toml")
    ...     _ = path.write_text(
    ...         '[rule.my-1]\ntitle = "Pay first"\ntemplate = "precedence"\n'
    ...         'first = "Pay"\nsecond = "Ship"\n'
    ...     )
    ...     [rule.title for rule in read_rules(path).rules]
    ['Pay first']
    """
    file = Path(path)
    name = file.as_posix()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"the rules cannot be read: {reason}", where=Place(name), code="bad-rules"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "the rules are not UTF-8 text", where=Place(name), code="bad-rules"
        ) from error
    own = _parsed(text, name)
    reading = Reading(name, text)
    base: Mapping[str, Any] = {}
    reader = _Reader(reading, file.stem, folder=file.parent, users=True)
    if "extends" in own:
        if own["extends"] not in SHIPPED:
            reading.fail(
                f"extends is {show(own['extends'])}, and no rules of this name ship"
                f"{near(own['extends'], SHIPPED)}",
                mend=f"known are {', '.join(SHIPPED)}",
            )
        base = shipped_rules(own["extends"]).tables
    return reader.rules(base, own, elements or {})


@cache
def shipped_rules(name: str) -> RuleSet:
    """Look up rules that ship with casemine.

    Raises
    ------
    UsageError
        There are none of this name.

    Examples
    --------
    >>> rules = shipped_rules("yasm")
    >>> len(rules.rules), rules.rules[0].id
    (28, 'R01')
    """
    if name not in SHIPPED:
        raise UsageError(
            f"there are no rules {show(name)}{near(name, SHIPPED)}",
            mend=f"known are {', '.join(SHIPPED)}; your own file ends in .toml",
            code="no-such-rules",
            value=name,
        )
    text = (files("casemine.flows") / SHIPPED[name]).read_text(encoding="utf-8")
    reading = Reading(SHIPPED[name], text)
    return _Reader(reading, name).rules({}, _parsed(text, SHIPPED[name]), {})


def override(rules: RuleSet, tables: Mapping[str, object], *, file: str = "") -> RuleSet:
    """Lay tables over rules: parameters, levels, calendars, rules switched off, rules of one's own.

    Parameters
    ----------
    rules : RuleSet
        What is changed; it stays as it is.
    tables : mapping
        As in a file of rules, such as those of a project's configuration.
    file : str
        Where the tables come from, for messages.

    Raises
    ------
    InputError
        A table says something that means nothing.

    Examples
    --------
    >>> mine = override(
    ...     shipped_rules("yasm"),
    ...     {"rule": {"R12": {"level": "error", "parameters": {"most": 2}}, "R05": {"off": True}}},
    ... )
    >>> rule = mine.rule("R12")
    >>> rule.level, dict(rule.parameters)["most"], mine.rule("R05")
    ('error', '2', None)
    """
    text = Path(file).read_text(encoding="utf-8") if file and Path(file).is_file() else ""
    reading = Reading(file or rules.file, text)
    folder = Path(file).parent if file else None
    reader = _Reader(reading, rules.name, folder=folder, users=True, chosen=rules.chosen)
    return reader.rules(rules.tables, dict(tables), rules.names)


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise InputError(
            f"is not TOML: {error}",
            where=Place(name, int(line[1]) if line else None),
            code="bad-rules",
        ) from error


def _laid_over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Merge tables; a rule that says its own template loses what the base demanded."""
    merged = dict(base)
    for key, value in own.items():
        known = merged.get(key)
        if isinstance(value, dict) and isinstance(known, dict):
            if {"template", *COMBINING} & set(value):
                known = {about: known[about] for about in ABOUT if about in known}
            merged[key] = _laid_over(known, value)
        else:
            merged[key] = value
    return merged


class _Reader:
    """One file on its way to rules."""

    def __init__(
        self,
        reading: Reading,
        name: str,
        *,
        folder: Path | None = None,
        users: bool = False,
        chosen: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.reading, self.name, self.folder = reading, name, folder
        self.users, self.chosen = users, dict(chosen)

    def rules(
        self, base: Mapping[str, Any], own: Mapping[str, Any], elements: Mapping[str, str]
    ) -> RuleSet:
        self.reading.known_keys(own, SECTIONS, "")
        for section in ("names", "steps", "priorities", "attributes", "calendar", "rule"):
            self.reading.table(own.get(section, {}), section)
        if self.users:
            self.chosen |= chosen_in(own, self.reading.file)
        found = _laid_over(base, own)
        found["calendar"] = {**base.get("calendar", {}), **own.get("calendar", {})}  # as a whole
        flow = found.get("flow")
        if flow not in {None, "yasm"}:
            self.reading.fail(f"flow is {show(flow)}, and no flow of this name ships")
        names = dict(YASM) if flow else {}
        names |= elements
        names |= {
            key: self.reading.texts([value], f"names.{key}", "names", key)[0]
            for key, value in found.get("names", {}).items()
        }
        priorities = {
            key: self.reading.words(value, f"priority {key}", "priorities", key)
            for key, value in found.get("priorities", {}).items()
        }
        default = found.get("without_priority")
        if default is not None and default not in priorities:
            self.reading.fail(
                f"without_priority is {show(default)}, and no priority is called so"
                f"{near(default, priorities)}",
                mend=f"known are {', '.join(priorities)}"
                if priorities
                else "say under [priorities] what they are called",
            )
        calendars = {
            key: read_calendar(
                self.reading.table(table, f"calendar.{key}"),
                key,
                where=Place(self.reading.file),
                folder=self.folder,
            )
            for key, table in found.get("calendar", {}).items()
        }
        calendars.setdefault(AROUND_THE_CLOCK.name, AROUND_THE_CLOCK)
        sets: dict[str, tuple[str, ...]] = {}

        def reader_of(name: str) -> BodyReader:
            return BodyReader(
                self.reading,
                name,
                names=names,
                sets=sets,
                priorities=tuple(priorities),
                calendars=tuple(calendars),
            )

        for key, value in found.get("steps", {}).items():
            reader = reader_of(key)
            reader.header = "steps"
            sets[key] = reader.steps(key, value).activities
        ends = reader_of("ends")
        rules, off = [], []
        for key, table in found.get("rule", {}).items():
            if not _ID.fullmatch(key):
                self.reading.fail(f"a rule is called {show(key)}; use letters and digits", "rule")
            if self.reading.table(table, f"rule.{key}").get("off") is True:
                off.append(key)
                continue
            rules.append(self.rule(key, table, reader_of(key), calendars))
        known = {rule.id for rule in rules}
        for rule in rules:
            for check in checks_of(rule.body):
                other = check.keys.get("rule")
                if other is not None and other not in known and other not in off:
                    self.reading.fail(
                        f"rule {rule.id} names rule {show(other)}, which there is not"
                        f"{near(other, known)}",
                        f"rule.{rule.id}",
                        "rule",
                    )
        return RuleSet(
            name=self.name,
            title=str(found.get("title", self.name)),
            rules=tuple(rules),
            ends=ends.steps("ends", found["ends"]) if "ends" in found else Steps(()),
            names=MappingProxyType(names),
            priorities=priorities,
            attributes={
                key: self.reading.texts(value, f"attributes.{key}", "attributes", key)
                for key, value in found.get("attributes", {}).items()
            },
            calendars=calendars,
            flags=read_flags(self.reading, found.get("sla", []), known),
            off=tuple(off),
            tables=MappingProxyType(found),
            without_priority=default,
            chosen=MappingProxyType(self.chosen),
            file=self.reading.file,
        )

    def rule(
        self,
        key: str,
        table: dict[str, Any],
        reader: BodyReader,
        calendars: Mapping[str, WorkingCalendar],
    ) -> Rule:
        header = f"rule.{key}"
        about = {name: table[name] for name in ABOUT if name in table}
        for name in ("title", "element", "rationale", "remedy", "source", "needs", "example"):
            if not isinstance(about.get(name, ""), str):
                self.reading.fail(f"{name} of rule {key} is {show(about[name])}", header, name)
        for name in ("level", "level_when_set"):
            if about.get(name, LEVELS[0]) not in LEVELS:
                self.reading.fail(
                    f"{name} of rule {key} is {show(about[name])}{near(about[name], LEVELS)}",
                    header,
                    name,
                    mend=f"known are {', '.join(LEVELS)}",
                )
        if not isinstance(about.get("off", False), bool):
            self.reading.fail(f"off of rule {key} is {show(about['off'])}", header, "off")
        parameters = about.get("parameters", {})
        if not isinstance(parameters, dict):
            self.reading.fail(f"parameters of rule {key} are no table", header, "parameters")
        raw = {name: value for name, value in table.items() if name not in ABOUT}
        used: set[str] = set()
        body = reader.body(self.filled_in(raw, parameters, key, used), {})
        for name in parameters:
            if name not in used:
                self.reading.fail(
                    f"rule {key} has no parameter {show(name)}{near(name, used)}",
                    f"{header}.parameters",
                    name,
                    mend=f"it has {', '.join(sorted(used))}" if used else None,
                )
        numbers = numbers_of(key, parameters, body, calendars, self.chosen)
        return Rule(
            id=key,
            title=about.get("title", key),
            level=level_of(key, about, numbers, self.chosen),
            body=body,
            element=reader.activities("element", about["element"])[0]
            if "element" in about
            else element_of(body),
            rationale=about.get("rationale", ""),
            remedy=about.get("remedy", ""),
            source=about.get("source", ""),
            needs=about.get("needs", ""),
            example=about.get("example", ""),
            parameters=MappingProxyType({n: written(v) for n, v in parameters.items()}),
            line=self.reading.line_of(header),
            numbers=numbers,
            level_when_set=about.get("level_when_set"),
        )

    def filled_in(self, value: Any, given: Mapping[str, Any], rule: str, used: set[str]) -> Any:
        """Put parameters in the place of `$name`."""
        if isinstance(value, dict):
            return {key: self.filled_in(one, given, rule, used) for key, one in value.items()}
        if isinstance(value, list):
            return [self.filled_in(one, given, rule, used) for one in value]
        if isinstance(value, str) and value.startswith("$"):
            name = value[1:]
            if name not in given:
                self.reading.fail(
                    f"rule {rule} uses a parameter {show(value)} that it does not have"
                    f"{near(name, given)}",
                    f"rule.{rule}",
                )
            used.add(name)
            return given[name]
        return value
