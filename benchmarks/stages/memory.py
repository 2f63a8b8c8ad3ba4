"""A log larger than the memory it may use: exact, and within the limit."""

from __future__ import annotations

import json

from measure import CASEMINE
from measure import run as run_process
from table import Row, cost_text

# At 100 million events the limit is 2 GB and 10 % more may be resident; smaller runs in proportion,
# but never below what the interpreter and one bucket need.
EVENTS_AT_FULL_SIZE, LIMIT_MB, SLACK, LEAST_MB = 100_000_000, 2000, 1.1, 600


def run(setting) -> list[Row]:
    events = setting.memory_events
    limit = max(LEAST_MB, LIMIT_MB * events // EVENTS_AT_FULL_SIZE)
    path = str(setting.csv(events))
    command = [*CASEMINE, "discover", path, "-f", "json", *setting.columns]
    what = f"CSV → map, {events:,} events with --memory-limit {limit}MB"
    within = f"≤ {limit * SLACK:,.0f} MB"
    target = within if not setting.compare_memory else f"exact, {within}"
    bounded = run_process([*command, "--no-cache", "--memory-limit", f"{limit}MB"], limit_s=7200)
    if not bounded.ok:
        return [Row(what, target, "–", "–", "–", None, "the run failed")]
    free = run_process([*command, "--no-cache"], limit_s=7200) if setting.compare_memory else None
    compared = free is not None and free.ok
    exact = not compared or _data(free.output) == _data(bounded.output)
    return [
        Row(
            what,
            target,
            cost_text([bounded]),
            cost_text([free]) if compared else "–",
            "–",
            exact and bounded.peak_mb <= limit * SLACK,
            ("the other is casemine without a limit: " + ("equal" if exact else "DIFFERENT"))
            if compared
            else "not compared with a run without a limit",
        )
    ]


def _data(output: str) -> object:
    return json.loads(output)["data"]
