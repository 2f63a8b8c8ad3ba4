"""A check for programs: one object for JSON, flat records for CSV and NDJSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casemine.report import headlines, rulenumbers, slas

if TYPE_CHECKING:
    from casemine.model.conformance import ExampleCase, RuleResult
    from casemine.model.proportion import Proportion
    from casemine.model.verdict import Judged, Known, Measured
    from casemine.report.checked import Checked


def data(checked: Checked) -> dict[str, Any]:
    """Return the whole check for JSON."""
    found, verdict, measures = checked.conformance, checked.verdict, checked.headlines
    return {
        "flow": found.flow,
        "flow_file": found.source,
        "failed": verdict.failed,
        "fail_on": verdict.fail_on,
        "cases": found.cases,
        "open_cases": found.open_cases,
        "open_means": found.open_means,
        "fitting_cases": found.fitting_cases,
        "variants": found.variants,
        "fitting_variants": found.fitting_variants,
        "fitness": found.fitness,
        "cost_total": found.cost_total,
        "not_aligned": found.not_aligned,
        "cost_bounds": list(found.cost_bounds),
        "observability": [
            {
                "activity": step.activity,
                "observable": step.observable,
                "sources": list(step.sources),
                "events": step.events,
                "cases": step.cases,
                "why": step.why or None,
            }
            for step in found.observability
        ],
        "measures": [_measure(one) for one in verdict.measures],
        "headlines": [] if measures is None else headlines.data(measures),
        "headlines_missing": [] if measures is None else headlines.missing(measures),
        "deviations": [_deviation(one) for one in verdict.findings],
        "rules": [_rule(one) for one in found.rules],
        "sla": [slas.data(one) for one in found.sla],
        "ties": None if found.ties is None else asdict(found.ties),
        "untaken": [
            {"element": one.element, "id": one.element_id, "line": one.line}
            for one in found.untaken
        ],
        "baseline": None
        if verdict.baseline is None
        else {
            "cases": verdict.baseline.cases,
            "known": len(verdict.baseline.known),
            "fixed": [_known(one) for one in verdict.fixed],
            "not_seen": [_known(one) for one in verdict.not_seen],
        },
        "notes": [*found.notes, *verdict.notes],
    }


def records(checked: Checked) -> list[dict[str, Any]]:
    """Return one flat record per finding."""
    flat = []
    for one in checked.verdict.findings:
        found = _deviation(one)
        extra, before = found.pop("extra"), found.pop("before")
        examples = found.pop("examples")
        found["extra_s"] = extra["seconds_s"] if extra else None
        found["before_share"] = before["share"] if before else None
        found["example_cases"] = [example["case"] for example in examples]
        flat.append(found)
    return flat


def _deviation(judged: Judged) -> dict[str, Any]:
    one = judged.finding
    costly = {example.case for example in one.costliest}
    examples = [_example(example, "shortest") for example in one.shortest]
    shown = {example.case for example in one.shortest}
    for example in examples:
        if example["case"] in costly:
            example["chosen"] = "shortest and costliest"
    examples += [_example(e, "costliest") for e in one.costliest if e.case not in shown]
    return {
        "rule": one.rule,
        "element": one.element,
        "kind": one.kind,
        "level": one.level,
        "message": one.message,
        **_share(one.cases),
        "events": one.events,
        "fails": judged.fails,
        "why": judged.why,
        "limit": judged.limit,
        "state": judged.state,
        "before": None if judged.before is None else _share(judged.before),
        "chance": judged.chance,
        "accepted": judged.known.reason or None if judged.known else None,
        "fingerprint": judged.fingerprint,
        "element_id": one.element_id,
        "line": one.line,
        "detail": one.detail or None,
        "remedy": one.remedy or None,
        "extra": None
        if one.extra is None
        else {
            "seconds_s": one.extra.seconds,
            "low_s": one.extra.low_s,
            "high_s": one.extra.high_s,
            "cases": one.extra.n,
            "others": one.extra.n_others,
            "alike_in": list(one.extra.alike_in),
        },
        "examples": examples,
    }


def _example(one: ExampleCase, chosen: str) -> dict[str, Any]:
    return {
        "case": one.case,
        "rows": list(one.rows),
        "duration_s": one.duration_s,
        "what": one.what or None,
        "chosen": chosen,
    }


def _share(one: Proportion) -> dict[str, Any]:
    return {
        "cases": one.cases,
        "total": one.total,
        "share": one.share,
        "low": one.low,
        "high": one.high,
    }


def _rule(one: RuleResult) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "title": one.title,
        "level": one.level,
        "outcome": one.outcome,
        "satisfied": one.satisfied,
        "violated": one.violated,
        "not_evaluable": one.not_evaluable,
        "not_concerned": one.not_concerned,
        "unit": one.unit,
        "why_not": one.why_not or None,
        "parameters": dict(one.parameters),
        "numbers": [rulenumbers.data(number) for number in one.numbers],
    }


def _measure(one: Measured) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "name": one.name,
        "value": one.value,
        "least": one.least,
        "fails": one.fails,
        "why": one.why,
        "state": one.state,
    }


def _known(one: Known) -> dict[str, Any]:
    return {"rule": one.rule, "element": one.element, "reason": one.reason or None}
