"""Flow files that came with public logs: read, and of the language that pm4py gives them."""

from __future__ import annotations

import warnings
import zipfile

import pytest

from casemine.discover.convert import net_from_pm4py
from casemine.read.flows import read_flow
from flow_language import language

pytestmark = pytest.mark.real

FILES = [
    ("receipt.bpmn", None, 27, 2),
    ("purchasing_example.bpmn", None, 23, 7),
    ("receipt_one_variant.pnml", None, 5, 6),
    ("running_example.zip", "running-example.bpmn", 8, 9),
    ("running_example.zip", "running-example.pnml", 8, 9),
    ("running_example.zip", "stochastic_running_example.pnml", 8, 6),
    ("roadtraffic100.zip", "roadtraffic.pnml", 11, 2),
    ("alignment_benchmark_a12_a32.zip", "a12.pnml", 12, 8),
    ("alignment_benchmark_a12_a32.zip", "a32.pnml", 32, 6),
]


def theirs(path):
    import pm4py

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".pnml":
            return net_from_pm4py(*pm4py.read_pnml(str(path)))
        return net_from_pm4py(*pm4py.convert_to_petri_net(pm4py.read_bpmn(str(path))))


@pytest.mark.parametrize(("archive", "member", "steps", "longest"), FILES)
def test_the_language_is_that_of_another_reader(
    real_data, tmp_path, archive, member, steps, longest
):
    path = real_data(archive)
    if member is not None:
        with zipfile.ZipFile(path) as packed:
            name = next(n for n in packed.namelist() if n.endswith(member))
            path = tmp_path / member
            path.write_bytes(packed.read(name))

    flow = read_flow(path)

    assert len(flow.activities) == steps
    begun = language(flow.net, longest, complete=False)
    assert begun == language(theirs(path), longest, complete=False)
    assert language(flow.net, longest) == language(theirs(path), longest)
    assert len(begun) > 4
