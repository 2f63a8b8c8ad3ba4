"""The one table that every analysis reads: events in a known shape and a total order.

Columns `case` and `activity` are dictionary-encoded text, `time` and `start` are UTC microseconds,
`row` is the 1-based row of the source. The order is case, then time, then row; cases stand in the
order in which they first appear. A log without times has no `time` column and is ordered by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.log.arrays import from_numpy, texts, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, FIXED, ROW, START, TIME, TIMESTAMP
from casemine.log.frames import to_pandas
from casemine.log.order import order_events
from casemine.model.intake import Intake

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class EventCodes:
    """The columns that counting needs, one entry per event, sorted as the log is.

    `case` never falls; codes index `case_ids` and `activities`, which may hold values that no
    event uses. `time` and `start` are microseconds since 1970 in UTC, None in a log without times;
    `start` is None where no event has one, and equals `time` at events without one.
    """

    case: NDArray[np.int32]
    activity: NDArray[np.int32]
    time: NDArray[np.int64] | None
    start: NDArray[np.int64] | None
    has_start: NDArray[np.bool_] | None
    row: NDArray[np.int64]
    case_ids: pa.Array
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Events in a known shape and a total order.

    Parameters
    ----------
    events : pyarrow.Table
        Sorted; make one with `EventLog.ordered`, which sorts and encodes.
    source : str
        Name of what was read, for messages and titles.
    intake : Intake
        The account of the reading.
    case_table : pyarrow.Table, optional
        Attributes that belong to cases, not events: column `case` (text) and one column each.
    """

    events: pa.Table
    source: str = "log"
    intake: Intake = field(default_factory=Intake)
    case_table: pa.Table | None = None

    @classmethod
    def ordered(
        cls,
        events: pa.Table,
        *,
        source: str = "log",
        intake: Intake | None = None,
        case_table: pa.Table | None = None,
    ) -> EventLog:
        """Encode and sort a table that has `case`, `activity`, maybe `time`, and `row`.

        Parameters
        ----------
        events : pyarrow.Table
            `case` and `activity` as text or dictionary, without nulls; `time` and `start` as
            timestamps of any unit (naive ones count as UTC); `row` as integers. `time` has no
            nulls. Row order does not matter.

        Notes
        -----
        O(n log n) on packed integers; strings are encoded once and never compared.
        """
        intake = intake or Intake(rows_read=events.num_rows)
        columns = dict(zip(events.column_names, events.columns, strict=True))
        del events  # what is sorted makes room for its copy, unless the caller needs it still
        return cls(order_events(columns), source, intake, case_table)

    def __len__(self) -> int:
        return int(self.events.num_rows)

    @property
    def timed(self) -> bool:
        """Whether the events have times at all."""
        return TIME in self.events.column_names

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of the event attributes beyond the five fixed columns, in source order."""
        return tuple(name for name in self.events.column_names if name not in FIXED)

    def codes(self) -> EventCodes:
        """Hand over the columns that counting needs as numpy arrays, without a copy if possible."""
        case, activity = (single(self.events.column(name)) for name in (CASE, ACTIVITY))
        time = _integers(self.events, TIME)
        start, has_start = None, None
        if time is not None and START in self.events.column_names:
            column = single(self.events.column(START))
            has_start = valid(column)
            start = np.where(has_start, to_numpy(column), time)
        return EventCodes(
            case=to_numpy(case.indices),
            activity=to_numpy(activity.indices),
            time=time,
            start=start,
            has_start=has_start,
            row=to_numpy(single(self.events.column(ROW))),
            case_ids=case.dictionary,
            activities=tuple(activity.dictionary.to_pylist()),
        )

    def with_events(self, events: pa.Table) -> EventLog:
        """Keep source, account and case attributes; the events must still be in order."""
        return EventLog(events, self.source, self.intake, self.case_table)

    def to_pandas(self) -> pd.DataFrame:
        """Hand over a DataFrame with the column names that pm4py expects.

        Returns
        -------
        pandas.DataFrame
            `case:concept:name`, `concept:name`, `time:timestamp` (UTC), and where known
            `start_timestamp`, `org:resource`, `org:group`; other attributes keep their names and
            case attributes are repeated at every event as `case:<name>`. Sorted as the log is.
        """
        return to_pandas(self.events, self.case_table)


def parse_log(text: str) -> EventLog:
    """Make a small log from shorthand: traces split by `;`, activities by blanks.

    Cases are numbered from 1; every event comes one hour after the one before it in its case, the
    first at 2026-01-01 00:00 UTC.

    Examples
    --------
    >>> log = parse_log("New Open Solved; New Solved")
    >>> len(log), log.events.column("case").to_pylist()
    (5, ['1', '1', '1', '2', '2'])
    """
    columns: dict[str, list[Any]] = {CASE: [], ACTIVITY: [], TIME: []}
    for number, trace in enumerate(text.split(";"), start=1):
        for position, activity in enumerate(trace.split()):
            columns[CASE].append(str(number))
            columns[ACTIVITY].append(activity)
            columns[TIME].append(1_767_225_600_000_000 + position * 3_600_000_000)
    table = pa.table(
        {
            CASE: texts(columns[CASE]),
            ACTIVITY: texts(columns[ACTIVITY]),
            TIME: from_numpy(np.array(columns[TIME], np.int64), TIMESTAMP),
            ROW: from_numpy(np.arange(1, len(columns[CASE]) + 1)),
        }
    )
    return EventLog.ordered(table, source="shorthand")


def single(column: pa.ChunkedArray) -> pa.Array:
    """Join the chunks of a column; `ordered` leaves one of each, so this is rarely a copy."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.unify_dictionaries().combine_chunks()


def _integers(events: pa.Table, name: str) -> NDArray[np.int64] | None:
    if name not in events.column_names:
        return None
    return to_numpy(single(events.column(name)))
