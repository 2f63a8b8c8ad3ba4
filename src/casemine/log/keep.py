"""Which events each kind of filter keeps: a truth for each event, all counted at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from casemine.log.arrays import texts, to_numpy
from casemine.log.columns import CASE
from casemine.log.eventlog import single

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    from casemine.log.aggregate import Trail
    from casemine.log.eventlog import EventLog


def spread(trail: Trail, cases: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each event the answer of its case."""
    return np.repeat(cases, np.diff(trail.offsets))


def any_in_case(trail: Trail, events: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the cases with at least one such event."""
    return spread(trail, np.logical_or.reduceat(events, trail.offsets[:-1]))


def all_in_case(trail: Trail, events: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the cases with such events only."""
    return spread(trail, np.logical_and.reduceat(events, trail.offsets[:-1]))


def with_ids(log: EventLog, ids: Sequence[str]) -> NDArray[np.bool_]:
    """Keep the cases with these ids."""
    case = single(log.events.column(CASE))
    wanted = to_numpy(pc.is_in(case.dictionary, texts(ids)))
    kept: NDArray[np.bool_] = wanted[to_numpy(case.indices)]
    return kept


def in_window(trail: Trail, since: int | None, until: int | None, window: str) -> NDArray[np.bool_]:
    """Keep the cases that lie in [since, until), in the sense of `window`."""
    assert trail.time is not None
    last = trail.time[trail.offsets[1:] - 1]
    first = last - trail.durations()
    earliest = {"contained": first, "started": first, "intersecting": last, "ended": last}[window]
    latest = {"contained": last, "started": first, "intersecting": first, "ended": last}[window]
    keep = np.ones(len(first), np.bool_)
    if since is not None:
        keep &= earliest >= since
    if until is not None:
        keep &= latest < until
    return spread(trail, keep)


def events_in_window(trail: Trail, since: int | None, until: int | None) -> NDArray[np.bool_]:
    """Keep the events whose time lies in [since, until)."""
    assert trail.time is not None
    keep = np.ones(len(trail.time), np.bool_)
    if since is not None:
        keep &= trail.time >= since
    if until is not None:
        keep &= trail.time < until
    return keep


def of_activities(trail: Trail, names: Sequence[str]) -> NDArray[np.bool_]:
    """Keep the events of these activities."""
    wanted = np.array([name in set(names) for name in trail.names], np.bool_)
    return wanted[trail.activity]


def starting_with(trail: Trail, names: Sequence[str]) -> NDArray[np.bool_]:
    """Keep the cases whose first activity is one of these."""
    return spread(trail, of_activities(trail, names)[trail.offsets[:-1]])


def ending_with(trail: Trail, names: Sequence[str]) -> NDArray[np.bool_]:
    """Keep the cases whose last activity is one of these."""
    return spread(trail, of_activities(trail, names)[trail.offsets[1:] - 1])


def directly_followed(trail: Trail, source: str, target: str) -> NDArray[np.bool_]:
    """Keep the cases in which `target` comes directly after `source` at least once."""
    found = np.zeros(len(trail.activity), np.bool_)
    found[:-1] = of_activities(trail, [source])[:-1] & of_activities(trail, [target])[1:]
    found[trail.offsets[1:] - 1] = False
    return any_in_case(trail, found)


def eventually_followed(trail: Trail, source: str, target: str) -> NDArray[np.bool_]:
    """Keep the cases in which `target` comes some time after `source`.

    That is: the first `source` comes before the last `target`.
    """
    place = np.arange(len(trail.activity))
    starts = trail.offsets[:-1]
    far = len(place)
    first = np.minimum.reduceat(np.where(of_activities(trail, [source]), place, far), starts)
    last = np.maximum.reduceat(np.where(of_activities(trail, [target]), place, -1), starts)
    return spread(trail, first < last)


def with_size(trail: Trail, least: int | None, most: int | None) -> NDArray[np.bool_]:
    """Keep the cases of at least and at most so many events."""
    return spread(trail, _between(np.diff(trail.offsets), least, most))


def with_duration(trail: Trail, least: int | None, most: int | None) -> NDArray[np.bool_]:
    """Keep the cases that last at least and at most so many microseconds."""
    return spread(trail, _between(trail.durations(), least, most))


def of_top_variants(trail: Trail, top: int | None, coverage: float | None) -> NDArray[np.bool_]:
    """Keep the cases of the most common variants: at most `top`, as few as reach the share."""
    grouped = trail.grouped()
    return spread(trail, grouped.of_case < top_variants(grouped.variants.counts, top, coverage))


def of_traces(trail: Trail, traces: Container[tuple[str, ...]]) -> NDArray[np.bool_]:
    """Keep the cases with these traces."""
    grouped = trail.grouped()
    wanted = np.array([trace in traces for trace, _ in grouped.variants], np.bool_)
    return spread(trail, wanted[grouped.of_case])


def top_variants(counts: NDArray[np.int64], top: int | None, coverage: float | None) -> int:
    """Count the variants, most common first, that are wanted."""
    kept = len(counts) if top is None else min(top, len(counts))
    return kept if coverage is None else min(kept, variants_for_share(counts, coverage))


def variants_for_share(counts: NDArray[np.int64], share: float) -> int:
    """Count the variants, most common first, that make up a share of the cases.

    Examples
    --------
    >>> variants_for_share(np.array([5, 3, 1, 1]), 0.8)
    2
    """
    needed = math.ceil(round(share * int(counts.sum()), 6))  # 0.7 * 10 is a little more than 7
    return int(np.searchsorted(np.cumsum(counts), needed)) + 1


def _between(sizes: NDArray[np.int64], least: int | None, most: int | None) -> NDArray[np.bool_]:
    keep = np.ones(len(sizes), np.bool_)
    if least is not None:
        keep &= sizes >= least
    if most is not None:
        keep &= sizes <= most
    return keep
