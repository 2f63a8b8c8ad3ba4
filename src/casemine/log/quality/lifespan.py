"""Cases without a begin, with events after their end, and those that the period cuts off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.quality.bounds import closing_of, opening_of
from casemine.log.quality.tally import Tally
from casemine.log.quality.wording import both, percent, verb
from casemine.model.quality import Finding, NotEvaluated
from casemine.model.timing import format_duration
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.quality.bounds import Closing, Opening
    from casemine.log.quality.sight import Sight

MANY = 0.2  # share of cases from which cutting them off is more than the rim of a long period


FEW = 3  # cases that are cut off in any log, however small
MISSING, RUNNING = "missing-creation", "running-at-begin"
AFTER, OPEN = "events-after-end", "open-at-end"
UNTIMED = "the log has no times"


def begins(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Cases that do not begin as cases do, and which of them were running when the log begins."""
    opening = opening_of(sight)
    if isinstance(opening, str):
        yield NotEvaluated(MISSING, opening)
        yield NotEvaluated(RUNNING, opening)
        return
    tally = lacking_creation(sight, opening)
    if tally.found:
        yield missing_creation(tally, opening.words, known=opening.known)
    if not opening.proper.any():
        yield NotEvaluated(RUNNING, "no case has a creation")
    elif sight.time is None:
        yield NotEvaluated(RUNNING, UNTIMED)
    else:
        yield from _running_at_begin(sight, opening, sight.time)


def ends(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Events later than the end of their case, and cases still open when the log ends."""
    closing = closing_of(sight)
    if isinstance(closing, str):
        yield NotEvaluated(AFTER, closing)
        yield NotEvaluated(OPEN, closing)
        return
    yield from _after_end(sight, closing)
    if sight.time is None:
        yield NotEvaluated(OPEN, UNTIMED)
    else:
        yield from _open_at_end(sight, closing, sight.time)


def lacking_creation(sight: Sight, opening: Opening) -> Tally:
    """Count the cases that do not begin as cases do."""
    firsts = sight.firsts[~opening.proper]
    return Tally(
        len(firsts), len(firsts), sight.cases, sight.activities_of(firsts), sight.examples(firsts)
    )


def missing_creation(tally: Tally, begin: str, *, known: bool) -> Finding:
    """Say it; `begin` names what cases begin with, `known` whether `kind` tells that."""
    cases = tally.cases
    lack = f"{verb(cases, 'has', 'have')} no creation"
    if cases == tally.sought:
        lack += ": the source tells changes alone"
    if not known:
        lack = f"{verb(cases, 'does', 'do')} not begin with {begin}"
    return Finding(
        MISSING,
        "warning",
        f"{counted(cases, 'case')} ({percent(cases, tally.sought)}) {lack}; first instead: "
        f"{tally.names}",
        ("" if known else "unless these are other ways in, ")
        + "their durations begin too late, and their variants are not those of whole cases",
        "export the creation or older history too, or keep whole cases with "
        + ("--where 'kind == \"create\"'" if known else "--starts-with"),
        events=cases,
        cases=cases,
        share=tally.share,
        examples=tally.examples,
    )


def _after_end(sight: Sight, closing: Closing) -> Iterator[Finding]:
    events = int(np.count_nonzero(closing.after))
    if not events:
        return
    cases = sight.cases_with(closing.after)
    most = sight.names(closing.after)
    come = verb(events, "comes", "come")
    yield Finding(
        AFTER,
        "warning",
        f"{both(events, cases)} ({percent(cases, sight.cases)} of the cases) {come} later than "
        f"{closing.words}, and nothing says that the case was reopened: {most}"
        if closing.known
        else f"{both(events, cases)} ({percent(cases, sight.cases)} of the cases) {come} later "
        f"than {closing.words}, which ends the others: {most}",
        "the cases seem to last until then, and edges lead out of the end",
        "find out whether these are reopened cases, clearing up by the system or late entries; "
        "--drop-activity leaves clearing up out",
        events=events,
        cases=cases,
        share=cases / sight.cases,
        examples=sight.examples(np.flatnonzero(closing.after)),
    )


def _running_at_begin(sight: Sight, opening: Opening, time: NDArray[np.int64]) -> Iterator[Finding]:
    firsts = sight.firsts
    early = time[firsts] <= sight.first_time + sight.usual_gap
    cut = firsts[~opening.proper & early]
    if not len(cut):
        return
    gap = format_duration(sight.usual_gap / 1e6)
    one = len(cut) == 1
    yield Finding(
        RUNNING,
        "warning" if len(cut) >= max(MANY * sight.cases, FEW) else "note",
        f"{counted(len(cut), 'case')} ({percent(len(cut), sight.cases)}) "
        f"{'was' if one else 'were'} running when the log begins: {'its' if one else 'their'} "
        f"first event is no begin of a case and lies in the first {gap}, within which 19 of 20 "
        "events follow the one before",
        "their durations are too short, and their variants lack what came before",
        "leave such cases out with --window started --since, a while after the log begins",
        events=len(cut),
        cases=len(cut),
        share=len(cut) / sight.cases,
        examples=sight.examples(cut),
    )


def _open_at_end(sight: Sight, closing: Closing, time: NDArray[np.int64]) -> Iterator[Finding]:
    late = time[sight.lasts] >= sight.last_time - sight.usual_gap
    cut = sight.lasts[~closing.over & late]
    if not len(cut):
        return
    gap = format_duration(sight.usual_gap / 1e6)
    one = len(cut) == 1
    yield Finding(
        OPEN,
        "warning" if len(cut) >= max(MANY * sight.cases, FEW) else "note",
        f"{counted(len(cut), 'case')} ({percent(len(cut), sight.cases)}) {'is' if one else 'are'} "
        f"still open when the log ends: without {closing.words}, and "
        f"{'its' if one else 'their'} last event lies in the last {gap}, within which 19 of 20 "
        "events follow the one before",
        "their durations are too short, and their variants stop half-way",
        "leave such cases out with --ends-with, or count them apart",
        events=len(cut),
        cases=len(cut),
        share=len(cut) / sight.cases,
        examples=sight.examples(cut),
    )
