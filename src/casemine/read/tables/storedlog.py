"""Parquet files that casemine itself has written: events in their final shape, read as such."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from casemine.errors import InputError, Place
from casemine.log.columns import ACTIVITY, CASE, ROW, START, TIME, TIMESTAMP
from casemine.log.eventlog import EventLog
from casemine.model.intake import Intake
from casemine.read.tables.cells import text_type

if TYPE_CHECKING:
    from casemine.read.tables.rawtable import RawTable


def stores_log(schema: pa.Schema) -> bool:
    """Whether a schema is that of an event log, by the names and types of the fixed columns."""
    names = set(schema.names)
    return (
        {CASE, ACTIVITY, ROW} <= names
        and all(text_type(schema.field(name).type) for name in (CASE, ACTIVITY))
        and schema.field(ROW).type == pa.int64()
        and all(schema.field(name).type == TIMESTAMP for name in {TIME, START} & names)
    )


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
    return EventLog.ordered(
        events.unify_dictionaries(),
        source=Path(table.name).name,
        intake=Intake(rows_read=events.num_rows),
    )
