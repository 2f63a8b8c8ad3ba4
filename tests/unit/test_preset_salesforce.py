"""Salesforce's exports, small and by hand: what goes wrong with them elsewhere."""

import pytest

from casemine.errors import InputError
from casemine.read.crm.language.catalogue import find
from casemine.read.crm.reading import read_export
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

HISTORY = "Id,IsDeleted,CaseId,CreatedById,CreatedDate,Field,DataType,OldValue,NewValue\n"
REPORT = "Case Number,Edited By,Field / Event,Old Value,New Value,Edit Date\n"
MAIL = "Id,ParentId,Incoming,MessageDate,FromName,FromAddress,TextBody,Status\n"
CASES = (
    "Id,IsDeleted,CaseNumber,Contact.Name,Status,OwnerId,CreatedDate,CreatedById,MasterRecordId\n"
)
CASE = "500000000000001"
CHEN, MARA, ROBOT = "005000000000001AAA", "005000000000002AAA", "005000000000009AAA"
QUEUE = "00G000000000001AAA"


@pytest.fixture
def read(tmp_path):
    """Read texts as the kinds of files that the preset calls them."""

    def these(files, **options):
        preset, _ = find("salesforce")
        pairs = []
        for name, text in files.items():
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            pairs.append((members_of(path)[0], preset.file(name)))
        log = read_export(pairs, preset, ReadOptions(**options))
        said = log.intake
        assert said.rows_read + said.rows_added == (
            len(log) + said.rows_joined + said.rows_passed + said.rows_quarantined
        )
        return log

    return these


def history(*changes):
    """Rows of changes: (time, actor, field, old, new)."""
    return HISTORY + "".join(
        f"017,false,{CASE}AAA,{actor},2026-03-26T{time}.000Z,{field},Text,{old},{new}\n"
        for time, actor, field, old, new in changes
    )


def rows(log, *names):
    return list(zip(*(log.events.column(name).to_pylist() for name in names), strict=True))


def counts(log):
    return {note.code: note.count for note in log.intake.notes}


def test_rows_of_ids_belong_to_rows_of_names_in_whatever_order(read):
    log = read(
        {
            "case_history": history(
                ("10:00:00", CHEN, "Owner", QUEUE, CHEN),
                ("10:00:00", CHEN, "Owner", "Billing", "Chen Wei"),
                ("11:00:00", CHEN, "Owner", "Chen Wei", "Mara Lindqvist"),
                ("11:00:00", CHEN, "Owner", CHEN, MARA),
                ("12:00:00", MARA, "Owner", "Mara Lindqvist", "Billing"),
                ("12:00:00", MARA, "Owner", MARA, QUEUE),
                ("13:00:00", CHEN, "Owner", QUEUE, CHEN),
                ("13:00:00", CHEN, "Owner", "Billing", "Chen Wei"),
            )
        }
    )

    assert rows(log, "activity", "old", "new", "resource", "group") == [
        ("Assigned", None, "Chen Wei", "Chen Wei", "Billing"),
        ("Assigned", "Chen Wei", "Mara Lindqvist", "Chen Wei", "Billing"),
        ("Unassigned", "Mara Lindqvist", None, "Mara Lindqvist", "Billing"),
        ("Assigned", None, "Chen Wei", "Chen Wei", "Billing"),
    ]
    assert counts(log)["rows-twins"] == 4


