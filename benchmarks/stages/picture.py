"""An SVG of a map with 20 nodes and 60 edges, whole process, once the wasm is compiled."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from measure import CASEMINE, PYTHON, middle, wall
from measure import run as run_process
from table import Row, cost_text

LIMIT_S = 1.0
WITH_PM4PY = """
import json, sys
import pm4py
graph = json.load(open(sys.argv[1]))["data"]
edges = {(edge["from"], edge["to"]): edge["count"] for edge in graph["edges"]}
pm4py.save_vis_dfg(edges, graph["starts"], graph["ends"], sys.argv[2], max_num_edges=10_000)
"""


def run(setting) -> list[Row]:
    what, target = "SVG of a map, 20 nodes, 60 edges", f"≤ {LIMIT_S:g} s"
    with tempfile.TemporaryDirectory() as folder:
        graph, picture = Path(folder) / "graph.json", Path(folder) / "map.svg"
        log = str(setting.graph(60))
        made = run_process([*CASEMINE, "discover", log, *setting.columns, "-o", str(graph)])
        command = [*CASEMINE, "render", str(graph), "-o", str(picture)]
        warm = run_process(command)
        if not (made.ok and warm.ok):
            return [Row(what, target, "–", "–", "–", None, "a run failed")]
        runs = [run_process(command) for _ in range(max(5, setting.pairs))]
        theirs, remark = "–", "pm4py draws only where `dot` is installed: it is not"
        if shutil.which("dot"):
            other = [
                run_process([PYTHON, "-c", WITH_PM4PY, str(graph), str(Path(folder) / "p.svg")])
                for _ in runs
            ]
            if all(one.ok for one in other):
                theirs = cost_text(other)
                remark = "the other is pm4py with `dot`"
    return [
        Row(
            what,
            target,
            cost_text(runs),
            theirs,
            "–",
            middle(runs, wall) <= LIMIT_S,
            f"first run {warm.wall_s:.2f} s; {remark}",
        )
    ]
