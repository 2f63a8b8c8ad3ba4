"""`casemine inspect`: what is in a log, and what is doubtful about it."""

from __future__ import annotations

from casemine.cli.options import LogRequest, casemine_command, format_option, log_options


@casemine_command(
    """Show what is in LOG: rows, cases, events, period, activities, attributes, and what one
    should know about the data before trusting a figure.
    """,
    examples=("casemine inspect sample_logs/incidents.csv",),
)
@log_options()
@format_option
def command(request: LogRequest, form: str) -> None:
    """Read, count, show."""
    from casemine.cli.output import print_result
    from casemine.cli.reading import open_log
    from casemine.log import summarise
    from casemine.log.attributes import attributes_of
    from casemine.report import overview

    opened = open_log(request)
    log = opened.log
    summary = summarise(log)
    print_result(
        form,
        kind="inspect",
        document=lambda: overview.document(
            summary,
            log.intake,
            attributes_of(log),
            source=opened.name,
            account=opened.account,
        ),
        data=lambda: overview.data(summary, log.intake),
        records=lambda: [overview.data(summary, log.intake)],
        source=opened.source,
        filters=opened.filters,
    )
