"""What a check says of every case, and how checks are combined."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from casemine.conform.rules.declare import Verdict
    from casemine.conform.rules.traces import Traces
    from casemine.conform.rules.values import Combination

    Mask = NDArray[np.bool_]

# in this order, the worst of several is what all of them together say
NOT_CONCERNED, SATISFIED, NOT_EVALUABLE, VIOLATED = range(4)
_NAMED = 4  # events that are named where nothing else says what is to be seen
STILL_OPEN = "cases that are still open may yet do what is missing"
# of alternatives, the best counts: satisfied, then what is not known, then violated
_BEST = np.array([0, 3, 2, 1], np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What checks say of each case, and the events that show violations.

    `marks` are events of `traces`, rising; a trace is a variant where `variant` says which one
    each case has, and a case otherwise. `shown` takes their place in proofs, where more events
    are to be shown than counted. Several checks have several outcomes in `parts`.
    """

    status: NDArray[np.uint8]  # of each case
    marks: NDArray[np.int64]
    traces: Traces
    variant: NDArray[np.int64] | None = None
    why: tuple[str, ...] = ()  # what is missing where cases are not evaluable
    shown: NDArray[np.int64] | None = None
    tell: Callable[[int], str] | None = None  # what is to be seen in a case that violates
    could: Mask | None = None  # cases that could have shown a violation, where not by status
    note: str = ""  # what is worth knowing about all cases, such as both clocks
    parts: tuple[Outcome, ...] = ()

    def events_of(self, case: int) -> list[int]:
        """Find the events of a case that show its violation, counted from its first event."""
        found = [
            event
            for part in self.parts
            if part.status[case] == VIOLATED
            for event in part.events_of(case)
        ]
        trace = case if self.variant is None else int(self.variant[case])
        low, high = self.traces.offsets[trace], self.traces.offsets[trace + 1]
        marks = self.marks if self.shown is None else self.shown
        begin, end = np.searchsorted(marks, [low, high])
        return sorted({*found, *(marks[begin:end] - low).tolist()})

    def counts(self) -> NDArray[np.int64]:
        """Count the events that show the violation of each case, at least one in violated ones."""
        found = np.bincount(self.traces.trace_of(self.marks), minlength=len(self.traces))
        if self.variant is not None:
            found = found[self.variant]
        for part in self.parts:
            found = found + np.where(part.status == VIOLATED, part.counts(), 0)
        return np.where(self.status == VIOLATED, np.maximum(found, 1), 0)

    @property
    def decided(self) -> Mask:
        """Say of each case whether it could have shown a violation."""
        if self.could is not None:
            return self.could
        found: Mask = (self.status == SATISFIED) | (self.status == VIOLATED)
        return found

    def told(self, case: int) -> str:
        """Say what is to be seen in a case that violates; name the events where nothing else is."""
        said = dict.fromkeys(text for text in self._said(case) if text)
        return "; ".join(said) or " > ".join(self._names(case)[:_NAMED])

    def _said(self, case: int) -> list[str]:
        if self.tell is not None:
            return [self.tell(case)]
        broken = (part for part in self.parts if part.status[case] == VIOLATED)
        return [text for part in broken for text in part._said(case)]  # noqa: SLF001 - our own

    def _names(self, case: int) -> list[str]:
        trace = case if self.variant is None else int(self.variant[case])
        begin = int(self.traces.offsets[trace])
        codes = [int(self.traces.activity[begin + event]) for event in self.events_of(case)]
        return [self.traces.names[code] for code in codes]


def settled(
    verdict: Verdict,
    traces: Traces,
    variant: NDArray[np.int64] | None,
    is_open: Mask,
) -> Outcome:
    """Spread a verdict over cases; what is pending is violated only where the case is over."""
    concerned, violated, pending = verdict.concerned, verdict.violated, verdict.pending
    if variant is not None:
        concerned, violated, pending = concerned[variant], violated[variant], pending[variant]
    waiting = pending & ~violated & is_open
    status = np.where(concerned, SATISFIED, NOT_CONCERNED)
    status[violated | pending] = VIOLATED
    status[waiting] = NOT_EVALUABLE
    why = (STILL_OPEN,) if waiting.any() else ()
    return Outcome(status.astype(np.uint8), verdict.marks, traces, variant, why)


def unknown(outcome: Outcome, cases: Mask, why: str) -> Outcome:
    """Make some cases not evaluable, whatever was found in them."""
    if not cases.any():
        return outcome
    status = np.where(cases, np.uint8(NOT_EVALUABLE), outcome.status)
    before = outcome.why if ((outcome.status == NOT_EVALUABLE) & ~cases).any() else ()
    return replace(outcome, status=status, why=(*before, why))


def only(outcome: Outcome, cases: Mask) -> Outcome:
    """Leave cases out: the check is not about them."""
    return replace(
        outcome, status=np.where(cases, outcome.status, np.uint8(NOT_CONCERNED)).astype(np.uint8)
    )


def combined(how: Combination, parts: Sequence[Outcome]) -> Outcome:
    """Say what several checks say together.

    `all`: violated if one is, else not evaluable if one is, else satisfied if one is. `any`:
    satisfied if one is, else not evaluable if one is, else violated if one is. `not`: the opposite
    where it is known. A case that no part is about is not concerned.
    """
    first = parts[0]
    states = [part.status for part in parts]
    if how == "not":
        status = np.array([NOT_CONCERNED, VIOLATED, NOT_EVALUABLE, SATISFIED], np.uint8)[states[0]]
    elif how == "all":
        status = np.maximum.reduce(states)
    else:
        status = _BEST[np.maximum.reduce([_BEST[one] for one in states])]
    why = tuple(
        dict.fromkeys(
            text
            for part in parts
            if ((part.status == NOT_EVALUABLE) & (status == NOT_EVALUABLE)).any()
            for text in part.why
        )
    )
    none = np.zeros(0, np.int64)
    inside = () if how == "not" else tuple(parts)
    could = np.logical_or.reduce([one.decided for one in parts]) if how == "all" else None
    notes = " ".join(dict.fromkeys(part.note for part in parts if part.note))
    return Outcome(
        status, none, first.traces, first.variant, why, could=could, note=notes, parts=inside
    )
