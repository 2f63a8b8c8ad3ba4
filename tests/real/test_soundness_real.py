"""Public models and models found by the inductive miner, which are sound by construction."""

from __future__ import annotations

import zipfile

import pytest

from casemine.conform.soundness import check_soundness
from casemine.discover import discover_petri
from casemine.log import variants_of
from casemine.read import read_log
from casemine.read.flows import read_flow

pytestmark = pytest.mark.real

PUBLIC = [
    ("alignment_benchmark_a12_a32.zip", "a12.pnml"),
    ("alignment_benchmark_a12_a32.zip", "a32.pnml"),
    ("roadtraffic100.zip", "roadtraffic.pnml"),
    ("running_example.zip", "running-example.pnml"),
    ("running_example.zip", "stochastic_running_example.pnml"),
    ("running_example.zip", "running-example.bpmn"),
]


@pytest.mark.parametrize(("archive", "name"), PUBLIC)
def test_public_models_are_sound_and_safe(archive, name, real_data, tmp_path):
    with zipfile.ZipFile(real_data(archive)) as folder:
        folder.extract(name, tmp_path)

    found = check_soundness(read_flow(tmp_path / name))

    assert (found.sound, found.safe) == (True, True)


@pytest.mark.parametrize("name", ["receipt.bpmn", "purchasing_example.bpmn"])
def test_diagrams_of_another_tool_are_sound_and_safe(name, real_data):
    found = check_soundness(read_flow(real_data(name)))

    assert (found.sound, found.safe) == (True, True)


@pytest.mark.parametrize(
    ("name", "noise"),
    [("receipt.xes.gz", 0.0), ("helpdesk.csv.gz", 0.0), ("bpic2013_incidents.xes.gz", 0.2)],
)
def test_models_of_the_inductive_miner_are_sound(name, noise, real_data):
    variants = variants_of(read_log(real_data(name), cache=False))

    found = check_soundness(discover_petri(variants, noise=noise))

    assert (found.sound, found.shrunk) == (True, False)


def test_a_model_with_more_than_200_000_situations_is_decided_on_a_smaller_net(real_data, tmp_path):
    frame = read_log(real_data("bpic2013_incidents.xes.gz"), cache=False).to_pandas()
    frame["step"] = frame["concept:name"].astype(str) + " " + frame["lifecycle"].astype(str)
    columns = {"case:concept:name": "case", "step": "activity", "time:timestamp": "time"}
    frame[list(columns)].rename(columns=columns).to_csv(tmp_path / "steps.csv", index=False)
    variants = variants_of(read_log(tmp_path / "steps.csv", cache=False))

    found = check_soundness(discover_petri(variants))

    assert (found.sound, found.shrunk) == (True, True)
