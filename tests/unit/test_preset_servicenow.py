"""ServiceNow's exports, small and by hand: what goes wrong with them elsewhere."""

import json
from collections import Counter

import pytest

from casemine.errors import InputError
from casemine.read.crm.language.catalogue import find
from casemine.read.crm.reading import read_export
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

AUDIT = "tablename,documentkey,fieldname,oldvalue,newvalue,user,sys_created_on,record_checkpoint\n"
UCI = "number,incident_state,sys_mod_count,sys_updated_by,sys_updated_at,assigned_to,reopen_count\n"
TICKET = {
    "sys_id": "a" * 32,
    "number": "INC1",
    "state": "2",
    "sys_created_on": "2026-03-26 08:51:00",
}


@pytest.fixture
def read(tmp_path):
    """Read texts as the kinds of files that the preset calls them."""

    def these(files, **options):
        preset, _ = find("servicenow")
        pairs = []
        for name, text in files.items():
            path = tmp_path / f"{name}.txt"
            path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
            pairs.append((members_of(path)[0], preset.file(name)))
        log = read_export(pairs, preset, ReadOptions(**options))
        said = log.intake
        assert said.rows_read + said.rows_added == (
            len(log) + said.rows_joined + said.rows_passed + said.rows_quarantined
        )
        return log

    return these


def rows(log, *names):
    return list(zip(*(log.events.column(name).to_pylist() for name in names), strict=True))


def counts(log):
    return {note.code: note.count for note in log.intake.notes}


def test_state_and_incident_state_are_one_change(read):
    log = read(
        {
            "sys_audit": AUDIT
            + "incident,x,state,1,2,chen.wei,2026-03-26 10:52:51,2\n"
            + "incident,x,incident_state,1,2,chen.wei,2026-03-26 10:52:51,2\n"
            + "incident,x,sys_mod_count,1,2,chen.wei,2026-03-26 10:52:51,2\n"
        }
    )

    assert rows(log, "activity", "old", "new") == [("Status: In Progress", "New", "In Progress")]
    assert counts(log)["rows-repeats"] == 1
    assert counts(log)["rows-noise"] == 1


def test_a_journal_entry_is_a_comment_whichever_value_has_its_text(read):
    log = read(
        {
            "sys_audit": AUDIT
            + "incident,x,comments,JOURNAL FIELD ADDITION,Hello,chen.wei,2026-03-26 10:00:00,1\n"
            + "incident,x,comments,Hi,JOURNAL FIELD ADDITION,guest,2026-03-26 11:00:00,2\n"
            + "incident,x,work_notes,JOURNAL FIELD ADDITION,Look,chen.wei,2026-03-26 12:00:00,3\n"
        }
    )

    assert rows(log, "activity", "old", "new", "public") == [
        ("Public reply", None, "Hello", True),
        ("Customer reply", None, "Hi", True),
        ("Internal note", None, "Look", False),
    ]


def test_audited_insertion_is_the_creation_with_its_values(read):
    log = read(
        {
            "sys_audit": AUDIT
            + "incident,x,state,,1,zoe,2026-03-26 08:00:00,0\n"
            + "incident,x,assignment_group,,Billing,zoe,2026-03-26 08:00:00,0\n"
            + "incident,x,state,1,6,chen,2026-03-26 09:00:00,1\n"
        }
    )

    assert rows(log, "activity", "old", "new", "group") == [
        ("Created", None, "New", "Billing"),
        ("Status: Resolved", "New", "Resolved", "Billing"),
    ]


def test_a_change_out_of_resolved_is_a_reopening_and_a_deletion_stays(read):
    log = read(
        {
            "sys_audit": AUDIT
            + "incident,x,state,6,2,chen,2026-03-26 08:00:00,5\n"
            + "incident,x,DELETED,DELETED,DELETED,admin,2026-03-27 08:00:00,6\n"
        }
    )

    assert rows(log, "activity", "kind") == [("Reopened", "status"), ("Deleted", "delete")]


def test_codes_of_states_are_those_of_their_table(read):
    log = read(
        {
            "sys_audit": AUDIT
            + "sc_task,t,state,1,3,chen,2026-03-26 08:00:00,2\n"
            + "u_order,o,state,1,3,chen,2026-03-26 08:00:00,2\n"
            + "cmdb_ci,c,install_status,1,3,chen,2026-03-26 08:00:00,2\n"
        }
    )

    assert sorted(rows(log, "case", "new")) == [("o", "u_order 3"), ("t", "Closed Complete")]
    assert counts(log)["rows-noise"] == 1


