"""What a mapping says, as values: rules that are tried in order, and the tables they lean on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.mapping.patterns import Patterns, WordTable

First = Literal["case", "group", "tier", "moment"]


@dataclass(frozen=True, slots=True)
class Near:
    """Another change of the case that gives one of these activities, at most so far away."""

    activities: tuple[str, ...]
    minutes: float


@dataclass(frozen=True, slots=True)
class Rule:
    """What changes that meet all conditions are: activities, or nothing if they are ignored.

    `words` holds patterns per column of the log, `choices` the allowed words per property that
    casemine works out itself (`from_state`, `to_tier`, `record` ...).
    """

    name: str
    gives: tuple[str, ...]
    kinds: tuple[str, ...] = ()  # none: any
    words: Mapping[str, Patterns] = field(default_factory=dict)
    attributes: tuple[tuple[Patterns, Patterns], ...] = ()  # names of columns, their values
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answered: bool | None = None
    near: Near | None = None
    lacks: tuple[str, ...] = ()
    first: First | None = None
    last: bool = False
    occasional: bool = False  # what it gives is done without a trace at times

    @property
    def looks_around(self) -> bool:
        """Whether it depends on what other rules give; such rules are tried in a second round."""
        return self.near is not None or bool(self.lacks)


@dataclass(frozen=True, slots=True)
class Origin:
    """How changes are found in a log that has no column `kind`."""

    state: tuple[str, ...] = ("activity",)  # columns whose joined values are the state
    group: str = "group"
    fields: tuple[str, ...] = ()  # columns whose changes count too
    created: bool = False  # whether the first event of a case stands for its creation
    kinds: WordTable | None = None  # activities that are no states, and what kind they are


@dataclass(frozen=True, slots=True)
class FlowMapping:
    """Raw events to activities of a designed flow; made by `read_mapping` or `shipped_mapping`."""

    name: str
    title: str
    flow: str
    rules: tuple[Rule, ...]
    states: WordTable
    tiers: WordTable
    origin: Origin = field(default_factory=Origin)
    record_columns: Patterns | None = None
    requests: Patterns | None = None
    base: str | None = None  # the shipped mapping that it extends
    text: str = ""  # of a user's file, for what is built on it

    @property
    def activities(self) -> tuple[str, ...]:
        """What the rules can give, each once, in the order of the rules."""
        return tuple(dict.fromkeys(label for rule in self.rules for label in rule.gives))
