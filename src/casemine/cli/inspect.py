"""`casemine inspect`: what is in a log, and what is doubtful about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.cli.options import LogRequest, casemine_command, log_options, result_options
from casemine.cli.screen import note

if TYPE_CHECKING:
    from casemine.cli.output import Result
    from casemine.log import EventLog
    from casemine.log.buckets import BucketedLog
    from casemine.model.attribute import Attribute


@casemine_command(
    """Show what is in LOG: rows, cases, events, period, activities, attributes, and what one
    should know about the data before trusting a figure.
    """,
    examples=("casemine inspect sample_logs/incidents.csv",),
)
@log_options()
@result_options()
def command(request: LogRequest, result: Result) -> None:
    """Read, count, show."""
    from casemine.cli.output import print_result
    from casemine.cli.reading import open_log, summary_of
    from casemine.report import overview

    opened = open_log(request, columns=None if result.form in {"table", "md"} else ())
    log = opened.log
    summary = summary_of(log)
    print_result(
        result,
        kind="inspect",
        document=lambda: overview.document(
            summary,
            log.intake,
            _attributes(log),
            source=opened.name,
            account=opened.account,
        ),
        data=lambda: overview.data(summary, log.intake),
        records=lambda: [overview.data(summary, log.intake)],
        source=opened.source,
        filters=opened.filters,
    )


def _attributes(log: EventLog | BucketedLog) -> tuple[Attribute, ...]:
    """Describe the attributes of a log that is in memory."""
    from casemine.log import EventLog
    from casemine.log.attributes import attributes_of

    if isinstance(log, EventLog):
        return attributes_of(log)
    note("attributes are described only of a log that --memory-limit has room for")
    return ()
