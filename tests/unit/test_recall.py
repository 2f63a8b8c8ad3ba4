"""How much of what is planted a check finds; docs/deviations.md shows the same table."""

import importlib.util
import sys
from pathlib import Path

import pytest

from casemine.generate import GenerateOptions, generate

DOCS = Path(__file__).parents[2] / "docs"
FLOORS = {  # found of the right kind, share of those planted
    "skipped": 0.9,
    "inserted": 0.8,
    "swapped": 0.6,
    "repeated": 0.95,
    "ping-pong": 1.0,
}


@pytest.fixture(scope="module")
def measuring():
    spec = importlib.util.spec_from_file_location("measure_recall", DOCS / "measure_recall.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure_recall"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_planted_deviation_is_found_and_nothing_else(measuring, seed):
    found = measuring.measure_log(generate(GenerateOptions(cases=1000, seed=seed)))

    assert found.precision == 1
    for kind, one in found.kinds.items():
        assert one.found + one.otherwise == one.planted > 10
        assert one.found >= FLOORS[kind] * one.planted


def test_several_deviations_in_one_case_are_all_shown(measuring):
    made = generate(GenerateOptions(cases=1000, seed=4, mix=True))

    found = measuring.measure_log(made)

    assert found.precision == 1
    for kind, one in found.kinds.items():
        assert one.found + one.otherwise == one.planted
        assert one.found >= (FLOORS[kind] - 0.1) * one.planted


def test_the_page_shows_what_is_found_through_the_exports_of_systems(measuring):
    page = measuring.PAGE.read_text("utf-8")

    assert measuring.page() == page, "python docs/measure_recall.py brings docs/deviations.md up"
