"""Exact alignments: casemine against r4pm and pm4py, on one net and the same variants.

Times are within one process that has everything imported, nets and variants ready; the tools take
turns. Ratios are medians over the pairs of turns. pm4py aligns a sample, and its time for all
variants is extrapolated. Public logs are looked for in the folder that CASEMINE_PUBLIC_LOGS names.
"""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median

from measure import HERE, PYTHON
from measure import run as run_process
from table import Row

INCIDENT = {1_000: 12, 10_000: 40, 100_000: 40}  # variants: how many times faster than r4pm
PM4PY = {"dijkstra_less_memory": 300, "state_equation_a_star": 3000}
BRANCHES = [(3, 4), (4, 4), (4, 6), (4, 9)]
LOGS = [
    ("helpdesk.csv.gz", "0.2"),
    ("receipt.xes.gz", "0.0"),
    ("receipt.xes.gz", "0.2"),
    ("bpic2013_incidents.xes.gz", "0.2"),
    ("uci_incident_event_log.csv.gz", "0.0"),
    ("uci_incident_event_log.csv.gz", "0.2"),
]


def run(setting) -> list[Row]:
    rows = []
    for variants, target in INCIDENT.items():
        found = _worker("incident", variants, max(2, setting.pairs))
        rows += _rows(f"incident flow, {variants:,} noisy variants", found, target)
    for branches, tasks in BRANCHES:
        found = _worker("branches", branches, tasks, 200, max(2, setting.pairs))
        rows += _rows(f"{branches} parallel branches of {tasks} tasks, 200 variants", found, 1)
    folder = os.environ.get("CASEMINE_PUBLIC_LOGS")
    for log, noise in LOGS if folder else []:
        found = _worker("log", Path(folder) / log, noise, max(2, setting.pairs))
        rows += _rows(f"{log.partition('.')[0]}, inductive model at noise {noise}", found, 1)
    return rows


def _worker(*arguments) -> dict | None:
    done = run_process([PYTHON, str(HERE / "work" / "aligning.py"), *map(str, arguments)])
    return done.facts() if done.ok else None


def _rows(what: str, found: dict | None, target: int) -> list[Row]:
    if found is None:
        return [Row(what, f"≥ {target}×", "–", "–", "–", None, "a run failed")]
    times = found["times_ms"]
    ratios = [them / us for us, them in zip(times["casemine"], times["r4pm"], strict=True)]
    remarks = [f"{found['differ']} costs differ", f"engine {found['engine']}"]
    if times["kernel"]:
        remarks.append(f"kernel alone {median(times['kernel']):.2f} ms")
    if times["numpy"]:
        remarks.append(f"numpy engine {times['numpy'][0]:.0f} ms")
    remarks.append(f"peak of the process, all tools in it, {found['peak_mb']:.0f} MB")
    rows = [
        Row(
            f"{what}: align, in one process",
            f"≥ {target}× r4pm",
            f"{median(times['casemine']):.1f} ms",
            f"r4pm {median(times['r4pm']):.0f} ms",
            f"**{median(ratios):.0f}×** ({min(ratios):.0f}–{max(ratios):.0f}, {len(ratios)} pairs)",
            median(ratios) >= target and not found["differ"],
            "; ".join(remarks),
        )
    ]
    for variant, at_least in PM4PY.items():
        sample = found["pm4py"].get(variant)
        if sample is None:
            continue
        each = sample["ms"] / sample["sample"]
        ratio = each * found["variants"] / median(times["casemine"])
        solver = f", solver {found['solver']}" if variant == "state_equation_a_star" else ""
        aim = at_least if what.startswith("incident") else 1
        rows.append(
            Row(
                f"{what}: align, in one process",
                f"≥ {aim:,}× pm4py",
                f"{median(times['casemine']):.1f} ms",
                f"pm4py {variant}{solver}: {each:.2f} ms a variant",
                f"**{ratio:,.0f}×**",
                ratio >= aim and not sample["differ"],
                f"extrapolated from {sample['sample']} variants; {sample['differ']} costs differ",
            )
        )
    return rows
