"""What the order of simultaneous events could change: the best and the worst cost it allows.

Events of one case at one time stand in the order of the source, which may be arbitrary. Where the
source numbers them, in a column `seq`, it is not; and activities that a mapping gives for one raw
event share its row, and their order is known. For each distinct trace with its simultaneous
events, all orders of them are aligned, up to a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align import align
from casemine.log.traces import group_cases
from casemine.model.conformance import Ties
from casemine.model.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from casemine.conform.align import Budget
    from casemine.conform.deviations.caselist import CaseList
    from casemine.model.alignment import Alignments
    from casemine.model.petri import PetriNet

ORDERS = 200  # of one trace that are tried
ALL_ORDERS = 100_000  # of all traces together


@dataclass(frozen=True, slots=True, eq=False)
class _Patterns:
    """Distinct traces with the blocks of simultaneous events in them."""

    variants: Variants
    tied: NDArray[np.bool_]  # by event of the variants: at the time of the one before it
    alignment: NDArray[np.int64]  # the variant of the case list that has this trace and state


def measure_ties(
    cases: CaseList, alignments: Alignments, net: PetriNet, budget: Budget | None = None
) -> Ties | None:
    """Align the orders that simultaneous events could have.

    Parameters
    ----------
    cases : CaseList
        Whose variants were aligned.
    alignments : Alignments
        Of those variants, as read.
    net : PetriNet
        That they were aligned with.
    budget : Budget, optional
        As for those alignments.

    Returns
    -------
    Ties or None
        None where no case has events of one time that could stand either way. The sums are over
        the aligned cases of the whole log; a case with too many orders counts what was tried, and
        then `exact` is False.

    Notes
    -----
    Orders that give the same trace are aligned once. At most 200 orders of a trace and 100,000 of
    all are tried, those of frequent traces first.
    """
    tied = _tied(cases)
    if tied is None:
        return None
    patterns = _patterns(cases, tied)
    open_order = np.zeros(len(patterns.variants), np.bool_)
    orders: list[list[NDArray[np.int32]]] = []
    exact, left = True, ALL_ORDERS
    for number in range(len(patterns.variants)):
        part = slice(patterns.variants.offsets[number], patterns.variants.offsets[number + 1])
        blocks = _blocks(patterns.variants.codes[part].tolist(), patterns.tied[part].tolist())
        open_order[number] = any(len(set(block)) > 1 for block in blocks)
        allowed = min(ORDERS, left)
        tried = allowed if open_order[number] else 0
        found = list(islice(_orders(blocks), tried + 1)) if tried else []
        exact &= len(found) <= tried and (tried > 0 or not open_order[number])
        orders.append([np.array(one, np.int32) for one in found[:allowed]])
        left -= len(orders[-1])
    if not open_order.any():
        return None
    best, worst, all_aligned = _extremes(
        cases, alignments, net=net, patterns=patterns, orders=orders, budget=budget
    )
    counts = patterns.variants.counts
    as_read = alignments.costs[patterns.alignment].astype(np.int64)
    aligned = as_read >= 0
    total = int(
        (alignments.costs.astype(np.int64) * cases.variants.counts)[alignments.aligned].sum()
    )
    return Ties(
        cases=int(counts[open_order].sum()),
        as_read=total,
        best=total - int(((as_read - best) * counts)[aligned].sum()),
        worst=total + int(((worst - as_read) * counts)[aligned].sum()),
        exact=exact and all_aligned,
    )


def _tied(cases: CaseList) -> NDArray[np.bool_] | None:
    """Mark the events at the time of the one before them in their case, with another row."""
    trail = cases.trail
    if trail.time is None or len(trail.time) < 2 or cases.ordered:
        return None
    tied = np.zeros(len(trail.time), np.bool_)
    tied[1:] = (trail.time[1:] == trail.time[:-1]) & (cases.rows[1:] != cases.rows[:-1])
    tied[trail.offsets[:-1]] = False
    return tied if tied.any() else None


def _patterns(cases: CaseList, tied: NDArray[np.bool_]) -> _Patterns:
    """Group the cases with ties by trace, ties and state."""
    trail = cases.trail
    concerned = np.flatnonzero(np.logical_or.reduceat(tied, trail.offsets[:-1]))
    lengths = cases.sizes[concerned]
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.repeat(trail.offsets[concerned] - bounds[:-1], lengths) + np.arange(bounds[-1])
    kept = ~cases.left_out[trail.activity[places]]
    offsets = np.concatenate([[0], np.cumsum(kept)])[bounds].astype(np.int64)
    full = np.diff(offsets) > 0
    places, concerned = places[kept], concerned[full]
    offsets = np.concatenate([offsets[:-1][full], offsets[-1:]])
    size = len(trail.names)
    state = cases.state[cases.of_case[concerned]].astype(np.int32)
    codes = trail.activity[places] + size * tied[places]
    codes += 2 * size * np.repeat(state, np.diff(offsets))
    names = tuple(map(str, range(6 * size)))  # only their number counts
    grouped = group_cases(codes.astype(np.int32), offsets, names)
    marked = grouped.variants.codes % (2 * size)
    member = np.empty(len(grouped.variants), np.int64)
    member[grouped.of_case[::-1]] = concerned[::-1]
    return _Patterns(
        variants=Variants(
            trail.names,
            (marked % size).astype(np.int32),
            grouped.variants.offsets,
            grouped.variants.counts,
            None,
            None,
        ),
        tied=marked >= size,
        alignment=cases.of_case[member],
    )


def _blocks(codes: Sequence[int], tied: Sequence[bool]) -> list[list[int]]:
    """Cut a trace into runs of simultaneous events; most are of one event."""
    blocks: list[list[int]] = []
    for code, together in zip(codes, tied, strict=True):
        if together and blocks:
            blocks[-1].append(code)
        else:
            blocks.append([code])
    return blocks


def _orders(blocks: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Give the traces that the orders of simultaneous events make, each once.

    Examples
    --------
    >>> list(_orders([[0], [2, 1], [3]]))
    [(0, 1, 2, 3), (0, 2, 1, 3)]
    """
    ways = [list(islice(_arranged(sorted(block)), ORDERS + 1)) for block in blocks]
    for choice in product(*ways):
        yield tuple(code for block in choice for code in block)


