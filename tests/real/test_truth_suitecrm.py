"""What the tables of SuiteCRM tell of the true story."""

import pytest

from real.truth import ANY, Tells, differences, read_files, story

# Keys of the list of statuses: one word serves for pending and on hold, one for solved and closed.
STATUSES = {
    "new": "Open_New",
    "open": "Open_Assigned",
    "pending": "Open_Pending Input",
    "hold": "Open_Pending Input",
    "solved": "Closed_Closed",
    "closed": "Closed_Closed",
}
PRIORITIES = {"urgent": "P1", "high": "P1", "normal": "P2", "low": "P3"}
# Users are ids, and the export of these two tables has no names for them.
USERS = {
    "Chen Wei": "e9851cb8-61f5-9609-faf5-ed67d7391011",
    "Mara Lindqvist": "5fab7a37-2c9a-a51c-14b9-d6aa3ad10893",
    "Jürgen Groß": "4f85b3df-84b1-8387-27d3-7908154e8628",
    "Priya Nair": "37222fcd-9434-82e1-22be-73b2fe963cf6",
    "Tomás Ibáñez": "e16cc646-f263-a113-2e7f-1aedc9dbe3b0",
}
FOLDER = "crm-samples/suitecrm/synthetic"
TELLS = Tells(
    kinds=("create", "status", "assign", "priority"),
    statuses=STATUSES,
    priorities=PRIORITIES,
    assignee=USERS.get,
    # The list of cases has no column of who opened them.
    actor=lambda event: None if event.kind == "create" else USERS.get(event.actor, ANY),
    actor_type=lambda event: event.actor_type if event.actor in USERS else ANY,
    keep=lambda event: event.kind != "priority" or (event.old, event.new) != ("high", "urgent"),
)


@pytest.mark.real
def test_the_audit_and_the_cases_tell_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))

    log = read_files(
        "suitecrm",
        {
            "cases_audit": real_data(f"{FOLDER}/cases_audit.csv"),
            "cases": real_data(f"{FOLDER}/cases.csv"),
        },
    )

    assert differences(log, events, TELLS) == []
    assert len(log.events) == 95
    assert log.case_table.num_rows == 15


@pytest.mark.real
def test_the_cases_alone_tell_when_they_were_opened(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "assign", "priority"),
        keep=lambda event: event.kind == "create",
        create_status=False,  # the status of today is not that of the beginning
        actor=lambda _: None,
        actor_type=lambda _: None,
    )

    log = read_files("suitecrm", {"cases": real_data(f"{FOLDER}/cases.csv")})

    assert differences(log, events, tells) == []
