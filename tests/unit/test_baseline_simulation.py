"""False alarms and power of a baseline: a quick run of the simulation whose tables are shown."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "baseline_simulation.py"


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("baseline_simulation", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("cases", [200, 1500])
def test_two_samples_of_one_process_rarely_fail_each_other(simulation, cases):
    assert simulation.false_alarms(cases, 200) <= 4


def test_a_baseline_that_is_updated_with_every_run_does_not_cry_wolf(simulation):
    assert simulation.alarms_of_a_ratchet(1500, 15) <= 4  # of 180 runs


@pytest.mark.parametrize(("share", "least"), [(0.0, 30), (0.02, 29), (0.05, 25)])
def test_five_points_more_of_1500_cases_are_caught(simulation, share, least):
    assert simulation.caught(share, 0.05, 1500, 30) >= least


def test_generated_logs_of_one_desk_pass_and_worse_ones_fail(simulation):
    alarms, caught = simulation.generated(2, 1500, ["skipped", "ping-pong"])

    assert (alarms, caught) == (0, {"skipped": 2, "ping-pong": 2})


def test_without_chance_and_correction_the_same_samples_would_fail(simulation, monkeypatch):
    monkeypatch.setattr("casemine.conform.verdict.comparison.FALSE_ALARMS", 0.9)

    assert simulation.false_alarms(1500, 30) > 10
