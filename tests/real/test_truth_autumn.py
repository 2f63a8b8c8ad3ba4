"""What exports tell of other tickets in the same forms, at the end of summer time.

On 2026-10-25 at 01:00 UTC clocks in Berlin went back, and the hour from 02:00 came again. One
ticket has its story on both sides; of two others an event fell into the second pass, and nothing
in a file of local times that is ordered by ticket tells so.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from casemine.read import read_log
from real import test_truth_freshdesk as freshdesk
from real import test_truth_glpi as glpi
from real import test_truth_hubspot as hubspot
from real import test_truth_intercom_helpscout as talks
from real import test_truth_itop as itop
from real import test_truth_jira as jira
from real import test_truth_odoo as odoo
from real import test_truth_osticket as osticket
from real import test_truth_otrs as otrs
from real import test_truth_rt as rt
from real import test_truth_salesforce as salesforce
from real import test_truth_servicenow as servicenow
from real import test_truth_suitecrm as suitecrm
from real import test_truth_zammad as zammad
from real import test_truth_zendesk as zendesk
from real.autumn import moved, put_back, tell_again
from real.truth import ANY, Tells, differences, read_files, story

SAMPLES = "crm-samples"
OPEN = {("1007", "solved"), ("1010", "new")}  # in the second pass, and nothing tells so


@dataclass(frozen=True)
class Export:
    """Files of a system, and what they tell."""

    system: str
    files: dict[str, str]
    tells: Tells
    open: int = 0  # times of which nothing tells the pass
    settled: int = 0  # times that the order of rows makes the second pass


def someone(name):
    return name and ANY


EXPORTS = {
    "servicenow": Export(
        "servicenow",
        {name: servicenow.FILES[name] for name in ("sys_audit", "table_all", "users", "groups")},
        servicenow.AUDIT,
    ),
    "servicenow-metrics": Export(
        "servicenow",
        {name: servicenow.FILES[name] for name in ("metric_instance", "xml")},
        Tells(
            kinds=("create", "status"),
            statuses=servicenow.AUDITED,
            case=servicenow.number,
            actor=lambda event: None,
            actor_type=lambda event: None,
        ),
    ),
    "jira": Export("jira", {"search": "search_expand_changelog.json"}, jira.SEARCH),
    "jira-xml": Export("jira", {"xml": "SearchRequest.xml"}, jira.LISTED),
    "jira-csv": Export(
        "jira", {"csv": "Jira_export_all_fields.csv"}, replace(jira.LISTED, minutes=True), open=4
    ),
    "zendesk": Export(
        "zendesk",
        {"ticket_audits": "ticket_audits.json", "users_groups": "users_groups_lookup.json"},
        zendesk.AUDITS,
    ),
    "zendesk-csv": Export(
        "zendesk",
        {"tickets_csv": "tickets_export_legacy.csv"},
        Tells(kinds=("create",), minutes=True, create_status=False),
        open=3,
    ),
    "salesforce": Export(
        "salesforce",
        {
            "case_history": "CaseHistory.csv",
            "case": "Case.csv",
            "users": "weekly_export/User.csv",
            "groups": "weekly_export/Group.csv",
        },
        salesforce.HISTORY,
    ),
    # All rows stand in the order of time, so that other tickets tell the pass.
    "salesforce-report": Export(
        "salesforce",
        {"report": "report_case_history_de.csv"},
        replace(salesforce.HISTORY, minutes=True),
        settled=4,
    ),
    "freshdesk": Export(
        "freshdesk",
        {"ticket_activities": "ticket_activities.json"},
        replace(freshdesk.ACTIVITIES, actor=someone, assignee=someone),
    ),
    "freshservice": Export(
        "freshservice",
        {"tickets_csv": "tickets_export.csv"},
        Tells(
            kinds=("create",),
            case=lambda number: f"INC-{number}",
            minutes=True,
            create_status=False,
        ),
        open=4,
    ),
    "hubspot-view": Export(
        "hubspot",
        {"tickets_view": "tickets_view_export.csv"},
        replace(
            hubspot.TELLS,
            kinds=("create",),
            minutes=True,
            create_status=False,
            actor=lambda event: None,
            actor_type=lambda event: None,
        ),
        open=1,
    ),
    "intercom": Export("intercom", {"conversations": "conversations.ndjson"}, talks.INTERCOM),
    "helpscout": Export(
        "helpscout",
        {"conversations": "conversations_embed_threads.json"},
        replace(
            talks.HELPSCOUT,
            actor=lambda event: (
                talks.HELPSCOUT.actor(event) if event.actor_type == "system" else event.actor
            ),
        ),
    ),
    "glpi": Export(
        "glpi",
        {"glpi_logs": "glpi_logs.csv"},
        Tells(
            kinds=("create", "status", "assign", "comment"),
            statuses=glpi.STATUSES,
            text=False,
            public=False,
        ),
        open=2,
        settled=2,
    ),
    "itop": Export(
        "itop",
        {"change_operations": "change_operations.csv"},
        Tells(
            kinds=("create", "status", "assign", "group"),
            statuses=itop.STATUSES,
            assignee=itop.PERSONS.get,
            group=itop.TEAMS.get,
        ),
        open=2,
        settled=2,
    ),
    "osticket": Export(
        "osticket",
        {"ost_thread_event": "ost_thread_event.csv"},
        Tells(
            kinds=("create", "status", "assign", "priority"),
            statuses=osticket.STATUSES,
            actor=osticket.actor,
        ),
        open=2,
        settled=2,
    ),
    "otrs": Export(
        "otrs",
        {"ticket_history": "ticket_history.csv"},
        Tells(
            kinds=("create", "status", "assign", "group", "priority", "comment", "merge"),
            statuses=otrs.STATUSES,
            assignee=otrs.LOGINS.get,
            actor=otrs.actor,
            actor_type=lambda event: ANY,
            text=False,
        ),
        open=2,
        settled=2,
    ),
    "odoo": Export(
        "odoo",
        {"mail_message": "mail_message.csv", "mail_tracking_value": "mail_tracking_value.csv"},
        Tells(
            kinds=("create", "status", "assign", "group", "priority", "comment"),
            statuses=odoo.STATUSES,
            actor=odoo.actor,
        ),
    ),
    "request_tracker": Export(
        "rt",
        {"transactions": "transactions.json"},
        replace(rt.TELLS, actor=someone, assignee=someone, group=someone),
    ),
    "suitecrm": Export(
        "suitecrm", {"cases_audit": "cases_audit.csv", "cases": "cases.csv"}, suitecrm.TELLS
    ),
    "zammad": Export(
        "zammad",
        {"ticket_history": "ticket_history.json"},
        replace(zammad.TELLS, actor=someone, actor_type=someone),
    ),
}


@pytest.fixture
def events(real_data):
    return moved(story(real_data(f"{SAMPLES}/_truth/expected_events.csv")))


@pytest.fixture
def autumn(real_data, tmp_path):
    """Tell a sample anew; read it with detection, or as the kinds that a preset calls its files."""

    def read(folder, system, files, **options):
        paths = {
            kind: tell_again(real_data(f"{SAMPLES}/{folder}/synthetic/{name}"), tmp_path)
            for kind, name in files.items()
        }
        log = read_files(system, paths, **options) if system else read_log(tmp_path, **options)
        return put_back(log)

    return read


def first_pass(events):
    """The story where nothing tells the pass: an hour early."""
    return [
        replace(event, time=event.time - timedelta(hours=1))
        if (event.case, event.new) in OPEN
        else event
        for event in events
    ]


def counted(log, code):
    return sum(note.count for note in log.intake.notes if note.code == code)


@pytest.mark.real
@pytest.mark.parametrize("name", EXPORTS)
def test_other_tickets_are_told_as_truly_and_what_is_open_is_counted(autumn, events, name):
    export = EXPORTS[name]

    log = autumn(name.split("-")[0] if name != "otrs" else "otrs_znuny", export.system,
                 export.files, tz="Europe/Berlin")  # fmt: skip

    told = first_pass(events) if export.open else events
    assert differences(log, told, export.tells) == []
    assert counted(log, "time-twice") == export.open
    assert counted(log, "time-twice-settled") == export.settled


@pytest.mark.real
@pytest.mark.parametrize("form", ["disco_export.csv", "support.xes"])
def test_logs_of_tools_keep_the_order_of_the_story(autumn, events, form):
    log = autumn("process_mining", None, {"log": form}, tz="Europe/Berlin")

    local = form.startswith("disco")
    told = [(f"T{event.case}", event.time) for event in (first_pass(events) if local else events)]
    read = zip(*(log.events.column(name).to_pylist() for name in ("case", "time")), strict=True)
    assert list(read) == told
    assert (counted(log, "time-twice-settled"), counted(log, "time-twice")) == (
        (2, 2) if local else (0, 0)
    )


@pytest.mark.real
def test_files_of_jira_beside_each_other_tell_everything_once(autumn, events):
    names = ("search_expand_changelog.json", "changelog_bulkfetch.json", "SearchRequest.xml",
             "Jira_export_all_fields.csv")  # fmt: skip
    log = autumn("jira", None, dict(zip(names, names, strict=True)), tz="Europe/Berlin")

    assert differences(log, events, jira.SEARCH) == []
