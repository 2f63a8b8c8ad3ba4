"""Exact optimal alignments of variants with a net.

What stands where: `problem` lays the net and the traces out, after `reduction` has fused silent
transitions. `automaton` takes the other silent steps out of the net and joins states that behave
alike; `portable` finds least costs over it and `walk` the moves, in numpy; `moves` lays them out.
`search` is for nets with too many markings, guided by `components`; `mixing` decides. The C files
do the same, compiled, and `compiled` calls them. Costs and moves don't depend on the engine.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from casemine.conform.align.compiled import align_compiled, kernel, search_compiled
from casemine.conform.align.mixing import Engines, solve
from casemine.conform.align.portable import align_portable
from casemine.conform.align.problem import pose
from casemine.conform.align.search import search_portable
from casemine.conform.align.solution import Budget
from casemine.errors import MissingToolError
from casemine.model.alignment import Alignments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants

__all__ = ["Budget", "align", "kernel"]

Engine = Literal["auto", "compiled", "numpy", "search"]


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
        `auto` takes the fastest that works here; `search` never prepares the net. The first
        three go over to the search where the net is too large for them.

    Returns
    -------
    Alignments
        Cost and moves of each variant, by its index.

    Raises
    ------
    InputError
        A net without a final marking, or one that can't reach it.
    MissingToolError
        `compiled` was asked for, and is not installed.

    Notes
    -----
    One optimum of several is taken by the rule that `walk` gives, the same by every engine. A
    place holds up to 255 tokens. Linear in the events for nets that can be prepared.

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
    problem = pose(net, variants, prefixes)
    extension = None if engine == "numpy" else kernel()
    if engine == "compiled" and extension is None:
        raise MissingToolError(
            "the compiled kernel of alignments is not installed",
            mend="install casemine where a C compiler is present, or use the numpy one",
        )
    if extension is None:
        engines = Engines("numpy", align_portable, search_portable)
    else:
        engines = Engines(
            "compiled", partial(align_compiled, extension), partial(search_compiled, extension)
        )
    if engine == "search":
        used, found = "search", engines.searched(problem, budget)
    else:
        used, found = solve(engines, problem, budget)
    upper = np.diff(problem.offsets) + np.where(problem.prefixes, 0, found.shortest_run)
    return Alignments(
        costs=found.costs,
        lower=found.lower,
        upper=np.where(found.costs < 0, upper, found.costs).astype(np.int32),
        offsets=found.offsets,
        positions=found.positions,
        transitions=found.transitions,
        shortest_run=found.shortest_run,
        engine=used,
    )
