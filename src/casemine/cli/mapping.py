"""`casemine map`: raw events to activities of the designed flow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casemine.cli.frame import Choice, Option
from casemine.cli.options import (
    LogRequest,
    casemine_command,
    log_options,
    output_option,
    result_options,
)
from casemine.cli.output import LOG_ENDINGS, STDOUT

if TYPE_CHECKING:
    from casemine.cli.output import Result
    from casemine.mapping import FlowMapping, Mapped
    from casemine.model.intake import Intake

MAPPING = "Mapping"
TOML_ENDINGS = (".toml",)


def _list_mappings(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value:
        from casemine.mapping import shipped_mapping, shipped_names

        names = shipped_names()
        width = max(map(len, names))
        for name in names:
            click.echo(f"{name:<{width}}  {shipped_mapping(name).title}")
        ctx.exit()


@casemine_command(
    """Turn the raw events of LOG into activities of the designed flow, by rules in a TOML file.

    Without -o the account alone is shown: what is mapped, ignored and left under its raw name.
    The mapping is the one that ships for the system LOG comes from, else the generic one.
    """,
    examples=(
        "casemine map tickets.parquet",
        "casemine map tickets.parquet --suggest -o my.toml",
        "casemine map tickets.parquet --mapping my.toml -o mapped.parquet",
    ),
)
@log_options(filters=False)
@click.option(
    "--mapping",
    "mapping_file",
    cls=Option,
    section=MAPPING,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Rules of your own, in TOML.",
)
@click.option(
    "--preset",
    cls=Option,
    section=MAPPING,
    metavar="NAME",
    help="A mapping that ships, such as servicenow; --list shows all.",
)
@click.option(
    "--to",
    "flow",
    cls=Option,
    section=MAPPING,
    type=Choice(["yasm"]),
    default="yasm",
    show_default=True,
    help="The designed flow.",
)
@click.option(
    "--suggest",
    is_flag=True,
    cls=Option,
    section=MAPPING,
    help="Write a mapping for this log to edit, to -o or stdout.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_mappings,
    cls=Option,
    section=MAPPING,
    help="Show the mappings that ship, and exit.",
)
@output_option(suffixes=" ".join((*LOG_ENDINGS, *TOML_ENDINGS)))
@result_options(output=False)
def command(
    request: LogRequest,
    mapping_file: Path | None,
    preset: str | None,
    flow: str,
    *,
    suggest: bool,
    output: str | None,
    force: bool,
    result: Result,
) -> None:
    """Read, map, write, give account."""
    del flow  # there is one
    from casemine.cli.output import check_folder, refuse_input, suffix_of, write_file

    endings = TOML_ENDINGS if suggest else LOG_ENDINGS
    suffix = suffix_of(output, endings, default=endings[-1]) if output else None
    inputs = (*request.sources, *([str(mapping_file)] if mapping_file else []))
    if output and output != STDOUT:
        check_folder(output)
        refuse_input(output, inputs, force=force)
    chosen = _given(mapping_file, preset)
    from casemine.cli.loading import whole
    from casemine.cli.progress import working
    from casemine.cli.reading import open_log
    from casemine.mapping import map_log

    opened = open_log(request, columns=None)
    log = whole(opened.log)
    mapping = chosen or _chosen(log.intake)
    with working("mapping"):
        mapped = map_log(log, mapping)
    _tell(mapped, known=len(log.intake.notes))
    if suggest:
        from casemine.mapping import suggest as written

        write_file(output or STDOUT, written(mapped, mapping), inputs=inputs, force=force)
        return
    if output and suffix:
        from casemine.cli.logfile import write_log_file

        write_log_file(mapped.log, output, ".csv" if output == STDOUT else suffix)
    if output != STDOUT:
        _show(mapped, result, source=opened.source)


def _given(mapping_file: Path | None, preset: str | None) -> FlowMapping | None:
    """Read the mapping that was asked for, before the log: it fails sooner."""
    from casemine.errors import UsageError
    from casemine.mapping import read_mapping, shipped_mapping

    if mapping_file is not None and preset is not None:
        raise UsageError(
            "--mapping and --preset exclude each other",
            mend='a mapping builds on a shipped one with extends = "servicenow"',
        )
    if mapping_file is not None:
        return read_mapping(mapping_file)
    return shipped_mapping(preset) if preset is not None else None


def _chosen(intake: Intake) -> FlowMapping:
    """Choose by the system that the log comes from, and say which it is."""
    from casemine.cli.screen import note
    from casemine.mapping import choose_mapping

    mapping = choose_mapping(intake)
    why = (
        "the log does not say which system it comes from; --preset names one"
        if mapping.name == "generic"
        else "for the system that the log comes from"
    )
    note(f"mapping {mapping.name}: {why}")
    return mapping


def _tell(mapped: Mapped, *, known: int) -> None:
    """Give the account on stderr: one line, and the remarks that the mapping added."""
    from casemine.cli.screen import note, say
    from casemine.report import account, mapping

    say(f"mapped: {mapping.sentence(mapped.account)}")
    for remark in mapped.log.intake.notes[known:]:
        note(account.note_line(remark))


def _show(mapped: Mapped, result: Result, *, source: dict[str, Any]) -> None:
    from casemine.cli.output import print_result
    from casemine.report import mapping

    print_result(
        result,
        kind="map",
        document=lambda: mapping.document(mapped.account),
        data=lambda: mapping.data(mapped.account),
        records=lambda: mapping.records(mapped.account),
        source=source,
    )
