"""`casemine import`: any readable file to one of the forms of an event log, with its account."""

from __future__ import annotations

from casemine.cli.options import LogRequest, casemine_command, log_options, output_option
from casemine.cli.output import LOG_ENDINGS


@casemine_command(
    """Write LOG as Parquet, XES, CSV or OCEL.

    LOG is an event log, or what a CRM system or service desk has exported: a file, a folder or an
    archive. Columns get the names of an event log: case, activity, time, start, resource, group;
    others keep theirs. Times become UTC. What could not be used is counted, and listed with
    --quarantine.

    --from list shows the systems whose exports are known, and what each kind of file needs.
    """,
    examples=(
        "casemine import export.xlsx --sheet Tickets -o log.parquet",
        "casemine import export.zip --from servicenow -o log.parquet",
        "casemine import --from list",
    ),
)
@log_options(filters=False)
@output_option(required=True, suffixes=" ".join(LOG_ENDINGS))
def command(request: LogRequest, output: str, force: bool) -> None:
    """Read, write, give account."""
    from casemine.cli.logfile import write_requested

    write_requested(request.deriving(), output, force=force)
