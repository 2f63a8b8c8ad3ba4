"""Precision: how much of what a net lets happen does happen, by escaping edges.

J. Munoz-Gama, J. Carmona, "A fresh look at precision in process conformance", BPM 2010, LNCS 6336,
211-226, count at every state that the log reaches the steps that the model allows and those of
them that the log takes; A. Adriansyah, J. Munoz-Gama, J. Carmona, B. van Dongen, W.M.P. van der
Aalst, "Measuring precision of modeled behavior", Information Systems and e-Business Management 13
(2015), 37-67, take the runs of the model that alignments give instead of the traces, so that logs
that don't fit have a precision as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casemine.conform.align.reduction import reduce_net
from casemine.conform.quality.playing import Play
from casemine.conform.reachability import FiringRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casemine.model.petri import PetriNet

Run = tuple[str, ...]


@dataclass(slots=True)
class _Node:
    """A beginning: how many cases have it, how many go on from it, and with what."""

    cases: int = 0
    going_on: int = 0
    children: dict[str, _Node] = field(default_factory=dict)


def run_precision(net: PetriNet, runs: Mapping[Run, int], *, limit: int = 50_000) -> float | None:
    """Measure precision over runs of the net.

    Parameters
    ----------
    runs : mapping
        The visible steps of aligned runs, to the number of cases with that run.
    limit : int
        Markings of the net that may be met.

    Returns
    -------
    float or None
        1 - (steps allowed and never taken) / (steps allowed), both summed over the states before
        and after every step of every case. A state is the sequence of visible steps that led to
        it; allowed is what some run of the net that begins with this sequence can do next, silent
        steps passed over. 1 where nothing is ever allowed; None without cases.

    Raises
    ------
    TooManyMarkingsError
        The limit was reached.

    Notes
    -----
    The state at the end of a run counts, as in the paper of 2010: a model that lets cases go on
    where all of them stop is less precise. O(b * s) for b distinct beginnings and s markings that
    one sequence of steps can lead to.
    """
    if not runs:
        return None
    # What can be done next is the same without the silent steps that can be fused with others.
    play = Play(reduce_net(FiringRule.of(net)).rule, limit=limit)
    allowed = escaping = 0
    begin = play.closure([0])
    known: dict[frozenset[int], frozenset[str]] = {}
    moved: dict[tuple[frozenset[int], str], frozenset[int]] = {}
    waiting = [(_trie(runs.items()), begin)]
    while waiting:
        node, markings = waiting.pop()
        if markings not in known:
            known[markings] = play.enabled(markings)
        possible = known[markings]
        allowed += node.cases * len(possible)
        escaping += node.cases * len(possible - node.children.keys())
        for label, child in node.children.items():
            if (markings, label) not in moved:
                moved[markings, label] = play.after(markings, label)
            waiting.append((child, moved[markings, label]))
    return 1 - escaping / allowed if allowed else 1.0


def prefix_precision(
    net: PetriNet, traces: Mapping[Run, int], *, limit: int = 50_000
) -> tuple[float | None, float | None]:
    """Measure precision over the beginnings of traces that the net can replay.

    The rule of pm4py's `precision_alignments`, for comparison: only beginnings that some event
    follows, only those that replay without any deviation, and of the markings that a beginning can
    lead to only those with the fewest silent steps on the way.

    Returns
    -------
    tuple
        The precision, and the share of beginnings that were replayed, both weighted by cases; None
        without cases.

    Raises
    ------
    TooManyMarkingsError
        The limit was reached.
    """
    if not traces:
        return None, None
    play = Play(FiringRule.of(net), limit=limit)
    allowed = escaping = replayed = beginnings = 0
    later: dict[int, frozenset[str]] = {}
    waiting: list[tuple[_Node, Mapping[int, int] | None, bool]] = [
        (_trie(traces.items()), {0: 0}, True)
    ]
    while waiting:
        node, reached, first = waiting.pop()
        weight = node.cases if first else node.going_on
        beginnings += weight
        if reached and weight:
            fewest = min(reached.values())
            possible: set[str] = set()
            for marking, count in reached.items():
                if count == fewest:
                    if marking not in later:
                        later[marking] = play.enabled(play.closure([marking]))
                    possible |= later[marking]
            replayed += weight
            allowed += weight * len(possible)
            escaping += weight * len(possible - node.children.keys())
        for label, child in node.children.items():
            waiting.append((child, _cheapest(play, reached, label) if reached else None, False))
    precision = 1 - escaping / allowed if allowed else 1.0
    return precision, replayed / beginnings if beginnings else None


def _cheapest(play: Play, reached: Mapping[int, int], label: str) -> dict[int, int]:
    """Take a visible step after silent ones; give fewest silent steps by marking."""
    best = dict(reached)
    layers: dict[int, list[int]] = defaultdict(list)
    for marking, count in reached.items():
        layers[count].append(marking)
    count = min(layers)
    while layers:
        for marking in layers.pop(count, ()):
            if best[marking] < count:
                continue
            for target in play.silent(marking):
                if best.get(target, count + 2) > count + 1:
                    best[target] = count + 1
                    layers[count + 1].append(target)
        count += 1
    after: dict[int, int] = {}
    for marking, count in best.items():
        for target in play.visible(marking).get(label, ()):
            after[target] = min(count, after.get(target, count))
    return after


def _trie(runs: Iterable[tuple[Sequence[str], int]]) -> _Node:
    root = _Node()
    for run, cases in runs:
        node = root
        node.cases += cases
        for label in run:
            node.going_on += cases
            node = node.children.setdefault(label, _Node())
            node.cases += cases
    return root
