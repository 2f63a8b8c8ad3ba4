"""Facts about public logs come out of the raw files, with no options given."""

from __future__ import annotations

import json
import zipfile

import pytest

import casemine

pytestmark = pytest.mark.real

LOGS = (
    "uci_incident_event_log.csv.gz",
    "helpdesk.csv.gz",
    "helpdesk.xes.gz",
    "bpic2013_incidents.xes.gz",
    "callcenter_example.csv.gz",
    "receipt.csv.gz",
    "receipt.xes.gz",
    "repairExample.xes.gz",
    "reviewing.xes.gz",
    "teleclaims.xes.gz",
    "tickets_equal_timestamps.xes.gz",
    "purchasing_example.csv.gz",
    "roadtraffic100.zip:roadtraffic100traces.xes",
    "running_example.zip:running-example.xes",
    "running_example.zip:running_example_broken.csv",
)
# These hold start/complete pairs, which become one event each, so only raw counts compare.
PAIRED = {"repairExample.xes.gz", "reviewing.xes.gz", "teleclaims.xes.gz"}


@pytest.fixture
def read(real_data, tmp_path):
    """Read a public log by the name it has in the facts."""

    def read_named(name: str, **options):
        path = real_data(name.split(":", maxsplit=1)[0])
        if ":" in name:
            with zipfile.ZipFile(path) as archive:
                path = archive.extract(name.split(":")[1], tmp_path)
        return casemine.read_log(path, **options)

    return read_named


@pytest.fixture
def facts(real_data):
    """Facts by name of the log."""
    return json.loads(real_data("facts.json").read_text())


@pytest.mark.parametrize("name", LOGS)
def test_the_facts_of_a_log_come_out_of_its_raw_file(name, read, facts):
    log = read(name)

    summary = casemine.summarise(log)

    fact = facts[name]
    order = fact.get("sorted_by_time_stable", fact["file_order"])
    graph = summary.graph
    assert log.intake.rows_read == fact["events"]
    assert log.intake.rows_quarantined == 0
    assert graph.events + log.intake.rows_joined == fact["events"]
    assert graph.cases == fact["cases"]
    assert len(graph.activities) == fact["activities"]
    if name in PAIRED:
        assert log.intake.rows_joined > 0
        return
    assert len(summary.variants) == order["variants"]
    assert summary.variants.cases == fact["cases"]
    assert sum(edge.count for edge in graph.edges) == order["df_pairs_total"]
    assert len(graph.edges) == order["df_pairs_distinct"]
    for (source, target), count in order["top5_df"]:
        assert graph.counts()[source, target] == count
    assert sum(graph.starts.values()) == sum(graph.ends.values()) == fact["cases"]
    assert order["start_activities"].items() <= graph.starts.items()  # the most frequent ones
    assert order["end_activities"].items() <= graph.ends.items()
    assert {a.name: a.events for a in graph.activities} == fact["activity_counts"]
    top = [(list(trace), cases) for trace, cases in list(summary.variants)[:1]]
    assert [cases for _, cases in top] == [order["top3_variants"][0][1]]


def test_the_uci_log_needs_no_format(read):
    log = read("uci_incident_event_log.csv.gz")

    summary = casemine.summarise(log)

    assert (summary.graph.cases, summary.graph.events) == (24_918, 141_712)
    assert summary.first.date().isoformat() == "2016-02-29"
    assert summary.last.date().isoformat() == "2017-02-18"
    assert summary.duration.median_s == 524_460.0


def test_paired_events_are_joined_or_counted(read, facts):
    for name in sorted(PAIRED):
        log = read(name)

        lone = [note for note in log.intake.notes if "pair" in note.text]

        assert len(log) + log.intake.rows_joined == facts[name]["events"]
        assert "start" in log.events.column_names
        assert name == "repairExample.xes.gz" or lone
