"""What the cases did of the design: counts on its steps and paths, and what nobody has taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.model.conformance import Branch, StepCount

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from casemine.model.alignment import Alignments
    from casemine.model.flow import DesignedFlow, FlowElement
    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants

_DONE, _SKIPPED, _INSERTED = range(3)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything about the design that is counted over all aligned cases."""

    steps: Mapping[str, StepCount]  # by activity, in the order of the design
    step_counts: Mapping[str, int]  # element id to how often it was passed
    path_counts: Mapping[str, int]  # sequence flow id to how often it was passed
    untaken: tuple[Branch, ...]


def cover(
    flow: DesignedFlow,
    net: PetriNet,
    variants: Variants,
    alignments: Alignments,
    observable: Collection[str],
) -> Coverage:
    """Count how often each step and path of the design was passed.

    Parameters
    ----------
    flow : DesignedFlow
        The design.
    net : PetriNet
        Its net as it was aligned with.
    variants : Variants
        With the number of cases of each.
    alignments : Alignments
        Of the variants.
    observable : collection of str
        Steps that the log can show; what cannot be seen is not called untaken.

    Notes
    -----
    A step is passed when it was done in its place or skipped there: the case went that way. Paths
    are counted by the tokens that their place was given; where a case could have gone several
    ways without a trace, the alignment has chosen one.
    """
    weights = np.repeat(variants.counts, np.diff(alignments.offsets))
    transitions = alignments.transitions
    moved = transitions >= 0
    fired = times_fired(net, variants, alignments)
    logged = moved & (alignments.positions >= 0)
    done = np.zeros(len(net.transitions), np.int64)
    np.add.at(done, transitions[logged], weights[logged])
    element_of = [_element_of(flow, one.id) for one in net.transitions]
    step_counts = dict.fromkeys((one.id for one in flow.elements), 0)
    done_at = dict(step_counts)
    for element, count, times in zip(element_of, fired.tolist(), done.tolist(), strict=True):
        if element is not None:
            step_counts[element] += count
            done_at[element] += times
    paths = _paths(flow, net, fired, int(variants.counts[alignments.aligned].sum()))
    return Coverage(
        steps=_steps(flow, net, variants, alignments),
        step_counts=step_counts,
        path_counts=paths,
        untaken=_untaken(flow, done_at, paths, observable, _followed(net, variants, alignments)),
    )


def times_fired(net: PetriNet, variants: Variants, alignments: Alignments) -> NDArray[np.int64]:
    """Count how often aligned cases pass each transition, with an event or without."""
    weights = np.repeat(variants.counts, np.diff(alignments.offsets))
    moved = alignments.transitions >= 0
    fired = np.zeros(len(net.transitions), np.int64)
    np.add.at(fired, alignments.transitions[moved], weights[moved])
    return fired


def _element_of(flow: DesignedFlow, transition: str) -> str | None:
    """Find the element of a transition, or of the one that it is the silent twin of."""
    from casemine.conform.observe import original_of

    return flow.element_of.get(original_of(transition))


