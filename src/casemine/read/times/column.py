"""A column of times, as text or as the file's own timestamps, to UTC instants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place, show
from casemine.log.columns import TIMESTAMP
from casemine.model.intake import Note
from casemine.read.tables.cells import as_text, null_mask, text_type
from casemine.read.times.clock import ParsedTimes, TimeFormat, decide_format, zone_assumed
from casemine.read.times.zones import find_zone, to_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from casemine.read.options import ReadOptions

NOT_A_TIME = "is not a time"


@dataclass(frozen=True, slots=True)
class Fault:
    """Values of a column that can't be used, all for one reason."""

    rows: NDArray[np.int64]  # positions in the array
    values: list[str]
    reason: str


@dataclass(slots=True)
class TimeColumn:
    """How one column becomes instants; `typed` ones need no format, only a zone if naive."""

    name: str
    format: TimeFormat | None  # None for timestamps that the file itself gives
    zone: ZoneInfo | None
    _seen: list[ParsedTimes] = field(default_factory=list)
    _twice: int = 0
    _truncated: int = 0

    @property
    def mend(self) -> str | None:
        """How to put values right that are no times."""
        return self.format.mend if self.format else None

    def read(self, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, list[Fault]]:
        """Turn cells into UTC microseconds; faulty ones become null and are listed."""
        if self.format is None:
            return self._typed(column)
        found: list[pa.Array] = []
        faults: list[Fault] = []
        start = 0
        for chunk in as_text(column).chunks:
            parsed = self.format.parse(chunk)
            found.append(parsed.values)
            for leftover, reason in (
                (parsed.unparsed, NOT_A_TIME),
                (parsed.gaps, self.format.gap_reason),
            ):
                if len(leftover):
                    rows = leftover.rows + start
                    faults.append(Fault(rows, as_strings(leftover.texts), reason))
            if len(parsed.overlaps) or parsed.truncated:
                self._seen.append(parsed)
            start += len(chunk)
        return pa.chunked_array(found, TIMESTAMP), faults

    def notes(self) -> tuple[Note, ...]:
        """Say what was assumed."""
        if self.format is not None:
            return self.format.notes(self._seen)
        notes: list[Note] = []
        if self._truncated:
            text = f"times in column {show(self.name)} finer than microseconds were cut off"
            notes.append(Note("time-truncated", text, self._truncated))
        if self._twice:
            text = (
                f"times in column {show(self.name)} exist twice in {self.zone}: the first is taken"
            )
            notes.append(Note("time-twice", text, self._twice))
        return tuple(notes)

    def _typed(self, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, list[Fault]]:
        kind = column.type
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            cut = column.cast(pa.int64())
            rest = pc.not_equal(cut, pc.multiply(pc.divide(cut, 1000), 1000))
            self._truncated += pc.sum(rest).as_py() or 0
        try:
            micros = column.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False)
        except pa.ArrowException as error:
            raise InputError(f"column {show(self.name)}: {error}") from error
        if getattr(kind, "tz", None) is not None or self.zone is None:
            return micros.cast(TIMESTAMP), []
        array = micros.combine_chunks()
        found = to_utc(np.asarray(array.cast(pa.int64()).fill_null(0)), self.zone)
        missing = null_mask(micros)
        gaps = found.missing[~missing[found.missing]]
        self._twice += int((~missing[found.twice]).sum())
        faults = []
        if len(gaps):
            reason = f"does not exist in {self.zone}: clocks went forward"
            faults.append(Fault(gaps, as_strings(array.take(pa.array(gaps))), reason))
            missing[gaps] = True
        return pa.chunked_array([pa.array(found.utc, mask=missing).cast(TIMESTAMP)]), faults


def decide_times(
    chunks: Iterable[pa.ChunkedArray],
    kind: pa.DataType,
    *,
    column: str,
    options: ReadOptions,
    source: str,
    locate: Callable[[int], int],
) -> TimeColumn:
    """Decide how a column is to be read, over all of its rows.

    Parameters
    ----------
    chunks : iterable of ChunkedArray
        All cells of the column; only looked at if they are not timestamps already.
    kind : DataType
        The type of the column.
    """
    zone = find_zone(options.tz) if options.tz is not None else None
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return TimeColumn(column, None, zone)
    if not (text_type(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise InputError(
            f"column {show(column)} holds {kind}, not times", where=Place(source, None, column)
        )
    decided = decide_format(
        (array for chunk in chunks for array in as_text(chunk).chunks),
        column=column,
        time_format=options.time_format,
        date_order=options.date_order,
        zone=options.tz,
        source=source,
        locate=locate,
    )
    return TimeColumn(column, decided, zone)


def naive(kind: pa.DataType) -> bool:
    """Whether a type is a timestamp or date that does not say its zone."""
    return bool(pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None))


def as_strings(array: pa.Array) -> list[str]:
    """Values as text for messages; empty where missing."""
    return ["" if value is None else str(value) for value in array.to_pylist()]


__all__ = ["Fault", "TimeColumn", "as_strings", "decide_times", "naive", "zone_assumed"]
