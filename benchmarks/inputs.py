"""Seeded logs to measure on: CSV in order of time, XES by case, and a small graph.

Twenty activities; cases follow 20,000 base variants with Zipf(1.05) weights, and 15 % of them are
perturbed; 12.5 events a case on average; 2 % of the gaps inside a case are zero; 400 agents in 40
groups; whole seconds. Written in pieces, so that 100 million events need little memory.

    python benchmarks/inputs.py csv 1000000 log.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

ACTIVITIES = tuple(
    f"{verb} {thing}"
    for verb in ("Open", "Check", "Assign", "Answer", "Close")
    for thing in ("request", "order", "invoice", "complaint")
)
HEADER = ("case_id", "activity", "timestamp", "agent", "group", "priority")
BASE_VARIANTS, AGENTS, GROUPS = 20_000, 400, 40
CASES_PER_PIECE = 400_000
FIRST_SECOND = 1_704_067_200  # 2024-01-01
SECONDS_BETWEEN_CASES = 20


def main() -> None:
    kind, size, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    part = target.with_name(target.name + ".part")
    {
        "csv": write_csv,
        "xes": write_xes,
        "graph": write_graph,
        "changes": write_changes,
        "search": write_search,
    }[kind](size, part)
    part.replace(target)


def pieces(events: int, seed: int = 20_260_101):
    """Yield pieces of exactly so many rows, in order of time."""
    import numpy as np

    draws = np.random.default_rng(seed)
    base, bounds = _base_variants(draws)
    weights = 1.0 / np.arange(1, BASE_VARIANTS + 1) ** 1.05
    weights /= weights.sum()
    carried, case_number, written = None, 0, 0
    while written < events:
        enough = int((events - written) / 12.5 * 1.15) + 50
        cases = min(CASES_PER_PIECE, enough)
        variant = draws.choice(BASE_VARIANTS, cases, p=weights)
        rows = _cases(draws, base, bounds, variant, case_number)
        case_number += cases
        if carried is not None:
            rows = {name: np.concatenate([carried[name], rows[name]]) for name in rows}
        order = np.argsort(rows["second"], kind="stable")
        until = FIRST_SECOND + case_number * SECONDS_BETWEEN_CASES
        ready = int(np.searchsorted(rows["second"][order], until))
        if cases == enough:
            ready = len(order)  # the rest: nothing comes after it
        chosen = order[: min(ready, events - written)]
        written += len(chosen)
        yield {name: column[chosen] for name, column in rows.items()}
        carried = {name: column[order[ready:]] for name, column in rows.items()}


def _base_variants(draws):
    """Walk through a random chain, so that variants share beginnings as real ones do."""
    import numpy as np

    chain = draws.dirichlet(np.full(len(ACTIVITIES), 0.15), len(ACTIVITIES)).cumsum(axis=1)
    sizes = 3 + draws.poisson(10.3, BASE_VARIANTS)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    walk = np.empty(bounds[-1], np.int8)
    uniform = draws.random(len(walk))
    starts = set(bounds[:-1].tolist())
    here = 0
    for position in range(len(walk)):
        here = 0 if position in starts else int(np.searchsorted(chain[here], uniform[position]))
        here = min(here, len(ACTIVITIES) - 1)
        walk[position] = here
    return walk, bounds


def _cases(draws, base, bounds, variant, first_case: int):
    import numpy as np

    sizes = np.diff(bounds)[variant]
    case = np.repeat(np.arange(len(variant)), sizes)
    offset = np.cumsum(sizes) - sizes
    position = np.arange(len(case)) - offset[case]
    activity = base[bounds[variant][case] + position].copy()
    perturbed = np.flatnonzero(draws.random(len(variant)) < 0.15)
    where = offset[perturbed] + (draws.random(len(perturbed)) * sizes[perturbed]).astype(np.int64)
    activity[where] = draws.integers(0, len(ACTIVITIES), len(perturbed))
    gap = np.exp(draws.normal(8.5, 1.2, len(case))).astype(np.int64) + 1
    gap[draws.random(len(case)) < 0.02] = 0
    gap[offset] = 0
    total = np.cumsum(gap)
    arrival = FIRST_SECOND + (first_case + np.arange(len(variant))) * SECONDS_BETWEEN_CASES
    second = arrival[case] + total - total[offset][case]
    agent = draws.integers(0, AGENTS, len(case))
    priority = draws.integers(0, 4, len(variant))[case]
    return {
        "case": case + first_case,
        "activity": activity,
        "second": second,
        "agent": agent.astype(np.int16),
        "priority": priority.astype(np.int8),
    }


def table(rows):
    """Turn a piece into Arrow columns of text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def words(codes, values):
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values)).cast(pa.string())

    number = pc.utf8_lpad(pa.array(rows["case"]).cast(pa.string()), 9, "0")
    times = pa.array(rows["second"]).cast(pa.timestamp("s", tz="UTC")).cast(pa.string())
    columns = (
        pc.binary_join_element_wise("C", number, ""),
        words(rows["activity"], ACTIVITIES),
        pc.replace_substring(times, " ", "T"),
        words(rows["agent"], [f"agent{n:03}" for n in range(AGENTS)]),
        words(rows["agent"] % GROUPS, [f"group{n:02}" for n in range(GROUPS)]),
        words(rows["priority"], ["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"]),
    )
    return pa.table(dict(zip(HEADER, columns, strict=True)))


