"""Quality of models of public logs against pm4py, where both follow one definition."""

import json
import zipfile

import pytest

from casemine.conform.quality import quality
from casemine.discover import discover_petri
from casemine.log import variants_of
from casemine.read import read_log
from casemine.read.flows import read_flow

pytestmark = pytest.mark.real

# What is compared; log (in an archive), net or noise of the inductive miner, or another miner.
RUNNING, ROAD = "running_example.zip", "roadtraffic100.zip"
BENCH = "alignment_benchmark_a12_a32.zip"
PAIRS = {
    "running-example.xes vs running-example.pnml": (
        (RUNNING, "running-example.xes"),
        (RUNNING, "running-example.pnml"),
    ),
    "running_example_broken.csv vs running-example.pnml": (
        (RUNNING, "running_example_broken.csv"),
        (RUNNING, "running-example.pnml"),
    ),
    "running-example heuristics": ((RUNNING, "running-example.xes"), "heuristics"),
    "receipt vs receipt_one_variant.pnml": (
        (None, "receipt.xes.gz"),
        (None, "receipt_one_variant.pnml"),
    ),
    "roadtraffic100traces vs roadtraffic.pnml": (
        (ROAD, "roadtraffic100traces.xes"),
        (ROAD, "roadtraffic.pnml"),
    ),
    "roadtraffic100traces | inductive noise 0.2": ((ROAD, "roadtraffic100traces.xes"), 0.2),
    "helpdesk | inductive noise 0.0": ((None, "helpdesk.xes.gz"), 0.0),
    "helpdesk | inductive noise 0.2": ((None, "helpdesk.xes.gz"), 0.2),
    "a12f0n50": ((BENCH, "a12f0n50.xes.gz"), (BENCH, "a12.pnml")),
}
# pm4py overlooks steps behind several silent ones there, see docs/model-quality.md.
OVERLOOKED = {
    "helpdesk | inductive noise 0.0": 0.512532,
    "helpdesk | inductive noise 0.2": 0.699632,
}
# Its generalisation counts what token replay fires, which is a run of the net on these.
SAME_RUNS = {
    "running-example.xes vs running-example.pnml",
    "roadtraffic100traces vs roadtraffic.pnml",
    "helpdesk | inductive noise 0.0",
}
FOUND = {}


@pytest.fixture(params=PAIRS)
def pair(request, real_data, tmp_path):
    what = request.param
    if what not in FOUND:
        log, model = PAIRS[what]
        variants = variants_of(read_log(_file(real_data, tmp_path, *log), cache=False))
        if isinstance(model, float):
            net = discover_petri(variants, noise=model)
        elif isinstance(model, str):
            net = discover_petri(variants, miner=model)
        else:
            net = read_flow(_file(real_data, tmp_path, *model)).net
        FOUND[what] = quality(net, variants)
    results = json.loads(real_data("reference_conformance.json").read_text())["results"]
    return what, FOUND[what], next(one for one in results if one["what"] == what)


def _file(real_data, folder, archive, name):
    if archive is None:
        return real_data(name)
    with zipfile.ZipFile(real_data(archive)) as files:
        member = next(one for one in files.namelist() if one.endswith(name))
        return files.extract(member, folder)


def test_fitness_is_the_same(pair):
    _, found, expected = pair
    align = expected["align"]

    assert found.fitness_traces == pytest.approx(align["average_trace_fitness"], abs=1e-6)
    # There a silent step costs a ten-thousandth, so that a fitting log shows 0.9999.
    assert found.fitness_log == pytest.approx(align["log_fitness"], abs=4e-4)
    assert found.cost == expected["align_deviations_total"]
    share = 100 * found.fitting_cases / found.cases
    assert share == pytest.approx(align["percFitTraces"], abs=1e-5)


def test_precision_over_beginnings_is_the_same_but_where_steps_are_overlooked(pair):
    what, found, expected = pair
    there = expected.get("precision_align", expected["precision_etc_tbr"])

    assert found.precision_prefixes == pytest.approx(OVERLOOKED.get(what, there), abs=1e-6)
    assert what not in OVERLOOKED or found.precision_prefixes < there


def test_generalisation_is_the_same_where_the_runs_are(pair):
    what, found, expected = pair
    if what in SAME_RUNS:
        assert found.generalisation == pytest.approx(expected["generalization_tbr"], abs=1e-6)


def test_simplicity_and_size_are_the_same(pair):
    _, found, expected = pair

    if "simplicity_arc_degree" in expected:
        assert found.simplicity == pytest.approx(expected["simplicity_arc_degree"], abs=1e-6)
    size = (found.places, found.transitions, found.arcs)
    assert size == (expected["places"], expected["transitions"], expected["arcs"])
