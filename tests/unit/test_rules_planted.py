"""What was planted as late is found and nothing else; every rule accounts for all cases."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from casemine.conform.rules import (
    evaluate_rules,
    override,
    read_rules,
    reconcile_sla,
    shipped_rules,
)
from casemine.conform.rules.cases import Cases
from casemine.conform.rules.evaluate import judge
from casemine.conform.rules.outcome import VIOLATED
from casemine.generate import GenerateOptions, generate
from casemine.log import EventLog
from casemine.model.yasm import YASM
from casemine.read import read_log
from casemine.read.options import ReadOptions

SAMPLE = Path(__file__).parents[2] / "sample_logs"
RULES = SAMPLE / "incidents.rules.toml"
RESOLVE = {"A12", "A22", "A41", "A83"}


@pytest.mark.parametrize("seed", [1, 7])
def test_late_cases_are_found_with_the_targets_of_the_desk(seed):
    generated = generate(GenerateOptions(cases=600, seed=seed, rates={"late": 0.08}))
    planted = [one for one in generated.truth if one.kind == "late"]
    cases = Cases(generated.log, read_rules(RULES), YASM.values())
    found = {}

    for rule in ("R02", "R08"):
        outcome = judge(cases, cases.rules.rule(rule).body)
        late = np.flatnonzero(outcome.status == VIOLATED).tolist()
        found[rule] = {cases.name(case) for case in late}

    wanted = {"R02": {"A13"}, "R08": RESOLVE}
    for rule, elements in wanted.items():
        assert found[rule] == {one.case for one in planted if one.element in elements}
    assert len(planted) > 40


def test_late_records_of_the_sample_log_are_found():
    log = read_log(str(SAMPLE / "incidents.csv"), ReadOptions(cache=False))
    cases = Cases(log, read_rules(RULES))
    late = set()
    for rule in ("R02", "R08"):
        status = judge(cases, cases.rules.rule(rule).body).status
        late |= {cases.name(case) for case in np.flatnonzero(status == VIOLATED).tolist()}

    with (SAMPLE / "incidents.truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    planted = {row["case"] for row in truth if row["kind"] == "late"}
    others = {row["case"]: row["element"] for row in truth if row["case"] in late - planted}
    assert (len(planted), len(planted & late)) == (55, 55)
    assert others == {"INC0001303": "A41"}  # its resolution was left out: its closure is late


def test_every_case_has_one_outcome_of_each_rule():
    generated = generate(GenerateOptions(cases=300, seed=3, rates={"skipped": 0.2}, mix=True))
    rules = shipped_rules("yasm")

    found = evaluate_rules(generated.log, rules)

    assert [one.rule for one in found] == [rule.id for rule in rules.rules]
    for one in found:
        if one.unit == "case":
            total = one.satisfied + one.violated + one.not_evaluable + one.not_concerned
            assert total == 300
        assert bool(one.violated) == (one.deviation is not None)
        if one.not_evaluable:
            assert one.why_not


def test_more_can_be_seen_only_if_it_is_said_and_changes_what_is_known():
    generated = generate(GenerateOptions(cases=100, seed=3, rates={}))
    own = {"template": "existence", "step": "X02"}
    rules = override(shipped_rules("yasm"), {"rule": {"own": own}})

    silent = evaluate_rules(generated.log, rules)[-1]
    seen = evaluate_rules(generated.log, rules, observable=YASM.values())[-1]

    assert (silent.not_evaluable, silent.why_not) == (
        100,
        "the log cannot show 'Change after closure' (X02)",
    )
    assert seen.not_evaluable < 100
    assert seen.violated > 50


def test_rules_do_not_depend_on_how_the_rows_were_shuffled():
    generated = generate(GenerateOptions(cases=120, seed=5, rates={"late": 0.2}))
    events = generated.log.events
    order = np.random.default_rng(1).permutation(len(events))
    shuffled = EventLog.ordered(events.take(order), source=generated.log.source)

    first, second = (evaluate_rules(log, read_rules(RULES)) for log in (generated.log, shuffled))

    assert first == second
    assert sum(one.violated for one in first) > 50


def test_a_log_without_events_breaks_nothing():
    times = pa.array([], pa.timestamp("us", tz="UTC"))
    texts, rows = pa.array([], pa.string()), pa.array([], pa.int64())
    empty = EventLog.ordered(
        pa.table({"case": texts, "activity": texts, "time": times, "row": rows})
    )

    for observable in (None, YASM.values()):
        found = evaluate_rules(empty, shipped_rules("yasm"), observable=observable)
        assert {one.outcome for one in found} == {"not evaluable"}
    assert reconcile_sla(empty, shipped_rules("yasm")) == ()


def test_a_case_of_one_event_is_judged_by_every_rule():
    columns = (
        "priority",
        "group",
        "resource",
        "customer",
        "category",
        "service",
        "impact",
        "owner",
    )
    table = {"case": ["1"], "activity": ["Log record"], "row": [1]}
    table["time"] = pa.array([0], pa.timestamp("us", tz="UTC"))
    log = EventLog.ordered(pa.table({**table, **{name: ["1"] for name in columns}}))

    found = evaluate_rules(log, shipped_rules("yasm"), observable=YASM.values())

    assert not any(one.violated for one in found)
