"""Pictures of public logs: every kind, with nothing missing and nothing outside the sheet."""

import re
import xml.etree.ElementTree as ET

import pytest

from casemine.discover import discover_bpmn, discover_petri, discover_tree, simplify
from casemine.draw import draw_bpmn, draw_designed_flow, draw_map, draw_petri, draw_tree
from casemine.log import discover_dfg, variants_of
from casemine.read import read_log
from casemine.read.flows import read_flow

pytestmark = pytest.mark.real

SVG = "{http://www.w3.org/2000/svg}"
LOGS = {
    "helpdesk.csv.gz": {},
    "uci_incident_event_log.csv.gz": {
        "case": "number",
        "activity": "incident_state",
        "time": "sys_updated_at",
    },
    "bpic2013_incidents.xes.gz": {},
    "receipt.xes.gz": {},
}
READ = {}


@pytest.fixture(params=LOGS)
def log(request, real_data):
    name = request.param
    if name not in READ:
        READ[name] = read_log(real_data(name), cache=False, **LOGS[name])
    return READ[name]


def checked(svg):
    """Parse a picture, and see that every coordinate of every curve is on the sheet."""
    root = ET.fromstring(svg.encode("utf-8"))
    width, height = float(root.get("width")), float(root.get("height"))
    assert "nan" not in svg
    assert "inf" not in re.sub(r"<(title|desc|text)[^>]*>[^<]*|data-[\w-]+=\"[^\"]*\"", "", svg)
    for path in root.iter(f"{SVG}path"):
        # Control points may stand off their curve a little.
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d")):
            assert -40 <= float(x) <= width + 20
            assert -40 <= float(y) <= height + 20
    return root


def activities_in(root):
    return {g.get("data-activity") for g in root.iter(f"{SVG}g") if g.get("data-activity")}


@pytest.mark.parametrize("engine", ["wasm", "builtin"])
@pytest.mark.parametrize("metric", ["frequency", "median"])
def test_the_map_of_a_log_shows_all_that_was_kept(log, engine, metric):
    graph, coverage = simplify(discover_dfg(log))

    picture = draw_map(graph, coverage=coverage, metric=metric, engine=engine)

    root = checked(picture.svg)
    assert picture.notes == ()
    assert activities_in(root) == {activity.name for activity in graph.activities}
    shown = sum(g.get("data-from") is not None for g in root.iter(f"{SVG}g"))
    assert shown >= len(graph.edges)


def test_maps_of_a_log_without_crowding_have_a_label_beside_every_path(log):
    graph, coverage = simplify(discover_dfg(log))

    svg = draw_map(graph, coverage=coverage, engine="wasm").svg

    spots = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)" font-size="11"', svg)
    assert len(set(spots)) == len(graph.edges) + len(graph.starts) + len(graph.ends)


def test_the_models_of_a_log_can_be_drawn(log):
    variants = variants_of(log)
    net = discover_petri(variants, noise=0.2)
    model = discover_bpmn(variants, noise=0.2)
    tree = discover_tree(variants, noise=0.2)
    labels = {transition.label for transition in net.transitions} - {None}

    assert activities_in(checked(draw_petri(net).svg)) == labels
    assert activities_in(checked(draw_bpmn(model).svg)) == labels
    assert activities_in(checked(draw_tree(tree).svg)) == labels


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("purchasing_example.bpmn", True), ("receipt.bpmn", False)],
    ids=["as its editor drew it", "with steps on one another"],
)
def test_a_flow_is_drawn_as_its_file_does_where_that_can_be_read(real_data, name, drawn):
    flow = read_flow(real_data(name))

    assert (flow.coordinates is not None) is drawn
    assert activities_in(checked(draw_designed_flow(flow).svg)) == set(flow.activities)
