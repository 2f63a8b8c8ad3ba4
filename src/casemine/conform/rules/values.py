"""What rules say, as values: steps, limits, conditions, checks and how they are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from casemine.conform.rules.durations import Duration
    from casemine.conform.rules.words import Words
    from casemine.log.where import Condition as WhereTree
    from casemine.model.calendar import WorkingCalendar
    from casemine.model.conformance import Level, RuleNumber

Value = TypeVar("Value")
Combination = Literal["all", "any", "not"]


@dataclass(frozen=True, slots=True)
class Steps:
    """Activities, one of which is meant; or every activity except some."""

    activities: tuple[str, ...]
    every: bool = False
    but: tuple[str, ...] = ()

    def has(self, activity: str) -> bool:
        """Whether an event of this activity is meant."""
        return (self.every or activity in self.activities) and activity not in self.but

    def __str__(self) -> str:
        named = "any event" if self.every else " or ".join(f"'{name}'" for name in self.activities)
        return named + (f" but {', '.join(self.but)}" if self.but else "")


@dataclass(frozen=True, slots=True)
class ByPriority(Generic[Value]):
    """One value for all cases, or one for each priority; `other` where none is named."""

    of: Mapping[str, Value] = field(default_factory=dict)
    other: Value | None = None

    def get(self, priority: str | None) -> Value | None:
        """Look the value of a priority up."""
        return self.of.get(priority, self.other) if priority is not None else self.other


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on events: an expression as in `--where`, or columns and their words."""

    written: str
    expression: WhereTree | None = None
    words: tuple[tuple[str, Words], ...] = ()  # role or column, what it must be; all of them


@dataclass(frozen=True, slots=True)
class Pause:
    """A clock stands still from one of these events until the next one that is not ignored."""

    begins: Steps
    ignoring: Steps


@dataclass(frozen=True, slots=True)
class Check:
    """One template with its keys, read and checked."""

    template: str
    keys: Mapping[str, object]
    where: Condition | None = None  # cases for which it holds at some event
    including: Steps | None = None  # cases with one of these
    lacking: Steps | None = None  # cases with none of these
    if_seen: Steps | None = None  # not evaluable unless the log can show all of these
    broken_if_seen: Steps | None = None  # not broken unless the log can show all of these


@dataclass(frozen=True, slots=True)
class Combined:
    """Several checks as one."""

    how: Combination
    parts: tuple[Check | Combined, ...]


Body = Check | Combined


def checks_of(body: Body) -> Iterator[Check]:
    """Walk through the checks of a rule, in the order in which they are written."""
    if isinstance(body, Check):
        yield body
        return
    for part in body.parts:
        yield from checks_of(part)


def element_of(body: Body) -> str:
    """Name what a rule is about: its first steps."""
    check = next(checks_of(body))
    named = [
        steps.activities[0]
        for steps in (check.keys.get(key) for key in ("step", "first", "second"))
        if isinstance(steps, Steps) and steps.activities
    ]
    return " > ".join(dict.fromkeys(named)) or check.template.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it demands, and what a reader should know of it."""

    id: str
    title: str
    level: Level
    body: Body
    element: str  # activity that findings are anchored at; `A > B` where it is about two
    rationale: str = ""
    remedy: str = ""
    source: str = ""
    needs: str = ""  # the data that decide it, in words
    example: str = ""  # a trace that breaks it
    parameters: Mapping[str, str] = field(default_factory=dict)  # as written
    line: int | None = None  # of its file
    numbers: tuple[RuleNumber, ...] = ()  # its limits and calendars, and who has set them
    level_when_set: Level | None = None  # once a user has set one of its limits

    @property
    def weighs(self) -> str:
        """The level in words, with that which the rule has once its numbers are the user's."""
        if self.level_when_set in {None, self.level}:
            return self.level
        return f"{self.level}; {self.level_when_set} once you set its numbers"


@dataclass(frozen=True, slots=True)
class SlaFlag:
    """How the system itself says whether a target was met: a column, or events of a kind."""

    rule: str  # whose breaches it is compared with
    column: str
    met: Words
    broken: Words
    events: Words | None = None  # fields of events of the kind `sla`; none of them: met


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Rules with everything they lean on; made by `read_rules`, `shipped_rules`, `override`."""

    name: str
    title: str
    rules: tuple[Rule, ...]  # in the order of their file, those that are off left out
    ends: Steps  # a case with none of these is open, where the log shows them at all
    names: Mapping[str, str]  # ids of elements to activities
    priorities: Mapping[str, Words]
    attributes: Mapping[str, tuple[str, ...]]  # role to names of columns, as they are looked for
    calendars: Mapping[str, WorkingCalendar]
    flags: tuple[SlaFlag, ...]
    off: tuple[str, ...]  # ids of rules that are switched off
    tables: Mapping[str, object]  # what was read, base included, for `override`
    file: str = ""
    without_priority: str | None = None  # what counts for a case that never says its priority
    chosen: Mapping[str, str] = field(default_factory=dict)  # what users have set, and their files

    def rule(self, rule: str) -> Rule | None:
        """Find a rule by its id, whatever the case of its letters."""
        return next((one for one in self.rules if one.id.casefold() == rule.casefold()), None)


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time by priority."""

    by: ByPriority[Duration]
    written: str
