"""Public logs as tables: from the raw file, without options, to the published numbers."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from casemine.errors import InputError
from casemine.log import summarise
from casemine.read import read_log, stream_events

pytestmark = pytest.mark.real

TABLES = (
    "uci_incident_event_log.csv.gz",
    "helpdesk.csv.gz",
    "callcenter_example.csv.gz",
    "receipt.csv.gz",
    "purchasing_example.csv.gz",
    "interval_event_log.csv.gz",
    "roadtraffic100.zip:roadtraffic100traces.csv",
    "running_example.zip:running_example_broken.csv",
    "running_example.zip:running_example_semicolon.csv",
    "running_example.zip:running-example.csv",
    "running_example.zip:running-example-transformed.csv",
)
INTERVALS = {
    "callcenter_example.csv.gz",
    "purchasing_example.csv.gz",
    "interval_event_log.csv.gz",
}


@pytest.fixture
def facts(real_data):
    """Facts by name of the log; forms of one log share them."""
    known = json.loads(real_data("facts.json").read_text())
    running = known["running_example.zip:running-example.xes"]
    road = known["roadtraffic100.zip:roadtraffic100traces.xes"]
    return {
        "interval_event_log.csv.gz": {"cases": 1266, "events": 8109, "activities": 8},
        "running_example.zip:running_example_semicolon.csv": running,
        "running_example.zip:running-example.csv": running,
        "running_example.zip:running-example-transformed.csv": running,
        "roadtraffic100.zip:roadtraffic100traces.csv": road,
    } | known


def located(real_data, name: str) -> str:
    archive, _, member = name.partition(":")
    return f"{real_data(archive)}:{member}" if member else str(real_data(archive))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_its_published_numbers_without_options(real_data, facts, name):
    fact = facts[name]

    log = read_log(located(real_data, name))

    summary = summarise(log)
    account = log.intake
    assert (account.rows_read, account.rows_quarantined) == (fact["events"], 0)
    assert len(log) + account.rows_joined == fact["events"]
    assert summary.graph.cases == fact["cases"]
    assert len(summary.graph.activities) == fact["activities"]
    if name in INTERVALS:  # the facts take one of the two times
        assert "start" in log.events.column_names
    elif "first" in fact:
        assert summary.first == datetime.fromisoformat(fact["first"])
        assert summary.last == datetime.fromisoformat(fact["last"])


@pytest.mark.parametrize("name", TABLES[:6])
def test_batches_hold_the_same_events(real_data, name):
    path = located(real_data, name)
    log = read_log(path)

    stream = stream_events(path)
    batches = list(stream)

    rows = {row for batch in batches for row in batch.column("row").to_pylist()}
    assert rows == set(log.events.column("row").to_pylist())
    assert sum(batch.num_rows for batch in batches) == len(log)
    assert stream.intake().rows_read == log.intake.rows_read


def test_archives_of_several_logs_are_refused_with_their_names(real_data):
    with pytest.raises(InputError, match="roadtraffic100traces"):
        read_log(real_data("roadtraffic100.zip"))


def test_the_repeated_header_of_a_public_log_survives(real_data):
    log = read_log(real_data("helpdesk.csv.gz"))

    assert {"Variant", "Variant index", "Variant.1"} <= set(log.attributes)


def test_question_marks_of_a_public_log_are_pointed_out_with_their_number(real_data):
    log = read_log(real_data("uci_incident_event_log.csv.gz"))
    told = read_log(real_data("uci_incident_event_log.csv.gz"), missing=("?",))

    notes = {note.text: note.count for note in log.intake.notes if note.code == "looks-missing"}
    assert 27_496 in notes.values()
    assert any("'-100'" in text and count == 5 for text, count in notes.items())
    assert told.events.column("resource").null_count == 27_496


def test_a_log_goes_to_pm4py_and_comes_back(real_data):
    import pm4py

    log = read_log(real_data("receipt.csv.gz"))

    edges, starts, ends = pm4py.discover_dfg(log.to_pandas())

    graph = summarise(log).graph
    assert graph.counts() == edges
    assert (dict(graph.starts), dict(graph.ends)) == (starts, ends)
