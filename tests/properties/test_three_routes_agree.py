"""Plain Python, the numpy kernel and the hash buckets give the same summary to the last bit."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import oracle
from casemine.log import case_summary, discover_dfg, summarise, variants_of
from casemine.log.buckets import BucketedLog
from casemine.model.intake import Intake
from event_lists import (
    assert_equals_oracle,
    assert_same_summary,
    event_lists,
    log_of,
    table_of,
)


@settings(max_examples=80, deadline=None)
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


@settings(max_examples=25, deadline=None)
@given(event_lists(), st.integers(1, 50))
def test_buckets_equal_the_kernel_and_plain_python(events, size):
    assume(events)
    with TemporaryDirectory() as folder:
        log = BucketedLog.of(
            table_of(events).to_batches(max_chunksize=size),
            source="events",
            memory_limit=1 << 30,
            intake=Intake(),
            folder=Path(folder),
        )

        summary = log.summarise()

        assert_equals_oracle(summary, oracle.summarise(events))
        assert_same_summary(summary, summarise(log_of(events)))
        log.close()
