"""Mappings of public logs: what share of them is covered, and what cases look like afterwards."""

from __future__ import annotations

import csv
from datetime import datetime

import pyarrow as pa
import pytest

from casemine.log import EventLog
from casemine.mapping import map_log, shipped_mapping
from casemine.read import read_log
from casemine.read.options import ReadOptions

pytestmark = pytest.mark.real

TRUTH = "crm-samples/_truth/expected_events.csv"


@pytest.fixture
def truth(real_data) -> EventLog:
    """The story that all sample exports tell, as an importer would hand it over."""
    with real_data(TRUTH).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {
        name: pa.array([row[name] or None for row in rows], pa.string())
        for name in ("case", "kind", "field", "old", "new", "actor_type")
    }
    columns |= {
        "activity": pa.array([f"{row['kind']} {row['field']}" for row in rows]),
        "time": pa.array([datetime.fromisoformat(row["time_utc"]) for row in rows]),
        "row": pa.array(range(1, len(rows) + 1)),
        "seq": pa.array([int(row["seq"]) for row in rows]),
        "resource": pa.array([row["actor"] for row in rows]),
        "group": pa.array(
            [row["new"] if row["kind"] == "group" else None for row in rows], pa.string()
        ),
        "public": pa.array([{"true": True, "false": False}.get(row["public"]) for row in rows]),
    }
    return EventLog.ordered(pa.table(columns), source="truth")


def cases_of(log: EventLog) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in log.events.to_pylist():
        found.setdefault(event["case"], []).append(event["activity"])
    return found


def test_the_story_of_the_samples_reads_as_the_designed_flow(truth):
    mapped = map_log(truth, shipped_mapping("zendesk"))

    account = mapped.account
    assert (account.events, account.mapped, account.ignored, account.unmapped) == (148, 94, 54, 0)
    cases = cases_of(mapped.log)
    assert cases["1003"] == [
        "Log record",
        "Analyse in 1st level",
        "Inform users",
        "Hand over to 2nd level",
        "Request user information",
        "Receive user information",
        "Resolve in 2nd level",
        "Close record",
    ]
    assert cases["1006"][2] == "Return to 1st level"
    assert cases["1013"][-4:] == [
        "Resolve in 1st level",
        "Reopen",
        "Resolve in 1st level",
        "Close record",
    ]
    assert cases["1014"][-2:] == ["Cancel record", "Merge / split record"]
    assert all(case[0] == "Log record" for case in cases.values())


def test_incidents_of_bpic_2013_are_covered(real_data):
    log = read_log(str(real_data("bpic2013_incidents.xes.gz")), ReadOptions(cache=False))

    mapped = map_log(log, shipped_mapping("bpic2013"))

    account = mapped.account
    assert (account.events, account.cases, account.unmapped) == (65_533, 7_554, 5)
    assert [(one.activity, one.events) for one in account.left] == [("Unmatched", 5)]
    assert account.unknown_groups == ()
    counts = {one.activity: one for one in account.activities}
    assert counts["Log record"].events == counts["Log record"].cases == 7_554
    solved = {case for case, names in cases_of(mapped.log).items() if _solved(names)}
    assert len(solved) > 0.99 * account.cases
    assert counts["Hand over to 2nd level"].cases > 2_000
    assert counts["Return to 1st level"].cases > 500


def _solved(names: list[str]) -> bool:
    return any(name.startswith(("Resolve", "Close", "Cancel")) for name in names)


def test_snapshots_of_the_uci_log_are_covered(real_data):
    options = ReadOptions(
        cache=False,
        case="number",
        activity="incident_state",
        time="sys_updated_at",
        missing=("?",),
    )
    log = read_log(str(real_data("uci_incident_event_log.csv.gz")), options)

    mapped = map_log(log, shipped_mapping("uci_incidents"))

    account = mapped.account
    assert (account.events, account.cases, account.unmapped) == (141_712, 24_918, 0)
    assert account.mapped + account.ignored == account.events
    counts = {one.activity: one for one in account.activities}
    assert counts["Log record"].events == counts["Log record"].cases == 24_918
    assert counts["Close record"].cases == 24_918  # every incident ends in Closed, as counted
    # Opened again: 275 cases have a reopen_count, some are counted only after the last row.
    assert 250 <= counts["Reopen"].cases + counts["Reopen after closure"].cases <= 330
