"""From the readings of variants to deviations over all cases: one per rule and element.

Cases are counted over variants with their weights; single cases are looked at only for examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.deviations.caselist import OPEN
from casemine.conform.deviations.examples import Examples
from casemine.conform.deviations.readings import (
    INSERTED,
    KINDS,
    NOTHING,
    UNFINISHED,
    UNKNOWN,
)
from casemine.conform.deviations.wording import LEVELS, remedy, sentence
from casemine.model.conformance import RULE_OF, Deviation
from casemine.model.proportion import Proportion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.conform.deviations.caselist import CaseList
    from casemine.conform.deviations.readings import Readings
    from casemine.log.extratime import Comparison
    from casemine.model.alignment import Alignments
    from casemine.model.flow import DesignedFlow
    from casemine.model.petri import PetriNet

NO_STEP = "the start"  # what a case rests after that has done no step of the design
_RANK = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, eq=False)
class CaseDeviations:
    """Which case shows which deviation, one entry per pair, by case and then by deviation."""

    case: NDArray[np.int64]  # in the order of the log
    deviation: NDArray[np.int64]  # index into the deviations
    times: NDArray[np.int64]  # how often the case shows it


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Deviations by level, then falling cases, rule and element; and the cases that show them."""

    deviations: tuple[Deviation, ...]
    moves: tuple[int, ...]  # of each deviation: what it adds to the cost, over all cases
    by_case: CaseDeviations


def find_deviations(
    cases: CaseList,
    alignments: Alignments,
    readings: Readings,
    *,
    net: PetriNet,
    flow: DesignedFlow,
    comparison: Comparison | None = None,
) -> Findings:
    """Sum the readings up by rule and element.

    Parameters
    ----------
    cases : CaseList
        Whose variants were aligned.
    alignments : Alignments
        Of those variants.
    readings : Readings
        What their moves mean.
    net : PetriNet
        That they were aligned with.
    flow : DesignedFlow
        Where elements and lines of the file come from.
    comparison : Comparison, optional
        Finds how much longer deviating cases take; None leaves that out.

    Returns
    -------
    Findings
        A deviation counts each case once, however often the case shows it; `events` counts every
        time. The whole are all aligned cases, and for `unfinished` those that are not open.
    """
    size = len(readings.names) + 1
    key = (readings.kind.astype(np.int64) * size + readings.one + 1) * size + readings.other + 1
    keys, which = np.unique(key, return_inverse=True)
    grouped = np.argsort(which, kind="stable")
    begins = np.searchsorted(which[grouped], np.arange(len(keys) + 1))
    by_case = _by_case(cases, readings, which)
    counts = cases.variants.counts
    aligned = int(counts[alignments.aligned].sum())
    at_end = int(counts[alignments.aligned & (cases.state != OPEN)].sum())
    examples = Examples(cases, alignments, readings, net)
    bounds = np.searchsorted(by_case.deviation, np.arange(len(keys) + 1))
    found = []
    for number, code in enumerate(keys.tolist()):
        kind = code // size // size
        one = _name(readings, code // size % size - 1)
        other = _name(readings, code % size - 1) if code % size else ""
        mine = grouped[begins[number] : begins[number + 1]]
        showing = by_case.case[bounds[number] : bounds[number + 1]]
        share = Proportion(len(showing), at_end if kind == UNFINISHED else aligned)
        word = KINDS[kind]
        element = flow.element(other or one)
        shortest, costliest = examples.of(mine, showing)
        deviation = Deviation(
            rule=RULE_OF[word],
            element=f"{one} > {other}" if other else one,
            kind=word,
            level=LEVELS[word],
            message=sentence(word, share, one, other),
            cases=share,
            events=int(counts[readings.variant[mine]].sum()),
            remedy=remedy(word, one, other),
            detail=(
                _detail(cases, readings, mine, alignments, net)
                if kind in {UNKNOWN, INSERTED}
                else ""
            ),
            element_id=element.id if element is not None else None,
            line=element.line if element is not None else None,
            extra=comparison.extra_time(showing) if comparison is not None else None,
            shortest=shortest,
            costliest=costliest,
        )
        found.append((deviation, int((counts[readings.variant] * readings.moves)[mine].sum())))
    order = sorted(range(len(found)), key=lambda number: _rank(found[number][0]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    moved = place[by_case.deviation]
    by = np.lexsort((moved, by_case.case))
    return Findings(
        deviations=tuple(found[number][0] for number in order),
        moves=tuple(found[number][1] for number in order),
        by_case=CaseDeviations(by_case.case[by], moved[by], by_case.times[by]),
    )


def _by_case(cases: CaseList, readings: Readings, which: NDArray[np.int64]) -> CaseDeviations:
    """Spread the readings of variants over their cases; by deviation, then case."""
    size = int(which.max(initial=0)) + 1
    pairs, times = np.unique(readings.variant * size + which, return_counts=True)
    variant, deviation = pairs // size, pairs % size
    order = np.argsort(cases.of_case, kind="stable")
    begins = np.searchsorted(cases.of_case[order], np.arange(len(cases.variants) + 1))
    counts = np.diff(begins)[variant]
    bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    places = np.repeat(begins[variant] - bounds[:-1], counts) + np.arange(bounds[-1])
    case = order[places]
    deviation, times = np.repeat(deviation, counts), np.repeat(times, counts)
    by = np.lexsort((case, deviation))
    return CaseDeviations(case[by], deviation[by], times[by])


def _name(readings: Readings, code: int) -> str:
    return NO_STEP if code == NOTHING else readings.names[code]


def _rank(deviation: Deviation) -> tuple[int, int, str, str]:
    return (
        _RANK[deviation.level],
        -deviation.cases.cases,
        deviation.rule,
        deviation.element,
    )


def _detail(
    cases: CaseList,
    readings: Readings,
    mine: NDArray[np.int64],
    alignments: Alignments,
    net: PetriNet,
) -> str:
    """Tell what an event brings with it: steps done again, a way that is missing, or another step.

    An unknown event may lead to another place of the design; a step of the design out of place may
    stand for the one that is wanted there.
    """
    weights = cases.variants.counts[readings.variant[mine]]
    detours = readings.moves[mine] > 1
    if not detours.any():
        return ""
    again: dict[tuple[str, ...], int] = {}
    missing: dict[tuple[str, ...], int] = {}
    for reading, weight in zip(mine[detours].tolist(), weights[detours].tolist(), strict=True):
        moves = readings.move[readings.offsets[reading] : readings.offsets[reading + 1]]
        start = cases.variants.offsets[readings.variant[reading]]
        positions, transitions = alignments.positions[moves], alignments.transitions[moves]
        codes = cases.variants.codes[start + positions[positions >= 0]][1:]
        done = tuple(cases.variants.activities[code] for code in codes.tolist())
        absent = tuple(
            str(net.transitions[one].label) for one in transitions[positions < 0].tolist()
        )
        for ways, way in ((again, done), (missing, absent)):
            if way:
                ways[way] = ways.get(way, 0) + weight
    total = int(weights.sum())
    instead = readings.kind[mine[0]] == INSERTED
    leads = "it stands for" if instead else "it leads to where the design comes only through"
    return "; ".join(
        f"{times:,} of {total:,} times {says} {', '.join(way)}{ends}"
        for ways, says, ends in (
            (again, "the case then goes through", " again"),
            (missing, leads, ", which the design wants there" if instead else ""),
        )
        for way, times in sorted(ways.items(), key=lambda item: (-item[1], item[0]))[:1]
    )
