"""The net as an automaton without silent steps, reduced to blocks of states that behave alike.

Its states are the *entries*: the initial marking and the markings right after a visible step. An
arc goes from an entry to another for every visible transition that is enabled there or after
silent steps; so a synchronous move is an arc, a visible model move is an arc, and silent steps
have vanished from the search. They come back from the tree of silent steps under each entry. The
reduction is partition refinement (P.C. Kanellakis, S.A. Smolka, "CCS expressions, finite state
processes, and three problems of equivalence", Information and Computation 86 (1990), 43-68).

Arcs out of an entry stand in the order in which a breadth-first search over silent steps, in the
order of the net's transitions, meets them: fewest silent steps first, then the smallest indices.
Whatever chooses among optimal alignments chooses by this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.reachability import leading_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.reachability import FiringRule, ReachabilityGraph

FAR = 1 << 28  # more than any distance, and twice of it still fits


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """Entries with their arcs, and the blocks that entries fall into; entry 0 is the initial one.

    `arc_offsets[e * labels + a]` begins the arcs of entry e with label a. `step_*` hold the trees
    of silent steps, one after another; `arc_step` is the step after which the arc's transition
    fires, -1 for none. `pair_offsets[a]` begins the pairs (source block, target block) of label a.
    """

    labels: int
    block: NDArray[np.int32]  # of each entry
    arc_offsets: NDArray[np.int64]
    arc_target: NDArray[np.int32]  # entry
    arc_transition: NDArray[np.int32]
    arc_step: NDArray[np.int64]
    rank: NDArray[np.int32]  # of each arc, among all arcs of its entry
    step_parent: NDArray[np.int64]
    step_transition: NDArray[np.int32]
    end_step: NDArray[np.int64]  # of each entry: to the final marking; -1 none needed, -2 not there
    pair_offsets: NDArray[np.int64]
    pair_source: NDArray[np.int32]
    pair_target: NDArray[np.int32]
    distance: NDArray[np.int32]  # blocks x blocks: visible steps from one to the other, or FAR
    finish: NDArray[np.int32]  # of each block: visible steps to the final marking

    @property
    def blocks(self) -> int:
        """How many kinds of entries there are."""
        return len(self.finish)

    def silent_steps(self, step: int) -> list[int]:
        """Transitions from the entry to the end of this step, in order."""
        found = []
        while step >= 0:
            found.append(int(self.step_transition[step]))
            step = int(self.step_parent[step])
        return found[::-1]


def automaton_of(
    graph: ReachabilityGraph, rule: FiringRule, *, blocks: int, steps: int
) -> Automaton | None:
    """Build the automaton; None where it would be larger than asked for.

    Parameters
    ----------
    graph : ReachabilityGraph
        Complete, with the final marking in it.
    rule : FiringRule
        Of the same net.
    blocks, steps : int
        The most blocks, and the most silent steps under all entries together.
    """
    assert graph.final is not None
    silent, visible = _successors(graph, rule, leading_to(graph, graph.final))
    names = rule.names
    code = {name: index for index, name in enumerate(names)}
    entries, number = [0], {0: 0}
    parents: list[int] = []
    through: list[int] = []
    end_step: list[int] = []
    rows: list[tuple[int, int, int, int, int, int]] = []
    while len(end_step) < len(entries):
        entry = len(end_step)
        closure, seen = [entries[entry]], {entries[entry]: -1}
        end, rank, known = -2, 0, set()
        for marking in closure:
            step = seen[marking]
            if marking == graph.final:
                end = step
            for transition, target in visible[marking]:
                label = code[rule.labels[transition] or ""]
                if target not in number:
                    number[target] = len(entries)
                    entries.append(target)
                if (label, target) not in known:
                    known.add((label, target))
                    rows.append((entry, label, rank, number[target], transition, step))
                    rank += 1
            for transition, target in silent[marking]:
                if target not in seen:
                    seen[target] = len(parents)
                    parents.append(step)
                    through.append(transition)
                    closure.append(target)
        end_step.append(end)
        if len(parents) > steps:
            return None
    table = np.asarray(rows, np.int64).reshape(-1, 6)
    table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
    slots = table[:, 0] * len(names) + table[:, 1]
    final = np.asarray(end_step, np.int64) > -2
    block = _blocks_of(table[:, 0], table[:, 1], table[:, 3], final)
    size = int(block.max()) + 1
    if size > blocks:
        return None
    pairs = np.unique(
        np.stack([table[:, 1], block[table[:, 0]], block[table[:, 3]]], axis=1), axis=0
    )
    ends = np.zeros(size, np.bool_)
    ends[block[final]] = True
    distance = _distances(pairs[:, 1], pairs[:, 2], size)
    return Automaton(
        labels=len(names),
        block=block,
        arc_offsets=np.searchsorted(slots, np.arange(len(entries) * len(names) + 1)),
        arc_target=table[:, 3].astype(np.int32),
        arc_transition=table[:, 4].astype(np.int32),
        arc_step=table[:, 5].copy(),
        rank=table[:, 2].astype(np.int32),
        step_parent=np.asarray(parents, np.int64),
        step_transition=np.asarray(through, np.int32),
        end_step=np.asarray(end_step, np.int64),
        pair_offsets=np.searchsorted(pairs[:, 0], np.arange(len(names) + 1)),
        pair_source=pairs[:, 1].astype(np.int32),
        pair_target=pairs[:, 2].astype(np.int32),
        distance=distance,
        finish=distance[:, ends].min(axis=1),
    )


def _successors(
    graph: ReachabilityGraph, rule: FiringRule, kept: NDArray[np.bool_]
) -> tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]]:
    """Silent and visible steps out of each marking, by transition, within the kept markings."""
    silent: list[list[tuple[int, int]]] = [[] for _ in range(len(graph.markings))]
    visible: list[list[tuple[int, int]]] = [[] for _ in range(len(graph.markings))]
    inside = kept[graph.sources] & kept[graph.targets]
    columns = (graph.sources[inside], graph.transitions[inside], graph.targets[inside])
    for source, transition, target in zip(*(column.tolist() for column in columns), strict=True):
        steps = silent if rule.labels[transition] is None else visible
        steps[source].append((transition, target))
    return silent, visible


def _blocks_of(
    sources: NDArray[np.int64],
    labels: NDArray[np.int64],
    targets: NDArray[np.int64],
    final: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Split the entries until those of one block have arcs of the same labels to the same blocks.

    Blocks are numbered in the order of their first entry.
    """
    block = _numbered([int(one) for one in final])
    while True:
        found = np.unique(np.stack([sources, labels, block[targets]], axis=1), axis=0)
        bounds = np.searchsorted(found[:, 0], np.arange(len(final) + 1))
        looks = np.ascontiguousarray(found[:, 1:])
        finer = _numbered(
            [
                (int(block[entry]), looks[bounds[entry] : bounds[entry + 1]].tobytes())
                for entry in range(len(final))
            ]
        )
        if finer.max() == block.max():
            return finer
        block = finer


def _numbered(looks: list[int] | list[tuple[int, bytes]]) -> NDArray[np.int32]:
    number: dict[object, int] = {}
    return np.asarray([number.setdefault(look, len(number)) for look in looks], np.int32)


def _distances(
    sources: NDArray[np.int64], targets: NDArray[np.int64], size: int
) -> NDArray[np.int32]:
    """Fewest arcs between any two blocks: one layer of all searches at a time."""
    arcs = np.zeros((size, size), np.float32)
    arcs[sources, targets] = 1
    distance = np.full((size, size), FAR, np.int32)
    layer, hops = np.eye(size, dtype=np.bool_), 0
    while layer.any():
        distance[layer] = hops
        layer = (layer.astype(np.float32) @ arcs > 0) & (distance == FAR)
        hops += 1
    return distance
