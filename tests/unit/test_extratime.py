"""How much longer deviating cases take than comparable ones."""

import numpy as np
import pytest

from casemine.conform.checking import CheckOptions, check_log
from casemine.log.extratime import Comparison, comparison_of, median_of
from designed_flows import chain
from event_lists import log_of

HOUR = 3_600_000_000


def comparison(durations, *codes, over=None):
    durations = np.array(durations, float)
    over = np.ones(len(durations), np.bool_) if over is None else np.array(over)
    names = tuple(f"priority {number}" for number in range(len(codes)))
    return Comparison(durations, over, names, tuple(np.array(one) for one in codes))


def test_the_difference_of_the_medians_lies_in_its_interval():
    drawn = np.random.default_rng(1)
    durations = np.concatenate([drawn.lognormal(3, 1, 200), 40 + drawn.lognormal(3, 1, 60)])

    found = comparison(durations).extra_time(np.arange(200, 260))

    expected = np.median(durations[200:]) - np.median(durations[:200])
    assert found.seconds == pytest.approx(expected, rel=0.02)
    assert found.low_s < found.seconds < found.high_s
    assert found.low_s < 40 < found.high_s
    assert (found.n, found.n_others, found.alike_in) == (60, 200, ())


def test_like_is_compared_with_like():
    quick, slow = list(range(10, 30)), list(range(100, 120))
    durations = [*quick, *slow, *[one + 5 for one in slow]]
    kinds = [0] * 20 + [1] * 40

    blind = comparison(durations).extra_time(np.arange(40, 60))
    fair = comparison(durations, kinds).extra_time(np.arange(40, 60))

    assert fair.seconds == pytest.approx(5)
    assert (fair.n_others, fair.alike_in) == (20, ("priority 0",))
    assert blind.seconds > 20


def test_an_attribute_that_leaves_too_few_to_compare_with_is_not_used():
    alone = [0] * 20 + list(range(1, 11)) + [0] * 2

    found = comparison(range(32), alone).extra_time(np.arange(20, 32))

    assert found.alike_in == ()


def test_open_cases_are_not_compared_for_they_are_not_over():
    durations = [*range(10), *[1000] * 10]

    found = comparison(durations, over=[True] * 10 + [False] * 10)

    assert found.extra_time(np.arange(10, 20)) is None


def test_fewer_than_six_of_a_sort_say_nothing():
    assert comparison(range(40)).extra_time(np.arange(5)) is None
    assert comparison(range(40)).extra_time(np.arange(35)) is None


def test_intervals_hold_the_truth_as_often_as_they_claim():
    drawn, held = np.random.default_rng(2), 0
    for _ in range(400):
        durations = np.concatenate([drawn.exponential(10, 40), 7 + drawn.exponential(10, 40)])
        found = comparison(durations).extra_time(np.arange(40, 80))
        held += found.low_s <= 7 <= found.high_s

    assert 0.93 < held / 400 < 0.99


def test_attributes_of_events_and_cases_are_found_by_name():
    events = [
        {"case": f"c{case}", "activity": activity, "time": (case + hour) * HOUR, "row": 0}
        for case in range(40)
        for hour, activity in enumerate(["Log", *(["Wait"] if case % 2 else []), "Close"])
    ]
    for row, event in enumerate(events, start=1):
        event["row"] = row
    log = log_of(events)
    column = ["high" if int(event["case"][1:]) < 20 else "low" for event in events]
    odd = [event["case"] for event in events]
    log = log.with_events(
        log.events.append_column("priority", [column]).append_column("category", [odd])
    )

    found = comparison_of(log, np.arange(40.0), np.ones(40, np.bool_))
    checked = check_log(log, chain("Log", "Close"), options=CheckOptions(observable="all"))

    assert found.attributes == ("priority",)  # the category has too many values
    (waits,) = checked.deviations
    assert (waits.extra.seconds, waits.extra.n, waits.extra.n_others) == (3600.0, 20, 20)
    assert waits.extra.alike_in == ("priority",)


def test_a_long_tail_of_the_others_makes_the_difference_less_sure_downwards():
    others = [float(2**power) for power in range(20)]

    found = comparison([*others, *[2000.0] * 20]).extra_time(np.arange(20, 40))

    assert found.high_s - found.seconds < found.seconds - found.low_s


def test_the_interval_of_a_median_holds_it_as_often_as_it_claims():
    drawn, held = np.random.default_rng(3), 0
    for size in (6, 9, 15, 40) * 250:
        low, _, high = median_of(drawn.exponential(1, size))
        held += low <= np.log(2) <= high

    assert 0.93 < held / 1000 < 0.98


@pytest.mark.parametrize("size", [1, 5, 6, 7])
def test_few_values_have_a_median_and_no_interval(size):
    low, middle, high = median_of(np.arange(float(size))[::-1])

    assert middle == np.median(np.arange(size))
    assert (low is None, high is None) == (size < 6, size < 6)


def test_only_the_cases_asked_for_are_compared():
    durations = [*[10.0] * 10, *[20.0] * 10, *[99.0] * 10]

    found = comparison(durations).extra_time(np.arange(10, 20), np.arange(30) < 20)

    assert (found.seconds, found.n, found.n_others) == (10, 10, 10)
