"""What it costs to be asked for help, beside what it costs to import the others."""

from __future__ import annotations

from measure import CASEMINE, PYTHON, middle, pairs
from table import Row, ratio_text

CPU_S, PEAK_MB = 0.15, 20


def run(setting) -> list[Row]:
    rows = []
    for package in ("pm4py", "r4pm"):
        found = pairs(
            [*CASEMINE, "--help"],
            [PYTHON, "-c", f"import {package}"],
            setting.pairs,
        )
        what = f"`casemine --help`, against `import {package}`"
        target = f"≤ {CPU_S:g} s CPU, ≤ {PEAK_MB} MB"
        if found is None:
            rows.append(Row(what, target, "–", "–", "–", None, "a run failed"))
            continue
        ours, theirs = (
            (middle(runs, lambda one: one.cpu_s), middle(runs, lambda one: one.peak_mb))
            for runs in (found.ours, found.theirs)
        )
        rows.append(
            Row(
                what,
                target,
                f"{ours[0]:.3f} s CPU, {ours[1]:.1f} MB",
                f"{theirs[0]:.3f} s CPU, {theirs[1]:.1f} MB",
                ratio_text(found.ratios(lambda one: one.cpu_s)),
                ours[0] <= CPU_S and ours[1] <= PEAK_MB,
            )
        )
    return rows
