"""The baseline: findings that are known and accepted, kept in a file beside the project.

JSON, sorted and one entry to a line group, so that a review sees what is accepted, why, and until
when. It only ever shrinks by itself; what is added was accepted by somebody, with a reason.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from casemine.conform.verdict.comparison import leaving, names_in, shown_first
from casemine.conform.verdict.judge import findings_of, unseen_in
from casemine.errors import InputError, Place, UsageError, show
from casemine.model.proportion import Proportion
from casemine.model.verdict import FITTING, WHOLE_LOG, Baseline, Known, fingerprint

if TYPE_CHECKING:
    from casemine.model.conformance import Conformance
    from casemine.model.verdict import Verdict

SCHEMA = "casemine/baseline/1"


def baseline_of(conformance: Conformance) -> Baseline:
    """Take everything that is found into a baseline; notes are left out, they never fail."""
    found = [
        _entry(conformance, one.rule, one.element, one.cases)
        for one in findings_of(conformance)
        if one.level != "note"
    ]
    found.append(_entry(conformance, FITTING, WHOLE_LOG, leaving(conformance)))
    return Baseline(
        process=conformance.flow,
        source=conformance.source,
        cases=conformance.cases,
        known=_sorted(found),
        unseen=unseen_in(conformance),
    )


def shrunk(baseline: Baseline, conformance: Conformance, verdict: Verdict) -> Baseline:
    """Take out what no case shows any more, and lower what has become less beyond chance.

    Nothing grows: an entry is lowered only where the improvement is no accident, since the least
    of many noisy shares would soon raise false alarms. Expired entries go. What could not be
    judged before and can be now is taken in as it is, so that it counts from here on.
    """
    by_key = {one.key: one for one in verdict.findings}
    measures = {(one.rule, WHOLE_LOG): one for one in verdict.measures}
    gone = {one.key for one in verdict.fixed}
    kept = []
    for entry in baseline.known:
        judged = by_key.get(entry.key)
        if entry.key in gone or (judged is not None and judged.expired):
            continue
        measured = measures.get(entry.key)
        if judged is not None and judged.state == "improved":
            kept.append(replace(entry, cases=judged.finding.cases))
        elif measured is not None and measured.state == "improved" and measured.cases is not None:
            total = measured.cases.total
            kept.append(replace(entry, cases=Proportion(total - measured.cases.cases, total)))
        else:
            kept.append(entry)
    hidden = set(unseen_in(conformance))
    visible = {name for name in baseline.unseen if name not in hidden}
    known = {entry.key for entry in baseline.known}
    kept += [
        _entry(conformance, *key, judged.finding.cases)
        for key, judged in by_key.items()
        if key not in known and judged.finding.level != "note" and names_in(key) & visible
    ]
    if shown_first(baseline, conformance):
        kept = [entry for entry in kept if entry.rule != FITTING]
        kept.append(_entry(conformance, FITTING, WHOLE_LOG, leaving(conformance)))
    unseen = tuple(name for name in baseline.unseen if name in hidden)
    return replace(baseline, known=_sorted(kept), unseen=unseen)


def accepting(
    baseline: Baseline,
    conformance: Conformance,
    rule: str,
    element: str,
    *,
    reason: str,
    until: date | None = None,
) -> Baseline:
    """Take one finding into the baseline as it stands now.

    The share of cases that leave the design may then be larger by as much as the finding has
    grown, so that it does not fail for what was accepted.

    Raises
    ------
    UsageError
        Nothing of that rule and element is found, or no reason is given.
    """
    if not reason.strip():
        raise UsageError(
            "what is accepted needs a reason", mend='say why with --reason "..."', code="no-reason"
        )
    left = leaving(conformance)
    found = {(one.rule, one.element): one.cases for one in findings_of(conformance)}
    found[FITTING, WHOLE_LOG] = left
    cases = found.get((rule, element))
    if cases is None:
        elements = sorted(name for known, name in found if known == rule)
        mend = f"{rule} is found at {', '.join(map(show, elements))}" if elements else None
        raise UsageError(
            f"nothing is found of rule {show(rule)} at {show(element)}",
            mend=mend or f"rules with findings are {', '.join(sorted({r for r, _ in found}))}",
            code="no-such-finding",
        )
    entries = {one.key: one for one in baseline.known}
    before, whole = entries.get((rule, element)), entries.get((FITTING, WHOLE_LOG))
    if whole is not None and rule != FITTING:
        growth = cases.share - (before.cases.share if before is not None else 0.0)
        share = min(left.share, whole.cases.share + max(growth, 0.0))
        if share > whole.cases.share:
            raised = Proportion(round(share * left.total), left.total)
            entries[whole.key] = replace(whole, cases=raised)
    entry = replace(_entry(conformance, rule, element, cases), reason=reason.strip(), until=until)
    entries[entry.key] = entry
    return replace(baseline, known=_sorted(list(entries.values())))


def to_text(baseline: Baseline, *, tool: str) -> str:
    """Write the file: sorted, the same bytes for the same content."""
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "process": baseline.process,
        "flow": baseline.source,
        "created_with": tool,
        "cases": baseline.cases,
        "not_judged": list(baseline.unseen),
        "findings": [_to_data(one) for one in baseline.known],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def from_text(text: str, *, file: str) -> Baseline:
    """Read the file.

    Raises
    ------
    InputError
        It is not JSON, not a baseline, or an entry lacks something or stands there twice.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(
            f"is not JSON: {error}", where=Place(file, line), code="bad-baseline", mend=_MEND
        ) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise InputError(
            f"is no baseline of casemine: its schema is not {SCHEMA}",
            where=Place(file),
            code="bad-baseline",
            mend=_MEND,
        )
    entries: list[Known] = []
    what = "the head"
    try:
        for number, data in enumerate(found["findings"], start=1):
            what = f"finding {number}"
            entries.append(_from_data(data))
        what = "the head"
        baseline = Baseline(
            process=str(found["process"]),
            source=str(found["flow"]),
            cases=int(found["cases"]),
            known=_sorted(entries),
            unseen=tuple(map(str, found.get("not_judged", []))),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        why = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be used: {error}"
        raise InputError(
            f"{what} {why}", where=Place(file), code="bad-baseline", mend=_MEND
        ) from error
    for one, other in pairwise(baseline.known):
        if one.key == other.key:  # as after a merge that kept both sides
            raise InputError(
                f"{one.rule} at {show(one.element)} stands there twice",
                where=Place(file),
                code="bad-baseline",
                mend="keep one of the two",
            )
    return baseline


_MEND = "mend it by hand, or let casemine baseline create LOG --force write it anew"


def _entry(conformance: Conformance, rule: str, element: str, cases: Proportion) -> Known:
    named = fingerprint(rule, element, process=conformance.flow, source=conformance.source)
    return Known(rule, element, cases, named)


def _sorted(entries: list[Known]) -> tuple[Known, ...]:
    return tuple(sorted(entries, key=lambda one: one.key))


def _to_data(one: Known) -> dict[str, Any]:
    return {
        "fingerprint": one.fingerprint,
        "rule": one.rule,
        "element": one.element,
        "share": round(one.cases.share, 4),
        "cases": one.cases.cases,
        "total": one.cases.total,
        "reason": one.reason,
        **({"until": one.until.isoformat()} if one.until else {}),
    }


def _from_data(found: dict[str, Any]) -> Known:
    if not isinstance(found, dict):
        raise TypeError(f"{show(str(found))} is no entry")
    cases, total = int(found["cases"]), int(found["total"])
    if not 0 <= cases <= total:
        raise ValueError(f"{cases} of {total} cases is no share")
    until = found.get("until")
    return Known(
        rule=str(found["rule"]),
        element=str(found["element"]),
        cases=Proportion(cases, total),
        fingerprint=str(found.get("fingerprint", "")),
        reason=str(found.get("reason", "")),
        until=date.fromisoformat(until) if until else None,
    )
