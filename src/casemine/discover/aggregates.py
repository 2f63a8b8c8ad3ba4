"""What pm4py's miners need to know of a log, counted from its variants and never from its events.

Activities go to pm4py as symbols, not by their names: an index into `Variants.activities`, padded
with zeros so that symbols sort as the names do. pm4py gives a meaning of its own to some names,
such as the empty one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from casemine.model.variants import Variants


def symbol_of(code: int) -> str:
    """Write an activity as pm4py gets to see it.

    Examples
    --------
    >>> symbol_of(7)
    '0000007'
    """
    return f"{code:07d}"


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Counts over a log by activity, pair and triple of activities; zero counts are left out.

    Keys are in the order of the activities' names, as pm4py's own counts on a DataFrame are: the
    alpha miner goes through pairs in the order in which it gets them.
    """

    events: Mapping[str, int]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    follows: Mapping[tuple[str, str], int]  # directly after one another
    follows_second: Mapping[tuple[str, str], int]  # with one event between them
    triples: Mapping[tuple[str, str, str], int]  # three events in a row


def aggregate(variants: Variants) -> Aggregates:
    """Count pairs, triples, starts and ends; O(n log n) for n events of distinct traces."""
    codes = variants.codes.astype(np.int64)
    lengths = np.diff(variants.offsets)
    weight = np.repeat(variants.counts, lengths)
    variant = np.repeat(np.arange(len(variants)), lengths)
    first = variants.offsets[:-1][lengths > 0]
    last = variants.offsets[1:][lengths > 0] - 1
    cases = variants.counts[lengths > 0]

    def count(*shifts: int) -> dict[tuple[str, ...], int]:
        reach = max(shifts)
        inside = np.flatnonzero(variant[reach:] == variant[: len(variant) - reach])
        return _count([codes[inside + shift] for shift in shifts], weight[inside])

    return Aggregates(
        events={key[0]: n for key, n in count(0).items()},
        starts={key[0]: n for key, n in _count([codes[first]], cases).items()},
        ends={key[0]: n for key, n in _count([codes[last]], cases).items()},
        follows={(a, b): n for (a, b), n in count(0, 1).items()},
        follows_second={(a, b): n for (a, b), n in count(0, 2).items()},
        triples={(a, b, c): n for (a, b, c), n in count(0, 1, 2).items()},
    )


def traces_of(variants: Variants) -> dict[tuple[str, ...], int]:
    """Each distinct trace, as symbols, with its number of cases."""
    symbols = [symbol_of(code) for code in range(len(variants.activities))]
    flat = [symbols[code] for code in variants.codes.tolist()]
    bounds = variants.offsets.tolist()
    return {
        tuple(flat[start:stop]): cases
        for start, stop, cases in zip(
            bounds[:-1], bounds[1:], variants.counts.tolist(), strict=True
        )
    }


def frequencies(variants: Variants) -> dict[str, int]:
    """Events of each activity, by falling number, then name."""
    events = aggregate(variants).events
    named = {variants.activities[int(symbol)]: count for symbol, count in events.items()}
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))


def _count(
    columns: list[NDArray[np.int64]], weight: NDArray[np.int64]
) -> dict[tuple[str, ...], int]:
    """Sum the weights of equal rows; rows in rising order."""
    rows, inverse = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    sums = np.zeros(len(rows), np.int64)
    np.add.at(sums, inverse.reshape(-1), weight)
    symbols = [tuple(symbol_of(code) for code in row) for row in rows.tolist()]
    return dict(zip(symbols, sums.tolist(), strict=True))
