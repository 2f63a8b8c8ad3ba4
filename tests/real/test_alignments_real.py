"""Costs of alignments on public logs: published totals, and pm4py's for each variant.

`benchmarks/work/alignment_costs.py` compares every variant of every log, with r4pm too; here a
sample stands for the logs that take pm4py long.
"""

import json
import warnings
import zipfile

import numpy as np
import pytest

from casemine.conform.align import align
from casemine.discover import discover_petri
from casemine.log import variants_of
from casemine.read import read_log
from casemine.read.flows import read_flow
from casemine.read.models import read_model
from small_nets import replay

pytestmark = pytest.mark.real
UNIT = 10_000  # pm4py's for one visible deviation


@pytest.fixture
def files(real_data, tmp_path):
    """Find a file by name, in an archive where it is `archive/member`."""

    def find(name):
        archive, _, member = name.partition("/")
        path = real_data(archive)
        if member:
            zipfile.ZipFile(path).extract(member, tmp_path)
            return tmp_path / member
        return path

    return find


@pytest.fixture
def published(real_data):
    results = json.loads(real_data("reference_conformance.json").read_text())["results"]
    return {one["what"]: one.get("align_deviations_total") for one in results}


A12, ROAD = "alignment_benchmark_a12_a32.zip/", "roadtraffic100.zip/"
RUNNING = "running_example.zip/"
GIVEN = [
    ("running-example.xes vs running-example.pnml", RUNNING + "running-example.xes",
     RUNNING + "running-example.pnml"),
    ("running_example_broken.csv vs running-example.pnml", RUNNING + "running_example_broken.csv",
     RUNNING + "running-example.pnml"),
    ("receipt vs receipt_one_variant.pnml", "receipt.xes.gz", "receipt_one_variant.pnml"),
    ("roadtraffic100traces vs roadtraffic.pnml", ROAD + "roadtraffic100traces.xes",
     ROAD + "roadtraffic.pnml"),
    *((f"{model}f0n{noise}", f"{A12}{model}f0n{noise}.xes.gz", f"{A12}{model}.pnml")
      for model in ("a12", "a32") for noise in ("00", "05", "10", "20", "50")),
]  # fmt: skip
FOUND = [
    ("running-example inductive", RUNNING + "running-example.xes", 0.0),
    ("helpdesk | inductive noise 0.0", "helpdesk.xes.gz", 0.0),
    ("helpdesk | inductive noise 0.2", "helpdesk.xes.gz", 0.2),
    ("roadtraffic100traces | inductive noise 0.0", ROAD + "roadtraffic100traces.xes", 0.0),
    ("roadtraffic100traces | inductive noise 0.2", ROAD + "roadtraffic100traces.xes", 0.2),
    ("repairExample_complete_only | inductive noise 0.0", "repairExample.xes.gz", 0.0),
    ("repairExample_complete_only | inductive noise 0.2", "repairExample.xes.gz", 0.2),
]


@pytest.mark.parametrize(("what", "log", "net"), GIVEN, ids=[one[0] for one in GIVEN])
def test_published_totals_of_given_nets(files, published, what, log, net):
    variants, model = variants_of(read_log(files(log), cache=False)), read_model(files(net))

    found = align(model, variants)

    assert published[what] is not None
    assert int((found.costs * variants.counts).sum()) == published[what]
    assert _replays(model, variants, found)


@pytest.mark.parametrize(("what", "log", "noise"), FOUND, ids=[one[0] for one in FOUND])
def test_published_totals_of_discovered_nets(files, published, what, log, noise):
    variants = variants_of(read_log(files(log), cache=False))
    model = discover_petri(variants, noise=noise)

    found = align(model, variants)

    assert published[what] is not None
    assert int((found.costs * variants.counts).sum()) == published[what]
    assert _replays(model, variants, found)


