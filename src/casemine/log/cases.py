"""The case table: each case with its size, its time and its variant, columnar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.aggregate import Trail
from casemine.log.arrays import from_numpy

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog


@dataclass(frozen=True, slots=True, eq=False)
class CaseSummary:
    """One entry per case, in the order of the log; times None in a log without times."""

    ids: pa.Array  # text
    offsets: NDArray[np.int64]  # case i holds the events offsets[i] to offsets[i + 1] of the log
    events: NDArray[np.int64]
    first: NDArray[np.int64] | None  # first start (or time), microseconds since 1970, UTC
    last: NDArray[np.int64] | None  # last time
    duration_s: NDArray[np.float64] | None
    variant: NDArray[np.int64]  # index into `variants_of(log)`

    def __len__(self) -> int:
        return len(self.events)


def case_summary(log: EventLog) -> CaseSummary:
    """Measure each case of a log.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> cases = case_summary(parse_log("A B; A; A B"))
    >>> cases.ids.to_pylist(), cases.events.tolist(), cases.variant.tolist()
    (['1', '2', '3'], [2, 1, 2], [0, 1, 0])
    >>> cases.duration_s.tolist()
    [3600.0, 0.0, 3600.0]
    """
    codes = log.codes()
    trail = Trail.of(codes)
    starts = trail.offsets[:-1]
    last = durations = None
    if trail.time is not None:
        last = trail.time[trail.offsets[1:] - 1]
        durations = trail.durations()
    return CaseSummary(
        ids=codes.case_ids.take(from_numpy(codes.case[starts])),
        offsets=trail.offsets,
        events=np.diff(trail.offsets),
        first=None if last is None or durations is None else last - durations,
        last=last,
        duration_s=None if durations is None else durations / 1_000_000,
        variant=trail.grouped().of_case,
    )
