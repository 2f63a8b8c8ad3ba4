"""Headline measures of groups: what leaves the first one, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.analyse.evidence import is_or_are, of_cases
from casemine.analyse.visits import EXAMPLES, return_examples, returns_of, visits_of
from casemine.log.spans import SECOND
from casemine.model.conformance import ExampleCase
from casemine.model.headline import Headline
from casemine.model.quality import NotEvaluated
from casemine.model.timing import format_duration
from casemine.model.words import counted

if TYPE_CHECKING:
    from casemine.analyse.evidence import Evidence
    from casemine.analyse.visits import Visits

MAIN = 0.5  # share of cases from which the group that most begin with is spoken of


def handed_on(evidence: Evidence, groups: Evidence) -> Headline | NotEvaluated:
    """Count the cases that leave the group that first held them, whatever its level."""
    code = "hand-over"
    visits = _visits(groups)
    if isinstance(visits, str):
        return NotEvaluated(code, visits)
    journey, labels = groups.journey, groups.journey.groups
    assert labels is not None
    first = np.flatnonzero(np.diff(visits.case, prepend=-1))
    known, leaves = np.zeros((2, journey.sight.cases), np.bool_)
    known[visits.case] = True
    leaves[visits.case[first[visits.leaves[first]]]] = True
    cases = evidence.proportion(leaves, known)
    gone = first[visits.leaves[first]]
    low, high = visits.begin[gone], visits.end[gone]
    spans = evidence.middle(high - low)
    sentence = f"{of_cases(cases, 'case')} {is_or_are(cases, 'goes', 'go')} on to another group"
    if spans.median_s is not None:
        sentence += f", after {format_duration(spans.median_s)} in the median"
    begins = np.bincount(visits.group[first], minlength=len(labels.values))
    main = int(begins.argmax())
    if begins[main] >= MAIN * len(first):
        passed = int(np.count_nonzero(visits.group[gone] == main))
        sentence += (
            f"; {labels.values[main]}, with which {begins[main] / len(first) * 100:.1f} % of them "
            f"begin, hands on {passed:,} of {int(begins[main]):,} "
            f"({passed / int(begins[main]) * 100:.1f} %)"
        )
    longest = np.lexsort([gone, low - high])[:EXAMPLES].tolist()
    return Headline(
        code,
        sentence,
        "cases in which another group follows the first that is known, of all cases with a group; "
        "the time is from the first event of the first group to the first of the next one",
        "which categories the first group always hands on: they could be routed at once",
        cases=cases,
        spans=spans,
        working=evidence.working_middle(low, high),
        extra=groups.extra_time(leaves, known),
        examples=tuple(_hand_over(groups, visits, int(gone[place])) for place in longest),
    )


def _hand_over(groups: Evidence, visits: Visits, visit: int) -> ExampleCase:
    """Show the two events between which a case leaves a group."""
    labels = groups.journey.groups
    assert labels is not None
    names = [labels.values[visits.group[one]] for one in (visit, visit + 1)]
    rows = groups.sight.row[visits.event[[visit, visit + 1]]]
    return ExampleCase(
        case=groups.sight.case_ids[int(visits.case[visit])].as_py(),
        rows=tuple(rows.tolist()),
        duration_s=int(visits.end[visit] - visits.begin[visit]) / SECOND,
        what=" > ".join(names),
    )


def ping_pong(evidence: Evidence, groups: Evidence) -> Headline | NotEvaluated:
    """Count cases that come back to a group they had left for one other: A, B, A."""
    code = "ping-pong"
    visits = _visits(groups)
    if isinstance(visits, str):
        return NotEvaluated(code, visits)
    journey, labels = groups.journey, groups.journey.groups
    assert labels is not None
    returns = returns_of(visits)
    back, known, moved = np.zeros((3, journey.sight.cases), np.bool_)
    back[visits.case[returns.back]] = True
    known[visits.case] = True
    moved[visits.case[visits.leaves]] = True
    cases = evidence.proportion(back, known)
    low, high = visits.begin[returns.leaving], visits.begin[returns.back]
    spans = evidence.middle(high - low)
    total = float((high - low).sum(dtype=np.float64)) / SECOND
    sentence = (
        f"{of_cases(cases, 'case')} {is_or_are(cases, 'comes', 'come')} back to a group that had "
        f"passed {is_or_are(cases, 'it', 'them')} on, {counted(len(returns), 'time')} in all"
    )
    if spans.median_s is not None:
        sentence += (
            f"; they are away for {format_duration(spans.median_s)} in the median and "
            f"{format_duration(total)} in all"
        )
    return Headline(
        code,
        sentence,
        "cases whose groups, in order, hold A, B, A, for whatever reason: of all cases with a "
        "group; away is from leaving A to coming back. Extra time is against cases that were "
        "handed over and did not come back",
        "the pairs of groups between which cases go to and fro: casemine bottlenecks lists them",
        cases=cases,
        spans=spans,
        working=evidence.working_middle(low, high),
        extra=groups.extra_time(back, moved),
        examples=return_examples(journey, visits, returns, labels),
    )


def _visits(groups: Evidence) -> Visits | str:
    """Cut the log into visits to groups, or say why there are none."""
    labels = groups.sight.labels("group")
    if labels is None:
        return "no event of the log has a group"
    if len(labels.values) < 2:
        return "the log has one group only"
    if not groups.timed:
        return "the log has no times"
    return visits_of(groups.journey, labels)
