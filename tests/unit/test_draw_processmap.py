import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from casemine.draw import draw_map
from casemine.draw.mapvalues import name_id
from casemine.errors import UsageError
from casemine.model.coverage import Coverage
from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge
from casemine.model.timing import Timing

SVG = "{http://www.w3.org/2000/svg}"


def timing(seconds, n=100):
    return Timing(n, seconds / 2, seconds, seconds * 1.5, seconds * 4, seconds * 9, seconds * n)


def graph_of(**counts):
    """`AB=3` is an edge from A to B; the first starts, the last ends."""
    names = list(dict.fromkeys("".join(counts)))
    most = max(counts.values(), default=1)
    return DirectlyFollowsGraph(
        tuple(Activity(n, most, most, i / max(1, len(names) - 1)) for i, n in enumerate(names)),
        tuple(Edge(p[0], p[1], c, c, timing(3600.0 * c, c)) for p, c in counts.items()),
        {names[0]: most},
        {names[-1]: most},
    )


GRAPH = graph_of(AB=90, BC=80, CB=4, AC=10, BB=1234)
ONE = DirectlyFollowsGraph((Activity("Only", 1, 1, 0.0),), (), {"Only": 1}, {"Only": 1})
EMPTY = DirectlyFollowsGraph((), (), {}, {})


def named(*names):
    count = len(names)
    return DirectlyFollowsGraph(
        tuple(Activity(n, 5, 5, i / max(1, count)) for i, n in enumerate(names)),
        tuple(Edge(a, b, 5, 5, timing(60.0)) for a, b in itertools.pairwise(names)),
        {names[0]: 5},
        {names[-1]: 5},
    )


def parsed(graph, **options):
    return ET.fromstring(draw_map(graph, **({"engine": "builtin"} | options)).svg)


def texts(root):
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def tooltips(root):
    return [g[0].text for g in root.iter(f"{SVG}g") if len(g) and g[0].tag == f"{SVG}title"]


def test_every_activity_and_path_is_there_with_its_numbers():
    root = parsed(GRAPH)

    boxes = [g for g in root.iter(f"{SVG}g") if g.get("data-activity")]
    paths = [g for g in root.iter(f"{SVG}g") if g.get("data-from") and g.get("data-to")]
    assert {g.get("data-activity") for g in boxes} == {"A", "B", "C"}
    assert {(g.get("data-from"), g.get("data-to"), g.get("data-count")) for g in paths} == {
        ("A", "B", "90"),
        ("B", "C", "80"),
        ("C", "B", "4"),
        ("A", "C", "10"),
        ("B", "B", "1234"),
    }
    assert "1,234" in texts(root)


def test_tooltips_say_everything_in_one_line():
    graph = named("Resolve", "Close")
    graph = replace(graph, edges=(Edge("Resolve", "Close", 3, 3, timing(190080.0, 3)),))

    found = tooltips(parsed(graph))

    assert (
        "Resolve → Close: 3 times, 3 cases (60 %), median 2.2 d, mean 3.3 d, p90 8.8 d,"
        " total 6.6 d, n=3" in found
    )
    assert "Resolve: 5 times in 5 cases (100 %), starts 5 cases" in found
    assert "Close ends 5 cases (100 %)" in found


def test_a_filtered_map_says_what_it_leaves_out():
    root = parsed(GRAPH, coverage=Coverage(3, 7, 5, 44, 995, 1000))

    line = "Shown: 3 of 7 activities, 5 of 44 paths, 99.5 % of steps"
    assert line in texts(root)
    assert root.find(f"{SVG}desc").text.endswith(f"{line}.")


def test_a_whole_map_says_nothing_of_the_kind():
    whole = Coverage(3, 3, 5, 5, 1000, 1000)

    assert not any(words.startswith("Shown") for words in texts(parsed(GRAPH, coverage=whole)))


def test_an_almost_whole_map_never_claims_all():
    almost = Coverage(3, 3, 5, 6, 999_999, 1_000_000)

    assert "> 99.9 % of steps" in draw_map(GRAPH, coverage=almost).svg.replace("&gt;", ">")


@pytest.mark.parametrize(
    ("metric", "label"),
    [
        ("frequency", "90"),
        ("cases", "90"),
        ("median", "3.8 d"),
        ("mean", "5.6 d"),
        ("p90", "15 d"),
        ("total", "48 wk"),
    ],
)
def test_paths_show_the_metric_asked_for(metric, label):
    assert label in texts(parsed(GRAPH, metric=metric))


def test_waits_on_few_observations_are_dotted_and_thin():
    svg = draw_map(GRAPH, metric="median", engine="builtin").svg

    few = re.search(r'<g id="edge-\w+" data-from="C" data-to="B".*?</g>', svg)[0]
    many = re.search(r'<g id="edge-\w+" data-from="A" data-to="B".*?</g>', svg)[0]
    assert "stroke-dasharray" in few
    assert "n=4" in few
    assert "stroke-dasharray" not in many
    assert "Fewer than 5 observations" in svg


