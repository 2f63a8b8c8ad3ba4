"""Systems whose exports stand in `tests/samples/<system>/`: recognised, and read as they should be.

A new system costs a preset, a folder of samples and a line here.
"""

from pathlib import Path

import pytest

from casemine.read import ReadOptions, read_log

SAMPLES = Path(__file__).parents[1] / "samples"
TOLD = {  # what its cases went through, in the order of the cases
    "mantisbt": "Created > Status: assigned > Assigned > Comment > Status: feedback > "
    "Customer reply > Status: assigned > Priority raised > Status: resolved > Reopened > "
    "Status: resolved; Created > Merged > Status: closed",
}


@pytest.mark.parametrize("system", TOLD)
def test_the_samples_of_a_system_are_recognised_and_tell_what_they_tell(system):
    log = read_log(SAMPLES / system, ReadOptions(cache=False))

    cases = log.events.column("case").to_pylist()
    names = log.events.column("activity").to_pylist()
    traces = {case: [] for case in cases}
    for case, name in zip(cases, names, strict=True):
        traces[case].append(name)
    assert "; ".join(" > ".join(trace) for trace in traces.values()) == TOLD[system]
    told = next(note.text for note in log.intake.notes if note.code == "system")
    assert told.endswith(f"({system})")
