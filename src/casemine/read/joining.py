"""Several finished logs as one: rows count on, equal case ids are one case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place
from casemine.log.columns import CASE, ROW
from casemine.log.eventlog import EventLog
from casemine.model.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Sequence


def joined_logs(logs: Sequence[EventLog]) -> EventLog:
    """Put logs together in the order given.

    Raises
    ------
    InputError
        Some have times and others have none.
    """
    if len({log.timed for log in logs}) > 1:
        untimed = next(log for log in logs if not log.timed)
        raise InputError("has no times, unlike the other files", where=Place(untimed.source))
    tables: list[pa.Table] = []
    before = 0
    for log in logs:
        rows = pc.add(log.events.column(ROW), before)
        place = log.events.column_names.index(ROW)
        tables.append(log.events.set_column(place, ROW, rows))
        before += max(log.intake.rows_read, pc.max(log.events.column(ROW)).as_py() or 0)
    events = pa.concat_tables(_aligned(tables)).unify_dictionaries()
    names = [Path(log.source).name for log in logs]
    return EventLog.ordered(
        events,
        source=f"{names[0]} and {len(names) - 1} more",
        intake=Intake(
            rows_read=sum(log.intake.rows_read for log in logs),
            rows_joined=sum(log.intake.rows_joined for log in logs),
            rejects=tuple(group for log in logs for group in log.intake.rejects),
            notes=tuple(dict.fromkeys(note for log in logs for note in log.intake.notes)),
        ),
        case_table=_joined_cases([log.case_table for log in logs if log.case_table is not None]),
    )


def _aligned(tables: list[pa.Table]) -> list[pa.Table]:
    """Give all tables the same columns and types; one that differs in type becomes text."""
    kinds: dict[str, pa.DataType] = {}
    for table in tables:
        for field in table.schema:
            known = kinds.setdefault(field.name, field.type)
            if known != field.type:
                kinds[field.name] = pa.string()
    aligned = []
    for table in tables:
        columns = [
            table.column(name).cast(kind)
            if name in table.column_names
            else pa.chunked_array([pa.nulls(table.num_rows, kind)])
            for name, kind in kinds.items()
        ]
        aligned.append(pa.Table.from_arrays(columns, names=list(kinds)))
    return aligned


def _joined_cases(tables: list[pa.Table]) -> pa.Table | None:
    """Put case attributes together; for a case in several files the first file counts."""
    if not tables:
        return None
    cases = pa.concat_tables(_aligned(tables)).combine_chunks()
    ids = cases.column(CASE).combine_chunks()
    first = pc.index_in(ids, value_set=ids)  # of equal ids, the place of the first
    return cases.filter(pc.equal(first, pa.array(range(len(ids)), pa.int32())))
