"""The times of the events of an XES file: dates as the standard has them, or as the user says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, show
from casemine.log.columns import START, TIME
from casemine.model.intake import Note
from casemine.read.xes.roles import START_KEY, TIMESTAMP_KEY

if TYPE_CHECKING:
    import pyarrow as pa

    from casemine.read.options import ReadOptions
    from casemine.read.xes.roles import Roles


def time_keys(options: ReadOptions) -> frozenset[str]:
    """Keys that are read as dates on the way, whatever type the file gives them.

    None where the user names a format or an order of day and month: those take all values
    together, so the texts are kept until the end of the file.
    """
    return frozenset() if _told(options) else _asked(options)


def text_keys(options: ReadOptions) -> frozenset[str]:
    """Keys whose texts are kept, to be read as times at the end."""
    return _asked(options) if _told(options) else frozenset()


def times_of(roles: Roles, options: ReadOptions, notes: list[Note]) -> dict[str, pa.Array]:
    """Find the time of every event and, where events have one, its start.

    Raises
    ------
    AmbiguousError
        Some times have an offset and others do not, and no zone is named; or the order of day
        and month is open.
    """
    key = roles.find(options.time, TIMESTAMP_KEY, "time")
    start = roles.find(options.start, START_KEY, "start")
    if key is None or not roles.store.has_values(key):
        text = "the log has no times; events keep the order of the file"
        notes.append(Note("no-times", text))
        return {}
    found = {TIME: _column(roles, key, options, notes)}
    roles.faults.add_missing(key, found[TIME])
    if start is not None:
        found[START] = _column(roles, start, options, notes)
    return found


def _asked(options: ReadOptions) -> frozenset[str]:
    return frozenset({options.time or TIMESTAMP_KEY, options.start or START_KEY})


def _told(options: ReadOptions) -> bool:
    return options.time_format is not None or options.date_order is not None


def _column(roles: Roles, key: str, options: ReadOptions, notes: list[Note]) -> pa.Array:
    if _told(options):
        return _read_as_told(roles, key, options, notes)
    _refuse_mixed_offsets(roles, key)
    roles.faults.add_store(roles.store, key)
    return roles.take(key, once=True)


def _refuse_mixed_offsets(roles: Roles, key: str) -> None:
    """Refuse times without offset beside others: their order would be a guess."""
    offsets = roles.store.offsets.get(key)
    if offsets is None or offsets.first_naive is None or not offsets.given:
        return
    if roles.store.zone is not None:
        return
    owner, text = offsets.first_naive
    total = offsets.naive + offsets.given
    raise AmbiguousError(
        f"{show(text)} in attribute {show(key)} has no offset from UTC, while "
        f"{show(offsets.first_given)} has one ({offsets.naive:,} of {total:,} have none)",
        where=roles.faults.place(owner, key),
        mend="say the zone of the times without offset: --tz Europe/Berlin, or --tz UTC",
        code="offsets-mixed",
    )


def _read_as_told(roles: Roles, key: str, options: ReadOptions, notes: list[Note]) -> pa.Array:
    """Read a column with the clock of tables: one format for all of its values."""
    from casemine.read.times.clock import decide_format

    texts = roles.take(key, once=True)
    form = decide_format(
        [texts],
        column=key,
        time_format=options.time_format,
        date_order=options.date_order,
        zone=options.tz,
        source=roles.name,
        locate=lambda index: roles.faults.line(index, key),
    )
    parsed = form.parse(texts)
    for reason, left in (("is not a time", parsed.unparsed), (form.gap_reason, parsed.gaps)):
        examples = list(zip(left.rows[:5].tolist(), left.texts[:5].to_pylist(), strict=True))
        roles.faults.add_owners(key, reason, left.rows, examples)
    notes += form.notes([parsed])
    return parsed.values
