import sys

import pytest

from casemine.draw import draw_map, png, to_png
from casemine.errors import MissingToolError
from casemine.model.graph import Activity, DirectlyFollowsGraph

ONE = DirectlyFollowsGraph((Activity("Only", 1, 1, 0.0),), (), {"Only": 1}, {"Only": 1})


def size(data):
    return tuple(int.from_bytes(data[at : at + 4], "big") for at in (16, 20))


def test_a_png_has_twice_the_size_of_the_picture():
    pytest.importorskip("resvg_py")
    svg = draw_map(ONE, engine="builtin").svg

    data = to_png(svg)

    assert data.startswith(b"\x89PNG\r\n")
    width = int(svg.split('width="', 1)[1].split('"', 1)[0].split(".")[0])
    assert abs(size(data)[0] - 2 * width) <= 2


def test_names_leave_their_mark_on_the_png():
    pytest.importorskip("resvg_py")
    named, nameless = (
        draw_map(ONE, engine="builtin", title=title).svg for title in ("Incidents", " ")
    )

    assert to_png(named, 1.0) != to_png(nameless, 1.0)


def test_without_resvg_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)

    with pytest.raises(MissingToolError) as found:
        to_png("<svg/>")

    assert found.value.mend == "pip install 'casemine[png]'"


def test_without_any_font_the_text_is_not_left_out_silently(monkeypatch):
    resvg_py = pytest.importorskip("resvg_py")
    monkeypatch.setattr(png, "_bundled_fonts", list)
    real = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **kw: real(**kw, skip_system_fonts=True))

    with pytest.raises(MissingToolError, match="needs a font"):
        to_png("<svg/>")


def test_fonts_that_come_with_matplotlib_are_enough(monkeypatch):
    resvg_py = pytest.importorskip("resvg_py")
    pytest.importorskip("matplotlib")
    real = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **kw: real(**kw, skip_system_fonts=True))

    assert to_png(draw_map(ONE, engine="builtin").svg).startswith(b"\x89PNG")
