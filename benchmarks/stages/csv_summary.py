"""CSV to graph with times, variants and case durations: end to end, and the analysis alone."""

from __future__ import annotations

from statistics import median

from measure import analysis, middle, pairs, wall, worker
from table import Row, cost_text, ratio_text, remark_text

# events -> end-to-end target against pm4py
TARGETS = {1_000_000: 8.0, 10_000_000: 15.0}
ANALYSIS_TARGETS = dict.fromkeys(TARGETS, 25.0)
R4PM_TARGET, R4PM_MEMORY_SHARE = 3.5, 0.5


def run(setting) -> list[Row]:
    rows = []
    for events in setting.sizes:
        rows += _against_pm4py(setting, events)
    return rows + _against_r4pm(setting, setting.sizes[0])


def _against_pm4py(setting, events: int) -> list[Row]:
    path = str(setting.csv(events))
    what = f"CSV → summary, {events:,} events, against pm4py"
    count = setting.pairs if events <= 2_000_000 else max(2, setting.pairs // 2)
    found = pairs(worker("casemine", "csv", path), worker("pm4py", "csv", path), count)
    target = TARGETS.get(events)
    if found is None:
        return [Row(what, _at_least(target), "–", "–", "–", None, "a run failed")]
    differing = found.differences()
    rows = []
    for name, figure, goal in (
        (what, wall, target),
        (
            f"analysis alone, {events:,} events, against pm4py",
            analysis,
            ANALYSIS_TARGETS.get(events),
        ),
    ):
        ratios = found.ratios(figure)
        whole = figure is wall
        rows.append(
            Row(
                name,
                _at_least(goal),
                cost_text(found.ours) if whole else f"{middle(found.ours, figure):.3f} s",
                cost_text(found.theirs) if whole else f"{middle(found.theirs, figure):.3f} s",
                ratio_text(ratios),
                None if goal is None else median(ratios) >= goal and not differing,
                remark_text(found) if whole else "",
            )
        )
    return rows


def _against_r4pm(setting, events: int) -> list[Row]:
    path = str(setting.csv(events))
    what = f"CSV → summary, {events:,} events, against r4pm (frequencies only on its side)"
    target = f"≥ {R4PM_TARGET:g}×, ≤ half its memory"
    found = pairs(worker("casemine", "csv", path), worker("r4pm", "csv", path), setting.pairs)
    if found is None:
        remark = "a run failed: r4pm takes tables through polars only (`pip install '.[bench]'`)"
        return [Row(what, target, "–", "–", "–", None, remark)]
    ratios = found.ratios(wall)
    share = middle(found.ours, _peak) / middle(found.theirs, _peak)
    good = median(ratios) >= R4PM_TARGET and share <= R4PM_MEMORY_SHARE
    return [
        Row(
            what,
            target,
            cost_text(found.ours),
            cost_text(found.theirs),
            ratio_text(ratios),
            good and not found.differences(),
            remark_text(found, f"{share:.2f} of its memory"),
        )
    ]


def _peak(one) -> float:
    return one.peak_mb


def _at_least(goal: float | None) -> str:
    return "–" if goal is None else f"≥ {goal:g}×"
