"""What holds for the waits of every log."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.analyse.bottlenecks import find_bottlenecks
from casemine.analyse.headlines import headlines
from casemine.analyse.survival import survival_of
from casemine.log import EventLog
from casemine.log.calendars import read_calendar
from casemine.log.extratime import Comparison
from event_lists import event_lists, table_of

DESK = read_calendar({"days": "mon-fri", "hours": "08:00-17:30", "zone": "Europe/Paris"}, "desk")


@st.composite
def logs(draw):
    """Events with a group and a person here and there."""
    events = [event for event in draw(event_lists(timed=True, max_size=25)) if event]
    for event in events:
        event["group"] = draw(st.sampled_from(["L1", "L2", "L3", None]))
        event["resource"] = draw(st.sampled_from(["ann", "bob", None]))
    return events


def log_of(events):
    table = table_of(events)
    for name in ("group", "resource"):
        column = pa.array([event[name] for event in events], pa.string())
        table = table.set_column(table.column_names.index(name), name, column)
    return EventLog.ordered(table, source="events")


@settings(max_examples=60, deadline=None)
@given(logs().filter(len), st.sampled_from(["holder", "actor"]), st.booleans())
def test_shares_add_up_and_no_working_time_exceeds_its_calendar_time(events, means, some_open):
    log = log_of(events)
    closing = [events[0]["activity"]] if some_open else []

    found = find_bottlenecks(log, calendar=DESK, open_unless=closing, group_means=means)

    for clock, total in (("calendar", found.total), ("working", found.working_total)):
        for waits in (found.steps, found.after, (*found.groups, *filter(None, [found.unheld]))):
            if waits and total.total_s:
                assert sum(getattr(w, clock).share for w in waits) == pytest.approx(1)
                assert sum(getattr(w, clock).total_s for w in waits) == pytest.approx(total.total_s)
    for wait in (*found.steps, *found.before, *found.hand_overs, *found.people):
        assert wait.working.total_s <= wait.calendar.total_s + 1e-6
    assert sum(wait.waits for wait in found.steps) == sum(wait.waits for wait in found.before)
    assert sum(wait.running for wait in found.steps) == found.open_cases
    for load in found.loads:
        assert sum(map(sum, load.arrivals_by_hour)) <= load.arrivals + 1e-6
        assert load.completions <= load.arrivals


@settings(max_examples=40, deadline=None)
@given(logs().filter(len), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(events, random):
    shuffled = [*events]
    random.shuffle(shuffled)

    assert find_bottlenecks(log_of(shuffled)) == find_bottlenecks(log_of(events))
    assert headlines(log_of(shuffled)) == headlines(log_of(events))


@settings(max_examples=40, deadline=None)
@given(logs().filter(len))
def test_renaming_groups_and_people_commutes(events):
    renamed = [
        {
            **event,
            "group": event["group"] and f"{event['group']}x",
            "resource": event["resource"] and f"{event['resource']}x",
        }
        for event in events
    ]

    before, after = (find_bottlenecks(log_of(each)) for each in (events, renamed))

    def shifted(waits):
        return tuple(replace(w, what=tuple(f"{name}x" for name in w.what)) for w in waits)

    assert shifted(before.groups) == after.groups
    assert shifted(before.hand_overs) == after.hand_overs
    assert shifted(before.people) == after.people
    assert before.steps == after.steps


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=25))
def test_survival_is_the_product_over_the_lengths_at_which_something_ends(spans):
    lengths = np.array([length for length, _ in spans], np.int64) * 1_000_000
    running = np.array([still for _, still in spans], np.bool_)
    share, quantiles = Fraction(1), {}
    for length in sorted({length for length, _ in spans}):
        at_risk = sum(other >= length for other, _ in spans)
        ended = sum(other == length and not still for other, still in spans)
        share *= 1 - Fraction(ended, at_risk)
        for wanted in (Fraction(1, 2), Fraction(1, 10)):
            if share <= wanted:
                quantiles.setdefault(wanted, float(length))

    found = survival_of(lengths, running)

    assert found.median_s == quantiles.get(Fraction(1, 2))
    assert found.p90_s == quantiles.get(Fraction(1, 10))
    assert (found.ended, found.running) == (int((~running).sum()), int(running.sum()))
    if found.low_s is not None and found.median_s is not None:
        assert found.low_s <= found.median_s
        assert found.high_s is None or found.median_s <= found.high_s


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=6, max_size=20),
    st.lists(st.integers(0, 50), min_size=6, max_size=20),
)
def test_without_likeness_the_extra_time_is_the_difference_of_plain_medians(these, others):
    lengths = np.array([*these, *others], np.float64)
    having = np.arange(len(lengths)) < len(these)
    every = np.ones(len(lengths), np.bool_)

    found = Comparison(lengths, every, (), ()).extra_time(np.flatnonzero(having))

    assert found.seconds == pytest.approx(np.median(these) - np.median(others))
    assert found.low_s <= found.seconds <= found.high_s


def test_cases_are_compared_within_what_they_are_alike_in():
    urgent = np.array([1.0] * 10 + [3.0] * 10)  # with it: mostly the slow kind
    slow = np.array([10.0] * 10 + [12.0] * 10)
    lengths = np.concatenate([urgent, slow])
    having = np.zeros(40, np.bool_)
    having[10:12] = having[30:40] = True
    kind = np.repeat([0, 1], 20)

    every, having = np.ones(40, np.bool_), np.flatnonzero(having)
    plain = Comparison(lengths, every, (), ()).extra_time(having)
    alike = Comparison(lengths, every, ("kind",), (kind,)).extra_time(having)

    assert plain.seconds == 9.0  # 12 against 3: that is the kind, not the trait
    assert alike.seconds == 2.0
    assert alike.alike_in == ("kind",)


def test_extra_time_needs_cases_on_both_sides():
    comparison = Comparison(np.arange(12.0), np.ones(12, np.bool_), (), ())

    assert comparison.extra_time(np.arange(6)).n_others == 6
    assert comparison.extra_time(np.arange(6), np.arange(12) < 11) is None
