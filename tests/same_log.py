"""When two logs are the same: the definition that every round trip is measured against.

The same cases, each with the same events in the same order, every event with the same activity,
time, start and attributes, each attribute of the same kind, nulls included; the same cases with
the same attributes. `row` is the place in the source and the order of columns has no meaning, so
neither is compared. A column without any value is the same as no column: no format but Parquet and
OCEL has a place for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from casemine.log.columns import CASE, ROW, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from casemine.log import EventLog


def kind(values: pa.ChunkedArray) -> str:
    """Text, whole number, number, truth or time, whatever the encoding."""
    found = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_string(found) or pa.types.is_large_string(found):
        return "text"
    if pa.types.is_timestamp(found):
        return "time"
    if pa.types.is_integer(found):
        return "whole"
    return str(found)


def plain(values: pa.ChunkedArray) -> list:
    """Values that compare: times as microseconds since 1970, floats bit by bit."""
    if kind(values) == "time":
        return values.cast(TIMESTAMP).cast(pa.int64()).to_pylist()
    if pa.types.is_floating(values.type):
        return [None if each is None else float(each).hex() for each in values.to_pylist()]
    return values.to_pylist()


def facts(log: EventLog, *, seen: Callable = lambda name, values: values) -> dict:
    """All that makes a log what it is; `seen` says what a format makes of a column."""
    events = {}
    for name in log.events.column_names:
        values = log.events.column(name)
        if name != ROW and values.null_count < len(values):
            events[name] = seen(name, (kind(values), plain(values)))
    cases: dict[str, dict] = {case: {} for case in log.events.column(CASE).to_pylist()}
    if log.case_table is not None:
        ids = log.case_table.column(CASE).to_pylist()
        for case in ids:
            cases.setdefault(case, {})
        for name in log.case_table.column_names:
            values = log.case_table.column(name)
            if name != CASE and values.null_count < len(values):
                sort, found = seen(name, (kind(values), plain(values)))
                for case, value in zip(ids, found, strict=True):
                    if value is not None:
                        cases[case][name] = (sort, value)
    return {"events": events, "cases": cases}


def assert_same(
    back: EventLog, log: EventLog, *, without: Collection[str] = (), seen: Callable | None = None
) -> None:
    """Compare; `without` names columns of events that the format adds or cannot hold."""
    one, other = (facts(each, seen=seen) if seen else facts(each) for each in (back, log))
    names = {*one["events"], *other["events"]} - set(without)
    for name in sorted(names):
        assert one["events"].get(name) == other["events"].get(name), name
    assert one["cases"] == other["cases"]
