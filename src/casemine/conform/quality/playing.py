"""A net played only as far as it is needed: markings, silent steps, and sets of markings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casemine.conform.reachability import FiringRule


class TooManyMarkingsError(Exception):
    """More markings than the limit were met."""


class Play:
    """Markings of a net by number, 0 the initial one; what was found once is kept.

    Parameters
    ----------
    rule : FiringRule
        Of any net, also an unbounded one.
    limit : int
        Markings that may be met; one more raises `TooManyMarkingsError`.
    """

    def __init__(self, rule: FiringRule, *, limit: int = 50_000) -> None:
        self.labels = rule.labels
        self._takes = rule.takes
        self._change = rule.gives - rule.takes
        self._limit = limit
        self._number: dict[bytes, int] = {}
        self._marking: list[np.ndarray] = []
        self._silent: list[tuple[int, ...] | None] = []
        self._visible: list[dict[str, tuple[int, ...]]] = []
        self._meet(rule.initial.astype(np.int32))

    def silent(self, marking: int) -> tuple[int, ...]:
        """List the markings that one silent step leads to, in the order of the net."""
        return self._fired(marking)[0]

    def visible(self, marking: int) -> dict[str, tuple[int, ...]]:
        """List the markings that each visible step leads to, by its label."""
        return self._fired(marking)[1]

    def closure(self, markings: Iterable[int]) -> frozenset[int]:
        """Add whatever silent steps lead to."""
        found = set(markings)
        fresh = list(found)
        while fresh:
            for reached in self.silent(fresh.pop()):
                if reached not in found:
                    found.add(reached)
                    fresh.append(reached)
        return frozenset(found)

    def enabled(self, markings: Iterable[int]) -> frozenset[str]:
        """List the labels of visible steps that some of the markings let happen."""
        return frozenset(label for one in markings for label in self.visible(one))

    def after(self, markings: Iterable[int], label: str) -> frozenset[int]:
        """Take one visible step from each marking that lets it happen, silent steps after it."""
        return self.closure(
            target for one in markings for target in self.visible(one).get(label, ())
        )

    def _fired(self, marking: int) -> tuple[tuple[int, ...], dict[str, tuple[int, ...]]]:
        silent = self._silent[marking]
        if silent is None:
            tokens = self._marking[marking]
            can = np.flatnonzero((tokens >= self._takes).all(axis=1))
            hidden: list[int] = []
            shown: dict[str, tuple[int, ...]] = {}
            for transition in can.tolist():
                target = self._meet(tokens + self._change[transition])
                label = self.labels[transition]
                if label is None:
                    hidden.append(target)
                else:
                    shown[label] = (*shown.get(label, ()), target)
            silent = tuple(dict.fromkeys(hidden))
            self._silent[marking] = silent
            self._visible[marking] = {key: tuple(dict.fromkeys(v)) for key, v in shown.items()}
        return silent, self._visible[marking]

    def _meet(self, tokens: np.ndarray) -> int:
        key = tokens.tobytes()
        number = self._number.setdefault(key, len(self._marking))
        if number == len(self._marking):
            if number >= self._limit:
                raise TooManyMarkingsError
            self._marking.append(tokens)
            self._silent.append(None)
            self._visible.append({})
        return number
