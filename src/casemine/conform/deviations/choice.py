"""Among alignments of one cost, prefer the reading that people would give.

Some patterns have readings of equal cost that mean different things:

- A step twice in a row (`Resolve, Resolve`) can be a repetition, or a skipped step between the two
  (`Resolve, [Reopen], Resolve`). It is read as a repetition.
- A block of steps, an event that is no step of the design, and the block again (`Hand over,
  Diagnose, Return, Hand over, Diagnose`) can be a detour, or a case whose missing steps lead back
  by another way. It is read as a detour.

- A step where it has no place can be that, or the sign of a `Reopen` that left no event and led to
  where it has one. Nobody who reads a trace assumes a reopening of what was never said to be
  resolved, so such a `Reopen` is not taken for skipped.

For the first two, the second occurrence is taken out of the trace, together with the unknown
events before it. Where the rest and what was taken out cost no more together, they are the
alignment; otherwise nothing changes. For the third, the trace is aligned with the design without
`Reopen`. The cost of a variant never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align import align
from casemine.conform.deviations.jumps import JUMPS, REOPEN, RESOLVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.conform.align import Budget
    from casemine.model.alignment import Alignments
    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """A variant, and the positions of its trace that are taken out."""

    variant: int
    gone: NDArray[np.int64]


def preferred(
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    *,
    prefixes: NDArray[np.bool_],
    budget: Budget | None = None,
) -> Alignments:
    """Choose the readings of all three patterns; parameters and result as of `prefer_repeats`."""
    for prefer in (prefer_no_reopening, prefer_repeats):
        alignments = prefer(net, variants, alignments, prefixes=prefixes, budget=budget)
    return alignments


def prefer_repeats(
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    *,
    prefixes: NDArray[np.bool_],
    budget: Budget | None = None,
) -> Alignments:
    """Read repetitions and detours as such wherever that is an optimal alignment too.

    Parameters
    ----------
    net, variants, prefixes, budget
        What the alignments were made with.
    alignments : Alignments
        Optimal.

    Returns
    -------
    Alignments
        Of the same costs; moves of some variants are others.

    Notes
    -----
    Looks at deviating variants with such a pattern one by one; all that remains of them is aligned
    in one go.
    """
    cuts = _cuts(net, variants, alignments)
    if not cuts:
        return alignments
    shortened = _without(variants, cuts)
    chosen = np.array([cut.variant for cut in cuts])
    found = align(net, shortened, prefixes=prefixes[chosen], budget=budget)
    extra = np.array([len(cut.gone) for cut in cuts])
    same = (found.costs >= 0) & (found.costs + extra == alignments.costs[chosen])
    return _replaced(alignments, found, cuts, np.flatnonzero(same).tolist())


def prefer_no_reopening(
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    *,
    prefixes: NDArray[np.bool_],
    budget: Budget | None = None,
) -> Alignments:
    """Assume no reopening without an event wherever another alignment costs no more.

    Parameters and result are those of `prefer_repeats`. Traces with an event of `Reopen`, or one
    that puts a case to another place of the design, stay as they are; and so do those in which the
    last event in its place before the assumed `Reopen` is a resolution.
    """
    transitions = np.array([one.label == REOPEN for one in net.transitions] + [False], np.bool_)
    if not transitions.any():
        return alignments
    which = np.repeat(np.arange(len(variants)), np.diff(alignments.offsets))
    assumed = (alignments.positions < 0) & transitions[alignments.transitions]
    assumed &= ~_after_resolution(net, alignments)
    told = np.array([name in JUMPS or name == REOPEN for name in variants.activities], np.bool_)
    holder = np.repeat(np.arange(len(variants)), np.diff(variants.offsets))
    chosen = np.setdiff1d(which[assumed], holder[told[variants.codes]])
    if not len(chosen):
        return alignments
    kept = np.flatnonzero(~transitions[:-1])
    plain = _restricted(net, kept.tolist())
    nothing = np.zeros(0, np.int64)
    cuts = [_Cut(variant, nothing) for variant in chosen.tolist()]
    found = align(plain, _without(variants, cuts), prefixes=prefixes[chosen], budget=budget)
    places = np.append(kept, -1).astype(np.int32)
    found = replace(found, transitions=places[found.transitions])
    same = found.costs == alignments.costs[chosen]
    return _replaced(alignments, found, cuts, np.flatnonzero(same).tolist())


def _after_resolution(net: PetriNet, alignments: Alignments) -> NDArray[np.bool_]:
    """For each move, whether the last event in its place before it is a resolution."""
    resolved = np.array([one.label in RESOLVED for one in net.transitions] + [False], np.bool_)
    done = (alignments.positions >= 0) & (alignments.transitions >= 0)
    last = np.maximum.accumulate(np.where(done, np.arange(len(done)), -1))
    begins = np.repeat(alignments.offsets[:-1], np.diff(alignments.offsets))
    result: NDArray[np.bool_] = (last >= begins) & resolved[alignments.transitions[last]]
    return result


def _restricted(net: PetriNet, kept: Sequence[int]) -> PetriNet:
    """Leave transitions out of a net, with their arcs."""
    transitions = tuple(net.transitions[number] for number in kept)
    nodes = {one.id for one in transitions} | set(net.places)
    arcs = tuple(arc for arc in net.arcs if arc.source in nodes and arc.target in nodes)
    return replace(net, transitions=transitions, arcs=arcs)


def _cuts(net: PetriNet, variants: Variants, alignments: Alignments) -> list[_Cut]:
    """Find what could be repetitions and detours in deviating variants with missing steps."""
    labels = {one.label for one in net.transitions}
    known = np.array([name in labels for name in variants.activities] + [False], np.bool_)
    visible = np.array([one.label is not None for one in net.transitions] + [False], np.bool_)
    missing = (alignments.positions < 0) & visible[alignments.transitions]
    which = np.repeat(np.arange(len(variants)), np.diff(alignments.offsets))
    cuts = []
    for variant in np.unique(which[missing]).tolist():
        codes = variants.codes[variants.offsets[variant] : variants.offsets[variant + 1]]
        gone = second_times(codes.tolist(), known.tolist())
        if gone:
            cuts.append(_Cut(variant, np.array(gone)))
    return cuts


def second_times(codes: Sequence[int], known: Sequence[bool]) -> list[int]:
    """Find the events of repetitions and detours.

    Parameters
    ----------
    codes : sequence of int
        A trace.
    known : sequence of bool
        By code, whether it is a step of the design.

    Returns
    -------
    list of int
        Positions: of a step right after itself, and of unknown events with the longest block after
        them that stood right before them too.

    Examples
    --------
    >>> second_times([0, 1, 1, 2], [True] * 3)
    [2]
    >>> second_times([0, 1, 2, 9, 1, 2, 3], [True] * 9 + [False])
    [3, 4, 5]
    """
    gone: list[int] = []
    at, size = 1, len(codes)
    while at < size:
        if known[codes[at]]:
            if codes[at] == codes[at - 1]:
                gone.append(at)
            at += 1
            continue
        end = at
        while end < size and not known[codes[end]]:
            end += 1
        block = _block(codes, known, at, end)
        if block:
            gone.extend(range(at, end + block))
        at = end + block
    return gone


def _block(codes: Sequence[int], known: Sequence[bool], begin: int, end: int) -> int:
    """Measure the longest block of steps that stands before `begin` and from `end` on."""
    for length in range(min(begin, len(codes) - end), 0, -1):
        block = codes[end : end + length]
        if codes[begin - length : begin] == block and all(known[code] for code in block):
            return length
    return 0


def _without(variants: Variants, cuts: Sequence[_Cut]) -> Variants:
    """Give the cut variants without what was taken out, in the order of the cuts."""
    traces = [
        np.delete(
            variants.codes[variants.offsets[cut.variant] : variants.offsets[cut.variant + 1]],
            cut.gone,
        )
        for cut in cuts
    ]
    offsets = np.concatenate([[0], np.cumsum([len(trace) for trace in traces])]).astype(np.int64)
    counts = variants.counts[[cut.variant for cut in cuts]]
    return replace(
        variants,
        codes=np.concatenate(traces).astype(np.int32),
        offsets=offsets,
        counts=counts,
        median_s=None,
        p90_s=None,
    )


def _replaced(
    alignments: Alignments, found: Alignments, cuts: Sequence[_Cut], better: Sequence[int]
) -> Alignments:
    """Put the new moves, completed by log moves for what was taken out, in the place of the old."""
    if not better:
        return alignments
    fresh = {
        cuts[number].variant: _completed(found, number, cuts[number].gone) for number in better
    }
    lengths = np.diff(alignments.offsets)
    for variant, (positions, _) in fresh.items():
        lengths[variant] = len(positions)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    columns = np.empty((2, offsets[-1]), np.int32)
    kept = np.ones(len(lengths), np.bool_)
    kept[list(fresh)] = False
    old, new = (np.repeat(kept, np.diff(bounds)) for bounds in (alignments.offsets, offsets))
    columns[0, new], columns[1, new] = alignments.positions[old], alignments.transitions[old]
    for variant, moves in fresh.items():
        columns[:, offsets[variant] : offsets[variant + 1]] = moves
    return replace(alignments, offsets=offsets, positions=columns[0], transitions=columns[1])


def _completed(
    found: Alignments, number: int, gone: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lead the positions of a shortened trace back, and add a log move for each event taken out.

    An event that was taken out comes right after the event before it.
    """
    part = slice(found.offsets[number], found.offsets[number + 1])
    positions, transitions = (
        found.positions[part].astype(np.int64),
        found.transitions[part].astype(np.int64),
    )
    events = positions >= 0
    size = int(np.count_nonzero(events)) + len(gone)
    kept = np.delete(np.arange(size), gone)
    positions[events] = kept[positions[events]]
    behind = np.arange(-1, size)  # by event and -1 for none: the last one taken out right after it
    for position in gone[::-1].tolist():
        behind[position] = behind[position + 1]
    place = np.where(events, positions, behind[np.maximum.accumulate(positions) + 1])
    positions = np.concatenate([positions, gone])
    transitions = np.concatenate([transitions, np.full(len(gone), -1, np.int64)])
    waits = np.concatenate([~events, np.zeros(len(gone), np.bool_)])
    order = np.lexsort((waits, np.concatenate([place, gone])))  # stable: model moves keep order
    return positions[order], transitions[order]
