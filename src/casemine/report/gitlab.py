"""A check as a GitLab code-quality report, which merge requests show at the line of the flow.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. GitLab compares
the reports of two branches by fingerprints itself, so all findings are in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.report import jsonout
from casemine.report.checked import one_line, sentence_of

if TYPE_CHECKING:
    from casemine.report.checked import Checked

SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def render(checked: Checked) -> str:
    """Write the whole file."""
    anchor = checked.anchor
    found: list[dict[str, Any]] = [
        {
            "description": sentence_of(one),
            "check_name": f"casemine/{one.rule}",
            "fingerprint": one.fingerprint,
            "severity": SEVERITY["error"],
            "location": {"path": anchor.path, "lines": {"begin": anchor.line}},
        }
        for one in checked.verdict.failing_measures
    ]
    found += [
        {
            "description": one_line(f"{one.finding.message} ({one.why})"),
            "check_name": f"casemine/{one.finding.rule}",
            "fingerprint": one.fingerprint,
            "severity": SEVERITY[one.finding.level],
            "location": {
                "path": anchor.path,
                "lines": {"begin": anchor.line_of(one.finding)},
            },
        }
        for one in checked.verdict.findings
    ]
    return jsonout.dumps(found)
