"""Synthetic service-desk logs with planted deviations, and the truth about them.

Cases are played out of the designed flow (`flow.py`, `playout.py`), some are bent on purpose
(`plant.py`), all get times (`timing.py`) and people (`people.py`); the log ends at a date, so the
last ones stay open. Every case that the truth does not name is a run of the flow, or the
beginning of one, and meets its targets; every deviation it names of a kind other than `late`
makes its trace one that no run explains.

About every tenth event shares its time with the one before: records that a rule classifies as
they come in, and closing checks that are saved in one go, as in real systems.

`dialects/` tells such a log as the export of ServiceNow, Jira, Zendesk, Salesforce, Freshdesk or
OTRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.generate import assemble
from casemine.generate.draws import Draws
from casemine.generate.export import truth_path, write_export, write_truth
from casemine.generate.options import DEFAULT_RATES, KINDS, GenerateOptions
from casemine.generate.plant import plan_deviations
from casemine.generate.playout import play_out
from casemine.generate.records import draw_records, period, when
from casemine.generate.timing import time_events
from casemine.generate.truth import Kind, PlantedDeviation, truth_csv, truth_json

if TYPE_CHECKING:
    from datetime import datetime

    from casemine.log import EventLog

__all__ = [
    "DEFAULT_RATES",
    "KINDS",
    "GenerateOptions",
    "Generated",
    "Kind",
    "PlantedDeviation",
    "generate",
    "truth_csv",
    "truth_json",
    "truth_path",
    "write_export",
    "write_truth",
]


@dataclass(frozen=True, slots=True)
class Generated:
    """A synthetic log and what is known about it."""

    log: EventLog
    truth: tuple[PlantedDeviation, ...]  # in order of their first row
    options: GenerateOptions
    cut: datetime  # the log ends here, UTC
    open_cases: int  # cases that have neither been closed nor cancelled by then


def generate(options: GenerateOptions | None = None) -> Generated:
    """Make a log of incidents and service requests, with deviations whose truth is known.

    Parameters
    ----------
    options : GenerateOptions, optional
        Size, seed, period, and which deviations.

    Returns
    -------
    Generated
        Event times have whole seconds. Rows are numbered in order of time over all cases, which
        is the order of `write_export`.

    Notes
    -----
    A deviation that the end of the log would hide or cut in two is not planted. Equal options
    give equal logs on every platform. About 10 s and 1 GB for 100,000 cases.

    Examples
    --------
    >>> made = generate(GenerateOptions(cases=50, seed=3))
    >>> len(set(made.log.events.column("case").to_pylist()))
    50
    >>> made.truth[0].kind in KINDS
    True
    """
    options = options or GenerateOptions()
    streams = [Draws(options.seed, number) for number in range(8)]
    _, cut = period(options)
    records = draw_records(options, streams[0])
    clean = play_out(records.profile.tolist(), streams[1].one_by_one())
    plan = plan_deviations(clean, options, streams[2].one_by_one())
    timed = time_events(plan.traces, records, plan.late, options, streams[3])
    hidden = assemble.hidden_cases(plan, timed, cut)
    if len(hidden):
        plan = assemble.without(plan, set(hidden.tolist()))
        traces = [clean[case] for case in hidden.tolist()]
        fresh = time_events(traces, records.take(hidden), (), options, streams[4])
        timed = assemble.replaced(timed, hidden, fresh)
    timed = assemble.until(timed, cut)
    rows = assemble.rows_in_order(timed)
    people = (streams[5], streams[6], streams[7])
    return Generated(
        log=assemble.event_log(timed, rows, records, options, people),
        truth=assemble.truth_of(plan, timed, rows, options),
        options=options,
        cut=when(cut),
        open_cases=assemble.open_cases(timed),
    )
