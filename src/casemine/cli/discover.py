"""`casemine discover`: the model of a log, as a picture, a file, or data."""

from __future__ import annotations

import sys
from shlex import quote
from typing import TYPE_CHECKING, cast

import click

from casemine.cli.frame import Choice, Option
from casemine.cli.options import (
    LogRequest,
    casemine_command,
    log_options,
    output_option,
    result_options,
)
from casemine.cli.output import STDOUT, check_folder, refuse_input, suffix_of, write_file
from casemine.cli.picture import ALL_ENDINGS, OWN_ENDING, PictureOptions, picture_options
from casemine.cli.screen import gap, note, say
from casemine.cli.values import Share
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from casemine.cli.output import Result
    from casemine.cli.reading import Opened
    from casemine.discover import Miner
    from casemine.model.graph import Summary
    from casemine.model.modelquality import ModelQuality
    from casemine.report.document import Block
    from casemine.write.modeljson import Model

SECTION = "Model"
LEFT_OUT_NAMED = 8  # activities without a place in the model that are named


@casemine_command(
    """Find the model that LOG follows, show what it says, and with -o write or draw it.

    dfg is the process map: what follows what, how often, how long it takes. petri, bpmn and tree
    come from a miner and also tell choice from parallel work.
    """,
    examples=(
        "casemine discover sample_logs/incidents.csv -o map.svg",
        "casemine discover log.xes.gz --metric median --activities 80% -o slow.svg -o slow.json",
        "casemine discover log.csv --as bpmn --noise 0.2 -o model.bpmn",
        "casemine discover log.csv --as petri --noise 0.2 --quality",
    ),
)
@log_options()
@click.option(
    "--as",
    "kind",
    cls=Option,
    section=SECTION,
    type=Choice(["dfg", "petri", "bpmn", "tree"]),
    help="Kind of model; default: what the output's ending says, else dfg.",
)
@click.option(
    "--miner",
    cls=Option,
    section=SECTION,
    type=Choice(["inductive", "heuristics", "alpha", "ilp"]),
    default="inductive",
    show_default=True,
    help="For petri and bpmn; trees come from the inductive miner.",
)
@click.option(
    "--noise",
    cls=Option,
    section=SECTION,
    type=Share(),
    default="0",
    show_default=True,
    metavar="SHARE",
    help="How much rare behaviour the inductive miner leaves out.",
)
@click.option(
    "--activities",
    cls=Option,
    section=SECTION,
    type=Share(),
    metavar="SHARE",
    help="This share of the kinds of activity, those of most cases; neighbours are joined.",
)
@click.option(
    "--min-activity-cases",
    cls=Option,
    section=SECTION,
    type=click.IntRange(min=1),
    metavar="N",
    help="Activities that at least N cases have; neighbours are joined.",
)
@click.option(
    "--quality",
    "measured",
    cls=Option,
    section=SECTION,
    is_flag=True,
    help="Measure fitness, precision, generalisation and simplicity; not for dfg.",
)
@picture_options
@output_option(multiple=True, suffixes=" ".join(ALL_ENDINGS))
@result_options(output=False)
def command(
    *,
    request: LogRequest,
    kind: str | None,
    miner: Miner,
    noise: float,
    activities: float | None,
    min_activity_cases: int | None,
    measured: bool,
    picture: PictureOptions,
    outputs: tuple[str, ...],
    force: bool,
    result: Result,
) -> None:
    """Read, discover, write, show."""
    endings = [suffix_of(output, ALL_ENDINGS, default=".svg") for output in outputs]
    kind = _kind(kind, endings)
    if measured:
        _check_measurable(kind, outputs)
    for output in outputs:
        if output != STDOUT:
            check_folder(output)
            refuse_input(output, request.inputs, force=force)
    from casemine.cli.picture import about, content_for
    from casemine.cli.progress import working
    from casemine.cli.reading import open_log, summary_of

    opened = open_log(request)
    opened = _with_fewer_activities(opened, activities, min_activity_cases)
    summary = summary_of(opened.log)
    with working(f"looking for the {kind} model"):
        model = _discover(kind, summary, miner, noise)
    _tell_left_out(model, summary)
    picture = about(
        picture,
        opened.name,
        subtitle=_subtitle(opened, summary, kind),
        source=opened.source,
        filters=opened.filters,
    )
    for output, ending in zip(outputs, endings, strict=True):
        with working(f"drawing {output}"):
            content = content_for(model, ending, picture, kind=kind)
        write_file(output, content, inputs=request.inputs, force=force)
    if STDOUT not in outputs:
        _print(
            result=result,
            kind=kind,
            model=model,
            summary=summary,
            opened=opened,
            picture=picture,
            drawn=_draws(endings),
            quality=_measured(summary, miner, noise) if measured else None,
        )
    if not outputs and result.form == "table" and sys.stderr.isatty():
        words = " ".join(map(quote, request.sources))
        gap()
        say(f"next: casemine discover {words} -o map.svg draws it")


def _kind(kind: str | None, endings: list[str]) -> str:
    """Take --as, or what the endings mean."""
    meant = list(dict.fromkeys(OWN_ENDING[ending] for ending in endings if ending in OWN_ENDING))
    if kind is not None:
        return kind
    if len(meant) > 1:
        raise UsageError(
            f"the outputs are of several kinds of model: {', '.join(meant)}",
            mend="run casemine once for each kind, or choose one with --as",
        )
    return meant[0] if meant else "dfg"


