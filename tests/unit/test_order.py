from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.log import EventLog
from casemine.log.columns import ENCODED
from casemine.log.order import common_unit, encode, in_order, stable_order
from event_lists import event_lists, table_of

keys = st.integers(0, 30).flatmap(
    lambda n: st.lists(
        st.lists(
            st.one_of(st.integers(0, 3), st.integers(-(2**61), 2**61)), min_size=n, max_size=n
        ),
        min_size=1,
        max_size=3,
    )
)


@given(keys)
def test_packed_order_is_that_of_lexsort(columns):
    arrays = [np.array(column, np.int64) for column in columns]

    order = stable_order(arrays)

    assert order.tolist() == np.lexsort(arrays).tolist()
    assert in_order([array[order] for array in arrays])


@pytest.mark.parametrize("spread", [2**62, 2**45, 10**15])
def test_wide_values_among_many_rows_still_sort_like_lexsort(spread):
    numbers = np.random.default_rng(1)
    rows = numbers.permutation(1 << 17)
    time = numbers.integers(0, spread // 10**6, len(rows)) * (10**6 if spread == 10**15 else 1)
    time[:4] = [0, spread, spread, 0]
    case = numbers.integers(0, 50, len(rows))

    order = stable_order([rows, time, case])

    assert np.array_equal(order, np.lexsort([rows, time, case]))


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1), st.integers(1, 10**4))
def test_common_unit_is_the_greatest_common_divisor_of_the_distances(values, factor):
    array = np.array(values, np.int64) * factor

    unit = common_unit(array, int(array.min()))

    low = min(array.tolist())
    assert unit == max(math.gcd(*(value - low for value in array.tolist())), 1)


@settings(max_examples=60, deadline=None)
@given(event_lists(), st.randoms(use_true_random=False))
def test_shuffled_rows_make_the_same_table(events, random):
    shuffled = random.sample(events, len(events))

    one, other = EventLog.ordered(table_of(events)), EventLog.ordered(table_of(shuffled))

    assert one.events.to_pylist() == other.events.to_pylist()


def test_cases_are_numbered_by_their_smallest_row():
    events = [
        {"case": "late", "activity": "A", "time": 0, "row": 9},
        {"case": "early", "activity": "B", "time": 5, "row": 2},
        {"case": "early", "activity": "A", "time": 5, "row": 1},
    ]

    log = EventLog.ordered(table_of(events))

    assert log.events.column("case").to_pylist() == ["early", "early", "late"]
    assert log.events.column("row").to_pylist() == [1, 2, 9]
    assert log.events.column("case").chunk(0).indices.to_pylist() == [0, 0, 1]


def test_order_is_case_then_time_then_row_and_carries_every_attribute_along():
    table = pa.table(
        {
            "case": ["b", "a", "b", "a"],
            "activity": ["1", "2", "3", "4"],
            "time": pa.array([3, 2, 3, 1], pa.timestamp("s")),
            "row": pa.array([1, 2, 3, 4], pa.int32()),
            "text": ["w", None, "y", "z"],
            "flag": [True, None, False, True],
            "number": [1.5, 2.5, float("nan"), None],
            "word": pa.array(["p", "q", None, "p"]).dictionary_encode(),
        }
    )

    events = EventLog.ordered(table).events

    assert events.column("activity").to_pylist() == ["1", "3", "4", "2"]
    assert events.column("text").to_pylist() == ["w", "y", "z", None]
    assert events.column("flag").to_pylist() == [True, False, True, None]
    assert events.column("word").to_pylist() == ["p", None, "p", "q"]
    assert str(events.column("number").to_pylist()) == "[1.5, nan, None, 2.5]"
    assert {column.num_chunks for column in events.columns} == {1}


def test_log_without_times_is_ordered_by_row():
    events = [{"case": "a", "activity": str(row), "row": row} for row in (3, 1, 2)]

    log = EventLog.ordered(table_of(events))

    assert log.events.column("activity").to_pylist() == ["1", "2", "3"]
    assert not log.timed


@pytest.mark.parametrize(
    ("unit", "zone", "value", "expected"),
    [
        ("s", None, 3, 3_000_000),
        ("ms", "Europe/Berlin", 3, 3_000),
        ("us", "UTC", 3, 3),
        ("ns", None, 3_999, 3),
    ],
)
def test_times_of_any_unit_become_utc_microseconds(unit, zone, value, expected):
    table = table_of([{"case": "1", "activity": "A", "row": 1}])
    table = table.append_column("time", pa.array([value], pa.timestamp(unit, zone)))

    log = EventLog.ordered(table)

    assert log.codes().time.tolist() == [expected]
    assert str(log.events.schema.field("time").type) == "timestamp[us, tz=UTC]"


def test_empty_table_makes_an_empty_log():
    log = EventLog.ordered(table_of([]))

    assert len(log) == 0
    assert log.codes().case.tolist() == []


def test_chunks_with_dictionaries_of_their_own_are_unified():
    column = pa.chunked_array(
        [pa.array(["x", "y"]).dictionary_encode(), pa.array(["y", "z"]).dictionary_encode()]
    )

    encoded = encode(column)

    assert encoded.type == ENCODED
    assert encoded.to_pylist() == ["x", "y", "y", "z"]
    assert encoded.chunk(0).dictionary.to_pylist() == ["x", "y", "z"]


def test_chunks_that_share_a_dictionary_are_joined_as_they_are():
    shared = pa.array(["x", "y"], pa.large_string())
    column = pa.chunked_array(
        [pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), shared) for codes in ([0], [1])]
    )

    encoded = encode(column)

    assert encoded.num_chunks == 1
    assert encoded.type == ENCODED
    assert encoded.to_pylist() == ["x", "y"]


def test_value_twice_in_a_dictionary_from_outside_is_one_case():
    twice = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2]), pa.array(["x", "x", "y"]))

    encoded = encode(pa.chunked_array([twice]))

    assert encoded.chunk(0).indices.to_pylist() == [0, 0, 1]
