"""Compare the cost of every variant with r4pm's and pm4py's, on a folder of public logs.

    python benchmarks/work/alignment_costs.py FOLDER             a Markdown table
    python benchmarks/work/alignment_costs.py FOLDER --only helpdesk --without pm4py

Nets: those that come with the logs, and those of the inductive miner at noise 0 and 0.2. Costs are
log moves and visible model moves; pm4py's are divided by its unit (`dijkstra_less_memory`). A rival
that needs longer than --limit-s for a log is asked for the variants that it manages in that time
(pm4py), or not at all (r4pm).
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import aligners
import numpy as np

from casemine.conform.align import align
from casemine.discover import discover_petri
from casemine.log import variants_of
from casemine.read import read_log
from casemine.read.models import read_model

UCI = {"case": "number", "activity": "incident_state", "time": "sys_updated_at"}
LOGS = {
    "helpdesk.csv.gz": {},
    "receipt.xes.gz": {},
    "bpic2013_incidents.xes.gz": {},
    "uci_incident_event_log.csv.gz": UCI,
    "reviewing.xes.gz": {},
    "teleclaims.xes.gz": {},
    "repairExample.xes.gz": {},
    "callcenter_example.csv.gz": {},
    "purchasing_example.csv.gz": {},
    "tickets_equal_timestamps.xes.gz": {},
}
GIVEN = {  # archive: net and logs in it
    "running_example.zip": [("running-example.pnml", ["running-example.xes"])],
    "roadtraffic100.zip": [("roadtraffic.pnml", ["roadtraffic100traces.xes"])],
    "alignment_benchmark_a12_a32.zip": [
        (f"{model}.pnml", [f"{model}f0n{noise}.xes.gz" for noise in ("00", "05", "10", "20", "50")])
        for model in ("a12", "a32")
    ],
}


def pairs(folder: Path, only: list[str]):
    """Each log with each net: a name, the net and the variants."""
    for name, columns in LOGS.items():
        if not only or any(word in name for word in only):
            yield from discovered(folder / name, columns)
    for archive, members in GIVEN.items():
        if only and not any(word in archive for word in only):
            continue
        with tempfile.TemporaryDirectory() as place:
            zipfile.ZipFile(folder / archive).extractall(place)
            for net, logs in members:
                given = read_model(Path(place) / net)
                for log in logs:
                    variants = variants_of(read_log(Path(place) / log, cache=False))
                    yield f"{log} / {net}", given, variants
                yield from discovered(Path(place) / logs[-1], {})
    if not only or "receipt" in only:
        variants = variants_of(read_log(folder / "receipt.xes.gz", cache=False))
        yield (
            "receipt / receipt_one_variant.pnml",
            read_model(folder / "receipt_one_variant.pnml"),
            variants,
        )


def discovered(path: Path, columns: dict):
    try:
        variants = variants_of(read_log(path, cache=False, **columns))
    except Exception as unusable:  # noqa: BLE001 - a log that needs options is named and left out
        print(f"{path.name}: {unusable}", file=sys.stderr)
        return
    for noise in (0.0, 0.2):
        yield f"{path.name} / inductive {noise}", discover_petri(variants, noise=noise), variants


def limited(seconds: float, work, *arguments):
    """Do the work in another process; None when it takes too long."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        try:
            return pool.apply_async(work, arguments).get(seconds)
        except multiprocessing.TimeoutError:
            pool.terminate()
            return None


def by_r4pm(net, variants):
    projection = aligners.projection_of(variants)
    begun = time.perf_counter()
    answers = aligners.with_r4pm(aligners.to_r4pm(net), projection)
    return time.perf_counter() - begun, aligners.r4pm_costs(answers, variants)


def by_pm4py(net, variants, limit_s):
    theirs, costs = aligners.to_pm4py(net), []
    begun = time.perf_counter()
    for index in range(len(variants)):
        if time.perf_counter() - begun > limit_s:
            break
        costs.append(aligners.with_pm4py(theirs, aligners.traces_of(variants, [index]))[0])
    return time.perf_counter() - begun, np.asarray(costs)


def row(name, net, variants, asked) -> tuple[str, int]:
    begun = time.perf_counter()
    found = align(net, variants)
    ours = time.perf_counter() - begun
    total = int((found.costs * variants.counts).sum())
    cells = [name, f"{len(variants):,}", f"{total:,}", found.engine, f"{ours * 1000:.1f}"]
    wrong = 0
    for rival, work in (("r4pm", by_r4pm), ("pm4py", by_pm4py)):
        if rival in asked.without:
            cells += ["–", "–"]
            continue
        arguments = (net, variants) if rival == "r4pm" else (net, variants, asked.limit_s)
        answer = limited(asked.limit_s * 1.5 + 20, work, *arguments)
        if answer is None:
            cells += [f"> {asked.limit_s:g} s", "–"]
            continue
        spent, costs = answer
        different = int((costs != found.costs[: len(costs)]).sum())
        wrong += different
        cells += [f"{spent:.2f} s", f"{different} of {len(costs):,}"]
    return "| " + " | ".join(cells) + " |", wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", default=[], help="parts of names of logs")
    parser.add_argument("--without", nargs="+", default=[], choices=["r4pm", "pm4py"])
    parser.add_argument("--limit-s", type=float, default=60)
    asked = parser.parse_args()
    print("| log / net | variants | cost, all cases | engine | casemine ms | r4pm | differ |"
          " pm4py | differ |")  # fmt: skip
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    wrong = 0
    for name, net, variants in pairs(asked.folder, asked.only):
        text, different = row(name, net, variants, asked)
        wrong += different
        print(text, flush=True)
    print(f"\n{wrong} costs differ.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
