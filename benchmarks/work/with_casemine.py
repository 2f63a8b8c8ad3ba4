"""The work with casemine: read a file, then graph with times, variants, durations."""

import json
import sys
import time

from casemine import read_log, summarise

task, path = sys.argv[1:3]
fields = {} if task == "xes" else {"case": "case_id", "activity": "activity", "time": "timestamp"}
log = read_log(path, cache=False, **fields)
begun = time.perf_counter()
summary = summarise(log)
done = time.perf_counter() - begun
graph, variants = summary.graph, summary.variants
print(
    json.dumps(
        {
            "analysis_s": done,
            "events": graph.events,
            "cases": graph.cases,
            "edges": len(graph.edges),
            "follows": sum(edge.count for edge in graph.edges),
            "wait_total_s": float(sum(edge.wait.total_s for edge in graph.edges)),
            "wait_medians_s": float(sum(edge.wait.median_s for edge in graph.edges)),
            "wait_max_s": float(max(edge.wait.max_s for edge in graph.edges)),
            "starts": dict(sorted(graph.starts.items())),
            "ends": dict(sorted(graph.ends.items())),
            "variants": len(variants),
            "top_variant": int(variants.counts[0]),
            "durations_s": summary.duration.total_s,
        }
    )
)
