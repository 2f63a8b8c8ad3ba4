from itertools import combinations

from casemine.draw.readingorder import reading_order
from casemine.draw.rows import Row, with_rows
from casemine.model.diagram import Diagram


def test_a_row_breaks_where_the_diagram_ends_and_stays_in_its_frame():
    sizes = {f"b{i}": (100.0 + i, 40.0 + 3 * i) for i in range(9)}

    found = with_rows(Diagram(400.0, 200.0, {}, {}, "none"), [Row("r", "Any time", sizes)])

    frame = found.boxes["row:r"]
    boxes = [found.boxes[key] for key in sizes]
    assert len({box.y - box.height / 2 for box in boxes}) > 2
    assert found.width == 400.0
    assert found.height == frame.y + frame.height / 2
    for box in boxes:
        assert abs(box.x - frame.x) <= (frame.width - box.width) / 2
        assert box.y - box.height / 2 > 200.0
        assert box.y + box.height / 2 < found.height
    for one, other in combinations(boxes, 2):
        apart = abs(one.x - other.x) >= (one.width + other.width) / 2
        assert apart or abs(one.y - other.y) >= (one.height + other.height) / 2


def test_a_narrow_diagram_grows_to_the_widest_box():
    found = with_rows(
        Diagram(50.0, 20.0, {}, {}, "none"), [Row("r", "Any time", {"b": (700.0, 40.0)})]
    )

    assert found.width > 700.0


def test_a_diagram_without_rows_stays_as_it_is():
    diagram = Diagram(50.0, 20.0, {}, {}, "none")

    assert with_rows(diagram, []) == diagram


def test_a_detour_is_read_before_what_it_leads_back_to():
    # b leads on to the end, or by way of x and y to c; d may go back to x.
    edges = [tuple(pair) for pair in ("ab", "bc", "bx", "xy", "yc", "cd", "de", "dx")]

    order = reading_order("abcdexy", edges, "a", "e")

    assert order.index("y") < order.index("c") < order.index("d")


def test_without_ends_the_order_is_that_of_the_search():
    edges = [tuple(pair) for pair in ("ab", "ac", "bd", "cd")]

    assert reading_order("abcd", edges, "a") == ["a", "c", "b", "d"]
