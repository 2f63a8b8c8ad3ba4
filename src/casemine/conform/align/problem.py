"""A net and traces, laid out for the engines: the reduced net, labels as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.align.moves import Piece
from casemine.conform.align.reduction import reduce_net
from casemine.conform.reachability import FiringRule
from casemine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Trace i is `codes[offsets[i]:offsets[i + 1]]`: indices into `rule.names`, -1 for others."""

    rule: FiringRule  # of the reduced net
    spelled: tuple[Piece, ...]  # each of its transitions, in transitions of the net
    silent: NDArray[np.bool_]  # by transition of the net
    codes: NDArray[np.int32]
    offsets: NDArray[np.int64]
    prefixes: NDArray[np.bool_]

    def part(self, traces: NDArray[np.int64]) -> Problem:
        """Pose the same problem with some of the traces."""
        lengths = np.diff(self.offsets)[traces]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(self.offsets[:-1][traces] - offsets[:-1], lengths)
        places += np.arange(offsets[-1])
        return replace(
            self, codes=self.codes[places], offsets=offsets, prefixes=self.prefixes[traces]
        )


def pose(net: PetriNet, variants: Variants, prefixes: NDArray[np.bool_] | None) -> Problem:
    """Lay out the problem.

    Raises
    ------
    InputError
        A net without a final marking.
    """
    rule = FiringRule.of(net)
    if rule.final is None:
        raise InputError(
            "the net has no final marking, so no case could be said to be complete",
            mend="add the final marking to the file",
        )
    reduced = reduce_net(rule)
    code = {name: index for index, name in enumerate(reduced.rule.names)}
    translation = np.asarray([code.get(name, -1) for name in variants.activities], np.int32)
    if prefixes is None:
        prefixes = np.zeros(len(variants), np.bool_)
    return Problem(
        reduced.rule,
        tuple(_piece(sequence, rule) for sequence in reduced.sequences),
        np.asarray([label is None for label in rule.labels], np.bool_),
        translation[variants.codes] if len(variants.codes) else np.empty(0, np.int32),
        np.ascontiguousarray(variants.offsets, np.int64),
        np.ascontiguousarray(prefixes, np.bool_),
    )


def _piece(sequence: tuple[int, ...], rule: FiringRule) -> Piece:
    """Transitions that were fused; at most one of them is visible."""
    visible = [index for index, one in enumerate(sequence) if rule.labels[one] is not None]
    return Piece(sequence, visible[0] if visible else -1)
