"""The same work with r4pm, as far as it goes: frequencies and variants, no times.

r4pm reads no CSV itself; polars reads, parses and sorts for it, which is its documented way.
"""

import json
import sys
import time

import r4pm
from r4pm import bindings

task, path = sys.argv[1:3]
if task == "xes":
    log = r4pm.import_item("EventLog", path)
else:
    import polars as pl

    frame = (
        pl.scan_csv(path, schema_overrides={"case_id": pl.String, "timestamp": pl.String})
        .select(
            pl.col("case_id").alias("case:concept:name"),
            pl.col("activity").alias("concept:name"),
            pl.col("timestamp")
            .str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC")
            .alias("time:timestamp"),
        )
        .with_row_index("place")
        .sort("case:concept:name", "time:timestamp", "place")
        .drop("place")
        .collect()
    )
    log = r4pm.import_item_from_df("EventLog", frame)
begun = time.perf_counter()
graph = bindings.discover_dfg(log)
projection = bindings.log_to_activity_projection(log)
variants = bindings.get_variants(projection)
done = time.perf_counter() - begun
follows = graph["directly_follows_relations"]
counts = [entry[-1] for entry in follows] if isinstance(follows, list) else list(follows.values())
print(
    json.dumps(
        {
            "analysis_s": done,
            "events": sum(graph["activities"].values()),
            "cases": sum(variant["count"] for variant in variants),
            "edges": len(counts),
            "follows": sum(counts),
            "variants": len(variants),
            "top_variant": max(variant["count"] for variant in variants),
        }
    )
)
