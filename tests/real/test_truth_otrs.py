"""What the ticket history of OTRS and Znuny tells of the true story."""

import pytest

from real.truth import ANY, Tells, differences, read_files, story

STATUSES = {
    "new": "new",
    "open": "open",
    "pending": "pending reminder",
    "hold": "pending reminder",
    "solved": "pending auto close+",
    "closed": "closed successful",
}
LOGINS = {
    "Chen Wei": "chen.wei",
    "Jürgen Groß": "juergen.gross",
    "Priya Nair": "priya.nair",
    "Tomás Ibáñez": "tomas.ibanez",
    "Mara Lindqvist": "mara.lindqvist",
}
# User 1 is the system, whoever it acts for; in this sample it is an agent, too, and who assigns.
OWN = {name for name in LOGINS if name != "Mara Lindqvist"}
FOLDER = "crm-samples/otrs_znuny/synthetic"


def actor(event):
    if event.actor in OWN:
        return LOGINS[event.actor]
    return None if event.actor_type == "customer" else "1"


@pytest.mark.real
def test_the_ticket_history_tells_the_story(real_data):
    events = story(real_data("crm-samples/_truth/expected_events.csv"))
    tells = Tells(
        kinds=("create", "status", "assign", "group", "priority", "comment", "merge"),
        statuses=STATUSES,
        assignee=LOGINS.get,
        actor=actor,
        actor_type=lambda e: e.actor_type if e.actor in OWN or e.actor_type != "agent" else ANY,
        text=False,  # articles stand in another table
    )

    log = read_files(
        "otrs",
        {"ticket_history": real_data(f"{FOLDER}/ticket_history.csv")},
        tz="Europe/Berlin",
    )

    assert differences(log, events, tells) == []
