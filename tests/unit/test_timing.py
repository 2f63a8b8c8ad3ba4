"""Spans of time are written by one rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemine.model.timing import DAY, HOUR, MINUTE, WEEK, format_duration


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.04, "0 s"),
        (9.96, "10 s"),
        (59.94, "1 min"),
        (59.99, "1 min"),
        (3599.9, "1 h"),
        (86_399, "1 d"),
        (59.99 * DAY, "8.6 wk"),
        (60 * DAY, "8.6 wk"),
        (400_000 * WEEK, "400,000 wk"),
    ],
)
def test_a_span_takes_the_largest_unit_that_fits(seconds, written):
    assert format_duration(seconds) == written


@given(st.floats(min_value=0, max_value=1e9))
def test_what_is_written_is_within_rounding_of_the_span(seconds):
    number, unit = format_duration(seconds).split()

    size = {"s": 1.0, "min": MINUTE, "h": HOUR, "d": DAY, "wk": WEEK}[unit]
    shown = float(number.replace(",", ""))
    assert abs(shown * size - seconds) <= (0.06 if shown < 10 else 0.51) * size
