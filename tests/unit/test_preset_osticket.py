"""Thread events of osTicket: what the preset makes of their traps."""

import csv
import io
import json

from preset_files import accounted, note, read_texts, told

COLUMNS = (
    "id,thread_id,staff_id,team_id,dept_id,topic_id,state,data,"
    "username,uid,uid_type,annulled,timestamp"
)
ENTRIES = "id,pid,thread_id,staff_id,user_id,type,poster,title,body,created\n"


def events(*rows, head=COLUMNS):
    """Rows of (state, data) and maybe user, type of user, annulled; one a minute."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head.split(","))
    for number, (state, data, *more) in enumerate(rows, 1):
        user, kind, annulled = (*more, *("Ben", "S", 0)[len(more) :])
        text = "\\N" if data is None else json.dumps(data)
        time = f"2026-01-05 10:{number:02}:00"
        row = [number, 7, 0, 0, 3, 1, state, text, user, "\\N", kind, annulled, time]
        writer.writerow(row)
    return out.getvalue()


def read(tmp_path, *rows, **more):
    return read_texts(tmp_path, "osticket", {"ost_thread_event": events(*rows), **more})


def test_values_are_taken_out_of_json_with_its_escapes(tmp_path):
    log = read(
        tmp_path,
        ("created", None, "Zoë", "U"),
        ("assigned", {"staff": [5, "J\u00fcrgen Gro\u00df"]}),
        ("assigned", {"staff": [5, {"format": "full", "name": "Ada Byron"}]}),
        ("assigned", {"claim": True}),
        ("released", {"staff": [5, "Ben"]}),
        ("transferred", {"dept": "R&D"}),
        ("edited", {"status": [6, "Waiting"]}, "SYSTEM"),
    )

    assert told(log, "activity", "old", "new", "actor_type") == [
        ("Created", None, "Open", "customer"),
        ("Assigned", None, "Jürgen Groß", "agent"),
        ("Assigned", "Jürgen Groß", "Ada Byron", "agent"),
        ("Assigned", "Ada Byron", "Ben", "agent"),
        ("Unassigned", "Ben", None, "agent"),
        ("Assigned to group", None, "R&D", "agent"),
        ("Status: Waiting", "Open", "Waiting", "system"),
    ]
    assert accounted(log)


def test_several_fields_of_one_edit_are_several_events(tmp_path):
    log = read(
        tmp_path,
        ("created", None, "Zoë", "U"),
        ("edited", {"fields": {"22": [["Low", 1], ["High", 3]], "20": ["Old", "New subject"]}}),
    )

    assert told(log, "activity", "old", "new", "row")[1:] == [
        ("Priority raised", "Low", "High", 2),
        ("20 changed", "Old", "New subject", 2),
    ]


def test_a_closing_stays_when_a_reopening_annuls_it(tmp_path):
    log = read(
        tmp_path,
        ("created", None, "Zoë", "U"),
        ("closed", {"status": [3, "Closed"]}, "Ben", "S", 1),
        ("reopened", None, "Zoë", "U"),
        ("assigned", {"staff": [5, "Ada"]}, "Ben", "S", 1),
    )

    assert told(log, "activity") == ["Created", "Status: Closed", "Reopened"]
    assert note(log, "rows-noise") == 1


def test_overdue_is_a_breach_merge_and_deletion_are_told_and_views_only_counted(tmp_path):
    log = read(
        tmp_path,
        ("overdue", None, "SYSTEM"),
        ("viewed", None),
        ("edited", {"merged": 12}),
        ("deleted", None),
        ("escalated", None),
    )

    assert told(log, "activity", "new") == [
        ("SLA breached", "SLA breached"),
        ("Merged", "12"),
        ("Deleted", None),
    ]
    assert (note(log, "rows-noise"), note(log, "rows-unknown")) == (1, 1)
    assert accounted(log)


def test_names_of_events_and_numbers_of_tickets_come_from_their_tables(tmp_path):
    head = COLUMNS.replace("state", "event_id")

    log = read_texts(
        tmp_path,
        "osticket",
        {
            "ost_thread_event": events(
                (1, None, "Zoë", "U"), (2, {"status": [3, "Closed"]}), head=head
            ),
            "ost_event": "id,name,description\n1,created,\n2,closed,\n",
            "ost_thread": "id,object_id,object_type,lastresponse\n7,41,T,\n",
        },
    )

    assert told(log, "case", "activity") == [("41", "Created"), ("41", "Status: Closed")]


def test_messages_are_of_customers_replies_and_notes_of_agents(tmp_path):
    entries = (
        "1,0,7,0,2,M,Zoë,Help,<p>It &amp; that</p>,2026-01-05 10:02:00\n"
        "2,0,7,5,0,R,Ben,,Done,2026-01-05 10:03:00\n"
        "3,0,7,5,0,N,Ben,,odd,2026-01-05 10:04:00\n"
    )

    log = read(tmp_path, ("created", None, "Zoë", "U"), ost_thread_entry=ENTRIES + entries)

    assert told(log, "activity", "new")[1:] == [
        ("Customer reply", "It & that"),
        ("Public reply", "Done"),
        ("Internal note", "odd"),
    ]


def test_cells_that_are_no_json_are_counted(tmp_path):
    text = events(("created", None, "Zoë", "U"), ("edited", {"status": [6, "W"]}))

    log = read_texts(tmp_path, "osticket", {"ost_thread_event": text.replace('""W""]}', '""W""]')})

    assert note(log, "json-in-text")
