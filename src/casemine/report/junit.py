"""A check as JUnit XML: one test per measure, step, finding and rule.

The strict form of Ant and Jenkins, which the readers of GitLab, Azure DevOps and others take too:
https://github.com/windyroad/JUnit-Schema. Findings that a baseline accepts are tests that pass,
with a line in the output of the suite. Rules that could not be judged are skipped tests.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from casemine.report.checked import examples_of, one_line, sentence_of, wanted
from casemine.report.figures import count, share

if TYPE_CHECKING:
    from casemine.model.verdict import Judged, Measured
    from casemine.report.checked import Checked

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the form wants a time; a log without times has none
SHOWN_CASES = 10


def render(checked: Checked) -> str:
    """Write the whole file."""
    verdict, conformance = checked.verdict, checked.conformance
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite")
    _properties(suite, checked)
    tests = _Tests(suite, re.sub(r"\W+", "_", one_line(conformance.flow)).strip("_") or "flow")
    for measure in verdict.measures:
        tests.add("measures", measure.name, failure=_measure(measure) if measure.fails else None)
    for judged in verdict.findings:
        group = "rules" if judged.finding.kind == "rule" else judged.finding.kind
        failure = _failure(judged, checked) if judged.fails else None
        tests.add(group, _name(judged, checked), failure=failure)
    skipped = {one.finding.element for one in verdict.findings if one.finding.kind == "skipped"}
    for step in conformance.observability:
        if not step.observable:
            tests.add("skipped", f"{step.activity} is not skipped", skipped=step.why)
        elif step.activity not in skipped:
            tests.add("skipped", f"{step.activity} is not skipped")
    violated = {one.finding.rule for one in verdict.findings}
    for rule in conformance.rules:
        if rule.rule not in violated:
            unknown = rule.outcome == "not evaluable"
            reason = rule.why_not or "the data do not decide it"
            name = f"{rule.rule} {rule.title}"
            tests.add("rules", name, skipped=reason if unknown else None)
    ET.SubElement(suite, "system-out").text = "\n".join(_accepted(checked))
    ET.SubElement(suite, "system-err")
    when = (checked.when or EPOCH).astimezone(UTC)
    suite.attrib.update(
        {
            "id": "0",
            "package": "casemine",
            "name": f"{one_line(conformance.flow)} conformance",
            "tests": str(tests.total),
            "failures": str(tests.failures),
            "errors": "0",
            "skipped": str(tests.skipped),
            "timestamp": when.strftime("%Y-%m-%dT%H:%M:%S"),
            "hostname": "localhost",
            "time": "0.000",
        }
    )
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


class _Tests:
    """The tests of a suite; no two of one class bear one name, as readers drop the second."""

    def __init__(self, suite: ET.Element, process: str) -> None:
        self.suite, self.process = suite, process
        self.total = self.failures = self.skipped = 0
        self.names: dict[tuple[str, str], int] = {}

    def add(
        self,
        group: str,
        name: str,
        *,
        failure: tuple[str, str, str] | None = None,
        skipped: str | None = None,
    ) -> None:
        name = one_line(name)
        again = self.names[group, name] = self.names.get((group, name), 0) + 1
        test = ET.SubElement(self.suite, "testcase")
        test.set("classname", f"casemine.{self.process}.{group}")
        test.set("name", name if again == 1 else f"{name} ({again})")
        test.set("time", "0.000")
        self.total += 1
        if failure is not None:
            kind, message, text = failure
            element = ET.SubElement(test, "failure", {"message": message, "type": kind})
            element.text = text
            self.failures += 1
        elif skipped is not None:
            ET.SubElement(test, "skipped", {"message": one_line(skipped)})
            self.skipped += 1


def _properties(suite: ET.Element, checked: Checked) -> None:
    conformance = checked.conformance
    facts = {
        "tool": checked.tool,
        "log": checked.log,
        "flow": conformance.source,
        "cases": str(conformance.cases),
        "fitting_cases": str(conformance.fitting_cases),
        "fitness": "" if conformance.fitness is None else f"{conformance.fitness:.4f}",
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in facts.items():
        ET.SubElement(properties, "property", {"name": name, "value": one_line(value)})


def _name(judged: Judged, checked: Checked) -> str:
    name = wanted(judged, checked.conformance.rules)
    return f"{judged.finding.rule} {name}" if judged.finding.kind == "rule" else name


def _failure(judged: Judged, checked: Checked) -> tuple[str, str, str]:
    finding = judged.finding
    message = one_line(f"{finding.message}; {judged.why}")
    cases = [one.case for one in examples_of(finding)][:SHOWN_CASES]
    place = f"{checked.anchor.path}:{checked.anchor.line_of(finding)}"
    lines = [
        ("finding", finding.message),
        ("detail", finding.detail),
        ("fails as", judged.why),
        ("cases", f"{' '.join(cases)} ({count(finding.cases.cases)})" if cases else ""),
        *(("rows", f"{e.case}: {', '.join(map(str, e.rows))}") for e in examples_of(finding)[:3]),
        ("at", place),
        ("remedy", finding.remedy),
    ]
    text = "\n".join(f"{name:<9} {one_line(value)}" for name, value in lines if value)
    return finding.rule, message, text


def _measure(measure: Measured) -> tuple[str, str, str]:
    return measure.rule, sentence_of(measure), sentence_of(measure)


def _accepted(checked: Checked) -> list[str]:
    """Say which findings pass, and why: known, within limits, or within chance."""
    lines = []
    for judged in checked.verdict.findings:
        if not judged.fails:
            finding = judged.finding
            known = judged.known
            reason = f" ({known.reason})" if known is not None and known.reason else ""
            part = share(finding.cases.share)
            lines.append(
                one_line(f"passes: {finding.rule} {finding.element}: {part}: {judged.why}{reason}")
            )
    return lines
