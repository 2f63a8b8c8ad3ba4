"""What Salesforce's exports tell of the true story."""

import csv
from collections import Counter
from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

STATUSES = {
    "new": "New",
    "open": "Working",
    "pending": "Waiting on Customer",
    "hold": "On Hold",
    "solved": "Resolved",
    "closed": "Closed",
}
PRIORITIES = {"urgent": "Critical", "high": "High", "normal": "Medium", "low": "Low"}
GUEST = "Portal Site Guest User"
AUTOMATION = {"System", "Automation", "Assignment rule"}
FOLDER = "crm-samples/salesforce/synthetic"
WEEKLY = f"{FOLDER}/weekly_export"
FILES = {
    "email_message": f"{WEEKLY}/EmailMessage.csv",
    "case_comment": f"{WEEKLY}/CaseComment.csv",
    "case_history": f"{FOLDER}/CaseHistory.csv",
    "case_history2": f"{WEEKLY}/CaseHistory2.csv",
    "report": f"{FOLDER}/report_case_history_de.csv",
    "case_milestone": f"{WEEKLY}/CaseMilestone.csv",
    "case": f"{FOLDER}/Case.csv",
    "users": f"{WEEKLY}/User.csv",
    "groups": f"{WEEKLY}/Group.csv",
}
TRACKED = ("create", "assign", "group", "status", "priority", "merge")


def number(case):
    return f"0000{case}"


def user(event):
    """Customers open cases through the account of the portal; automation has one account."""
    if event.kind == "create":
        return GUEST
    return "System" if event.actor in AUTOMATION else event.actor


def kind_of_user(event):
    return "system" if event.actor in AUTOMATION else event.actor_type


@pytest.fixture
def events(real_data):
    """The story in the characters of ISO-8859-1, which has no dash."""
    told = story(real_data("crm-samples/_truth/expected_events.csv"))
    return [
        replace(each, new=each.new.replace("–", "?")) if each.kind == "comment" else each
        for each in told
    ]


@pytest.fixture
def read(real_data):
    def these(*names, **options):
        files = {name: real_data(FILES[name]) for name in names}
        return read_files("salesforce", files, **options)

    return these


HISTORY = Tells(
    kinds=TRACKED,
    statuses=STATUSES,
    priorities=PRIORITIES,
    case=number,
    actor=user,
    actor_type=kind_of_user,
    merged_into=number,
)


@pytest.mark.real
def test_the_history_and_its_lists_tell_the_story(read, events):
    log = read("case_history", "case", "users", "groups")

    assert differences(log, events, HISTORY) == []
    assert "rows-twins" in [note.code for note in log.intake.notes]


@pytest.mark.real
def test_the_history_alone_knows_names_of_owners_only(read, events, real_data):
    with real_data(FILES["case"]).open(encoding="utf-8", newline="") as source:
        ids = {row["CaseNumber"]: row["Id"][:15] for row in csv.DictReader(source)}
    owners = {each.new for each in events if each.kind == "assign"}
    tells = replace(
        HISTORY,
        case=lambda case: ids[number(case)],
        actor=lambda event: event.actor if event.actor in owners else ANY,
        actor_type=lambda event: "agent",
    )

    log = read("case_history")

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_the_weekly_export_tells_status_owner_and_messages(read, events):
    tells = Tells(
        kinds=("create", "assign", "status", "comment"),
        statuses=STATUSES,
        case=number,
        actor=user,
        actor_type=kind_of_user,
    )

    log = read(
        "case_history2",
        "email_message",
        "case_comment",
        "case_milestone",
        "case",
        "users",
        "groups",
    )

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_all_files_together_tell_the_story_once(read, events):
    log = read(*FILES, tz="Europe/Berlin")

    assert differences(log, events, replace(HISTORY, kinds=(*TRACKED, "comment"))) == []
    codes = Counter(note.code for note in log.intake.notes)
    assert codes["history-told-twice"] == 2  # the snapshots and the report


@pytest.mark.real
def test_a_report_tells_the_story_to_the_minute(read, events):
    log = read("report", tz="Europe/Berlin")

    assert differences(log, events, replace(HISTORY, minutes=True)) == []
    assert [note.count for note in log.intake.notes if note.code == "footer"] == [5]


@pytest.mark.real
def test_cases_alone_tell_creation_and_end(read, events):
    tells = Tells(
        kinds=("create", "status"),
        statuses=STATUSES,
        case=number,
        actor=lambda event: "System" if event.kind == "create" else None,
        actor_type=lambda event: "system" if event.kind == "create" else None,
        keep=lambda event: event.kind == "create" or event.new == "closed",
        create_status=False,
        old=False,
    )

    log = read("case", "users")

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_milestones_start_and_are_met_or_violated(read):
    log = read("case_milestone", "case")

    columns = (log.events.column(name).to_pylist() for name in ("kind", "new"))
    counts = Counter(new for kind, new in zip(*columns, strict=True) if kind == "sla")
    assert counts == {"SLA started": 15, "SLA met": 3, "SLA breached": 12}


@pytest.mark.real
def test_versions_of_accounts_are_read(real_data):
    path = real_data("crm-samples/salesforce/real/sf_account_history_data.csv")

    log = read_files("salesforce", {"account_versions": path})

    assert len(log.case_table) == 10
    intake = log.intake
    assert (
        intake.rows_read + intake.rows_added == len(log) + intake.rows_joined + intake.rows_passed
    )
