"""Times as text to UTC instants: one format per column, decided over all of its rows.

`decide_format` looks at every value once and picks the format; `TimeFormat.parse` then reads
arrays of values. What a format is, and every form that is understood, stands in `formats`;
the evidence is gathered in `evidence` and judged in `verdict`; local times and the hours
that do not exist are in `zones`.

What is never done: deciding per value, guessing an order of day and month that no row proves
(dots are no proof either), reading a zone name other than UTC, GMT or Z without `--tz`, and
dropping a value silently: what cannot be read is listed, with its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.errors import show
from casemine.log.columns import TIMESTAMP
from casemine.model.intake import Note
from casemine.read.times.evidence import Evidence
from casemine.read.times.formats import (
    EPOCHS,
    FORM_EXCEL,
    FORM_PATTERN,
    FORM_YEAR_FIRST,
    NAMED_FORMATS,
    Clock,
    Layout,
    Pattern,
    compile_pattern,
    layouts_of,
    named_layout,
)
from casemine.read.times.parse import (
    BLOCK,
    EARLIEST,
    LATEST,
    groups_of,
    plain_text,
    present_rows,
    read_instants,
    tidy,
)
from casemine.read.times.verdict import MAY_BE_SWAPPED, decide, zone_assumed
from casemine.read.times.zones import abbreviations, find_zone, to_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from casemine.read.options import DateOrder

__all__ = [
    "Evidence",
    "Leftover",
    "ParsedTimes",
    "TimeFormat",
    "decide_format",
    "format_from",
    "zone_assumed",
]

_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Leftover:
    """Values of a parsed array that need a word: where they stand in it, and their text."""

    rows: NDArray[np.int64]
    texts: pa.Array

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class ParsedTimes:
    """An array of times, with a complete list of what is wrong or doubtful about them."""

    values: pa.Array  # timestamp[us, UTC]; null where missing, unparsed or in a gap
    unparsed: Leftover  # not a time in the column's format
    gaps: Leftover  # local times that do not exist: the clocks went forward
    overlaps: Leftover  # local times that exist twice; the first is taken
    truncated: Leftover  # values that gave more than microseconds


@dataclass(frozen=True, slots=True, eq=False)
class TimeFormat:
    """How all values of one time column are written; made by `decide_format`."""

    column: str
    form: str  # a form of `formats`
    clock: Clock | None = None
    order: DateOrder | None = None
    zone: ZoneInfo | None = None  # for times without offset; None: UTC
    pattern: Pattern | None = None  # where the user gave one
    example: str | None = None  # a value in this format
    others: str | None = None  # a value in another one, where the column mixes them
    decided: tuple[Note, ...] = ()
    _layouts: dict[str, Layout | None] = field(default_factory=dict, repr=False)

    @property
    def mend(self) -> str:
        """How to put values right that are not times in this format: a `help:` line."""
        said = f"expected {self.describe()}" if self.example else "expected another format"
        if self.others is not None:
            said += f", but some rows are written like {show(self.others)}"
            if self.order is not None or self.form == FORM_YEAR_FIRST:
                said += f" ({MAY_BE_SWAPPED})"
        return f"{said}; name another with --time-format"

    @property
    def gap_reason(self) -> str:
        """Why a local time cannot be used; follows the value in a sentence."""
        return f"does not exist in {self.zone}: clocks went forward"

    def describe(self) -> str:
        """Say in words how the times are written, with an example."""
        words = _IN_WORDS.get(self.order or self.form, "")
        if self.pattern is not None:
            words = f"the pattern {show(self.pattern.text)}"
        like = f"{show(self.example)}" if self.example is not None else ""
        return f"{like} ({words})" if like and words else like or words

    def parse(self, array: pa.Array) -> ParsedTimes:
        """Read an array of text (`string`, `large_string` or dictionary) in this format.

        Nulls and empty strings are missing. O(n), without Python code per value; dictionaries are
        read once per distinct value.
        """
        if _is_encoded(array):
            if len(array.dictionary) > len(array):
                return self.parse(array.dictionary_decode())
            return _expand(self.parse(array.dictionary), array)
        array = plain_text(array)
        micros, good, local, cut = self._read(array)
        gaps = overlaps = np.empty(0, np.int64)
        if self.zone is not None and local.any():
            rows = np.flatnonzero(local & good)
            found = to_utc(micros[rows], self.zone)
            micros[rows] = found.utc
            gaps, overlaps = rows[found.missing], rows[found.twice]
            good &= (micros >= EARLIEST) & (micros <= LATEST)
        unparsed = present_rows(array)
        unparsed &= ~good
        good[gaps] = False
        return ParsedTimes(
            _timestamps(micros, good),
            unparsed=_leftover(array, np.flatnonzero(unparsed)),
            gaps=_leftover(array, gaps),
            overlaps=_leftover(array, overlaps),
            truncated=_leftover(array, np.flatnonzero(cut & good)),
        )

    def notes(self, parsed: Sequence[ParsedTimes] = ()) -> tuple[Note, ...]:
        """Say what was assumed for the column, and what its parsed arrays met."""
        notes = list(self.decided)
        truncated = sum(len(times.truncated) for times in parsed)
        if truncated:
            text = f"times in column {show(self.column)} finer than microseconds were cut off"
            notes.append(Note("time-truncated", text, truncated))
        twice = [times.overlaps for times in parsed if len(times.overlaps)]
        if twice:
            text = (
                f"{show(twice[0].texts[0].as_py())} in column {show(self.column)} exists twice in "
                f"{self.zone} (clocks went back): the first is taken"
            )
            notes.append(Note("time-twice", text, sum(map(len, twice))))
        return tuple(notes)

    def _read(
        self, array: pa.Array
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Microseconds, and which of them are times, which are local, which were cut off."""
        micros = np.zeros(len(array), np.int64)
        good, local, cut = (np.zeros(len(array), np.bool_) for _ in range(3))
        for start in range(0, len(array), BLOCK):
            block = array.slice(start, BLOCK)
            span = slice(start, start + len(block))
            if self.pattern is not None and self.pattern.shapes is None:
                micros[span], good[span] = _read_slowly(block, self.pattern)
                local[span] = not self.pattern.has_offset
                continue
            for group in groups_of(tidy(block)):
                layout = self._layout(group.shape)
                if layout is None:
                    continue
                times = read_instants(group.matrix, layout, self.order)
                valid = times.valid
                if "zone" in layout.spans and not layout.has_offset:
                    valid = valid & self._knows(group.matrix, layout)
                rows = span if group.rows is None else group.rows + start
                micros[rows] = times.micros
                good[rows] = valid
                local[rows] = not layout.has_offset
                if times.truncated is not None:
                    cut[rows] = times.truncated
        return micros, good, local, cut

    def _layout(self, shape: str) -> Layout | None:
        if shape not in self._layouts:
            self._layouts[shape] = self._find_layout(shape)
        return self._layouts[shape]

    def _find_layout(self, shape: str) -> Layout | None:
        if self.pattern is not None:
            return self.pattern.layout(shape)
        if self.form in NAMED_FORMATS:
            return named_layout(self.form, shape)
        for layout in layouts_of(shape):
            if layout.form == self.form and layout.clock in {None, self.clock}:
                return layout
        return None

    def _knows(self, matrix: NDArray[np.uint8], layout: Layout) -> NDArray[np.bool_]:
        """Whether the zone named after the time, such as CET, is what the column's zone is called.

        The name then says no more than the zone does: the rules of the zone give the offset.
        """
        start, width = layout.spans["zone"]
        known = np.zeros(len(matrix), np.bool_)
        for name in abbreviations(self.zone) if self.zone else ():
            if len(name) == width:
                letters = np.frombuffer(name.encode(), np.uint8)
                known |= ((matrix[:, start : start + width] | 32) == letters).all(axis=1)
        return known


