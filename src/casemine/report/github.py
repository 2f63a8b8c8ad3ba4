"""A check for GitHub Actions: annotations in the log of a job, and its summary in Markdown.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. A step shows ten
annotations of a kind, so what fails comes first; a summary holds 1 MiB.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casemine.model.words import counted
from casemine.report.checked import headline, one_line, sentence_of, value_of, wanted
from casemine.report.figures import DASH, count, share
from casemine.report.markdown import safe

if TYPE_CHECKING:
    from casemine.model.verdict import Judged, Measured
    from casemine.report.checked import Checked

SHOWN = 20  # rows of the summary before the rest is folded away
MOST_BYTES = 900_000  # of the 1 MiB that a summary holds; other steps write into it too


def commands(checked: Checked) -> str:
    """Write one workflow command for each failing finding, and one notice that sums up."""
    verdict, anchor = checked.verdict, checked.anchor
    lines = [
        _command("error", anchor.path, anchor.line, one.rule, sentence_of(one))
        for one in verdict.failing_measures
    ]
    lines += [
        _command(
            "error" if one.finding.level == "error" else "warning",
            anchor.path,
            anchor.line_of(one.finding),
            one.finding.rule,
            f"{one.finding.message}; {one.why}",
        )
        for one in verdict.failing
    ]
    lines.append(_command("notice", anchor.path, anchor.line, "casemine", headline(checked)))
    return "".join(f"{line}\n" for line in lines)


def summary(checked: Checked, *, most_bytes: int = MOST_BYTES) -> str:
    """Write the summary of a job: what fails first, the rest folded, whole lines up to a size."""
    verdict = checked.verdict
    rows = [_measured(one) for one in verdict.measures if one.least is not None or one.fails]
    rows += [_row(one, checked) for one in verdict.findings]
    rows.sort(key=lambda row: not row.startswith("| ❌"))
    parts = [f"### casemine: {safe(headline(checked))}", "", *_table(rows[:SHOWN])]
    if len(rows) > SHOWN:
        more = counted(len(rows) - SHOWN, "more finding")
        parts += ["", "<details>", f"<summary>{more}</summary>", "", *_table(rows[SHOWN:])]
        parts += ["", "</details>"]
    unseen = [step.activity for step in checked.conformance.observability if not step.observable]
    if unseen:
        parts += ["", f"Not to be seen in this log: {', '.join(map(_cell, unseen))}."]
    return _cut([*parts, ""], most_bytes)


def _table(rows: list[str]) -> list[str]:
    if not rows:
        return ["Nothing deviates from the design."]
    return [
        "| | check | result | limit | against the baseline |",
        "| --- | --- | ---: | ---: | --- |",
        *rows,
    ]


def _row(judged: Judged, checked: Checked) -> str:
    finding = judged.finding
    mark = "❌" if judged.fails else "✅"
    result = f"{share(finding.cases.share)} ({count(finding.cases.cases)})"
    limit = DASH if judged.limit is None else share(judged.limit)
    state = judged.state or DASH
    if judged.state and judged.before is not None and judged.before.cases:
        state = f"{judged.state}, {share(judged.before.share)} before"
    name = f"{finding.rule} {wanted(judged, checked.conformance.rules)}"
    return f"| {mark} | {_cell(name)} | {result} | {limit} | {state} |"


def _measured(one: Measured) -> str:
    mark = "❌" if one.fails else "✅"
    limit = DASH if one.least is None else f"≥ {value_of(replace(one, value=one.least))}"
    figures = f"{value_of(one)} | {limit}"
    return f"| {mark} | {one.rule} {one.name} | {figures} | {_cell(one.why)} |"


def _cell(text: str) -> str:
    """Show text from outside in a table, without mark-up, mentions or links of its own."""
    return safe(one_line(text)).replace("@", "@\u200b").replace("://", ":\u200b//")


def _cut(lines: list[str], most_bytes: int) -> str:
    text = "\n".join(lines)
    if len(text.encode()) <= most_bytes:
        return text
    kept, size = [], 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > most_bytes:
            break
        kept.append(line)
    folded = kept.count("<details>") > kept.count("</details>")
    kept += ["", "</details>"] if folded else []
    return "\n".join(
        [*kept, "", "_Cut here: a summary holds no more. The report file has all._", ""]
    )


def _command(kind: str, path: str, line: int, title: str, message: str) -> str:
    r"""Write a workflow command; nothing in the data can end it or begin another.

    Examples
    --------
    >>> _command("error", "a,b:c.bpmn", 3, "CM001", "50 %\n::set-output x")
    '::error file=a%2Cb%3Ac.bpmn,line=3,title=CM001::50 %25 ::set-output x'
    """
    values = f"file={_property(path)},line={line},title={_property(title)}"
    return f"::{kind} {values}::{_data(one_line(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
