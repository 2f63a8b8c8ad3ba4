"""Public XES logs: read alike by both ways, written and read back without a difference."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from casemine.read.options import ReadOptions
from casemine.read.source import members_of
from casemine.read.xes import gather_exactly, read_xes
from casemine.read.xes.fast import plain_tokens
from casemine.read.xes.log import make_log
from casemine.write.xes import write_xes
from xes_files import assert_same_log, column, notes, read

if TYPE_CHECKING:
    from casemine.read.member import Member

pytestmark = pytest.mark.real

# Cases, raw events, events after joining, activities: the first three are those of the publishers.
LOGS = {
    "bpic2013_incidents.xes.gz": (7_554, 65_533, 65_533, 4),
    "helpdesk.xes.gz": (4_580, 21_348, 21_348, 14),
    "receipt.xes.gz": (1_434, 8_577, 8_577, 27),
    "repairExample.xes.gz": (1_104, 11_855, 7_734, 8),
    "reviewing.xes.gz": (100, 3_730, 2_278, 14),
    "teleclaims.xes.gz": (3_512, 46_138, 24_825, 11),
    "tickets_equal_timestamps.xes.gz": (9, 43, 43, 6),
    "roadtraffic100.zip:roadtraffic100traces.xes": (100, 390, 390, 10),
    "running_example.zip:running-example.xes": (6, 42, 42, 8),
    "alignment_benchmark_a12_a32.zip:a12f0n00.xes.gz": (1_000, 6_186, 6_186, 12),
    "alignment_benchmark_a12_a32.zip:a32f0n50.xes.gz": (1_000, 23_864, 23_864, 32),
}


@pytest.fixture
def member(real_data):
    """Open a public log by name, within its archive if need be."""

    def find(name: str) -> Member:
        file, _, inner = name.partition(":")
        (found,) = members_of(f"{real_data(file)}:{inner}" if inner else real_data(file))
        return found

    return find


@pytest.mark.parametrize("name", LOGS)
def test_a_public_log_has_its_cases_events_and_activities(name, member):
    found = read_xes(member(name), ReadOptions())

    codes = found.codes()
    cases, rows_read, events, activities = LOGS[name]
    assert (len(set(codes.case.tolist())), found.intake.rows_read) == (cases, rows_read)
    assert (len(found), len(set(codes.activity.tolist()))) == (events, activities)
    assert found.intake.rows_quarantined == 0
    assert found.intake.rows_joined == rows_read - events
    assert found.timed != name.startswith("alignment")


@pytest.mark.parametrize("name", LOGS)
def test_both_ways_read_a_public_log_alike(name, member):
    opened, options = member(name), ReadOptions()

    fast = read_xes(opened, options)

    assert_same_log(fast, make_log(gather_exactly(opened, options), opened, options))


@pytest.mark.parametrize("name", LOGS)
def test_a_public_log_written_and_read_back_is_the_same(name, member):
    found = read_xes(member(name), ReadOptions())
    out = io.BytesIO()

    told = write_xes(found, out)
    back = read(out.getvalue())

    assert {note.code for note in told} <= {"keys-made"}  # names with blanks are no keys
    for attribute in found.events.column_names:
        if attribute != "row":
            one, other = (each.events.column(attribute) for each in (found, back))
            assert decoded(one).equals(decoded(other)), attribute
    assert back.case_table.equals(found.case_table)


def decoded(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values


def test_an_ordinary_log_goes_the_fast_way(member, monkeypatch):
    answers = []

    def watched(*args):
        answers.append(plain_tokens(*args))
        return answers[-1]

    monkeypatch.setattr("casemine.read.xes.plain_tokens", watched)
    for name in ("helpdesk.xes.gz", "teleclaims.xes.gz", "receipt.xes.gz"):
        read_xes(member(name), ReadOptions())

    assert answers
    assert None not in answers


def test_pairs_and_lifecycles_of_public_logs_are_accounted_for(member):
    repairs = read_xes(member("repairExample.xes.gz"), ReadOptions())
    incidents = read_xes(member("bpic2013_incidents.xes.gz"), ReadOptions())

    assert notes(repairs) == {"pairs-joined": 4_121, "lone-starts": 1, "lone-completes": 3_612}
    assert notes(incidents) == {"lifecycle-kept": 65_533, "broken-promise": 6_950}


def test_the_equal_times_of_a_teaching_log_are_text_without_offset(member):
    found = read_xes(member("tickets_equal_timestamps.xes.gz"), ReadOptions())

    assert notes(found) == {"zone-assumed": 43, "duplicate-rows": 6}
    assert len(set(column(found, "time"))) == 1
    assert column(found, "row") == list(range(1, 44))


def test_pm4py_reads_what_was_written(member, tmp_path):
    pm4py = pytest.importorskip("pm4py")
    from casemine.write import write_log

    found = read_xes(member("running_example.zip:running-example.xes"), ReadOptions())
    write_log(found, tmp_path / "log.xes")

    frame = pm4py.read_xes(
        str(tmp_path / "log.xes"), variant="iterparse", return_legacy_log_object=False
    )

    assert frame["concept:name"].tolist() == column(found, "activity")
    assert frame["time:timestamp"].tolist() == column(found, "time")
    assert frame["case:concept:name"].tolist() == column(found, "case")
