"""Headline measures of time: until the resolution, in first level, waiting for the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.evidence import is_or_are, not_handed_over, of_cases
from casemine.analyse.userwaits import QUICK, ended_quickly, ended_unanswered, user_waits
from casemine.log.quality.wording import percent
from casemine.log.spans import SECOND
from casemine.model.headline import Headline
from casemine.model.quality import NotEvaluated
from casemine.model.timing import format_duration
from casemine.model.words import counted

if TYPE_CHECKING:
    from casemine.analyse.evidence import Evidence
    from casemine.model.headline import Middle

UNTIMED = "the log has no times"


def resolving_time(evidence: Evidence) -> Headline | NotEvaluated:
    """Measure the time from the first event to the last resolution."""
    code = "time-to-resolve"
    if not evidence.timed:
        return NotEvaluated(code, UNTIMED)
    journey, sight = evidence.journey, evidence.sight
    resolving = evidence.events("A12", "A22", "A41", "A83")
    if not resolving.any():
        return NotEvaluated(code, "no case of the log is resolved")
    last = np.maximum.reduceat(np.where(resolving, np.arange(sight.events), -1), sight.firsts)
    resolved = last >= 0
    judged = resolved | ~evidence.over
    running = ~resolved[judged]
    ends = np.where(resolved, journey.time[last], journey.until)[judged]
    begins = journey.first[judged]
    spans = evidence.middle(ends - begins, running)
    sentence = f"cases are resolved within {_within(spans)}"
    if spans.running:
        sentence += f"; {counted(spans.running, 'open case')} counted as still running"
    return Headline(
        code,
        sentence,
        "from the first event of a case to its last resolution; open cases without one run on, "
        "cancelled and closed ones without one are left out",
        "which waits it is made of: casemine bottlenecks",
        spans=spans,
        working=evidence.working_middle(begins, ends, running),
        examples=evidence.examples(resolved, "A01", "A12", "A22", "A41", "A83"),
    )


def first_level_time(evidence: Evidence) -> Headline | NotEvaluated:
    """Measure the time that 1st level keeps what it hands over."""
    code = "time-in-first-level"
    if not evidence.timed:
        return NotEvaluated(code, UNTIMED)
    handed = evidence.events("A13")
    if not handed.any():
        return NotEvaluated(code, not_handed_over(evidence))
    journey, sight = evidence.journey, evidence.sight
    places = np.where(handed, np.arange(sight.events), sight.events)
    event = np.minimum.reduceat(places, sight.firsts)
    cases = event < sight.events
    first = journey.first[cases]
    end = journey.time[event[cases]]
    spans = evidence.middle(end - first)
    quick = int(np.count_nonzero(end - first <= QUICK))
    return Headline(
        code,
        f"what is handed over stays in 1st level for {_within(spans)}; {quick:,} of "
        f"{counted(spans.n, 'case')} go within 10 min",
        "from the first event of a case to its first 'Hand over to 2nd level'",
        "hand-overs within minutes are dispatching, late ones cost the user: is there a target?",
        spans=spans,
        working=evidence.working_middle(first, end),
        examples=evidence.examples(cases, "A01", "A13"),
    )


def waiting_for_user(evidence: Evidence) -> Headline | NotEvaluated:
    """Measure the waits for the user, and those that look like no wait at all."""
    code = "waiting-for-user"
    if not evidence.happens("W1"):
        return NotEvaluated(code, "no event of the log asks the user for information")
    asks = evidence.has("W1")
    cases = evidence.proportion(asks, np.ones_like(asks))
    look = (
        "ask for everything at once, remind after a set time; look whether the state stops a clock"
    )
    if not evidence.timed:
        return Headline(
            code,
            f"{of_cases(cases, 'case')} {is_or_are(cases, 'waits', 'wait')} for the user",
            "cases with 'Request user information', of all",
            look,
            cases=cases,
            examples=evidence.examples(asks, "W1", "W2"),
        )
    waits = user_waits(evidence)
    spans = evidence.middle(waits.high - waits.low, waits.running)
    elapsed = float(np.sum(evidence.journey.elapsed, dtype=np.float64)) / SECOND
    waited = float((waits.high - waits.low).sum(dtype=np.float64)) / SECOND
    part = min(waited / elapsed, 1.0) if elapsed else None
    sentence = (
        f"{of_cases(cases, 'case')} {is_or_are(cases, 'waits', 'wait')} for the user, "
        f"{counted(len(waits), 'time')} for {_within(spans)}"
    )
    if part is not None:
        sentence += f"; that is {part * 100:.1f} % of the time that cases take"
    for number, what in (
        (ended_quickly(evidence, waits), "within 10 min by the person who had begun them"),
        (
            ended_unanswered(evidence, waits),
            "by the person who had begun them without a word of the user",
        ),
    ):
        if number:
            sentence += (
                f"; {number:,} of the waits ({percent(number, len(waits))}) were ended {what}"
            )
    return Headline(
        code,
        sentence,
        "from 'Request user information' to the next event of the case that is no message, no "
        "escalation and no change of priority; where one comes no more and the case is open, the "
        "wait still runs. Elapsed time is from the first event of each case to its last "
        "one, or to the end of the log where it is open",
        f"{look}; waits that the same hand ends within minutes or unanswered may be fake",
        cases=cases,
        spans=spans,
        working=evidence.working_middle(waits.low, waits.high, waits.running),
        of_elapsed=part,
        extra=evidence.extra_time(asks, np.ones_like(asks)),
        examples=evidence.examples(asks, "W1", "W2"),
    )


def _within(spans: Middle) -> str:
    """Write `2.1 d in the median (95 %: 2 d to 2.3 d), nine of ten within 9 d`."""
    if spans.median_s is None:
        return "a time that is not known, as fewer than half have come so far"
    text = f"{format_duration(spans.median_s)} in the median"
    if spans.low_s is not None and spans.high_s is not None:
        low, high = format_duration(spans.low_s), format_duration(spans.high_s)
        text += f" (95 %: {low} to {high})"
    if spans.p90_s is not None:
        text += f", nine of ten within {format_duration(spans.p90_s)}"
    return text
