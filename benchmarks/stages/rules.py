"""Rules over a log in memory: ten of control flow, and one each of time, targets and columns."""

from __future__ import annotations

from pathlib import Path

from measure import PYTHON
from measure import run as run_process
from table import Row

LIMIT_S = 1.0
WORKER = Path(__file__).parents[1] / "work" / "with_rules.py"
COMPARED = 50_000  # events; pm4py takes minutes with more
WHAT = {
    "control-flow": "10 rules of control flow",
    "deadline": "one time limit, around the clock",
    "targets": "one target by priority, on two calendars",
    "columns": "two rules about columns",
}


def run(setting) -> list[Row]:
    events = setting.sizes[-1]
    rows = [_agreeing(setting)]
    for which, what in WHAT.items():
        facts = _facts("casemine", events, which, setting.pairs)
        limited = which == "control-flow"
        took = None if facts is None else facts["analysis_s"]
        rows.append(
            Row(
                f"{what}, {events:,} events in memory",
                f"≤ {LIMIT_S:g} s" if limited else "–",
                "–" if took is None else f"{took:.2f} s, evaluation alone",
                "–",
                "–",
                (took is not None and took <= LIMIT_S) if limited else None,
                "a run failed" if took is None else "processor time, variants included",
            )
        )
    return rows


def _agreeing(setting) -> Row:
    """Compare with pm4py: the same cases violate each rule."""
    ours, theirs = (
        _facts(tool, COMPARED, "control-flow", setting.pairs) for tool in ("casemine", "pm4py")
    )
    what = f"10 rules of control flow, {COMPARED:,} events"
    if ours is None or theirs is None:
        return Row(what, "same cases", "–", "–", "–", False, "a run failed")
    same = ours["violated"] == theirs["violated"]
    one, other = (facts["analysis_s"] for facts in (ours, theirs))
    return Row(
        what,
        "same cases",
        f"{one:.3f} s",
        f"pm4py {other:.2f} s",
        f"{other / one:.0f}×",
        same,
        "" if same else "other cases violate the rules",
    )


def _facts(tool: str, events: int, which: str, times: int) -> dict | None:
    """Run the worker some times and keep the fastest; processor time of the evaluation."""
    command = [PYTHON, str(WORKER), tool, str(events), which]
    runs = [run_process(command) for _ in range(max(2, times))]
    if not all(one.ok for one in runs):
        return None
    return min((one.facts() for one in runs), key=lambda facts: facts["analysis_s"])
