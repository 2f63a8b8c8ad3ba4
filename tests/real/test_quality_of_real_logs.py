"""What is found in public logs: known oddities are named, and nothing that is not there."""

from __future__ import annotations

import zipfile

import pytest

import casemine
from casemine.log.quality import assess

pytestmark = pytest.mark.real

WARNINGS = {
    "uci_incident_event_log.csv.gz": {
        "events-after-end": (179, 57),
        "order-conflicts": (2, 1),
        "batch-times": (17_024, 16_548),
    },
    "helpdesk.csv.gz": {
        "missing-creation": (78, 78),
        "events-after-end": (6, 4),
        "duplicate-events": (127, 126),
    },
    "bpic2013_incidents.xes.gz": {"missing-creation": (1160, 1160)},
    "callcenter_example.csv.gz": {"missing-creation": (209, 209), "duplicate-events": (2, 1)},
    "receipt.csv.gz": {},
    "repairExample.xes.gz": {},
    "reviewing.xes.gz": {"coarse-times": (2278, 100)},
    "teleclaims.xes.gz": {},
    "purchasing_example.csv.gz": {},
    "interval_event_log.csv.gz": {"missing-creation": (1, 1)},
    "tickets_equal_timestamps.xes.gz": {"coarse-times": (43, 9), "ties": (43, 9)},
    "running_example.zip:running-example.xes": {},
    "roadtraffic100.zip:roadtraffic100traces.xes": {"coarse-times": (390, 100)},
    "alignment_benchmark_a12_a32.zip:a12f0n00.xes.gz": {},
}


@pytest.fixture
def quality_of(real_data, tmp_path):
    def read(name: str):
        path = real_data(name.split(":", maxsplit=1)[0])
        if ":" in name:
            with zipfile.ZipFile(path) as archive:
                path = archive.extract(name.split(":")[1], tmp_path)
        return assess(casemine.read_log(path))

    return read


@pytest.mark.parametrize("name", WARNINGS)
def test_the_warnings_of_a_public_log(name, quality_of):
    found = quality_of(name)

    assert {one.code: (one.events, one.cases) for one in found.warnings} == WARNINGS[name]


def test_the_help_desk_in_italy_wrote_utc(quality_of):
    found = {one.code: one for one in quality_of("helpdesk.csv.gz").findings}

    assert "of a place with EU summer time" in found["clock-change-rhythm"].text
    assert "2010-10-31, 2011-03-27, 2011-10-30" in found["clock-change-rhythm"].text


def test_incidents_of_the_uci_log_are_closed_by_a_job_at_seven_past(quality_of):
    found = {one.code: one for one in quality_of("uci_incident_event_log.csv.gz").findings}

    assert "'Closed' 16,377" in found["batch-times"].text
    assert {example.time.minute for example in found["batch-times"].examples} == {7}


def test_a_log_without_times_is_not_shown_as_fine(quality_of):
    found = quality_of("alignment_benchmark_a12_a32.zip:a12f0n00.xes.gz")

    reasons = {one.code: one.reason for one in found.not_evaluated}
    assert {"ties", "renames", "batch-times", "duplicate-events"} <= reasons.keys()
    assert set(reasons.values()) == {"the log has no times"}
