"""`casemine variants`: the paths that cases take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casemine.cli.frame import Option
from casemine.cli.options import (
    OUTPUT,
    LogRequest,
    casemine_command,
    log_options,
    result_options,
)

if TYPE_CHECKING:
    from casemine.cli.output import Result

TOP = 10


@casemine_command(
    """Show the paths that the cases of LOG take, most common first.

    A variant is the sequence of activities of a case; cases with the same one are counted
    together. Tables show the first ten, JSON and CSV all.
    """,
    examples=(
        "casemine variants sample_logs/incidents.csv",
        "casemine variants sample_logs/incidents.csv --top 3 -f md",
    ),
)
@log_options()
@click.option(
    "--top",
    cls=Option,
    section=OUTPUT,
    type=click.IntRange(min=1),
    metavar="N",
    help="How many; tables show 10 where not given, other formats all.",
)
@result_options()
def command(request: LogRequest, top: int | None, result: Result) -> None:
    """Read, count, show."""
    from casemine.cli.output import print_result
    from casemine.cli.reading import open_log, summary_of
    from casemine.report import paths

    opened = open_log(request)
    variants = summary_of(opened.log).variants
    print_result(
        result,
        kind="variants",
        document=lambda: paths.document(variants, top=top or TOP),
        data=lambda: paths.data(variants, top=top),
        records=lambda: paths.data(variants, top=top),
        source=opened.source,
        filters=opened.filters,
    )
