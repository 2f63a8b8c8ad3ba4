"""Exports of Dynamics 365: what the preset makes of their traps."""

import json

import pytest

from real.truth import read_files

GUID = "00000000-0000-0000-0000-00000000000"
NAME = "_userid_value@OData.Community.Display.V1.FormattedValue"


def audit(number, time, changes=(), operation=2, action=2, user="Ada", **more):
    """One record of the endpoint `audits`."""
    listed = [{"logicalName": n, "oldValue": old, "newValue": new} for n, old, new in changes]
    return {
        "auditid": f"a{number}",
        "createdon": f"2026-01-05T{time}Z",
        "operation": operation,
        "action": action,
        "objecttypecode": "incident",
        "_objectid_value": GUID + "1",
        "_userid_value": GUID + "7",
        NAME: user,
        "changedata": json.dumps({"changedAttributes": listed}) if listed else "",
        **more,
    }


CREATED = audit(1, "09:00:00", [("statecode", None, "0"), ("statuscode", None, "1")], 1, 1)


@pytest.fixture
def read(tmp_path):
    def of(*audits, **options):
        path = tmp_path / "audits.json"
        newest_first = [*audits[::-1], CREATED]
        path.write_text(json.dumps({"value": newest_first}), encoding="utf-8")
        return read_files("dynamics365", {"audits": path}, **options)

    return of


def told(log, *names):
    """Columns of the events as rows."""
    rows = zip(*(log.events.column(name).to_pylist() for name in names), strict=True)
    return [row[0] if len(names) == 1 else row for row in rows]


def notes(log):
    return {note.code: note.count for note in log.intake.notes}


def test_both_columns_of_a_state_are_one_change(read):
    solve = [("statecode", "0", "1"), ("statuscode", "1", "5")]
    again = [("statecode", "1", "0"), ("statuscode", "5", "4")]
    log = read(audit(2, "10:00:00", solve, 2, 16), audit(3, "11:00:00", again, 2, 21))

    assert told(log, "activity", "old", "new", "detail") == [
        ("Created", None, "In Progress", None),
        ("Status: Problem Solved", "In Progress", "Problem Solved", "statecode=Resolved"),
        ("Reopened", "Problem Solved", "Researching", "statecode=Active"),
    ]


def test_owners_are_users_or_teams(read):
    user, team, other = f"systemuser,{GUID}7", f"team,{GUID}8", f"team,{GUID}9"
    log = read(
        audit(2, "10:00:00", [("ownerid", team, user)], 2, 13),
        audit(3, "11:00:00", [("ownerid", user, team)], 2, 13),
        audit(4, "12:00:00", [("ownerid", team, other)], 2, 13),
    )

    assert told(log, "activity", "old", "new", "group")[1:] == [
        ("Assigned", None, "Ada", team),
        ("Unassigned", "Ada", None, team),  # given back to the team that held the case
        ("Assigned to group", team, other, other),
    ]
    assert "unresolved-ids" in notes(log)  # users who acted are known, the teams are not


def test_a_merge_comes_before_the_end_it_brings_and_names_the_other_case(read):
    into = [("merged", "False", "True"), ("masterid", None, f"incident,{GUID}2")]
    log = read(
        audit(2, "10:00:00", into, 2, 12), audit(3, "10:00:00", [("statuscode", "1", "2000")])
    )

    assert told(log, "activity", "new")[1:] == [
        ("Merged", GUID + "2"),
        ("Status: Merged", "Merged"),
    ]


def test_a_deletion_is_one_event_whatever_was_lost(read):
    lost = [("statuscode", "1", None), ("ownerid", f"systemuser,{GUID}7", None)]
    log = read(audit(2, "10:00:00", lost, operation=3, action=3))

    assert told(log, "activity") == ["Created", "Deleted"]


def test_audits_without_columns_are_counted_by_what_they_are(read):
    label = {"action@OData.Community.Display.V1.FormattedValue": "Add To Queue"}
    log = read(audit(2, "10:00:00", action=52, **label), audit(3, "11:00:00", operation=4))

    unknown = next(note for note in log.intake.notes if note.code == "rows-unknown")
    assert told(log, "activity") == ["Created"]
    assert unknown.count == 1
    assert "Add To Queue" in unknown.text
    assert notes(log)["rows-noise"] == 1


def test_other_tables_and_noise_make_no_events(read):
    log = read(
        audit(2, "10:00:00", [("name", "a", "b")], objecttypecode="account"),
        audit(3, "11:00:00", [("description", "a", "b")]),
    )

    assert told(log, "activity") == ["Created"]
    assert notes(log)["rows-noise"] == 2


def test_values_that_were_cut_are_counted(read):
    log = read(audit(2, "10:00:00", [("new_summary", "short", "long and long…")]))

    assert told(log, "activity") == ["Created", "New summary changed"]
    assert notes(log)["values-cut"] == 1