def _arranged(codes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Arrange codes in rising order in all ways, equal codes being one; the smallest first."""
    if len(codes) < 2:
        yield tuple(codes)
        return
    for place, code in enumerate(codes):
        if place == 0 or code != codes[place - 1]:
            for others in _arranged([*codes[:place], *codes[place + 1 :]]):
                yield (code, *others)


def _extremes(
    cases: CaseList,
    alignments: Alignments,
    *,
    net: PetriNet,
    patterns: _Patterns,
    orders: Sequence[Sequence[NDArray[np.int32]]],
    budget: Budget | None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
    """Find least and greatest cost of each pattern, and whether all orders could be aligned."""
    number = np.repeat(np.arange(len(orders)), [len(one) for one in orders])
    traces = [trace for one in orders for trace in one]
    offsets = np.concatenate([[0], np.cumsum([len(trace) for trace in traces])]).astype(np.int64)
    variants = Variants(
        patterns.variants.activities,
        np.concatenate(traces),
        offsets,
        np.ones(len(traces), np.int64),
        None,
        None,
    )
    prefixes = cases.open[patterns.alignment][number]
    costs = align(net, variants, prefixes=prefixes, budget=budget).costs.astype(np.int64)
    read = alignments.costs[patterns.alignment].astype(np.int64)
    best, worst = read.copy(), read.copy()
    known = costs >= 0
    np.minimum.at(best, number[known], costs[known])
    np.maximum.at(worst, number[known], costs[known])
    return best, worst, bool(known.all())