def _steps(
    flow: DesignedFlow, net: PetriNet, variants: Variants, alignments: Alignments
) -> dict[str, StepCount]:
    """Count events and cases of each activity by what the alignment makes of them."""
    activities = flow.activities
    code = {name: number for number, name in enumerate(activities)}
    of_label = np.array([code.get(one.label or "", -1) for one in net.transitions] + [-1])
    of_event = np.array([code.get(name, -1) for name in variants.activities], np.int64)
    which = np.repeat(np.arange(len(variants)), np.diff(alignments.offsets))
    positions, transitions = alignments.positions, alignments.transitions
    logged = positions >= 0
    activity = of_label[transitions]
    places = variants.offsets[which[logged]] + positions[logged]
    activity[logged] = of_event[variants.codes[places]]
    side = np.where(logged, np.where(transitions < 0, _INSERTED, _DONE), _SKIPPED)
    keep = activity >= 0
    column = activity[keep] * 3 + side[keep]
    total, cases = (np.zeros(3 * len(activities), np.int64) for _ in range(2))
    np.add.at(total, column, variants.counts[which[keep]])
    once = np.unique(which[keep] * (3 * len(activities)) + column)
    np.add.at(cases, once % len(cases), variants.counts[once // len(cases)])
    return {
        name: StepCount(*total[3 * at : 3 * at + 3].tolist(), *cases[3 * at : 3 * at + 3].tolist())
        for at, name in enumerate(activities)
    }


def _paths(
    flow: DesignedFlow, net: PetriNet, fired: NDArray[np.int64], cases: int
) -> dict[str, int]:
    """Count the tokens that the place of each sequence flow was given."""
    given = {place: tokens * cases for place, tokens in net.initial.items()}
    number = {one.id: times for one, times in zip(net.transitions, fired.tolist(), strict=True)}
    for arc in net.arcs:
        if arc.source in number:
            given[arc.target] = given.get(arc.target, 0) + arc.weight * number[arc.source]
    return {path: given.get(place, 0) for path, place in flow.place_of.items()}


def _untaken(
    flow: DesignedFlow,
    done_at: Mapping[str, int],
    paths: Mapping[str, int],
    observable: Collection[str],
    followed: Collection[tuple[str, str]],
) -> tuple[Branch, ...]:
    """List steps that no case did in their place, then paths between steps that were done.

    Where a case could have come from one step to the next by several paths, none of these counts
    as untaken, whichever the alignment has chosen.
    """
    elements = {one.id: one for one in flow.elements}
    flows = () if flow.diagram is None else flow.diagram.flows
    after = {path.id: (path.source, path.target) for path in flows}
    forward = _single(after.values())
    backward = _single((end, begin) for begin, end in after.values())
    done = {one.name for one in flow.elements if done_at[one.id]}
    branches = []
    for one in flow.elements:
        if one.name not in observable or done_at[one.id]:
            continue
        name = one.name
        if name in done:  # at another place of the design, so this one needs more than its name
            before = _nearest(backward.get(one.id, ""), backward, elements)
            if before is not None and not done_at[before.id]:
                continue  # whoever does not come there cannot go on from there
            place = one.lane or one.id
            name = f"{name} ({place})" if before is None else f"{before.name} > {name}"
        branches.append(Branch(name, one.id, one.line))
    named = set()
    for path, (source, target) in after.items():
        if paths.get(path, 1):
            continue
        before = _nearest(source, backward, elements)
        ahead = _nearest(target, forward, elements)
        if before is None or ahead is None or not (done_at[before.id] and done_at[ahead.id]):
            continue
        between = f"{before.name} > {ahead.name}"
        if (before.name, ahead.name) in followed:
            continue
        if between not in named:
            named.add(between)
            branches.append(Branch(between, path, before.line))
    return tuple(branches)


def _followed(
    net: PetriNet, variants: Variants, alignments: Alignments
) -> frozenset[tuple[str, str]]:
    """Find which step was done in its place directly after which, events without a place aside."""
    names = sorted({one.label for one in net.transitions if one.label is not None})
    code = {name: number for number, name in enumerate(names)}
    of_label = np.array([code.get(one.label or "", -1) for one in net.transitions] + [-1])
    done = np.flatnonzero((alignments.positions >= 0) & (alignments.transitions >= 0))
    which = np.repeat(np.arange(len(variants)), np.diff(alignments.offsets))[done]
    step = of_label[alignments.transitions[done]]
    same = which[1:] == which[:-1]
    pairs = np.unique(step[:-1][same] * len(names) + step[1:][same])
    return frozenset(
        (names[pair // len(names)], names[pair % len(names)]) for pair in pairs.tolist()
    )


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Lead from each node to its neighbour, where it has one only."""
    found: dict[str, str] = {}
    several = set()
    for node, neighbour in pairs:
        if node in found:
            several.add(node)
        found[node] = neighbour
    return {node: neighbour for node, neighbour in found.items() if node not in several}


def _nearest(
    node: str, neighbour: Mapping[str, str], elements: Mapping[str, FlowElement]
) -> FlowElement | None:
    """Walk over gateways and events to the nearest step; None where the way forks or ends."""
    seen: set[str] = set()
    while node not in elements:
        if node in seen or node not in neighbour:
            return None
        seen.add(node)
        node = neighbour[node]
    return elements[node]
