"""What the attributes of a log hold: kinds, numbers of values, gaps, most common values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.columns import CASE
from casemine.model.attribute import Attribute

if TYPE_CHECKING:
    from typing import Literal

    from casemine.log.eventlog import EventLog

EXAMPLES = 3


def attributes_of(log: EventLog) -> tuple[Attribute, ...]:
    """Describe each attribute: those of events in source order, then those of cases.

    Notes
    -----
    O(n) for each attribute. The most common values are those of all events (or cases); values as
    often as each other stand in the order of their text.
    """
    found = [_describe(name, "event", log.events.column(name)) for name in log.attributes]
    if log.case_table is not None:
        found.extend(
            _describe(name, "case", log.case_table.column(name))
            for name in log.case_table.column_names
            if name != CASE
        )
    return tuple(found)


def _describe(name: str, level: Literal["event", "case"], column: pa.ChunkedArray) -> Attribute:
    missing = column.null_count / len(column) if len(column) else None
    kind = _kind(column.type)
    if kind == "other":
        return Attribute(name, level, kind, 0, missing)
    counts = pc.value_counts(column.drop_null())
    values, numbers = counts.field("values"), counts.field("counts")
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    table = pa.table({"value": values, "count": numbers})
    best = table.take(
        pc.select_k_unstable(
            table, k=EXAMPLES, sort_keys=[("count", "descending"), ("value", "ascending")]
        )
    )
    examples = tuple(str(value) for value in best.column("value").to_pylist())
    return Attribute(name, level, kind, table.num_rows, missing, examples)


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "text"
    if pa.types.is_boolean(kind):
        return "true/false"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_temporal(kind):
        return "time"
    return "other"
