"""Tables of SuiteCRM and SugarCRM: what the preset makes of their traps."""

import pytest

from casemine.errors import InputError
from preset_files import accounted, note, read_texts, told

AUDIT = (
    "id,parent_id,date_created,created_by,field_name,data_type,before_value_string,"
    "after_value_string,before_value_text,after_value_text\n"
)
CASES = "id,name,date_entered,date_modified,case_number,status,priority,deleted,created_by\n"
USERS = "id,user_name,first_name,last_name,is_admin\n"


def test_creation_comes_from_the_list_of_cases_and_its_status_from_the_first_change(tmp_path):
    audit = "a1,c1,2026-01-05 10:00:00,u1,status,enum,Open_New,Open_Assigned,,\n"
    cases = "c1,Toner,2026-01-05 09:00:00,2026-01-05 10:00:00,17,Open_Assigned,P1,0,u2\n"

    log = read_texts(tmp_path, "suitecrm", {"cases_audit": AUDIT + audit, "cases": CASES + cases})

    assert told(log, "case", "activity", "new", "resource") == [
        ("17", "Created", "Open_New", "u2"),
        ("17", "Status: Open_Assigned", "Open_Assigned", "u1"),
    ]
    assert accounted(log)


def test_users_have_names_where_their_table_is_there(tmp_path):
    audit = "a1,c1,2026-01-05 10:00:00,u1,assigned_user_id,relate,,u2,,\n"
    users = "u1,ada,Ada,Byron,0\nu2,grace,,,0\n"

    log = read_texts(tmp_path, "suitecrm", {"cases_audit": AUDIT + audit, "users": USERS + users})

    assert told(log, "new", "resource", "actor_type") == [("grace", "Ada Byron", "agent")]


def test_long_values_stand_in_the_pair_of_texts(tmp_path):
    audit = 'a1,c1,2026-01-05 10:00:00,u1,description,text,,,"was, long",is longer\n'

    log = read_texts(tmp_path, "suitecrm", {"cases_audit": AUDIT + audit})

    assert told(log, "activity", "old", "new") == [
        ("Description changed", "was, long", "is longer")
    ]


def test_a_state_beside_the_status_is_a_detail_and_a_reopening_is_told(tmp_path):
    audit = (
        "a1,c1,2026-01-05 10:00:00,u1,state,enum,Open,Closed,,\n"
        "a2,c1,2026-01-05 10:00:00,u1,status,enum,Open_New,Closed_Closed,,\n"
        "a3,c1,2026-01-05 11:00:00,u1,status,enum,Closed_Closed,Open_Assigned,,\n"
        "a4,c1,2026-01-05 11:00:00,u1,date_modified,datetime,x,y,,\n"
    )

    log = read_texts(tmp_path, "suitecrm", {"cases_audit": AUDIT + audit})

    assert told(log, "activity", "detail") == [
        ("Status: Closed_Closed", "state=Closed"),
        ("Reopened", None),
    ]
    assert (note(log, "rows-details"), note(log, "rows-noise")) == (1, 1)
    assert note(log, "no-creation") == 1
    assert accounted(log)


def test_a_deleted_case_is_an_event_if_the_audit_tells_when_else_an_attribute(tmp_path):
    audit = "a1,c1,2026-01-05 10:00:00,u1,deleted,bool,0,1,,\n"
    cases = "c2,Toner,2026-01-05 09:00:00,2026-01-06 10:00:00,18,Open_New,P1,1,u2\n"

    log = read_texts(tmp_path, "suitecrm", {"cases_audit": AUDIT + audit, "cases": CASES + cases})

    assert sorted(told(log, "case", "activity")) == [("18", "Created"), ("c1", "Deleted")]
    assert log.case_table.column("deleted").to_pylist() == ["1"]


def test_comments_are_replies_of_contacts_and_notes_of_users(tmp_path):
    updates = (
        "id,name,date_entered,created_by,description,deleted,case_id,contact_id,internal\n"
        "1,a,2026-01-05 10:00:00,1,<p>Help&nbsp;me</p>,0,c1,k1,0\n"
        "2,b,2026-01-05 10:01:00,u1,Look here,0,c1,,0\n"
        "3,c,2026-01-05 10:02:00,u1,Odd one,0,c1,,1\n"
        "4,d,2026-01-05 10:03:00,u1,Gone,1,c1,,1\n"
    )

    log = read_texts(tmp_path, "suitecrm", {"aop_case_updates": updates})

    assert told(log, "activity", "new") == [
        ("Customer reply", "Help\xa0me"),
        ("Public reply", "Look here"),
        ("Internal note", "Odd one"),
    ]
    assert accounted(log)


def test_an_export_without_rows_is_an_error_in_one_line(tmp_path):
    with pytest.raises(InputError) as caught:
        read_texts(tmp_path, "suitecrm", {"cases_audit": AUDIT})

    assert "holds no" in str(caught.value)
