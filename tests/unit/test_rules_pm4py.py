"""Declare templates agree with pm4py where it means the same."""

from __future__ import annotations

import random

import pytest

from casemine.conform.rules import evaluate_rules, override, shipped_rules
from casemine.log import parse_log

SAME = (
    "response",
    "precedence",
    "succession",
    "alternate_response",
    "alternate_precedence",
    "chain_response",
    "chain_precedence",
    "responded_existence",
)
THEIRS = {"alternate_response": "altresponse", "alternate_precedence": "altprecedence",
          "chain_response": "chainresponse", "chain_precedence": "chainprecedence"}  # fmt: skip


@pytest.fixture(scope="module")
def log():
    draw = random.Random(4)
    traces = ["".join(draw.choices("ABC", k=draw.randint(1, 8))) for _ in range(150)]
    return parse_log("; ".join(" ".join(trace) for trace in traces))


@pytest.fixture(scope="module")
def frame(log):
    return log.to_pandas()


@pytest.mark.parametrize("template", SAME)
def test_violated_cases_are_those_of_pm4py(log, frame, template):
    from pm4py.algo.conformance.declare import algorithm

    rules = override(
        shipped_rules("yasm"),
        {
            "names": {name: name for name in "ABC"},
            "rule": {"own": {"template": template, "first": "A", "second": "B"}},
        },
    )
    ours = evaluate_rules(log, rules, observable="ABC")[-1].violated

    name = THEIRS.get(template, template)
    model = {name: {("A", "B"): {"support": 1, "confidence": 1}}}
    found = algorithm.apply(frame, model)

    assert ours == sum(not one["is_fit"] for one in found)
    assert ours


@pytest.mark.parametrize(("template", "key"), [("existence", "at_least"), ("absence", "at_most")])
def test_counts_of_one_step_are_those_of_pm4py(log, frame, template, key):
    from pm4py.algo.conformance.declare import algorithm

    rule = {"template": template, "step": "A", key: 1 if template == "existence" else 0}
    rules = override(shipped_rules("yasm"), {"names": {"A": "A"}, "rule": {"own": rule}})
    ours = evaluate_rules(log, rules, observable="ABC")[-1].violated

    found = algorithm.apply(frame, {template: {"A": {"support": 1, "confidence": 1}}})

    assert ours == sum(not one["is_fit"] for one in found)
    assert ours
