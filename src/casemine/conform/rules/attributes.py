"""Checks of what columns hold: at single events, at pairs of events, along a case."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np

from casemine.conform.rules.declare import of_events
from casemine.conform.rules.outcome import (
    NOT_CONCERNED,
    NOT_EVALUABLE,
    VIOLATED,
    Outcome,
    settled,
    unknown,
)
from casemine.conform.rules.words import Words, named_by
from casemine.errors import show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from casemine.conform.rules.cases import Cases, Column
    from casemine.conform.rules.values import Check, Condition, Steps

    Mask = NDArray[np.bool_]


def picked(cases: Cases, check: Check, key: str) -> tuple[Mask, Mask, str]:
    """Say of each event whether it is the step of a key and meets its condition; what is unknown.

    Returns
    -------
    tuple
        The events, those of which it is not known, and why.
    """
    mask = cases.traces.mask(cast("Steps", check.keys[key]))
    none = np.zeros(len(mask), np.bool_)
    condition = cast("Condition | None", check.keys.get(f"{key}_when"))
    if condition is None:
        return mask, none, ""
    truth = cases.truth(condition)
    if isinstance(truth, str):
        return none, mask, truth
    return mask & truth[0], mask & truth[1], f"it is not known whether {condition.written}"


def judged(
    cases: Cases,
    about: Mask,
    bad: Mask,
    in_doubt: Mask,
    why: str,
) -> Outcome:
    """Make an outcome of events: those it is about, those that break it, those not known."""
    traces = cases.traces
    outcome = settled(of_events(traces, about, bad), traces, None, cases.is_open)
    doubtful = traces.any(in_doubt) & (outcome.status != VIOLATED)
    return unknown(outcome, doubtful, why)


def nowhere(cases: Cases, check: Check, key: str) -> Outcome | None:
    """Say that a step cannot be seen, if so: every case is in doubt."""
    steps = cast("Steps", check.keys[key])
    return None if cases.seen(steps) else not_evaluable(cases, cases.unseen(steps))


def not_evaluable(cases: Cases, why: str, about: Mask | None = None) -> Outcome:
    """Judge no case, or only those that the check is about."""
    status = np.full(len(cases), NOT_EVALUABLE, np.uint8)
    if about is not None:
        status[~about] = NOT_CONCERNED
    return Outcome(status, np.zeros(0, np.int64), cases.traces, None, (why,))


def at_single_events(cases: Cases, check: Check) -> Outcome:
    """Look at what a column holds at each step: `one_of`, `none_of`, `filled`."""
    if hidden := nowhere(cases, check, "step"):
        return hidden
    events, maybe, why = picked(cases, check, "step")
    name = cast("str", check.keys["column"])
    column = cases.column(name)
    if column is None:
        return not_evaluable(cases, cases.no_column(name), cases.traces.any(events | maybe))
    missing = events & column.missing
    if check.template == "filled":
        outcome = judged(cases, events, missing, maybe, why)
        return replace(outcome, tell=lambda case: f"{column.name} is empty" if case >= 0 else "")
    fits = column.fits(cast("Words", check.keys["words"]))
    bad = events & ~column.missing & (~fits if check.template == "one_of" else fits)
    outcome = judged(cases, events, bad, missing | maybe, why or f"column {column.name} is empty")
    return replace(outcome, tell=_first_value(cases, outcome, column))


def _first_value(cases: Cases, outcome: Outcome, column: Column) -> Callable[[int], str]:
    def tell(case: int) -> str:
        events = outcome.events_of(case)
        if not events:
            return ""
        event = int(cases.traces.offsets[case]) + events[0]
        return f"{column.name} is {show(column.words[column.codes[event]])}"

    return tell


def at_pairs(cases: Cases, check: Check) -> Outcome:
    """Compare what a column holds at an event and at the one it refers to: `same`, `different`."""
    for key in ("second", "first"):
        if hidden := nowhere(cases, check, key):
            if key == "second":
                return hidden
            events = picked(cases, check, "second")[0]
            return not_evaluable(cases, hidden.why[0], cases.traces.any(events))
    first, maybe_first, why_first = picked(cases, check, "first")
    second, maybe_second, why_second = picked(cases, check, "second")
    before = cases.traces.before(first)
    about = second & (before >= 0)
    name = cast("str", check.keys["column"])
    column = cases.column(name)
    if column is None:
        return not_evaluable(cases, cases.no_column(name), cases.traces.any(about))
    if check.template == "different" and len(np.unique(column.codes[~column.missing])) == 1:
        reason = f"column {column.name} holds one value only"
        return not_evaluable(cases, reason, cases.traces.any(about))
    here, there = column.codes, column.codes[np.maximum(before, 0)]
    known = (here >= 0) & (there >= 0)
    equal = here == there
    bad = about & known & (equal if check.template == "different" else ~equal)
    in_doubt = (about & ~known) | (maybe_second & (before >= 0))
    in_doubt |= second & cases.traces.spread(cases.traces.any(maybe_first))
    why = why_first or why_second or f"column {column.name} is empty"
    outcome = judged(cases, about, bad, in_doubt, why)
    marks = cases.traces.merged(outcome.marks, before[outcome.marks])

    def tell(case: int) -> str:
        low, high = cases.traces.offsets[case : case + 2]
        event = int(outcome.marks[np.searchsorted(outcome.marks, low)])
        if event >= high:
            return ""
        one, other = (show(column.words[column.codes[at]]) for at in (before[event], event))
        if check.template == "different":
            return f"{column.name} is {one} both times"
        return f"{column.name} is {one}, then {other}"

    return replace(outcome, tell=tell, shown=marks)


def constant(cases: Cases, check: Check) -> Outcome:
    """Demand that a column is filled from first to the last second and keeps its value."""
    if hidden := nowhere(cases, check, "first"):
        return hidden
    traces = cases.traces
    first = traces.first(traces.mask(cast("Steps", check.keys["first"])))
    last = traces.last(traces.mask(cast("Steps", check.keys["second"])))
    last = np.where(last < 0, traces.offsets[1:] - 1, last)
    about = (first >= 0) & (first <= last)
    name = cast("str", check.keys["column"])
    column = cases.column(name)
    if column is None:
        return not_evaluable(cases, cases.no_column(name), about)
    place = np.arange(len(traces.activity))
    inside = (place >= traces.spread(np.where(about, first, len(place)))) & (
        place <= traces.spread(last)
    )
    filled = inside & ~column.missing
    empty = about & ~traces.any(filled)
    before = traces.before(filled)
    changed = filled & (before >= 0) & (column.codes != column.codes[np.maximum(before, 0)])
    gaps = inside & column.missing & traces.spread(about & ~empty)
    outcome = judged(cases, inside, changed | gaps, inside & traces.spread(empty), "")
    why = tuple(text for text in outcome.why if text)
    if empty.any():
        why = (*why, f"column {column.name} is empty")
    return replace(outcome, why=why)


def no_return(cases: Cases, check: Check) -> Outcome:
    """Demand that a column does not come back to the value before last (A, B, A)."""
    name = cast("str", check.keys["column"])
    column = cases.column(name)
    if column is None:
        return not_evaluable(cases, cases.no_column(name))
    traces, codes = cases.traces, column.codes
    filled = np.flatnonzero(codes >= 0)
    case = traces.spread(np.arange(len(traces)))[filled]
    fresh = np.ones(len(filled), np.bool_)  # begins a spell of one value
    fresh[1:] = (codes[filled[1:]] != codes[filled[:-1]]) | (case[1:] != case[:-1])
    spells, of = filled[fresh], case[fresh]
    bad = np.zeros(len(codes), np.bool_)
    back = np.zeros(len(spells), np.bool_)
    back[2:] = (of[2:] == of[:-2]) & (codes[spells[2:]] == codes[spells[:-2]])
    bad[spells[back]] = True
    about = np.zeros(len(codes), np.bool_)
    about[filled] = True
    outcome = judged(cases, about, bad, np.zeros(len(codes), np.bool_), "")
    none = ~traces.any(about)
    outcome = unknown(outcome, none, f"column {column.name} is empty")

    def tell(case: int) -> str:
        events = outcome.events_of(case)
        if not events:
            return ""
        at = int(np.searchsorted(spells, traces.offsets[case] + events[0]))
        return " > ".join(column.words[codes[event]] for event in spells[at - 2 : at + 1].tolist())

    return replace(outcome, tell=tell)


def derived(cases: Cases, check: Check) -> Outcome:
    """Derive a column from others by a table of normalised words: `derived`."""
    if hidden := nowhere(cases, check, "step"):
        return hidden
    events, maybe, why = picked(cases, check, "step")
    about = cases.traces.any(events | maybe)
    names = (cast("str", check.keys["column"]), *cast("tuple[str, ...]", check.keys["columns"]))
    columns = []
    for name in names:
        column = cases.column(name)
        if column is None:
            return not_evaluable(cases, cases.no_column(name), about)
        columns.append(column)
    table = cast("Mapping[str, str]", check.keys["table"])
    levels = cast("Mapping[str, Words]", check.keys["levels"])
    ordered = list(cases.rules.priorities)
    said = _levels(columns[0], cases.rules.priorities)
    known = [_levels(column, levels) for column in columns[1:]]
    size = len(levels) + 1
    wanted = np.full(size ** len(known), -1, np.int64)
    number = {name: place for place, name in enumerate(levels)}
    for key, value in table.items():
        parts = [number.get(part, -1) for part in key.split()]
        if len(parts) == len(known) and min(parts) >= 0 and value in ordered:
            wanted[_packed([np.array([part]) for part in parts], size)[0]] = ordered.index(value)
    given = wanted[_packed(known, size)]
    judgeable = (said >= 0) & (given >= 0)
    bad = events & judgeable & (said != given)
    reason = why or f"columns {', '.join(column.name for column in columns)} do not say enough"
    outcome = judged(cases, events, bad, (events & ~judgeable) | maybe, reason)

    def tell(case: int) -> str:
        found = outcome.events_of(case)
        if not found:
            return ""
        event = int(cases.traces.offsets[case]) + found[0]
        seen = ", ".join(f"{one.name} {one.words[one.codes[event]]}" for one in columns)
        return f"{seen}; expected {ordered[int(given[event])]}"

    return replace(outcome, tell=tell)


def _levels(column: Column, levels: Mapping[str, Words]) -> NDArray[np.int64]:
    """Give each event the place of its level, -1 where its word means none."""
    number = {name: place for place, name in enumerate(levels)}
    said = [number.get(named_by(levels, word) or "", -1) for word in column.words]
    found: NDArray[np.int64] = np.array([*said, -1], np.int64)[column.codes]
    return found


def _packed(parts: list[NDArray[np.int64]], size: int) -> NDArray[np.int64]:
    """Make one number of several; what is not known takes the last place."""
    found = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        found = found * size + np.where(part < 0, size - 1, part)
    return found


ATTRIBUTE_CHECKS: Mapping[str, Callable[[Cases, Check], Outcome]] = MappingProxyType(
    {
        "one_of": at_single_events,
        "none_of": at_single_events,
        "filled": at_single_events,
        "same": at_pairs,
        "different": at_pairs,
        "constant": constant,
        "no_return": no_return,
        "derived": derived,
    }
)
