"""Make the logs in `sample_logs/` again, byte for byte.

    python examples/make_sample_logs.py [FOLDER]

`incidents.csv` is what a service desk would export; `incidents.xes.gz` holds the same events for
process-mining tools; `incidents.truth.csv` names every deviation that was planted. A folder for
each system holds fifteen tickets as that system exports them, the same in all; what an import must
find stands in `exports.expected_events.csv`.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from casemine.generate import KINDS, GenerateOptions, generate, write_export, write_truth
from casemine.generate.dialects import DIALECTS, write_dialect, write_expected
from casemine.write import write_log

OPTIONS = GenerateOptions(cases=1500, seed=2)
# Few tickets, in which all happens that can: merged, reopened, on hold, across a clock change.
EXPORTS = GenerateOptions(
    cases=15, seed=3658, start=date(2025, 10, 6), weeks=6, rates=dict.fromkeys(KINDS, 0.07)
)
FOLDER = Path(__file__).parents[1] / "sample_logs"


def make(folder: Path) -> None:
    """Write the files and folders."""
    made = generate(OPTIONS)
    write_export(made.log, folder / "incidents.csv", zone=OPTIONS.zone)
    write_log(made.log, folder / "incidents.xes.gz")
    write_truth(made.truth, folder / "incidents.truth.csv")
    few = generate(EXPORTS)
    for name in DIALECTS:
        write_dialect(few, name, folder / name)
    write_expected(few, folder / "exports.expected_events.csv")
    write_truth(few.truth, folder / "exports.truth.csv")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
