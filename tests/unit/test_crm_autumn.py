"""The hour that exists twice when clocks go back, in exports with local times and no zone."""

import json

from casemine.read import read_log

BEGIN = "id,itemtype,items_id,itemtype_link,linked_action,user_name,date_mod,id_search_option,old_value,new_value\n"  # noqa: E501


def history(tmp_path, *rows):
    """A change table of GLPI: (ticket, local time), the first of a ticket is its creation."""
    seen = set()
    lines = []
    for number, (ticket, time) in enumerate(rows, 1):
        what = ",0,Ben (4),{},12,1,2" if ticket in seen else ",20,Ada (3),{},0,,"
        lines.append(f"{number},Ticket,{ticket},{what.format(f'2026-10-25 {time}')}\n")
        seen.add(ticket)
    path = tmp_path / "glpi_logs.csv"
    path.write_text(BEGIN + "".join(lines), encoding="utf-8")
    return read_log(path, tz="Europe/Berlin")


def times(log, case):
    """UTC, to the minute."""
    found = zip(
        log.events.column("case").to_pylist(), log.events.column("time").to_pylist(), strict=True
    )
    return [f"{time:%H:%M}" for mine, time in found if mine == case]


def counted(log):
    """How many times the order settles as the second pass, and how many it leaves open."""
    notes = {note.code: note.count for note in log.intake.notes}
    return notes.get("time-twice-settled", 0), notes.get("time-twice", 0)


def test_what_comes_before_a_step_back_is_the_first_pass_and_what_follows_the_second(tmp_path):
    log = history(
        tmp_path,
        ("7", "01:20:00"),
        ("7", "02:20:00"),
        ("7", "02:59:30"),
        ("7", "02:00:12"),
        ("7", "02:10:00"),
        ("7", "03:05:00"),
    )

    assert times(log, "7") == ["23:20", "00:20", "00:59", "01:00", "01:10", "02:05"]
    assert counted(log) == (2, 0)


def test_without_a_step_back_the_first_pass_is_taken_and_all_is_counted(tmp_path):
    log = history(tmp_path, ("7", "01:20:00"), ("7", "02:10:00"), ("7", "02:40:00"))

    assert times(log, "7") == ["23:20", "00:10", "00:40"]
    assert counted(log) == (0, 2)


def test_only_what_follows_the_last_certain_time_is_open(tmp_path):
    log = history(tmp_path, ("7", "02:30:00"), ("7", "02:20:00"), ("8", "02:05:00"))

    assert times(log, "7") == ["00:30", "01:20"]
    assert times(log, "8") == ["00:05"]
    assert counted(log) == (1, 1)


def test_a_history_with_the_newest_first_is_settled_backwards(tmp_path):
    log = history(
        tmp_path, ("7", "05:00:00"), ("7", "02:10:00"), ("7", "02:40:00"), ("7", "01:00:00")
    )

    assert times(log, "7") == ["23:00", "00:40", "01:10", "04:00"]
    assert counted(log) == (1, 0)


def test_a_file_in_order_of_time_settles_across_its_cases(tmp_path):
    log = history(
        tmp_path,
        ("7", "01:00:00"),
        ("8", "01:10:00"),
        ("7", "02:50:00"),
        ("8", "02:05:00"),
        ("7", "03:30:00"),
    )

    assert times(log, "8") == ["23:10", "01:05"]
    assert counted(log) == (1, 0)


def test_cases_one_after_the_other_settle_nothing_for_each_other(tmp_path):
    log = history(tmp_path, ("7", "01:00:00"), ("7", "02:50:00"), ("8", "02:05:00"), ("8", "08:00"))

    assert times(log, "8") == ["00:05", "07:00"]
    assert counted(log) == (0, 2)


def test_rows_in_no_order_of_time_settle_nothing(tmp_path):
    log = history(
        tmp_path, ("7", "01:00:00"), ("7", "09:00:00"), ("7", "02:40:00"), ("7", "02:10:00"),
        ("7", "01:30:00"), ("7", "05:00:00"), ("7", "04:00:00"),
    )  # fmt: skip

    assert "01:10" not in times(log, "7")
    assert counted(log) == (0, 2)


def test_an_export_of_disco_is_settled_by_the_order_within_its_cases(tmp_path):
    path = tmp_path / "export.csv"
    rows = "".join(
        f"7,{activity},Ada,2026/10/25 {time}:00.000,Variant 1,1\n"
        for activity, time in (("A", "01:20"), ("B", "02:40"), ("C", "02:10"), ("D", "03:05"))
    )
    head = "Case ID,Activity,Resource,Complete Timestamp,Variant,Variant index\n"
    path.write_text(head + rows + "8,A,Ada,2026/10/25 02:30:00.000,Variant 2,2\n", encoding="utf-8")

    log = read_log(path, tz="Europe/Berlin")

    assert log.events.column("activity").to_pylist()[:4] == ["A", "B", "C", "D"]
    assert times(log, "7") == ["23:20", "00:40", "01:10", "02:05"]
    assert counted(log) == (1, 1)


def test_a_history_with_offsets_is_right_about_creation_beside_a_list_in_local_times(tmp_path):
    stages = [
        {"value": "1", "timestamp": "2026-10-25T01:31:00.603Z", "sourceType": "EMAIL_INTEGRATION"}
    ]
    ticket = {
        "id": "5001",
        "properties": {
            "hs_object_id": "5001",
            "hs_pipeline": "0",
            "hs_pipeline_stage": "1",
            "createdate": "2026-10-25T01:31:00.603Z",
        },
        "propertiesWithHistory": {"hs_pipeline_stage": stages},
    }
    (tmp_path / "tickets.json").write_text(json.dumps({"results": [ticket]}), encoding="utf-8")
    (tmp_path / "view.csv").write_text(
        "Ticket ID,Ticket name,Pipeline,Ticket status,Create date,Close date\n"
        "5001,Help,Support Pipeline,New,2026-10-25 02:31,\n",
        encoding="utf-8",
    )

    log = read_log(tmp_path, tz="Europe/Berlin")

    assert times(log, "5001") == ["01:31"]
    assert "creations-added" not in {note.code for note in log.intake.notes}


def test_a_note_speaks_of_a_column_that_the_file_has(tmp_path):
    (tmp_path / "incident.csv").write_text(
        "Number,Opened,Short description,Caller,State,Assignment group,Resolved,Closed\n"
        "INC0000007,25-10-2026 02:10:00,Help,Cy,Resolved,Desk,25-10-2026 02:40:00,\n",
        encoding="utf-8",
    )

    log = read_log(tmp_path / "incident.csv", tz="Europe/Berlin")

    told = [note.text for note in log.intake.notes if note.code == "time-twice"]
    assert ["'Opened'" in text for text in told] == [True, False]
    assert "'Resolved'" in told[1]


def test_a_list_tells_of_nothing_before_the_creation_of_its_ticket(tmp_path):
    (tmp_path / "incident.csv").write_text(
        "Number,Opened,Short description,Caller,State,Assignment group,Resolved,Closed\n"
        "INC0000007,25-10-2026 02:50:00,Help,Cy,Resolved,Desk,25-10-2026 02:10:00,\n",
        encoding="utf-8",
    )

    log = read_log(tmp_path / "incident.csv", tz="Europe/Berlin")

    assert log.events.column("activity").to_pylist() == ["Created", "Status: Resolved"]
    assert times(log, "INC0000007") == ["00:50", "01:10"]
