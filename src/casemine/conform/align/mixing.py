"""Which engine aligns what: small nets are prepared, others searched, and what is hard prepared.

1. A net of few blocks is prepared whole, and every trace aligned over the automaton; for few
   events one of more blocks, too.
2. Otherwise each trace is searched, with a small budget: near its optimum the search is quick.
3. What remains is aligned over the automaton, if that fits into the budget; else it is searched
   with the whole budget, and may be given up.

All engines choose the same alignment, so the parts fit together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align.solution import Solution, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from casemine.conform.align.problem import Problem
    from casemine.conform.align.solution import Budget

SMALL_MARKINGS, SMALL_BLOCKS = 4_000, 64  # up to which preparation beats any search
FEW_EVENTS = 3_000  # up to which a larger automaton costs less than finding a guide for the search
QUICK_STATES = 1_500  # of a search that is cheaper than an automaton of more blocks


@dataclass(frozen=True, slots=True)
class Engines:
    """The two ways to align, in one of their two forms."""

    name: str
    prepared: Callable[[Problem, Budget], Solution]
    searched: Callable[[Problem, Budget], Solution]


def solve(engines: Engines, problem: Problem, budget: Budget) -> tuple[str, Solution]:
    """Align all traces; say by which engine, the last one where there were several."""
    blocks = budget.blocks if len(problem.codes) <= FEW_EVENTS else SMALL_BLOCKS
    small = replace(
        budget,
        markings=min(budget.markings, SMALL_MARKINGS),
        blocks=min(budget.blocks, blocks),
    )
    try:
        return engines.name, engines.prepared(problem, small)
    except TooLargeError:
        pass
    quick = replace(budget, states=min(budget.states, QUICK_STATES))
    found = engines.searched(problem, quick)
    left = np.flatnonzero(found.costs < 0)
    if not len(left):
        return "search", found
    rest = problem.part(left)
    try:
        return engines.name, _joined(found, left, engines.prepared(rest, budget))
    except TooLargeError:
        return "search", _joined(found, left, engines.searched(rest, budget))


def _joined(found: Solution, left: NDArray[np.int64], rest: Solution) -> Solution:
    """Put the answers for some traces into the gaps of the others."""
    costs, lower = found.costs.copy(), found.lower.copy()
    costs[left], lower[left] = rest.costs, rest.lower
    begins, sizes = found.offsets[:-1].copy(), np.diff(found.offsets)
    begins[left] = rest.offsets[:-1] + len(found.positions)
    sizes[left] = np.diff(rest.offsets)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.repeat(begins - offsets[:-1], sizes) + np.arange(offsets[-1])
    return Solution(
        found.shortest_run,
        costs,
        lower,
        offsets,
        np.concatenate([found.positions, rest.positions])[places],
        np.concatenate([found.transitions, rest.transitions])[places],
    )
