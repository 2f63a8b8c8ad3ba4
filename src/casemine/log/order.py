"""Encode text once, then sort events by integers: case, time, source row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from casemine.log.columns import ACTIVITY, CASE, ENCODED, ROW, START, TIME, TIMESTAMP


def order_events(events: pa.Table) -> pa.Table:
    """Return the table with encoded text, UTC times, and rows in the order of an event log."""
    for name in (CASE, ACTIVITY):
        events = _replace(events, name, _encode(events.column(name)))
    for name in (TIME, START):
        if name in events.column_names:
            events = _replace(events, name, events.column(name).cast(TIMESTAMP))
    events = _replace(events, ROW, events.column(ROW).cast(pa.int64())).combine_chunks()
    keys = [np.asarray(events.column(ROW).chunk(0))] if events.num_rows else []
    if keys and TIME in events.column_names:
        keys.append(np.asarray(events.column(TIME).chunk(0).cast(pa.int64())))
    if keys:
        keys.append(np.asarray(events.column(CASE).chunk(0).indices))
        events = events.take(pa.array(np.lexsort(keys)))
    return events.combine_chunks()


def _encode(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    return column.cast(ENCODED).unify_dictionaries()


def _replace(events: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return events.set_column(events.column_names.index(name), name, column)
