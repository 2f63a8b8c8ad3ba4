"""Which case an event belongs to, and what the traces say about their cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import show
from casemine.log.arrays import texts, valid, with_gaps
from casemine.log.columns import CASE
from casemine.model.intake import Note
from casemine.read.xes.columns import amount
from casemine.read.xes.faults import MISSING, OUTSIDE, TWICE_IN_TRACE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.xes.columns import ColumnStore
from casemine.read.xes.faults import Faults

NAME = "concept:name"


@dataclass(slots=True)
class Cases:
    """The case of every event, and the attributes of traces.

    `table` holds them where a trace is a case; where cases are made otherwise, `columns` repeats
    them at every event under the name `case:<key>`.
    """

    values: pa.Array  # one per event, encoded; null where an event has none
    table: pa.Table | None = None
    columns: dict[str, pa.Array] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def cases_by_trace(
    traces: ColumnStore, count: int, trace_of: NDArray[np.int32], faults: Faults
) -> Cases:
    """Make one case of every trace, with a name of its own."""
    given: list[str | None] = [None] * count
    if NAME in traces.keys:
        named = traces.column(NAME, count)
        given = named.values.to_pylist()
        faults.add_mask(NAME, TWICE_IN_TRACE, np.isin(trace_of, named.repeated))
    names, notes = unique_names(given)
    faults.add_mask(NAME, OUTSIDE, trace_of < 0)
    unique = texts(names)
    empty = count - len(np.unique(trace_of[trace_of >= 0]))
    if empty:
        text = f"{amount(empty, 'trace')} without events, kept among the case attributes only"
        notes.append(Note("traces-without-events", text, empty))
    values = pa.DictionaryArray.from_arrays(with_gaps(trace_of, trace_of >= 0), unique)
    return Cases(values, _table(traces, unique, count, NAME), notes=notes)


def cases_by_trace_attribute(
    traces: ColumnStore, key: str, count: int, trace_of: NDArray[np.int32], faults: Faults
) -> Cases:
    """Make cases by an attribute of traces; traces that share its value become one case."""
    column = traces.column(key, count, encode=True).values
    faults.add_mask(NAME, OUTSIDE, trace_of < 0)
    values = column.take(with_gaps(trace_of, trace_of >= 0))
    faults.add_mask(key, MISSING, ~valid(values))
    if column.null_count == 0 and len(pc.unique(column)) == count:
        return Cases(values, _table(traces, column.cast(pa.string()), count, key))
    return Cases(values, columns=_columns(traces, count, trace_of, key))


def cases_by_event_attribute(
    values: pa.Array, traces: ColumnStore, count: int, trace_of: NDArray[np.int32]
) -> Cases:
    """Make cases by an attribute of events, whatever trace they stand in."""
    return Cases(values, columns=_columns(traces, count, trace_of, ""))


def unique_names(given: list[str | None]) -> tuple[list[str], list[Note]]:
    """Give every trace a name of its own; a name that the file gives is never taken by another.

    Examples
    --------
    >>> unique_names(["a", None, "a", "a (2)"])[0]
    ['a', 'trace 2', 'a (3)', 'a (2)']
    """
    taken = {name for name in given if name is not None}
    if len(taken) == len(given):
        return [name for name in given if name is not None], []
    names: list[str] = []
    seen: set[str] = set()
    last: dict[str, int] = {}
    nameless, repeated = [], []
    for number, name in enumerate(given, start=1):
        wanted = name if name is not None else f"trace {number}"
        free = wanted not in (seen if name is not None else taken)
        chosen = wanted
        while not free:
            last[wanted] = last.get(wanted, 1) + 1
            chosen = f"{wanted} ({last[wanted]})"
            free = chosen not in taken
        if name is None:
            nameless.append(chosen)
        else:
            seen.add(name)
            if chosen != name:
                repeated.append((name, chosen))
        taken.add(chosen)
        names.append(chosen)
    return names, _remarks(nameless, repeated)


def _remarks(nameless: list[str], repeated: list[tuple[str, str]]) -> list[Note]:
    notes = []
    if nameless:
        text = (
            f"{amount(len(nameless), 'trace')} without a name, called by the place in the file, "
            f"such as {show(nameless[0])}"
        )
        notes.append(Note("nameless-traces", text, len(nameless)))
    if repeated:
        name, chosen = repeated[0]
        text = (
            f"{amount(len(repeated), 'trace')} of a name that an earlier one has, kept apart, "
            f"such as {show(name)} as {show(chosen)}; --case {NAME} joins them"
        )
        notes.append(Note("repeated-trace-names", text, len(repeated)))
    return notes


def _table(traces: ColumnStore, names: pa.Array, count: int, apart: str) -> pa.Table:
    """Put the attributes of traces beside their cases."""
    columns = {CASE: names}
    for key in traces.keys:
        if key not in {apart, ""}:
            name = f"trace:{key}" if key == CASE else key
            columns[name] = traces.column(key, count).values
    return pa.table(columns)


def _columns(
    traces: ColumnStore, count: int, trace_of: NDArray[np.int32], apart: str
) -> dict[str, pa.Array]:
    rows = with_gaps(trace_of, trace_of >= 0)
    return {
        f"case:{key}": traces.column(key, count).values.take(rows)
        for key in traces.keys
        if key not in {apart, ""}
    }
