"""Compare the targets of rules with the flag that the system itself has set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.rules.cases import Cases
from casemine.conform.rules.evaluate import judge
from casemine.conform.rules.findings import example
from casemine.conform.rules.outcome import SATISFIED, VIOLATED
from casemine.model.sla import SlaReconciliation

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from casemine.conform.rules.outcome import Outcome
    from casemine.conform.rules.values import RuleSet, SlaFlag
    from casemine.log.eventlog import EventLog
    from casemine.model.conformance import ExampleCase

LISTED = 5
_UNKNOWN, _MET, _MISSED = range(3)


def reconcile_sla(
    log: EventLog,
    rules: RuleSet,
    *,
    observable: Collection[str] | None = None,
    is_open: NDArray[np.bool_] | None = None,
) -> tuple[SlaReconciliation, ...]:
    """Compare each rule that `[[sla]]` names with the system's own word, where the log has it.

    Parameters
    ----------
    log, rules, observable, is_open
        As for `evaluate_rules`.

    Returns
    -------
    tuple of SlaReconciliation
        One for each flag that the log has. A column speaks by its last value in a case. Events
        of the kind `sla` speak by the last one of a case; a case without any has met its
        target, if the log has such events at all.
    """
    cases = Cases(log, rules, observable, is_open)
    found = []
    for flag in rules.flags:
        rule = rules.rule(flag.rule)
        theirs = _flagged(cases, flag)
        if rule is not None and theirs is not None:
            found.append(_compared(cases, flag, judge(cases, rule.body), *theirs))
    return tuple(found)


def _flagged(cases: Cases, flag: SlaFlag) -> tuple[NDArray[np.int64], str] | None:
    """Read what the system says of each case, and where."""
    column = cases.column(flag.column)
    if column is None:
        return None
    met, missed = column.fits(flag.met), column.fits(flag.broken)
    default, name = _UNKNOWN, column.name
    if flag.events is not None:
        kind, field = cases.column("kind"), cases.column("field")
        if kind is None or field is None:
            return None
        about = np.array([*(word == "sla" for word in kind.words), False], np.bool_)[kind.codes]
        about &= field.fits(flag.events)
        met, missed = met & about, missed & about
        default, name = _MET, f"events of the kind sla: {', '.join(flag.events.written)}"
    if not (met | missed).any():
        return None
    last = cases.traces.last(met | missed)
    said = np.where(missed[np.maximum(last, 0)], _MISSED, _MET)
    return np.where(last < 0, default, said), name


def _compared(
    cases: Cases, flag: SlaFlag, ours: Outcome, theirs: NDArray[np.int64], name: str
) -> SlaReconciliation:
    met, missed = ours.status == SATISFIED, ours.status == VIOLATED
    only_rule, only_flag = missed & (theirs == _MET), met & (theirs == _MISSED)
    both_met, both_missed = met & (theirs == _MET), missed & (theirs == _MISSED)
    compared = int((both_met | both_missed | only_rule | only_flag).sum())
    return SlaReconciliation(
        rule=flag.rule,
        flag=name,
        both_met=int(both_met.sum()),
        both_missed=int(both_missed.sum()),
        only_rule_missed=int(only_rule.sum()),
        only_flag_missed=int(only_flag.sum()),
        not_comparable=len(cases) - compared,
        only_rule_cases=_examples(cases, ours, only_rule, ""),
        only_flag_cases=_examples(cases, ours, only_flag, f"{name}: missed"),
    )


def _examples(
    cases: Cases, ours: Outcome, which: NDArray[np.bool_], said: str
) -> tuple[ExampleCase, ...]:
    shown = np.flatnonzero(which)[:LISTED].tolist()
    found = (example(cases, ours, case) for case in shown)
    return tuple(replace(one, what=said) if said else one for one in found)