def test_the_system_is_told_from_people(read):
    log = read(
        audit(2, "10:00:00", [("statuscode", "1", "2")], user="SYSTEM"),
        audit(3, "11:00:00", [("statuscode", "2", "1")], user="# Portals-Contoso"),
    )

    assert told(log, "actor_type") == ["agent", "system", "system"]


def test_a_change_history_tells_the_same_without_old_values(tmp_path):
    def detail(record, **new):
        return {
            "AuditRecord": {k: v for k, v in record.items() if k != "changedata"},
            "NewValue": {"@odata.type": "#Microsoft.Dynamics.CRM.incident", **new},
        }

    label = "statuscode@OData.Community.Display.V1.FormattedValue"
    details = [
        detail(audit(2, "10:00:00"), statuscode=5, statecode=1, **{label: "Problem Solved"}),
        detail(CREATED, statuscode=1),
    ]
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"AuditDetailCollection": {"AuditDetails": details}}))

    log = read_files("dynamics365", {"change_history": path})

    assert told(log, "case", "activity", "old", "resource") == [
        (GUID + "1", "Created", None, "Ada"),
        (GUID + "1", "Status: Problem Solved", "In Progress", "Ada"),
    ]


def test_a_view_of_one_case_is_read(tmp_path):
    path = tmp_path / "view.csv"
    path.write_text(
        "\ufeff(Do Not Modify) Case,(Do Not Modify) Modified On,Case Number,Customer,Created On\n"
        f"{GUID}1,1/15/2026 1:30 PM,CAS-1,Ben,1/14/2026 1:05 PM\n",
        encoding="utf-8",
    )

    log = read_files("dynamics365", {"cases_view": path}, tz="Europe/Berlin")

    assert told(log, "case", "activity", "resource", "actor_type") == [
        ("CAS-1", "Created", "Ben", "customer")
    ]
    assert log.events.column("time")[0].as_py().isoformat() == "2026-01-14T12:05:00+00:00"


def test_audits_without_columns_may_still_tell_creation_and_merging(read):
    other = {"_objectid_value": GUID + "2"}
    log = read(
        audit(2, "10:00:00", operation=1, action=1, **other),
        audit(3, "11:00:00", action=12, **other),
        audit(4, "12:00:00", operation=3, action=3, objecttypecode="task"),
    )

    assert sorted(told(log, "case", "activity")) == [
        (GUID + "1", "Created"),
        (GUID + "2", "Created"),
        (GUID + "2", "Merged"),
    ]


def test_a_change_history_tells_teams_merges_and_deletion(tmp_path):
    kind = "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"
    label = "_ownerid_value@OData.Community.Display.V1.FormattedValue"

    def team(name, number):
        return {"_ownerid_value": GUID + number, kind: "team", label: name}

    rows = [
        (audit(5, "14:00:00", operation=3), {}),
        (audit(4, "13:00:00"), {"_masterid_value": GUID + "2"}),
        (audit(3, "12:00:00"), team("Returns", "6")),
        (CREATED, {"statuscode": 1, **team("Billing", "5")}),
    ]
    details = [
        {"AuditRecord": {k: v for k, v in record.items() if k != "changedata"}, "NewValue": new}
        for record, new in rows
    ]
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"AuditDetailCollection": {"AuditDetails": details}}))

    log = read_files("dynamics365", {"change_history": path})

    assert told(log, "activity", "old", "new") == [
        ("Created", None, "In Progress"),
        ("Assigned to group", "Billing", "Returns"),
        ("Merged", None, GUID + "2"),
        ("Deleted", None, None),
    ]


def test_lists_name_cases_customers_and_people(tmp_path, read):
    case = {
        "incidentid": GUID + "1",
        "ticketnumber": "CAS-7",
        "statuscode": 1,
        "createdon": "2026-01-05T09:00:00Z",
        "_customerid_value": GUID + "4",
        "_customerid_value@OData.Community.Display.V1.FormattedValue": "Ben",
    }
    users = [{"systemuserid": GUID + "9", "fullname": "Grace"}]
    owner = audit(2, "10:00:00", [("ownerid", None, f"systemuser,{GUID}9")], 2, 13)
    paths = {}
    for name, rows in {
        "audits": [owner, CREATED],
        "incidents": [case],
        "systemusers": users,
    }.items():
        paths[name] = tmp_path / f"{name}.json"
        paths[name].write_text(json.dumps({"value": rows}), encoding="utf-8")

    log = read_files("dynamics365", paths)

    assert told(log, "case", "activity", "new") == [
        ("CAS-7", "Created", "In Progress"),
        ("CAS-7", "Assigned", "Grace"),
    ]
    assert log.case_table.column("customer").to_pylist() == ["Ben"]
