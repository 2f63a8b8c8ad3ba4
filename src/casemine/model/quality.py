"""What is doubtful about the data of a log: findings with evidence, and what was not judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Level = Literal["warning", "note"]


@dataclass(frozen=True, slots=True)
class Example:
    """Events that show a finding: their source rows, and the time of the first of them."""

    rows: tuple[int, ...]
    case: str
    time: datetime | None
    what: str  # the activities, or what else is to be seen there


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the data that one should know before trusting a figure.

    A `warning` says that figures are wrong or may be; a `note` says how to read them.
    """

    code: str  # stable, explained at docs/data-quality.md#<code>
    level: Level
    text: str  # one sentence that needs no context, with its numbers
    effect: str = ""  # what it does to durations, variants, edges
    mend: str = ""  # what to do about it
    events: int | None = None
    cases: int | None = None
    share: float | None = None  # of all events, cases or pairs, whichever the sentence counts
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A kind of finding that this log gives no ground to judge, and why."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Warnings first, then notes, each in the order of the page; then what could not be judged."""

    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that `--strict` fails for."""
        return tuple(finding for finding in self.findings if finding.level == "warning")
