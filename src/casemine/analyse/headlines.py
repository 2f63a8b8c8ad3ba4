"""Headline measures of a support process: who resolves, what is handed about, what waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from casemine.analyse.ending import ending_of, over_in
from casemine.analyse.evidence import (
    NO_LEVELS,
    SECOND_LEVEL,
    Evidence,
    is_or_are,
    not_handed_over,
    of_cases,
)
from casemine.analyse.headlinegroups import handed_on, ping_pong
from casemine.analyse.headlinetimes import first_level_time, resolving_time, waiting_for_user
from casemine.log.arrays import to_numpy
from casemine.log.quality.bounds import REOPENED
from casemine.model.calendar import AROUND_THE_CLOCK
from casemine.model.headline import Headline, Headlines
from casemine.model.quality import NotEvaluated
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog
    from casemine.model.calendar import WorkingCalendar

    Measure = Callable[[Evidence], Headline | NotEvaluated]

RESOLVES = ("A12", "A22", "A41")
FULFILS = ("A81", "A82", "A83")
NONE_TOLD = "no event of the log tells of any"
ONLY_REQUESTS = "every case of the log is a service request"


def headlines(
    log: EventLog,
    *,
    raw: EventLog | None = None,
    calendar: WorkingCalendar = AROUND_THE_CLOCK,
    open_unless: Sequence[str] = (),
) -> Headlines:
    """Measure what a support manager asks first.

    Parameters
    ----------
    log : EventLog
        Mapped to the activities of the YaSM flow for all measures; any other log gives those that
        need no such activities: hand-over, ping-pong, reopening and rework.
    raw : EventLog, optional
        The log before mapping, with the same cases. Moves between groups are looked for there, as
        a mapping leaves out those within a level.
    calendar : WorkingCalendar
        Spans are measured by it, too, where it leaves hours out.
    open_unless : sequence of str, optional
        Activities after which a case is over; see `casemine.analyse.ending`.

    Returns
    -------
    Headlines
        In a fixed order; a measure that the log cannot tell is absent, with its reason.

    Notes
    -----
    Shares have Wilson's 95 % interval, medians that of their order statistics. O(n log n).

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> found = headlines(parse_log("Open Close; Open Reopened Close"), open_unless=["Close"])
    >>> found.found[0].sentence
    '1 of 2 cases (50.0 %) is opened again after it was resolved'
    """
    if not len(log):
        return Headlines((), (NotEvaluated("headlines", "the log has no events"),))
    ending = ending_of(log, open_unless)
    evidence = Evidence(log, ending.over, calendar)
    groups = evidence
    if raw is not None:
        groups = Evidence(raw, over_in(raw, log, ending.over), calendar)
        evidence.replies = _replies(groups, evidence)
    measures: list[Measure] = list(_OF_YASM) if evidence.of_yasm else [_reopened_by_name]
    found = [measure(evidence) for measure in measures]
    found += [handed_on(evidence, groups), ping_pong(evidence, groups)]
    if not evidence.of_yasm:
        found.append(_rework(evidence))
    return Headlines(
        found=tuple(_whole(one) for one in found if isinstance(one, Headline)),
        not_evaluated=tuple(one for one in found if isinstance(one, NotEvaluated)),
    )


def _replies(
    raw: Evidence, evidence: Evidence
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """List what customers did in the raw log, by the cases of the other one."""
    if raw.replies is None:
        return None
    place = pc.fill_null(pc.index_in(raw.sight.case_ids, value_set=evidence.sight.case_ids), -1)
    cases, times = to_numpy(place).astype(np.int64)[raw.replies[0]], raw.replies[1]
    return cases[cases >= 0], times[cases >= 0]


def _whole(one: Headline) -> Headline:
    """Begin the sentence with a capital, and end it with the extra time where that is clear."""
    sentence, extra = one.sentence[:1].upper() + one.sentence[1:], one.extra
    if extra is not None and not extra.low_s <= 0 <= extra.high_s:
        more = "longer" if extra.seconds > 0 else "shorter"
        sentence += (
            f"; such cases take {format_duration(abs(extra.seconds))} {more} in the median than "
            f"comparable ones (95 %: {format_duration(extra.low_s)} to "
            f"{format_duration(extra.high_s)})"
        )
    return replace(one, sentence=sentence)


def _first_level(evidence: Evidence) -> Headline | NotEvaluated:
    code = "first-level-resolution"
    if not evidence.happens(*SECOND_LEVEL):
        return NotEvaluated(code, NO_LEVELS)
    resolved = evidence.has(*RESOLVES) & ~evidence.has(*FULFILS)
    if not resolved.any():
        return NotEvaluated(code, "no incident of the log is resolved")
    alone = resolved & evidence.has("A12") & ~evidence.has("A13", "A40", "X01", "A22", "A41")
    cases = evidence.proportion(alone, resolved)
    return Headline(
        code,
        f"1st level resolves {of_cases(cases, 'resolved incident')} by itself",
        "incidents with 'Resolve in 1st level' and without a hand-over to 2nd level, a return from "
        "there, a resolution there or a major incident, of all resolved incidents",
        "the categories that are handed over most: what would 1st level need to solve them?",
        cases=cases,
        examples=evidence.examples(alone, "A12"),
    )


def _pushed(evidence: Evidence) -> Headline | NotEvaluated:
    code = "push-to-second-level"
    if not evidence.happens("A13"):
        return NotEvaluated(code, not_handed_over(evidence))
    incidents = ~evidence.has(*FULFILS)
    if not incidents.any():
        return NotEvaluated(code, ONLY_REQUESTS)
    pushed = evidence.has("A13") & incidents
    cases = evidence.proportion(pushed, incidents)
    return Headline(
        code,
        f"{of_cases(cases, 'incident')} {is_or_are(cases, 'is', 'are')} handed over to 2nd level",
        "incidents with 'Hand over to 2nd level', of all cases that are no service requests",
        "hand-overs soon after the creation: does 1st level try at all?",
        cases=cases,
        extra=evidence.extra_time(pushed, incidents),
        examples=evidence.examples(pushed, "A13"),
    )


def _returned(evidence: Evidence) -> Headline | NotEvaluated:
    code = "return-to-first-level"
    if not evidence.happens(*SECOND_LEVEL):
        return NotEvaluated(code, NO_LEVELS)
    second = evidence.has(*SECOND_LEVEL)
    back = evidence.has("X01")
    cases = evidence.proportion(back, second)
    return Headline(
        code,
        f"{of_cases(cases, 'case')} in 2nd level {is_or_are(cases, 'comes', 'come')} back to 1st "
        "level, which the design does not foresee",
        "cases with 'Return to 1st level', of all that were in 2nd level",
        "either add a step for handing back to the design, or mend the routing",
        cases=cases,
        extra=evidence.extra_time(back, second),
        examples=evidence.examples(back, "A13", "X01"),
    )


def _reassigned(evidence: Evidence) -> Headline | NotEvaluated:
    code = "reassignment"
    if not evidence.happens(*SECOND_LEVEL):
        return NotEvaluated(code, NO_LEVELS)
    second = evidence.has(*SECOND_LEVEL)
    moved = evidence.has("A23")
    cases = evidence.proportion(moved, second)
    return Headline(
        code,
        f"{of_cases(cases, 'case')} in 2nd level {is_or_are(cases, 'goes', 'go')} on to another "
        "group there",
        "cases with 'Reassign within 2nd level', of all that were in 2nd level",
        "the pairs of groups with most hand-overs: is it clear who is in charge of what?",
        cases=cases,
        extra=evidence.extra_time(moved, second),
        examples=evidence.examples(moved, "A23"),
    )


def _reopened(evidence: Evidence) -> Headline | NotEvaluated:
    code = "reopening"
    resolved = evidence.has(*RESOLVES, "A83", "A74", "A61", "X03")
    if not resolved.any():
        return NotEvaluated(code, "no case of the log is resolved or closed")
    again = evidence.has("A61", "X03")
    closed = int(np.count_nonzero(evidence.has("X03")))
    cases = evidence.proportion(again, resolved)
    return Headline(
        code,
        f"{of_cases(cases, 'resolved case')} {is_or_are(cases, 'is', 'are')} opened again"
        + (f", {closed:,} of them after closure" if closed else ""),
        "cases with 'Reopen' or 'Reopen after closure', of all that were resolved or closed",
        "what the first resolution lacked, by category and by group",
        cases=cases,
        extra=evidence.extra_time(again, resolved),
        examples=evidence.examples(again, *RESOLVES, "A83", "A61", "X03"),
    )


def _reopened_by_name(evidence: Evidence) -> Headline | NotEvaluated:
    names = [name for name in evidence.names if REOPENED.search(name)]
    if not names:
        return NotEvaluated("reopening", "no activity is named after reopening")
    again = evidence.has_named(names)
    cases = evidence.proportion(again, np.ones_like(again))
    listed = " or ".join(repr(name) for name in sorted(names))
    return Headline(
        "reopening",
        f"{of_cases(cases, 'case')} {is_or_are(cases, 'is', 'are')} opened again after "
        f"{is_or_are(cases, 'it was', 'they were')} resolved",
        f"cases with {listed}, of all",
        "what the first resolution lacked, by category and by group",
        cases=cases,
        extra=evidence.extra_time(again, np.ones_like(again)),
        examples=evidence.examples_named(again, names),
    )


def _major(evidence: Evidence) -> Headline | NotEvaluated:
    code = "major-incidents"
    if not evidence.happens("A40", "A41"):
        return NotEvaluated(code, NONE_TOLD)
    incidents = ~evidence.has(*FULFILS)
    if not incidents.any():
        return NotEvaluated(code, ONLY_REQUESTS)
    major = evidence.has("A40", "A41")
    cases = evidence.proportion(major, incidents)
    return Headline(
        code,
        f"{of_cases(cases, 'incident')} {is_or_are(cases, 'is a major one', 'are major ones')}",
        "incidents with 'Declare major incident' or 'Resolve major incident', of all incidents",
        "whether users were informed at once, and whether a problem record follows",
        cases=cases,
        examples=evidence.examples(major, "A40", "A41"),
    )


def _cancelled(evidence: Evidence) -> Headline | NotEvaluated:
    code = "cancellation"
    if not evidence.happens("A90"):
        return NotEvaluated(code, NONE_TOLD)
    gone = evidence.has("A90")
    cases = evidence.proportion(gone, np.ones_like(gone))
    return Headline(
        code,
        f"{of_cases(cases, 'case')} {is_or_are(cases, 'is', 'are')} cancelled",
        "cases with 'Cancel record', of all",
        "duplicates and requests that belong elsewhere: can they be kept out at the door?",
        cases=cases,
        examples=evidence.examples(gone, "A90"),
    )


def _rework(evidence: Evidence) -> Headline | NotEvaluated:
    again = evidence.repeats
    cases = evidence.proportion(again, np.ones_like(again))
    return Headline(
        "rework",
        f"{of_cases(cases, 'case')} {is_or_are(cases, 'does', 'do')} some activity more than once",
        "cases in which an activity happens at least twice, of all",
        "which activities: casemine bottlenecks lists them with their extra time",
        cases=cases,
        extra=evidence.extra_time(again, np.ones_like(again)),
    )


_OF_YASM: tuple[Measure, ...] = (
    resolving_time,
    _first_level,
    _pushed,
    first_level_time,
    _returned,
    _reassigned,
    waiting_for_user,
    _reopened,
    _major,
    _cancelled,
)
