"""What the tables of process-mining tools tell of the true story."""

from datetime import UTC, datetime

import pytest

from real.truth import read_files, story

NAMES = {
    "create": "Create ticket",
    "assign": "Assign",
    "group": "Transfer group",
    "priority": "Change priority",
    "merge": "Merge",
}
FOLDER = "crm-samples/process_mining/synthetic"
FILES = {
    "celonis": ({"activities": "celonis_activities.csv"}, {}),
    "disco": ({"log": "disco_export.csv"}, {"tz": "Europe/Berlin"}),
    "uipath": ({"Events_raw": "uipath_Events_raw.tsv", "Cases_raw": "uipath_Cases_raw.tsv"}, {}),
}


def activity(event):
    if event.kind == "status":
        return f"Status: {event.new}"
    if event.kind == "comment":
        if event.actor_type == "customer":
            return "Customer reply"
        return "Agent reply" if event.public else "Internal note"
    return NAMES[event.kind]


@pytest.mark.real
@pytest.mark.parametrize("system", FILES)
def test_the_log_of_a_tool_is_the_story(real_data, system):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    true = [(f"T{event.case}", event.time, activity(event)) for event in events]
    files, options = FILES[system]

    log = read_files(
        system, {kind: real_data(f"{FOLDER}/{name}") for kind, name in files.items()}, **options
    )

    rows = log.events.to_pylist()
    assert [(row["case"], row["time"], row["activity"]) for row in rows] == true
    if system != "celonis":  # which has ids of users
        assert [row["resource"] for row in rows] == [event.actor for event in events]
    if system == "uipath":
        assert log.case_table.column_names == ["case", "case_name", "case_status", "case_type"]


@pytest.mark.real
def test_celonis_sorting_orders_what_happened_at_one_time(real_data, tmp_path):
    lines = real_data(f"{FOLDER}/celonis_activities.csv").read_text("utf-8").splitlines()
    turned = tmp_path / "activities.csv"
    turned.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")

    log = read_files("celonis", {"activities": turned})

    at = [row for row in log.events.to_pylist() if row["case"] == "T1014"]
    assert [row["activity"] for row in at][-2:] == ["Merge", "Status: closed"]
    assert at[-1]["time"] == at[-2]["time"] == datetime(2026, 3, 31, 15, 9, 36, tzinfo=UTC)
