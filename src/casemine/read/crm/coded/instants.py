"""Times of raw rows as instants, with the zone that the export is known or said to have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from casemine.errors import UsageError, show
from casemine.log.arrays import to_numpy, valid
from casemine.model.intake import Note
from casemine.read.tables.cells import as_text
from casemine.read.times.column import NOT_A_TIME, as_strings, decide_times, naive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import FilePart
    from casemine.read.options import DateOrder, ReadOptions
    from casemine.read.quarantine import Places
    from casemine.read.times.column import TimeColumn

ABSENT = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class BadTimes:
    """Values that are no times, for one reason."""

    rows: NDArray[np.int64]
    values: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Instants:
    """Microseconds since 1970 in UTC; `ABSENT` where there is no time."""

    values: NDArray[np.int64]
    bad: tuple[BadTimes, ...] = ()
    notes: tuple[Note, ...] = ()
    local: bool = False  # times had no offset and the zone was taken from the user or assumed
    mend: str | None = None
    twice: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def read_instants(
    column: pa.ChunkedArray,
    *,
    name: str,
    part: FilePart,
    place: Places,
    records: NDArray[np.int64],
    options: ReadOptions,
) -> Instants:
    """Read a column of times by what the preset says of them.

    Raises
    ------
    BadTimeError, AmbiguousError
        No value is a time, or the column leaves open how it is to be read.
    """
    if column.null_count == len(column):
        return Instants(np.full(len(column), ABSENT))
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    utc = part.zone == "UTC"
    said = replace(
        options,
        tz="UTC" if utc else options.tz,
        time_format=options.time_format or part.time_format,
    )

    def locate(index: int) -> int:
        return int(place.lines(records[index : index + 1])[0])

    def decided_by(order: DateOrder | None) -> TimeColumn:
        return decide_times(
            [column],
            column.type,
            column=name,
            options=replace(said, date_order=order),
            source=place.name,
            locate=locate,
        )

    try:
        decided = decided_by(options.date_order or cast("DateOrder | None", part.date_order))
    except UsageError as error:
        if options.date_order is not None or error.code != "bad-date-order":
            raise
        decided = decided_by(None)  # somebody's spreadsheet has written the dates anew
    if decided.format is None:
        found = _typed(decided, column, name)
        return replace(found, local=naive(column.type) and not utc)
    return _parsed(decided, column, local_part=not utc, zone=said.tz)


def _typed(decided: TimeColumn, column: pa.ChunkedArray, name: str) -> Instants:
    values, faults = decided.read(column)
    array = values.combine_chunks()
    micros = np.where(valid(array), to_numpy(array.cast(pa.int64())), ABSENT)
    bad = tuple(BadTimes(fault.rows, fault.values, fault.reason) for fault in faults)
    return Instants(micros, bad, decided.notes(), mend=f"column {show(name)}")


def _parsed(
    decided: TimeColumn, column: pa.ChunkedArray, *, local_part: bool, zone: str | None
) -> Instants:
    assert decided.format is not None
    texts = as_text(column)
    values, bad, twice = [], [], []
    cut = start = 0
    for chunk in texts.chunks:
        parsed = decided.format.parse(chunk)
        values.append(np.where(valid(parsed.values), _micros(parsed.values), ABSENT))
        for leftover, reason in (
            (parsed.unparsed, NOT_A_TIME),
            (parsed.gaps, decided.format.gap_reason),
        ):
            if len(leftover):
                bad.append(BadTimes(leftover.rows + start, as_strings(leftover.texts), reason))
        twice.append(parsed.overlaps.rows + start)
        cut += len(parsed.truncated)
        start += len(chunk)
    notes = [
        note
        for note in decided.format.notes()
        if note.code != "zone-unused" and (local_part or note.code != "zone-assumed")
    ]
    if cut:
        text = f"times in column {show(decided.name)} finer than microseconds were cut off"
        notes.append(Note("time-truncated", text, cut))
    assumed = any(note.code == "zone-assumed" for note in notes)
    return Instants(
        np.concatenate(values),
        tuple(bad),
        tuple(notes),
        local=local_part and (assumed or (zone is not None and _without_offset(texts))),
        mend=decided.mend,
        twice=np.concatenate(twice),
    )


def _without_offset(texts: pa.ChunkedArray) -> bool:
    """Whether the first time that is there has no offset."""
    for chunk in texts.chunks:
        for value in chunk.slice(0, 50).to_pylist():
            if value:
                tail = value.strip()[-6:]
                return not (tail.endswith(("Z", "z")) or "+" in tail or "-" in tail[-5:])
    return False


def _micros(values: pa.Array) -> NDArray[np.int64]:
    micros: NDArray[np.int64] = to_numpy(values.cast(pa.int64()))
    return micros
