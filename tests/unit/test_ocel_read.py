"""Object-centric logs are flattened to one type of object, with an account of what that does."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from casemine.errors import AmbiguousError, BadTimeError, InputError, UsageError
from casemine.read import read_log
from ocel_files import (
    DAY,
    event,
    notes,
    ocel,
    read,
    save_database,
    save_json,
    save_xml,
    thing,
    tickets,
)
from same_log import assert_same

SAVERS = {"json": save_json, "xml": save_xml, "sqlite": save_database}


def traces(log) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in log.events.to_pylist():
        found.setdefault(row["case"], []).append(row["activity"])
    return found


@pytest.mark.parametrize("form", SAVERS)
def test_every_form_gives_the_same_log(form, tmp_path):
    log = read_log(SAVERS[form](tickets(), tmp_path), object_type="ticket")

    assert traces(log) == {
        "ticket-1": ["Created", "Assigned", "Merged", "Closed"],
        "ticket-2": ["Created", "Merged"],
    }
    assert log.events.column("row").to_pylist() == [1, 2, 4, 6, 3, 4]
    assert log.events.column("resource").to_pylist() == [
        "Zoë",
        "Mara",
        "Mara",
        "Mara",
        "Zoë",
        "Mara",
    ]
    assert log.events.column("actor_type").to_pylist()[:2] == ["customer", "agent"]
    assert log.events.column("cost").to_pylist() == [1, None, None, None, 2, None]
    assert log.events.column("event_id").to_pylist()[0] == "ev1"
    assert log.case_table.to_pylist() == [
        {"case": "ticket-1", "status": "closed", "initial_status": "new", "vip": "yes"},
        {"case": "ticket-2", "status": "new", "initial_status": "new", "vip": None},
    ]


def test_what_flattening_does_is_counted(tmp_path):
    log = read(tickets(), tmp_path, object_type="ticket")

    assert notes(log)["events-without-case"] == 1
    assert notes(log)["convergence"] == 1
    account = log.intake
    assert (account.rows_read, account.rows_passed, account.rows_added) == (6, 1, 1)
    assert account.rows_read + account.rows_added == len(log) + account.rows_passed


def test_repeats_for_different_objects_are_told_from_rework(tmp_path):
    objects = [thing(f"{kind}-{n}") for kind in ("order", "item") for n in (1, 2, 3)]
    log = ocel([event(n, "Pick", f"order-{1 + (n == 3)}", f"item-{n}") for n in (1, 2, 3)], objects)

    found = read(log, tmp_path, object_type="order")

    assert notes(found)["divergence"] == 1
    assert found.events.column("item").to_pylist() == ["item-1", "item-2", "item-3"]


def test_several_objects_of_a_type_are_joined_in_one_cell(tmp_path):
    log = ocel(
        [event(1, "Place", "order-1", "item-1", "item-2"), event(2, "Pay", "order-1")],
        [thing("order-1"), thing("item-1"), thing("item-2")],
    )

    found = read(log, tmp_path)

    assert found.events.column("item").to_pylist() == ["item-1; item-2", None]
    assert notes(found)["objects-joined"] == 1


def test_an_object_related_twice_to_an_event_counts_once(tmp_path):
    log = ocel([event(1, "A", "ticket-1:a", "ticket-1:b")], [thing("ticket-1")])

    assert len(read(log, tmp_path)) == 1


def test_a_group_that_holds_the_case_is_the_group(tmp_path):
    log = ocel(
        [event(1, "A", "ticket-1", "group-2:held by")],
        [thing("ticket-1"), thing("group-2", name="L2")],
    )

    assert read(log, tmp_path).events.column("group").to_pylist() == ["L2"]


def test_people_without_qualifiers_are_the_resource_if_there_is_one_kind(tmp_path):
    log = ocel([event(1, "A", "ticket-1", "user-2")], [thing("ticket-1"), thing("user-2")])

    assert read(log, tmp_path).events.column("resource").to_pylist() == ["user-2"]


def test_a_plain_type_is_chosen_and_said(tmp_path):
    log = tickets()
    log["events"] = [each for each in log["events"] if each["type"] not in {"Merged", "Logged in"}]

    found = read(log, tmp_path)

    assert list(traces(found)) == ["ticket-1", "ticket-2"]
    assert "object-type-chosen" in notes(found)


def test_types_between_which_nothing_decides_are_listed(tmp_path):
    log = ocel(
        [event(1, "Place", "order-1", "item-1"), event(2, "Pick", "item-1", "item-2")],
        [thing("order-1"), thing("item-1"), thing("item-2")],
    )

    with pytest.raises(
        AmbiguousError, match=r"'item' \(2 objects in 2 events\), 'order'"
    ) as caught:
        read(log, tmp_path)

    assert "--object-type" in caught.value.mend


def test_a_type_that_is_not_there_names_what_is_near(tmp_path):
    with pytest.raises(UsageError, match="no object type 'tickets'") as caught:
        read(tickets(), tmp_path, object_type="tickets")

    assert "'ticket'" in caught.value.mend


def test_a_column_cannot_be_named(tmp_path):
    with pytest.raises(UsageError, match="--case"):
        read(tickets(), tmp_path, case="ticket")


def test_old_json_is_read_too(tmp_path):
    old = {
        "ocel:global-log": {"ocel:version": "1.0"},
        "ocel:events": {
            "e1": {
                "ocel:activity": "Place",
                "ocel:timestamp": "2026-05-31T09:00:00",
                "ocel:omap": ["o1"],
                "ocel:vmap": {"price": 1.50, "rush": True},
            },
        },
        "ocel:objects": {"o1": {"ocel:type": "order", "ocel:ovmap": {"vip": "yes"}}},
    }

    log = read(old, tmp_path)

    row = log.events.to_pylist()[0]
    assert (row["case"], row["price"], row["rush"]) == ("o1", 1.5, True)
    assert log.case_table.to_pylist() == [{"case": "o1", "vip": "yes"}]
    assert notes(log)["zone-assumed"] == 1
    assert "event_id" not in log.events.column_names


def test_times_have_any_offset_and_a_zone_for_those_without(tmp_path):
    log = ocel(
        [
            event(1, "A", "ticket-1", time="2026-05-31T11:00:00.123456+02:00"),
            event(2, "B", "ticket-1", time="2026-05-31T11:00:00"),
        ],
        [thing("ticket-1")],
    )

    utc, berlin = read(log, tmp_path), read(log, tmp_path, tz="Europe/Berlin")

    assert [str(each) for each in utc.events.column("time").to_pylist()] == [
        "2026-05-31 09:00:00.123456+00:00",
        "2026-05-31 11:00:00+00:00",
    ]
    assert notes(utc)["zone-assumed"] == 1
    assert str(berlin.events.column("time").to_pylist()[0]) == "2026-05-31 09:00:00+00:00"
    assert "zone-assumed" not in notes(berlin)


def test_lists_may_come_in_any_order_with_other_things_between(tmp_path):
    log = tickets()
    turned = {"objects": log["objects"], "version": [1, {"a": []}], "events": log["events"]}
    turned |= {"eventTypes": log["eventTypes"], "objectTypes": log["objectTypes"]}

    assert_same(
        read(turned, tmp_path, object_type="ticket", importer="ocel"),
        read(log, tmp_path, object_type="ticket"),
    )


def test_a_database_may_be_packed(tmp_path):
    plain = save_database(tickets(), tmp_path)
    packed = tmp_path / "log.sqlite.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    archive = tmp_path / "log.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(plain, "inner/log.sqlite")

    expected = read_log(plain, object_type="ticket")

    for each in (packed, archive):
        assert_same(read_log(each, object_type="ticket"), expected)


def test_a_log_may_come_on_standard_input(tmp_path, monkeypatch):
    path = save_database(tickets(), tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))

    assert len(read_log("-", object_type="ticket")) == 6


def test_attributes_named_like_columns_are_renamed(tmp_path):
    log = ocel([event(1, "A", "ticket-1", row="x", resource=7)], [thing("ticket-1", case="y")])

    found = read(log, tmp_path)

    assert found.events.column("event:row").to_pylist() == ["x"]
    assert found.events.column("resource").to_pylist() == ["7"]
    assert found.case_table.column("object:case").to_pylist() == ["y"]


# What is wrong with a file is said in one line with its place. -----------------------------------


def spoiled(change) -> dict:
    log = tickets()
    change(log)
    return log


def dangling(log):
    log["events"][1]["relationships"][0]["objectId"] = "ticket-9"


def twice(log):
    log["events"][1]["id"] = "ev1"


def undeclared(log):
    log["events"][1]["type"] = "Nowhere"


def no_time(log):
    del log["events"][1]["time"]


def bad_time(log):
    log["events"][1]["time"] = "yesterday"


def bad_number(log):
    log["events"][0]["attributes"][0]["value"] = "a lot"


EVENT_FAULTS = {
    dangling: "'ticket-9' in 'relationships' is not an object",
    twice: "'ev1' in 'id' is the id of an earlier event",
    undeclared: "'Nowhere' in 'type' is not among the event types",
    no_time: "'time' is missing",
    bad_time: "'yesterday' in 'time' is not a time",
    bad_number: "'a lot' in 'cost' is not a whole number",
}


@pytest.mark.parametrize("change", EVENT_FAULTS)
def test_an_event_that_cannot_be_used_stops_or_is_left_out(change, tmp_path):
    log = spoiled(change)

    with pytest.raises(InputError, match=EVENT_FAULTS[change]) as caught:
        read(log, tmp_path, object_type="ticket")
    skipped = read(
        log, tmp_path, object_type="ticket", on_error="skip", quarantine_to=tmp_path / "left.csv"
    )

    assert caught.value.count == 1
    assert isinstance(caught.value, BadTimeError) == (change in {no_time, bad_time})
    assert "log.json" in str(caught.value)
    assert skipped.intake.rows_quarantined == 1
    account = skipped.intake
    assert (
        account.rows_read + account.rows_added
        == len(skipped) + account.rows_passed + account.rows_quarantined
    )
    assert len((tmp_path / "left.csv").read_text().splitlines()) == 2


def same_object(log):
    log["objects"][1]["id"] = "ticket-1"


def unknown_type(log):
    log["objects"][0]["type"] = "tickets"


def type_twice(log):
    log["objectTypes"].append({"name": "ticket", "attributes": []})


def list_for_object(log):
    log["events"][2] = []


def no_id(log):
    del log["events"][2]["id"]


def number_for_list(log):
    log["events"][2]["relationships"] = 7


def object_for_value(log):
    log["events"][0]["attributes"][0]["value"] = {"a": [1]}


def number_for_time(log):
    log["events"][2]["time"] = 1_767_225_600


def object_for_events(log):
    log["events"] = {"ev1": {}}


def no_events(log):
    log["events"] = []


FILE_FAULTS = {
    same_object: "object id 'ticket-1' more than once",
    unknown_type: "objects of type 'tickets'",
    type_twice: "declares the object type 'ticket' twice",
    list_for_object: "'events' holds a list where an object should be",
    no_id: "'id' in 'events' is missing",
    number_for_list: "'relationships' in 'events' is a number where a list should be",
    object_for_value: "'cost' in 'events.attributes' is an object where one value should be",
    number_for_time: "'time' in 'events' is a number where a time as text should be",
    object_for_events: "'events' is an object where a list should be",
    no_events: "holds no event",
}


@pytest.mark.parametrize("change", FILE_FAULTS)
@pytest.mark.parametrize("on_error", ["fail", "skip"])
def test_a_file_of_another_shape_is_refused(change, on_error, tmp_path):
    with pytest.raises(InputError, match=FILE_FAULTS[change]):
        read(spoiled(change), tmp_path, object_type="ticket", on_error=on_error, importer="ocel")


def test_the_line_of_a_misshapen_event_is_named(tmp_path):
    text = json.dumps(spoiled(no_id), indent=0)
    line = text[: text.index('"Created"', text.index('"Created"', text.index("ev1")) + 1)].count(
        "\n"
    )

    with pytest.raises(InputError) as caught:
        read(text, tmp_path)

    assert caught.value.where.row == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"eventTypes": [], "events": [{"id": "a"', "cut off"),
        ('{"eventTypes": [' + "[" * 100_000, "nests too deeply"),
        ('{"eventTypes": [], "eventTypes": []}', "comes twice"),
        ('{"eventTypes": [{"name": "A", "name": "B"}]}', "comes twice"),
        ('{"eventTypes": [], "x": NaN}', "NaN"),
        ('{"eventTypes": []} more', "goes on after"),
        ('{"eventTypes": []}', "holds no event"),
        ("[]", "begins with"),
    ],
)
def test_what_is_not_json_is_refused(text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read(text, tmp_path, importer="ocel")


def test_entities_are_refused(tmp_path):
    path = tmp_path / "log.xml"
    path.write_text(
        '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        "<log><object-types/><event-types/>&b;</log>"
    )

    with pytest.raises(InputError, match="document type"):
        read_log(path)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DROP TABLE event_object", "no table 'event_object'"),
        ("DROP TABLE event_Assigned", "no table 'event_Assigned', which 'event_map_type' names"),
        ("DROP TABLE object_map_type", "no table 'object_map_type'"),
        ("ALTER TABLE event RENAME COLUMN ocel_type TO kind", "no column 'ocel_type'"),
        ("ALTER TABLE event_Assigned RENAME COLUMN ocel_time TO at", "no column 'ocel_time'"),
        ("INSERT INTO event_Assigned (ocel_id) VALUES ('ev99')", "'ev99'"),
        ("INSERT INTO event_Assigned (ocel_id) VALUES ('ev2')", "'ev2'"),
        ("INSERT INTO event_object VALUES ('ev99', 'ticket-1', '')", "'ev99'"),
        ("INSERT INTO event VALUES (NULL, 'Assigned')", "holds nothing"),
        ("INSERT INTO event VALUES (x'00ff', 'Assigned')", "holds binary data"),
        ("UPDATE object_ticket SET status = x'00'", "holds binary data"),
        ("UPDATE object_ticket SET ocel_changed_field = 'x'", "no column of it"),
        ("UPDATE event SET ocel_id = CAST(x'ff' AS TEXT)", "database"),
        ("DELETE FROM event", "'ev1'"),
        ("DELETE FROM event_Assigned", "'time' is missing"),
        ("INSERT INTO event VALUES ('ev1', 'Created')", "earlier event"),
    ],
)
def test_a_database_with_a_gap_is_refused(statement, message, tmp_path):
    path = save_database(tickets(), tmp_path, statement)

    with pytest.raises(InputError, match=message):
        read_log(path, object_type="ticket")


def test_a_view_in_the_place_of_a_table_is_never_run(tmp_path):
    endless = (
        "CREATE VIEW event AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
        "SELECT i AS ocel_id, 'Created' AS ocel_type FROM n"
    )
    path = save_database(tickets(), tmp_path, "ALTER TABLE event RENAME TO gone", endless)

    with pytest.raises(InputError, match="no table 'event'"):
        read_log(path)


def test_a_database_cut_off_anywhere_is_refused(tmp_path):
    whole = save_database(tickets(), tmp_path).read_bytes()
    cut = tmp_path / "cut.sqlite"

    for size in range(20, len(whole), 4096):
        cut.write_bytes(whole[:size])
        with pytest.raises(InputError, match="cut off"):
            read_log(cut, object_type="ticket", importer="ocel")


def test_a_database_is_not_changed_by_reading(tmp_path):
    path = save_database(tickets(), tmp_path)
    before = path.read_bytes()

    read_log(path, object_type="ticket")

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["log.sqlite"]


def test_changes_of_the_case_stand_at_the_events_that_made_them(tmp_path):
    at = f"{DAY}10:00:00Z"
    log = ocel(
        [
            event(1, "Create", "ticket-1"),
            event(2, "Status: open", "ticket-1", time=at),
            event(3, "Reply", "ticket-1", time=at),
            event(4, "Close", "ticket-1"),
        ],
        [
            thing(
                "ticket-1",
                (at, "status", "open"),
                (f"{DAY}12:00:00Z", "status", "closed"),
                (f"{DAY}12:00:00Z", "priority", "low"),
                (f"{DAY}23:00:00Z", "priority", "high"),
                status="new",
                priority="mid",
            )
        ],
    )

    found = read(log, tmp_path)

    rows = found.events.select(["kind", "field", "old", "new", "detail"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("create", "status", None, "new", None),
        ("status", "status", "new", "open", None),
        (None, None, None, None, None),
        ("status", "status", "open", "closed", "priority=low"),
    ]
    assert notes(found)["changes-apart"] == 1
