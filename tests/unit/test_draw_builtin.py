import random
import time
from itertools import combinations, pairwise

import pytest

from casemine.draw.builtin import builtin_layout
from casemine.draw.places import _Block, _gather
from casemine.draw.request import EdgeSpec, LayoutRequest, NodeSpec
from casemine.draw.stops import Stop


def graph(names, pairs, *, labels=0.0, square=False, direction="tb", bands=None):
    return LayoutRequest(
        tuple(NodeSpec(name, 100, 40, band=(bands or {}).get(name)) for name in names),
        tuple(
            EdgeSpec(f"{a}-{b}", a, b, label_width=labels, label_height=14 if labels else 0)
            for a, b in pairs
        ),
        direction,
        square=square,
    )


def dense(nodes, edges, seed=1):
    pick = random.Random(seed)
    names = [f"n{i}" for i in range(nodes)]
    pairs = {(names[i], names[i + 1]) for i in range(nodes - 1)}
    while len(pairs) < edges:
        pairs.add((pick.choice(names), pick.choice(names)))
    return graph(names, sorted(pairs), labels=30.0)


def overlap(a, b):
    return (
        abs(a.x - b.x) < (a.width + b.width) / 2 - 0.1
        and abs(a.y - b.y) < (a.height + b.height) / 2 - 0.1
    )


@pytest.mark.parametrize(("nodes", "edges"), [(2, 3), (8, 20), (20, 60), (60, 110)])
def test_boxes_never_overlap(nodes, edges):
    boxes = builtin_layout(dense(nodes, edges)).boxes

    assert not any(overlap(a, b) for a, b in combinations(boxes.values(), 2))


def test_labels_keep_clear_of_boxes():
    request = dense(12, 30)
    diagram = builtin_layout(request)

    for edge in request.edges:
        x, y = diagram.routes[edge.id].label
        for box in diagram.boxes.values():
            assert abs(x - box.x) > box.width / 2 or abs(y - box.y) > box.height / 2


def test_everything_is_inside_the_drawing():
    diagram = builtin_layout(dense(15, 40))
    points = [p for route in diagram.routes.values() for p in route.points]

    assert min(min(p) for p in points) >= -0.01
    assert max(p[0] for p in points) <= diagram.width + 0.01
    assert max(p[1] for p in points) <= diagram.height + 0.01


def test_a_chain_is_one_straight_line():
    boxes = builtin_layout(graph("ABCD", ["AB", "BC", "CD"])).boxes

    assert len({box.x for box in boxes.values()}) == 1


def test_the_heavy_way_stays_straight_beside_a_detour():
    request = graph("ABCD", ["AB", "BC", "CD", "AD", "AC"])
    heavy = tuple(
        EdgeSpec(e.id, e.source, e.target, weight=40 if e.id in {"A-B", "B-C", "C-D"} else 1)
        for e in request.edges
    )

    boxes = builtin_layout(LayoutRequest(request.nodes, heavy)).boxes

    assert len({round(box.x, 3) for box in boxes.values()}) == 1


def test_opposite_edges_do_not_lie_on_each_other():
    routes = builtin_layout(graph("AB", ["AB", "BA"], labels=20.0)).routes

    there, back = routes["A-B"].points, routes["B-A"].points[::-1]
    assert max(abs(p[0] - q[0]) for p, q in zip(there, back, strict=False)) > 5


def test_square_routes_only_run_across_and_along():
    request = graph("ABCDE", ["AB", "AC", "BD", "CD", "DE", "AE"], square=True, direction="lr")

    for route in builtin_layout(request).routes.values():
        corners = route.points[::3]
        for (x1, y1), (x2, y2) in pairwise(corners):
            assert abs(x1 - x2) < 0.6 or abs(y1 - y2) < 0.6


def test_lanes_hold_their_nodes_and_lie_one_under_the_other():
    bands = {"A": "one", "B": "two", "C": "one", "D": "two"}

    boxes = builtin_layout(graph("ABCD", ["AB", "BC", "CD"], bands=bands, direction="lr")).boxes

    for name, lane in bands.items():
        around = boxes[f"lane:{lane}"]
        assert abs(boxes[name].y - around.y) <= (around.height - 40) / 2
    assert not overlap(boxes["lane:one"], boxes["lane:two"])


def test_blocks_are_drawn_together_but_never_past_their_neighbours():
    left, right, far_right, far_left = (
        _Block([Stop(rank, 5, 5, 0, 0)], 1) for rank in (0, 0, 1, 1)
    )
    for block, towards in ((left, far_right), (right, far_left)):
        block.stops[0].down.append((towards.stops[0], 1.0))
    after = {left: [(right, 10.0)], right: [], far_left: [(far_right, 10.0)], far_right: []}
    at = {left: 0.0, right: 50.0, far_left: -80.0, far_right: 100.0}

    _gather([left, right, far_left, far_right], after, at, rounds=6)

    assert at[right] - at[left] == pytest.approx(10)
    assert at[far_right] - at[far_left] >= 10
    assert -80 <= min(at.values()) < max(at.values()) <= 100  # nothing drifts away


def test_nodes_without_edges_are_placed_too():
    assert len(builtin_layout(graph("ABC", [])).boxes) == 3


def test_sixty_nodes_and_two_hundred_edges_take_less_than_half_a_second():
    request = dense(60, 200)

    begin = time.process_time()
    builtin_layout(request)

    assert time.process_time() - begin < 2.0  # target 0.5 s; this machine may be busy