def test_a_case_handed_to_another_queue_is_assigned_to_a_group_once(read):
    log = read(
        {
            "case_history": history(
                ("10:00:00", CHEN, "Owner", "Billing", "Chen Wei"),
                ("10:00:00", CHEN, "Owner", QUEUE, CHEN),
                ("11:00:00", CHEN, "Owner", "Chen Wei", "Tier 2"),
                ("11:00:00", CHEN, "Owner", CHEN, "00G000000000002AAA"),
                ("12:00:00", CHEN, "Owner", "Tier 2", "Mara Lindqvist"),
                ("12:00:00", CHEN, "Owner", "00G000000000002AAA", MARA),
                ("13:00:00", MARA, "Owner", "Mara Lindqvist", "Billing"),
                ("13:00:00", MARA, "Owner", MARA, QUEUE),
                ("13:00:00", MARA, "Support_Group__c", "Tier 2", "Billing"),
            )
        }
    )

    assert rows(log, "activity", "old", "new", "group") == [
        ("Assigned", None, "Chen Wei", "Billing"),
        ("Assigned to group", "Billing", "Tier 2", "Tier 2"),
        ("Assigned", None, "Mara Lindqvist", "Tier 2"),
        ("Unassigned", "Mara Lindqvist", None, "Tier 2"),
        ("Assigned to group", "Tier 2", "Billing", "Billing"),
    ]


def test_two_changes_in_one_second_keep_their_own_ids(read):
    log = read(
        {
            "case_history": history(
                ("10:00:00", ROBOT, "Owner", "Billing", "Chen Wei"),
                ("10:00:00", ROBOT, "Owner", QUEUE, CHEN),
                ("10:00:00", ROBOT, "Owner", "Chen Wei", "Mara Lindqvist"),
                ("10:00:00", ROBOT, "Owner", CHEN, MARA),
            )
        }
    )

    assert rows(log, "kind", "old", "new") == [
        ("assign", None, "Chen Wei"),
        ("assign", "Chen Wei", "Mara Lindqvist"),
    ]


def test_ids_without_a_row_of_names_stay_and_are_counted(read):
    log = read({"case_history": history(("10:00:00", CHEN, "Owner", QUEUE, CHEN))})

    assert rows(log, "kind", "old", "new") == [("assign", None, CHEN)]
    assert counts(log)["unresolved-ids"] > 0
    assert "rows-twins" not in counts(log)


def test_ids_of_15_and_18_characters_are_the_same_case_and_user(read):
    log = read(
        {
            "case_history": history(
                ("09:00:00", CHEN[:15], "created", "", ""),
                ("10:00:00", CHEN, "Status", "New", "Closed"),
            ).replace(f"{CASE}AAA,{CHEN[:15]}", f"{CASE},{CHEN[:15]}"),
            "users": f"Id,Name,Username\n{CHEN},Chen Wei,chen@example.com\n",
        }
    )

    assert rows(log, "case", "activity", "new", "resource") == [
        (CASE, "Created", "New", "Chen Wei"),
        (CASE, "Status: Closed", "Closed", "Chen Wei"),
    ]


def test_values_at_the_limit_are_counted_as_cut(read):
    log = read(
        {
            "case_history": history(
                ("10:00:00", CHEN, "Subject", "short", "x" * 255),
                ("11:00:00", CHEN, "Subject", "x" * 255, "short again"),
            )
        }
    )

    assert counts(log)["values-cut"] == 2
    assert rows(log, "activity") == [("Subject changed",), ("Subject changed",)]


def test_reopened_merged_and_escalated_stay_visible(read):
    log = read(
        {
            "case_history": history(
                ("10:00:00", CHEN, "Status", "Closed", "Working"),
                ("11:00:00", CHEN, "IsEscalated", "false", "true"),
                ("12:00:00", CHEN, "ownerEscalated", "", "Mara Lindqvist"),
                ("13:00:00", CHEN, "Status", "Working", "Closed"),
                ("13:00:00", CHEN, "MasterRecord", "", "00000002"),
                ("13:00:00", CHEN, "ClosedDate", "", "2026-03-26"),
            )
        }
    )

    assert rows(log, "activity", "kind") == [
        ("Reopened", "status"),
        ("Escalated", "escalate"),
        ("Escalated", "escalate"),
        ("Merged", "merge"),
        ("Status: Closed", "status"),
    ]
    assert counts(log)["rows-noise"] == 1


