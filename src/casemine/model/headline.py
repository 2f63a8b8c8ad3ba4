"""Headline measures of a support process: one figure each, with its sentence and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.conformance import ExampleCase, ExtraTime
    from casemine.model.proportion import Proportion
    from casemine.model.quality import NotEvaluated


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
    title: str
    sentence: str  # complete, with its numbers
    definition: str
    look: str  # what to look at next
    cases: Proportion | None = None
    spans: Middle | None = None
    working: Middle | None = None  # the same in working time
    of_elapsed: float | None = None  # share of the time of all cases
    extra: ExtraTime | None = None
    examples: tuple[ExampleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Headlines:
    """The measures that a log can tell, and why it cannot tell the others."""

    found: tuple[Headline, ...]
    not_evaluated: tuple[NotEvaluated, ...]
