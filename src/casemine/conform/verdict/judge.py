"""The verdict: which findings fail, by limits and against a baseline.

A limit is a ceiling, a baseline a ratchet. A finding fails when its share of cases is above its
limit beyond chance; with a baseline also when it is new or worse than that beyond tolerance and
beyond chance; without one when no limit allows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from casemine.conform.verdict.comparison import Comparison, Key, leaving, names_in
from casemine.errors import UsageError, show
from casemine.model.conformance import RULE_OF
from casemine.model.proportion import Proportion
from casemine.model.verdict import (
    FITNESS,
    FITTING,
    WHOLE_LOG,
    Judged,
    Measured,
    Verdict,
    fingerprint,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casemine.model.conformance import Conformance, Deviation, Level
    from casemine.model.verdict import Baseline, FailOn, Known

EVERY = "*"  # a limit for all that has none of its own
LEVELS: tuple[Level, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is allowed."""

    limits: Mapping[str, float] = field(default_factory=dict)  # by `RULE:element`, `RULE` or `*`
    min_fitness: float | None = None
    min_fitting: float | None = None  # share of cases that follow the design
    fail_on: FailOn = "new"
    worse_by: float = 0.005  # difference of shares that is tolerated
    strict: bool = False  # compare small samples too, and take limits by the letter


def judge(
    conformance: Conformance,
    thresholds: Thresholds = Thresholds(),
    *,
    baseline: Baseline | None = None,
    today: date | None = None,
) -> Verdict:
    """Decide what fails.

    Parameters
    ----------
    baseline : Baseline, optional
        What was known before.
    today : date, optional
        Day on which entries of the baseline may have expired; None: none has.

    Raises
    ------
    UsageError
        A limit is for a rule that does not exist.

    Notes
    -----
    All findings that could fail against the baseline are tested together, for at most 1 false
    alarm in 100 runs: Fisher's exact test for each, corrected after Holm with the standard
    deviation of its share as weight. Findings too rare to differ by more than `worse_by`, or
    beyond chance, however their cases were spread over the two logs, cannot fail and are left out
    of the correction.
    """
    found = findings_of(conformance)
    _refuse_unknown_rules(thresholds.limits, conformance)
    tests = Comparison.of(
        conformance,
        found,
        worse_by=thresholds.worse_by,
        strict=thresholds.strict,
        baseline=baseline,
        today=today,
    )
    judged = [_judged(one, conformance, thresholds, tests) for one in found]
    measures = _measures(conformance, thresholds, tests)
    fixed, not_seen = _gone(conformance, found, baseline)
    return Verdict(
        findings=tuple(sorted(judged, key=_rank)),
        measures=measures,
        fail_on=thresholds.fail_on,
        baseline=baseline,
        fixed=fixed,
        not_seen=not_seen,
        notes=_idle_limits(thresholds.limits, found),
    )


def findings_of(conformance: Conformance) -> tuple[Deviation, ...]:
    """Put together what control flow and rules found, each rule and element once."""
    by_rules = (rule.deviation for rule in conformance.rules if rule.deviation is not None)
    found: dict[Key, Deviation] = {}
    for one in (*conformance.deviations, *by_rules):
        found.setdefault((one.rule, one.element), one)
    return tuple(found.values())


def unseen_in(conformance: Conformance) -> tuple[str, ...]:
    """Name the steps and rules that this log gives no ground to judge."""
    steps = {step.activity for step in conformance.observability if not step.observable}
    rules = {rule.rule for rule in conformance.rules if rule.outcome == "not evaluable"}
    return tuple(sorted(steps | rules))


def _judged(
    one: Deviation, conformance: Conformance, thresholds: Thresholds, tests: Comparison
) -> Judged:
    key = (one.rule, one.element)
    limits = thresholds.limits
    if one.level == "note":  # fails only where it is meant by name
        limits = {name: limit for name, limit in limits.items() if name != EVERY}
    limit = limit_for(key, limits)
    would_fail, why = _reason(one, key, limit, thresholds, tests)
    if would_fail and thresholds.fail_on == "never":
        would_fail, why = False, f"{why}; nothing fails with --fail-on never"
    return Judged(
        finding=one,
        fingerprint=fingerprint(*key, process=conformance.flow, source=conformance.source),
        fails=would_fail,
        why=why,
        limit=limit,
        state=tests.state(key, one.cases, thresholds.worse_by),
        before=tests.before.get(key),
        chance=tests.growth.get(key),
        known=tests.entries.get(key),
        expired=key in tests.expired,
    )


def _rank(judged: Judged) -> tuple[bool, int, int, str, str]:
    """Put what fails first, then go by level, then by falling cases."""
    one = judged.finding
    return (not judged.fails, LEVELS.index(one.level), -one.cases.cases, one.rule, one.element)


def _reason(
    one: Deviation, key: Key, limit: float | None, thresholds: Thresholds, tests: Comparison
) -> tuple[bool, str]:
    """Whether a finding fails, and why or why not."""
    allowed = ""
    if limit is not None:
        above, allowed = _against_limit(one.cases, limit, strict=thresholds.strict)
        if above:
            return True, allowed
    if one.level == "note":
        return False, allowed or "a note does not fail"
    if tests.baseline is None or thresholds.fail_on == "any":
        if limit is not None:
            return False, allowed
        if thresholds.fail_on == "any":
            return True, "any finding fails with --fail-on any"
        return True, "no limit and no baseline allows it"
    grown = tests.grown(key, one.cases, thresholds.worse_by)
    compared = _compared(one.cases, key, tests, worse_by=thresholds.worse_by, grown=grown)
    return grown, compared if grown or not allowed else f"{compared}; {allowed}"


