"""Measure casemine against pm4py and r4pm on the same work, and write RESULTS.md.

    python benchmarks/run.py                    1 and 10 million events, the memory run with 30
    python benchmarks/run.py --quick            100,000 events, two pairs: does everything run?
    python benchmarks/run.py --only csv xes     some stages; the rows of the others stay away
    python benchmarks/run.py --memory-events 100000000

Inputs are made once, with a fixed seed, in a folder of the system's temporary directory (or
`--folder`) and used again. Needs `pip install 'casemine[test]' polars`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import machine
from measure import PYTHON, run
from stages import alignments, csv_summary, exports, memory, picture, rules, startup, store, xes
from table import document

HERE = Path(__file__).parent
STAGES = {
    "startup": startup,
    "picture": picture,
    "csv": csv_summary,
    "xes": xes,
    "store": store,
    "exports": exports,
    "alignments": alignments,
    "rules": rules,
    "memory": memory,
}


@dataclass(frozen=True)
class Setting:
    """What all stages share."""

    folder: Path
    sizes: tuple[int, ...]  # events, rising
    pairs: int
    memory_events: int
    compare_memory: bool
    columns: tuple[str, ...] = (
        "--case", "case_id", "--activity", "activity", "--time", "timestamp",
    )  # fmt: skip

    def csv(self, events: int) -> Path:
        """Find or make a CSV of so many events."""
        return self._input("csv", events)

    def xes(self, events: int) -> Path:
        """Find or make an XES file of so many events."""
        return self._input("xes", events)

    def graph(self, edges: int) -> Path:
        """Find or make a log of 20 activities and so many different edges."""
        return self._input("graph", edges, ending="csv")

    def changes(self, rows: int) -> Path:
        """Find or make an audit trail of so many changed fields."""
        return self._input("changes", rows, ending="csv")

    def search(self, megabytes: int) -> Path:
        """Find or make a search result with changelogs of so many megabytes."""
        return self._input("search", megabytes, ending="json")

    def _input(self, kind: str, size: int, ending: str | None = None) -> Path:
        path = self.folder / f"{kind}-{size}.{ending or kind}"
        if not path.exists():
            print(f"  making {path.name}", flush=True)
            made = run([PYTHON, str(HERE / "inputs.py"), kind, str(size), str(path)])
            if not made.ok:
                sys.exit(f"cannot make {path}")
        return path


def main() -> None:
    asked = arguments()
    folder = Path(asked.folder or Path(tempfile.gettempdir()) / "casemine-benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    rows = asked.rows or ([100_000] if asked.quick else [1_000_000, 10_000_000])
    setting = Setting(
        folder=folder,
        sizes=tuple(sorted(rows)),
        pairs=asked.pairs or (2 if asked.quick else 5),
        memory_events=asked.memory_events or (1_000_000 if asked.quick else 30_000_000),
        compare_memory=not asked.no_compare,
    )
    about = machine.describe()
    results = []
    for name in asked.only or STAGES:
        print(name, flush=True)
        begun = time.perf_counter()
        for row in STAGES[name].run(setting):
            results.append(row)
            print(f"  {row.what}: {row.ours} | {row.theirs} | {row.ratio} | {row.remark}")
        print(f"  ({time.perf_counter() - begun:.0f} s)", flush=True)
    target = Path(asked.output or (folder if asked.quick else HERE) / "RESULTS.md")
    target.write_text(document(about, results), encoding="utf-8")
    print(f"wrote {target}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small inputs, two pairs")
    parser.add_argument("--rows", type=int, nargs="+", metavar="EVENTS", help="sizes of the CSVs")
    parser.add_argument("--pairs", type=int, help="pairs of runs; half as many above 2 million")
    parser.add_argument("--memory-events", type=int, help="events of the run with a limit")
    parser.add_argument(
        "--no-compare", action="store_true", help="no run without a limit beside the one with it"
    )
    parser.add_argument("--only", nargs="+", choices=STAGES, help="these stages")
    parser.add_argument("--folder", help="where the inputs are kept")
    parser.add_argument("-o", "--output", help="instead of RESULTS.md beside this script")
    return parser.parse_args()


if __name__ == "__main__":
    main()
