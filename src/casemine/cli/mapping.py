"""`casemine map`: raw events to activities of the designed flow."""

from __future__ import annotations

from dataclasses import replace
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
    from casemine.mapping import Mapped

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
    "named",
    cls=Option,
    section=MAPPING,
    metavar="FILE|NAME",
    help="Rules of your own in TOML, or a mapping that ships, such as servicenow.",
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
    named: str | None,
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
    request, named = _shipped_by_preset(request, named)
    inputs = (*request.inputs, *([named] if named else []))
    if output and output != STDOUT:
        check_folder(output)
        refuse_input(output, inputs, force=force)
    from casemine.cli.loading import whole
    from casemine.cli.mapped import chosen_mapping, named_mapping, tell_mapped
    from casemine.cli.progress import working
    from casemine.cli.reading import open_log
    from casemine.mapping import map_log

    asked = named_mapping(named) if named else None  # before the log: it fails sooner
    opened = open_log(request.deriving(), columns=None)
    log = whole(opened.log)
    mapping = asked or chosen_mapping(log.intake)
    with working("mapping"):
        mapped = map_log(log, mapping)
    tell_mapped(mapped, known=len(log.intake.notes))
    if suggest:
        from casemine.mapping import suggest as written

        write_file(output or STDOUT, written(mapped, mapping), inputs=inputs, force=force)
        return
    if output and suffix:
        from casemine.cli.logfile import write_log_file

        write_log_file(mapped.log, output, ".csv" if output == STDOUT else suffix)
    if output != STDOUT:
        _show(mapped, result, source=opened.source)


def _shipped_by_preset(request: LogRequest, named: str | None) -> tuple[LogRequest, str | None]:
    """Take `--preset servicenow` for the mapping of that system; a file is a preset for reading."""
    from casemine.errors import UsageError
    from casemine.mapping import shipped_names

    preset = request.options.preset
    if preset is None or str(preset) not in shipped_names() or preset.exists():
        return request, named
    if named is not None:
        raise UsageError(
            "--mapping and --preset name two mappings",
            mend='a mapping builds on one that ships with extends = "servicenow"',
        )
    options = replace(request.options, preset=None)
    return replace(request, options=options), str(preset)


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
