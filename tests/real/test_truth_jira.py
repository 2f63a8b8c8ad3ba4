"""What Jira's exports tell of the true story."""

import shutil
from dataclasses import replace

import pytest

from real.truth import ANY, Tells, differences, read_files, story

SYNTHETIC, REAL = "crm-samples/jira/synthetic", "crm-samples/jira/real"
EVERYTHING = ("create", "status", "assign", "group", "priority", "comment", "merge")
SEARCH = Tells(
    kinds=EVERYTHING,
    statuses={
        "new": "Open",
        "open": "In Progress",
        "pending": "Waiting for customer",
        "hold": "Pending",
        "solved": "Resolved",
        "closed": "Closed",
    },
    priorities={"urgent": "Highest", "high": "High", "normal": "Medium", "low": "Low"},
    case=lambda number: f"SUP-{number}",
    merged_into=lambda number: f"SUP-{number}",
)
LISTED = replace(SEARCH, kinds=("create", "comment"), create_status=False, public=False)


@pytest.fixture
def read(real_data):
    def of(**files):
        paths = {kind: real_data(f"{SYNTHETIC}/{name}") for kind, name in files.items()}
        return read_files("jira", paths, tz="Europe/Berlin")

    return of


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.mark.real
def test_a_search_with_changelog_tells_the_whole_story(read, events):
    log = read(search="search_expand_changelog.json")

    assert differences(log, events, SEARCH) == []


@pytest.mark.real
def test_bulk_changelogs_beside_a_search_add_nothing(read, events):
    log = read(search="search_expand_changelog.json", changelog_bulk="changelog_bulkfetch.json")

    assert differences(log, events, SEARCH) == []


@pytest.mark.real
def test_bulk_changelogs_alone_tell_changes_by_issue_id(read, events):
    log = read(changelog_bulk="changelog_bulkfetch.json")

    cases = set(log.events.column("case").to_pylist())
    tells = replace(
        SEARCH,
        kinds=("status", "assign", "group", "priority"),
        case=lambda number: str(10_000 + int(number)),
        keep=lambda event: str(10_000 + int(event.case)) in cases,
    )
    assert differences(log, events, tells) == []


@pytest.mark.real
def test_what_a_cut_changelog_lacks_is_said_and_the_rest_is_right(read, events):
    log = read(search="search_jql_truncated_changelog.json")

    notes = {note.code: note.count for note in log.intake.notes}
    assert notes["history-truncated"] == 3
    said = {(e.case, e.time, e.kind) for e in events}
    for case, time, kind in zip(
        *(log.events.column(name).to_pylist() for name in ("case", "time", "kind")), strict=True
    ):
        assert kind == "sla" or (case.removeprefix("SUP-"), time, kind) in said


@pytest.mark.real
def test_pages_of_the_changelog_complete_a_search_that_was_cut(read, events, real_data):
    log = read(
        search="search_jql_truncated_changelog.json", changelog_bulk="changelog_bulkfetch.json"
    )

    three = {"SUP-1001", "SUP-1002", "SUP-1003"}
    mine = log.events.column("case").to_pylist()
    tells = replace(SEARCH, keep=lambda event: f"SUP-{event.case}" in three)
    found = [line for line in differences(log, events, tells) if "too many" not in line]
    assert three <= set(mine)
    assert found == []


@pytest.mark.real
@pytest.mark.parametrize(
    ("kind", "name", "minutes"),
    [("csv", "Jira_export_all_fields.csv", True), ("xml", "SearchRequest.xml", False)],
)
def test_a_list_tells_creation_and_comments(read, events, kind, name, minutes):
    log = read(**{kind: name})

    assert differences(log, events, replace(LISTED, minutes=minutes)) == []


@pytest.mark.real
def test_the_csv_tells_when_issues_were_last_resolved(read, events):
    last = {event.case: event for event in events if event.new == "solved"}
    log = read(csv="Jira_export_all_fields.csv")

    tells = replace(
        SEARCH,
        kinds=("status",),
        minutes=True,
        old=False,
        actor=lambda event: ANY,
        actor_type=lambda event: ANY,
        keep=lambda event: last.get(event.case) is event,
    )
    assert differences(log, events, tells) == []


@pytest.mark.real
def test_a_real_search_is_accounted_for(real_data):
    log = read_files("jira", {"search": real_data(f"{REAL}/search_expand_changelog_real.json")})

    account = log.intake
    kinds = log.events.column("kind").to_pylist()
    assert kinds.count("create") == 17
    assert kinds.count("status") == 75
    assert (
        account.rows_read + account.rows_added
        == len(log) + account.rows_joined + account.rows_passed
    )


@pytest.mark.real
@pytest.mark.parametrize("issue", ["13383", "13954"])
def test_a_real_changelog_takes_its_issue_from_the_file_name(real_data, tmp_path, issue):
    path = shutil.copy(real_data(f"{REAL}/changelog_issue_{issue}_real.json"), tmp_path)

    log = read_files("jira", {"changelog_pages": path})

    assert set(log.events.column("case").to_pylist()) == {issue}
