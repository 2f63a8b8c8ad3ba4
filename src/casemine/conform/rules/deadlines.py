"""Checks against deadlines: `within`, and `after_breach`, which is about another's deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from casemine.conform.rules.attributes import not_evaluable, picked
from casemine.conform.rules.clocks import clock_of, spans_of
from casemine.conform.rules.durations import clock_text
from casemine.conform.rules.outcome import (
    NOT_CONCERNED,
    NOT_EVALUABLE,
    SATISFIED,
    STILL_OPEN,
    VIOLATED,
    Outcome,
)
from casemine.conform.rules.values import Check, Limit, Steps, checks_of
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.rules.cases import Cases
    from casemine.conform.rules.clocks import Clock

    Mask = NDArray[np.bool_]

NO_TIMES = "the log has no times"
NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class Deadlines:
    """Every obligation of a `within` check: one per first event, or one per case."""

    begin: NDArray[np.int64]  # event that starts the clock
    end: NDArray[np.int64]  # event that stops it, -1: none yet
    done: Mask  # the end is what was demanded, not what lifts the demand
    seconds: NDArray[np.float64]  # on the clock, up to the end of the case or of the log
    wall_s: NDArray[np.float64]
    limit_s: NDArray[np.float64]  # in force at the end; NaN: not known; infinite: none
    late: Mask
    missed: NDArray[np.int64]  # instant at which the limit was passed; NEVER where it was not
    unknown: Mask
    why: str


def deadlines_of(cases: Cases, check: Check) -> Deadlines:
    """Measure every obligation of a `within` check.

    Notes
    -----
    O(n) for n events. With one obligation a case, the limit follows the priority from event to
    event; with one for every first event, it is that of the priority at the first.
    """
    keys, traces = check.keys, cases.traces
    time = cases.trail.time
    assert time is not None
    limit = cast("Limit", keys["within"])
    clock = clock_of(cases, keys, limit)
    first, second = (picked(cases, check, key) for key in ("first", "second"))
    each = cast("str", keys.get("each", "first"))
    until = cast("str", keys.get("until", "first"))
    begin, end = spans_of(cases, first[0], second[0], each=each, until=until)
    done = end >= 0
    if "unless" in keys:
        lifted = traces.after(traces.mask(cast("Steps", keys["unless"])))[begin]
        sooner = (lifted >= 0) & ((end < 0) | (lifted < end))
        end, done = np.where(sooner, lifted, end), done & ~sooner
    last = traces.offsets[1:][traces.trace_of(begin)] - 1
    until_event = np.where(end >= 0, end, last)
    seconds = clock.seconds(begin, until_event)
    tail = np.where(end < 0, clock.tail(last), 0.0)
    by_event = clock.limits(limit)
    moving = each == "first" and bool(limit.by.of)
    late_gap = _first_late_gap(cases, clock, begin, until_event, by_event) if moving else None
    if late_gap is None:
        allowed = by_event[begin]
        late = seconds + tail > allowed
    else:
        final = np.maximum(until_event - (end >= 0), begin)
        allowed = by_event[np.where(late_gap >= 0, late_gap, final)]
        late = (late_gap >= 0) | (seconds + tail > np.where(end < 0, by_event[last], np.inf))
    spans = (begin, until_event, last)
    missed = _missed(clock, spans, by_event, late, late_gap)
    doubtful = np.isnan(allowed)
    in_doubt = first[1] | second[1]
    doubtful |= traces.any(in_doubt)[traces.trace_of(begin)]
    wall = np.where(end >= 0, time[until_event], cases.now) - time[begin]
    return Deadlines(
        begin=begin,
        end=end,
        done=done,
        seconds=seconds + tail,
        wall_s=wall / 1_000_000,
        limit_s=allowed,
        late=late & ~doubtful,
        missed=missed,
        unknown=doubtful,
        why=first[2] or second[2] or clock.why,
    )


def _first_late_gap(
    cases: Cases,
    clock: Clock,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    limits: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Find for each obligation the event after which the limit in force is passed; -1: never."""
    traces, size = cases.traces, len(limits)
    starts, ends = np.full(len(cases), size), np.zeros(len(cases), np.int64)
    case = traces.trace_of(begin)
    starts[case], ends[case] = begin, end
    place = np.arange(size)
    inside = (place >= traces.spread(starts)) & (place < traces.spread(ends))
    gaps = np.flatnonzero(inside)
    passed = clock.seconds(starts[traces.trace_of(gaps)], gaps + 1)
    bad = np.zeros(size, np.bool_)
    bad[gaps[passed > limits[gaps]]] = True
    return traces.first(bad)[case]


