"""`casemine baseline`: the findings that are known and accepted."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casemine.cli.checking import BASELINE
from casemine.cli.design import Design, design_options
from casemine.cli.frame import Command, Group, Option
from casemine.cli.options import LogRequest, casemine_command, log_options, result_options
from casemine.cli.screen import say
from casemine.cli.values import Moment, Share
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from casemine.cli.output import Result
    from casemine.model.conformance import Conformance
    from casemine.model.verdict import Baseline

SECTION = "Baseline"
EXAMPLES = (
    "casemine baseline create sample_logs/incidents.csv --flow yasm",
    'casemine baseline update export.csv --flow yasm --accept "CM001:Inform users" --reason "..."',
    "casemine baseline show",
)


@click.group(
    cls=Group,
    examples=EXAMPLES,
    help="Keep what a check finds and the project accepts, so that only new and worse fails.",
)
def command() -> None:
    """Hold the commands."""


_file = click.option(
    "--baseline",
    "file",
    cls=Option,
    section=SECTION,
    default=BASELINE,
    show_default=True,
    metavar="FILE",
    help="The file, to be committed with the project.",
)


@casemine_command(
    """Write what a check of LOG finds now as the baseline.""",
    name="create",
    examples=EXAMPLES[:1],
)
@log_options()
@design_options
@_file
@click.option(
    "--force",
    is_flag=True,
    cls=Option,
    section=SECTION,
    help="Let it take the place of the one that is there, with its reasons.",
)
def create(request: LogRequest, design: Design, file: str, *, force: bool) -> None:
    """Check and write."""
    from casemine.cli.checking import check
    from casemine.conform.verdict.baseline import baseline_of
    from casemine.model.words import counted

    if Path(file).exists() and not force:
        raise UsageError(
            f"{show(file)} is there already",
            mend="casemine baseline update keeps its reasons; --force writes it anew",
            code="would-replace-baseline",
        )
    _refuse_inputs(file, request, design)
    baseline = baseline_of(check(request, design).conformance)
    _write(baseline, file)
    say(f"{counted(len(baseline.known), 'finding')} known from now on")


@casemine_command(
    """Shrink the baseline to what a check of LOG still finds, and accept single findings.

    Nothing grows by itself: entries that no case shows any more go, those that have become less
    beyond chance are lowered, and what is new stays out unless --accept names it.
    """,
    name="update",
    examples=EXAMPLES[1:2],
)
@log_options()
@design_options
@_file
@click.option(
    "--accept",
    cls=Option,
    section=SECTION,
    multiple=True,
    metavar="RULE:STEP",
    help="Take this finding in as it stands now; may be repeated.",
)
@click.option("--reason", cls=Option, section=SECTION, metavar="TEXT", help="Why it is accepted.")
@click.option(
    "--expires",
    "last",
    cls=Option,
    section=SECTION,
    type=Moment(),
    metavar="DAY",
    help="Last day on which it is accepted; after it the finding counts as new.",
)
@click.option(
    "--worse-by",
    cls=Option,
    section=SECTION,
    type=Share(),
    default="0.5%",
    show_default=True,
    metavar="SHARE",
    help="How much smaller a share must be to be lowered.",
)
def update(
    request: LogRequest,
    design: Design,
    file: str,
    *,
    accept: tuple[str, ...],
    reason: str | None,
    last: date | None,
    worse_by: float,
) -> None:
    """Check, shrink, accept, write, and say what changed."""
    from casemine.cli.checking import check, read_baseline, verdict_of
    from casemine.conform.verdict.baseline import accepting, shrunk
    from casemine.conform.verdict.judge import Thresholds

    if (reason or last) and not accept:
        raise UsageError("--reason and --expires go with --accept", code="nothing-accepted")
    if accept and not (reason or "").strip():
        raise UsageError(
            "what is accepted needs a reason", mend='say why with --reason "..."', code="no-reason"
        )
    _refuse_inputs(file, request, design)
    conformance = check(request, design).conformance
    before = read_baseline(file, conformance)
    after = shrunk(
        before, conformance, verdict_of(conformance, Thresholds(worse_by=worse_by), before)
    )
    until = last.date() if isinstance(last, datetime) else last
    for text in accept:
        rule, sign, element = text.partition(":")
        if not sign:
            raise UsageError(
                f"--accept: {show(text)} is no finding",
                mend="expected one such as 'CM001:Notify user'",
                code="bad-accept",
            )
        after = accepting(
            after,
            conformance,
            rule.strip(),
            _element(element, conformance),
            reason=reason or "",
            until=until,
        )
    _write(after, file)
    _tell(before, after)


@click.command(
    "show",
    cls=Command,
    help="Show what the baseline holds, why, and until when.",
    examples=EXAMPLES[2:],
)
@_file
@result_options(output=False)
def show_command(file: str, result: Result) -> None:
    """Read and show."""
    from casemine.cli.checking import parse_baseline
    from casemine.cli.output import print_result
    from casemine.report import baseline as words

    known = parse_baseline(file)
    print_result(
        result,
        kind="baseline-show",
        document=lambda: words.document(known),
        data=lambda: words.data(known),
        records=lambda: words.records(known),
        source={"source": Path(file).name},
    )


for _each in (create, update, show_command):
    command.add_command(_each)


def _element(text: str, conformance: Conformance) -> str:
    """Find the element that is meant: `A>B` is `A > B`."""
    from casemine.conform.verdict.judge import findings_of

    plain = text.replace(" ", "")
    found = [one.element for one in findings_of(conformance)]
    return next((one for one in found if one.replace(" ", "") == plain), text.strip())


def _refuse_inputs(file: str, request: LogRequest, design: Design) -> None:
    from casemine.cli.output import check_folder, refuse_input

    check_folder(file)
    refuse_input(file, (*request.inputs, *design.inputs), force=False, mend="name another file")


def _write(baseline: Baseline, file: str) -> None:
    from casemine import __version__
    from casemine.atomic import write_bytes
    from casemine.conform.verdict.baseline import to_text

    write_bytes(Path(file), to_text(baseline, tool=f"casemine {__version__}").encode())
    say(f"wrote {file}")


def _tell(before: Baseline, after: Baseline) -> None:
    """Say what came, went and was lowered."""
    old = {one.key: one for one in before.known}
    new = {one.key: one for one in after.known}
    for key in sorted(old.keys() | new.keys()):
        name = f"{key[0]} {key[1]}"
        if key not in new:
            say(f"- taken out: {name}")
        elif key not in old:
            why = new[key].reason or "it can be judged for the first time"
            say(f"- taken in: {name}: {why}")
        elif old[key] != new[key]:
            was, now = (f"{one.cases.share * 100:.1f} %" for one in (old[key], new[key]))
            say(f"- changed: {name}: {was} to {now}")
    if before == after:
        say("nothing to change")
