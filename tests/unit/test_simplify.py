from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.discover import activities_for_share, activities_with_cases, simplify
from casemine.errors import UsageError
from casemine.log import discover_dfg, parse_log

traces = st.lists(st.lists(st.sampled_from("ABCDEFG"), min_size=1, max_size=7), min_size=1)


def graph(text):
    return discover_dfg(parse_log(text))


def test_nothing_is_hidden_below_the_limits():
    whole = graph("A B C; A C; A B C")

    shown, coverage = simplify(whole)

    assert shown == whole
    assert coverage.whole


def test_rare_paths_go_first_and_the_coverage_counts_what_is_left():
    whole = graph("A B C; " * 9 + "A C B; A B B C")

    shown, coverage = simplify(whole, min_path=2)

    assert shown.counts() == {("A", "B"): 10, ("B", "C"): 10}
    assert (dict(shown.starts), dict(shown.ends)) == ({"A": 11}, {"C": 10})
    assert (coverage.edges_shown, coverage.edges_total) == (4, 8)
    assert (coverage.steps_shown, coverage.steps_total) == (41, 45)


def test_an_activity_keeps_its_heaviest_paths_however_rare():
    whole = graph("A B; " * 50 + "A Rare B; A Rare Rare C B")

    shown, _ = simplify(whole, max_edges=1, min_path=10)

    assert ("A", "Rare") in shown.counts()
    assert ("Rare", "B") in shown.counts()
    assert ("Rare", "Rare") not in shown.counts()


def test_a_cycle_of_heavy_paths_stays_tied_to_start_and_end():
    whole = graph("S X Y X Y X Y X Y E; S E; S E; S E")

    shown, _ = simplify(whole, max_edges=1)

    assert ("S", "X") in shown.counts()
    assert ("Y", "E") in shown.counts()


def test_starts_that_happened_once_are_hidden_like_any_rare_path():
    whole = graph("A B C; " * 20 + "B C; C; B A")

    shown, coverage = simplify(whole, min_path=5)

    assert dict(shown.starts) == {"A": 20}
    assert dict(shown.ends) == {"C": 22}
    assert not coverage.whole


def test_a_share_of_paths_counts_paths_not_steps():
    whole = graph("A B C D; " * 5 + "A C D; A D; B D; A B D")

    shown, coverage = simplify(whole, paths=0.5)

    assert coverage.edges_total == 9
    assert coverage.edges_shown == 5
    assert shown.counts() == {("A", "B"): 6, ("C", "D"): 6, ("B", "C"): 5}


def test_ties_go_by_name():
    whole = graph("A B E; A C E; A D E; A B C E; A B D E; A C B E; A C D E; A D B E; A D C E")

    first, again = simplify(whole, max_edges=9)[0], simplify(whole, max_edges=9)[0]

    assert first == again
    assert [edge for edge in first.counts() if edge[0] in "BCD" and edge[1] in "BCD"] == [
        ("B", "C")
    ]


def test_a_graph_without_starts_and_ends_loses_none_of_its_activities():
    whole = replace(graph("A B; B A"), starts={}, ends={})

    shown, _ = simplify(whole, max_edges=1)

    assert set(shown.counts()) == {("A", "B"), ("B", "A")}


@settings(max_examples=60, deadline=None)
@given(traces, st.integers(1, 12), st.integers(1, 4), st.none() | st.floats(0, 1))
def test_every_activity_lies_on_a_way_from_a_start_to_an_end(log, max_edges, min_path, paths):
    whole = graph("; ".join(" ".join(trace) for trace in log))

    shown, coverage = simplify(whole, max_edges=max_edges, min_path=min_path, paths=paths)

    ways = set(shown.counts())
    names = {activity.name for activity in whole.activities}
    assert _reached(ways, set(shown.starts)) == names
    assert _reached({(b, a) for a, b in ways}, set(shown.ends)) == names
    assert shown.activities == whole.activities
    assert set(shown.edges) <= set(whole.edges)
    assert coverage.edges_shown == len(shown.edges) + len(shown.starts) + len(shown.ends)
    assert coverage.edges_shown <= max(max_edges, 4 * len(names))
    for name in names:
        _keeps_heaviest(shown, whole, name, 0, shown.ends.get(name, 0))
        _keeps_heaviest(shown, whole, name, 1, shown.starts.get(name, 0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_edges": 0}, "at least 1 path must be shown, not 0"),
        ({"min_path": 0}, "so 0 is no lower limit"),
        ({"paths": 1.2}, "a share of paths is from 0 to 1, not 1.2"),
    ],
)
def test_limits_outside_their_range_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        simplify(graph("A B"), **options)


def test_a_share_of_activities_takes_the_ones_in_most_cases():
    whole = graph("A B; A B; A C; A C C C; D")

    assert activities_for_share(whole, 0.5) == ("A", "C")
    assert activities_for_share(whole, 0.01) == ("A",)
    assert activities_for_share(whole, 1.0) == ("A", "C", "B", "D")
    assert activities_with_cases(whole, 2) == ("A", "C", "B")


def test_a_share_is_not_rounded_up_for_the_last_digit_of_a_float():
    whole = graph(" ".join(f"step{number}" for number in range(100)))

    assert len(activities_for_share(whole, 0.07)) == 7


@pytest.mark.parametrize("share", [0, -1, 1.01])
def test_a_share_of_activities_outside_its_range_is_refused(share):
    with pytest.raises(UsageError, match="above 0 and at most 1"):
        activities_for_share(graph("A"), share)


def _reached(ways, found):
    while more := {b for a, b in ways if a in found} - found:
        found = found | more
    return found


def _keeps_heaviest(shown, whole, name, side, beside):
    def best(graph):
        return max(
            (
                e.count
                for e in graph.edges
                if (e.source, e.target)[side] == name and e.source != e.target
            ),
            default=0,
        )

    assert max(best(shown), beside) >= best(whole)
