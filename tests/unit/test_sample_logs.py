"""The logs that ship are what their script makes, and casemine reads them without options."""

from __future__ import annotations

import csv
import gzip
import runpy
from pathlib import Path

import pytest

from casemine import discover_dfg, read_log

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_logs"


def unpacked(path):
    """The bytes inside: how small zlib packs them differs between its versions."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    runpy.run_path(str(ROOT / "examples" / "make_sample_logs.py"))["make"](folder)
    return folder


@pytest.mark.parametrize("name", ["incidents.csv", "incidents.xes.gz", "incidents.truth.csv"])
def test_the_script_makes_the_shipped_file_again(made_again, name):
    shipped, again = (unpacked(folder / name) for folder in (SAMPLES, made_again))

    assert shipped == again


def test_the_samples_are_small():
    assert (SAMPLES / "incidents.csv").stat().st_size < 1_700_000
    assert (SAMPLES / "incidents.xes.gz").stat().st_size < 400_000


def test_the_export_is_read_without_options():
    log = read_log(SAMPLES / "incidents.csv", cache=False)

    assert len(set(log.events.column("case").to_pylist())) == 1500
    assert log.intake.rows_quarantined == 0
    assert log.intake.rows_read == len(log)
    assert {"start", "resource", "group"} <= set(log.events.column_names)
    assert log.intake.notes == ()


def test_export_and_xes_hold_the_same_log():
    one, other = (
        read_log(SAMPLES / name, cache=False) for name in ("incidents.csv", "incidents.xes.gz")
    )

    assert discover_dfg(one) == discover_dfg(other)
    columns = ["case", "activity", "time", "start", "resource", "group", "priority", "customer"]
    assert [one.events.column(name).to_pylist() for name in columns] == [
        other.events.column(name).to_pylist() for name in columns
    ]


def test_the_rows_of_the_truth_are_rows_of_the_export():
    with (SAMPLES / "incidents.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with (SAMPLES / "incidents.truth.csv").open(encoding="utf-8", newline="") as lines:
        truth = list(csv.DictReader(lines))

    shown = {
        one["case"]: {rows[int(row) - 1]["number"] for row in one["rows"].split()} for one in truth
    }

    assert len(truth) > 200
    assert shown == {case: {case} for case in shown}