def test_a_merge_into_an_id_names_the_number_of_that_case(read):
    other = "500000000000002AAA"
    log = read(
        {
            "case_history": history(("13:00:00", CHEN, "MasterRecordId", "", other)),
            "case": CASES
            + f"{CASE}AAA,false,00001,Zoe,Closed,{CHEN},2026-03-26T08:00:00.000Z,{CHEN},\n"
            + f"{other},false,00002,Zoe,New,{CHEN},2026-03-26T08:00:00.000Z,{CHEN},\n",
        }
    )

    assert ("00001", "merge", "00002") in rows(log, "case", "kind", "new")


def test_merged_and_deleted_cases_of_a_list_have_their_ends(read):
    ends = {
        f"1,00001,Zoe,Closed,{CHEN}": "500000000000002AAA",
        f"0,00002,Zoe,New,{CHEN}": "",
        f"1,00003,Zoe,New,{CHEN}": "",
    }
    text = CASES.replace("\n", ",LastModifiedDate\n") + "".join(
        f"50000000000000{number}AAA,{each},2026-03-26 08:00:00,{CHEN},{into},2026-03-27 08:00:00\n"
        for number, (each, into) in enumerate(ends.items(), 1)
    )

    log = read({"case": text})

    assert rows(log, "case", "kind", "new") == [
        ("00001", "create", None),
        ("00001", "merge", "00002"),
        ("00002", "create", None),
        ("00003", "create", None),
        ("00003", "delete", None),
    ]


def test_mail_is_a_reply_of_the_customer_or_of_an_agent(read):
    log = read(
        {
            "email_message": MAIL
            + f"1,{CASE}AAA,1,2026-03-26 10:00:00,Zoe,zoe@example.com,Help,0\n"
            + f"2,{CASE}AAA,0,2026-03-26 11:00:00,Chen Wei,desk@example.com,Done,3\n"
            + f"3,{CASE}AAA,0,2026-03-26 12:00:00,Chen Wei,desk@example.com,Not sent,5\n"
            + "4,00Q000000000001AAA,1,2026-03-26 12:00:00,Lead,lead@example.com,Buy,0\n"
        }
    )

    assert rows(log, "activity", "new", "resource", "actor_type", "public") == [
        ("Customer reply", "Help", "Zoe", "customer", True),
        ("Public reply", "Done", "Chen Wei", "agent", True),
    ]
    assert counts(log)["rows-noise"] == 2


def test_a_reply_comes_before_the_status_that_it_sets_in_the_same_second(read):
    log = read(
        {
            "case_history": history(("10:00:00", ROBOT, "Status", "Waiting", "Working")),
            "email_message": MAIL
            + f"1,{CASE},1,2026-03-26 10:00:00,Zoe,zoe@example.com,Here it is,0\n",
        }
    )

    assert rows(log, "activity") == [("Customer reply",), ("Status: Working",)]


def test_a_report_says_to_the_minute_what_people_saw(read):
    footer = '\n\n"Case History Report"\n"Copyright (c) 2000-2026 salesforce.com, inc."\n'
    log = read(
        {
            "report": REPORT
            + '00001,Site Guest User,Created.,,,"26.10.2026, 09:51"\n'
            + '00001,Chen Wei,Case Owner,Billing,Chen Wei,"26.10.2026, 11:29"\n'
            + '00001,Chen Wei,Support Group,Billing,Tier 2,"26.10.2026, 11:30"\n'
            + footer
        },
        tz="Europe/Berlin",
    )

    assert rows(log, "activity", "old", "new", "actor_type") == [
        ("Created", None, None, "customer"),
        ("Assigned", None, "Chen Wei", "agent"),
        ("Assigned to group", "Billing", "Tier 2", "agent"),
    ]
    assert counts(log)["footer"] == 2


def test_a_row_cut_off_at_the_end_of_a_report_is_no_footer(read):
    with pytest.raises(InputError, match="has 3 cells where the header has 6"):
        read({"report": REPORT + '00001,Chen Wei,Created.,,,"26.03.2026, 09:51"\n00001,Chen,Sta\n'})


