"""Small logs as lists of dictionaries: hypothesis strategies, and the way to an EventLog."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from casemine.log import EventLog
from casemine.log.columns import TIMESTAMP

SECOND = 1_000_000


@st.composite
def event_lists(draw, *, timed=None, max_size=40):
    """Events of a few cases and activities, with ties, overlaps and gaps in `start`, shuffled."""
    timed = draw(st.booleans()) if timed is None else timed
    with_start = timed and draw(st.booleans())
    unit = draw(st.sampled_from([1, 1000, SECOND, 3600 * SECOND, 10**13]))
    size = draw(st.integers(0, max_size))
    rows = draw(st.permutations(range(1, size + 1)))
    moments = st.integers(-3, 12).map(lambda n: n * unit)
    events = []
    for row in rows:
        event = {
            "case": draw(st.sampled_from(["7", "007", "é", "c", "Ω"])),
            "activity": draw(st.sampled_from(["B", "A", "b", "Ä", "A B", "Z"])),
            "row": row,
        }
        if timed:
            event["time"] = draw(moments)
        if with_start:
            event["start"] = draw(st.none() | moments)
        events.append(event)
    return events


def table_of(events: list[dict]) -> pa.Table:
    """Columns as `EventLog.ordered` wants them."""
    names = list(events[0]) if events else ["case", "activity", "time", "row"]
    kinds = {"case": pa.string(), "activity": pa.string(), "row": pa.int64()}
    columns = {}
    for name in names:
        values = [event[name] for event in events]
        if name in {"time", "start"}:
            columns[name] = pa.array(values, pa.int64()).cast(TIMESTAMP)
        else:
            columns[name] = pa.array(values, kinds.get(name))
    return pa.table(columns)


def log_of(events: list[dict]) -> EventLog:
    return EventLog.ordered(table_of(events), source="events")


def assert_equals_oracle(summary, expected) -> None:
    """Every figure equal to the last bit."""
    assert summary.graph == expected.graph
    assert list(summary.graph.starts) == list(expected.graph.starts)
    assert list(summary.graph.ends) == list(expected.graph.ends)
    assert list(summary.variants) == expected.variants
    assert (summary.duration, summary.first, summary.last) == (
        expected.duration,
        expected.first,
        expected.last,
    )
    assert (summary.tied_events, summary.overlaps) == (expected.tied_events, expected.overlaps)
    for figures, right in (
        (summary.variants.median_s, expected.medians),
        (summary.variants.p90_s, expected.p90s),
    ):
        assert ([] if figures is None else figures.tolist()) == right


def assert_same_summary(one, other) -> None:
    """Two summaries equal to the last bit."""
    assert one.graph == other.graph
    assert list(one.variants) == list(other.variants)
    assert one.variants.activities == other.variants.activities
    for name in ("median_s", "p90_s"):
        assert np.array_equal(getattr(one.variants, name), getattr(other.variants, name))
    for name in ("duration", "first", "last", "tied_events", "overlaps"):
        assert getattr(one, name) == getattr(other, name)
