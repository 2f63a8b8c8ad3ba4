"""Codes of activities: unique, three letters, made the same way every time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.report.chevrons import activity_codes, colour_of, wrap


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), unique=True, max_size=40))
def test_no_two_activities_share_a_code(activities):
    codes = activity_codes(activities)

    assert list(codes) == activities
    assert len({code.casefold() for code in codes.values()}) == len(activities)
    assert all(1 <= len(code) <= 4 for code in codes.values())


def test_many_names_that_begin_alike_still_get_codes():
    codes = activity_codes([f"Step {number}" for number in range(2000)])

    assert len(set(codes.values())) == 2000


def test_a_megabyte_of_name_is_no_problem():
    assert activity_codes(["x" * 1_000_000])["x" * 1_000_000] == "Xxx"


def test_codes_are_those_a_reader_would_choose():
    names = ["Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed", "RESOLVED"]

    codes = activity_codes(names)

    assert list(codes.values()) == ["Ass", "TIC", "Res", "Clo", "Rsl"]


def test_colours_go_round_after_twelve():
    names = [f"Step {number}" for number in range(13)]
    codes = activity_codes(names)

    assert colour_of(names[0], codes) == colour_of(names[12], codes)
    assert len({colour_of(name, codes) for name in names[:12]}) == 12


def test_a_row_is_wrapped_between_chevrons():
    assert wrap(["Reg", "Res", "Clo"], 12, extra=3) == [[0, 1], [2]]
    assert wrap(["Reg", "Res"], 1, extra=3) == [[0], [1]]
