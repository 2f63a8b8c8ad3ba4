"""`casemine flow`: a designed flow on its own, whether it is sound, and what it looks like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from casemine.cli.designed import in_project, ships
from casemine.cli.frame import Choice, Group, Option
from casemine.cli.options import casemine_command, output_option, result_options
from casemine.cli.overlay import layout_option
from casemine.errors import AmbiguousError, ExitCode, InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.cli.output import Result
    from casemine.model.flow import DesignedFlow
    from casemine.report.flow import FlowView

FLOW = "Flow"
ENDINGS = (".svg", ".png", ".pnml", ".bpmn")
EXAMPLES = (
    "casemine flow check models/incident.bpmn",
    "casemine flow show yasm -o flow.svg",
    "casemine flow show yasm -o my-flow.bpmn",
)


@click.group(
    cls=Group,
    examples=EXAMPLES,
    help="Look at a designed flow on its own: is it sound, and what does it say?",
)
def command() -> None:
    """Hold the commands."""


def _flow_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flow and how to read it."""
    for decorate in (
        click.option(
            "--budget",
            cls=Option,
            section=FLOW,
            type=click.IntRange(min=1),
            default=200_000,
            show_default=True,
            metavar="N",
            help="Situations to look at before the question of soundness is left open.",
        ),
        click.option(
            "--events",
            cls=Option,
            section=FLOW,
            type=Choice(["silent", "steps"]),
            default="silent",
            show_default=True,
            help="Whether named intermediate events of a BPMN file are steps, which leave events.",
        ),
        click.option(
            "--process",
            cls=Option,
            section=FLOW,
            metavar="ID",
            help="Which process, where the file holds several.",
        ),
        click.argument("file", metavar="yasm|FILE"),
    ):
        function = decorate(function)
    return function


@casemine_command(
    """Decide whether a flow is sound, with a run for each fault.

    Sound: the end can always be reached, nothing is left over when it is, and every part can
    happen. The run shown is as short as can be. Of several processes in the file, each is judged
    unless --process names one. Ends with 3 if a flow is not sound or the question could not be
    decided.
    """,
    name="check",
    examples=EXAMPLES[:1],
)
@_flow_options
@result_options()
def check(file: str, process: str | None, events: str, budget: int, result: Result) -> None:
    """Read, decide, show; end with 3 unless it is sound."""
    from casemine.cli.output import print_result
    from casemine.report import flow as words

    try:
        view = _view(file, process, events, budget)
    except AmbiguousError as error:
        if error.code != "flow-process" or process is not None:
            raise
        _check_each(file, events, budget, result)
        return
    print_result(
        result,
        kind="flow",
        document=lambda: words.check_document(view),
        data=lambda: words.data(view),
        records=lambda: words.fault_records(view),
        source={"file": view.flow.source},
    )
    if not view.soundness.sound:
        raise click.exceptions.Exit(ExitCode.INPUT)


def _check_each(file: str, events: str, budget: int, result: Result) -> None:
    """Judge every process of a file; end with 3 unless all are sound."""
    from casemine.cli.output import print_result
    from casemine.read.flows import processes_in
    from casemine.report import flows as words

    found: dict[str, FlowView | InputError] = {}
    for name in processes_in(file):
        try:
            found[name] = _view(file, name, events, budget)
        except InputError as error:
            found[name] = error
    judged = words.Judged(in_project(file), found)
    print_result(
        result,
        kind="flows",
        document=lambda: words.document(judged),
        data=lambda: words.data(judged),
        records=lambda: words.records(judged),
        source={"file": judged.source},
    )
    if not judged.sound:
        raise click.exceptions.Exit(ExitCode.INPUT)


@casemine_command(
    """Show the steps of a flow, and draw or convert it.

    -o .svg and .png draw it, .pnml writes the net that logs are aligned with, and .bpmn writes a
    flow that ships, to be edited.
    """,
    name="show",
    examples=EXAMPLES[1:],
)
@_flow_options
@click.option(
    "--theme",
    cls=Option,
    section="Picture",
    type=Choice(["auto", "light", "dark", "print"]),
    default="auto",
    show_default=True,
    help="Colours; auto follows the reader's screen.",
)
@layout_option("Picture")
@click.option(
    "--direction",
    cls=Option,
    section="Picture",
    type=Choice(["tb", "lr"]),
    help="Top to bottom, or left to right.",
)
@output_option(multiple=True, suffixes=" ".join(ENDINGS))
@result_options(output=False)
def show(
    *,
    file: str,
    process: str | None,
    events: str,
    budget: int,
    theme: str,
    layout: str | None,
    direction: str | None,
    outputs: tuple[str, ...],
    force: bool,
    result: Result,
) -> None:
    """Read, show, write what was asked for."""
    from casemine.cli.output import (
        STDOUT,
        check_folder,
        print_result,
        refuse_input,
        suffix_of,
        write_file,
    )

    inputs = () if ships(file) else (file,)
    endings = [suffix_of(output, ENDINGS, default=".svg") for output in outputs]
    for output in outputs:
        if output != STDOUT:
            check_folder(output)
            refuse_input(output, inputs, force=force)
    view = _view(file, process, events, budget)
    for output, ending in zip(outputs, endings, strict=True):
        look = {"theme": theme, "layout": layout, "direction": direction}
        content = _content(view.flow, file, ending, look)
        write_file(output, content, inputs=inputs, force=force)
    if STDOUT in outputs:
        return
    from casemine.report import flow as words

    print_result(
        result,
        kind="flow",
        document=lambda: words.show_document(view),
        data=lambda: words.data(view),
        records=lambda: words.records(view),
        source={"file": view.flow.source},
    )


for _one in (check, show):
    command.add_command(_one)


def _view(file: str, process: str | None, events: str, budget: int) -> FlowView:
    """Read a flow, and find out what is asked of it."""
    from casemine.cli.progress import working
    from casemine.conform.footprint import footprint
    from casemine.conform.soundness import check_soundness
    from casemine.read.flows import read_flow, shipped_flow
    from casemine.report.flow import FlowView

    if ships(file):
        flow = shipped_flow(file)
    else:
        chosen = cast("Literal['silent', 'steps']", events)
        flow = replace(read_flow(file, process=process, events=chosen), source=in_project(file))
    with working("looking at every situation"):
        found = check_soundness(flow, budget=budget)
    return FlowView(flow, found, lambda: footprint(flow.net))  # costly, and seldom shown


def _content(
    flow: DesignedFlow, file: str, ending: str, look: dict[str, str | None]
) -> str | bytes:
    """Draw or convert a flow."""
    if ending == ".pnml":
        from casemine.write.models import to_pnml

        return to_pnml(flow.net)
    if ending == ".bpmn":
        if not ships(file):
            raise UsageError(
                "only a flow that comes with casemine is written as .bpmn",
                mend="a file of your own can be edited as it is; .pnml writes its net",
                code="unknown-suffix",
            )
        from importlib import resources

        from casemine.read.flows import SHIPPED

        return resources.files("casemine.flows").joinpath(SHIPPED[file]).read_bytes()
    from casemine.cli.screen import note
    from casemine.draw.designed import draw_designed_flow

    picture = draw_designed_flow(flow, **cast("Any", look))
    for remark in picture.notes:
        note(remark)
    if ending == ".png":
        from casemine.draw import to_png

        return to_png(picture.svg)
    return picture.svg
