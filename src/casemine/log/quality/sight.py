"""A log as the checks of its quality see it: arrays that several of them need, made once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.log.aggregate import moment
from casemine.log.arrays import from_numpy, to_numpy, valid
from casemine.log.eventlog import single
from casemine.log.order import stable_order
from casemine.log.quality.wording import most_common
from casemine.model.quality import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
SHOWN = 3  # examples of a finding
KINDS = frozenset(  # what imports of change histories write
    (
        *("create", "status", "assign", "group", "priority", "comment", "merge", "delete"),
        *("sla", "field", "link", "escalate", "approval"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A text attribute of each event as numbers: `values[codes[i]]`, -1 where it has none."""

    codes: NDArray[np.int32]
    values: tuple[str, ...]

    def among(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each event whether its value is one of those marked in `wanted`."""
        return np.append(wanted, np.False_)[self.codes]  # -1 is the last


class Sight:
    """Events in the order of the log, with the bounds of their cases."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.codes = log.codes()
        case = self.codes.case
        changes = np.flatnonzero(case[1:] != case[:-1]) + 1
        ends = [len(case)] if len(case) else []
        self.offsets = np.concatenate([[0], changes, ends]).astype(np.int64)
        self.events = len(case)
        self.cases = len(self.offsets) - 1
        self.time = self.codes.time
        self.activity = self.codes.activity
        self.row = self.codes.row
        self._labels: dict[str, Labels | None] = {}

    @property
    def firsts(self) -> NDArray[np.int64]:
        """Index of the first event of each case."""
        return self.offsets[:-1]

    @property
    def lasts(self) -> NDArray[np.int64]:
        """Index of the last event of each case."""
        return self.offsets[1:] - 1

    @cached_property
    def case(self) -> NDArray[np.int64]:
        """For each event the place of its case in the order of the log."""
        return np.repeat(np.arange(self.cases), np.diff(self.offsets))

    @cached_property
    def case_ids(self) -> pa.Array:
        """Id of each case, in the order of the log."""
        return self.codes.case_ids.take(from_numpy(self.codes.case[self.firsts]))

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """For each event but the last: whether the next one belongs to the same case."""
        inside = np.ones(max(self.events - 1, 0), np.bool_)
        inside[self.offsets[1:-1] - 1] = False
        return inside

    @cached_property
    def tied(self) -> NDArray[np.bool_]:
        """For each event but the last: whether the next one shares its case and time."""
        assert self.time is not None
        tied: NDArray[np.bool_] = (self.time[1:] == self.time[:-1]) & self.inside
        return tied

    @cached_property
    def by_time(self) -> NDArray[np.int64]:
        """The events in order of time over all cases."""
        assert self.time is not None
        return stable_order([self.time])

    @cached_property
    def first_time(self) -> int:
        """Earliest time."""
        assert self.time is not None
        return int(self.time[self.firsts].min(initial=np.iinfo(np.int64).max))

    @cached_property
    def last_time(self) -> int:
        """Latest time."""
        assert self.time is not None
        return int(self.time[self.lasts].max(initial=np.iinfo(np.int64).min))

    @cached_property
    def usual_gap(self) -> int:
        """19 of 20 events follow the one before so soon; a quarter of the period at most."""
        assert self.time is not None
        gaps = np.diff(self.time)[self.inside]
        period = (self.last_time - self.first_time) // 4
        if not len(gaps):
            return 0
        place = int(0.95 * (len(gaps) - 1))
        return min(int(np.partition(gaps, place)[place]), period)

    def cases_with(self, events: NDArray[np.bool_] | NDArray[np.int64]) -> int:
        """Cases that have at least one of these events, which are marked or listed in order."""
        places = np.flatnonzero(events) if events.dtype == np.bool_ else events
        if not len(places):
            return 0
        case = self.codes.case[places]
        return int(np.count_nonzero(case[1:] != case[:-1])) + 1

    def any_in_case(self, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each case whether any of its events is marked."""
        return np.logical_or.reduceat(marked, self.firsts)

    @cached_property
    def kinds(self) -> Labels | None:
        """What changed at each event of a change history; None where `kind` is something else."""
        kinds = self.labels("kind")
        return kinds if kinds is not None and KINDS.issuperset(kinds.values) else None

    def labels(self, name: str) -> Labels | None:
        """Encode an attribute of text; None where the log has no value of this name."""
        if name not in self._labels:
            self._labels[name] = self._encoded(name)
        return self._labels[name]

    @cached_property
    def new_values(self) -> Labels | None:
        """What fields changed to; the texts of comments, mostly all different, are left out."""
        kinds = self.kinds
        if kinds is None or "comment" not in kinds.values:
            return self.labels("new")
        said = kinds.among(np.isin(kinds.values, "comment"))
        return self._encoded("new", ~said)

    def _encoded(self, name: str, wanted: NDArray[np.bool_] | None = None) -> Labels | None:
        if name not in self.log.events.column_names:
            return None
        column = single(self.log.events.column(name))
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            return None
        if wanted is not None:
            column = column.filter(from_numpy(wanted))
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        codes = to_numpy(column.indices).astype(np.int32)
        if column.null_count:
            codes = np.where(valid(column), codes, np.int32(-1))
        values = tuple(column.dictionary.to_pylist())
        if not values or None in values or not (codes >= 0).any():
            return None
        if wanted is not None:
            some, codes = codes, np.full(self.events, -1, np.int32)
            codes[wanted] = some
        return Labels(codes, values)

    def numbers(self, name: str) -> NDArray[Any] | None:
        """Take a column of whole numbers without gaps; None where the log has none of this name."""
        if name not in self.log.events.column_names:
            return None
        column = single(self.log.events.column(name))
        if not pa.types.is_integer(column.type) or column.null_count:
            return None
        return to_numpy(column)

    def activities_of(self, events: NDArray[np.bool_] | NDArray[np.int64]) -> Counter[str]:
        """Count some events by activity."""
        names = self.codes.activities
        counts = np.bincount(self.activity[events], minlength=len(names))
        return Counter({names[code]: int(counts[code]) for code in np.flatnonzero(counts)})

    def names(self, events: NDArray[np.bool_] | NDArray[np.int64]) -> str:
        """Write the most common activities of some events with their numbers."""
        return most_common(self.activities_of(events))

    def example(self, *events: int, what: str | None = None) -> Example:
        """Show events of one case."""
        first = events[0]
        activities = dict.fromkeys(self.codes.activities[self.activity[event]] for event in events)
        return Example(
            rows=tuple(int(self.row[event]) for event in events),
            case=self.codes.case_ids[int(self.codes.case[first])].as_py(),
            time=None if self.time is None else moment(int(self.time[first])),
            what=", ".join(activities) if what is None else what,
        )

    def examples(self, events: NDArray[np.int64]) -> tuple[Example, ...]:
        """Show the events among these that stand first in the source."""
        order = np.argsort(self.row[events], kind="stable")[:SHOWN]
        return tuple(self.example(event) for event in events[order].tolist())