def write_csv(events: int, target: Path) -> None:
    from pyarrow import csv

    options = csv.WriteOptions(include_header=False, quoting_style="none")
    with target.open("wb") as out:
        out.write((",".join(HEADER) + "\n").encode())
        for rows in pieces(events):
            csv.write_csv(table(rows), out, options)


def write_xes(events: int, target: Path) -> None:
    """Pretty-printed, traces by case, five attributes an event."""
    import pyarrow as pa

    whole = pa.concat_tables([table(rows) for rows in pieces(events)])
    whole = whole.append_column("place", pa.array(range(whole.num_rows)))
    whole = whole.sort_by([("case_id", "ascending"), ("place", "ascending")])
    with target.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        current = None
        for batch in whole.to_batches(max_chunksize=100_000):
            lines = []
            columns = (batch.column(n).to_pylist() for n in range(len(HEADER)))
            for case, activity, time, agent, group, priority in zip(*columns, strict=True):
                if case != current:
                    closing = "\t</trace>\n" if current is not None else ""
                    lines.append(
                        f'{closing}\t<trace>\n\t\t<string key="concept:name" value="{case}"/>\n'
                    )
                    current = case
                lines.append(
                    "\t\t<event>\n"
                    f'\t\t\t<string key="concept:name" value="{activity}"/>\n'
                    f'\t\t\t<date key="time:timestamp" value="{time[:-1]}.000+00:00"/>\n'
                    f'\t\t\t<string key="org:resource" value="{agent}"/>\n'
                    f'\t\t\t<string key="org:group" value="{group}"/>\n'
                    f'\t\t\t<string key="priority" value="{priority}"/>\n'
                    "\t\t</event>\n"
                )
            out.write("".join(lines))
        out.write("\t</trace>\n</log>\n")


def write_graph(edges: int, target: Path) -> None:
    """Write a log of 20 activities and so many different edges, one edge a case."""
    pairs = [
        (one, other)
        for step in (1, 2, 5, 9)
        for one, other in (
            (number, (number + step) % len(ACTIVITIES)) for number in range(len(ACTIVITIES))
        )
    ][:edges]
    lines = [",".join(HEADER[:3])]
    for number, (one, other) in enumerate(pairs):
        lines += [
            f"C{number:03},{ACTIVITIES[one]},2026-01-05T08:00:00Z",
            f"C{number:03},{ACTIVITIES[other]},2026-01-05T{9 + number % 12:02}:00:00Z",
        ]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_changes(rows: int, target: Path) -> None:
    """Write an audit trail as ServiceNow has it: eight changed fields a record on average."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    draws = np.random.default_rng(20_261_122)
    record = np.sort(draws.integers(0, max(1, rows // 8), rows))
    place = np.arange(rows) - np.searchsorted(record, record)
    keys = np.array(
        [f"{i * 2_654_435_761 % (1 << 64):016x}{i:016x}" for i in range(record[-1] + 1)]
    )
    seconds = FIRST_SECOND + record * 13 % 20_000_000 + place * 977
    times = np.datetime_as_string(seconds.astype("datetime64[s]"))
    fields = np.array(
        [
            "state",
            "incident_state",
            "assigned_to",
            "assignment_group",
            "priority",
            "comments",
            "category",
        ]
    )
    users = np.array([f"user.{i}" for i in range(300)])
    table = pa.table(
        {
            "sys_id": [f"{i:032x}" for i in range(rows)],
            "tablename": ["incident"] * rows,
            "documentkey": keys[record],
            "fieldname": fields[draws.integers(0, len(fields), rows)],
            "oldvalue": draws.integers(1, 8, rows).astype(str),
            "newvalue": draws.integers(1, 8, rows).astype(str),
            "user": users[draws.integers(0, 300, rows)],
            "sys_created_on": np.char.replace(times, "T", " "),
            "record_checkpoint": place.astype(str),
        }
    )
    csv.write_csv(table, str(target))


def write_search(megabytes: int, target: Path) -> None:
    """Write a search result as Jira answers it, from generated logs, a few times over."""
    import json
    import tempfile

    from casemine.generate import GenerateOptions, generate
    from casemine.generate.dialects import write_dialect

    made = generate(GenerateOptions(cases=3_000, seed=20_261_122))
    with tempfile.TemporaryDirectory() as folder:
        write_dialect(made, "jira", Path(folder) / "export")
        issues = json.loads((Path(folder) / "export" / "search.json").read_text("utf-8"))["issues"]
    texts = [json.dumps(issue, ensure_ascii=False) for issue in issues]
    written, number = 0, 0
    with target.open("w", encoding="utf-8") as out:
        out.write('{"startAt": 0, "issues": [')
        while written < megabytes * 1_000_000:
            text, copy = texts[number % len(texts)], number // len(texts)
            text = text.replace('"SUP-', f'"S{copy}-') if copy else text
            written += out.write((",\n" if number else "") + text)
            number += 1
        out.write("]}")


if __name__ == "__main__":
    main()
