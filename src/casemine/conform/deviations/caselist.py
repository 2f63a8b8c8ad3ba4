"""The cases of a log as they are checked: their trace, their state, and the way back to the rows.

Cases that share trace and state are aligned once. Events of steps that were chosen not to count
are left out of the traces; positions in a trace lead back to events through `events_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.arrays import from_numpy, to_numpy
from casemine.log.columns import ROW, SEQ
from casemine.log.eventlog import single
from casemine.model.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.log.aggregate import Trail
    from casemine.log.eventlog import EventLog
    from casemine.log.openness import Openness
    from casemine.log.traces import GroupedCases

OVER, OPEN, RESTING = 0, 1, 2
KIND, RULE = "kind", "rule"  # columns of a log of changes, and of a mapped log


@dataclass(frozen=True, slots=True, eq=False)
class Activities:
    """How often each activity of a log occurs."""

    events: dict[str, int]
    cases: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class CaseList:
    """Cases in the order of the log, and the distinct pairs of trace and state."""

    variants: Variants  # one entry per trace and state, with its number of cases
    state: NDArray[np.int8]  # of each of them: OVER, OPEN or RESTING
    trace_of: NDArray[np.int64]  # of each of them: which trace of the log
    of_case: NDArray[np.int64]  # of each case: which of them
    traces: int  # distinct traces of the log, before anything was left out
    sizes: NDArray[np.int64]  # events of each case, before anything was left out
    duration_s: NDArray[np.float64] | None
    trail: Trail
    left_out: NDArray[np.bool_]  # by activity of the trail
    rows: NDArray[np.int64]  # by event of the log
    ordered: bool  # the source says in which order events of one time came
    ids: pa.Array

    def __len__(self) -> int:
        return len(self.of_case)

    @property
    def open(self) -> NDArray[np.bool_]:
        """For each trace and state, whether its cases may still go on."""
        result: NDArray[np.bool_] = self.state == OPEN
        return result

    def events_of(self, case: int) -> NDArray[np.int64]:
        """Events of one case, by position in its trace."""
        first, last = self.trail.offsets[case], self.trail.offsets[case + 1]
        kept = ~self.left_out[self.trail.activity[first:last]]
        events: NDArray[np.int64] = np.flatnonzero(kept) + first
        return events

    def id_of(self, case: int) -> str:
        """Give the name of one case."""
        return str(self.ids[case].as_py())


def activities_of(trail: Trail, variants: Variants) -> Activities:
    """Count events and cases of each activity, over the variants.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> from casemine.log.aggregate import Trail
    >>> trail = Trail.of(parse_log("A B B; A").codes())
    >>> found = activities_of(trail, trail.grouped().variants)
    >>> found.events, found.cases
    ({'A': 2, 'B': 2}, {'A': 2, 'B': 1})
    """
    names = trail.names
    which = np.repeat(np.arange(len(variants)), np.diff(variants.offsets))
    events = _weighted(variants.codes, variants.counts[which], len(names))
    once = np.unique(which * len(names) + variants.codes)
    cases = _weighted(once % len(names), variants.counts[once // len(names)], len(names))
    return Activities(
        dict(zip(names, events.tolist(), strict=True)),
        dict(zip(names, cases.tolist(), strict=True)),
    )


def case_list(
    log: EventLog,
    trail: Trail,
    grouped: GroupedCases,
    openness: Openness,
    set_aside: Collection[str],
) -> CaseList:
    """Join cases by trace and state; O(n) for n events.

    Parameters
    ----------
    log : EventLog
        That the trail was made of.
    trail, grouped : Trail, GroupedCases
        Its events, and its cases by trace.
    openness : Openness
        Whether each case is over, open or resting.
    set_aside : collection of str
        Activities whose events are left out of the traces.
    """
    traces = grouped.variants
    state = np.where(openness.open, OPEN, np.where(openness.resting, RESTING, OVER))
    pairs, of_case, counts = np.unique(
        grouped.of_case * 3 + state, return_inverse=True, return_counts=True
    )
    trace_of = pairs // 3
    left_out = np.array([name in set_aside for name in trail.names], np.bool_)
    lengths = np.diff(traces.offsets)[trace_of]
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.repeat(traces.offsets[trace_of] - bounds[:-1], lengths) + np.arange(bounds[-1])
    codes = traces.codes[places]
    kept = ~left_out[codes]
    offsets = np.concatenate([[0], np.cumsum(kept)])[bounds].astype(np.int64)
    variants = Variants(trail.names, codes[kept], offsets, counts.astype(np.int64), None, None)
    codes_of_log = log.codes()
    starts = trail.offsets[:-1]
    return CaseList(
        variants=variants,
        state=(pairs % 3).astype(np.int8),
        trace_of=trace_of,
        of_case=of_case,
        traces=len(traces),
        sizes=np.diff(trail.offsets),
        duration_s=None if trail.time is None else trail.durations() / 1_000_000,
        trail=trail,
        left_out=left_out,
        rows=to_numpy(single(log.events.column(ROW))),
        ordered=_ordered(log.events.column_names),
        ids=codes_of_log.case_ids.take(from_numpy(codes_of_log.case[starts])),
    )


def _ordered(columns: Collection[str]) -> bool:
    """Whether `seq` is of the source; a mapping adds one to a log that has none."""
    return SEQ in columns and (KIND in columns or RULE not in columns)


def _weighted(
    codes: NDArray[np.integer], weights: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """Add up whole weights by code."""
    total = np.zeros(size, np.int64)
    np.add.at(total, codes, weights)
    return total
