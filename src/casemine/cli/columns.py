"""`casemine columns`: which columns hold case, activity and time, or which preset knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casemine.cli.frame import Option
from casemine.cli.options import OUTPUT, LogRequest, casemine_command, log_options, result_options

if TYPE_CHECKING:
    import pyarrow as pa

    from casemine.cli.output import Result
    from casemine.model.detection import Detection
    from casemine.read.choosing import Detected


@casemine_command(
    """Show which columns of an export would be taken for case, activity, time and so on, what
    speaks for each, and the same as TOML for casemine.toml.

    * marks a column that is taken, ? one of several between which you have to choose.

    Where a preset reads the export, show which one and what each file is taken for. --explain
    shows how well every preset that was tried fits each file.
    """,
    examples=(
        "casemine columns sample_logs/incidents.csv",
        "casemine columns export.csv --toml > casemine.toml",
        "casemine columns export.zip --explain",
    ),
)
@log_options(filters=False)
@click.option("--toml", is_flag=True, cls=Option, section=OUTPUT, help="The TOML alone.")
@click.option(
    "--explain", is_flag=True, cls=Option, section=OUTPUT, help="The presets that were tried."
)
@result_options()
def command(request: LogRequest, *, toml: bool, explain: bool, result: Result) -> None:
    """Look at the first rows and show."""
    from casemine.cli.screen import note
    from casemine.report.account import note_line

    found = _detected(request, all_presets=explain)
    if explain or found.preset is not None:
        _show_presets(found, request, toml=toml, explain=explain, result=result)
        return
    if found.problem is not None:
        raise found.problem
    for remark in found.notes:
        note(note_line(remark))
    _show_columns(request, toml=toml, result=result)


def _detected(request: LogRequest, *, all_presets: bool) -> Detected:
    """Look which preset reads the source, and keep what cannot be decided for the report."""
    from dataclasses import replace

    from casemine.cli.progress import working
    from casemine.read.crm.language import catalogue
    from casemine.read.detect import survey
    from casemine.read.source import contents_of

    with working(f"looking at {', '.join(request.sources)}"):
        contents = contents_of(list(request.sources))
        presets = catalogue.shipped() if all_presets else None
        found = survey(contents.members, presets, request.options)
    return replace(found, notes=(*contents.notes(), *found.notes))


def _show_presets(
    found: Detected, request: LogRequest, *, toml: bool, explain: bool, result: Result
) -> None:
    from casemine.cli.output import print_data, print_result
    from casemine.cli.reading import name_of
    from casemine.report import detection as report

    shown = _as_values(found, request)
    if toml and found.preset is not None:
        print_data(report.toml(shown))
        return
    draw = report.explained if explain else report.document
    print_result(
        result,
        kind="detection",
        document=lambda: draw(shown, source=name_of(request.sources)),
        data=lambda: report.data(shown),
        records=lambda: report.records(shown),
        source={"source": name_of(request.sources)},
    )


def _as_values(found: Detected, request: LogRequest) -> Detection:
    """Give what a report needs; nothing was tried where the user named columns or a container."""
    from dataclasses import replace

    from casemine.errors import UsageError

    if found.detection is None:
        raise UsageError(
            "no preset was tried, because the command line says how to read "
            f"{', '.join(request.sources)}",
            mend="leave out --from, and options that name columns",
            code="nothing-to-explain",
        )
    return replace(found.detection, notes=found.notes)


def _show_columns(request: LogRequest, *, toml: bool, result: Result) -> None:
    from casemine.cli.output import print_data, print_result
    from casemine.cli.progress import working
    from casemine.cli.reading import name_of
    from casemine.read.columns.detect import propose_columns
    from casemine.report import proposal

    with working(f"looking at {', '.join(request.sources)}"):
        found = propose_columns(_first_rows(request), given=request.options)
    if toml:
        print_data(found.to_toml())
        return
    print_result(
        result,
        kind="columns",
        document=lambda: proposal.document(found, source=name_of(request.sources)),
        data=lambda: proposal.data(found),
        records=lambda: proposal.records(found),
        source={"source": name_of(request.sources)},
    )


def _first_rows(request: LogRequest) -> pa.Table:
    """Return as many rows as the reader itself looks at."""
    import pyarrow as pa

    from casemine.read import raw_tables
    from casemine.read.table import SAMPLE_ROWS

    taken: list[pa.Table] = []
    held = 0
    for table in raw_tables(list(request.sources), request.options):
        for chunk in table.chunks():
            taken.append(chunk.cells.slice(0, SAMPLE_ROWS - held))
            held += taken[-1].num_rows
            if held >= SAMPLE_ROWS:
                return pa.concat_tables(taken).unify_dictionaries()
    return pa.concat_tables(taken).unify_dictionaries() if taken else pa.table({})
