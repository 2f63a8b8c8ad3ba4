"""Rules agree with definitions of ten lines of plain Python, on any traces and times."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.conform.rules import override, shipped_rules
from casemine.conform.rules.cases import Cases
from casemine.conform.rules.evaluate import judge
from casemine.log import EventLog

traces = st.lists(st.text("ABC", min_size=1, max_size=7), min_size=1, max_size=5)


ZONE = ZoneInfo("Europe/Berlin")
DESK = {"desk": {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Berlin"}}


def log_of(traces, times=None):
    """Make a log of traces of one letter per event; an hour apart unless times are given."""
    rows = [(str(case), name) for case, trace in enumerate(traces) for name in trace]
    if times is None:
        times = [hour for trace in traces for hour in range(len(trace))]
        times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in times]
    table = {
        "case": [case for case, _ in rows],
        "activity": [name for _, name in rows],
        "time": pa.array(times, pa.timestamp("us", tz="UTC")),
        "row": list(range(1, len(rows) + 1)),
    }
    return EventLog.ordered(pa.table(table))


@cache
def rules_of(rule):
    """Make a set of rules with one of our own, as JSON, once."""
    tables = {
        "names": {name: name for name in "ABCW"},
        "rule": {"own": json.loads(rule)},
        "calendar": DESK,
    }
    return override(shipped_rules("yasm"), tables)


def outcomes(log, rule, *, is_open=None):
    """Judge each case by one rule: 0 not concerned, 1 satisfied, 2 not evaluable, 3 violated."""
    rules = rules_of(json.dumps(rule))
    flags = np.zeros(len(set(log.events.column("case").to_pylist())), np.bool_)
    if is_open is not None:
        flags[:] = is_open
    cases = Cases(log, rules, observable="ABCW", is_open=flags)
    return judge(cases, rules.rule("own").body).status.tolist()


def responds(trace, between):
    """After each A comes B; with `between`, before the next A."""
    good = []
    for at, name in enumerate(trace):
        if name == "A":
            rest = trace[at + 1 :]
            until = rest.find("A") if between and "A" in rest else len(rest)
            good.append("B" in rest[:until])
    return all(good)


def precedes(trace, between):
    """Before each B stands A; with `between`, after the B before it."""
    good = []
    for at, name in enumerate(trace):
        if name == "B":
            since = trace[:at].rfind("B") + 1 if between else 0
            good.append("A" in trace[since:at])
    return all(good)


def chained(trace, one, other):
    """After each one comes the other at once."""
    return all(trace[at + 1 : at + 2] == other for at, n in enumerate(trace) if n == one)


DEFINITIONS = {
    "choice": lambda t: "A" in t or "B" in t,
    "exclusive_choice": lambda t: ("A" in t) != ("B" in t),
    "responded_existence": lambda t: "A" not in t or "B" in t,
    "co_existence": lambda t: ("A" in t) == ("B" in t),
    "not_co_existence": lambda t: not ("A" in t and "B" in t),
    "not_responded_existence": lambda t: not ("A" in t and "B" in t),
    "response": lambda t: responds(t, between=False),
    "precedence": lambda t: precedes(t, between=False),
    "succession": lambda t: responds(t, between=False) and precedes(t, between=False),
    "alternate_response": lambda t: responds(t, between=True),
    "alternate_precedence": lambda t: precedes(t, between=True),
    "alternate_succession": lambda t: responds(t, between=True) and precedes(t, between=True),
    "chain_response": lambda t: chained(t, "A", "B"),
    "chain_precedence": lambda t: chained(t[::-1], "B", "A"),
    "chain_succession": lambda t: chained(t, "A", "B") and chained(t[::-1], "B", "A"),
    "not_response": lambda t: "A" not in t or "B" not in t[t.index("A") :],
    "not_precedence": lambda t: "A" not in t or "B" not in t[t.index("A") :],
    "not_chain_response": lambda t: "AB" not in t,
    "not_chain_precedence": lambda t: "AB" not in t,
}


@settings(max_examples=30, deadline=None)
@given(traces)
@pytest.mark.parametrize("template", DEFINITIONS)
def test_templates_of_two_steps_mean_what_their_definition_says(template, traces):
    found = outcomes(log_of(traces), {"template": template, "first": "A", "second": "B"})

    assert [one != 3 for one in found] == [DEFINITIONS[template](trace) for trace in traces]


@settings(max_examples=30, deadline=None)
@given(traces, st.integers(0, 3))
@pytest.mark.parametrize("template", ["existence", "absence", "exactly"])
def test_templates_of_one_step_count(template, traces, times):
    key = {"existence": "at_least", "absence": "at_most", "exactly": "times"}[template]

    found = outcomes(log_of(traces), {"template": template, "step": "A", key: times})

    counts = [trace.count("A") for trace in traces]
    holds = {
        "existence": [count >= times for count in counts],
        "absence": [count <= times for count in counts],
        "exactly": [count == times for count in counts],
    }
    assert [one == 1 for one in found] == holds[template]


@settings(max_examples=50, deadline=None)
@given(traces)
def test_an_open_case_is_violated_only_if_every_way_on_violates(traces):
    rule = {"template": "alternate_response", "first": "A", "second": "B"}

    found = outcomes(log_of(traces), rule, is_open=True)

    ways = [f"{one}{other}".replace(".", "") for one in ".ABC" for other in ".ABC"]
    for status, trace in zip(found, traces, strict=True):
        possible = any(DEFINITIONS["alternate_response"](trace + way) for way in ways)
        assert (status == 3) == (not possible)


@settings(max_examples=50, deadline=None)
@given(traces)
def test_absence_between_looks_at_each_span(traces):
    rule = {"template": "absence_between", "first": "A", "second": "B", "step": "C"}

    found = outcomes(log_of(traces), rule)

    def holds(trace):
        for at, name in enumerate(trace):
            if name == "A" and "B" in trace[at:]:
                span = trace[at : at + trace[at:].index("B")]
                if "C" in span:
                    return False
        return True

    assert [one != 3 for one in found] == [holds(trace) for trace in traces]


def worked(begin, end):
    """Count the minutes from one instant to another in which the desk is open."""
    minutes, moment = 0, begin
    while moment < end:
        local = moment.astimezone(ZONE)
        minutes += local.weekday() < 5 and 8 <= local.hour < 18
        moment += timedelta(minutes=1)
    return minutes


moments = st.lists(st.integers(0, 60 * 24 * 5), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(st.text("ABW", min_size=2, max_size=5), moments, st.sampled_from([0, 30, 240, 600, 1500]))
def test_deadlines_agree_with_minutes_counted_one_by_one(names, gaps, allowed):
    start = datetime(2026, 3, 26, 10, tzinfo=UTC)  # the clocks change on the 29th
    times = [start + timedelta(minutes=sum(gaps[:at])) for at in range(len(names))]
    rule = {
        "template": "within",
        "first": "A",
        "second": "B",
        "within": f"{allowed}m",
        "calendar": "desk",
        "pause": {"begins": "W"},
    }

    status = outcomes(log_of([names], times), rule, is_open=True)[0]

    if "A" not in names:
        assert status == 0
        return
    begin = names.index("A")
    end = names.find("B", begin + 1)
    last = end if end >= 0 else len(names) - 1
    passed = sum(worked(times[at], times[at + 1]) for at in range(begin, last) if names[at] != "W")
    expected = 3 if passed > allowed else (1 if end >= 0 else 2)
    assert status == expected
