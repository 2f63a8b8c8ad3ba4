"""Outcomes as values to report: counts of a rule, its deviation, and the cases that prove it."""

from __future__ import annotations

from dataclasses import replace
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
    from casemine.conform.rules.wholelog import Group, Groups
    from casemine.log.extratime import Comparison

EXAMPLES = 3
NO_CASE = "the log has no case that it is about"
ROWS = 10  # of one example


def result_of(
    cases: Cases, rule: Rule, outcome: Outcome, comparison: Comparison | None = None
) -> RuleResult:
    """Count the cases of each outcome, and make a deviation of the violations."""
    counts = np.bincount(outcome.status, minlength=4).tolist()
    deviation = _deviation(cases, rule, outcome, counts) if counts[VIOLATED] else None
    if deviation is not None and comparison is not None:
        broken = np.flatnonzero(outcome.status == VIOLATED)
        deviation = replace(deviation, extra=comparison.extra_time(broken))
    return RuleResult(
        rule=rule.id,
        title=rule.title,
        level=rule.level,
        satisfied=counts[SATISFIED],
        violated=counts[VIOLATED],
        not_evaluable=counts[NOT_EVALUABLE],
        not_concerned=counts[NOT_CONCERNED],
        why_not=_why_not(outcome, counts),
        parameters=dict(rule.parameters),
        numbers=rule.numbers,
        deviation=deviation,
    )


def _why_not(outcome: Outcome, counts: list[int]) -> str:
    if counts[NOT_EVALUABLE]:
        return "; ".join(outcome.why)
    return "" if counts[SATISFIED] or counts[VIOLATED] else NO_CASE


def _deviation(cases: Cases, rule: Rule, outcome: Outcome, counts: list[int]) -> Deviation:
    proportion = Proportion(counts[VIOLATED], int(outcome.decided.sum()))
    broken = np.flatnonzero(outcome.status == VIOLATED)
    shortest, costliest = _choose(cases, broken)
    return Deviation(
        rule=rule.id,
        element=rule.element,
        kind="rule",
        level=rule.level,
        message=message_of(rule, proportion, "case", at_least=_some_undecided(outcome)),
        cases=proportion,
        events=int(outcome.counts().sum()),
        remedy=rule.remedy,
        detail=f"{rule.rationale} {outcome.note}".strip(),
        shortest=tuple(example(cases, outcome, case) for case in shortest),
        costliest=tuple(example(cases, outcome, case) for case in costliest),
    )


def _some_undecided(outcome: Outcome) -> bool:
    """Whether more cases may break the rule: decided in one part, and not known in another."""
    return bool((outcome.decided & (outcome.status == NOT_EVALUABLE)).any())


def message_of(rule: Rule, proportion: Proportion, unit: str, *, at_least: bool = False) -> str:
    """Say in one sentence how often a rule is broken."""
    bound = "at least " if at_least else ""
    share = f"{100 * proportion.share:.1f} %"
    verb = "breaks" if proportion.total == 1 else "break"
    total = counted(proportion.total, unit)
    return f"{bound}{proportion.cases:,} of {total} ({share}) {verb} {rule.id}: {rule.title}"


def _choose(cases: Cases, broken: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Pick the cases with the fewest events, and those that took longest; ties by order."""
    events = cases.sizes[broken]
    durations = events if cases.durations is None else cases.durations[broken]
    return (
        broken[least(events, durations)].tolist(),
        broken[least(-durations, -events)].tolist(),
    )


def least(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the places of the least pairs, in order, without sorting them all."""
    chosen = np.arange(len(first))
    if len(first) > EXAMPLES:
        bound = np.partition(first, EXAMPLES - 1)[EXAMPLES - 1]
        below, equal = np.flatnonzero(first < bound), np.flatnonzero(first == bound)
        if len(equal) > EXAMPLES:
            limit = np.partition(second[equal], EXAMPLES - 1)[EXAMPLES - 1]
            under, tied = equal[second[equal] < limit], equal[second[equal] == limit]
            equal = np.concatenate([under, tied[:EXAMPLES]])
        chosen = np.concatenate([below, equal])
    order = np.lexsort((chosen, second[chosen], first[chosen]))
    return chosen[order][:EXAMPLES]


def example(cases: Cases, outcome: Outcome, case: int) -> ExampleCase:
    """Name a case and the rows that prove what is wrong; its first and last where none does."""
    low, high = (int(one) for one in cases.traces.offsets[case : case + 2])
    events = (outcome.events_of(case) or sorted({0, high - low - 1}))[:ROWS]
    rows = cases.rows[[low + event for event in events]]
    return ExampleCase(
        case=cases.name(case),
        rows=tuple(dict.fromkeys(rows.tolist())),
        duration_s=cases.duration_s(case),
        what=outcome.told(case),
    )


def result_of_groups(cases: Cases, rule: Rule, groups: Groups) -> RuleResult:
    """Count groups of cases alike instead of cases; the largest ones stand for the finding."""
    bad = [group for group in groups.piled if not group.has_step]
    good = len(groups.piled) - len(bad)
    why = groups.why
    if groups.left_out:
        why = f"{counted(groups.left_out, 'case')} without the values that make a group"
    if not why and not groups.piled:
        why = "no cases alike pile up so"
    proportion = Proportion(len(bad), len(bad) + good)
    deviation = None
    if bad:
        bad.sort(key=lambda group: (-group.most, group.name))
        deviation = Deviation(
            rule=rule.id,
            element=rule.element,
            kind="rule",
            level=rule.level,
            message=message_of(rule, proportion, "group"),
            cases=proportion,
            events=sum(group.most for group in bad),
            remedy=rule.remedy,
            detail=rule.rationale,
            costliest=tuple(_group_example(cases, group) for group in bad[:EXAMPLES]),
        )
    return RuleResult(
        rule=rule.id,
        title=rule.title,
        level=rule.level,
        satisfied=good,
        violated=len(bad),
        not_evaluable=0,
        not_concerned=groups.others,
        why_not=why,
        parameters=dict(rule.parameters),
        numbers=rule.numbers,
        deviation=deviation,
        unit="group",
    )


def _group_example(cases: Cases, group: Group) -> ExampleCase:
    first = cases.traces.offsets[list(group.cases)]
    return ExampleCase(
        case=cases.name(group.cases[0]),
        rows=tuple(cases.rows[first].tolist()),
        duration_s=None,
        what=f"{group.name}: {counted(group.most, 'case')}",
    )
