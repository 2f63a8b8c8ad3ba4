"""What the exports of Dynamics 365 tell of the true story."""

import csv
import json
from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

FOLDER = "crm-samples/dynamics365/synthetic"
PRIORITIES = {"urgent": "High", "high": "High", "normal": "Normal", "low": "Low"}
STATUSES = {
    "new": "In Progress",
    "open": "Researching",
    "pending": "Waiting for Details",
    "hold": "On Hold",
    "solved": "Problem Solved",
    "closed": "Information Provided",
}


def _actor(event):
    return "SYSTEM" if event.actor in {"System", "Automation"} else event.actor


def _is_told(event):
    if event.kind != "priority":
        return True
    return PRIORITIES[event.old] != PRIORITIES[event.new]  # urgent and high are one


@pytest.fixture
def folder(real_data):
    return real_data(FOLDER)


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.fixture
def cases(folder):
    """Number of the story -> (id, case number)."""
    with (folder / "active_cases_view_export.csv").open(encoding="utf-8-sig", newline="") as view:
        rows = list(csv.DictReader(view))
    return {
        row["Case Number"][5:9]: (row["(Do Not Modify) Case"], row["Case Number"]) for row in rows
    }


@pytest.fixture
def tells(cases):
    return Tells(
        kinds=("create", "status", "assign", "group", "priority", "merge"),
        statuses=STATUSES,
        priorities=PRIORITIES,
        case=lambda number: cases[number][1],
        merged_into=lambda number: cases[number][1],
        actor=_actor,
        keep=_is_told,
    )


@pytest.fixture
def teams(folder, events, cases, tmp_path):
    """Names of the teams that own cases at first, which the audits tell as ids only."""
    names = {}
    first = {}
    for event in events:
        if event.kind == "group":
            first.setdefault(cases[event.case][0], event.old)
    for audit in json.loads((folder / "audits.json").read_text(encoding="utf-8"))["value"]:
        for change in json.loads(audit["changedata"])["changedAttributes"]:
            team = str(change["newValue"])
            if team.startswith("team,") and audit["_objectid_value"] in first:
                names[team.removeprefix("team,")] = first[audit["_objectid_value"]]
    path = tmp_path / "teams.json"
    rows = [{"teamid": each, "name": name, "teamtype": 0} for each, name in names.items()]
    path.write_text(json.dumps({"value": rows}), encoding="utf-8")
    return path


@pytest.mark.real
def test_audits_with_the_view_and_teams_tell_all_but_comments(folder, events, tells, teams):
    log = read_files(
        "dynamics365",
        {
            "audits": folder / "audits.json",
            "cases_view": folder / "active_cases_view_export.csv",
            "teams": teams,
        },
        tz="Europe/Berlin",
    )

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_audits_alone_have_ids_for_cases_and_teams_and_name_no_customer(
    folder, events, tells, cases
):
    log = read_files("dynamics365", {"audits": folder / "audits.json"})

    events = [replace(event, old=ANY) if event.kind == "group" else event for event in events]
    tells = replace(
        tells,
        case=lambda number: cases[number][0],
        merged_into=lambda number: cases[number][0],
        actor_type=lambda event: ANY if event.kind == "create" else event.actor_type,
    )
    assert differences(log, events, tells) == []
    assert "unresolved-ids" in {note.code for note in log.intake.notes}


@pytest.mark.real
def test_the_view_tells_creation_to_the_minute(folder, events, tells):
    log = read_files(
        "dynamics365",
        {"cases_view": folder / "active_cases_view_export.csv"},
        tz="Europe/Berlin",
    )

    tells = replace(tells, kinds=("create",), create_status=False, minutes=True)
    assert differences(log, events, tells) == []


@pytest.mark.real
def test_every_audited_change_is_accounted_for(folder):
    log = read_files("dynamics365", {"audits": folder / "audits.json"})

    account = log.intake
    assert account.rows_read == len(log) + account.rows_joined + account.rows_passed