def test_the_published_total_of_the_heuristics_net_as_pm4py_writes_it(files, published, tmp_path):
    path = files(RUNNING + "running-example.xes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pm4py

        pm4py.write_pnml(
            *pm4py.discover_petri_net_heuristics(pm4py.read_xes(str(path))),
            str(tmp_path / "heuristics.pnml"),
        )
    variants = variants_of(read_log(path, cache=False))
    model = read_flow(tmp_path / "heuristics.pnml").net

    found = align(model, variants)

    assert int((found.costs * variants.counts).sum()) == 6
    assert published["running-example heuristics"] == 6
    assert _replays(model, variants, found)


def test_every_published_total_is_compared(published):
    """The source gives no total for the alpha nets and the other heuristics nets."""
    compared = {one[0] for one in (*GIVEN, *FOUND)} | {"running-example heuristics"}

    assert compared == {what for what, total in published.items() if total is not None}


@pytest.mark.parametrize(
    ("log", "net", "sample"),
    [
        (RUNNING + "running-example.xes", RUNNING + "running-example.pnml", 6),
        ("helpdesk.xes.gz", 0.0, 226),
        ("helpdesk.xes.gz", 0.2, 226),
        ("receipt.xes.gz", 0.0, 15),
        ("receipt.xes.gz", 0.2, 15),
        ("receipt.xes.gz", "receipt_one_variant.pnml", 116),
        (ROAD + "roadtraffic100traces.xes", ROAD + "roadtraffic.pnml", 100),
        (A12 + "a12f0n50.xes.gz", A12 + "a12.pnml", 40),
        (A12 + "a32f0n50.xes.gz", A12 + "a32.pnml", 8),
    ],
)
def test_every_cost_is_pm4pys(files, log, net, sample):
    variants = variants_of(read_log(files(log), cache=False))
    given = isinstance(net, str)
    model = read_model(files(net)) if given else discover_petri(variants, noise=net)
    indices = np.unique(np.linspace(0, len(variants) - 1, sample).astype(int)).tolist()

    found = align(model, variants)

    assert found.costs[indices].tolist() == _pm4pys(model, variants, indices)


@pytest.mark.parametrize("noise", [0.0, 0.2])
@pytest.mark.parametrize("log", ["helpdesk.xes.gz", "receipt.xes.gz"])
def test_engines_agree_on_every_move(files, log, noise):
    variants = variants_of(read_log(files(log), cache=False))
    model = discover_petri(variants, noise=noise)
    prefixes = np.arange(len(variants)) % 3 == 0

    one, other = (
        align(model, variants, prefixes=prefixes, engine=engine) for engine in ("auto", "numpy")
    )

    for column in ("costs", "offsets", "positions", "transitions"):
        assert np.array_equal(getattr(one, column), getattr(other, column))
    assert _replays(model, variants, one, prefixes)


def _replays(model, variants, found, prefixes=None):
    traces = [variants.trace(index) for index in range(len(variants))]
    return replay(model, traces, found, prefixes) == found.costs.tolist()


def _pm4pys(model, variants, indices):
    from pm4py.algo.conformance.alignments.petri_net.variants import dijkstra_less_memory
    from pm4py.objects.log.obj import Event, Trace
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    net = PetriNet()
    nodes = {place: PetriNet.Place(place) for place in model.places}
    net.places.update(nodes.values())
    for one in model.transitions:
        nodes[one.id] = PetriNet.Transition(one.id, one.label)
        net.transitions.add(nodes[one.id])
    for arc in model.arcs:
        add_arc_from_to(nodes[arc.source], nodes[arc.target], net)
    begin, end = (
        Marking({nodes[place]: tokens for place, tokens in marking.items()})
        for marking in (model.initial, model.final)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            dijkstra_less_memory.apply(
                Trace([Event({"concept:name": name}) for name in variants.trace(index)]),
                net, begin, end,
            )["cost"] // UNIT
            for index in indices
        ]  # fmt: skip
