import re
from dataclasses import replace
from itertools import pairwise

import pytest

from casemine.errors import InputError
from casemine.log import discover_dfg, parse_log
from casemine.model.graph import Activity, DirectlyFollowsGraph, Edge
from casemine.read.models import read_model
from casemine.write.models import to_dot

GRAPH = discover_dfg(parse_log("A B C; A C; A B B C"))
ODD = [
    'say "hi"',
    "back\\Nslash\\",
    "<b>bold</b>",
    "two\nlines\r",
    "日本",
    "x\x00\x1by",
    "a]b",
    "->",
]


@pytest.fixture
def read(tmp_path):
    def reader(text):
        path = tmp_path / "graph.dot"
        path.write_text(text, encoding="utf-8", newline="")
        return read_model(path)

    return reader


def without_positions(graph):
    return replace(
        graph, activities=tuple(replace(a, position=0, service=None) for a in graph.activities)
    )


def odd_graph():
    steps = tuple(Activity(name, 1, 1, 0.5) for name in sorted(ODD))
    edges = tuple(Edge(a, b, 1, 1) for a, b in sorted(pairwise(ODD)))
    return DirectlyFollowsGraph(steps, edges, {ODD[0]: 1}, {ODD[-1]: 1})


def test_counts_and_widths_are_shown():
    text = to_dot(GRAPH)

    assert '\ta1 [label="A\\n3" activity="\\"A\\"" cases=3 events=3]\n' in text
    assert re.search(r"\ta1 -> a3 \[label=2 .*penwidth=7\.00", text) or "penwidth=7.00" in text
    assert "\tstart -> a1 [label=3 count=3 style=dashed]\n" in text
    assert text.endswith("}\n")


def test_a_graph_comes_back_as_it_was_but_for_positions(read):
    assert without_positions(read(to_dot(GRAPH))) == without_positions(GRAPH)


def test_odd_names_stay_text_and_come_back(read):
    graph = odd_graph()

    text = to_dot(graph)

    assert "<<" not in text
    assert 'label="<b>bold</b>\\n1"' in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)
    assert without_positions(read(text)) == without_positions(graph)


def test_a_graph_without_times_stays_without(read):
    untimed = replace(GRAPH, edges=tuple(replace(edge, wait=None) for edge in GRAPH.edges))

    assert all(edge.wait is None for edge in read(to_dot(untimed)).edges)


def test_a_foreign_file_is_refused(read):
    with pytest.raises(InputError, match="not one of casemine's") as error:
        read("digraph { a -> b }")

    assert ".json" in error.value.mend


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("a1 -> a3", "a1 -> a9", "'a9'"),
        ("cases=3 events=3", "cases=3", "'events'"),
        ("digraph casemine {", "digraph other {", "'digraph other {' is not a line"),
        ("count=3 style", "count=three style", "three"),
    ],
)
def test_a_changed_line_is_an_error_with_its_number(read, old, new, message):
    text = to_dot(GRAPH)
    assert old in text

    with pytest.raises(InputError) as error:
        read(text.replace(old, new, 1))

    assert message in error.value.message
    assert error.value.where.row == text[: text.index(old)].count("\n") + 1
