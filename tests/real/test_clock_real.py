"""Times of public logs, read without being told their format."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from casemine.read.columns.detect import propose_columns, settle
from casemine.read.options import ReadOptions
from casemine.read.times.clock import decide_format

pytestmark = pytest.mark.real


def table(path, member: str | None = None) -> pa.Table:
    """All columns as text; repeated headers get a number."""
    data = ZipFile(path).read(member) if member else gzip.decompress(path.read_bytes())
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    names = []
    header = data.split(b"\n", 1)[0].decode().strip()
    delimiter = max(",;", key=header.count)
    for name in header.split(delimiter):
        names.append(name if name not in names else f"{name} ({names.count(name) + 1})")
    return csv.read_csv(
        BytesIO(data),
        read_options=csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=csv.ParseOptions(delimiter=delimiter),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("uci_incident_event_log.csv.gz", "sys_updated_at"),
        ("helpdesk.csv.gz", "Complete Timestamp"),
        ("callcenter_example.csv.gz", "Start Date"),
        ("receipt.csv.gz", "time:timestamp"),
        ("purchasing_example.csv.gz", "time:timestamp"),
    ],
)
def test_first_and_last_time_are_those_that_were_counted(real_data, name, column):
    times = table(real_data(name)).column(column)
    facts = json.loads(real_data("facts.json").read_text())[name]

    decided = decide_format(times.chunks, column=column)
    parsed = [decided.parse(chunk) for chunk in times.chunks]

    assert sum(len(part.unparsed) for part in parsed) == 0
    span = pc.min_max(pa.chunked_array([part.values for part in parsed])).as_py()
    assert span["min"] == datetime.fromisoformat(facts["first"])
    assert span["max"] == datetime.fromisoformat(facts["last"])


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        (
            "uci_incident_event_log.csv.gz",
            ["number", "incident_state", "sys_updated_at", None, "assigned_to", "assignment_group"],
        ),
        ("helpdesk.csv.gz", ["Case ID", "Activity", "Complete Timestamp", None, "Resource"]),
        (
            "callcenter_example.csv.gz",
            ["Service ID", "Operation", "End Date", "Start Date", "Agent"],
        ),
        ("receipt.csv.gz", ["case:concept:name", "concept:name", "time:timestamp", None]),
        (
            "interval_event_log.csv.gz",
            ["case:concept:name", "concept:name", "time:timestamp", "start_timestamp"],
        ),
        (
            "purchasing_example.csv.gz",
            [
                "case:concept:name",
                "concept:name",
                "time:timestamp",
                "start_timestamp",
                "org:resource",
            ],
        ),
    ],
)
def test_columns_of_public_logs_are_found_without_options(real_data, name, roles):
    proposal = settle(propose_columns(table(real_data(name)), given=ReadOptions()), source=name)

    assert [role.column for role in proposal.roles][: len(roles)] == roles


@pytest.mark.parametrize(
    ("archive", "member", "roles"),
    [
        (
            "running_example.zip",
            "running-example.csv",
            ["case:concept:name", "concept:name", "time:timestamp", None, "org:resource"],
        ),
        (
            "running_example.zip",
            "running-example-transformed.csv",
            ["CaseID", "Activity", "Timestamp"],
        ),
        (
            "running_example.zip",
            "running_example_semicolon.csv",
            ["case_id", "activity", "timestamp"],
        ),
        (
            "running_example.zip",
            "running_example_broken.csv",
            ["case:concept:name", "concept:name", "time:timestamp"],
        ),
        (
            "roadtraffic100.zip",
            "roadtraffic100traces.csv",
            ["case:concept:name", "concept:name", "time:timestamp", None, "org:resource"],
        ),
    ],
)
def test_columns_of_teaching_logs_are_found_without_options(real_data, archive, member, roles):
    events = table(real_data(archive), member)

    proposal = settle(propose_columns(events, given=ReadOptions()), source=member)

    assert [role.column for role in proposal.roles][: len(roles)] == roles
