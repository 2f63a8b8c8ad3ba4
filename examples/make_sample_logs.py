"""Make the logs in `sample_logs/` again, byte for byte.

    python examples/make_sample_logs.py [FOLDER]

`incidents.csv` is what a service desk would export; `incidents.xes.gz` holds the same events for
process-mining tools; `incidents.truth.csv` names every deviation that was planted.
"""

from __future__ import annotations

import sys
from pathlib import Path

from casemine.generate import GenerateOptions, generate, write_export, write_truth
from casemine.write import write_log

OPTIONS = GenerateOptions(cases=1500, seed=2)
FOLDER = Path(__file__).parents[1] / "sample_logs"


def make(folder: Path) -> None:
    """Write the three files."""
    made = generate(OPTIONS)
    write_export(made.log, folder / "incidents.csv", zone=OPTIONS.zone)
    write_log(made.log, folder / "incidents.xes.gz")
    write_truth(made.truth, folder / "incidents.truth.csv")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