_IN_WORDS = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
    "epoch-s": "seconds since 1970",
    "epoch-ms": "milliseconds since 1970",
    "epoch-us": "microseconds since 1970",
    "epoch-ns": "nanoseconds since 1970",
    FORM_EXCEL: "days since 1900",
    "iso": "ISO 8601",
}


def decide_format(
    chunks: Iterable[pa.Array],
    *,
    column: str,
    time_format: str | None = None,
    date_order: DateOrder | None = None,
    zone: str | None = None,
    source: str = "log",
    locate: Callable[[int], int] | None = None,
) -> TimeFormat:
    """Decide how the times of a column are written, over all of its rows.

    Parameters
    ----------
    chunks : iterable of pyarrow.Array
        All values of the column, as text; null and empty mean missing.
    column, source : str
        For messages.
    time_format : str, optional
        A strptime pattern or one of `iso`, `epoch-s`, `epoch-ms`, `epoch-us`, `epoch-ns`, `excel`.
    date_order : {"dmy", "mdy", "ymd"}, optional
        How numeric dates are to be read that allow more than one order.
    zone : str, optional
        IANA name, for times without offset; UTC where None.
    locate : callable, optional
        From the index of a value, counted over all chunks, to its row in the source.

    Raises
    ------
    BadTimeError
        No value is a time in any known format.
    AmbiguousError
        The rows leave the order of day and month open or contradict each other about it, or some
        values have an offset and others do not, or zones are named by abbreviations.
    UsageError
        Unknown zone, or a `time_format` that is none.

    Notes
    -----
    The format that most values have is decided; the others will be unparsed. O(n).

    Examples
    --------
    >>> texts = pa.array(["29/2/2016 01:16", "5/3/2016 12:00"])
    >>> decide_format([texts], column="opened_at").parse(texts).values[0].as_py().isoformat()
    '2016-02-29T01:16:00+00:00'
    """
    known_zone = find_zone(zone) if zone is not None else None
    if time_format is not None and time_format != "iso":
        return _as_told(column, time_format, known_zone)
    evidence = Evidence(form=time_format)
    for chunk in _each(chunks):
        evidence.add(chunk)
    return format_from(
        evidence,
        column=column,
        date_order=date_order,
        zone=zone,
        source=source,
        locate=locate,
    )


