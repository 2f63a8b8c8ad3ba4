"""`casemine filter`: a smaller log, and what was left out."""

from __future__ import annotations

from casemine.cli.options import LogRequest, casemine_command, log_options, output_option
from casemine.cli.output import LOG_ENDINGS


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
@output_option(required=True, suffixes=" ".join(LOG_ENDINGS))
def command(request: LogRequest, output: str, force: bool) -> None:
    """Read, filter, write."""
    from casemine.cli.logfile import write_requested

    write_requested(request, output, force=force)
