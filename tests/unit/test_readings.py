"""Which deviations a trace shows: the cases of tests/cases/deviations.toml."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from casemine.conform.align import align
from casemine.conform.deviations.caselist import OVER, RESTING
from casemine.conform.deviations.choice import preferred, second_times
from casemine.conform.deviations.gathering import NO_STEP
from casemine.conform.deviations.readings import KINDS, NOTHING, read_moves
from casemine.conform.observe import silenced
from casemine.log import variants_of
from designed_flows import flow_of, log_of

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "deviations.toml").read_text("utf-8"))


def readings_of(flow, trace, *, rests=False, observable=None):
    variants = variants_of(log_of([name.replace(" ", "_") for name in trace]))
    variants = type(variants)(
        tuple(name.replace("_", " ") for name in variants.activities),
        variants.codes, variants.offsets, variants.counts, None, None,
    )  # fmt: skip
    hidden = set() if observable is None else set(flow.activities) - set(observable)
    net = silenced(flow.net, hidden)
    prefixes = np.array([False])
    alignments = align(net, variants, prefixes=prefixes)
    chosen = preferred(net, variants, alignments, prefixes=prefixes, design=flow.net)
    state = np.array([RESTING if rests else OVER], np.int8)
    return read_moves(chosen, variants, state, net), alignments


@pytest.mark.parametrize("case", CASES["case"], ids=[case["name"] for case in CASES["case"]])
def test_a_trace_shows_these_deviations(case):
    trace = case["trace"].split() if isinstance(case["trace"], str) else case["trace"]
    readings, alignments = readings_of(
        flow_of(case["flow"]), trace, rests=case.get("rests", False),
        observable=case.get("observable"),
    )  # fmt: skip

    found = []
    for kind, one, other, moves in zip(
        readings.kind, readings.one, readings.other, readings.moves, strict=True
    ):
        element = NO_STEP if one == NOTHING else readings.names[one]
        element += f" > {readings.names[other]}" if other != NOTHING else ""
        found.append([KINDS[kind], element, int(moves)])
    assert sorted(found) == case["deviations"]
    assert readings.moves.sum() == alignments.costs.sum()


def test_only_the_longest_block_after_an_unknown_event_is_a_detour():
    codes = [0, 1, 2, 9, 1, 2, 1]

    assert second_times(codes, [True] * 3 + [False] * 7) == [3, 4, 5]


def test_an_unknown_event_before_other_steps_is_no_detour():
    assert second_times([0, 9, 1, 2], [True] * 3 + [False] * 7) == []
