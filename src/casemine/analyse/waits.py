"""Waits by kind: how many, how long, what share of all waiting, and the longest with its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.survival import survival_of
from casemine.log.spans import SECOND, span_stats
from casemine.model.bottlenecks import Clock, Wait
from casemine.model.conformance import ExampleCase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.analyse.journey import Gaps, Journey


def total_of(gaps: Gaps) -> tuple[Clock, Clock | None]:
    """Sum up all waits, by both clocks."""
    none = np.zeros(len(gaps), np.int64)
    calendar, working = _clocks(gaps, none, 1, whole=None)
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
    used, keys = np.unique(keys, return_inverse=True)
    size = len(used)
    calendar, working = _clocks(gaps, keys, size, whole=whole)
    running = np.bincount(keys[gaps.running], minlength=size).tolist()
    ended = np.bincount(keys[~gaps.running], minlength=size).tolist()
    pairs = np.unique(keys * (int(gaps.case[-1]) + 1) + gaps.case)
    cases = np.bincount(pairs // (int(gaps.case[-1]) + 1), minlength=size).tolist()
    longest = _longest(gaps, keys, size)
    found = [
        Wait(
            what=names[kind],
            waits=ended[place],
            running=running[place],
            cases=cases[place],
            calendar=calendar[place],
            working=None if working is None else working[place],
            longest=example(journey, gaps, longest[place]),
        )
        for place, kind in enumerate(used.tolist())
    ]
    by_working = working is not None
    return tuple(sorted(found, key=lambda wait: (-wait.by(by_working).total_s, wait.what)))


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


def _clocks(
    gaps: Gaps, keys: NDArray[np.int64], size: int, *, whole: Gaps | None
) -> tuple[list[Clock], list[Clock] | None]:
    """Measure the waits of each kind by both clocks."""
    calendar = _clock(gaps.spans, gaps.running, keys, size, (whole or gaps).spans)
    if gaps.worked is None:
        return calendar, None
    of = (whole or gaps).worked
    assert of is not None
    return calendar, _clock(gaps.worked, gaps.running, keys, size, of)


def _clock(
    spans: NDArray[np.int64],
    running: NDArray[np.bool_],
    keys: NDArray[np.int64],
    size: int,
    whole: NDArray[np.int64],
) -> list[Clock]:
    ended = span_stats(keys[~running], spans[~running], size)
    everything = span_stats(keys, spans, size)
    total = float(whole.sum(dtype=np.float64)) / SECOND
    order = np.argsort(keys, kind="stable")
    bounds = np.searchsorted(keys[order], np.arange(size + 1))
    clocks = []
    for kind in range(size):
        here = order[bounds[kind] : bounds[kind + 1]]
        part = everything.total[kind] / SECOND
        censored = bool(running[here].any())
        clocks.append(
            Clock(
                ended=ended.timing(kind),
                total_s=part,
                share=min(part / total, 1.0) if total else 0.0,
                survival=survival_of(spans[here], running[here]) if censored else None,
            )
        )
    return clocks


def _longest(gaps: Gaps, keys: NDArray[np.int64], size: int) -> list[int]:
    """Of each kind the longest wait; the first one where several are as long."""
    order = np.lexsort([-gaps.spans, keys])
    first: list[int] = order[np.searchsorted(keys[order], np.arange(size))].tolist()
    return first
