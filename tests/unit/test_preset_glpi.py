"""History of GLPI: what the preset makes of its traps."""

from preset_files import accounted, note, read_texts, told

HEAD = (
    "id,itemtype,items_id,itemtype_link,linked_action,user_name,date_mod,id_search_option,"
    "old_value,new_value\n"
)


def read(tmp_path, rows, **options):
    return read_texts(tmp_path, "glpi", {"glpi_logs": HEAD + rows}, **options)


def test_codes_entities_and_ids_behind_names_become_words(tmp_path):
    log = read(
        tmp_path,
        "1,Ticket,7,,20,Ada Byron (3),2026-01-05 10:00:00,0,,\n"
        "2,Ticket,7,,0,Ben (4),2026-01-05 10:01:00,7,&nbsp; (0),R&amp;D &gt; Lab (12)\n"
        "3,Ticket,7,,0,Ben (4),2026-01-05 10:02:00,12,1,2\n"
        "4,Ticket,7,,0,Ben (4),2026-01-05 10:03:00,3,3,6\n"
        "5,Ticket,7,,0,Ben (4),2026-01-05 10:04:00,10,3,4\n",
    )

    assert told(log, "activity", "old", "new", "resource") == [
        ("Created", None, "New", "Ada Byron"),
        ("Category changed", None, "R&D > Lab", "Ben"),
        ("Status: Processing (assigned)", "New", "Processing (assigned)", "Ben"),
        ("Priority raised", "Medium", "Major", "Ben"),
        ("Urgency changed", "3", "4", "Ben"),
    ]


def test_people_and_groups_come_and_go_by_relations(tmp_path):
    log = read(
        tmp_path,
        "0,Ticket,7,,20,Ben (4),2026-01-05 10:00:00,0,,\n"
        "1,Ticket,7,User,15,Ben (4),2026-01-05 10:00:00,4,,Ada Byron (3)\n"
        "2,Ticket,7,User,15,Ben (4),2026-01-05 10:01:00,5,,Ben (4)\n"
        "3,Ticket,7,User,16,Ben (4),2026-01-05 10:02:00,5,Ben (4),\n"
        "4,Ticket,7,Group,15,Ben (4),2026-01-05 10:03:00,8,,Lab &amp; Co (9)\n"
        "5,Ticket,7,ITILFollowup,17,Ada Byron (3),2026-01-05 10:04:00,0,,Followup (1)\n"
        "6,Ticket,7,ITILFollowup,17,Ada Byron (3),2026-01-05 10:04:00,0,,Followup (2)\n",
    )

    assert told(log, "activity", "old", "new", "group") == [
        ("Created", None, None, None),
        ("Assigned", None, "Ben", None),
        ("Unassigned", "Ben", None, None),
        ("Assigned to group", None, "Lab & Co", "Lab & Co"),
        ("Customer reply", None, None, "Lab & Co"),
        ("Customer reply", None, None, "Lab & Co"),
    ]


def test_deletion_solution_and_reopening_stay_events_and_automation_is_told_apart(tmp_path):
    log = read(
        tmp_path,
        "1,Ticket,7,ITILSolution,17,Ben (4),2026-01-05 10:00:00,0,,Solution (1)\n"
        "2,Ticket,7,,0,Ben (4),2026-01-05 10:00:00,12,2,5\n"
        "3,Ticket,7,,0,Ada (3),2026-01-05 11:00:00,12,5,2\n"
        "4,Ticket,7,,0,cron_closeticket,2026-01-05 12:00:00,12,2,6\n"
        "5,Ticket,7,,13,Ben (4),2026-01-05 13:00:00,0,,\n",
    )

    assert told(log, "activity", "actor_type") == [
        ("Solution added", "agent"),
        ("Status: Solved", "agent"),
        ("Reopened", "agent"),
        ("Status: Closed", "system"),
        ("Deleted", "agent"),
    ]


def test_other_items_and_noise_are_counted_and_unknown_actions_named(tmp_path):
    log = read(
        tmp_path,
        "1,Computer,7,,0,Ben (4),2026-01-05 10:00:00,31,a,b\n"
        "2,Ticket,7,,0,Ben (4),2026-01-05 10:00:00,19,a,b\n"
        "3,Ticket,7,,12,Ben (4),2026-01-05 10:00:00,0,,escalated\n"
        "4,Ticket,7,Plugin,1007,Ben (4),2026-01-05 10:00:00,0,,x\n"
        "5,Ticket,7,,20,Ben (4),2026-01-05 10:00:00,0,,\n",
    )

    assert "Created" in told(log, "activity")
    assert note(log, "rows-noise") == 3
    assert accounted(log)


def test_the_hour_that_exists_twice_is_settled_by_the_order_of_the_rows(tmp_path):
    log = read(
        tmp_path,
        "1,Ticket,7,,20,Ada (3),2026-10-25 01:30:00,0,,\n"
        "2,Ticket,7,,0,Ben (4),2026-10-25 02:40:00,12,1,2\n"
        "3,Ticket,7,,0,Ben (4),2026-10-25 02:10:00,12,2,4\n"
        "4,Ticket,7,,0,Ben (4),2026-10-25 03:10:00,12,4,5\n",
        tz="Europe/Berlin",
    )

    assert [time.strftime("%H:%M") for time in told(log, "time")] == [
        "23:30",
        "00:40",
        "01:10",
        "02:10",
    ]
    assert note(log, "time-twice-settled") == 1
