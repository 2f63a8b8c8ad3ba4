"""Exact optimal alignments of variants with a net.

What stands where: `automaton` takes the silent steps out of the net and joins states that behave
alike; `portable` finds least costs and `walk` the moves, in numpy; `moves` lays them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from casemine.conform.align.automaton import automaton_of
from casemine.conform.align.portable import align_portable
from casemine.conform.reachability import FiringRule, explore
from casemine.errors import InputError
from casemine.model.alignment import Alignments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants

Engine = Literal["auto", "compiled", "numpy", "search"]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work is done before something else is tried, or a variant is given up.

    Counted in states and never in seconds, so that a result doesn't depend on the machine.
    """

    markings: int = 20_000  # of the net, before the search takes over
    blocks: int = 500  # kinds of states; above, the search is faster
    steps: int = 2_000_000  # silent steps under all states together
    states: int = 1_000_000  # of the search, for one variant


def align(
    net: PetriNet,
    variants: Variants,
    *,
    prefixes: NDArray[np.bool_] | None = None,
    budget: Budget | None = None,
    engine: Engine = "auto",
) -> Alignments:
    """Align every variant with the net at least cost.

    Parameters
    ----------
    net : PetriNet
        With a final marking. Weighted arcs, several tokens in a place, equal labels, silent loops
        and dead ends are all right; what has no token left over at the end ends in the final
        marking exactly.
    variants : Variants
        Traces may be empty. Activities that are no label of the net are log moves.
    prefixes : array of bool, optional
        By variant: aligned as the beginning of a run, which ends in any marking from which the
        final one can be reached.
    budget : Budget, optional
        Limits of the preparation and of the search.
    engine : str
        `auto` takes the fastest that works here.

    Returns
    -------
    Alignments
        Cost and moves of each variant, by its index.

    Raises
    ------
    InputError
        A net without a final marking, or one that can't reach it.

    Examples
    --------
    >>> from casemine.log.traces import group_cases
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "x"), Arc("x", "p"), Arc("p", "y"), Arc("y", "o"))
    >>> steps = (Transition("x", "Open"), Transition("y", "Close"))
    >>> net = PetriNet(("i", "p", "o"), steps, arcs, {"i": 1}, {"o": 1})
    >>> log = group_cases(np.array([0, 1, 1], np.int32), np.array([0, 1, 3]), ("Close", "Open"))
    >>> found = align(net, log.variants)
    >>> found.costs.tolist(), found.moves(0)
    ([1, 2], [Move(position=-1, transition=0), Move(position=0, transition=1)])
    """
    budget = budget or Budget()
    rule = FiringRule.of(net)
    if rule.final is None:
        raise InputError(
            "the net has no final marking, so no case could be said to be complete",
            mend="add the final marking to the file",
        )
    if prefixes is None:
        prefixes = np.zeros(len(variants), np.bool_)
    graph = explore(rule, limit=budget.markings)
    if graph.final is None and graph.complete:
        raise InputError("the final marking of the net can't be reached from its initial marking")
    automaton = automaton_of(graph, rule, blocks=budget.blocks, steps=budget.steps)
    if automaton is None:
        raise NotImplementedError
    code = {name: index for index, name in enumerate(automaton.names)}
    translation = np.asarray([code.get(name, -1) for name in variants.activities], np.int32)
    codes = translation[variants.codes] if len(variants.codes) else variants.codes
    costs, offsets, positions, transitions = align_portable(
        automaton, codes, variants.offsets, prefixes
    )
    return Alignments(
        costs,
        costs,
        costs,
        offsets,
        positions,
        transitions,
        int(automaton.finish[automaton.block[0]]),
        "numpy",
    )
