"""What ServiceNow's exports tell of the true story, and what the public incident log tells."""

import json
from collections import Counter, defaultdict

import pandas as pd
import pytest

from real.truth import Tells, differences, read_files, story

AUDITED = {
    "new": "New",
    "open": "In Progress",
    "pending": "On Hold",
    "hold": "On Hold",
    "solved": "Resolved",
    "closed": "Closed",
}
PRIORITIES = {
    "urgent": "1 - Critical",
    "high": "2 - High",
    "normal": "3 - Moderate",
    "low": "4 - Low",
}
KINDS = ("create", "assign", "group", "status", "priority", "comment")
AUTOMATION = {"System", "Automation", "Assignment rule"}
FOLDER = "crm-samples/servicenow/synthetic"
FILES = {
    "sys_audit": "sys_audit.csv",
    "table_all": "incident_table_api_display_all.json",
    "xml": "incident_unload.xml",
    "list": "incident_list_export_labels.csv",
    "uci": "incident_event_log_form.csv",
    "metric_instance": "metric_instance.csv",
    "task_sla": "task_sla.csv",
    "users": "sys_user_lookup.csv",
    "groups": "sys_user_group_lookup.csv",
}


def number(case):
    return f"INC000{case}"


def user(event):
    """The audit knows automation and customers by the one account that each of them uses."""
    if event.actor in AUTOMATION:
        return "System"
    return "guest" if event.actor_type == "customer" else event.actor


def kind_of_user(event):
    return "system" if event.actor in AUTOMATION else event.actor_type


def caller(event):
    """The account guest opened the ticket; whose it is the list of incidents knows."""
    return event.actor if event.kind == "create" else user(event)


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.fixture
def read(real_data):
    def these(*names, **options):
        files = {name: real_data(f"{FOLDER}/{FILES[name]}") for name in names}
        return read_files("servicenow", files, **options)

    return these


AUDIT = Tells(
    kinds=KINDS,
    statuses=AUDITED,
    priorities=PRIORITIES,
    case=number,
    actor=lambda event: None if event.kind == "create" else user(event),
    actor_type=lambda event: None if event.kind == "create" else kind_of_user(event),
)


@pytest.mark.real
@pytest.mark.parametrize("tickets", ["table_all", "xml"])
def test_the_audit_trail_and_the_tickets_tell_the_story(read, events, tickets):
    log = read("sys_audit", tickets, "users", "groups")

    assert differences(log, events, AUDIT) == []


@pytest.mark.real
def test_the_audit_trail_alone_knows_no_creation_and_no_numbers(read, events, real_data):
    listed = json.loads(real_data(f"{FOLDER}/{FILES['table_all']}").read_text(encoding="utf-8"))
    ids = {each["number"]["value"]: each["sys_id"]["value"] for each in listed["result"]}
    tells = Tells(
        kinds=KINDS[1:],
        statuses=AUDITED,
        priorities=PRIORITIES,
        case=lambda case: ids[number(case)],
        actor=user,
        actor_type=kind_of_user,
    )

    log = read("sys_audit", "users", "groups")

    assert differences(log, events, tells) == []
    assert "no-creation" in [note.code for note in log.intake.notes]


@pytest.mark.real
def test_all_files_together_tell_the_story_once(read, events):
    tells = Tells(
        kinds=KINDS,
        statuses=AUDITED,
        priorities=PRIORITIES,
        case=number,
        actor=caller,
        actor_type=kind_of_user,
    )

    log = read(*FILES, tz="Europe/Berlin")

    assert differences(log, events, tells) == []
    codes = Counter(note.code for note in log.intake.notes)
    assert codes["history-told-twice"] == 2  # the snapshots and the metrics


@pytest.mark.real
def test_a_list_of_incidents_tells_creation_the_last_resolution_and_the_end(read, events):
    last = {each.case: each for each in events if each.new == "solved"}
    tells = Tells(
        kinds=("create", "status"),
        statuses=AUDITED,
        case=number,
        actor=lambda event: event.actor if event.kind == "create" else None,
        actor_type=lambda event: event.actor_type if event.kind == "create" else None,
        keep=lambda event: (
            event.kind == "create" or event.new == "closed" or event == last.get(event.case)
        ),
        create_status=False,
        old=False,
    )

    log = read("list", tz="Europe/Berlin")

    assert differences(log, events, tells) == []


@pytest.mark.real
@pytest.mark.parametrize("tickets", ["table_all", "xml"])
def test_tickets_without_resolution_times_tell_creation_and_end(read, events, tickets):
    tells = Tells(
        kinds=("create", "status"),
        statuses=AUDITED,
        case=number,
        actor=lambda event: None,
        actor_type=lambda event: None,
        keep=lambda event: event.kind == "create" or event.new == "closed",
        create_status=False,
        old=False,
    )

    log = read(tickets)

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_metrics_tell_the_states(read, events):
    tells = Tells(
        kinds=("create", "status"),
        statuses=AUDITED,
        case=number,
        actor=lambda event: None,
        actor_type=lambda event: None,
    )

    log = read("metric_instance", "table_all")

    assert differences(log, events, tells) == []


