"""`casemine filter`: a smaller log, and what was left out."""

from __future__ import annotations

from casemine.cli.options import LogRequest, casemine_command, log_options, output_option
from casemine.cli.output import STDOUT, check_folder, refuse_input, suffix_of

SUFFIXES = (".parquet", ".xes", ".xes.gz", ".csv", ".csv.gz")


@casemine_command(
    """Write the part of LOG that the filters keep, and say what each of them left out.

    Filters are applied in a fixed order: cases by id, time window, --where, activities, first and
    last activity, followers, number of events, duration, variants.
    """,
    examples=(
        "casemine filter log.csv --where 'priority == \"1 - Critical\"' -o critical.csv",
        "casemine filter log.csv --since 2025-10-01 --top-variants 10 -o - | casemine variants -",
    ),
)
@log_options()
@output_option(required=True, suffixes=" ".join(SUFFIXES))
def command(request: LogRequest, output: str, force: bool) -> None:
    """Read, filter, write."""
    from casemine.cli.loading import whole
    from casemine.cli.logfile import write_log_file
    from casemine.cli.reading import open_log

    suffix = suffix_of(output, SUFFIXES, default=".csv")
    if output != STDOUT:
        check_folder(output)
        refuse_input(output, request.sources, force=force)
    opened = open_log(request, columns=None)
    write_log_file(whole(opened.log), output, suffix)