def test_one_odd_case_does_not_set_the_scale():
    edges = (*GRAPH.edges[:2], Edge("C", "B", 1, 1, timing(9e9, 1)))

    svg = draw_map(replace(GRAPH, edges=edges), metric="median", engine="builtin").svg

    assert "≥ 3.8 d" in svg
    odd = re.search(r'<g id="edge-\w+" data-from="C" data-to="B".*?</g>', svg)[0]
    assert 'stroke-width="1.8" stroke-dasharray' in odd


def test_boxes_show_how_long_an_activity_takes_where_that_is_known():
    activity = replace(GRAPH.activities[0], service=timing(2220.0))
    graph = replace(GRAPH, activities=(activity, *GRAPH.activities[1:]))

    assert "median 37 min" in texts(parsed(graph, metric="median"))
    assert "median 37 min" not in texts(parsed(graph))


def test_a_time_metric_without_times_is_refused():
    untimed = replace(GRAPH, edges=tuple(replace(e, wait=None) for e in GRAPH.edges))

    with pytest.raises(UsageError, match="'median' needs times"):
        draw_map(untimed, metric="median")

    assert draw_map(untimed, metric="cases", engine="builtin").svg


def test_a_path_without_a_wait_shows_a_dash():
    edges = (GRAPH.edges[0], replace(GRAPH.edges[1], wait=None))

    assert "–" in texts(parsed(replace(GRAPH, edges=edges), metric="median"))


def test_negative_waits_of_overlapping_steps_are_drawn():
    edges = (Edge("A", "B", 9, 9, Timing(9, -90.0, -60.0, -50.0, 0.0, 0.0, -450.0)),)

    assert "-1 min" in texts(parsed(replace(GRAPH, edges=edges), metric="median"))


def test_thicker_is_more_and_nothing_is_thinner_than_a_point():
    svg = draw_map(GRAPH, engine="builtin").svg

    drawn = re.findall(r'fill="none" stroke="#\w+" stroke-width="([\d.]+)"', svg)
    widths = [float(width) for width in drawn]
    assert min(widths) >= 1
    assert max(widths) == 7
    assert widths[: len(GRAPH.edges)] == sorted(widths[: len(GRAPH.edges)])


def test_equal_counts_need_no_scale():
    root = parsed(named("A", "B", "C"))

    legend = next(g for g in root.iter(f"{SVG}g") if g.get("id") == "cm-legend")
    assert "".join(legend.itertext()).count("5") == 2


def test_huge_counts_are_written_with_separators():
    graph = named("A", "B")
    graph = replace(graph, edges=(Edge("A", "B", 1_234_567_890_123, 5, None),))

    assert "1,234,567,890,123" in texts(parsed(graph))


def test_one_activity_is_a_map():
    root = parsed(ONE)

    assert "Only" in texts(root)
    assert "1 case · 1 event" in texts(root)


def test_no_activity_is_said_in_words():
    assert "No activities to show" in texts(parsed(EMPTY))


NASTY = [
    "<b>bold</b>",
    'a"b',
    "a'b",
    "]]>",
    "&amp;",
    "\x00\x07\x1b[31m",
    "\ud800",
    "",
    " ",
    "-->",
    "إنشاء التذكرة",
    "工单关闭",
    "👩\u200d💻",
    "{activity}",
    "\u202egnp.exe",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("engine", ["wasm", "builtin"])
def test_any_name_gives_well_formed_svg(name, engine):
    picture = draw_map(
        named(name, "Solve"), engine=engine, title=name[:50], link_template="x?{activity}"
    )

    root = ET.fromstring(picture.svg.encode("utf-8"))
    assert len([g for g in root.iter(f"{SVG}g") if g.get("data-activity") is not None]) == 2
    assert len(picture.svg) < 40_000


def test_names_that_look_alike_keep_their_own_ids():
    assert len({name_id(name) for name in NASTY}) == len(NASTY)


def test_ids_stay_when_other_things_change():
    few, more = (draw_map(g, engine="builtin").svg for g in (GRAPH, graph_of(AB=90, BC=80, XA=7)))

    def id_of(svg):
        return re.search(r'<g id="(edge-\w+)" data-from="A" data-to="B"', svg)[1]

    assert id_of(few) == id_of(more)
    assert name_id("A") in few
    assert name_id("A") in more


def test_ids_are_unique():
    ids = [node.get("id") for node in parsed(GRAPH).iter() if node.get("id")]

    assert len(ids) == len(set(ids))


def test_links_lead_from_boxes_or_from_paths():
    boxes = parsed(GRAPH, link_template="cases.html?activity={activity}")
    paths = parsed(GRAPH, link_template="https://example.org/?f={source}&t={target}")

    assert {a.get("href") for a in boxes.iter(f"{SVG}a")} == {
        f"cases.html?activity={name}" for name in "ABC"
    }
    assert len(list(paths.iter(f"{SVG}a"))) == len(GRAPH.edges)


def test_a_scripting_address_is_refused_before_anything_is_drawn():
    with pytest.raises(UsageError):
        draw_map(GRAPH, link_template="javascript:alert({activity})")


def test_the_picture_describes_itself_to_screen_readers():
    root = parsed(GRAPH, title="Incidents")

    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "cm-title cm-desc")
    assert root.find(f"{SVG}title").text == "Incidents"
    assert root.find(f"{SVG}desc").text == (
        "Process map of 3 activities and 5 paths in 1,234 cases."
        " The most frequent path leads from B to B, 1,234 times."
    )


