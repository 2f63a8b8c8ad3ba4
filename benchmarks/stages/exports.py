"""CRM exports: a change table against the plain reader of CSV, and the memory of large JSON.

The other tool of the first row is casemine's own plain reader on the same file: what an export is
read for beyond its columns (numbers for ids, one row for two, creation, old values, names).
"""

from __future__ import annotations

from statistics import median

from measure import middle, pairs, wall, worker
from measure import run as run_process
from table import Row, cost_text, ratio_text

ROWS = 5_000_000
JSON_MB = 1_000
PEAK_MB = 500


def run(setting) -> list[Row]:
    small = setting.sizes[-1] < 1_000_000
    rows = ROWS // 50 if small else ROWS
    return [_change_table(setting, rows), _json(setting, JSON_MB // 50 if small else JSON_MB)]


def _change_table(setting, rows: int) -> Row:
    path = str(setting.changes(rows))
    what = f"change table (sys_audit) of {rows:,} rows → log, against its columns as they stand"
    found = pairs(
        worker("casemine_exports", "preset", path),
        worker("casemine_exports", "plain", path),
        max(3, setting.pairs // 2),
    )
    if found is None:
        return Row(what, "≥ 0.5×", "–", "–", "–", None, "a run failed")
    ratios = found.ratios(wall)
    return Row(
        what,
        "≥ 0.5×",
        cost_text(found.ours),
        cost_text(found.theirs),
        ratio_text(ratios),
        median(ratios) >= 0.5,
        f"CPU {median(found.ratios(lambda one: one.cpu_s)):.2f}×",
    )


def _json(setting, megabytes: int) -> Row:
    path = str(setting.search(megabytes))
    what = f"JSON (Jira search with changelogs) of {megabytes:,} MB → log"
    one = run_process(worker("casemine_exports", "preset", path))
    if not one.ok:
        return Row(what, f"≤ {PEAK_MB} MB", "–", "–", "–", None, "a run failed")
    peak = middle([one], lambda each: each.peak_mb)
    events = one.facts()["events"]
    return Row(
        what, f"≤ {PEAK_MB} MB", cost_text([one]), "–", "–", peak <= PEAK_MB, f"{events:,} events"
    )
