"""Logs written as OCEL 2.0 JSON: of the shape the format wants, and readable by other tools."""

from __future__ import annotations

import io
import json

import jsonschema
import pandas as pd
import pyarrow as pa
import pytest

from casemine.errors import InputError
from casemine.log import EventLog, parse_log
from casemine.log.columns import TIMESTAMP
from casemine.write import write_log
from casemine.write.ocel import write_ocel

NAMED = {"name": {"type": "string"}}
TYPES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "attributes"],
        "properties": {
            **NAMED,
            "attributes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "type"],
                    "properties": {
                        **NAMED,
                        "type": {"enum": ["string", "time", "integer", "float", "boolean"]},
                    },
                },
            },
        },
    },
}
RELATIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["objectId", "qualifier"],
        "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
    },
}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}


def values(*, timed: bool) -> dict:
    more = {"time": TIME} if timed else {}
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["name", "value", *more],
            "properties": {**NAMED, "value": {"type": "string"}, **more},
        },
    }


# What the schema of OCEL 2.0 asks for, and the five types that its specification names.
SCHEMA = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "time"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "time": TIME,
                    "attributes": values(timed=False),
                    "relationships": RELATIONS,
                },
            },
        },
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "attributes": values(timed=True),
                    "relationships": RELATIONS,
                },
            },
        },
    },
}


def crm_log(**more) -> EventLog:
    columns = {
        "case": ["7", "7", "agent:Mara", "7"],
        "activity": ["Created", "Status: open", "Created", 'Say "hi"\n'],
        "time": pa.array([0, 5, 5, 5], pa.int64()).cast(TIMESTAMP),
        "row": [1, 2, 3, 4],
        "seq": [1, 2, 3, 4],
        "resource": ["Mara", "Mara", "Zoë", None],
        "actor_type": ["agent", "system", "customer", "agent"],
        "group": ["L1", "L2", None, "L2"],
        "public": [None, True, False, None],
        "new": ["new", "open", "\x00\x1f\\", "é😀"],
    }
    table = pa.table({**columns, **more})
    cases = pa.table({"case": ["7", "agent:Mara", "empty"], "vip": [True, None, False]})
    return EventLog.ordered(table, case_table=cases)


def written(log: EventLog) -> dict:
    out = io.BytesIO()
    write_ocel(log, out)
    return json.loads(out.getvalue())


def test_it_keeps_the_schema_and_what_a_schema_cannot_say():
    found = written(crm_log())

    jsonschema.validate(found, SCHEMA)
    objects = {each["id"]: each for each in found["objects"]}
    assert len(objects) == len(found["objects"])
    assert len({each["id"] for each in found["events"]}) == len(found["events"])
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {kind["name"]: {a["name"] for a in kind["attributes"]} for kind in found[types]}
        assert len(declared) == len(found[types])
        for each in found[things]:
            assert {a["name"] for a in each.get("attributes", [])} <= declared[each["type"]]
    for each in found["events"]:
        assert {other["objectId"] for other in each["relationships"]} <= objects.keys()
        kinds = [objects[other["objectId"]]["type"] for other in each["relationships"]]
        assert kinds.count("ticket") == 1


def test_people_are_objects_of_their_type_whose_ids_no_ticket_has():
    found = written(crm_log())

    assert [(each["id"], each["type"]) for each in found["objects"]] == [
        ("7", "ticket"),
        ("agent:Mara", "ticket"),
        ("empty", "ticket"),
        ("agent::Mara", "agent"),
        ("customer:Zoë", "customer"),
        ("system:Mara", "system"),
        ("group:L1", "group"),
        ("group:L2", "group"),
    ]


def test_a_person_of_no_known_kind_is_a_resource():
    log = crm_log(actor_type=["robot", None, None, None])

    found = written(log)

    assert {each["type"] for each in found["objects"]} == {"ticket", "resource", "group"}
    told = [a for e in found["events"] for a in e["attributes"] if a["name"] == "actor_type"]
    assert told == [{"name": "actor_type", "value": "robot"}]


def test_attributes_are_declared_with_their_types_where_they_are_used():
    found = written(crm_log())

    declared = {kind["name"]: kind["attributes"] for kind in found["eventTypes"]}
    assert {a["name"]: a["type"] for a in declared["Status: open"]} == {
        "seq": "integer",
        "public": "boolean",
        "new": "string",
    }
    assert "public" not in {a["name"] for a in declared['Say "hi"\n']}


def test_ids_that_events_came_with_are_kept():
    own = crm_log(event_id=["a", "b", "c", "d"])
    doubtful = crm_log(event_id=["a", "b", "a", "d"])

    assert {each["id"] for each in written(own)["events"]} == {"a", "b", "c", "d"}
    found = written(doubtful)["events"]
    assert [each["id"] for each in found] == ["e1", "e2", "e3", "e4"]
    assert {"name": "event_id", "value": "a"} in found[0]["attributes"]


def test_many_batches_are_one_list(monkeypatch):
    log = crm_log()
    whole = io.BytesIO()
    write_ocel(log, whole)
    monkeypatch.setattr("casemine.write.ocel.ROWS", 2)

    small = io.BytesIO()
    write_ocel(log, small)

    assert small.getvalue() == whole.getvalue()


def test_a_log_without_times_is_refused(tmp_path):
    events = parse_log("A B").events.drop_columns(["time"])

    with pytest.raises(InputError, match="no times"):
        write_log(EventLog.ordered(events), tmp_path / "log.ocel.json")

    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_names_nobody_and_is_counted():
    log = crm_log(resource=["", "Mara", "", None])

    notes = {note.code: note.count for note in write_ocel(log, io.BytesIO())}

    assert notes == {"empty-texts": 2}


@pytest.mark.filterwarnings("ignore")
def test_pm4py_reads_the_same_events_and_flattens_them_alike(tmp_path):
    import pm4py

    from casemine.read import read_log

    path = tmp_path / "log.jsonocel"
    write_log(crm_log(), path)

    theirs = pm4py.read_ocel2_json(str(path))
    flat = pm4py.ocel_flattening(theirs, "ticket")
    ours = read_log(path, object_type="ticket")

    times = pd.to_datetime(flat["time:timestamp"], utc=True)  # with a zone or without: UTC
    pairs = zip(flat["case:concept:name"], flat["concept:name"], times, strict=True)
    assert sorted(pairs) == sorted(
        (row["case"], row["activity"], row["time"]) for row in ours.events.to_pylist()
    )
    assert sorted(theirs.objects["ocel:type"].unique()) == [
        "agent",
        "customer",
        "group",
        "system",
        "ticket",
    ]
