"""`casemine check`: the designed flow against the real one, with a verdict for CI."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casemine.cli.allowed import Allowed, verdict_options
from casemine.cli.design import Design, design_options
from casemine.cli.frame import Option
from casemine.cli.options import (
    OUTPUT,
    LogRequest,
    casemine_command,
    log_options,
    output_option,
    result_options,
)
from casemine.cli.output import REPORTS, STDOUT, check_folder, refuse_input, suffix_of, write_file
from casemine.cli.overlay import Overlay, overlay_options
from casemine.cli.screen import note, say
from casemine.errors import ExitCode, OutputError, UsageError, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.cli.checking import Work
    from casemine.cli.output import Result
    from casemine.conform.verdict.judge import Thresholds
    from casemine.model.headline import Headlines
    from casemine.report.checked import Checked

SARIF, JUNIT = ".sarif", ".xml"
ENDINGS = (*REPORTS, SARIF, JUNIT)
CASES = (".csv", ".tsv", ".ndjson")
CASE_COLUMNS = ("case", "rule", "element", "kind", "times", "cost")


@casemine_command(
    """Hold LOG against its designed flow: what is skipped, added, repeated, out of order.

    Ends with 1 if a finding fails: it is above its limit, or new or worse than the baseline says,
    beyond tolerance and beyond chance; without a baseline, if no limit allows it.
    """,
    examples=(
        "casemine check sample_logs/incidents.csv --flow yasm",
        "casemine check export.csv --flow models/incident.bpmn --limit CM001=5% --junit junit.xml",
        "casemine check export.csv --flow yasm --baseline .casemine-baseline.json --sarif c.sarif",
    ),
)
@log_options()
@design_options
@verdict_options
@click.option("--junit", cls=Option, section=OUTPUT, metavar="FILE", help="Write JUnit XML.")
@click.option("--sarif", cls=Option, section=OUTPUT, metavar="FILE", help="Write SARIF 2.1.0.")
@click.option(
    "--gitlab",
    cls=Option,
    section=OUTPUT,
    metavar="FILE",
    help="Write a GitLab code-quality report.",
)
@click.option(
    "--cases",
    "case_list",
    cls=Option,
    section=OUTPUT,
    metavar="FILE",
    help="List every case with each deviation that it shows (.csv, .tsv or .ndjson).",
)
@click.option(
    "--annotations",
    is_flag=True,
    cls=Option,
    section=OUTPUT,
    help="Annotate the job of GitHub Actions, through standard error.",
)
@click.option(
    "--github-summary",
    is_flag=True,
    cls=Option,
    section=OUTPUT,
    help="Add the summary to the job of GitHub Actions ($GITHUB_STEP_SUMMARY).",
)
@overlay_options
@output_option(multiple=True, suffixes=" ".join(ENDINGS))
@result_options(output=False)
def command(
    *,
    request: LogRequest,
    design: Design,
    allowed: Allowed,
    junit: str | None,
    sarif: str | None,
    gitlab: str | None,
    case_list: str | None,
    annotations: bool,
    github_summary: bool,
    overlay: Overlay,
    outputs: tuple[str, ...],
    force: bool,
    result: Result,
) -> None:
    """Read, check, judge, write, show; end with 1 if anything fails."""
    from casemine.cli.checking import check, parse_baseline

    thresholds = allowed.thresholds()
    files = _files(outputs, junit=junit, sarif=sarif, gitlab=gitlab)
    if case_list:
        ending = suffix_of(case_list, CASES, default=CASES[0])
        files.append((case_list, f"cases {REPORTS[ending]}"))
    known = allowed.known()
    inputs = (*request.inputs, *design.inputs, *([known] if known else []))
    _refuse_targets([target for target, _ in files] + list(overlay.files), inputs, force=force)
    if github_summary:
        _refuse_summary()
    if known:
        parse_baseline(known)  # what is wrong with it shows before the log is read
    work = check(request, design)
    checked = _judged(work, design, thresholds, known)
    for target, form in files:
        write_file(target, _content(form, checked, work), inputs=inputs, force=force)
    if overlay.files:
        from casemine.cli.overlay import draw

        draw(work, overlay, inputs=inputs, force=force)
    if STDOUT not in dict(files):
        from casemine.cli.output import print_data, print_document

        if result.form == "table":
            from casemine.report import check as words

            print_document(words.document(checked))
        else:
            print_data(_content(result.form, checked, work))
    if annotations:
        from casemine.report import github

        click.echo(github.commands(checked), err=True, nl=False)
    if github_summary:
        _add_summary(checked)
    if checked.verdict.failed:
        raise click.exceptions.Exit(ExitCode.DEVIATIONS)


def _refuse_targets(targets: list[str], inputs: tuple[str, ...], *, force: bool) -> None:
    """Stop before the work where a result could not be written, or would replace another."""
    seen = set()
    for target in targets:
        if target != STDOUT:
            check_folder(target)
            refuse_input(target, inputs, force=force)
        name = target if target == STDOUT else os.path.realpath(target)
        if name in seen:
            raise UsageError(
                f"{show(target)} is named twice", mend="name two files", code="one-file-twice"
            )
        seen.add(name)


def _refuse_summary() -> None:
    """Stop before the work where the file that GitHub names cannot be added to."""
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    check_folder(target)
    if Path(target).exists() and not os.access(target, os.W_OK):
        raise OutputError(
            f"cannot write {show(target)}, which GITHUB_STEP_SUMMARY names", code="cannot-write"
        )


def _judged(work: Work, design: Design, thresholds: Thresholds, known: str | None) -> Checked:
    from casemine import __version__
    from casemine.cli.checking import anchor_for, moment_of, read_baseline, verdict_of
    from casemine.report.checked import Checked

    before = read_baseline(known, work.conformance) if known else None
    return Checked(
        conformance=work.conformance,
        verdict=verdict_of(work.conformance, thresholds, before),
        anchor=anchor_for(design, work.flow, known),
        tool=f"casemine {__version__}",
        log=work.speaking.opened.name,
        when=moment_of(work.speaking),
        mapping=work.speaking.words,
        headlines=_headlines(work, design),
    )


def _headlines(work: Work, design: Design) -> Headlines:
    """Measure what a support manager asks first; moves between groups show in the raw log."""
    from casemine.analyse.headlines import headlines

    speaking = work.speaking
    raw = None if speaking.opened.left_out else speaking.raw
    names = speaking.log.codes().activities
    closing = [name for name in design.open_unless if name in names]
    return headlines(speaking.log, raw=raw, open_unless=closing)


def _files(
    outputs: tuple[str, ...], *, junit: str | None, sarif: str | None, gitlab: str | None
) -> list[tuple[str, str]]:
    """Pair every file with its form."""
    named = {"junit": junit, "sarif": sarif, "gitlab": gitlab}
    forms = {**REPORTS, SARIF: "sarif", JUNIT: "junit"}
    found = [(target, form) for form, target in named.items() if target]
    return found + [
        (output, forms[suffix_of(output, ENDINGS, default=".txt")]) for output in outputs
    ]


def _content(form: str, checked: Checked, work: Work) -> str:
    """Write the check in one of its forms."""
    from casemine.report import (
        check,
        checkdata,
        csvout,
        github,
        gitlab,
        jsonout,
        junit,
        markdown,
        plain,
        sarif,
    )

    opened = work.speaking.opened
    forms: dict[str, Callable[[], str]] = {
        "table": lambda: plain.render(check.document(checked)),
        "md": lambda: markdown.render(check.document(checked)),
        "json": lambda: jsonout.dumps(
            jsonout.envelope(
                "check",
                checkdata.data(checked),
                tool=checked.tool,
                source=opened.source,
                filters=opened.filters,
            )
        ),
        "ndjson": lambda: jsonout.lines(checkdata.records(checked)),
        "csv": lambda: csvout.render(checkdata.records(checked)),
        "tsv": lambda: csvout.render(checkdata.records(checked), delimiter="\t"),
        "cases csv": lambda: _case_table(work, ","),
        "cases tsv": lambda: _case_table(work, "\t"),
        "cases ndjson": lambda: jsonout.lines(work.by_case()),
        "junit": lambda: junit.render(checked),
        "sarif": lambda: sarif.render(checked),
        "gitlab": lambda: gitlab.render(checked),
        "github": lambda: github.commands(checked),
    }
    return forms[form]()


def _case_table(work: Work, delimiter: str) -> str:
    """Write the list of cases; its titles stand there without a case, too."""
    from casemine.model.csvline import csv_line
    from casemine.report import csvout

    records = work.by_case()
    if records:
        return csvout.render(records, delimiter=delimiter)
    return csv_line(CASE_COLUMNS, delimiter)


def _add_summary(checked: Checked) -> None:
    """Add to the file that GitHub names, after what other commands of the step wrote there."""
    from casemine.report import github

    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if not target:
        note("GITHUB_STEP_SUMMARY is not set, so there is no summary to add to")
        return
    with Path(target).open("a", encoding="utf-8") as file:
        file.write(github.summary(checked))
    say("added to the summary of the job")
