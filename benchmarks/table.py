"""Rows of results, and RESULTS.md."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure import Pairs, Run


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    target: str
    ours: str
    theirs: str
    ratio: str
    met: bool | None  # None: nothing to compare with, or not run
    remark: str = ""


HEADINGS = ("what", "target", "casemine", "the other", "ratio", "met", "remark")


def ratio_text(ratios: list[float]) -> str:
    """Give the median over the pairs, and how far they lie apart."""
    return f"**{median(ratios):.2f}×** ({min(ratios):.2f}–{max(ratios):.2f}, {len(ratios)} pairs)"


def cost_text(runs: list[Run]) -> str:
    """Give the medians of what the runs used."""
    wall_s, cpu_s, peak_mb = (
        median(getattr(one, name) for one in runs) for name in ("wall_s", "cpu_s", "peak_mb")
    )
    return f"{wall_s:.2f} s, {cpu_s:.2f} s CPU, {peak_mb:,.0f} MB"


def remark_text(pairs: Pairs, *more: str) -> str:
    """Say how the processor times compare, and whatever the two results differ in."""
    ratio = median(pairs.ratios(lambda one: one.cpu_s))
    return "; ".join([f"CPU {ratio:.1f}×", *more, *pairs.differences()])


def table(rows: list[Row]) -> str:
    lines = [" | ".join(HEADINGS), " | ".join("---" for _ in HEADINGS)]
    for row in rows:
        met = {True: "yes", False: "**no**", None: "–"}[row.met]
        cells = (row.what, row.target, row.ours, row.theirs, row.ratio, met, row.remark)
        lines.append(" | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells))
    return "\n".join(f"| {line} |" for line in lines)


_HEAD = """\
# Benchmark results

Written by `python benchmarks/run.py`; do not edit.
Whole processes are timed from start to end, imports included, unless a row says otherwise.
casemine and the other tool take turns on the same file.
A ratio is the median over the pairs of the other's figure divided by casemine's, with the smallest
and the largest in brackets.
It counts only if both gave the same cases, variants, edges and counts, and the same sums, medians
and maxima of times where both give them; otherwise the remark says what differs.
Memory is the peak resident size of the process.
"""


def document(machine: str, rows: list[Row]) -> str:
    """Put the page together."""
    return f"{_HEAD}\n{machine}\n\n{table(rows)}\n"
