from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from casemine.errors import OutputError
from casemine.generate import GenerateOptions, generate, truth_path, write_export, write_truth


@pytest.fixture(scope="module")
def made():
    return generate(GenerateOptions(cases=30, seed=4))


def test_an_export_looks_like_one_from_a_service_desk(made, tmp_path):
    write_export(made.log, tmp_path / "log.csv", zone="Europe/Vienna")

    header, first, *_ = (tmp_path / "log.csv").read_text("utf-8").splitlines()

    assert header == (
        "number,activity,started_at,finished_at,agent,group,priority,category,channel,customer"
    )
    assert first.startswith("INC0001001,Log record,")
    assert "+02:00," in first


def test_a_packed_export_has_the_same_rows_and_no_date_in_it(made, tmp_path):
    for name in ("log.csv", "log.csv.gz", "other.csv.gz"):
        write_export(made.log, tmp_path / name, zone="UTC")

    packed = (tmp_path / "log.csv.gz").read_bytes()

    assert gzip.decompress(packed) == (tmp_path / "log.csv").read_bytes()
    assert packed == (tmp_path / "other.csv.gz").read_bytes()


def test_an_export_of_another_kind_is_refused(made, tmp_path):
    with pytest.raises(OutputError, match=r"'log.xlsx' is not a name for an export"):
        write_export(made.log, tmp_path / "log.xlsx", zone="UTC")

    assert not list(tmp_path.iterdir())


def test_the_offset_follows_the_clock_change(tmp_path):
    made = generate(GenerateOptions(cases=400, seed=4))

    write_export(made.log, tmp_path / "log.csv", zone="Europe/Vienna")

    lines = (tmp_path / "log.csv").read_text("utf-8").splitlines()[1:]
    october = [line for line in lines if "2025-10-24T" in line]
    november = [line for line in lines if "2025-11-03T" in line]
    assert october
    assert november
    assert all("+02:00" in line for line in october)
    assert not any("+02:00" in line.split(",")[3] for line in november)


def test_the_truth_is_written_by_the_ending_of_its_name(made, tmp_path):
    write_truth(made.truth, tmp_path / "truth.csv")
    write_truth(made.truth, tmp_path / "truth.json")

    assert (tmp_path / "truth.csv").read_text("utf-8").startswith("case,kind,")
    assert (tmp_path / "truth.json").read_text("utf-8").startswith('[\n{"case": ')


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.xes.gz", "log.parquet", "log"])
def test_the_truth_stands_beside_the_log(name):
    assert truth_path(Path("out") / name) == Path("out/log.truth.csv")
