"""What is doubtful about the data of a log, found by looking at its events once more.

Each check is a function of a `Sight` that gives findings, and says of what it cannot judge why.
docs/data-quality.md explains every code: how it is judged, what it does to results, what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.log.quality.clocks import clock_changes
from casemine.log.quality.duplicates import duplicates
from casemine.log.quality.lifespan import begins, ends
from casemine.log.quality.renames import renames
from casemine.log.quality.sequence import conflicts, ties
from casemine.log.quality.sight import Sight
from casemine.log.quality.stamps import stamps
from casemine.model.quality import Finding, Quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from casemine.log.eventlog import EventLog
    from casemine.model.quality import NotEvaluated

CHECKS: tuple[Callable[[Sight], Iterator[Finding | NotEvaluated]], ...] = (
    begins,
    ends,
    duplicates,
    conflicts,
    stamps,
    renames,
    clock_changes,
    ties,
)


def assess(log: EventLog) -> Quality:
    """Look for everything that one should know about the events before trusting a figure.

    Parameters
    ----------
    log : EventLog
        With all its attributes: copies of events are told by them.

    Notes
    -----
    O(n log n) for n events; about half a second for a million.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> [finding.code for finding in assess(parse_log("New Open Solved; New Solved")).findings]
    []
    """
    if not len(log):
        return Quality()
    sight = Sight(log)
    return arranged([outcome for check in CHECKS for outcome in check(sight)])


def arranged(outcomes: list[Finding | NotEvaluated]) -> Quality:
    """Put warnings before notes."""
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    return Quality(
        tuple(sorted(findings, key=lambda finding: finding.level != "warning")),
        tuple(outcome for outcome in outcomes if not isinstance(outcome, Finding)),
    )
