"""Figures that need each case: durations in bins, cases per week, groups of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import UsageError, show
from casemine.log.aggregate import Trail
from casemine.log.columns import ACTIVITY, CASE
from casemine.log.spans import span_stats
from casemine.model.throughput import CaseGroup, Histogram, Throughput, Weeks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.model.variants import Variants

BINS = 18
MOST_WEEKS = 520  # ten years; beyond, a column per week says nothing
WEEK = 7 * 86_400_000_000  # microseconds
MONDAY = 4 * 86_400_000_000  # 1970-01-05, the first Monday after the epoch


def throughput_of(log: EventLog, variants: Variants, *, by: str | None = None) -> Throughput:
    """Count cases by duration, by week, and by the value of an attribute.

    Parameters
    ----------
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
    trail = Trail.of(log.codes())
    durations = trail.durations() if trail.time is not None and len(log) else None
    return Throughput(
        histogram=None if durations is None else _histogram(durations),
        weeks=None if durations is None else _weeks(trail),
        repeats=_repeats(variants),
        by=by,
        groups=() if by is None else _groups(log, trail, durations, by),
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


def _weeks(trail: Trail) -> Weeks | None:
    assert trail.time is not None
    first = np.minimum.reduceat(trail.begin, trail.offsets[:-1])
    last = trail.time[trail.offsets[1:] - 1]
    starts, ends = (first - MONDAY) // WEEK, (last - MONDAY) // WEEK
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


def _groups(
    log: EventLog, trail: Trail, durations: NDArray[np.int64] | None, by: str
) -> tuple[CaseGroup, ...]:
    """Order groups by falling cases, then value; cases without a value come last."""
    values = _value_of_each_case(log, trail, by)
    encoded = values.dictionary_encode(null_encoding="encode")
    group = np.asarray(encoded.indices).astype(np.int64)
    names = encoded.dictionary.to_pylist()
    cases = np.bincount(group, minlength=len(names))
    lengths = np.diff(trail.offsets)
    events = np.bincount(group, weights=lengths, minlength=len(names)).astype(np.int64)
    stats = None if durations is None else span_stats(group, durations, len(names))
    groups = [
        CaseGroup(name, int(cases[i]), int(events[i]), stats.timing(i) if stats else None)
        for i, name in enumerate(names)
    ]
    groups.sort(key=lambda g: (g.value is None, -g.cases, g.value or ""))
    return tuple(groups)


def _value_of_each_case(log: EventLog, trail: Trail, by: str) -> pa.Array:
    """One text (or null) per case, in the order of the cases."""
    first = trail.offsets[:-1]
    table = log.case_table
    if table is not None and by in table.column_names and by != CASE:
        cases = log.events.column(CASE).combine_chunks().dictionary_decode().take(pa.array(first))
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
    column = _text(log.events.column(by).combine_chunks())
    known_at = np.where(np.asarray(column.is_valid()), np.arange(len(column)), -1)
    last = np.maximum.reduceat(known_at, first) if len(first) else known_at
    return column.take(pa.array(last, mask=last < 0))


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string())