def test_details_of_an_action_stand_beside_its_status(read):
    log = read(
        {
            "sys_audit": AUDIT
            + "incident,x,hold_reason,,1,chen,2026-03-26 08:00:00,2\n"
            + "incident,x,state,2,3,chen,2026-03-26 08:00:00,2\n"
        }
    )

    assert rows(log, "new", "detail") == [("On Hold", "hold_reason=Awaiting Caller")]


def test_ids_that_nothing_names_stay_and_are_counted(read):
    log = read(
        {"sys_audit": AUDIT + f"incident,x,assigned_to,,{'b' * 32},chen,2026-03-26 08:00:00,2\n"}
    )

    assert rows(log, "new") == [("b" * 32,)]
    assert counts(log)["unresolved-ids"] == 1


def test_configuration_in_the_audit_alone_holds_no_event(read):
    with pytest.raises(InputError, match="holds no event"):
        read({"sys_audit": AUDIT + "sys_user,u,name,a,b,chen,2026-03-26 08:00:00,2\n"})


def test_words_of_the_instance_count_more_than_those_out_of_the_box(read):
    ticket = {
        "sys_id": {"value": "x", "display_value": "x"},
        "number": {"value": "INC1", "display_value": "INC1"},
        "state": {"value": "2", "display_value": "Work in Progress"},
        "sys_created_on": {"value": "2026-03-26 07:00:00", "display_value": "26.03.2026 08:00"},
    }
    audit = AUDIT + "incident,x,state,1,2,chen,2026-03-26 08:00:00,2\n"

    log = read({"sys_audit": audit, "table_all": {"result": [ticket]}})

    assert rows(log, "case", "activity") == [
        ("INC1", "Created"),
        ("INC1", "Status: Work in Progress"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("table", {"result": [{**TICKET, "closed_at": "2026-03-27 09:00:00"}]}),
        ("table", {"records": [{**TICKET, "closed_at": "2026-03-27 09:00:00", "dv_state": "x"}]}),
        (
            "table_displayed",
            {
                "result": [
                    {
                        **TICKET,
                        "sys_created_on": "26-03-2026 09:51:00",
                        "closed_at": "27-03-2026 10:00:00",
                        "assigned_to": {"display_value": "Chen Wei", "link": "https://x"},
                    }
                ]
            },
        ),
        (
            "xml",
            (
                '<unload><incident action="INSERT_OR_UPDATE"><sys_id>x</sys_id>'
                "<number>INC1</number>"
                "<state>7</state><sys_created_on>2026-03-26 08:51:00</sys_created_on>"
                "<closed_at>2026-03-27 09:00:00</closed_at></incident></unload>"
            ),
        ),
        (
            "list",
            (
                "Number,Opened,State,Short description,Closed\n"
                "INC1,26-03-2026 09:51:00,Closed,Printer,27-03-2026 10:00:00\n"
            ),
        ),
        (
            "list_german",
            (
                "Nummer,Geöffnet,Status,Kurzbeschreibung,Geschlossen\n"
                "INC1,26.03.2026 09:51:00,Geschlossen,Drucker,27.03.2026 10:00:00\n"
            ),
        ),
        (
            "list_names",
            (
                "number,opened_at,state,short_description,closed_at\n"
                "INC1,2026-03-26 09:51:00,Closed,Printer,2026-03-27 10:00:00\n"
            ),
        ),
    ],
)
def test_a_ticket_in_every_container_was_created_and_closed(read, name, text):
    log = read({name: text}, tz="Europe/Berlin")

    told = [
        (case, time.strftime("%d %H:%M"), kind)
        for case, time, kind in rows(log, "case", "time", "kind")
    ]
    assert told == [("INC1", "26 08:51", "create"), ("INC1", "27 09:00", "status")]


def test_the_audit_trail_comes_as_json_too(read):
    record = {
        "tablename": "incident",
        "documentkey": "x",
        "fieldname": "priority",
        "oldvalue": "3",
        "newvalue": "1",
        "user": "chen",
        "sys_created_on": "2026-03-26 08:00:00",
    }

    log = read({"sys_audit_nested": {"result": [record]}})

    assert rows(log, "activity", "old", "new") == [
        ("Priority raised", "3 - Moderate", "1 - Critical")
    ]


def test_metrics_of_other_things_than_fields_are_counted_and_left_out(read):
    head = "definition,id,start,end,calculation_complete,value\n"
    log = read(
        {
            "metric_instance": head
            + "Incident State Duration,x,2026-03-26 08:00:00,2026-03-26 09:00:00,true,New\n"
            + "Incident State Duration,x,2026-03-26 09:00:00,,false,In Progress\n"
            + "Create to Resolve Duration,x,2026-03-26 08:00:00,,false,\n"
        }
    )

    assert rows(log, "activity") == [("Created",), ("Status: In Progress",)]
    assert counts(log)["rows-noise"] == 1


