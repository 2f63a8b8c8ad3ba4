"""Events as a pandas DataFrame with the column names that pm4py expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, START, TIME

if TYPE_CHECKING:
    import pandas as pd

XES_NAMES = {
    CASE: "case:concept:name",
    ACTIVITY: "concept:name",
    TIME: "time:timestamp",
    START: "start_timestamp",
    RESOURCE: "org:resource",
    GROUP: "org:group",
}


def to_pandas(events: pa.Table, case_table: pa.Table | None) -> pd.DataFrame:
    """Rename the fixed columns, keep the attributes, repeat case attributes as `case:<name>`.

    An attribute that already has the name of a repeated one keeps it; the case attribute then
    comes with a number behind. `row` stays, so that a way back to the source remains.
    """
    arrays = [_plain(events.column(name)) for name in events.column_names]
    names = [XES_NAMES.get(name, name) for name in events.column_names]
    if case_table is not None:
        ids = case_table.column(CASE).cast(pa.string()).combine_chunks()
        at = pc.index_in(arrays[events.column_names.index(CASE)], value_set=ids)
        for name in case_table.column_names:
            if name != CASE:
                arrays.append(_plain(case_table.column(name)).take(at))
                names.append(f"case:{name}")
    frame: pd.DataFrame = pa.Table.from_arrays(arrays, names=_unique(names)).to_pandas()
    return frame


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decode dictionaries: pm4py wants text, not categories."""
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


def _unique(names: list[str]) -> list[str]:
    seen: set[str] = set()
    for place, name in enumerate(names):
        unique, number = name, 0
        while unique in seen:
            number += 1
            unique = f"{name}.{number}"
        seen.add(unique)
        names[place] = unique
    return names
