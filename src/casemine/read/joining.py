"""Several finished logs as one: rows count on, equal case ids are one case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from casemine.errors import InputError, Place, show
from casemine.log.columns import CASE, ROW
from casemine.log.eventlog import EventLog
from casemine.model.intake import Intake, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.member import Member

LISTED = 12  # members that a message names


def refuse_bundle(members: Sequence[Member]) -> None:
    """Refuse a folder or archive of several finished logs: each is whole, with its own case ids.

    Parameters
    ----------
    members : sequence of Member
        What was found, all of them logs; one that the user named itself is meant.
    """
    for place in dict.fromkeys(member.found_in for member in members):
        inside = [member for member in members if member.found_in == place]
        if place is None or len(inside) < 2:
            continue
        listed = ", ".join(show(member.label) for member in inside[:LISTED])
        more = f" and {len(inside) - LISTED:,} more" if len(inside) > LISTED else ""
        name = inside[0].name
        raise InputError(
            f"holds {len(inside):,} logs, which may be of different processes: {listed}{more}",
            where=Place(place),
            mend=f"name the one to read, as {name}; several named so are read as one log",
            code="several-logs",
        )


def cases_in_several(count: int) -> list[Note]:
    """Say how many cases have events in more than one file."""
    if not count:
        return []
    text = "1 case has" if count == 1 else f"{count:,} cases have"
    return [Note("cases-in-several-files", f"{text} events in more than one of the files", count)]


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
            rows_passed=sum(log.intake.rows_passed for log in logs),
            rows_added=sum(log.intake.rows_added for log in logs),
            rejects=tuple(group for log in logs for group in log.intake.rejects),
            notes=(
                *dict.fromkeys(note for log in logs for note in log.intake.notes),
                *cases_in_several(_shared_cases(logs)),
            ),
        ),
        case_table=_joined_cases([log.case_table for log in logs if log.case_table is not None]),
    )


def _shared_cases(logs: Sequence[EventLog]) -> int:
    """Count the case ids that more than one log has."""
    ids = [pc.unique(log.events.column(CASE)).cast(pa.string()) for log in logs]
    files_of_id = pc.value_counts(pa.concat_arrays(ids)).field("counts")
    return int(pc.sum(pc.greater(files_of_id, 1)).as_py() or 0)


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
