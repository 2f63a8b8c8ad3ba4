"""`casemine columns`: which columns hold case, activity and time, as TOML to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casemine.cli.frame import Option
from casemine.cli.options import OUTPUT, LogRequest, casemine_command, log_options, result_options

if TYPE_CHECKING:
    import pyarrow as pa

    from casemine.cli.output import Result


@casemine_command(
    """Show which columns of an export would be taken for case, activity, time and so on, what
    speaks for each, and the same as TOML for casemine.toml.

    * marks a column that is taken, ? one of several between which you have to choose.
    """,
    examples=(
        "casemine columns sample_logs/incidents.csv",
        "casemine columns export.csv --toml > casemine.toml",
    ),
)
@log_options(filters=False)
@click.option("--toml", is_flag=True, cls=Option, section=OUTPUT, help="The TOML alone.")
@result_options()
def command(request: LogRequest, *, toml: bool, result: Result) -> None:
    """Look at the first rows and show."""
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
