"""Headline measures of a support process: one figure each, with its sentence and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.conformance import ExampleCase, ExtraTime
    from casemine.model.proportion import Proportion
    from casemine.model.quality import NotEvaluated


TITLES = {
    "time-to-resolve": "Time to resolve",
    "first-level-resolution": "First-level resolution rate",
    "push-to-second-level": "Push to second level",
    "time-in-first-level": "Time in first level before the hand-over",
    "return-to-first-level": "Return to first level",
    "reassignment": "Reassignment within second level",
    "waiting-for-user": "Waiting for the user",
    "reopening": "Reopening",
    "major-incidents": "Major incidents",
    "cancellation": "Cancelled records",
    "hand-over": "Hand-over by the first group",
    "ping-pong": "Ping-pong between groups",
    "rework": "Rework",
    "headlines": "Headline measures",  # all of them
}


@dataclass(frozen=True, slots=True)
class Middle:
    """Median and p90 of `n` spans, in seconds."""

    n: int
    median_s: float | None  # None: fewer than half are known to end
    low_s: float | None  # 95 % interval of the median; fewer than 6 spans have none
    high_s: float | None
    p90_s: float | None
    running: int = 0  # spans of them that are not over


@dataclass(frozen=True, slots=True)
class Headline:
    """One measure, ready to be quoted."""

    code: str  # stable, explained at docs/headlines.md#<code>
    sentence: str  # complete, with its numbers
    definition: str
    look: str  # what to look at next
    cases: Proportion | None = None
    spans: Middle | None = None
    working: Middle | None = None  # the same in working time
    of_elapsed: float | None = None  # share of the time of all cases
    extra: ExtraTime | None = None
    examples: tuple[ExampleCase, ...] = ()

    @property
    def title(self) -> str:
        """What the measure is called."""
        return TITLES[self.code]


@dataclass(frozen=True, slots=True)
class Headlines:
    """The measures that a log can tell, and why it cannot tell the others."""

    found: tuple[Headline, ...]
    not_evaluated: tuple[NotEvaluated, ...]
