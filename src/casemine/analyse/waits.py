"""Waits by kind: how many, how long, what share of all waiting, and the longest with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.survival import survival_of
from casemine.log.order import stable_order
from casemine.log.spans import SECOND, span_stats
from casemine.model.bottlenecks import Clock, Wait
from casemine.model.conformance import ExampleCase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.analyse.journey import Gaps, Journey


def total_of(gaps: Gaps) -> tuple[Clock, Clock | None]:
    """Sum up all waits, by both clocks."""
    if not len(gaps):
        nothing = Clock(None, 0.0, 0.0)
        return nothing, None if gaps.worked is None else nothing
    calendar, working = _clocks(gaps, _Kinds.of(np.zeros(len(gaps), np.int64)), whole=gaps)
    return calendar[0], None if working is None else working[0]


def waits_by(
    journey: Journey,
    gaps: Gaps,
    keys: NDArray[np.int64],
    names: Sequence[tuple[str, ...]],
    *,
    whole: Gaps | None = None,
) -> tuple[Wait, ...]:
    """Gather waits by their key.

    Parameters
    ----------
    gaps : Gaps
        The waits, in the order of the log.
    keys : array of int64
        Of each wait the index of its kind in `names`; -1 leaves it out.
    names : sequence of tuple of str
        What each kind is called.
    whole : Gaps, optional
        The waits that shares are of; `gaps` where not given.

    Returns
    -------
    tuple of Wait
        By falling total (of working time where there are working hours), then name; kinds without
        a wait are not among them.

    Notes
    -----
    O(n log n) for n waits, vectorised over the kinds but for the estimates of those with waits
    that still run.
    """
    whole = gaps if whole is None else whole
    chosen = keys >= 0
    if not chosen.all():
        gaps, keys = gaps.of(chosen), keys[chosen]
    if not len(gaps):
        return ()
    kinds = _Kinds.of(keys)
    calendar, working = _clocks(gaps, kinds, whole=whole)
    running = np.add.reduceat(gaps.running[kinds.order], kinds.bounds[:-1], dtype=np.int64).tolist()
    sizes = np.diff(kinds.bounds).tolist()
    cases = _cases(gaps, kinds).tolist()
    longest = _longest(gaps, kinds).tolist()
    found = [
        Wait(
            what=names[kind],
            waits=sizes[place] - running[place],
            running=running[place],
            cases=cases[place],
            calendar=calendar[place],
            working=None if working is None else working[place],
            longest=example(journey, gaps, longest[place]),
        )
        for place, kind in enumerate(kinds.used.tolist())
    ]
    by_working = working is not None
    return tuple(sorted(found, key=lambda wait: (-wait.by(by_working).total_s, wait.what)))


@dataclass(frozen=True, slots=True, eq=False)
class _Kinds:
    """Waits by kind: those of kind i stand in `order` from `bounds[i]` to `bounds[i + 1]`."""

    used: NDArray[np.int64]
    order: NDArray[np.int64]  # within a kind as in the log
    bounds: NDArray[np.int64]
    number: NDArray[np.int64]  # of each wait, from 0

    @classmethod
    def of(cls, keys: NDArray[np.int64]) -> _Kinds:
        """Sort once; everything else is counted along this order."""
        order = stable_order([keys])
        ordered = keys[order]
        fresh = np.ones(len(keys), np.bool_)
        fresh[1:] = ordered[1:] != ordered[:-1]
        starts = np.flatnonzero(fresh)
        number = np.empty(len(keys), np.int64)
        number[order] = np.cumsum(fresh) - 1
        return cls(ordered[starts], order, np.append(starts, len(keys)), number)

    def __len__(self) -> int:
        return len(self.used)


def example(journey: Journey, gaps: Gaps, place: int) -> ExampleCase:
    """Show one wait with the rows of the events around it."""
    sight = journey.sight
    source, target = int(gaps.source[place]), int(gaps.target[place])
    names = [sight.codes.activities[sight.activity[event]] for event in (source, target)]
    rows = (int(sight.row[source]), int(sight.row[target]))
    running = bool(gaps.running[place])
    return ExampleCase(
        case=sight.codes.case_ids[int(sight.codes.case[source])].as_py(),
        rows=rows[:1] if running else rows,
        duration_s=int(gaps.spans[place]) / SECOND,
        what=f"{names[0]}, still open" if running else f"{names[0]} > {names[1]}",
    )


def _clocks(gaps: Gaps, kinds: _Kinds, *, whole: Gaps) -> tuple[list[Clock], list[Clock] | None]:
    """Measure the waits of each kind by both clocks."""
    calendar = _clock(gaps.spans, gaps.running, kinds, whole.spans)
    if gaps.worked is None or whole.worked is None:
        return calendar, None
    return calendar, _clock(gaps.worked, gaps.running, kinds, whole.worked)


def _clock(
    spans: NDArray[np.int64],
    running: NDArray[np.bool_],
    kinds: _Kinds,
    whole: NDArray[np.int64],
) -> list[Clock]:
    size = len(kinds)
    everything = span_stats(kinds.number, spans, size)
    total = float(whole.sum(dtype=np.float64)) / SECOND
    ended, censored = everything, [False] * size
    if running.any():
        ended = span_stats(kinds.number[~running], spans[~running], size)
        censored = np.logical_or.reduceat(running[kinds.order], kinds.bounds[:-1]).tolist()
    clocks = []
    for kind in range(size):
        part, survival = everything.total[kind] / SECOND, None
        if censored[kind]:
            here = kinds.order[kinds.bounds[kind] : kinds.bounds[kind + 1]]
            survival = survival_of(spans[here], running[here])
        share = min(part / total, 1.0) if total else 0.0
        clocks.append(Clock(ended.timing(kind), part, share, survival))
    return clocks


def _cases(gaps: Gaps, kinds: _Kinds) -> NDArray[np.int64]:
    """Count the cases of each kind; within a kind they never fall."""
    case = gaps.case[kinds.order]
    fresh = np.ones(len(case), np.bool_)
    fresh[1:] = case[1:] != case[:-1]
    fresh[kinds.bounds[:-1]] = True
    return np.add.reduceat(fresh, kinds.bounds[:-1], dtype=np.int64)


def _longest(gaps: Gaps, kinds: _Kinds) -> NDArray[np.int64]:
    """Find the longest wait of each kind; the first one where several are as long."""
    spans = gaps.spans[kinds.order]
    most = np.maximum.reduceat(spans, kinds.bounds[:-1])
    is_most = spans == np.repeat(most, np.diff(kinds.bounds))
    places = np.where(is_most, np.arange(len(spans)), len(spans))
    return kinds.order[np.minimum.reduceat(places, kinds.bounds[:-1])]
