"""XES to the same summary, against pm4py with its Rust reader and against r4pm itself."""

from __future__ import annotations

from statistics import median

from measure import pairs, wall, worker
from table import Row, cost_text, ratio_text, remark_text

PEAK_MB = 300


def run(setting) -> list[Row]:
    path = str(setting.xes(setting.sizes[0]))
    rows = []
    for name, tool, more, target in (
        ("pm4py with its Rust reader", "pm4py", ["r4pm"], 1.0),
        ("pm4py without it", "pm4py", ["chunk_regex"], None),
        ("r4pm (frequencies only on its side)", "r4pm", [], None),
    ):
        what = f"XES → summary, {setting.sizes[0]:,} events, against {name}"
        limit = f"≥ 1×, ≤ {PEAK_MB} MB" if target else "–"
        found = pairs(
            worker("casemine", "xes", path), worker(tool, "xes", path, *more), setting.pairs
        )
        if found is None:
            needs = "a run failed: pm4py reads through r4pm and polars (`pip install '.[bench]'`)"
            rows.append(Row(what, limit, "–", "–", "–", None, needs if target else "a run failed"))
            continue
        ratios = found.ratios(wall)
        peak = max(one.peak_mb for one in found.ours)
        good = median(ratios) >= (target or 0) and peak <= PEAK_MB and not found.differences()
        rows.append(
            Row(
                what,
                limit,
                cost_text(found.ours),
                cost_text(found.theirs),
                ratio_text(ratios),
                good if target else None,
                remark_text(found),
            )
        )
    return rows