UPDATED_BY = {
    "Mara Lindqvist": 49,
    "Jürgen Groß": 50,
    "Priya Nair": 51,
    "Tomás Ibáñez": 52,
    "Chen Wei": 53,
    **dict.fromkeys(AUTOMATION, 115),
    "Ben O'Neill": 50,
    "Zoë Brandt": 55,
    "Olga Petrova": 49,
    "Aïcha Diallo": 51,
    "Lucía Gómez": 53,
    'Sam "Sparky" Lee': 54,
    "Kenji Mori": 52,
}
RESOLVERS = ("Mara Lindqvist", "Jürgen Groß", "Priya Nair", "Tomás Ibáñez", "Chen Wei")
GROUPS = ("Tier 1", "Tier 2", "Billing", "Returns & Refunds")


@pytest.mark.real
def test_snapshots_tell_the_story_under_assumed_names(read, events):
    tells = Tells(
        kinds=("create", "assign", "group", "status", "priority"),
        statuses={
            **AUDITED,
            "open": "Active",
            "pending": "Awaiting User Info",
            "hold": "Awaiting Vendor",
        },
        priorities=PRIORITIES,
        case=number,
        minutes=True,
        actor=lambda event: f"Updated by {UPDATED_BY[event.actor]}",
        actor_type=lambda event: "agent",
        assignee=lambda name: f"Resolver {RESOLVERS.index(name) + 1}",
        group=lambda name: f"Group {GROUPS.index(name) + 1}",
    )

    log = read("uci")

    assert differences(log, events, tells) == []


@pytest.mark.real
def test_service_levels_start_and_are_met_or_breached(read):
    log = read("task_sla", "table_all")

    columns = (log.events.column(name).to_pylist() for name in ("case", "new", "kind"))
    counts = Counter(new for _, new, kind in zip(*columns, strict=True) if kind == "sla")
    assert counts == {"SLA started": 15, "SLA met": 9, "SLA breached": 2}


@pytest.mark.real
def test_the_public_log_has_its_state_changes(real_data):
    path = real_data("uci_incident_event_log.csv.gz")

    log = read_files("servicenow", {"uci": path}, activity_from="status")

    variants = defaultdict(list)
    columns = (log.events.column(name).to_pylist() for name in ("case", "activity"))
    for case, state in zip(*columns, strict=True):
        variants[case].append(state)
    assert len(variants) == 24_918
    assert len(log) == 88_951
    assert len({tuple(states) for states in variants.values()}) == 189


@pytest.mark.real
def test_reopenings_in_the_public_log_are_those_that_its_counter_counts(real_data):
    log = read_files("servicenow", {"uci": real_data("uci_incident_event_log.csv.gz")})

    columns = (log.events.column(name).to_pylist() for name in ("case", "activity"))
    seen = Counter(case for case, activity in zip(*columns, strict=True) if activity == "Reopened")
    columns = (log.case_table.column(name).to_pylist() for name in ("case", "reopen_count"))
    counted = {case: int(count) for case, count in zip(*columns, strict=True) if count != "0"}
    assert seen == counted
    assert len(counted) == 275


@pytest.mark.real
def test_in_the_public_log_the_flag_of_the_service_level_falls_with_the_end(real_data):
    """The flag is set when a ticket is closed and says nothing of when a level was missed."""
    path = real_data("uci_incident_event_log.csv.gz")
    log = read_files("servicenow", {"uci": path})
    rows = pd.read_csv(path, usecols=["number", "incident_state", "made_sla"])

    made = Counter(log.case_table.column("made_sla").to_pylist())
    missed = rows[~rows["made_sla"]].groupby("number").head(1)
    true_before = missed["number"].isin(rows.loc[rows["made_sla"], "number"])

    assert made == {"true": 15_803, "false": 9_115}
    assert Counter(missed.loc[true_before, "incident_state"]) == {"Closed": 9_113, "Resolved": 1}
    assert len(missed) == 9_115
    assert "sla" not in log.events.column("kind").unique().to_pylist()


@pytest.mark.real
@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("task_warehouse",), 2),
        (("incident_warehouse",), 1),
        (("task_sla_warehouse",), 1),
        (("task_warehouse", "incident_warehouse", "task_sla_warehouse"), 4),
    ],
)
def test_tables_of_a_replication_service_are_read(real_data, names, count):
    files = {
        name: real_data(f"crm-samples/servicenow/real/{name.removesuffix('_warehouse')}_data.csv")
        for name in names
    }

    log = read_files("servicenow", files)

    intake = log.intake
    assert len(log) == count
    assert (
        intake.rows_read + intake.rows_added == len(log) + intake.rows_joined + intake.rows_passed
    )
