"""Rules over a log in memory: how long the evaluation alone takes.

python benchmarks/work/with_rules.py casemine 10000000 control-flow
python benchmarks/work/with_rules.py pm4py 100000 control-flow
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from inputs import ACTIVITIES, AGENTS, pieces

PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
A, B, C, D = ACTIVITIES[:4]
TARGETS = {"critical": "1h", "high": "8h", "moderate": "24h", "low": "48h"}
CLOCK = {"calendar": {"critical": "24x7", "other": "desk"}}
FLOW = (
    {"template": "existence", "step": A},
    {"template": "absence", "step": B},
    {"template": "exactly", "step": C, "times": 1},
    {"template": "not_co_existence", "first": A, "second": D},
    {"template": "responded_existence", "first": A, "second": B},
    {"template": "response", "first": A, "second": B},
    {"template": "precedence", "first": A, "second": B},
    {"template": "succession", "first": C, "second": D},
    {"template": "alternate_response", "first": A, "second": B},
    {"template": "chain_response", "first": A, "second": B},
)
SETS = {
    "control-flow": FLOW,
    "deadline": ({"template": "within", "first": A, "second": B, "within": "4h"},),
    "targets": ({"template": "within", "first": A, "second": B, "within": TARGETS, **CLOCK},),
    "columns": (
        {"template": "different", "first": A, "second": B, "column": "resource"},
        {"template": "no_return", "column": "priority"},
    ),
}


def log_of(events: int):
    """Make the log, without a file between."""
    import numpy as np
    import pyarrow as pa

    from casemine.log import EventLog

    parts = list(pieces(events))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def words(codes, values):
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(values))

    _, case = np.unique(joined["case"], return_inverse=True)
    names = pa.array([f"C{number:09}" for number in range(int(case.max()) + 1)])
    table = pa.table(
        {
            "case": pa.DictionaryArray.from_arrays(pa.array(case.astype(np.int32)), names),
            "activity": words(joined["activity"], ACTIVITIES),
            "time": pa.array(joined["second"] * 1_000_000, pa.timestamp("us", tz="UTC")),
            "resource": words(joined["agent"], [f"agent{n:03}" for n in range(AGENTS)]),
            "priority": words(joined["priority"], PRIORITIES),
            "row": np.arange(1, len(case) + 1),
        }
    )
    return EventLog.ordered(table)


def with_casemine(events: int, which: str) -> dict:
    """Judge by casemine: what is timed begins with the log and ends with the findings."""
    from casemine.conform.rules import evaluate_rules, override, shipped_rules

    own = {f"own-{number}": rule for number, rule in enumerate(SETS[which])}
    names = {f"n{number}": name for number, name in enumerate(ACTIVITIES)}
    off = {rule.id: {"off": True} for rule in shipped_rules("yasm").rules}
    rules = override(shipped_rules("yasm"), {"names": names, "rule": {**off, **own}})
    log = log_of(events)
    begin = time.process_time()
    found = evaluate_rules(log, rules)
    took = time.process_time() - begin
    return {"analysis_s": took, "events": len(log), "violated": [one.violated for one in found]}


def with_pm4py(events: int, which: str) -> dict:
    """Judge by pm4py; each rule alone, as it has no rule of some kinds."""
    from pm4py.algo.conformance.declare import algorithm

    names = {
        "alternate_response": "altresponse",
        "chain_response": "chainresponse",
        "not_co_existence": "noncoexistence",
        "exactly": "exactly_one",
    }
    frame = log_of(events).to_pandas()
    model = {}
    for rule in SETS[which]:
        key = (rule["first"], rule["second"]) if "first" in rule else rule["step"]
        name = names.get(rule["template"], rule["template"])
        model[name] = {key: {"support": 1, "confidence": 1}}
    begin = time.process_time()
    found = algorithm.apply(frame, model)
    took = time.process_time() - begin
    violated = [
        sum(any(dev[0] == name for dev in one["deviations"]) for one in found) for name in model
    ]
    return {"analysis_s": took, "events": len(frame), "violated": violated}


if __name__ == "__main__":
    tool, size, chosen = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print(json.dumps((with_casemine if tool == "casemine" else with_pm4py)(size, chosen)))
