"""One case of the benchmark of alignments: casemine and its rivals in one process, taking turns.

    python aligning.py incident 10000 5
    python aligning.py branches 4 6 200 5
    python aligning.py log FILE NOISE 5

Prints times as JSON. Nets and variants are made before, and are handed to each tool in the form it
wants, untimed. What is timed ends with a table of moves (casemine), with the decoded answer (r4pm)
and with a list of answers (pm4py).
"""

import json
import resource
import sys
import time

import aligners
import alignment_inputs
import numpy as np

from casemine.conform.align import align, compiled, kernel
from casemine.conform.align.problem import pose
from casemine.conform.align.solution import Budget

SAMPLES = {"dijkstra_less_memory": 100, "state_equation_a_star": 15}  # variants for pm4py


def timed(work, *arguments, **options):
    begun = time.perf_counter()
    found = work(*arguments, **options)
    return (time.perf_counter() - begun) * 1000, found


def inputs(kind: str, *arguments: str):
    if kind == "incident":
        return alignment_inputs.incident_net(), alignment_inputs.incident_variants(
            int(arguments[0])
        )
    if kind == "branches":
        branches, tasks, count = map(int, arguments)
        return (
            alignment_inputs.branches_net(branches, tasks),
            alignment_inputs.branches_variants(branches, tasks, count),
        )
    from casemine.discover import discover_petri
    from casemine.log import variants_of
    from casemine.read import read_log

    columns = alignment_inputs.COLUMNS.get(arguments[0].rpartition("/")[2], {})
    variants = variants_of(read_log(arguments[0], cache=False, **columns))
    return discover_petri(variants, noise=float(arguments[1])), variants


def main() -> None:
    *what, pairs = sys.argv[1:]
    net, variants = inputs(*what)
    large = len(variants) > 20_000
    theirs, projection = aligners.to_r4pm(net), aligners.projection_of(variants)
    times = {"casemine": [], "r4pm": [], "kernel": [], "numpy": []}
    align(net, variants)
    for _ in range(int(pairs)):
        spent, found = timed(align, net, variants)
        times["casemine"].append(spent)
        spent, answers = timed(aligners.with_r4pm, theirs, projection)
        times["r4pm"].append(spent)
        if found.engine == "compiled":
            prepared = compiled._arguments(pose(net, variants, None))  # noqa: SLF001
            limits = (Budget().markings, Budget().blocks, Budget().steps)
            times["kernel"].append(timed(kernel().align, *prepared, *limits)[0])
    if found.engine == "compiled":
        spent, other = timed(align, net, variants, engine="numpy")
        times["numpy"].append(spent)
        assert np.array_equal(other.costs, found.costs)
    facts = {
        "variants": len(variants),
        "events": len(variants.codes),
        "moves": len(found.positions),
        "engine": found.engine,
        "times_ms": times,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "differ": int((aligners.r4pm_costs(answers, variants) != found.costs).sum()),
        "pm4py": {},
    }
    if what[0] != "branches" and not large:
        for variant, size in SAMPLES.items():
            indices = np.unique(np.linspace(0, len(variants) - 1, size).astype(int))
            pm4pys, traces = aligners.to_pm4py(net), aligners.traces_of(variants, indices)
            spent, costs = timed(aligners.with_pm4py, pm4pys, traces, variant)
            facts["pm4py"][variant] = {
                "sample": len(indices),
                "ms": spent,
                "differ": int((costs != found.costs[indices]).sum()),
            }
        facts["solver"] = aligners.solver()
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
