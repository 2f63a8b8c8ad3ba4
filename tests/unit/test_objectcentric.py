"""Object-centric logs are told from logs of cases by their first bytes."""

from __future__ import annotations

import pytest

from casemine.errors import InputError
from casemine.read import read_log
from casemine.read.objectcentric import object_centric

XML = b"<?xml version='1.0'?>\n<log>\n"
CSV = b"ocel:eid,ocel:timestamp,ocel:activity,ocel:type:order\n"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b'{\n "ocel:global-log": {}', "OCEL JSON"),
        (b'{"objectTypes": [', "OCEL JSON"),
        (b'{"objects": [], "eventTypes": [', "OCEL JSON"),
        (XML + b'<global scope="event"><string key="ocel:activity"/>', "OCEL 1.0 XML"),
        (XML + b'<object-types><object-type name="Invoice">', "OCEL XML"),
        (b"SQLite format 3\0 ... CREATE TABLE event (ocel_id TEXT", "OCEL SQLite"),
        (CSV, "OCEL CSV"),
        (b'SQLite format 3\0 ... CREATE TABLE "EVENTS" ("ocel:eid" TEXT', "OCEL 1.0 SQLite"),
        (b'{"events": [{"id": "e1", "relationships": []}], "objects": []}', "OCEL JSON"),
        (b"SQLite format 3\0 ... CREATE TABLE t (id TEXT", None),
        (XML + b'<trace><string key="concept:name" value="ocel:x"/>', None),
        (b'[{"case": 1, "note": "eventTypes"}]', None),
        (b"case,activity,time\n1,ocel:type:,x", None),
    ],
)
def test_an_object_centric_log_is_known(head, kind):
    assert object_centric(head) == kind


def test_it_is_refused_unless_a_case_is_named(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(CSV + b"e1,1980-01-01 00:00:00,Create,o1\ne2,1980-01-02 00:00:00,Send,o1\n")

    with pytest.raises(InputError, match="object-centric event log") as caught:
        read_log(path)

    assert "flatten" in caught.value.mend
    named = read_log(path, case="ocel:type:order", activity="ocel:activity", time="ocel:timestamp")
    assert len(named) == 2
