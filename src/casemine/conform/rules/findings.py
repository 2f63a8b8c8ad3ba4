"""Outcomes as values to report: counts of a rule, its deviation, and the cases that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.rules.outcome import NOT_CONCERNED, NOT_EVALUABLE, SATISFIED, VIOLATED
from casemine.model.conformance import Deviation, ExampleCase, RuleResult
from casemine.model.proportion import Proportion
from casemine.model.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.rules.cases import Cases
    from casemine.conform.rules.outcome import Outcome
    from casemine.conform.rules.values import Rule

EXAMPLES = 3


def result_of(cases: Cases, rule: Rule, outcome: Outcome) -> RuleResult:
    """Count the cases of each outcome, and make a deviation of the violations."""
    counts = np.bincount(outcome.status, minlength=4).tolist()
    return RuleResult(
        rule=rule.id,
        title=rule.title,
        level=rule.level,
        satisfied=counts[SATISFIED],
        violated=counts[VIOLATED],
        not_evaluable=counts[NOT_EVALUABLE],
        not_concerned=counts[NOT_CONCERNED],
        why_not="; ".join(outcome.why) if counts[NOT_EVALUABLE] else "",
        parameters=dict(rule.parameters),
        deviation=_deviation(cases, rule, outcome, counts) if counts[VIOLATED] else None,
    )


def _deviation(cases: Cases, rule: Rule, outcome: Outcome, counts: list[int]) -> Deviation:
    proportion = Proportion(counts[VIOLATED], counts[VIOLATED] + counts[SATISFIED])
    broken = np.flatnonzero(outcome.status == VIOLATED)
    shortest, costliest = _choose(cases, broken)
    return Deviation(
        rule=rule.id,
        element=rule.element,
        kind="rule",
        level=rule.level,
        message=message_of(rule, proportion, "case"),
        cases=proportion,
        events=int(outcome.counts().sum()),
        remedy=rule.remedy,
        detail=rule.rationale,
        shortest=tuple(example(cases, outcome, case) for case in shortest),
        costliest=tuple(example(cases, outcome, case) for case in costliest),
    )


def message_of(rule: Rule, proportion: Proportion, unit: str) -> str:
    """Say in one sentence how often a rule is broken."""
    share = f"{100 * proportion.share:.1f} %"
    verb = "breaks" if proportion.total == 1 else "break"
    total = counted(proportion.total, unit)
    return f"{proportion.cases:,} of {total} ({share}) {verb} {rule.id}: {rule.title}"


def _choose(cases: Cases, broken: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Pick the cases with the fewest events, and those that took longest; ties by order."""
    events = np.diff(cases.traces.offsets)[broken]
    durations = cases.trail.durations()[broken] if cases.trail.time is not None else events
    short = broken[np.lexsort((broken, durations, events))[:EXAMPLES]]
    long = broken[np.lexsort((broken, -events, -durations))[:EXAMPLES]]
    return short.tolist(), long.tolist()


def example(cases: Cases, outcome: Outcome, case: int) -> ExampleCase:
    """Name a case and the rows that prove what is wrong; its first and last where none does."""
    low, high = (int(one) for one in cases.traces.offsets[case : case + 2])
    events = outcome.events_of(case) or sorted({0, high - low - 1})
    rows = cases.rows[[low + event for event in events]]
    return ExampleCase(
        case=cases.name(case),
        rows=tuple(dict.fromkeys(rows.tolist())),
        duration_s=cases.duration_s(case),
        what=outcome.told(case),
    )
