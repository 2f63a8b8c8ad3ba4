"""Filters against a few lines of plain Python, and what they left out against what is left."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casemine.errors import UsageError
from casemine.log import parse_log, summarise
from casemine.log.match import matches
from casemine.log.select import Selection, select
from event_lists import SECOND, event_lists, log_of

NAMES = ["B", "A", "b", "Ä", "A B", "Z"]
subsets = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=1).map(tuple)
selections = st.builds(
    Selection,
    keep_activities=subsets,
    drop_activities=subsets,
    starts_with=subsets,
    ends_with=subsets,
    followed_directly=pairs,
    followed_eventually=pairs,
    never_directly=pairs,
    never_eventually=pairs,
    min_events=st.none() | st.integers(1, 3),
    max_events=st.none() | st.integers(3, 9),
    top_variants=st.none() | st.integers(1, 4),
)


def plain(events, asked):
    """Traces of the cases that stay, by plain Python."""
    cases = {}
    for event in sorted(events, key=lambda e: (e.get("time", 0), e["row"])):
        name = event["activity"]
        if asked.keep_activities and name not in asked.keep_activities:
            continue
        if name not in asked.drop_activities:
            cases.setdefault(event["case"], []).append(name)
    kept = {case: tuple(trace) for case, trace in cases.items() if fits(trace, asked)}
    ranked = sorted(Counter(kept.values()).items(), key=lambda item: (-item[1], item[0]))
    allowed = {trace for trace, _ in ranked[: asked.top_variants]}
    return {case: trace for case, trace in kept.items() if trace in allowed}


def fits(trace, asked):
    directly = set(pairwise(trace))
    eventually = {(a, b) for i, a in enumerate(trace) for b in trace[i + 1 :]}
    return (
        (not asked.starts_with or trace[0] in asked.starts_with)
        and (not asked.ends_with or trace[-1] in asked.ends_with)
        and directly.issuperset(asked.followed_directly)
        and eventually.issuperset(asked.followed_eventually)
        and directly.isdisjoint(asked.never_directly)
        and eventually.isdisjoint(asked.never_eventually)
        and len(trace) >= (asked.min_events or 0)
        and len(trace) <= (asked.max_events or len(trace))
    )


@settings(max_examples=100, deadline=None)
@given(event_lists(), selections)
def test_filters_keep_what_plain_python_keeps(events, asked):
    assume(set(asked.activities()) <= {event["activity"] for event in events})
    log = log_of(events)

    result = select(log, asked)

    traces = {}
    for event in result.log.events.to_pylist():
        traces.setdefault(event["case"], []).append(event["activity"])
    assert {case: tuple(trace) for case, trace in traces.items()} == plain(events, asked)
    assert sum(one.events for one in result.left_out) == len(log) - len(result.log)
    cases = len({event["case"] for event in events})
    assert sum(one.cases for one in result.left_out) == cases - len(traces)
    assert summarise(result.log).graph.cases == len(traces)


PIECES = ["activity", "`case`", "[time]", "row", "start", "in", "not", "and", "or", "is", "missing"]
PIECES += ["==", "!=", "<", ">=", "=", "(", ")", "[", "]", ",", "'A'", '"2026-01-01"', "1", "-2.5"]
PIECES += [
    "9" * 5000,
    "1e999",
    "-1e999",
    "true",
    "contains",
    "startswith",
    "A",
    "'",
    "`",
    "\\",
    "!",
]
expressions = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(expressions | st.text(max_size=20))
def test_any_text_is_a_condition_or_a_usage_error(expression):
    log = parse_log("A B; C")

    try:
        found = matches(log, expression)
    except UsageError:
        return

    assert found.dtype == bool
    assert len(found) == 3


@settings(max_examples=60, deadline=None)
@given(event_lists(timed=True), st.integers(-2, 12), st.integers(1, 8))
def test_contained_cases_are_among_those_that_start_end_and_intersect(events, begin, length):
    log = log_of(events)
    since = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=begin)
    until = since + timedelta(seconds=length)

    kept = {
        window: set(
            select(log, Selection(since=since, until=until, window=window))
            .log.events.column("case")
            .to_pylist()
        )
        for window in ("contained", "started", "ended", "intersecting", "trimmed")
    }

    assert kept["contained"] == kept["started"] & kept["ended"]
    assert kept["started"] | kept["ended"] | kept["trimmed"] <= kept["intersecting"]
    inside = {e["case"] for e in events if begin * SECOND <= e["time"] < (begin + length) * SECOND}
    assert kept["trimmed"] == inside
