"""The templates of Declare over whole arrays: which traces they are about, and which break them.

`a` and `b` say of each event whether it is the first or the second of the two steps; what stands
before and after is decided by position. A trace that has not ended may still do what is missing:
such events are `pending`, and become violations only where the case is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from casemine.conform.rules.traces import Traces

    Mask = NDArray[np.bool_]
    Template = Callable[[Traces, Mask, Mask], "Verdict"]
    Counting = Callable[[Traces, Mask, int], "Verdict"]


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What one template says of each trace, and the events that show it."""

    concerned: Mask  # of each trace: whether the template is about it
    violated: Mask  # of each trace, whatever comes later
    pending: Mask  # of each trace: violated if nothing comes any more
    marks: NDArray[np.int64]  # events that show violations, rising


def of_events(traces: Traces, concerned: Mask, bad: Mask, pending: Mask | None = None) -> Verdict:
    """Make a verdict of events: `concerned` picks those that activate the template."""
    marks = bad if pending is None else bad | pending
    nothing = np.zeros(len(traces), np.bool_)
    return Verdict(
        traces.any(concerned),
        traces.any(bad),
        nothing if pending is None else traces.any(pending),
        np.flatnonzero(marks),
    )


def both(one: Verdict, other: Verdict) -> Verdict:
    """Demand what two templates demand."""
    return Verdict(
        one.concerned | other.concerned,
        one.violated | other.violated,
        one.pending | other.pending,
        np.union1d(one.marks, other.marks),
    )


def existence(traces: Traces, a: Mask, times: int) -> Verdict:
    """At least so often."""
    count = traces.count(a)
    every = np.ones(len(traces), np.bool_)
    return Verdict(every, ~every, count < times, np.zeros(0, np.int64))


def absence(traces: Traces, a: Mask, times: int) -> Verdict:
    """At most so often; the events beyond show it."""
    over = a & (traces.rank(a) > times)
    return of_events(traces, np.ones(len(a), np.bool_), over)


def exactly(traces: Traces, a: Mask, times: int) -> Verdict:
    """Exactly so often."""
    return both(existence(traces, a, times), absence(traces, a, times))


def init(traces: Traces, a: Mask, times: int) -> Verdict:
    """Begin with it."""
    del times
    first = np.zeros(len(a), np.bool_)
    first[traces.offsets[:-1]] = True
    return of_events(traces, first, first & ~a)


def end(traces: Traces, a: Mask, times: int) -> Verdict:
    """End with it, in a case that is over."""
    del times
    last = traces.ends()
    return of_events(traces, last, np.zeros(len(a), np.bool_), last & ~a)


def choice(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """One of both."""
    return existence(traces, a | b, 1)


def exclusive_choice(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """One of both, not both."""
    return both(choice(traces, a, b), not_co_existence(traces, a, b))


def responded_existence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """If a, then b, before or after."""
    alone = a & ~traces.spread(traces.any(b))
    return of_events(traces, a, np.zeros(len(a), np.bool_), alone)


def co_existence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Both or none."""
    return both(responded_existence(traces, a, b), responded_existence(traces, b, a))


def not_co_existence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Not both; the events of that which came later show it."""
    later = (b & (traces.before(a) >= 0)) | (a & (traces.before(b) >= 0))
    return of_events(traces, a | b, later)


def not_responded_existence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """If a, then no b."""
    found = not_co_existence(traces, a, b)
    return Verdict(traces.any(a), found.violated, found.pending, found.marks)


def response(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """After each a comes b."""
    return of_events(traces, a, np.zeros(len(a), np.bool_), a & (traces.after(b) < 0))


def precedence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Before each b stands a."""
    return of_events(traces, b, b & (traces.before(a) < 0))


def succession(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Response and precedence."""
    return both(response(traces, a, b), precedence(traces, a, b))


def alternate_response(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """After each a comes b before the next a."""
    next_a, next_b = traces.after(a), traces.after(b)
    bad = a & (next_a >= 0) & ((next_b < 0) | (next_b > next_a))
    return of_events(traces, a, bad, a & (next_a < 0) & (next_b < 0))


def alternate_precedence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Before each b stands a, with no b between."""
    last_a, last_b = traces.before(a), traces.before(b)
    return of_events(traces, b, b & ((last_a < 0) | (last_b > last_a)))


def alternate_succession(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Alternate response and alternate precedence."""
    return both(alternate_response(traces, a, b), alternate_precedence(traces, a, b))


def chain_response(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Right after each a comes b."""
    last = traces.ends()
    wrong = a & ~traces.right_after(b)
    return of_events(traces, a, wrong & ~last, wrong & last)


def chain_precedence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Right before each b stands a."""
    return of_events(traces, b, b & ~traces.right_before(a))


def chain_succession(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Chain response and chain precedence."""
    return both(chain_response(traces, a, b), chain_precedence(traces, a, b))


def not_response(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """After a never comes b; the b that come show it."""
    return of_events(traces, a, b & (traces.before(a) >= 0))


def not_precedence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Before b never stands a."""
    return of_events(traces, b, b & (traces.before(a) >= 0))


def not_chain_response(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Right after a does not come b."""
    return of_events(traces, a, b & traces.right_before(a))


def not_chain_precedence(traces: Traces, a: Mask, b: Mask) -> Verdict:
    """Right before b does not stand a."""
    return of_events(traces, b, b & traces.right_before(a))


def absence_between(traces: Traces, a: Mask, b: Mask, c: Mask) -> Verdict:
    """Between a and the next b there is no c; only where b comes at all."""
    last_a, last_b, next_b = traces.before(a), traces.before(b), traces.after(b)
    closed = a & (next_b >= 0)
    inside = c & (last_a >= 0) & (last_a > last_b) & (next_b >= 0)
    return of_events(traces, closed, inside)


COUNTING: Mapping[str, Counting] = MappingProxyType(
    {"existence": existence, "absence": absence, "exactly": exactly, "init": init, "end": end}
)
ORDERING: Mapping[str, Template] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            choice,
            exclusive_choice,
            responded_existence,
            co_existence,
            not_co_existence,
            not_responded_existence,
            response,
            precedence,
            succession,
            alternate_response,
            alternate_precedence,
            alternate_succession,
            chain_response,
            chain_precedence,
            chain_succession,
            not_response,
            not_precedence,
            not_chain_response,
            not_chain_precedence,
        )
    }
)
