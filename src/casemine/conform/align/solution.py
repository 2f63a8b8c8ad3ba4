"""What an engine is allowed to spend, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work is done before another way is tried, or a variant is given up.

    Counted in states and never in seconds, so that a result doesn't depend on the machine.
    """

    markings: int = 20_000  # of the reduced net, before the search takes over
    blocks: int = 500  # kinds of states; above, the search is faster
    steps: int = 2_000_000  # silent steps under all states together
    states: int = 1_000_000  # of the search, for one variant
    total: int = 50_000_000  # of the search, for all variants together
    run_states: int = 1_000_000  # of the search for the shortest run
    kept: int = 1 << 24  # numbers in rows of least costs; more are forgotten, and made again


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Columns as in `Alignments`; costs are -1 where the budget did not suffice."""

    shortest_run: int
    costs: NDArray[np.int32]
    lower: NDArray[np.int32]
    offsets: NDArray[np.int64]
    positions: NDArray[np.int32]
    transitions: NDArray[np.int32]


class TooLargeError(Exception):
    """The net has more markings, blocks or silent steps than the budget allows."""


def no_run() -> InputError:
    """No run of the net ends."""
    return InputError(
        "the final marking of the net can't be reached from its initial marking",
        mend="`casemine flow check` shows where runs end instead",
        code="no-run",
    )


def no_run_found(states: int) -> InputError:
    """Say that no run was found; there may be one."""
    return InputError(
        f"no way from the initial to the final marking of the net was found in {states:,} states",
        mend="the net may be unbounded; `casemine flow check` says more",
        code="no-run",
    )
