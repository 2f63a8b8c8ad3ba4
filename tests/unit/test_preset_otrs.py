"""Ticket history of OTRS and its kin: what the preset makes of its traps."""

from preset_files import accounted, note, read_texts, told

HEAD = (
    '"id";"name";"history_type";"ticket_id";"article_id";"type_id";"queue_id";"owner_id";'
    '"priority_id";"state_id";"create_time";"create_by"\n'
)


def row(number, kind, name, *, by=5, state=1, minute=None, ticket=70):
    time = f"2026-01-05 10:{number if minute is None else minute:02}:00"
    return (
        f'"{number}";"{name}";"{kind}";"{ticket}";"\\N";"1";"3";"5";"3";"{state}";"{time}";"{by}"\n'
    )


def read(tmp_path, *rows, **more):
    return read_texts(tmp_path, "otrs", {"ticket_history": HEAD + "".join(rows), **more})


def test_a_mail_makes_a_ticket_and_its_first_article_is_no_second_event(tmp_path):
    log = read(
        tmp_path,
        row(1, "NewTicket", "%%2026#1%%Raw%%3 normal%%new%%70", by=1, minute=0),
        row(2, "CustomerUpdate", "%%CustomerID=acme;CustomerUser=ada;", by=1, minute=0),
        row(3, "EmailCustomer", "%%ada@acme.example", by=1, minute=0),
        row(4, "FollowUp", "%%2026#1%%", by=1, minute=5),
    )

    assert told(log, "activity", "new", "resource", "actor_type", "group") == [
        ("Created", "new", "ada", "customer", "Raw"),
        ("Customer reply", None, None, "customer", "Raw"),
    ]
    assert note(log, "rows-creation") == 2
    assert accounted(log)


def test_parts_of_the_name_give_old_and_new_and_the_state_after_the_row_stands_in_for_them(
    tmp_path,
):
    log = read(
        tmp_path,
        row(1, "Move", "%%Second level%%4%%Raw%%2"),
        row(2, "StateUpdate", "%%new%%open%%"),
        row(3, "StateUpdate", "set by an add-on", state=4),
        row(4, "PriorityUpdate", "%%3 normal%%3%%5 very high%%5"),
        row(5, "OwnerUpdate", "%%ada%%8"),
        ticket_state="id,name,comments,type_id,valid_id\n4,closed successful,,3,1\n",
    )

    assert told(log, "activity", "old", "new") == [
        ("Assigned to group", "Raw", "Second level"),
        ("Status: open", "new", "open"),
        ("Status: closed successful", "open", "closed successful"),
        ("Priority raised", "3 normal", "5 very high"),
        ("Assigned", None, "ada"),
    ]


def test_ids_of_agents_become_their_logins_where_they_were_made_owners(tmp_path):
    log = read(
        tmp_path,
        row(1, "OwnerUpdate", "%%ada%%8", by=1),
        row(2, "AddNote", "%%Note", by=8),
        row(3, "AddNote", "%%Note", by=9),
    )

    assert told(log, "resource", "actor_type") == [
        ("1", "system"),
        ("ada", "agent"),
        ("9", "agent"),
    ]
    assert note(log, "unresolved-ids") == 2


def test_a_merge_is_told_in_the_ticket_that_ends_and_the_other_is_linked(tmp_path):
    name = "%%2026#1%%70%%2026#2%%71"

    log = read(
        tmp_path,
        row(1, "Merged", name),
        row(2, "StateUpdate", "%%open%%merged%%"),
        row(3, "Merged", name, ticket=71),
    )

    assert told(log, "case", "activity", "new") == [
        ("70", "Merged", "71"),
        ("70", "Status: merged", "merged"),
        ("71", "Linked", "70"),
    ]


def test_escalations_are_clocks_and_a_reopening_is_told(tmp_path):
    log = read(
        tmp_path,
        row(
            1, "EscalationResponseTimeNotifyBefore", "%%EscalationResponseTimeNotifyBefore%%x", by=1
        ),
        row(2, "EscalationResponseTimeStart", "%%EscalationResponseTimeStart%%x", by=1),
        row(3, "StateUpdate", "%%open%%closed successful%%"),
        row(4, "StateUpdate", "%%closed successful%%open%%", by=1),
    )

    assert told(log, "activity", "field", "actor_type") == [
        ("SLA warning", "Response", "system"),
        ("SLA breached", "Response", "system"),
        ("Status: closed successful", "status", "agent"),
        ("Reopened", "status", "system"),
    ]


def test_noise_and_unknown_types_are_counted(tmp_path):
    log = read(
        tmp_path,
        row(1, "Lock", "%%lock"),
        row(2, "SendAgentNotification", "%%x%%y"),
        row(3, "HumanFactory", "%%x"),
        row(4, "AddNote", "%%"),
    )

    assert told(log, "activity") == ["Internal note"]
    assert (note(log, "rows-noise"), note(log, "rows-unknown")) == (2, 1)
    assert any("'HumanFactory' (1)" in each.text for each in log.intake.notes)
    assert accounted(log)


def test_ids_of_types_need_the_table_of_their_names(tmp_path):
    head = HEAD.replace("history_type", "history_type_id")
    rows = head + row(1, "27", "%%new%%open%%") + row(2, "15", "%%")
    types = "id,name,comments,valid_id\n27,StateUpdate,,1\n15,AddNote,,1\n"

    log = read_texts(tmp_path, "otrs", {"ticket_history": rows, "ticket_history_type": types})

    assert told(log, "activity") == ["Status: open", "Internal note"]
