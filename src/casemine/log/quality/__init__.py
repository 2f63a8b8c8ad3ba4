"""What is doubtful about the data of a log, found by looking at its events once more.

Each check is a function of a `Sight` that gives findings, and says of what it cannot judge why.
docs/data-quality.md explains every code: how it is judged, what it does to results, what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.log.columns import SEQ
from casemine.log.quality.bounds import opening_of
from casemine.log.quality.clocks import HOURS, RHYTHM, clock_changes
from casemine.log.quality.duplicates import (
    EXACT,
    REPEATED,
    compared,
    copies,
    duplicate_events,
    duplicates,
    repeated_events,
)
from casemine.log.quality.lifespan import (
    AFTER,
    MISSING,
    OPEN,
    RUNNING,
    begins,
    ends,
    lacking_creation,
    missing_creation,
)
from casemine.log.quality.renames import RENAMES, renames
from casemine.log.quality.sequence import (
    CONFLICTS,
    TIES,
    backwards,
    conflicts,
    order_conflicts,
    ties,
)
from casemine.log.quality.sight import Sight
from casemine.log.quality.stamps import BATCH, COARSE, MIDNIGHT, stamps
from casemine.log.quality.tally import nothing
from casemine.model.quality import Finding, NotEvaluated, Quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from casemine.log.eventlog import EventLog

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


CODES = (
    *(MISSING, RUNNING, AFTER, OPEN, EXACT, REPEATED, CONFLICTS, COARSE, BATCH, MIDNIGHT),
    *(RENAMES, HOURS, RHYTHM, TIES),
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


def assess_parts(parts: Iterable[EventLog]) -> Quality:
    """Look at a log that comes in parts of whole cases, as far as counts of parts add up.

    Parameters
    ----------
    parts : iterable of EventLog
        One in memory at a time, with all attributes.

    Returns
    -------
    Quality
        Copies of events; creations that are missing, where `kind` tells them; conflicts of order,
        where the events are numbered by `seq`. The rest is not evaluated and says so.
    """
    exact = repeated = missing = wrong = nothing(0)
    known = numbered = timed = False
    columns: list[str] = []
    for log in parts:
        sight = Sight(log)
        columns, timed = log.events.column_names, log.timed
        known, numbered = known or sight.kinds is not None, numbered or SEQ in columns
        if timed:
            some, others = copies(sight)
            exact, repeated = exact + some, repeated + others
        opening = opening_of(sight)
        if known and not isinstance(opening, str):
            missing += lacking_creation(sight, opening)
        if numbered and timed:
            wrong += backwards(sight)
    outcomes: list[Finding | NotEvaluated] = []
    if missing.found:
        outcomes.append(missing_creation(missing, "", known=True))
    if exact.found:
        outcomes.append(duplicate_events(exact, compared(columns)))
    if repeated.found:
        outcomes.append(repeated_events(repeated, compared(columns)))
    outcomes.extend(order_conflicts(wrong, numbered=True))
    judged = {*((EXACT, REPEATED) if timed else ()), *((MISSING,) if known else ())}
    judged |= {CONFLICTS} if numbered and timed else set()
    reason = "the log is read in parts, because of --memory-limit"
    outcomes += [NotEvaluated(code, reason) for code in CODES if code not in judged]
    return arranged(outcomes)


def arranged(outcomes: list[Finding | NotEvaluated]) -> Quality:
    """Put warnings before notes."""
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    return Quality(
        tuple(sorted(findings, key=lambda finding: finding.level != "warning")),
        tuple(outcome for outcome in outcomes if not isinstance(outcome, Finding)),
    )