def _check_measurable(kind: str, outputs: tuple[str, ...]) -> None:
    if kind == "dfg":
        raise UsageError(
            "--quality measures a model that can be replayed, and a process map can't",
            mend="add --as petri, --as bpmn or --as tree",
        )
    if STDOUT in outputs:
        raise UsageError(
            "--quality is shown with the result, which gives way to a model written to -",
            mend="write the model to a file",
        )


def _measured(summary: Summary, miner: Miner, noise: float) -> ModelQuality:
    """Measure the net behind the model: BPMN and trees of one miner have the same behaviour."""
    from casemine.cli.progress import working
    from casemine.conform.quality import quality
    from casemine.discover import discover_petri

    with working("measuring the quality of the model"):
        net = discover_petri(summary.variants, miner=miner, noise=noise)
        return quality(net, summary.variants)


def _draws(endings: list[str]) -> bool:
    return any(ending in {".svg", ".png", ".dot"} for ending in endings)


def _discover(kind: str, summary: Summary, miner: Miner, noise: float) -> Model:
    if kind == "dfg":
        return summary.graph
    from casemine import discover

    if kind == "tree":
        return discover.discover_tree(summary.variants, miner=miner, noise=noise)
    if kind == "petri":
        return discover.discover_petri(summary.variants, miner=miner, noise=noise)
    return discover.discover_bpmn(summary.variants, miner=miner, noise=noise)


def _with_fewer_activities(opened: Opened, share: float | None, at_least: int | None) -> Opened:
    """Leave rare activities out and join their neighbours, so that no way through them is lost."""
    if share is None and at_least is None:
        return opened
    from casemine.cli.reading import narrowed, summary_of
    from casemine.discover import activities_for_share, activities_with_cases
    from casemine.log.select import Selection

    graph = summary_of(opened.log).graph
    kept = {activity.name for activity in graph.activities}
    if share is not None:
        kept &= set(activities_for_share(graph, share))
    if at_least is not None:
        kept &= set(activities_with_cases(graph, at_least))
    gone = tuple(a.name for a in graph.activities if a.name not in kept)
    if not kept:
        raise UsageError(
            f"no activity has at least {at_least} cases",
            mend=f"the most common one has {max(a.cases for a in graph.activities):,}"
            if graph.activities
            else None,
        )
    return narrowed(opened, Selection(drop_activities=gone))


def _tell_left_out(model: Model, summary: Summary) -> None:
    """Name the activities that a miner has dropped; a picture without them would hide it."""
    from casemine.model.graph import DirectlyFollowsGraph

    if isinstance(model, DirectlyFollowsGraph):
        return
    from casemine.discover import unmodelled
    from casemine.model.words import counted

    missing = set(unmodelled(model, summary.variants))
    if not missing:
        return
    found = [
        f"{show(one.name)} ({counted(one.events, 'event')} in {counted(one.cases, 'case')})"
        for one in summary.graph.activities
        if one.name in missing
    ]
    more = f" and {len(found) - LEFT_OUT_NAMED:,} more" if len(found) > LEFT_OUT_NAMED else ""
    activities = counted(len(found), "activity", "activities")
    note(f"the model leaves out {activities}: {', '.join(found[:LEFT_OUT_NAMED])}{more}")


def _subtitle(opened: Opened, summary: Summary, kind: str) -> str | None:
    """Say on the picture how much it is made of; a model of the whole log has its own words."""
    if not opened.left_out and kind != "dfg":
        return None
    from casemine.model.words import counted
    from casemine.report.figures import day

    graph = summary.graph
    words = [counted(graph.cases, "case"), counted(graph.events, "event")]
    if summary.first is not None:
        words.append(f"{day(summary.first)} to {day(summary.last)}")
    if opened.left_out:
        words.append("only " + "; ".join(left.filter for left in opened.left_out))
    return " · ".join(words)


def _print(
    *,
    result: Result,
    kind: str,
    model: Model,
    summary: Summary,
    opened: Opened,
    picture: PictureOptions,
    drawn: bool,
    quality: ModelQuality | None,
) -> None:
    from casemine.cli.output import print_result
    from casemine.cli.picture import simplified
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.report import discovery
    from casemine.write.models import to_json

    coverage = None
    shown = model
    if isinstance(model, DirectlyFollowsGraph):
        shown = simplified(model, picture, for_picture=False)[0]
        if drawn:
            coverage = simplified(model, picture, for_picture=True)[1]
    data = to_json(shown)
    more = _blocks(model)
    if quality is not None:
        from casemine.report import modelquality

        data = {**data, "quality": modelquality.data(quality)}
        more = (*more, *modelquality.blocks(quality))
    print_result(
        result,
        kind=kind,
        document=lambda: discovery.document(
            summary, source=opened.name, model=more, coverage=coverage
        ),
        data=lambda: data,
        records=lambda: _records(kind, data),
        source=opened.source,
        filters=opened.filters,
    )


def _blocks(model: Model) -> tuple[Block, ...]:
    from casemine.model.bpmn import BpmnModel
    from casemine.model.graph import DirectlyFollowsGraph
    from casemine.model.petri import PetriNet
    from casemine.report import discovery

    if isinstance(model, DirectlyFollowsGraph):
        return ()
    if isinstance(model, PetriNet):
        return discovery.net(model)
    return discovery.bpmn(model) if isinstance(model, BpmnModel) else discovery.tree(model)


def _records(kind: str, data: dict[str, object]) -> list[dict[str, object]]:
    """One flat record per arrow; a tree has none and is one record."""
    arrows = {"dfg": "edges", "petri": "arcs", "bpmn": "flows"}
    if kind not in arrows:
        return [data]
    return cast("list[dict[str, object]]", data[arrows[kind]])
