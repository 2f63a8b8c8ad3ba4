"""From what the user asked for to the log that a command works on, with its account on stderr."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from casemine.cli.progress import working
from casemine.cli.screen import note, say

if TYPE_CHECKING:
    from casemine.cli.options import LogRequest
    from casemine.log import EventLog


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A log that was read and filtered, with what the reports say about where it comes from."""

    log: EventLog
    name: str  # for titles: no folder, no ending
    account: str  # rows read, used, left out
    source: dict[str, Any]  # `input` of the JSON envelope
    filters: dict[str, Any]  # `filters` of the JSON envelope


def open_log(request: LogRequest) -> Opened:
    """Read, tell what was left out and assumed, then filter and tell the same of the filters."""
    from casemine.read import read_log
    from casemine.report import account

    with working(f"reading {', '.join(request.sources)}"):
        log = read_log(list(request.sources), request.options)
    events = len(log)
    said = account.sentence(log.intake, events)
    say(f"{name_of(request.sources)}: {said}")
    for line in account.reject_lines(log.intake):
        note(line)
    for remark in log.intake.notes:
        note(remark.text)
    source = account.data(log.intake, log.source, events)
    return Opened(log, name_of(request.sources), said, source, {})


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


_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xes", ".parquet", ".json", ".ndjson", ".jsonl")