def _missed(
    clock: Clock,
    spans: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    limits: NDArray[np.float64],
    late: Mask,
    late_gap: NDArray[np.int64] | None,
) -> NDArray[np.int64]:
    """Find the instants at which limits were passed."""
    begin, end, last = spans
    found = np.full(len(begin), NEVER)
    which = np.flatnonzero(late)
    if not len(which):
        return found
    if late_gap is None:
        gap = _gap_of(clock, begin[which], end[which], limits[begin[which]])
        allowed = limits[begin[which]]
    else:
        gap = np.where(late_gap[which] >= 0, late_gap[which], last[which])
        allowed = limits[gap]
    before = clock.seconds(begin[which], gap)
    found[which] = clock.moment(gap, np.maximum(allowed - before, 0.0))
    return found


def _gap_of(
    clock: Clock,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    allowed: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Find the last event of each span at which the limit was not yet passed, by halving."""
    low, high = begin.copy(), end.copy()
    while (low < high).any():
        middle = (low + high + 1) // 2
        within = clock.seconds(begin, middle) <= allowed
        low = np.where(within, middle, low)
        high = np.where(within, high, middle - 1)
    return low


def within(cases: Cases, check: Check) -> Outcome:
    """Demand that something comes within a time after something else."""
    hidden = _hidden(cases, check)
    if hidden is not None:
        return hidden
    traces = cases.traces
    first = picked(cases, check, "first")
    if cases.trail.time is None:
        return not_evaluable(cases, NO_TIMES, traces.any(first[0] | first[1]))
    found = deadlines_of(cases, check)
    only_if_done = bool(check.keys.get("only_if_done", False))
    case = traces.trace_of(found.begin)
    about = ~np.isinf(found.limit_s)
    if only_if_done:
        about &= found.done
    undone = found.end < 0
    waiting = undone & ~found.late & cases.is_open[case]
    never = undone & ~cases.is_open[case]
    bad = about & ~found.unknown & ((found.late & ~waiting) | never)
    status = np.full(len(cases), NOT_CONCERNED, np.uint8)
    for mask, state in (
        (about, SATISFIED),
        (about & (waiting | found.unknown), NOT_EVALUABLE),
        (bad, VIOLATED),
    ):
        np.maximum.at(status, case[mask], np.uint8(state))
    why = [STILL_OPEN] if (about & waiting).any() else []
    why += [found.why] if (about & found.unknown).any() and found.why else []
    if first[1].any() and first[2]:
        unclear = traces.any(first[1]) & (status != VIOLATED)
        status[unclear] = NOT_EVALUABLE
        why.append(first[2])
    marks = np.sort(found.begin[bad])
    shown = traces.merged(marks, found.end[bad & (found.end >= 0)])
    outcome = Outcome(status, marks, traces, None, tuple(dict.fromkeys(why)), shown=shown)
    return replace(outcome, tell=_Telling(cases, found, bad), note=_note(found, about))


class _Telling:
    """What is to be seen in a case that misses a deadline: both clocks, and the limit."""

    def __init__(self, cases: Cases, found: Deadlines, bad: Mask) -> None:
        self.found, self.which = found, np.flatnonzero(bad)
        self.of = cases.traces.trace_of(found.begin[self.which])

    def __call__(self, case: int) -> str:
        place = int(np.searchsorted(self.of, case))
        if place == len(self.of) or self.of[place] != case:
            return ""
        at, found = self.which[place], self.found
        clock, allowed = (clock_text(float(s[at])) for s in (found.seconds, found.limit_s))
        wall = format_duration(float(found.wall_s[at]))
        said = f"{clock} on the clock ({wall} by the wall), {allowed} allowed"
        return said if found.end[at] >= 0 else f"not at all until the end of the log; {said}"


def _note(found: Deadlines, about: Mask) -> str:
    """Report both clocks over all obligations that came to an end."""
    over = about & found.done & ~found.unknown
    if not over.any():
        return ""
    said = []
    for name, seconds, write in (
        ("on the clock", found.seconds, clock_text),
        ("by the wall", found.wall_s, format_duration),
    ):
        median, p90 = np.quantile(seconds[over], [0.5, 0.9]).tolist()
        said.append(f"median {write(median)}, p90 {write(p90)} {name}")
    return f"Time taken: {'; '.join(said)}."


def _hidden(cases: Cases, check: Check) -> Outcome | None:
    first, second = (cast("Steps", check.keys[key]) for key in ("first", "second"))
    if not cases.seen(first):
        return not_evaluable(cases, cases.unseen(first))
    if not cases.seen(second):
        about = cases.traces.any(cases.traces.mask(first))
        return not_evaluable(cases, cases.unseen(second), about)
    return None


def breaches(cases: Cases, rule: str) -> tuple[NDArray[np.int64], str]:
    """Find the instant at which each case missed the target of a rule; NEVER where it did not."""
    nothing = np.full(len(cases), NEVER)
    found = cases.rules.rule(rule)
    if found is None:
        return nothing, f"rule {rule} is off"
    checks = [one for one in checks_of(found.body) if one.template == "within"]
    if not checks:
        return nothing, f"rule {rule} has no target"
    if cases.trail.time is None:
        return nothing, NO_TIMES
    deadlines = deadlines_of(cases, checks[0])
    late = deadlines.late & ~np.isinf(deadlines.limit_s)
    case = cases.traces.trace_of(deadlines.begin[late])[::-1]
    nothing[case] = deadlines.missed[late][::-1]  # of several, the first of the case
    return nothing, ""


def after_breach(cases: Cases, check: Check) -> Outcome:
    """Demand that something has happened, or happens soon, when a target is missed."""
    second = cast("Steps", check.keys["second"])
    moments, why = breaches(cases, cast("str", check.keys["rule"]))
    if why:
        return not_evaluable(cases, why)
    about = moments != NEVER
    if not cases.seen(second):
        return not_evaluable(cases, cases.unseen(second), about)
    traces, time = cases.traces, cases.trail.time
    assert time is not None
    clock = clock_of(cases, check.keys, cast("Limit", check.keys["within"]))
    allowed = clock.limits(cast("Limit", check.keys["within"]))[traces.offsets[:-1]]
    which = np.flatnonzero(about & ~np.isnan(allowed) & ~np.isinf(allowed))
    due = np.full(len(cases), NEVER)
    due[which] = clock.added(traces.offsets[which], moments[which], allowed[which])
    mask = traces.mask(second)
    first = traces.first(mask)
    done = (first >= 0) & (time[np.maximum(first, 0)] <= due)
    waiting = ~done & (due > cases.now) & cases.is_open
    status = np.full(len(cases), NOT_CONCERNED, np.uint8)
    status[about] = np.where(done, SATISFIED, VIOLATED)[about]
    status[about & waiting] = NOT_EVALUABLE
    status[about & (due == NEVER)] = NOT_EVALUABLE
    reasons = [STILL_OPEN] if (about & waiting).any() else []
    reasons += [clock.why] if (about & (due == NEVER)).any() else []
    late = np.flatnonzero(status == VIOLATED)
    marks = np.where(first[late] >= 0, first[late], traces.offsets[late + 1] - 1)
    return Outcome(status, marks, traces, None, tuple(reasons))
