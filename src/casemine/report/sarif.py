"""A check as SARIF 2.1.0, for code scanning and other viewers of findings.

OASIS Standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/. One result per rule and element,
never one per case: viewers show 5,000. Each is anchored at a line of the flow file, since findings
about data have no line of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from casemine.report import jsonout
from casemine.report.checked import examples_of, one_line, sentence_of, title_of
from casemine.report.figures import count

if TYPE_CHECKING:
    from casemine.model.verdict import Judged, Measured
    from casemine.report.checked import Checked

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST = 5000  # results that viewers show; the rest is counted in a notification
STATES = {"new": "new", "unchanged": "unchanged", "worsened": "updated", "improved": "updated"}
CASES = 5  # examples in a result


def render(checked: Checked) -> str:
    """Write the whole file."""
    verdict = checked.verdict
    shown = verdict.findings[:MOST]
    ids = list(
        dict.fromkeys(
            [one.rule for one in verdict.failing_measures] + [one.finding.rule for one in shown]
        )
    )
    ids.sort()
    places = {rule: number for number, rule in enumerate(ids)}
    results = [_measure(one, places, checked) for one in verdict.failing_measures]
    results += [_result(one, places, checked) for one in shown]
    name, _, version = checked.tool.partition(" ")
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": name,
                "semanticVersion": version,
                "rules": [_rule(rule, checked) for rule in ids],
            }
        },
        "automationDetails": {"id": f"casemine/{one_line(checked.conformance.flow)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(checked, left_out=len(verdict.findings) - len(shown))],
        "results": results,
    }
    return jsonout.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: str, checked: Checked) -> dict[str, Any]:
    name, title = title_of(rule, checked.conformance.rules)
    levels = [o.finding.level for o in checked.verdict.findings if o.finding.rule == rule]
    return {
        "id": rule,
        "name": name,
        "shortDescription": {"text": one_line(title)},
        "fullDescription": {"text": f"{one_line(title)}."},
        "help": {
            "text": f"Run: casemine explain {rule}",
            "markdown": f"Run `casemine explain {rule}`",
        },
        "defaultConfiguration": {"level": levels[0] if levels else "error"},
        "properties": {"tags": ["process-conformance"]},
    }


def _result(judged: Judged, places: dict[str, int], checked: Checked) -> dict[str, Any]:
    finding = judged.finding
    parts = [finding.message, judged.why, finding.detail, finding.remedy]
    text = ". ".join(one_line(part).rstrip(".") for part in parts if part)
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": finding.level,
        "kind": "fail",
        "message": {"text": f"{text}."},
        "occurrenceCount": max(1, finding.cases.cases),
        "partialFingerprints": _fingerprints(judged.fingerprint),
        "locations": [_location(checked, checked.anchor.line_of(finding), finding.element)],
        "properties": {
            "fails": judged.fails,
            "kind": finding.kind,
            "cases": finding.cases.cases,
            "total": finding.cases.total,
            "share": round(finding.cases.share, 6),
            "caseIds": [one.case for one in examples_of(finding)][:CASES],
        },
    }
    if judged.state is not None:
        found["baselineState"] = STATES[judged.state]
    if judged.known is not None and not judged.fails and judged.known.reason:
        found["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": one_line(judged.known.reason),
            }
        ]
    return found


def _measure(measure: Measured, places: dict[str, int], checked: Checked) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": measure.rule,
        "ruleIndex": places[measure.rule],
        "level": "error",
        "kind": "fail",
        "message": {"text": f"{sentence_of(measure)}."},
        "partialFingerprints": _fingerprints(measure.fingerprint),
        "locations": [_location(checked, checked.anchor.line, "all cases")],
        "properties": {"fails": True, "value": measure.value, "least": measure.least},
    }
    if measure.state is not None:
        found["baselineState"] = STATES[measure.state]
    return found


def _fingerprints(fingerprint: str) -> dict[str, str]:
    """GitHub keys on the second name; the number after the colon counts equal ones in a file."""
    return {"casemine/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint[:16]}:1"}


def _location(checked: Checked, line: int, element: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(checked.anchor.path), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        },
        "logicalLocations": [
            {
                "fullyQualifiedName": f"{one_line(checked.conformance.flow)}/{one_line(element)}",
                "kind": "element",
            }
        ],
    }


def _invocation(checked: Checked, *, left_out: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "executionSuccessful": True,  # deviations are a result, not a failure of the tool
        "exitCode": int(checked.verdict.failed),
    }
    unseen = [step.activity for step in checked.conformance.observability if not step.observable]
    notes = []
    if unseen:
        names = ", ".join(map(one_line, unseen))
        notes.append(f"steps that this log cannot show, and that were not judged: {names}")
    notes += [
        f"rule {rule.rule} could not be judged: {one_line(rule.why_not)}"
        for rule in checked.conformance.rules
        if rule.outcome == "not evaluable"
    ]
    if left_out > 0:
        notes.append(f"{count(left_out)} more findings are left out here")
    if notes:
        found["toolExecutionNotifications"] = [
            {"level": "note", "message": {"text": note}} for note in notes
        ]
    return found
