"""What holds for the picture of every graph."""

import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.draw import draw_map, draw_tree
from casemine.draw.curves import arrowhead, cut_end, middle_of, straight
from casemine.draw.layout import lay_out
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.textwidth import clusters, text_width, visible, wrap
from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge
from casemine.model.tree import Operator, ProcessTree

SVG = "{http://www.w3.org/2000/svg}"
anything = st.text(st.characters(codec=None), max_size=60)
counts = st.integers(1, 10**12)


@st.composite
def graphs(draw):
    names = draw(st.lists(anything, min_size=0, max_size=6, unique=True))
    pairs = [(a, b) for a in names for b in names]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12)) if pairs else []
    return DirectlyFollowsGraph(
        tuple(Activity(n, draw(counts), draw(counts), draw(st.floats(0, 1))) for n in names),
        tuple(Edge(a, b, draw(counts), draw(counts)) for a, b in chosen),
        {name: draw(counts) for name in names if draw(st.booleans())},
        {name: draw(counts) for name in names if draw(st.booleans())},
    )


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(["wasm", "builtin"]), st.sampled_from(["tb", "lr"]))
def test_every_graph_has_a_well_formed_picture_with_all_its_elements(graph, engine, direction):
    picture = draw_map(graph, engine=engine, direction=direction)

    groups = list(ET.fromstring(picture.svg.encode("utf-8")).iter(f"{SVG}g"))
    assert sum(g.get("data-activity") is not None for g in groups) == len(graph.activities)
    assert sum(g.get("data-of") is not None for g in groups) == (
        len(graph.edges) + len(graph.starts) + len(graph.ends)
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["wasm", "builtin"]), st.sampled_from(["tb", "lr"]))
def test_routes_begin_and_end_at_their_boxes(data, engine, direction):
    size = data.draw(st.integers(1, 8))
    ends = st.integers(0, size - 1)
    pairs = data.draw(st.lists(st.tuples(ends, ends), unique=True, max_size=16))
    request = LayoutRequest(
        tuple(NodeSpec(f"{i}", 90.0 + i, 40.0) for i in range(size)),
        tuple(
            EdgeSpec(f"{a}-{b}", f"{a}", f"{b}", label_width=20, label_height=14) for a, b in pairs
        ),
        direction,
    )

    diagram = lay_out(request, engine=engine)

    for edge in request.edges:
        points = diagram.routes[edge.id].points
        for (x, y), node in ((points[0], edge.source), (points[-1], edge.target)):
            box = diagram.boxes[node]
            assert abs(x - box.x) <= box.width / 2 + 1
            assert abs(y - box.y) <= box.height / 2 + 1


@given(anything, st.floats(40, 300), st.integers(1, 4))
def test_lines_fit_and_nothing_is_lost_unsaid(text, width, lines):
    shown = visible(text)
    broken, cut = wrap(shown, 13, width, lines=lines)

    assert len(broken) <= lines
    assert cut or "".join("".join(broken).split()) == "".join(shown.split())
    for line in broken:
        assert text_width(line, 13) <= width or len(clusters(line)) <= 2


@given(anything)
def test_visible_text_fits_into_xml(text):
    ET.fromstring(f"<a>{visible(text).replace('&', '').replace('<', '')}</a>".encode())


points = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


@given(st.lists(points, min_size=2, max_size=5), st.floats(1, 30))
def test_an_arrow_ends_at_its_tip_and_its_line_before_it(corners, length):
    route = straight(*corners)
    line = cut_end(route, length)

    assert line[0] == route[0]
    assert len(line) % 3 == 1
    assert arrowhead(line[-1], route[-1], 4)[0] == route[-1]


@given(points, points)
def test_the_middle_of_a_straight_line_is_half_way(a, b):
    x, y = middle_of(straight(a, b))

    assert abs(x - (a[0] + b[0]) / 2) + abs(y - (a[1] + b[1]) / 2) < 0.01


trees = st.recursive(
    st.builds(ProcessTree, label=st.none() | anything),
    lambda inner: st.builds(
        ProcessTree,
        operator=st.sampled_from(Operator),
        children=st.lists(inner, min_size=1, max_size=4).map(tuple),
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(trees, st.sampled_from(["lr", "tb"]))
def test_every_tree_has_a_well_formed_picture(tree, direction):
    ET.fromstring(draw_tree(tree, direction=direction).svg.encode("utf-8"))
