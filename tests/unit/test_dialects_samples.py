"""The exports that ship are what their script makes, small, and show what may happen."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pytest

from casemine.generate.dialects import DIALECTS

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_logs"


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    runpy.run_path(str(ROOT / "examples" / "make_sample_logs.py"))["make"](folder)
    return folder


@pytest.mark.parametrize("name", DIALECTS)
def test_the_script_makes_the_shipped_export_again(made_again, name):
    shipped, again = (
        {path.name: path.read_bytes() for path in (folder / name).iterdir()}
        for folder in (SAMPLES, made_again)
    )

    assert shipped == again


@pytest.mark.parametrize("name", ["exports.expected_events.csv", "exports.truth.csv"])
def test_the_script_makes_the_shipped_truth_again(made_again, name):
    assert (SAMPLES / name).read_bytes() == (made_again / name).read_bytes()


def test_the_exports_are_small():
    sizes = [path.stat().st_size for name in DIALECTS for path in (SAMPLES / name).iterdir()]

    assert sum(sizes) < 400_000


def test_the_few_tickets_show_what_may_happen():
    with (SAMPLES / "exports.expected_events.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    turns = {(row["old"], row["new"]) for row in rows if row["kind"] == "status"}
    assert {("solved", "open"), ("open", "pending"), ("open", "hold")} <= turns
    assert {row["kind"] for row in rows} == {
        "create", "status", "assign", "group", "priority", "comment", "merge", "sla",
    }  # fmt: skip
    assert {row["actor_type"] for row in rows} == {"agent", "customer", "system"}
    assert max(len(row["new"]) for row in rows) > 255
    assert len({row["case"] for row in rows}) == 15
