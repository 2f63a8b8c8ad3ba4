"""Targets of rules beside the flag of the system: how often they agree, and where they do not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.model.words import counted
from casemine.report.document import Column, Prose, Table
from casemine.report.figures import DASH, count, of, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.model.conformance import ExampleCase
    from casemine.model.sla import SlaReconciliation
    from casemine.report.document import Block


def blocks(
    found: tuple[SlaReconciliation, ...], example: Callable[[ExampleCase], str]
) -> list[Block]:
    """Show each flag of the system beside its rule: the counts, then cases of each disagreement."""
    shown: list[Block] = []
    for one in found:
        shown += [_counts(one), _told(one, example)] if one.compared else [_nothing(one)]
    return shown


def data(one: SlaReconciliation) -> dict[str, Any]:
    """Return one flag beside its rule for JSON."""
    told = [
        {**asdict(example), "rows": list(example.rows), "missed_by": missed_by}
        for missed_by, examples in (("rule", one.only_rule_cases), ("flag", one.only_flag_cases))
        for example in examples
    ]
    return {
        "rule": one.rule,
        "flag": one.flag,
        "both_met": one.both_met,
        "both_missed": one.both_missed,
        "only_rule_missed": one.only_rule_missed,
        "only_flag_missed": one.only_flag_missed,
        "not_comparable": one.not_comparable,
        "compared": one.compared,
        "agreement": one.agreement,
        "examples": [{**example, "what": example["what"] or None} for example in told],
    }


def _nothing(one: SlaReconciliation) -> Prose:
    """Say that the log has the flag, and why that is of no use here."""
    cases = counted(one.not_comparable, "case")
    line = f"- there is nothing to compare: of {cases}, one of the two says nothing of each"
    return Prose((line,), heading=f"{one.rule} beside {one.flag}")


def _counts(one: SlaReconciliation) -> Table:
    """Put the four outcomes and what cannot be compared below one another."""
    rows = [
        ("both say met", one.both_met),
        ("both say missed", one.both_missed),
        (f"missed by {one.rule} only", one.only_rule_missed),
        (f"missed by {one.flag} only", one.only_flag_missed),
    ]
    cells = [(what, count(cases), share(of(cases, one.compared))) for what, cases in rows]
    cells.append(("not comparable", count(one.not_comparable), DASH))
    agree = one.both_met + one.both_missed
    heading = (
        f"{one.rule} beside {one.flag}: the same in {count(agree)} of "
        f"{counted(one.compared, 'case')} ({share(one.agreement)})"
    )
    columns = (
        Column("the target was"),
        Column("cases", figure=True),
        Column("share of compared", figure=True),
    )
    return Table(columns, tuple(cells), heading)


def _told(one: SlaReconciliation, example: Callable[[ExampleCase], str]) -> Prose:
    lines = [f"- missed by {one.rule} only: {example(case)}" for case in one.only_rule_cases]
    lines += [f"- missed by {one.flag} only: {example(case)}" for case in one.only_flag_cases]
    if not one.only_rule_missed + one.only_flag_missed:
        lines.append("- the two say the same of every case")
    else:
        lines.append(f"- what to do: {_remedy(one)}")
    return Prose(tuple(lines))


def _remedy(one: SlaReconciliation) -> str:
    """Say which way the two differ, and what brings them together."""
    ours, theirs = one.only_rule_missed, one.only_flag_missed
    if ours == theirs:
        differ = "Neither of the two is stricter"
    else:
        stricter, other = (one.rule, one.flag) if ours > theirs else (one.flag, one.rule)
        differ = f"{stricter} is stricter than {other} in most of them"
    return (
        f"{differ}. Give {one.rule} the targets, the calendar and the pauses of your system "
        f"([rule.{one.rule}.parameters], [calendar.NAME]; docs/rules.md); what still differs then "
        "is worth a look, case by case."
    )
