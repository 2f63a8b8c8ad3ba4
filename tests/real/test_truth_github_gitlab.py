"""What the issues of GitHub and GitLab tell of the true story."""

from dataclasses import replace

import pytest

from casemine.read import read_log
from real.truth import ANY, Tells, differences, story

STATUSES = {
    "new": "open",
    "open": "open",
    "pending": "waiting",
    "hold": "on-hold",
    "solved": "closed",
    "closed": "closed",
}
NAMES = {  # the samples' logins
    "Chen Wei": "a5-example",
    "Mara Lindqvist": "a1-example",
    "Jürgen Groß": "a2-example",
    "Priya Nair": "a3-example",
    "Tomás Ibáñez": "a4-example",
}
CUSTOMERS = {
    "Zoë Brandt": "c7-example",
    "Ben O'Neill": "c2-example",
}


@pytest.fixture
def events(real_data):
    return story(real_data("crm-samples/_truth/expected_events.csv"))


@pytest.mark.real
def test_timelines_of_github_tell_all_but_groups_and_priorities(real_data, events):
    log = read_log(real_data("crm-samples/github/synthetic"))

    told = {"1001", "1002", "1003", "1004"}  # issues whose timelines are there
    tells = Tells(
        kinds=("create", "status", "assign", "comment"),
        statuses=STATUSES,
        actor=lambda e: {**NAMES, **CUSTOMERS}.get(e.actor, "sys-example"),
        actor_type=lambda e: ANY if e.actor_type == "system" else e.actor_type,  # a plain user
        assignee=lambda name: NAMES[name],
        keep=lambda e: e.case in told and e.public is not False,  # there are no internal notes
    )
    found = [line for line in differences(log, events, tells) if "too many" not in line]
    assert found == []
    assert len(set(log.events.column("case").to_pylist())) == 15


@pytest.mark.real
def test_resource_events_of_gitlab_tell_states_to_the_millisecond(real_data, events):
    log = read_log(real_data("crm-samples/gitlab/synthetic"))

    kinds = log.events.column("kind").to_pylist()
    times = log.events.column("time")
    millis = {time.microsecond for time in times.to_pylist()}
    assert millis == {77_000, 946_000}  # of events, and of creation
    tells = Tells(kinds=("create", "status"), statuses=STATUSES)
    cut = log.with_events(
        log.events.set_column(
            log.events.column_names.index("time"),
            "time",
            _to_the_second(times),
        )
    )
    bots = {"Automation": "System"}
    tells = replace(tells, actor=lambda e: bots.get(e.actor, e.actor))
    assert differences(cut, events, tells) == []
    assert kinds.count("create") == 15


def _to_the_second(times):
    import pyarrow.compute as pc

    return pc.floor_temporal(times, unit="second")


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("github/real/repo_issue_events_real.json", 9),
        ("github/real/issues_real.json", 21),
        ("gitlab/real/issues_real.json", 8),
    ],
)
def test_real_answers_are_accounted_for(real_data, name, cases):
    log = read_log(real_data(f"crm-samples/{name}"))

    account = log.intake
    assert len(set(log.events.column("case").to_pylist())) == cases
    assert (
        account.rows_read + account.rows_added
        == len(log) + account.rows_joined + account.rows_passed + account.rows_quarantined
    )
