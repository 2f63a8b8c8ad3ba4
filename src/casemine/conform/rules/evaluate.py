"""Judge a log by rules: each check once per variant where nothing but the order of events counts.

What looks at times or attributes runs over all events at once. Checks are then combined case by
case, and counted: every case is satisfied, violated, not evaluable, or not concerned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from casemine.conform.rules import declare
from casemine.conform.rules.attributes import ATTRIBUTE_CHECKS
from casemine.conform.rules.cases import Cases
from casemine.conform.rules.findings import result_of, result_of_groups
from casemine.conform.rules.intervals import INTERVAL_CHECKS
from casemine.conform.rules.outcome import (
    NOT_CONCERNED,
    SATISFIED,
    VIOLATED,
    Outcome,
    combined,
    only,
    settled,
    unknown,
)
from casemine.conform.rules.values import Check, Steps
from casemine.conform.rules.wholelog import no_repeat, pattern

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from casemine.conform.rules.declare import Verdict
    from casemine.conform.rules.traces import Traces
    from casemine.conform.rules.values import Body, Rule, RuleSet
    from casemine.log.eventlog import EventLog
    from casemine.log.extratime import Comparison
    from casemine.model.conformance import RuleResult

    Mask = NDArray[np.bool_]

# which of its two steps makes a template say anything about a case
_ACTIVATED_BY = {
    "precedence": ("second",),
    "alternate_precedence": ("second",),
    "chain_precedence": ("second",),
    "not_precedence": ("second",),
    "not_chain_precedence": ("second",),
    "choice": ("first", "second"),
    "exclusive_choice": ("first", "second"),
    "co_existence": ("first", "second"),
    "succession": ("first", "second"),
    "alternate_succession": ("first", "second"),
    "chain_succession": ("first", "second"),
    "not_co_existence": (),
    "absence_between": ("first", "second"),
}
_CONDITIONS = ("step_when", "first_when", "second_when")


def evaluate_rules(
    log: EventLog,
    rules: RuleSet,
    *,
    observable: Collection[str] | None = None,
    is_open: NDArray[np.bool_] | None = None,
    comparison: Comparison | None = None,
) -> tuple[RuleResult, ...]:
    """Judge every case by every rule.

    Parameters
    ----------
    log : EventLog
        In activities of the flow; events are ordered by position, as in the log.
    rules : RuleSet
        From `read_rules`, `shipped_rules` or `override`.
    observable : collection of str, optional
        Activities that the log can show, whether or not they happened; what happened can be shown
        in any case. Where not given, only what happened.
    is_open : array of bool, optional
        For each case, in the order of the log, whether it may go on. Where not given, cases
        without any of the rules' `ends` are open, if the log shows one of those at all.
    comparison : Comparison, optional
        What the extra time of violating cases is measured by; without it there is none.

    Returns
    -------
    tuple of RuleResult
        In the order of the rules. For each, satisfied + violated + not evaluable + not concerned
        is the number of cases (or of groups of cases, where its unit is `group`).

    Notes
    -----
    Control-flow rules cost O(events of the variants); rules with times, attributes or conditions
    O(events of the log), vectorised.

    Examples
    --------
    >>> from casemine.conform.rules import override, shipped_rules
    >>> from casemine.log import parse_log
    >>> rules = override(
    ...     shipped_rules("yasm"),
    ...     {"names": {"p": "Pay", "s": "Ship"}, "rule": {"own": {
    ...         "template": "precedence", "first": "Pay", "second": "Ship"}}},
    ... )
    >>> found = evaluate_rules(parse_log("Order Pay Ship; Order Ship; Order"), rules)
    >>> one = found[-1]
    >>> one.rule, one.satisfied, one.violated, one.not_concerned
    ('own', 1, 1, 1)
    """
    cases = Cases(log, rules, observable, is_open)
    return tuple(_result(cases, rule, comparison) for rule in rules.rules)


def _result(cases: Cases, rule: Rule, comparison: Comparison | None) -> RuleResult:
    body = rule.body
    if isinstance(body, Check) and body.template == "pattern":
        every = np.full(len(cases), SATISFIED, np.uint8)
        nothing = np.zeros(0, np.int64)
        counted = _narrowed(cases, body, Outcome(every, nothing, cases.traces))
        return result_of_groups(cases, rule, pattern(cases, body, counted.status == SATISFIED))
    return result_of(cases, rule, judge(cases, body), comparison)


def judge(cases: Cases, body: Body) -> Outcome:
    """Judge every case by the body of a rule."""
    if not isinstance(body, Check):
        return combined(body.how, [judge(cases, part) for part in body.parts])
    return _narrowed(cases, body, _checked(cases, body))


def _checked(cases: Cases, check: Check) -> Outcome:
    if check.template in ATTRIBUTE_CHECKS:
        return ATTRIBUTE_CHECKS[check.template](cases, check)
    if check.template in INTERVAL_CHECKS:
        return INTERVAL_CHECKS[check.template](cases, check)
    if check.template == "no_repeat":
        return no_repeat(cases, check)
    return control_flow(cases, check)


def control_flow(cases: Cases, check: Check) -> Outcome:
    """Judge by a template of Declare."""
    conditions = [key for key in _CONDITIONS if check.keys.get(key) is not None]
    traces = cases.traces if conditions else cases.variants
    variant = None if conditions else cases.variant
    doubtful = np.zeros(len(cases), np.bool_)
    why, masks = [], {}
    for key in ("step", "first", "second"):
        if key not in check.keys:
            continue
        mask = traces.mask(cast("Steps", check.keys[key]))
        condition = check.keys.get(f"{key}_when")
        if condition is not None:
            truth = cases.truth(condition)  # type: ignore[arg-type]
            if isinstance(truth, str):
                doubtful |= traces.any(mask)
                why.append(truth)
            else:
                doubtful |= traces.any(mask & truth[1])
                if (mask & truth[1]).any():
                    why.append(f"it is not known whether {condition.written}")  # type: ignore[attr-defined]
                mask = mask & truth[0]
        masks[key] = mask
    verdict = _verdict(traces, check, masks)
    outcome = settled(verdict, traces, variant, cases.is_open)
    for key, about_all in _unseen(cases, check):
        reason = cases.unseen(cast("Steps", check.keys[key]))
        concerned = verdict.concerned if variant is None else verdict.concerned[variant]
        about = np.ones(len(cases), np.bool_) if about_all else concerned
        outcome = unknown(outcome, about, reason)
    if doubtful.any():
        outcome = unknown(outcome, doubtful, "; ".join(dict.fromkeys(why)))
    return outcome


def _verdict(traces: Traces, check: Check, masks: dict[str, Mask]) -> Verdict:
    name = check.template
    if name in declare.COUNTING:
        times = {"existence": "at_least", "absence": "at_most", "exactly": "times"}.get(name, "")
        default = 1 if name == "existence" else 0
        number = cast("int", check.keys.get(times, default))
        return declare.COUNTING[name](traces, masks["step"], number)
    if name == "absence_between":
        return declare.absence_between(traces, masks["first"], masks["second"], masks["step"])
    return declare.ORDERING[name](traces, masks["first"], masks["second"])


def _unseen(cases: Cases, check: Check) -> list[tuple[str, bool]]:
    """Name the steps that the log cannot show, and whether every case is in doubt for it."""
    activated_by = _ACTIVATED_BY.get(check.template, ("step", "first"))
    hidden = [
        key
        for key in ("step", "first", "second")
        if isinstance(check.keys.get(key), Steps) and not cases.seen(cast("Steps", check.keys[key]))
    ]
    all_hidden = {"first", "second"} <= set(hidden)
    return [(key, key in activated_by or all_hidden) for key in hidden]


def _narrowed(cases: Cases, check: Check, outcome: Outcome) -> Outcome:
    """Leave out the cases that the check is not about."""
    variants, variant = cases.variants, cases.variant
    for needed, broken in ((check.if_seen, False), (check.broken_if_seen, True)):
        for name in needed.activities if needed is not None else ():
            if name not in cases.observable:
                status = outcome.status
                about = status == VIOLATED if broken else status != NOT_CONCERNED
                outcome = unknown(outcome, about, cases.unseen(Steps((name,))))
    if check.including is not None:
        outcome = only(outcome, variants.any(variants.mask(check.including))[variant])
    if check.lacking is not None:
        outcome = only(outcome, ~variants.any(variants.mask(check.lacking))[variant])
    if check.where is not None:
        about = outcome.status != NOT_CONCERNED
        truth = cases.truth(check.where)
        if isinstance(truth, str):
            return unknown(outcome, about, truth)
        true = cases.traces.any(truth[0])
        known = cases.traces.any(~truth[1])
        outcome = only(outcome, true)
        doubtful = about & ~true & ~known
        return unknown(outcome, doubtful, f"it is not known whether {check.where.written}")
    return outcome
