"""Change operations of iTop: what the preset makes of their traps."""

from preset_files import accounted, note, read_texts, told

HEAD = "id,date,userinfo,objclass,objkey,finalclass,attcode,oldvalue,newvalue\n"
SET = "CMDBChangeOpSetAttributeScalar"


def read(tmp_path, rows, **more):
    return read_texts(tmp_path, "itop", {"change_operations": HEAD + rows, **more})


def test_zero_is_nobody_and_ids_become_names_of_contacts(tmp_path):
    contacts = "id,name,first_name,org_id,finalclass\n5,Byron,Ada,1,Person\n9,Helpdesk,,1,Team\n"

    log = read(
        tmp_path,
        "1,2026-01-05 10:00:00,Cy,UserRequest,7,CMDBChangeOpCreate,,,\n"
        f"2,2026-01-05 10:01:00,Ben,UserRequest,7,{SET},agent_id,0,5\n"
        f"3,2026-01-05 10:02:00,Ben,UserRequest,7,{SET},team_id,0,9\n"
        f"4,2026-01-05 10:03:00,Ben,UserRequest,7,{SET},agent_id,5,0\n",
        contact=contacts,
    )

    assert told(log, "activity", "old", "new", "actor_type") == [
        ("Created", None, None, "customer"),
        ("Assigned", None, "Ada Byron", "agent"),
        ("Assigned to group", None, "Helpdesk", "agent"),
        ("Unassigned", "Ada Byron", None, "agent"),
    ]


def test_case_logs_deletions_and_clocks_are_told_and_the_rest_counted(tmp_path):
    log = read(
        tmp_path,
        "1,2026-01-05 10:00:00,Ben,UserRequest,7,CMDBChangeOpSetAttributeCaseLog,public_log,,1\n"
        "2,2026-01-05 10:01:00,Ben,UserRequest,7,CMDBChangeOpSetAttributeCaseLog,private_log,,1\n"
        f"3,2026-01-05 10:02:00,CRON,UserRequest,7,{SET},sla_tto_passed,0,1\n"
        f"4,2026-01-05 10:03:00,Ben,UserRequest,7,{SET},last_update,a,b\n"
        f"5,2026-01-05 10:04:00,Ben,Server,7,{SET},status,stock,production\n"
        f"6,2026-01-05 10:05:00,Ben,UserRequest,7,{SET},impact,1,3\n"
        "7,2026-01-05 10:06:00,Ben,UserRequest,7,CMDBChangeOpDelete,,,\n",
    )

    assert told(log, "activity", "actor_type") == [
        ("Public reply", "agent"),
        ("Internal note", "agent"),
        ("SLA breached", "system"),
        ("Impact changed", "agent"),
        ("Deleted", "agent"),
    ]
    assert note(log, "rows-noise") == 2
    assert accounted(log)


def test_the_tables_themselves_tell_what_the_flat_table_tells(tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    one = read(
        flat,
        "1,2026-01-05 10:00:00,Cy,UserRequest,7,CMDBChangeOpCreate,,,\n"
        f"2,2026-01-05 10:01:00,Ben,UserRequest,7,{SET},status,new,assigned\n"
        f"3,2026-01-05 10:01:00,Ben,UserRequest,7,{SET},agent_id,0,5\n"
        f"4,2026-01-05 11:00:00,Ben,UserRequest,7,{SET},status,resolved,assigned\n",
    )

    several = read_texts(
        tmp_path,
        "itop",
        {
            "priv_changeop": "id,changeid,objclass,objkey,optype\n"
            "1,10,UserRequest,7,CMDBChangeOpCreate\n"
            f"2,11,UserRequest,7,{SET}\n3,11,UserRequest,7,{SET}\n4,12,UserRequest,7,{SET}\n",
            "priv_change": "id,date,userinfo\n10,2026-01-05 10:00:00,Cy\n"
            "11,2026-01-05 10:01:00,Ben\n12,2026-01-05 11:00:00,Ben\n",
            "priv_changeop_setatt": "id,attcode\n2,status\n3,agent_id\n4,status\n",
            "priv_changeop_setatt_scalar": "id,oldvalue,newvalue\n2,new,assigned\n3,0,5\n"
            "4,resolved,assigned\n",
        },
    )

    columns = ("case", "time", "activity", "old", "new", "resource", "actor_type")
    assert told(several, *columns) == told(one, *columns)
    assert told(one, "activity")[-1] == "Reopened"


def test_who_opens_a_ticket_is_a_customer_unless_tickets_are_assigned_to_them(tmp_path):
    contacts = "id,name,first_name,org_id,finalclass\n5,Byron,Ada,1,Person\n"

    log = read(
        tmp_path,
        "1,2026-01-05 10:00:00,Ada Byron,UserRequest,7,CMDBChangeOpCreate,,,\n"
        "2,2026-01-05 10:00:00,Cy Lund,UserRequest,8,CMDBChangeOpCreate,,,\n"
        f"3,2026-01-05 10:01:00,Cy Lund,UserRequest,8,{SET},agent_id,0,5\n"
        f"4,2026-01-05 10:02:00,Cy Lund,UserRequest,7,{SET},status,new,assigned\n",
        contact=contacts,
    )

    assert told(log, "case", "resource", "actor_type") == [
        ("7", "Ada Byron", "agent"),
        ("7", "Cy Lund", "agent"),
        ("8", "Cy Lund", "customer"),
        ("8", "Cy Lund", "customer"),
    ]
