"""Checks of the time between events: not sooner, not later, at a rhythm, near, as a share."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.conform.rules.attributes import judged, not_evaluable, nowhere, picked
from casemine.conform.rules.clocks import MICRO, clock_of
from casemine.conform.rules.deadlines import NO_TIMES, after_breach, within
from casemine.conform.rules.durations import clock_text
from casemine.conform.rules.outcome import VIOLATED, unknown
from casemine.conform.rules.values import Limit, Pause, Steps
from casemine.log.arrays import to_numpy, valid
from casemine.log.columns import TIMESTAMP
from casemine.log.eventlog import single

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from casemine.conform.rules.cases import Cases
    from casemine.conform.rules.outcome import Outcome
    from casemine.conform.rules.values import Check

    Mask = NDArray[np.bool_]

MAY_FALL = "the share may fall in cases that are still open"


def first_mark(outcome: Outcome, case: int) -> int | None:
    """Find the first event that shows the violation of a case; only if every trace is a case."""
    low, high = outcome.traces.offsets[case : case + 2]
    place = int(np.searchsorted(outcome.marks, low))
    if place == len(outcome.marks) or outcome.marks[place] >= high:
        return None
    return int(outcome.marks[place])


def apart(cases: Cases, check: Check) -> Outcome:
    """Demand that each second comes not sooner, or not later, than a time after the first."""
    keys, traces = check.keys, cases.traces
    if hidden := nowhere(cases, check, "second"):
        return hidden
    second, maybe_second, why_second = picked(cases, check, "second")
    if hidden := nowhere(cases, check, "first"):
        return not_evaluable(cases, hidden.why[0], traces.any(second))
    if cases.trail.time is None:
        return not_evaluable(cases, NO_TIMES, traces.any(second | maybe_second))
    first, maybe_first, why_first = picked(cases, check, "first")
    if keys.get("which", "last") == "first":
        begin = traces.spread(traces.first(first))
        begin = np.where(begin < np.arange(len(begin)), begin, -1)
    else:
        begin = traces.before(first)
    about = second & (begin >= 0)
    events = np.flatnonzero(about)
    least, most = (cast("Limit | None", keys.get(key)) for key in ("at_least", "at_most"))
    clock = clock_of(cases, keys, least, most)
    seconds = clock.seconds(begin[events], events)
    bad = np.zeros(len(events), np.bool_)
    doubtful = np.zeros(len(events), np.bool_)
    for limit, sign in ((least, -1), (most, 1)):
        if limit is not None:
            allowed = clock.limits(limit)[begin[events]]
            bad |= (sign * (seconds - allowed) > 0) & ~np.isinf(allowed)
            doubtful |= np.isnan(allowed)
    if "unless" in keys:
        lifted = traces.before(traces.mask(cast("Steps", keys["unless"])))[events]
        bad &= lifted <= begin[events]
    wrong, unclear = np.zeros(len(about), np.bool_), maybe_second.copy()
    wrong[events[bad]] = True
    unclear[events[doubtful]] = True
    unclear |= second & traces.spread(traces.any(maybe_first))
    outcome = judged(cases, about, wrong, unclear, why_second or why_first or clock.why)
    shown = traces.merged(outcome.marks, begin[outcome.marks])

    def tell(case: int) -> str:
        event = first_mark(outcome, case)
        if event is None:
            return ""
        return f"after {clock_text(float(seconds[np.searchsorted(events, event)]))} on the clock"

    return replace(outcome, tell=tell, shown=shown)


def rhythm(cases: Cases, check: Check) -> Outcome:
    """Demand that from first to second no more than a time passes without step."""
    keys, traces = check.keys, cases.traces
    if hidden := nowhere(cases, check, "first"):
        return hidden
    first, end, step = (
        traces.mask(cast("Steps", keys[key])) for key in ("first", "second", "step")
    )
    about = traces.any(first)
    if hidden := nowhere(cases, check, "step"):
        return not_evaluable(cases, hidden.why[0], about)
    if cases.trail.time is None:
        return not_evaluable(cases, NO_TIMES, about)
    limit = cast("Limit", keys["at_most"])
    clock = clock_of(cases, keys, limit)
    begins = traces.first(first)
    which = np.flatnonzero(begins >= 0)
    begins = begins[which]
    ends = traces.after(end)[begins]
    last = traces.offsets[1:][which] - 1
    place = np.arange(len(step))
    low, high = np.full(len(traces), len(step)), np.zeros(len(traces), np.int64)
    low[which], high[which] = begins, np.where(ends >= 0, ends, last)
    inside = (place >= traces.spread(low)) & (place <= traces.spread(high))
    bounds = np.flatnonzero(inside & (step | (place == traces.spread(low))))
    following = traces.after(inside & step)[bounds]
    stop = traces.spread(high)[bounds]
    stop = np.where(following >= 0, following, stop)
    seconds = clock.seconds(bounds, stop)
    tail = (following < 0) & (traces.spread(_sparse(len(traces), which, ends < 0))[bounds])
    seconds[tail] += clock.tail(stop[tail])
    allowed = clock.limits(limit)[bounds]
    bad = np.zeros(len(step), np.bool_)
    bad[bounds[seconds > allowed]] = True
    concerned = np.zeros(len(step), np.bool_)
    concerned[bounds[~np.isinf(allowed)]] = True
    unclear = np.zeros(len(step), np.bool_)
    unclear[bounds[np.isnan(allowed)]] = True
    outcome = judged(cases, concerned, bad, unclear, clock.why)

    def tell(case: int) -> str:
        begin, end = np.searchsorted(bounds, traces.offsets[case : case + 2])
        spans = seconds[begin:end][bad[bounds[begin:end]]]
        return f"{clock_text(float(spans.max()))} on the clock without" if len(spans) else ""

    over = int((seconds > allowed).sum())
    total = int((~np.isinf(allowed) & ~np.isnan(allowed)).sum())
    note = f"In time: {total - over:,} of {total:,} intervals." if total else ""
    return replace(outcome, tell=tell, note=note)


def _sparse(size: int, places: NDArray[np.int64], values: Mask) -> Mask:
    found = np.zeros(size, np.bool_)
    found[places] = values
    return found


def near(cases: Cases, check: Check) -> Outcome:
    """Demand that each first has a second within a time before or after it."""
    keys, traces = check.keys, cases.traces
    if hidden := nowhere(cases, check, "first"):
        return hidden
    first, maybe_first, why_first = picked(cases, check, "first")
    if hidden := nowhere(cases, check, "second"):
        return not_evaluable(cases, hidden.why[0], traces.any(first))
    time = cases.trail.time
    if time is None:
        return not_evaluable(cases, NO_TIMES, traces.any(first | maybe_first))
    second, maybe_second, why_second = picked(cases, check, "second")
    limit = cast("Limit", keys["within"])
    clock = clock_of(cases, keys, limit)
    events = np.flatnonzero(first)
    allowed = clock.limits(limit)[events] * MICRO
    found = np.zeros(len(events), np.bool_)
    for other in (traces.before(second)[events], traces.after(second)[events]):
        gap = np.abs(time[np.maximum(other, 0)] - time[events])
        found |= (other >= 0) & (gap <= allowed)
    late = ~found
    open_still = late & cases.is_open[traces.trace_of(events)]
    open_still &= cases.now - time[events] < allowed
    bad, unclear = np.zeros(len(first), np.bool_), maybe_first.copy()
    bad[events[late & ~open_still]] = True
    unclear[events[open_still | np.isnan(allowed)]] = True
    unclear |= first & traces.spread(traces.any(maybe_second))
    reason = why_first or why_second or clock.why or "the time is not over at the end of the log"
    return judged(cases, first, bad & ~unclear, unclear, reason)


def share_of_time(cases: Cases, check: Check) -> Outcome:
    """Demand that at most a share of the time of a case lies between step and the next event."""
    keys, traces = check.keys, cases.traces
    if hidden := nowhere(cases, check, "step"):
        return hidden
    step = traces.mask(cast("Steps", keys["step"]))
    if cases.trail.time is None:
        return not_evaluable(cases, NO_TIMES, traces.any(step))
    ignoring = cast("Steps", keys.get("ignoring", Steps(())))
    pause = (Pause(cast("Steps", keys["step"]), ignoring),)
    running = clock_of(cases, {**keys, "pause": pause})
    whole = clock_of(cases, keys)
    first, last = traces.offsets[:-1], traces.offsets[1:] - 1
    total = whole.seconds(first, last)
    waited = total - running.seconds(first, last)
    over = waited > cast("float", keys["at_most"]) * total
    outcome = judged(cases, step, step & traces.spread(over), np.zeros(len(step), np.bool_), "")
    outcome = unknown(outcome, (outcome.status == VIOLATED) & cases.is_open, MAY_FALL)
    share = waited / np.maximum(total, 1e-9)

    def tell(case: int) -> str:
        return f"{100 * share[case]:.0f} % of {clock_text(float(total[case]))}"

    return replace(outcome, tell=tell)


def not_lowered_late(cases: Cases, check: Check) -> Outcome:
    """Demand that no priority with a longer target is set when little of the target is left."""
    keys, traces = check.keys, cases.traces
    if hidden := nowhere(cases, check, "first"):
        return hidden
    first, end = (traces.mask(cast("Steps", keys[key])) for key in ("first", "second"))
    about = traces.any(first)
    if cases.trail.time is None:
        return not_evaluable(cases, NO_TIMES, about)
    if cases.column("priority") is None:
        return not_evaluable(cases, cases.no_column("priority"), about)
    limit = cast("Limit", keys["within"])
    clock = clock_of(cases, {**keys, "priority_at": "moment"}, limit)
    allowed = clock.limits(limit)
    begin = traces.spread(traces.first(first))
    place = np.arange(len(first))
    stop = traces.first(end)
    inside = (begin >= 0) & (place > begin)
    inside &= (place < traces.spread(stop)) | (traces.spread(stop) < 0)
    events = np.flatnonzero(inside)
    before, after = allowed[events - 1], allowed[events]
    lowered = (after > before) & ~np.isnan(before)
    events, before = events[lowered], before[lowered]
    passed = clock.seconds(begin[events], events)
    late = (passed >= (1 - cast("float", keys["left"])) * before) & (passed <= before)
    concerned, bad = np.zeros(len(first), np.bool_), np.zeros(len(first), np.bool_)
    concerned[events] = True
    bad[events[late]] = True
    return judged(cases, concerned, bad, np.zeros(len(first), np.bool_), "")


def not_after(cases: Cases, check: Check) -> Outcome:
    """Demand that a time in a column is not later than the event."""
    if hidden := nowhere(cases, check, "step"):
        return hidden
    events, maybe, why = picked(cases, check, "step")
    about = cases.traces.any(events | maybe)
    time, name = cases.trail.time, cast("str", check.keys["column"])
    if time is None:
        return not_evaluable(cases, NO_TIMES, about)
    column = cases.column(name)
    if column is None:
        return not_evaluable(cases, cases.no_column(name), about)
    instants = _instants(cases, column.name)
    if instants is None:
        return not_evaluable(cases, f"column {column.name} holds no times as ISO 8601", about)
    missing = events & ~instants[1]
    bad = events & instants[1] & (instants[0] > time)
    return judged(cases, events, bad, missing | maybe, why or f"column {column.name} is empty")


def _instants(cases: Cases, name: str) -> tuple[NDArray[np.int64], Mask] | None:
    """Read a column as times in UTC, naive ones as they are; None where it holds none."""
    column = cases.column(name)
    assert column is not None
    if name in cases.log.events.column_names:
        stored = single(cases.log.events.column(name))
        if pa.types.is_timestamp(stored.type):
            found = stored.cast(TIMESTAMP, safe=False)
            return to_numpy(found), valid(found)
    words = pa.array(column.words, pa.string())
    for kind in (TIMESTAMP, pa.timestamp("us")):
        try:
            found = pc.cast(words, kind)
        except pa.ArrowInvalid:
            continue
        table = np.append(to_numpy(found), 0)
        return table[column.codes], ~column.missing
    return None


INTERVAL_CHECKS: Mapping[str, Callable[[Cases, Check], Outcome]] = MappingProxyType(
    {
        "within": within,
        "after_breach": after_breach,
        "apart": apart,
        "rhythm": rhythm,
        "near": near,
        "share_of_time": share_of_time,
        "not_lowered_late": not_lowered_late,
        "not_after": not_after,
    }
)