def format_from(
    evidence: Evidence,
    *,
    column: str,
    date_order: DateOrder | None = None,
    zone: str | None = None,
    source: str = "log",
    locate: Callable[[int], int] | None = None,
) -> TimeFormat:
    """Decide from evidence that was gathered on the way, as `decide_format` does."""
    verdict = decide(
        evidence, column=column, date_order=date_order, zone=zone, source=source, locate=locate
    )
    return TimeFormat(
        column,
        evidence.form or verdict.form,
        clock=verdict.clock,
        order=verdict.order,
        zone=find_zone(zone) if zone is not None else None,
        example=verdict.example,
        others=verdict.others,
        decided=verdict.notes,
    )


def _as_told(column: str, time_format: str, zone: ZoneInfo | None) -> TimeFormat:
    """Take the user's word for the format."""
    if time_format in NAMED_FORMATS:
        has_offset = time_format in EPOCHS
        notes = () if has_offset or zone is not None else (zone_assumed(),)
        return TimeFormat(column, time_format, zone=zone, decided=notes)
    pattern = compile_pattern(time_format)
    notes = () if pattern.has_offset or zone is not None else (zone_assumed(),)
    return TimeFormat(column, FORM_PATTERN, zone=zone, pattern=pattern, decided=notes)


def _each(chunks: Iterable[pa.Array]) -> Iterable[pa.Array]:
    """Take a chunked or a single array for what it is; iterating them would give scalars."""
    if isinstance(chunks, pa.ChunkedArray | pa.Array):
        return list(chunks.chunks) if isinstance(chunks, pa.ChunkedArray) else [chunks]
    return chunks


def _timestamps(micros: NDArray[np.int64], good: NDArray[np.bool_]) -> pa.Array:
    """Build the Arrow array from its buffers: `pa.array` would import pandas."""
    bits = None if good.all() else pa.py_buffer(np.packbits(good, bitorder="little"))
    return pa.Array.from_buffers(TIMESTAMP, len(micros), [bits, pa.py_buffer(micros)])


def _leftover(array: pa.Array, rows: NDArray[np.int64]) -> Leftover:
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])
    texts = array.take(indices)
    return Leftover(rows, texts.dictionary_decode() if _is_encoded(array) else texts)


def _is_encoded(array: pa.Array) -> bool:
    return bool(pa.types.is_dictionary(array.type))


def _expand(distinct: ParsedTimes, array: pa.Array) -> ParsedTimes:
    """Spread what was found for the values of a dictionary over the rows that use them."""
    indices = np.asarray(array.indices.fill_null(-1)).astype(np.int64)

    def rows_of(codes: NDArray[np.int64]) -> NDArray[np.int64]:
        marked = np.zeros(len(array.dictionary) + 1, np.bool_)  # the last stands for null
        marked[codes] = True
        return np.flatnonzero(marked[indices])

    return ParsedTimes(
        distinct.values.take(array.indices),
        _leftover(array, rows_of(distinct.unparsed.rows)),
        _leftover(array, rows_of(distinct.gaps.rows)),
        _leftover(array, rows_of(distinct.overlaps.rows)),
        _leftover(array, rows_of(distinct.truncated.rows)),
    )


def _read_slowly(block: pa.Array, pattern: Pattern) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read by `datetime.strptime`, once per distinct value: for directives that are rare."""
    encoded = tidy(block).dictionary_encode()
    micros = np.zeros(len(encoded.dictionary) + 1, np.int64)
    good = np.zeros(len(encoded.dictionary) + 1, np.bool_)
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            moment = datetime.strptime(text, pattern.text)  # noqa: DTZ007  (made aware below)
        except ValueError:
            continue
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        micros[code] = (moment - _EPOCH_START) // timedelta(microseconds=1)
        good[code] = True
    indices = np.asarray(encoded.indices.fill_null(len(encoded.dictionary)))
    return micros[indices], good[indices]