def test_a_report_in_the_hour_that_comes_twice_follows_its_rows(read):
    log = read(
        {
            "report": REPORT
            + '00001,Chen Wei,Created.,,,"25.10.2026, 02:10"\n'
            + '00001,Chen Wei,Status,New,Working,"25.10.2026, 02:50"\n'
            + '00001,Chen Wei,Status,Working,Closed,"25.10.2026, 02:05"\n'
        },
        tz="Europe/Berlin",
    )

    assert rows(log, "activity") == [("Created",), ("Status: Working",), ("Status: Closed",)]
    assert [time.strftime("%H:%M") for (time,) in rows(log, "time")] == ["00:10", "00:50", "01:05"]


def test_reports_have_labels_in_other_languages(read):
    log = read(
        {
            "report_german": "Kundenvorgangsnummer,Bearbeitet von,Feld/Ereignis,Alter Wert,"
            "Neuer Wert,Bearbeitungsdatum\n"
            "00001,Chen Wei,Erstellt.,,,26.03.2026 09:51\n"
            "00001,Chen Wei,Priorität,Mittel,Hoch,26.03.2026 09:55\n"
        },
        tz="Europe/Berlin",
    )

    assert rows(log, "activity") == [("Created",), ("Priority raised",)]


def test_snapshots_of_the_weekly_export_tell_owner_and_status(read):
    head = "Id,CaseId,OwnerId,Status,PreviousUpdate,LastModifiedById,LastModifiedDate\n"
    log = read(
        {
            "case_history2": head
            + f"1,{CASE}AAA,{QUEUE},New,,{CHEN},2026-03-26 08:00:00\n"
            + f"2,{CASE}AAA,{CHEN},New,2026-03-26 08:00:00,{CHEN},2026-03-26 09:00:00\n"
            + f"3,{CASE}AAA,{CHEN},Working,2026-03-26 09:00:00,{CHEN},2026-03-26 10:00:00\n",
            "users": f"Id,Name,Username,UserType\n{CHEN},Chen Wei,chen@example.com,Standard\n",
            "groups": f"Id,Name,Type\n{QUEUE},Billing,Queue\n",
        }
    )

    assert rows(log, "activity", "old", "new", "group") == [
        ("Created", None, "New", "Billing"),
        ("Assigned", None, "Chen Wei", "Billing"),
        ("Status: Working", "New", "Working", "Billing"),
    ]


def test_types_of_users_tell_automation_and_customers(read):
    log = read(
        {
            "case_history": history(
                ("09:00:00", MARA, "created", "", ""),
                ("10:00:00", ROBOT, "Status", "New", "Working"),
            ),
            "users": "Id,Name,Username,UserType\n"
            f"{MARA},Mara,m@example.com,CspLitePortal\n{ROBOT},Flow,f@example.com,AutomatedProcess\n",
        }
    )

    assert rows(log, "actor_type") == [("customer",), ("system",)]


def test_a_violated_milestone_is_breached_at_its_target(read):
    head = "Id,CaseId,MilestoneTypeId,StartDate,TargetDate,CompletionDate,IsCompleted,IsViolated\n"
    log = read(
        {
            "case_milestone": head
            + f"1,{CASE},557,2026-03-26 08:00:00,2026-03-26 09:00:00,2026-03-26 10:00:00,1,1\n"
            + f"2,{CASE},558,2026-03-26 08:00:00,2026-03-26 09:00:00,2026-03-26 08:30:00,1,0\n"
        }
    )

    assert rows(log, "time", "field", "new")[2:] == [
        (rows(log, "time")[2][0], "558", "SLA met"),
        (rows(log, "time")[3][0], "557", "SLA breached"),
    ]
    assert [time.strftime("%H:%M") for (time,) in rows(log, "time")] == [
        "08:00",
        "08:00",
        "08:30",
        "09:00",
    ]
