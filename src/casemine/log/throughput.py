"""Figures that need each case: durations in bins, cases per week, groups of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import UsageError, show
from casemine.log.aggregate import Trail
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE
from casemine.log.spans import span_stats
from casemine.model.throughput import CaseGroup, Histogram, Throughput, Weeks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.model.variants import Variants

BINS = 18
MOST_WEEKS = 520  # ten years; beyond, a column per week says nothing
WEEK = 7 * 86_400_000_000  # microseconds
MONDAY = 4 * 86_400_000_000  # 1970-01-05, the first Monday after the epoch


@dataclass(frozen=True, slots=True, eq=False)
class _Cases:
    """What the figures need of each case; times in microseconds."""

    events: NDArray[np.int64]
    first: NDArray[np.int64] | None
    last: NDArray[np.int64] | None
    value: pa.Array | None  # of the attribute that groups are made by


def throughput_of(
    logs: Iterable[EventLog], variants: Variants, *, by: str | None = None
) -> Throughput:
    """Count cases by duration, by week, and by the value of an attribute.

    Parameters
    ----------
    logs : iterable of EventLog
        One log, or the parts of a large one; every case is whole in one of them.
    variants : Variants
        Those of the same log.
    by : str, optional
        A case attribute, or an event attribute: then the value at the last event of the case
        that has one.

    Raises
    ------
    UsageError
        No attribute has this name; near matches are named.
    """
    cases = _together([_cases(log, by) for log in logs])
    durations = None
    if cases.first is not None and cases.last is not None and len(cases.last):
        durations = cases.last - cases.first
    return Throughput(
        histogram=None if durations is None else _histogram(durations),
        weeks=None if durations is None else _weeks(cases),
        repeats=_repeats(variants),
        by=by,
        groups=() if by is None else _groups(cases, durations),
    )


def _cases(log: EventLog, by: str | None) -> _Cases:
    trail = Trail.of(log.codes())
    last = first = None
    if trail.time is not None:
        last = trail.time[trail.offsets[1:] - 1]
        first = last - trail.durations()
    value = None if by is None else _value_of_each_case(log, trail, by)
    return _Cases(np.diff(trail.offsets), first, last, value)


def _together(parts: list[_Cases]) -> _Cases:
    if len(parts) == 1:
        return parts[0]

    def joined(arrays: list[NDArray[np.int64] | None]) -> NDArray[np.int64] | None:
        known = [array for array in arrays if array is not None]
        return np.concatenate(known) if known else None

    events = joined([part.events for part in parts])
    values = [part.value for part in parts if part.value is not None]
    return _Cases(
        events=np.zeros(0, np.int64) if events is None else events,
        first=joined([part.first for part in parts]),
        last=joined([part.last for part in parts]),
        value=pa.concat_arrays(values) if values else None,
    )


def _repeats(variants: Variants) -> int:
    """Cases with a repeated activity; one look at each variant."""
    return sum(cases for trace, cases in variants if len(set(trace)) < len(trace))


def _histogram(durations: NDArray[np.int64]) -> Histogram | None:
    """Bins of equal ratio; spans below a second count as a second, so that none is lost."""
    seconds = np.maximum(durations / 1e6, 1.0)
    low, high = float(seconds.min()), float(seconds.max())
    if high <= low:
        return None
    place = (np.log(seconds / low) / np.log(high / low) * BINS).astype(np.int64)
    counts = np.bincount(np.minimum(place, BINS - 1), minlength=BINS)
    return Histogram(low, high, tuple(counts.tolist()))


def _weeks(cases: _Cases) -> Weeks | None:
    assert cases.first is not None
    assert cases.last is not None
    starts, ends = (cases.first - MONDAY) // WEEK, (cases.last - MONDAY) // WEEK
    low, high = int(starts.min()), int(max(starts.max(), ends.max()))
    if high - low >= MOST_WEEKS:
        return None
    monday = datetime(1970, 1, 5, tzinfo=UTC) + timedelta(weeks=low)
    size = high - low + 1
    return Weeks(
        date(monday.year, monday.month, monday.day),
        tuple(np.bincount(starts - low, minlength=size).tolist()),
        tuple(np.bincount(ends - low, minlength=size).tolist()),
    )


def _groups(cases: _Cases, durations: NDArray[np.int64] | None) -> tuple[CaseGroup, ...]:
    """Order groups by falling cases, then value; cases without a value come last."""
    if cases.value is None:
        return ()
    encoded = cases.value.dictionary_encode(null_encoding="encode")
    group = to_numpy(encoded.indices).astype(np.int64)
    names = encoded.dictionary.to_pylist()
    sizes = np.bincount(group, minlength=len(names))
    events = np.bincount(group, weights=cases.events, minlength=len(names)).astype(np.int64)
    stats = None if durations is None else span_stats(group, durations, len(names))
    groups = [
        CaseGroup(name, int(sizes[i]), int(events[i]), stats.timing(i) if stats else None)
        for i, name in enumerate(names)
    ]
    groups.sort(key=lambda g: (g.value is None, -g.cases, g.value or ""))
    return tuple(groups)


def _value_of_each_case(log: EventLog, trail: Trail, by: str) -> pa.Array:
    """One text (or null) per case, in the order of the cases."""
    first = trail.offsets[:-1]
    table = log.case_table
    if table is not None and by in table.column_names and by != CASE:
        cases = log.events.column(CASE).combine_chunks().dictionary_decode().take(from_numpy(first))
        place = pc.index_in(cases, value_set=table.column(CASE).combine_chunks())
        return _text(table.column(by).combine_chunks().take(place))
    if by not in log.attributes and by != ACTIVITY:
        known = [*log.attributes, *(table.column_names[1:] if table is not None else ())]
        close = get_close_matches(by, known, n=3)
        listed = close or known[:12]
        raise UsageError(
            f"the log has no attribute {show(by)}",
            mend=f"{'near are' if close else 'it has'} {', '.join(map(show, listed))}"
            if listed
            else "it has no attributes at all",
            code="no-such-attribute",
        )
    column = log.events.column(by).combine_chunks()
    known_at = np.where(valid(column), np.arange(len(column)), -1)
    last = np.maximum.reduceat(known_at, first) if len(first) else known_at
    none = pa.nulls(len(last), pa.int64())  # a scalar would load pandas
    return _text(column.take(pc.if_else(from_numpy(last >= 0), from_numpy(last), none)))


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string())