def test_the_metadata_names_casemine_and_the_engine():
    assert parsed(GRAPH).find(f"{SVG}metadata").text.startswith("casemine 0.1.0 · built-in")
    assert "(wasm)" in parsed(GRAPH, engine="wasm").find(f"{SVG}metadata").text


@pytest.mark.parametrize("theme", ["auto", "light", "dark", "print"])
def test_nothing_that_other_renderers_lack_is_used(theme):
    svg = draw_map(GRAPH, theme=theme, metric="median").svg

    for word in ("var(", "paint-order", "<marker", "foreignObject", "@font-face", "<script"):
        assert word not in svg
    assert ("@media" in svg) == (theme == "auto")
    assert svg.endswith("</svg>\n")
    assert "\r" not in svg


@pytest.mark.parametrize("direction", ["tb", "lr"])
@pytest.mark.parametrize("engine", ["wasm", "builtin"])
def test_nothing_is_outside_the_sheet(direction, engine):
    root = parsed(GRAPH, direction=direction, engine=engine)

    width, height = (float(root.get(side)) for side in ("width", "height"))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x", 0)) <= width
        assert float(rect.get("y", 0)) <= height


def test_the_happy_path_is_a_straight_spine():
    graph = graph_of(AB=900, BC=880, CD=860, AC=20, DB=15, BD=10)

    root = parsed(graph, engine="wasm")

    centres = {
        float(rect.get("x")) + float(rect.get("width")) / 2
        for g in root.iter(f"{SVG}g")
        if g.get("data-activity")
        for rect in g.iter(f"{SVG}rect")
    }
    assert max(centres) - min(centres) < 1


def test_labels_without_room_of_their_own_keep_off_boxes_and_each_other():
    letters = "ABCDEFGHIJKL"
    crowded = graph_of(**{a + b: 9 for a in letters for b in letters if abs(ord(a) - ord(b)) < 9})
    assert len(crowded.edges) > 120

    root = parsed(crowded, engine="wasm")

    drawing = [g for g in root.iter(f"{SVG}g") if g.get("data-of")]
    spots = {tuple(g[-1].get(axis) for axis in "xy") for g in drawing}
    assert len(spots) > 0.95 * len(drawing)


CODE = """
import sys
from casemine.draw import draw_map
from casemine.model.graph import *
from casemine.model.timing import Timing
names = ["Register", "Wäit", "إنشاء", "Close", "Reopen"]
g = DirectlyFollowsGraph(
    tuple(Activity(n, 50 - i, 40 - i, i / 4) for i, n in enumerate(names)),
    tuple(Edge(a, b, 1 + i * j, 1 + i, Timing(9, 1.0, 60.0 * i, 9.0, 9.0, 99.0, 999.0))
          for i, a in enumerate(names) for j, b in enumerate(names) if (i + j) % 3),
    {"Register": 40}, {"Close": 30, "Reopen": 10})
for metric in ("frequency", "median"):
    for engine in ("wasm", "builtin"):
        sys.stdout.buffer.write(draw_map(g, metric=metric, engine=engine).svg.encode())
"""


def test_the_same_input_gives_the_same_bytes_everywhere():
    places = [
        {"PYTHONHASHSEED": "1", "LANG": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "3", "PYTHONUTF8": "0", "OMP_NUM_THREADS": "1"},
    ]

    running = [
        subprocess.Popen(
            [sys.executable, "-c", CODE], env={**os.environ, **place}, stdout=subprocess.PIPE
        )
        for place in places
    ]
    written = {process.communicate()[0] for process in running}

    assert len(written) == 1
    assert written.pop().count(b"</svg>") == 4


def test_the_order_of_the_input_does_not_show_in_the_picture():
    turned = replace(GRAPH, activities=GRAPH.activities[::-1])

    def layout(graph):
        return re.findall(r'<rect x="[\d.]+" y="[\d.]+"', draw_map(graph, engine="wasm").svg)

    assert sorted(layout(GRAPH)) == sorted(layout(turned))


def test_drawing_loads_neither_numpy_nor_pandas():
    code = CODE + "\nassert not {'numpy', 'pandas', 'pm4py', 'matplotlib'} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_small_map_looks_as_it_did(golden):
    golden("map.svg", draw_map(GRAPH, engine="builtin", title="A small map").svg)


def test_small_map_of_times_looks_as_it_did(golden):
    svg = draw_map(GRAPH, engine="builtin", metric="median", theme="print", direction="lr").svg

    golden("map-median-print-lr.svg", svg)
