"""From what the user asked for to the log that a command works on, with its account on stderr."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from casemine.cli.progress import working
from casemine.cli.screen import note, say
from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casemine.cli.options import Filters, LogRequest
    from casemine.log import EventLog
    from casemine.log.buckets import BucketedLog
    from casemine.log.select import LeftOut, Pair, Scope, Selection, Window
    from casemine.model.graph import Summary


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A log that was read and filtered, with what the reports say about where it comes from."""

    log: EventLog | BucketedLog
    name: str  # for titles: no folder, no ending
    account: str  # rows read, used, left out
    source: dict[str, Any]  # `input` of the JSON envelope
    filters: dict[str, Any]  # `filters` of the JSON envelope
    left_out: tuple[LeftOut, ...] = ()


def open_log(request: LogRequest, *, columns: Sequence[str] | None = ()) -> Opened:
    """Read, tell what was left out and assumed, then filter and tell the same of the filters.

    Parameters
    ----------
    columns : sequence of str, optional
        Attributes that the command needs beside what the filters look at; None for all.
    """
    from casemine.cli.loading import load
    from casemine.report import account

    if request.filters is not None and request.filters.where:
        columns = None
    with working(f"reading {', '.join(request.sources)}"):
        log = load(request.sources, request.options, columns=columns)
    events = len(log)
    said = account.sentence(log.intake, events)
    say(f"{name_of(request.sources)}: {said}")
    for line in account.reject_lines(log.intake):
        note(line)
    for remark in log.intake.notes:
        note(account.note_line(remark))
    source = account.data(log.intake, log.source, events)
    opened = Opened(log, name_of(request.sources), said, source, {"applied": []})
    if request.filters is None:
        return opened
    return narrowed(opened, selection_of(request.filters, log, request.options.tz))


def narrowed(opened: Opened, selection: Selection) -> Opened:
    """Apply filters and tell what each of them left out."""
    if not selection:
        return opened
    from casemine.log import EventLog
    from casemine.log.select import select
    from casemine.model.words import counted

    log: EventLog | BucketedLog
    with working("filtering"):
        if isinstance(opened.log, EventLog):
            selected = select(opened.log, selection)
            log, left_out = selected.log, selected.left_out
        else:
            log, left_out = opened.log.select(selection)
    for left in left_out:
        gone = f"{counted(left.cases, 'case')} and {counted(left.events, 'event')} left out"
        say(f"filter: {left.filter}: {gone}")
    if not len(log) and len(opened.log):
        note("the filters leave nothing over")
    applied = [
        {"filter": left.filter, "cases_left_out": left.cases, "events_left_out": left.events}
        for left in left_out
    ]
    return replace(
        opened,
        log=log,
        filters={"applied": [*opened.filters["applied"], *applied]},
        left_out=(*opened.left_out, *left_out),
    )


def summary_of(log: EventLog | BucketedLog) -> Summary:
    """Summarise a log of either kind."""
    from casemine.log import EventLog, summarise

    with working("counting"):
        return summarise(log) if isinstance(log, EventLog) else log.summarise()


def parts_of(log: EventLog | BucketedLog, columns: Sequence[str]) -> Iterable[EventLog]:
    """Hand over the log, or one part of whole cases after the other."""
    from casemine.log import EventLog

    return (log,) if isinstance(log, EventLog) else log.logs(columns)


def selection_of(filters: Filters, log: EventLog | BucketedLog, zone: str | None) -> Selection:
    """Make the log layer's selection of what the options said; days begin in `zone`."""
    from casemine.cli.values import in_zone
    from casemine.log import EventLog
    from casemine.log.select import Selection

    activities = set(log.codes().activities if isinstance(log, EventLog) else log.activities)

    def pairs(texts: Sequence[str]) -> tuple[Pair, ...]:
        return tuple(split_pair(text, activities) for text in texts)

    return Selection(
        cases=filters.cases,
        since=in_zone(filters.since, zone) if filters.since else None,
        until=in_zone(filters.until, zone) if filters.until else None,
        window=cast("Window", filters.window),
        where=filters.where,
        where_scope=cast("Scope", filters.where_scope),
        keep_activities=filters.keep_activities,
        drop_activities=filters.drop_activities,
        starts_with=filters.starts_with,
        ends_with=filters.ends_with,
        followed_directly=pairs(filters.followed_by),
        followed_eventually=pairs(filters.eventually),
        never_directly=pairs(filters.not_followed_by),
        never_eventually=pairs(filters.not_eventually),
        min_events=filters.min_events,
        max_events=filters.max_events,
        min_duration=filters.min_duration,
        max_duration=filters.max_duration,
        top_variants=filters.top_variants,
        variant_coverage=filters.variant_coverage,
    )


def split_pair(text: str, activities: set[str]) -> Pair:
    """Split `A>B`; a name may hold the sign itself, so known activities decide.

    Examples
    --------
    >>> split_pair("Open > Closed", {"Open", "Closed"}), split_pair("a>b>c", {"a>b", "c"})
    (('Open', 'Closed'), ('a>b', 'c'))
    """
    signs = [place for place, char in enumerate(text) if char == ">"]
    ways = [(text[:sign].strip(), text[sign + 1 :].strip()) for sign in signs]
    if not ways:
        raise UsageError(
            f"{show(text)} is not a pair of activities", mend="expected one such as 'Open>Closed'"
        )
    return next((way for way in ways if activities.issuperset(way)), ways[0])


def name_of(sources: tuple[str, ...]) -> str:
    """Call a log by its first file, without folder and ending.

    Examples
    --------
    >>> name_of(("data/helpdesk.csv.gz",)), name_of(("a.csv", "b.csv")), name_of(("-",))
    ('helpdesk', 'a and 1 more', 'stdin')
    """
    first = PurePath(sources[0]).name
    for ending in (".gz", ".zst", ".zip", *_ENDINGS):
        if first.lower().endswith(ending) and len(first) > len(ending):
            first = first[: -len(ending)]
    first = "stdin" if first == "-" else first
    return first if len(sources) == 1 else f"{first} and {len(sources) - 1:,} more"


_ENDINGS = (
    ".csv",
    ".tsv",
    ".txt",
    ".xlsx",
    ".xes",
    ".parquet",
    ".json",
    ".ndjson",
    ".jsonl",
    ".pnml",
    ".bpmn",
    ".ptml",
)
