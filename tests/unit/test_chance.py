"""Chance: exact one-sided p-values, and their correction for many tests at once."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.conform.verdict.chance import can_grow, chance_of_growth, corrected, least_chance
from casemine.model.proportion import Proportion


def by_counting(now: Proportion, before: Proportion) -> float:
    """The hypergeometric tail from its definition, in whole numbers."""
    shown, both = now.cases + before.cases, now.total + before.total
    ways = sum(
        comb(now.total, k) * comb(before.total, shown - k)
        for k in range(now.cases, min(shown, now.total) + 1)
    )
    return ways / comb(both, shown)


proportions = st.integers(1, 60).flatmap(
    lambda total: st.integers(0, total).map(lambda cases: Proportion(cases, total))
)


@settings(deadline=None, max_examples=200)
@given(proportions, proportions)
def test_the_chance_is_the_tail_of_the_hypergeometric_distribution(now, before):
    assert chance_of_growth(now, before) == pytest.approx(by_counting(now, before), abs=1e-9)


@given(proportions, proportions)
def test_no_spread_of_the_same_cases_has_a_lower_chance_than_the_least(now, before):
    assert chance_of_growth(now, before) >= least_chance(now, before) - 1e-12


@given(proportions, proportions, st.sampled_from([0.0, 0.005, 0.1]))
def test_what_cannot_grow_has_not_grown(now, before, tolerance):
    if not can_grow(now, before, beyond=tolerance):
        assert now.share - before.share <= tolerance + 1e-12


@pytest.mark.parametrize(
    ("now", "before"),
    [((1_000, 1_000_000), (100_000, 1_000_000)), ((0, 5), (5, 5)), ((0, 0), (1, 2))],
)
def test_what_is_far_less_or_of_nothing_is_all_chance(now, before):
    assert chance_of_growth(Proportion(*now), Proportion(*before)) == 1.0


def test_large_samples_neither_overflow_nor_take_long():
    chance = chance_of_growth(Proportion(150_000, 1_000_000), Proportion(149_000, 1_000_000))

    assert chance == pytest.approx(0.0238, abs=1e-4)  # scipy.stats.hypergeom.sf gives 0.02379


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=12))
def test_correction_never_lowers_a_chance_and_keeps_their_order(chances):
    found = corrected(chances)

    assert found.keys() == chances.keys()
    assert all(1 >= found[key] >= chances[key] for key in chances)
    order = sorted(chances, key=lambda key: chances[key])
    assert [found[key] for key in order] == sorted(found.values())


def test_the_smallest_of_many_counts_for_all_of_them():
    assert corrected(dict.fromkeys("abcde", 0.004))["a"] == pytest.approx(0.02)
