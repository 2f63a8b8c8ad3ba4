"""What holds for every check: the account of moves adds up, and nothing depends on accidents."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.conform.align import align
from casemine.conform.checking import CheckOptions, check_cases, check_log
from casemine.conform.deviations.choice import preferred
from casemine.conform.deviations.jumps import JUMPS
from casemine.conform.observe import silenced
from casemine.log import EventLog, parse_log, variants_of
from casemine.read.flows import shipped_flow
from designed_flows import flow_of

NAMES = "ABCDX"
FLOWS = (
    flow_of("A: i > p; B: p > q; C: q > r; D: r > o"),
    flow_of("A: i > p q; B: p > r; C: q > s; -: q > s; D: r s > o"),
    flow_of("A: i > p; B: p > q; C: q > p; B: p > p; D: q > o; -: p > q"),
    flow_of("A: i > p; B: p > z; C: p > q; D: q > q; B: q > z; Reopen: z > p; X: z > o; -: z > o"),
)
traces = st.lists(st.text(NAMES, min_size=1, max_size=7).map(list), min_size=1, max_size=12).filter(
    lambda found: any(set(trace) & set("ABCD") for trace in found)
)
ALL = CheckOptions(observable="all")
options = st.sampled_from([ALL, replace(ALL, all_complete=True), replace(ALL, rest_days=0.01)])


def log_of(cases):
    return parse_log("; ".join(" ".join(trace) for trace in cases))


def kinds(found):
    return [(one.kind, one.element, one.cases.cases, one.events) for one in found.deviations]


@settings(max_examples=75, deadline=None)
@given(traces, st.sampled_from(FLOWS), options)
def test_findings_account_for_every_move(cases, flow, chosen):
    checked = check_cases(log_of(cases), flow, options=chosen)

    found = checked.conformance
    assert sum(checked.moves) == found.cost_total == int(checked.costs.sum())
    log_moves = sum(step.inserted for step in found.steps.values())
    unknown = sum(one.events for one in found.deviations if one.kind == "unknown")
    missing = sum(step.skipped for step in found.steps.values())
    assert log_moves + unknown + missing == found.cost_total
    done = sum(step.done for step in found.steps.values())
    assert done + log_moves + unknown == sum(map(len, cases))
    assert (found.cost_total == 0) == (found.deviations == ())
    assert found.fitting_cases == int((checked.costs == 0).sum())


@settings(max_examples=40, deadline=None)
@given(traces, st.sampled_from(FLOWS), options)
def test_the_table_of_cases_says_the_same_as_the_findings(cases, flow, chosen):
    checked = check_cases(log_of(cases), flow, options=chosen)

    showing = Counter(checked.by_case.deviation.tolist())
    times = Counter()
    for deviation, often in zip(
        checked.by_case.deviation.tolist(), checked.by_case.times.tolist(), strict=True
    ):
        times[deviation] += often
    for number, one in enumerate(checked.conformance.deviations):
        assert (one.cases.cases, one.events) == (showing[number], times[number])
        assert 1 <= len(one.shortest) <= 3
        assert len(one.shortest) == len(one.costliest) == min(3, one.cases.cases)


@settings(max_examples=30, deadline=None)
@given(traces, st.sampled_from(FLOWS), options)
def test_a_log_twice_shows_everything_twice(cases, flow, chosen):
    once = check_log(log_of(cases), flow, options=chosen)
    twice = check_log(log_of([*cases, *cases]), flow, options=chosen)

    assert twice.cost_total == 2 * once.cost_total
    assert twice.variants == once.variants
    assert sorted(kinds(twice)) == sorted(
        (kind, element, 2 * number, 2 * events) for kind, element, number, events in kinds(once)
    )


@settings(max_examples=30, deadline=None)
@given(traces, st.sampled_from(FLOWS), options, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(cases, flow, chosen, shuffler):
    log = log_of(cases)
    order = list(range(len(log)))
    shuffler.shuffle(order)
    columns = ("case", "activity", "time", "row")
    plain = pa.table({name: log.events.column(name) for name in columns})
    shuffled = EventLog.ordered(plain.take(order))

    assert check_log(shuffled, flow, options=chosen) == check_log(log, flow, options=chosen)


@settings(max_examples=30, deadline=None)
@given(traces, st.sampled_from(FLOWS[:3]), options)  # `Reopen` is a name with a meaning
def test_other_names_in_the_same_order_give_the_same_findings(cases, flow, chosen):
    renamed = [[f"step_{name}" for name in trace] for trace in cases]
    transitions = tuple(
        replace(one, label=one.label and f"step_{one.label}") for one in flow.net.transitions
    )
    elements = tuple(replace(one, name=f"step_{one.name}") for one in flow.elements)
    other = replace(flow, net=replace(flow.net, transitions=transitions), elements=elements)

    found = check_log(log_of(cases), flow, options=chosen)
    again = check_log(log_of(renamed), other, options=chosen)

    assert [
        (kind, element.replace("step_", ""), *numbers) for kind, element, *numbers in kinds(again)
    ] == kinds(found)


@settings(max_examples=60, deadline=None)
@given(traces, st.sampled_from(FLOWS), st.booleans())
def test_the_reading_that_is_preferred_is_an_optimal_alignment_too(cases, flow, still_open):
    assert_preferred_replays(variants_of(log_of(cases)), flow.net, flow.net, open_=still_open)


SHIPPED = shipped_flow()
STEPS = (*SHIPPED.activities, *sorted(JUMPS))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(STEPS), min_size=1, max_size=9).map(
            lambda found: [STEPS[0], *found]
        ),
        min_size=1,
        max_size=6,
    ),
    st.sets(st.sampled_from(STEPS[1:]), max_size=12),
    st.booleans(),
)
def test_so_it_is_in_the_shipped_flow_whatever_a_log_can_show(cases, hidden, still_open):
    variants = variants_of(log_of([[name.replace(" ", "_") for name in one] for one in cases]))
    names = tuple(name.replace("_", " ") for name in variants.activities)

    assert_preferred_replays(
        replace(variants, activities=names),
        silenced(SHIPPED.net, hidden),
        SHIPPED.net,
        open_=still_open,
    )


def assert_preferred_replays(variants, net, design, *, open_):
    prefixes = np.full(len(variants), open_)
    found = align(net, variants, prefixes=prefixes)

    chosen = preferred(net, variants, found, prefixes=prefixes, design=design)

    takes, gives = {}, {}
    for arc in net.arcs:
        takes.setdefault(arc.target, Counter())[arc.source] += arc.weight
        gives.setdefault(arc.source, Counter())[arc.target] += arc.weight
    assert chosen.costs.tolist() == found.costs.tolist()
    for number in range(len(variants)):
        moves = chosen.moves(number)
        events = [move.position for move in moves if move.position >= 0]
        assert events == list(range(len(variants.trace(number))))
        marking = Counter(net.initial)
        cost = 0
        for move in moves:
            if move.transition >= 0:
                one = net.transitions[move.transition]
                marking.subtract(takes[one.id])
                assert min(marking.values()) >= 0
                marking.update(gives[one.id])
                if move.position >= 0:
                    assert one.label == variants.trace(number)[move.position]
            cost += not move.synchronous and (
                move.transition < 0 or net.transitions[move.transition].label is not None
            )
        assert cost == found.costs[number]
        assert open_ or +marking == Counter(net.final)


@settings(max_examples=30, deadline=None)
@given(traces, st.sampled_from(FLOWS))
def test_an_open_case_costs_no_more_than_a_complete_one(cases, flow):
    still = check_cases(log_of(cases), flow, options=replace(ALL, closing=["nothing"]))
    whole = check_cases(log_of(cases), flow, options=replace(ALL, all_complete=True))

    assert still.conformance.open_cases == len(cases)
    assert (still.costs <= whole.costs).all()
