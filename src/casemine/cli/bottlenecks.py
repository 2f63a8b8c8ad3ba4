"""`casemine bottlenecks`: where cases wait, for whom, and what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from casemine.cli.designed import designed_flow, ships
from casemine.cli.frame import Choice, Option
from casemine.cli.options import OUTPUT, LogRequest, casemine_command, log_options, result_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.analyse.journey import GroupMeans
    from casemine.cli.output import Result
    from casemine.cli.reading import Opened
    from casemine.log import EventLog
    from casemine.model.flow import DesignedFlow

WAITING = "Waiting"


@casemine_command(
    """Show where cases of LOG wait: from step to step, by activity, group and hand-over, with the
    load of groups by hour of the week, rework, ping-pong, and the cases that are open.

    With --flow it also shows the waits before each step of the designed flow.
    """,
    examples=(
        "casemine bottlenecks sample_logs/incidents.csv",
        "casemine bottlenecks export.csv --calendar desk --flow yasm",
        "casemine bottlenecks tickets.csv --calendar hours.toml --open-unless Closed",
    ),
)
@log_options()
@click.option(
    "--calendar",
    cls=Option,
    section=WAITING,
    metavar="NAME|FILE",
    help="Working hours: a [calendar.NAME] of casemine.toml, or a TOML file; default: 24x7.",
)
@click.option(
    "--open-unless",
    multiple=True,
    cls=Option,
    section=WAITING,
    metavar="NAME",
    help="A case is open unless it had this activity; may be repeated.",
)
@click.option(
    "--group-means",
    cls=Option,
    section=WAITING,
    type=Choice(["holder", "actor"]),
    default="holder",
    show_default=True,
    help="Whether the group of an event holds the case from then on, or did what it tells.",
)
@click.option(
    "--flow",
    "designed",
    cls=Option,
    section=WAITING,
    metavar="yasm|FILE",
    help="Show the waits before the steps of this designed flow, too.",
)
@click.option(
    "--process",
    cls=Option,
    section=WAITING,
    metavar="ID",
    help="Which process, where the file of the flow holds several.",
)
@click.option(
    "--mapping",
    cls=Option,
    section=WAITING,
    metavar="FILE|NAME",
    help="Map raw events to activities first, as `casemine map` does; none for none.",
)
@click.option(
    "--rows",
    cls=Option,
    section=OUTPUT,
    type=click.IntRange(min=1),
    metavar="N",
    help="Show at most N rows of each table; default: 8 to 15.",
)
@result_options()
def command(
    *,
    request: LogRequest,
    calendar: str | None,
    open_unless: Sequence[str],
    group_means: str,
    designed: str | None,
    process: str | None,
    mapping: str | None,
    rows: int | None,
    result: Result,
) -> None:
    """Read, map where that is asked for, measure, show."""
    from casemine.analyse.bottlenecks import find_bottlenecks
    from casemine.cli.calendars import chosen_calendar
    from casemine.cli.output import print_result
    from casemine.cli.progress import working
    from casemine.report import bottlenecks, waitsdata

    hours = chosen_calendar(calendar)
    # The flow is read before the log: what is wrong with it shows sooner.
    flow = None if designed is None else designed_flow(designed, process=process)
    log, raw, opened = _open(request, flow, designed=designed, mapping=mapping)
    with working("measuring waits"):
        found = find_bottlenecks(
            log,
            calendar=hours,
            open_unless=tuple(open_unless),
            group_means=cast("GroupMeans", group_means),
            flow=flow,
            zone=request.options.tz if hours.always else None,
            raw=raw,
        )
    print_result(
        result,
        kind="bottlenecks",
        document=lambda: bottlenecks.document(found, source=opened.name, rows=rows),
        data=lambda: waitsdata.data(found),
        records=lambda: waitsdata.records(found),
        source=opened.source,
        filters=opened.filters,
    )


def _open(
    request: LogRequest, flow: DesignedFlow | None, *, designed: str | None, mapping: str | None
) -> tuple[EventLog, EventLog | None, Opened]:
    """Read the log, mapped where a mapping or a flow that ships asks for that, and before that."""
    if flow is None and mapping in {None, "none"}:
        from casemine.cli.loading import whole
        from casemine.cli.reading import open_log

        opened = open_log(request, columns=None)
        return whole(opened.log), None, opened
    from casemine.cli.mapped import open_speaking
    from casemine.cli.screen import note

    speaking = open_speaking(
        request,
        () if flow is None else flow.activities,
        named=mapping,
        shipped=designed is not None and ships(designed),
    )
    raw = speaking.raw if speaking.mapping is not None else None
    if raw is not None and speaking.opened.left_out:
        raw = None
        note(
            "groups and people are those of mapped events, as filters look at these: moves that "
            "rules ignore are not among them"
        )
    return speaking.log, raw, speaking.opened
