"""Models found from variants equal those that pm4py finds on the full table of events.

Compared by structure: process trees with the children of choices and concurrency in any order,
nets after both got ids by their structure (equal ids mean isomorphic nets).
"""

import warnings

import pytest

from casemine.discover import discover_petri, discover_tree, unmodelled
from casemine.discover.convert import net_from_pm4py, tree_from_pm4py
from casemine.log import variants_of
from casemine.model.tree import Operator
from casemine.read import read_log

pytestmark = pytest.mark.real

UCI = {"case": "number", "activity": "incident_state", "time": "sys_updated_at"}
LOGS = {
    "helpdesk.csv.gz": {},
    "bpic2013_incidents.xes.gz": {},
    "receipt.xes.gz": {},
    "uci_incident_event_log.csv.gz": UCI,
    "reviewing.xes.gz": {},
    "teleclaims.xes.gz": {},
    "tickets_equal_timestamps.xes.gz": {},
}
READ = {}


@pytest.fixture(params=LOGS)
def log(request, real_data):
    name = request.param
    if name not in READ:
        path = real_data(name)
        READ[name] = read_log(path, cache=False, **LOGS[name])
    return READ[name]


def table_of(log):
    """Hand pm4py every event; with begin times it would order them by begin, not by end."""
    return log.to_pandas().drop(columns="start_timestamp", errors="ignore")


def shape(tree):
    """Text of a tree that doesn't depend on an order that means nothing."""
    if tree.operator is None:
        return repr(tree.label)
    parts = [shape(child) for child in tree.children]
    if tree.operator not in {Operator.SEQUENCE, Operator.LOOP}:
        parts.sort()
    return f"{tree.operator.value}({', '.join(parts)})"


def structure(net):
    return (net.places, net.transitions, net.arcs, net.initial, net.final)


def quietly(function, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **options)


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
def test_process_trees_of_the_inductive_miner(log, noise):
    import pm4py

    ours = discover_tree(variants_of(log), noise=noise)
    theirs = quietly(pm4py.discover_process_tree_inductive, table_of(log), noise_threshold=noise)

    assert shape(ours) == shape(tree_from_pm4py(theirs))


def test_nets_of_the_inductive_miner(log):
    import pm4py

    ours = discover_petri(variants_of(log))
    theirs = quietly(pm4py.discover_petri_net_inductive, table_of(log))

    assert structure(ours) == structure(net_from_pm4py(*theirs))


@pytest.mark.parametrize("dependency", [0.2, 0.5, 0.9])
def test_nets_of_the_heuristics_miner(log, dependency):
    import pm4py

    variants = variants_of(log)
    ours = discover_petri(variants, miner="heuristics", dependency=dependency)
    theirs = quietly(
        pm4py.discover_petri_net_heuristics, table_of(log), dependency_threshold=dependency
    )

    assert structure(ours) == structure(net_from_pm4py(*theirs))
    assert set(unmodelled(ours, variants)) == set(variants.activities) - set(ours.frequency)


def test_nets_of_the_alpha_miner(log):
    import pm4py

    ours = discover_petri(variants_of(log), miner="alpha")
    theirs = quietly(pm4py.discover_petri_net_alpha, table_of(log))

    assert structure(ours) == structure(net_from_pm4py(*theirs))


@pytest.mark.parametrize("name", ["running_example.zip", "tickets_equal_timestamps.xes.gz"])
def test_nets_of_the_ilp_miner_with_the_cases_in_the_order_of_the_variants(real_data, name):
    """Of places that are equally good the solver takes one by the order of the traces.

    So pm4py's net depends on the order of cases (seen on receipt: 45 places and 923 arcs, or 46
    and 869); the order of the variants is the one that no source can change.
    """
    import pandas as pd
    import pm4py

    path = real_data(name)
    variants = variants_of(_first(path) if path.suffix == ".zip" else read_log(path, cache=False))
    rows = [
        {"case:concept:name": f"{index:05d}-{number:05d}", "concept:name": step, "hour": hour}
        for index, (trace, cases) in enumerate(variants)
        for number in range(cases)
        for hour, step in enumerate(trace)
    ]
    full = pd.DataFrame(rows)
    full["time:timestamp"] = pd.to_datetime(full.pop("hour"), unit="h", utc=True)

    ours = discover_petri(variants, miner="ilp")
    theirs = quietly(pm4py.discover_petri_net_ilp, full)

    assert structure(ours) == structure(net_from_pm4py(*theirs))


def _first(archive):
    """The XES log in an archive that holds other files as well."""
    import io
    import zipfile

    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.xes import read_xes

    with zipfile.ZipFile(archive) as members:
        data = members.read("running-example.xes")
    return read_xes(Member("running-example.xes", lambda: io.BytesIO(data)), ReadOptions())


MODELS = {
    "receipt.bpmn": (59, 90),
    "purchasing_example.bpmn": (31, 33),
    "receipt_one_variant.pnml": (11, 10),
    "running_example.zip:running-example.pnml": (19, 22),
    "running_example.zip:running-example.bpmn": (18, 21),
    "running_example.zip:running-example.ptml": (14, 13),
    "running_example.zip:stochastic_running_example.pnml": (22, 28),
    "alignment_benchmark_a12_a32.zip:a12.pnml": (28, 30),
    "alignment_benchmark_a12_a32.zip:a32.pnml": (64, 74),
    "alignment_benchmark_a12_a32.zip:a32.ptml": (52, 51),
    "roadtraffic100.zip:roadtraffic.pnml": (63, 84),
}


@pytest.mark.parametrize("name", MODELS)
def test_public_models_are_read_whole(real_data, tmp_path, name):
    import zipfile

    from casemine.read.models import read_model

    archive, _, member = name.partition(":")
    path = real_data(archive)
    if member:
        with zipfile.ZipFile(path) as members:
            path = tmp_path / member
            path.write_bytes(members.read(member))

    nodes, ways = _size(read_model(path))

    assert (nodes, ways) == MODELS[name]


def _size(model):
    """Nodes and the ways between them."""
    if hasattr(model, "flows"):
        return len(model.nodes), len(model.flows)
    if hasattr(model, "arcs"):
        return len(model.places) + len(model.transitions), len(model.arcs)
    nodes = 1 + sum(_size(child)[0] for child in model.children)
    return nodes, nodes - 1
