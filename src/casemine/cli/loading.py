"""The way to a log: kept from an earlier run, read into memory, or split into parts on disk."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.cli.screen import note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from casemine.log import EventLog
    from casemine.log.buckets import BucketedLog
    from casemine.read import EventStream, ReadOptions

# Bytes that a log takes in memory while it is read, for each byte of its file. Measured with a
# million events of CSV: 2.5; wide tables of long texts take more.
IN_MEMORY = 4
PACKED = 10  # bytes of text in a byte of gzip, zip, Zstandard or Parquet; real logs: 5 to 15
INTERPRETER = 150_000_000


def load(
    sources: Sequence[str], options: ReadOptions, *, columns: Sequence[str] | None = None
) -> EventLog | BucketedLog:
    """Find or read the log.

    Parameters
    ----------
    columns : sequence of str, optional
        Attributes that are needed; a log that was kept is opened faster with fewer. All where not
        given. One that is read now has all of them.
    """
    from casemine.log import store
    from casemine.read.beside import state_beside

    paths = [Path(source) for source in sources]
    kept = options.cache and options.quarantine_to is None and _can_be_kept(paths, options)
    key = repr(replace(options, cache=True, memory_limit=None, quarantine_to=None))
    of_export = f"{key} beside {state_beside(paths)}" if kept else key
    for each in (key, of_export) if kept else ():
        if (found := store.find(paths, each, columns=columns)) is not None:
            if columns and not _has(found, columns):
                return store.find(paths, each) or found  # the message is to name what is near
            return found
    seen = store.Stamp.of(paths)
    limit = options.memory_limit or memory() // 2
    if _size_in_memory(paths) > limit and (stream := _stream(sources, options)) is not None:
        return _in_parts(stream, limit)
    from casemine.read import read_log

    log = read_log(list(sources), options)
    if any(remark.code == "system" for remark in log.intake.notes):
        key = of_export  # ids may mean something else when files beside it change
    if kept and (problem := store.save(log, paths, key, seen=seen)) is not None:
        note(problem.text)
    return log


def _can_be_kept(paths: Sequence[Path], options: ReadOptions) -> bool:
    """Whether all that the log is made of is in the files that it would be found by."""
    return not (options.preset or options.lookups or any(path.is_dir() for path in paths))


def _has(log: EventLog, columns: Sequence[str]) -> bool:
    of_cases = log.case_table.column_names if log.case_table is not None else []
    return {*log.attributes, *of_cases}.issuperset(columns)


def whole(log: EventLog | BucketedLog) -> EventLog:
    """Put a log that was split back together, for what needs all of it at once."""
    from casemine.log import EventLog

    if isinstance(log, EventLog):
        return log
    import pyarrow as pa

    note("this needs the whole log in memory, whatever --memory-limit says")
    events = pa.concat_tables(part.events for part in log).sort_by("row")
    return EventLog.ordered(events, source=log.source, intake=log.intake)


def memory() -> int:
    """Bytes of the machine; 8 GB where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 8 << 30


def _size_in_memory(paths: Sequence[Path]) -> int:
    """Estimate from the files alone; standard input and members of archives count as small."""
    total = 0
    for path in paths:
        if path.is_file():
            packed = path.suffix.lower() in {".gz", ".zst", ".zip", ".parquet", ".xlsx"}
            total += path.stat().st_size * (PACKED if packed else 1)
    return INTERPRETER + IN_MEMORY * total


def _stream(sources: Sequence[str], options: ReadOptions) -> EventStream | None:
    """Open the source to be read in batches; None where it has to be read at once."""
    from casemine.errors import InputError
    from casemine.read import stream_events

    try:
        stream = stream_events(list(sources), options)
    except InputError as error:
        if error.code not in {"no-table", "read-at-once"}:
            raise
        kind = "XES" if error.code == "no-table" else "a CRM export"
        note(f"{kind} is read at once, whatever --memory-limit says; import it to Parquet first")
        return None
    if stream.roles.lifecycle is not None and stream.roles.time is not None:
        note("start and complete events are paired in memory, whatever --memory-limit says")
        return None
    return stream


def _in_parts(stream: EventStream, limit: int) -> BucketedLog:
    """Split by case; the account is complete when the last batch has been read."""
    from casemine.log.buckets import BucketedLog
    from casemine.model.intake import Intake, Note

    def batches() -> Iterator[pa.RecordBatch]:
        for table in stream:
            yield from table.to_batches()

    log = BucketedLog.of(batches(), source=stream.source, memory_limit=limit, intake=Intake())
    intake = stream.intake()
    text = "the log is read in parts: rows that came twice and names alike were not sought"
    log.intake = replace(intake, notes=(*intake.notes, Note("duplicates-not-sought", text)))
    return log
