"""`casemine inspect`: what is in a log, and what is doubtful about it."""

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
from casemine.cli.screen import note
from casemine.errors import InputError, Place

if TYPE_CHECKING:
    from casemine.cli.output import Result
    from casemine.log import EventLog
    from casemine.log.buckets import BucketedLog
    from casemine.model.attribute import Attribute
    from casemine.model.quality import Quality


@casemine_command(
    """Show what is in LOG: rows, cases, events, period, activities, attributes, and what one
    should know about the data before trusting a figure.
    """,
    examples=(
        "casemine inspect sample_logs/incidents.csv",
        "casemine inspect export.csv --strict -f json",
    ),
)
@log_options()
@click.option(
    "--strict",
    cls=Option,
    is_flag=True,
    section=OUTPUT,
    help="End with exit code 3 if the data quality has warnings; notes do not count.",
)
@result_options()
def command(request: LogRequest, result: Result, *, strict: bool) -> None:
    """Read, count, show; with `strict` fail for warnings once everything is shown."""
    from casemine.cli.output import print_result
    from casemine.cli.reading import open_log, summary_of
    from casemine.report import dataquality, overview

    opened = open_log(request, columns=None)
    log = opened.log
    summary = summary_of(log)
    quality = dataquality.whole(_quality(log), summary, log.intake)
    print_result(
        result,
        kind="inspect",
        document=lambda: overview.document(
            summary,
            _attributes(log),
            quality,
            source=opened.name,
            account=opened.account,
        ),
        data=lambda: overview.data(summary, log.intake, quality),
        records=lambda: overview.records(summary, log.intake, quality),
        source=opened.source,
        filters=opened.filters,
    )
    found = len(quality.warnings)
    if strict and found:
        raise InputError(
            f"{found:,} data-quality finding{'' if found == 1 else 's'} (--strict)",
            where=Place(", ".join(request.sources)),
            mend="what is marked [warning: ...] counts; docs/data-quality.md explains each",
            code="data-quality",
        )


def _quality(log: EventLog | BucketedLog) -> Quality:
    """Look at the events once more, in parts where they do not fit into memory."""
    from casemine.cli.progress import working
    from casemine.log import EventLog
    from casemine.log.quality import assess, assess_parts

    with working("checking the data"):
        return assess(log) if isinstance(log, EventLog) else assess_parts(log.logs())


def _attributes(log: EventLog | BucketedLog) -> tuple[Attribute, ...]:
    """Describe the attributes of a log that is in memory."""
    from casemine.log import EventLog
    from casemine.log.attributes import attributes_of

    if isinstance(log, EventLog):
        return attributes_of(log)
    note("attributes are described only of a log that --memory-limit has room for")
    return ()