def _against_limit(cases: Proportion, limit: float, *, strict: bool) -> tuple[bool, str]:
    named = f"the limit of {_percent(limit)}"
    if cases.share <= limit:
        return False, f"within {named}"
    if not strict and cases.low <= limit:
        interval = f"{_percent(cases.low)} to {_percent(cases.high)}"
        return False, f"above {named}, but within chance ({interval})"
    return True, f"above {named}"


def _compared(now: Proportion, key: Key, tests: Comparison, *, worse_by: float, grown: bool) -> str:
    before, chance = tests.before.get(key), tests.growth.get(key)
    entry = tests.entries.get(key)
    if entry is not None and key in tests.expired:
        was = f"accepted until {entry.until}, which is over"
    elif entry is not None:
        was = f"{_percent(entry.cases.share)} in the baseline"
    else:
        was = "not in the baseline"
    if before is None:
        return f"{was}, and too little to compare"
    if grown:
        return f"{was}; chance alone: {_chance(chance)}"
    if now.share <= before.share:
        return was
    if now.share - before.share <= worse_by:
        return f"{was}, which is within the tolerance"
    return f"{was}; the difference may be chance"


def _measures(
    conformance: Conformance, thresholds: Thresholds, tests: Comparison
) -> tuple[Measured, ...]:
    def named(rule: str) -> str:
        return fingerprint(rule, WHOLE_LOG, process=conformance.flow, source=conformance.source)

    fitness, least = conformance.fitness, thresholds.min_fitness
    low = fitness is not None and least is not None and fitness < least
    first = Measured(
        rule=FITNESS,
        name="fitness of the log",
        value=fitness,
        least=least,
        fails=low and thresholds.fail_on != "never",
        why=_bound(low=low, value=fitness, least=least),
        fingerprint=named(FITNESS),
    )
    left, key = leaving(conformance), (FITTING, WHOLE_LOG)
    share = 1 - left.share if left.total else None
    least = thresholds.min_fitting
    low = share is not None and least is not None and share < least
    if low and least is not None and not thresholds.strict and 1 - left.low >= least:
        low, why = False, f"below the threshold of {_percent(least)}, but within chance"
    else:
        why = _bound(low=low, value=share, least=least, share=True)
    grown = tests.grown(key, left, thresholds.worse_by) and thresholds.fail_on == "new"
    if grown:
        before = tests.before[key]
        why = (
            f"{_percent(1 - before.share)} in the baseline; "
            f"chance alone: {_chance(tests.growth.get(key))}"
        )
    second = Measured(
        rule=FITTING,
        name="cases that follow the design",
        value=share,
        least=least,
        fails=(low or grown) and thresholds.fail_on != "never",
        why=why,
        fingerprint=named(FITTING),
        cases=Proportion(left.total - left.cases, left.total),
        before=tests.before.get(key),
        state=tests.state(key, left, thresholds.worse_by),
    )
    return first, second


def _bound(*, low: bool, value: float | None, least: float | None, share: bool = False) -> str:
    if least is None:
        return "no threshold"
    if value is None:
        return "nothing to measure"
    shown = _percent(least) if share else f"{least:g}"
    return f"below the threshold of {shown}" if low else f"the threshold is {shown}"


def limit_for(key: Key, limits: Mapping[str, float]) -> float | None:
    """Find the limit of a finding: `RULE:element` before `RULE` before `*`, which is for all.

    Examples
    --------
    >>> limit_for(("CM003", "A > B"), {"CM003": 0.1, "CM003:A>B": 0.2})
    0.2
    """
    rule, element = key
    plain = {_plain(name): limit for name, limit in limits.items()}
    return plain.get(_plain(f"{rule}:{element}"), plain.get(rule, plain.get(EVERY)))


def _plain(name: str) -> str:
    """Let `A>B` and `A > B` be one name."""
    return re.sub(r"\s*([:>])\s*", r"\1", name.strip())


def _refuse_unknown_rules(limits: Mapping[str, float], conformance: Conformance) -> None:
    known = {EVERY, *RULE_OF.values(), *(rule.rule for rule in conformance.rules)}
    for name in limits:
        rule = name.partition(":")[0].strip()
        if rule not in known:
            near = get_close_matches(rule, sorted(known), n=1)
            raise UsageError(
                f"there is no rule {show(rule)} to limit"
                + (f"; did you mean {near[0]!r}?" if near else ""),
                mend=f"rules are {', '.join(sorted(known))}",
                code="no-such-rule",
            )


def _idle_limits(limits: Mapping[str, float], found: tuple[Deviation, ...]) -> tuple[str, ...]:
    """Name limits of single elements that no finding bears: solved, or misspelt."""
    elements = {_plain(f"{one.rule}:{one.element}") for one in found}
    return tuple(
        f"nothing was found that the limit {show(name)} is for"
        for name in limits
        if ":" in name and _plain(name) not in elements
    )


def _gone(
    conformance: Conformance, found: tuple[Deviation, ...], baseline: Baseline | None
) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
    """Entries of the baseline without a finding: no longer there, or not to be seen."""
    if baseline is None:
        return (), ()
    now = {(one.rule, one.element) for one in found} | {(FITTING, WHOLE_LOG)}
    unseen = set(unseen_in(conformance))
    gone = [one for one in baseline.known if one.key not in now]
    hidden = [one for one in gone if names_in(one.key) & unseen]
    return tuple(one for one in gone if one not in hidden), tuple(hidden)


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _chance(chance: float | None) -> str:
    """Say how often chance would do this in any of the findings tested."""
    if chance is None or chance < 1e-6:
        return "less than 1 run in 1,000,000"
    return f"1 run in {round(1 / chance):,}"
