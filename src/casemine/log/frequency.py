"""Frequencies of a graph, counted over variants with their weights instead of over events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.spans import SpanStats
    from casemine.model.variants import Variants


def graph_of(
    variants: Variants, waits: SpanStats | None = None, service: SpanStats | None = None
) -> DirectlyFollowsGraph:
    """Make the graph that the variants imply, with times where they are given.

    Parameters
    ----------
    variants : Variants
        Whose `activities` all occur.
    waits : SpanStats, optional
        By edge: those that occur, rising by source * number of activities + target.
    service : SpanStats, optional
        By activity.
    """
    names = variants.activities
    firsts = variants.codes[variants.offsets[:-1]]
    lasts = variants.codes[variants.offsets[1:] - 1]
    return DirectlyFollowsGraph(
        activities=_activities(variants, service),
        edges=_edges(variants, waits),
        starts=_ranked(names, _weigh(firsts, variants.counts, len(names))),
        ends=_ranked(names, _weigh(lasts, variants.counts, len(names))),
    )


def _activities(variants: Variants, service: SpanStats | None) -> tuple[Activity, ...]:
    size, variant = len(variants.activities), _variant_of_event(variants)
    events = _weigh(variants.codes, variants.counts[variant], size)
    cases = _weigh_once(variant, variants.codes, variants.counts, size)
    positions = _positions(variants, variant, events)
    made = [
        Activity(
            name=name,
            events=int(events[code]),
            cases=int(cases[code]),
            position=positions[code],
            service=service.timing(code) if service else None,
        )
        for code, name in enumerate(variants.activities)
    ]
    return tuple(sorted(made, key=lambda activity: (-activity.events, activity.name)))


def _edges(variants: Variants, waits: SpanStats | None) -> tuple[Edge, ...]:
    variant, pairs = _pairs(variants)
    codes = distinct(pairs)
    edge = np.searchsorted(codes, pairs)
    counts = _weigh(edge, variants.counts[variant], len(codes))
    cases = _weigh_once(variant, edge, variants.counts, len(codes))
    names = variants.activities
    made = [
        Edge(
            source=names[code // len(names)],
            target=names[code % len(names)],
            count=int(counts[number]),
            cases=int(cases[number]),
            wait=waits.timing(number) if waits else None,
        )
        for number, code in enumerate(codes.tolist())
    ]
    return tuple(sorted(made, key=lambda edge: (-edge.count, edge.source, edge.target)))


def _positions(
    variants: Variants, variant: NDArray[np.int64], events: NDArray[np.int64]
) -> list[float]:
    """Mean relative position of each activity's events: 0 first, 1 last, 0 in cases of one event.

    Indices are summed as whole numbers per activity and case length, so that the result is the
    same in whatever order the events came.
    """
    lengths = np.diff(variants.offsets)
    index = np.arange(len(variants.codes)) - variants.offsets[:-1][variant]
    width = int(lengths.max(initial=0)) + 1
    both = variants.codes * np.int64(width) + lengths[variant]
    kinds = distinct(both)
    sums = _weigh(np.searchsorted(kinds, both), index * variants.counts[variant], len(kinds))
    terms: list[list[float]] = [[] for _ in variants.activities]
    for kind, total in zip(kinds.tolist(), sums.tolist(), strict=True):
        terms[kind // width].append(total / max(kind % width - 1, 1))
    return [math.fsum(term) / n for term, n in zip(terms, events.tolist(), strict=True)]


def _pairs(variants: Variants) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Variant and edge code of each pair of neighbours."""
    variant = _variant_of_event(variants)
    codes = variants.codes.astype(np.int64)
    inside = variant[1:] == variant[:-1]
    pairs = codes[:-1] * len(variants.activities) + codes[1:]
    return variant[:-1][inside], pairs[inside]


def _variant_of_event(variants: Variants) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(variants)), np.diff(variants.offsets))


def distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sorted values without repetitions; far faster than `numpy.unique`, which hashes first."""
    ordered = np.sort(numbers)
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


def _weigh(groups: NDArray[np.integer], weights: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Sum whole weights by group."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, groups, weights)
    return sums


def _weigh_once(
    variant: NDArray[np.int64], group: NDArray[np.integer], counts: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """Sum the cases of the variants in which each group occurs, however often it does there."""
    both = distinct(variant * max(size, 1) + group)
    return _weigh(both % max(size, 1), counts[both // max(size, 1)], size)


def _ranked(names: tuple[str, ...], counts: NDArray[np.int64]) -> dict[str, int]:
    """Names that occur, by falling count, then name."""
    found = [(name, count) for name, count in zip(names, counts.tolist(), strict=True) if count]
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))
