"""Tables that casemine itself has written: events in their final shape, read as such.

Parquet keeps the types, and says in its metadata which columns are attributes of cases. Delimited
text is known by its first two headings, `case` and `activity`: there `seq` is a whole number,
`public` a truth, and a column `case:<name>` that is the same at all events of a case its attribute.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.columns import (
    ACTIVITY,
    CASE,
    PUBLIC,
    ROW,
    SEQ,
    START,
    TIME,
    TIMESTAMP,
)
from casemine.log.eventlog import EventLog
from casemine.model.intake import Intake, Note
from casemine.read.tables.cells import text_type

if TYPE_CHECKING:
    from casemine.read.tables.rawtable import RawTable


OF_CASE = "case:"


def stores_log(schema: pa.Schema) -> bool:
    """Whether a schema is that of an event log, by the names and types of the fixed columns."""
    names = set(schema.names)
    return (
        {CASE, ACTIVITY, ROW} <= names
        and all(text_type(schema.field(name).type) for name in (CASE, ACTIVITY))
        and schema.field(ROW).type == pa.int64()
        and all(schema.field(name).type == TIMESTAMP for name in {TIME, START} & names)
    )


def case_columns(schema: pa.Schema) -> dict[str, str]:
    """Read from the metadata which columns are attributes of cases; none if it does not say."""
    try:
        told = json.loads((schema.metadata or {}).get(b"casemine", b"{}"))["case_columns"]
    except (ValueError, KeyError, TypeError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(column): str(name) for column, name in told.items() if column in schema.names}


def system(schema: pa.Schema) -> Note | None:
    """Read from the metadata which system a log was exported from; None if it does not say."""
    try:
        told = json.loads((schema.metadata or {}).get(b"casemine", b"{}")).get("system")
    except (ValueError, AttributeError):
        return None
    return Note("system", told) if isinstance(told, str) else None


def read_stored(table: RawTable) -> EventLog:
    """Read an event log back.

    Raises
    ------
    InputError
        An event lacks its case, activity, time or row: the file was changed by someone else.
    """
    events = pa.concat_tables([chunk.cells for chunk in table.chunks()])
    for name in (CASE, ACTIVITY, TIME, ROW):
        if name in events.column_names and events.column(name).null_count:
            raise InputError(
                f"column '{name}' of this event log has empty cells",
                where=Place(table.name, None, name),
                mend="name the columns (--case, --activity, --time) to read it as any table",
            )
    log = EventLog.ordered(
        events.unify_dictionaries(),
        source=Path(table.name).name,
        intake=Intake(rows_read=events.num_rows, notes=tuple(filter(None, [_system_of(table)]))),
    )
    return with_case_table(log, getattr(table, "case_columns", {}))


def _system_of(table: RawTable) -> Note | None:
    found: Note | None = getattr(table, "system", None)
    return found


def typed_as_written(events: pa.Table) -> pa.Table:
    """Give `seq` and `public`, of events or cases, their types, if all their texts allow it."""
    for name, kind, pattern in (
        (SEQ, pa.int64(), r"^-?[0-9]{1,18}$"),
        (PUBLIC, pa.bool_(), r"^(?:true|false)$"),
        (f"{OF_CASE}{PUBLIC}", pa.bool_(), r"^(?:true|false)$"),
    ):
        if name not in events.column_names or not text_type(events.schema.field(name).type):
            continue
        column = events.column(name).cast(pa.string())
        if pc.all(pc.match_substring_regex(column, pattern), min_count=0).as_py():
            place = events.column_names.index(name)
            events = events.set_column(place, name, column.cast(kind))
    return events


def case_columns_by_name(columns: list[str]) -> dict[str, str]:
    """Find the columns that are named as attributes of cases.

    Examples
    --------
    >>> case_columns_by_name(["case", "activity", "case:vip", "time"])
    {'case:vip': 'vip'}
    """
    return {
        name: name.removeprefix(OF_CASE)
        for name in columns
        if name.startswith(OF_CASE) and name.removeprefix(OF_CASE) not in {"", CASE}
    }


def with_case_table(log: EventLog, columns: dict[str, str]) -> EventLog:
    """Move columns that are the same at all events of each case to the case table.

    Parameters
    ----------
    columns : dict
        Names of the attributes by the columns that hold them.
    """
    if not columns or not len(log):
        return log
    case = log.events.column(CASE).chunk(0)
    first = np.flatnonzero(np.diff(to_numpy(case.indices), prepend=-1))
    place = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(log))))
    made = {CASE: case.take(from_numpy(first)).cast(pa.string())}
    events = log.events
    for column, name in columns.items():
        values = events.column(column).combine_chunks()
        values = values.chunk(0) if isinstance(values, pa.ChunkedArray) else values
        codes = _codes(values)
        if name in made or not np.array_equal(codes, codes[first][place]):
            continue
        made[name] = values.take(from_numpy(first))
        events = events.drop_columns([column])
    if len(made) == 1:
        return log
    return EventLog(events, log.source, log.intake, pa.table(made))


def _codes(values: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give each distinct value a number, null -1."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return np.where(valid(encoded.indices), to_numpy(encoded.indices), -1).astype(np.int64)
