"""Plain Python, the numpy kernel and the hash buckets give the same summary to the last bit."""

from __future__ import annotations

from hypothesis import given, settings

import oracle
from casemine.log import case_summary, discover_dfg, summarise, variants_of
from event_lists import assert_equals_oracle, event_lists, log_of


@settings(max_examples=150, deadline=None)
@given(event_lists())
def test_kernel_equals_plain_python_whatever_the_row_order(events):
    expected = oracle.summarise(events)

    log = log_of(events)

    assert_equals_oracle(summarise(log), expected)
    assert discover_dfg(log) == expected.graph
    assert list(variants_of(log)) == expected.variants


@settings(max_examples=50, deadline=None)
@given(event_lists())
def test_case_table_sums_up_to_the_variants(events):
    log = log_of(events)

    cases, variants = case_summary(log), variants_of(log)

    assert len(cases) == variants.cases == len({event["case"] for event in events})
    for index in range(len(variants)):
        inside = cases.variant == index
        assert inside.sum() == variants.counts[index]
        assert set(cases.events[inside].tolist()) == {len(variants.trace(index))}
