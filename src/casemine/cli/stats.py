"""`casemine stats`: throughput, activities, waits, groups of cases."""

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


@casemine_command(
    """Show figures of LOG: how long cases take, how often and how long each activity is, where
    time passes between activities, and with --by how groups of cases differ.
    """,
    examples=(
        "casemine stats sample_logs/incidents.csv",
        "casemine stats sample_logs/incidents.csv --by priority",
    ),
)
@log_options()
@click.option(
    "--by",
    cls=Option,
    section=OUTPUT,
    metavar="ATTRIBUTE",
    help="Compare cases by an attribute (its last value in the case).",
)
@result_options()
def command(request: LogRequest, by: str | None, result: Result) -> None:
    """Read, count, show."""
    from casemine.cli.output import print_result
    from casemine.cli.reading import open_log, parts_of, summary_of
    from casemine.log.throughput import throughput_of
    from casemine.report import statistics

    columns = [by] if by else []
    opened = open_log(request, columns=columns)
    summary = summary_of(opened.log)
    throughput = throughput_of(parts_of(opened.log, columns), summary.variants, by=by)
    print_result(
        result,
        kind="stats",
        document=lambda: statistics.document(summary, throughput, source=opened.name),
        data=lambda: statistics.data(summary, throughput),
        records=lambda: statistics.records(summary, throughput),
        source=opened.source,
        filters=opened.filters,
    )
