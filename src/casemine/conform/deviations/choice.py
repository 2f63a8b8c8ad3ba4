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
- A way through the design may explain a trace that holds no event of it: a major incident, a
  request, a reassignment. Nobody assumes one of which nothing tells.
- A resolution where it has no place can be that, or the sign that other events came too early for
  it, while the design holds another resolution that the log cannot show. The one that was seen
  stands in its place.

For the first two, the second occurrence is taken out of the trace, together with the unknown
events before it. Where the rest and what was taken out cost no more together, they are the
alignment; otherwise nothing changes. For the others, the trace is aligned with the design without
those steps. The cost of a variant never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align import align
from casemine.conform.deviations.jumps import DETOURS, JUMPS, REOPEN, RESOLVED
from casemine.errors import InputError

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
    design: PetriNet | None = None,
) -> Alignments:
    """Choose the readings of all patterns; parameters and result as of `prefer_repeats`.

    `design` is the net before anything was made silent, with its transitions first and in order.
    """
    alignments = prefer_told(net, variants, alignments, prefixes=prefixes, budget=budget)
    if design is not None:
        hidden = _hidden_resolutions(net, design)
        alignments = prefer_seen(
            net, variants, alignments, hidden, prefixes=prefixes, budget=budget
        )
    return prefer_repeats(net, variants, alignments, prefixes=prefixes, budget=budget)


def _hidden_resolutions(net: PetriNet, design: PetriNet) -> NDArray[np.bool_]:
    """For each transition of the net, whether it is a resolution that the log cannot show."""
    named = {one.id for one in design.transitions if one.label in RESOLVED}
    return np.array([one.label is None and one.id in named for one in net.transitions], np.bool_)


def prefer_seen(
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    hidden: NDArray[np.bool_],
    *,
    prefixes: NDArray[np.bool_],
    budget: Budget | None = None,
) -> Alignments:
    """Give a resolution that was seen its place, before one that cannot be seen, at equal cost.

    Parameters and result are those of `prefer_repeats`; `hidden` marks the transitions that
    resolve a case without an event. Nor is a reopening assumed.
    """
    if not hidden.any():
        return alignments
    resolving = np.array([name in RESOLVED for name in variants.activities], np.bool_)
    which = np.repeat(np.arange(len(variants)), np.diff(alignments.offsets))
    events = variants.offsets[which] + np.maximum(alignments.positions, 0)
    without_place = (alignments.positions >= 0) & (alignments.transitions < 0)
    without_place[without_place] = resolving[variants.codes[events[without_place]]]
    chosen = np.unique(which[without_place])
    if not len(chosen):
        return alignments
    return _without(net, variants, alignments, hidden, chosen, prefixes=prefixes, budget=budget)[0]


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
    shortened = _cut(variants, cuts)
    chosen = np.array([cut.variant for cut in cuts])
    found = align(net, shortened, prefixes=prefixes[chosen], budget=budget)
    extra = np.array([len(cut.gone) for cut in cuts])
    same = (found.costs >= 0) & (found.costs + extra == alignments.costs[chosen])
    return _replaced(alignments, found, cuts, np.flatnonzero(same).tolist())


def prefer_told(
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    *,
    prefixes: NDArray[np.bool_],
    budget: Budget | None = None,
) -> Alignments:
    """Assume no reopening and no detour without an event wherever that costs no more.

    Parameters and result are those of `prefer_repeats`. A detour is assumed where its steps are
    missing in a trace without any event of it; `Reopen` also needs that no event put the case to
    another place of the design, and that the last event in its place before is no resolution.
    """
    resolved = _after_resolution(net, alignments)
    ways = [_Way(frozenset({REOPEN}), JUMPS | {REOPEN}, resolved)]
    ways += [_Way(steps, steps, np.zeros_like(resolved)) for steps in DETOURS]
    labels = {one.label for one in net.transitions}
    ways = [way for way in ways if way.steps & labels]
    if not ways:
        return alignments
    told = np.array([_holding(variants, way.told_by) for way in ways])
    assumed = np.array([_assumed(net, alignments, way) for way in ways]) & ~told
    for number in range(len(ways)):
        # Ways that a trace did without stay closed, so that none takes the place of another.
        closed = ~told & ~assumed
        closed[number] = assumed[number]
        chosen = np.flatnonzero(assumed[number])
        for pattern in np.unique(closed[:, chosen], axis=1).T:
            alike = chosen[(closed[:, chosen] == pattern[:, None]).all(axis=0)]
            steps = frozenset[str]().union(
                *(way.steps for way, shut in zip(ways, pattern, strict=True) if shut)
            )
            gone = np.array([one.label in steps for one in net.transitions], np.bool_)
            alignments, better = _without(
                net, variants, alignments, gone, alike, prefixes=prefixes, budget=budget
            )
            assumed[number, better] = False
    return alignments


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """Steps that are not assumed, events that tell of them, and moves that may be assumed."""

    steps: frozenset[str]
    told_by: frozenset[str]
    allowed: NDArray[np.bool_]  # by move of the alignments


def _holding(variants: Variants, names: frozenset[str]) -> NDArray[np.bool_]:
    """For each variant, whether it holds an event of these names."""
    named = np.array([name in names for name in variants.activities] + [False], np.bool_)
    found = np.zeros(len(variants), np.bool_)
    holder = np.repeat(np.arange(len(variants)), np.diff(variants.offsets))
    found[holder[named[variants.codes]]] = True
    return found


def _assumed(net: PetriNet, alignments: Alignments, way: _Way) -> NDArray[np.bool_]:
    """For each variant, whether its alignment assumes a step of the way that left no event."""
    labelled = np.array([one.label in way.steps for one in net.transitions] + [False], np.bool_)
    missing = (alignments.positions < 0) & labelled[alignments.transitions] & ~way.allowed
    which = np.repeat(np.arange(len(alignments)), np.diff(alignments.offsets))
    found = np.zeros(len(alignments), np.bool_)
    found[which[missing]] = True
    return found


def _without(
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    gone: NDArray[np.bool_],
    chosen: NDArray[np.int64],
    *,
    prefixes: NDArray[np.bool_],
    budget: Budget | None,
) -> tuple[Alignments, NDArray[np.int64]]:
    """Align variants without some transitions of the net, and take what costs no more."""
    kept = np.flatnonzero(~gone)
    nothing = np.zeros(0, np.int64)
    cuts = [_Cut(variant, nothing) for variant in chosen.tolist()]
    plain = _restricted(net, kept.tolist())
    try:
        found = align(plain, _cut(variants, cuts), prefixes=prefixes[chosen], budget=budget)
    except InputError:  # the design has no way to its end without them
        return alignments, nothing
    places = np.append(kept, -1).astype(np.int32)
    found = replace(found, transitions=places[found.transitions])
    same = np.flatnonzero(found.costs == alignments.costs[chosen])
    return _replaced(alignments, found, cuts, same.tolist()), chosen[same]


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


def _cut(variants: Variants, cuts: Sequence[_Cut]) -> Variants:
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
