"""Group cases by their trace: a 64-bit hash per case, then a check of every case, then an order.

The hash of a trace is the sum, modulo 2**64, of a mixed number per (position, activity), so it is
counted for all cases at once. A hash proves nothing: each case is compared with the first case of
its group, and a group that holds two traces after all is taken apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy
from casemine.model.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK = 1 << 19  # events worked on at once: the temporary arrays stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class GroupedCases:
    """The variants of some cases, still without durations, and the variant of each case."""

    variants: Variants
    of_case: NDArray[np.int64]


def group_cases(
    codes: NDArray[np.int32],
    offsets: NDArray[np.int64],
    names: tuple[str, ...],
    weights: NDArray[np.int64] | None = None,
) -> GroupedCases:
    """Find the distinct traces.

    Parameters
    ----------
    codes : array of int32
        Activities of all cases one after another: indices into `names`.
    offsets : array of int64
        Case i is `codes[offsets[i]:offsets[i + 1]]`; no case is empty.
    names : tuple of str
        Sorted, so that comparing codes compares names.
    weights : array of int64, optional
        How many cases each entry stands for; 1 where not given.

    Returns
    -------
    GroupedCases
        Variants by falling number of cases, then by trace.

    Notes
    -----
    O(n) for n events plus a sort of the variants; temporary memory grows with the cases.
    """
    hashes = trace_hashes(codes, offsets, len(names))
    encoded = from_numpy(hashes).dictionary_encode()
    group = to_numpy(encoded.indices).astype(np.int64)
    first = _first_of_each(group, len(encoded.dictionary))
    wrong = _unlike_their_first(codes, offsets, group, first)
    if len(wrong):
        group, first = _take_apart(codes, offsets, group, group[wrong])
    counts = _counts(group, len(first), weights)
    lengths = np.diff(offsets)[first]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    traces = codes[_ranges(offsets[first], lengths, bounds)]
    order = _by_count_then_trace(counts, traces, bounds, len(names))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    lengths = lengths[order]
    moved = np.concatenate([[0], np.cumsum(lengths)])
    variants = Variants(
        activities=names,
        codes=traces[_ranges(bounds[:-1][order], lengths, moved)],
        offsets=moved,
        counts=counts[order],
        median_s=None,
        p90_s=None,
    )
    return GroupedCases(variants, place[group])


def trace_hashes(
    codes: NDArray[np.integer], offsets: NDArray[np.int64], kinds: int
) -> NDArray[np.uint64]:
    """One number per case that equal traces share and different ones almost never do.

    Codes are below `kinds`; the same codes make the same number whatever stands around them.
    """
    hashes = np.empty(len(offsets) - 1, np.uint64)
    width = np.uint64(kinds)
    for first, last in blocks(offsets, BLOCK):
        begin, end = int(offsets[first]), int(offsets[last])
        starts = offsets[first:last] - begin
        mixed = np.arange(end - begin, dtype=np.uint64)
        mixed -= np.repeat(starts, np.diff(offsets[first : last + 1])).view(np.uint64)
        mixed *= width
        mixed += codes[begin:end].astype(np.uint64)
        hashes[first:last] = np.add.reduceat(mix(mixed), starts)
    return hashes


def mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter numbers over 64 bits, in place: the finaliser of splitmix64 (Steele et al. 2014)."""
    numbers += np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers ^= numbers >> np.uint64(shift)
        numbers *= np.uint64(factor)
    numbers ^= numbers >> np.uint64(31)
    return numbers


def blocks(offsets: NDArray[np.int64], size: int) -> Iterator[tuple[int, int]]:
    """Cut the cases into runs (first, last + 1) of about `size` events, at least one case each."""
    first, cases = 0, len(offsets) - 1
    while first < cases:
        last = int(np.searchsorted(offsets, offsets[first] + size, side="right")) - 1
        last = min(max(last, first + 1), cases)
        yield first, last
        first = last


def _first_of_each(group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    first = np.empty(groups, np.int64)
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)  # the last assignment stays
    return first


def _unlike_their_first(
    codes: NDArray[np.int32],
    offsets: NDArray[np.int64],
    group: NDArray[np.int64],
    first: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Cases whose trace is not that of the first case with their hash."""
    lengths = np.diff(offsets)
    model = first[group]
    wrong = lengths != lengths[model]
    for low, high in blocks(offsets, BLOCK):
        begin, end = offsets[low], offsets[high]
        shift = offsets[model[low:high]] - offsets[low:high]
        places = np.repeat(shift, lengths[low:high])
        places += np.arange(begin, end)
        np.minimum(places, len(codes) - 1, out=places)  # a shorter trace may end the log
        differs = codes[places] != codes[begin:end]
        if differs.any():
            wrong[low:high] |= np.logical_or.reduceat(differs, offsets[low:high] - begin)
    return np.flatnonzero(wrong)


def _take_apart(
    codes: NDArray[np.int32],
    offsets: NDArray[np.int64],
    group: NDArray[np.int64],
    mixed: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Regroup the cases of the groups that hold several traces, by the traces themselves.

    One case at a time: two traces in a million share a hash once in ten million logs.
    """
    group = group.copy()
    fresh = int(group.max()) + 1
    seen: dict[bytes, int] = {}
    for case in np.flatnonzero(np.isin(group, mixed)).tolist():
        trace = codes[offsets[case] : offsets[case + 1]].tobytes()
        group[case] = seen.setdefault(trace, fresh + len(seen))
    _, group = np.unique(group, return_inverse=True)
    return group, _first_of_each(group, int(group.max()) + 1)


def _counts(
    group: NDArray[np.int64], groups: int, weights: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    if weights is None:
        return np.bincount(group, minlength=groups)
    counts = np.zeros(groups, np.int64)
    np.add.at(counts, group, weights)
    return counts


def _ranges(
    starts: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Index several slices one after another; `bounds` are the running sums of `lengths`."""
    places = np.repeat(starts - bounds[:-1], lengths)
    places += np.arange(len(places))
    return places


def _by_count_then_trace(
    counts: NDArray[np.int64], traces: NDArray[np.int32], bounds: NDArray[np.int64], names: int
) -> NDArray[np.int64]:
    """Order the traces by falling count, then as tuples of codes.

    Big-endian codes compare as bytes exactly as tuples of numbers do, prefixes first.
    """
    kind = next(k for k in (">u1", ">u2", ">u4") if names <= 1 << (8 * np.dtype(k).itemsize))
    wide = traces.astype(kind)
    text = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(),
        len(counts),
        [None, pa.py_buffer(bounds * wide.itemsize), pa.py_buffer(wide)],
    )
    keys = [("count", "descending"), ("trace", "ascending")]
    order = pc.sort_indices(pa.table({"count": from_numpy(counts), "trace": text}), sort_keys=keys)
    return to_numpy(order).astype(np.int64)