def test_a_level_is_breached_at_its_planned_end_and_not_met_afterwards(read):
    head = "task,sla,stage,has_breached,start_time,end_time,planned_end_time\n"
    log = read(
        {
            "task_sla": head
            + "x,P1,Completed,true,2026-03-26 08:00:00,2026-03-26 12:00:00,2026-03-26 10:00:00\n"
            + "x,P2,Completed,false,2026-03-26 08:00:00,2026-03-26 09:00:00,2026-03-26 10:00:00\n"
            + "x,P3,Cancelled,false,2026-03-26 08:00:00,2026-03-26 09:30:00,2026-03-26 10:00:00\n"
        }
    )

    told = Counter((field, new) for field, new in rows(log, "field", "new"))
    assert told == Counter(
        {
            ("P1", "SLA started"): 1,
            ("P2", "SLA started"): 1,
            ("P3", "SLA started"): 1,
            ("P1", "SLA breached"): 1,
            ("P2", "SLA met"): 1,
        }
    )


@pytest.mark.parametrize("date", ["{}/2/2016 0{}:16", "{}-02-2016 0{}:16"])
def test_snapshots_are_read_as_published_and_as_a_spreadsheet_saves_them(read, date):
    log = read(
        {
            "uci": UCI
            + f"INC1,New,0,Updated by 2,{date.format(28, 1)},?,0\n"
            + f"INC1,Resolved,1,Updated by 3,{date.format(28, 2)},Resolver 1,0\n"
            + f"INC1,Active,2,Updated by 4,{date.format(29, 3)},Resolver 1,1\n"
        }
    )

    assert rows(log, "activity", "resource") == [
        ("Created", "Updated by 2"),
        ("Status: Resolved", "Updated by 3"),
        ("Assigned", "Updated by 3"),
        ("Reopened", "Updated by 4"),
    ]
    assert log.case_table.column("reopen_count").to_pylist() == ["1"]


def test_one_row_is_a_log(read):
    log = read({"uci": UCI + "INC1,New,0,Updated by 2,28/2/2016 01:16,?,0\n"})

    assert rows(log, "activity", "new") == [("Created", "New")]


def test_a_list_in_autumn_needs_no_order_to_be_read(read):
    text = (
        "Number,Opened,State,Short description\n"
        "INC1,25-10-2026 02:30:00,New,Night\n"
        "INC2,25-10-2026 03:30:00,New,Morning\n"
    )

    log = read({"list": text}, tz="Europe/Berlin")

    assert [time.hour for (time,) in rows(log, "time")] == [0, 2]
    assert counts(log)["time-twice"] == 1


def _updates(cases):
    """Three updates of each case, an hour apart."""
    return "".join(
        f"INC{case},{state},{number},Updated by 2,{case % 27 + 1}/2/2016 0{hour}:16,?,0\n"
        for case in range(1, cases + 1)
        for number, (hour, state) in enumerate([(1, "New"), (2, "Active"), (3, "Closed")])
    )


LATE = (
    "INC0,New,1,Updated by 2,28/2/2016 05:10,?,0\n"  # stamped after the update below
    "INC0,New,1,Updated by 3,28/2/2016 03:52,?,0\n"
    "INC0,Resolved,2,Updated by 3,28/2/2016 05:03,?,0\n"
    "INC0,Closed,3,Updated by 4,29/2/2016 05:03,?,0\n"
)


def test_an_update_stamped_late_in_a_file_that_is_in_order_is_no_change_to_and_fro(read):
    log = read({"uci": UCI + _updates(400) + LATE})

    told = [each[1:] for each in rows(log, "case", "activity", "resource") if each[0] == "INC0"]
    assert told == [
        ("Created", "Updated by 3"),
        ("Status: Resolved", "Updated by 3"),
        ("Status: Closed", "Updated by 4"),
    ]


def test_updates_in_no_order_go_by_their_times(read):
    log = read({"uci": UCI + LATE})

    assert [each[0] for each in rows(log, "new")] == ["New", "Resolved", "New", "Closed"]


def test_updates_of_one_minute_go_by_their_numbers(read):
    log = read(
        {
            "uci": UCI
            + "INC1,Closed,3,Updated by 2,28/2/2016 05:10,?,0\n"
            + "INC1,New,1,Updated by 2,28/2/2016 05:10,?,0\n"
            + "INC1,Active,2,Updated by 2,28/2/2016 05:10,?,0\n"
        }
    )

    assert [each[0] for each in rows(log, "new")] == ["New", "Active", "Closed"]
