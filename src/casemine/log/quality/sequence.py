"""Order within cases: times against the sequence of the source, and what hangs on equal times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.aggregate import Trail
from casemine.log.columns import SEQ
from casemine.log.quality.sight import SHOWN
from casemine.log.quality.tally import Tally
from casemine.log.quality.wording import percent, verb
from casemine.model.quality import Example, Finding, NotEvaluated
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight

CONFLICTS, TIES = "order-conflicts", "ties"
IN_ORDER = 0.05  # share of neighbours in the wrong order from which rows follow no time at all
NUMBERED_IN_ORDER = 0.2  # the same for numbers, which some sources count apart for each kind
SEVERE = 0.5  # share of the directly-follows pairs that hang on the order of ties


def conflicts(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Find neighbours in time whose sequence number, or row where there is none, says otherwise."""
    if sight.time is None:
        yield NotEvaluated(CONFLICTS, "the log has no times")
        return
    numbered = sight.numbers(SEQ) is not None
    forward = backwards(sight)
    tally = forward
    if forward.sought and forward.share > 1 - IN_ORDER and not numbered:
        tally = backwards(sight, newest_first=True)
    yield from order_conflicts(tally, numbered=numbered)


def backwards(sight: Sight, *, newest_first: bool = False) -> Tally:
    """Count the neighbours at different times whose order in the source is the other way."""
    assert sight.time is not None
    numbers = sight.numbers(SEQ)
    place = sight.row if numbers is None else numbers
    later = sight.inside & ~sight.tied
    if sight.codes.start is not None:  # rows in order of their starts are in order too
        later &= sight.codes.start[1:] > sight.codes.start[:-1]
    wrong = (place[1:] > place[:-1]) if newest_first else (place[1:] < place[:-1])
    first = np.flatnonzero(later & wrong)
    shown = first[np.argsort(sight.row[first], kind="stable")[:SHOWN]].tolist()
    return Tally(
        len(first),
        sight.cases_with(first),
        int(np.count_nonzero(later)),
        examples=tuple(sight.example(one, one + 1) for one in shown),
    )


def order_conflicts(tally: Tally, *, numbered: bool) -> Iterator[Finding | NotEvaluated]:
    """Say how many there are, or why they tell nothing: rows that are in no order of time."""
    word, count = "sequence number" if numbered else "row", tally.found
    if not count:
        return
    if tally.share > (NUMBERED_IN_ORDER if numbered else IN_ORDER):
        part = percent(count, tally.sought)
        reason = f"the {word}s of {part} of the neighbours in time run backwards"
        yield NotEvaluated(CONFLICTS, f"{reason}: they do not follow the times")
        return
    yield Finding(
        CONFLICTS,
        "warning",
        f"{counted(count, 'pair')} of neighbours in {counted(tally.cases, 'case')} "
        f"({percent(count, tally.sought)} of all pairs) {verb(count, 'stands', 'stand')} in one "
        f"order by time and in the other by {word}",
        "edges, variants and waits follow the times; where those are wrong, so are these",
        "compare the rows shown: entered late, a clock set back, or times of two zones in one "
        "column",
        events=2 * count,
        cases=tally.cases,
        share=tally.share,
        examples=tally.examples,
    )


def ties(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Events at the same time as a neighbour, and what would change if they stood otherwise."""
    if sight.time is None:
        yield NotEvaluated(TIES, "the log has no times")
        return
    tied, inside = sight.tied, sight.inside
    if not tied.any():
        return
    in_tie = np.zeros(sight.events + 1, np.bool_)
    in_tie[1:-1] = tied
    events = int(np.count_nonzero(in_tie[1:] | in_tie[:-1]))
    loose = _loose(sight, tied)
    pairs = inside & (loose[1:] | loose[:-1])
    hanging, all_pairs = int(np.count_nonzero(pairs)), int(np.count_nonzero(inside))
    ordered = sight.numbers(SEQ) is not None
    by = "their sequence numbers" if ordered else "the rows"
    severe = not ordered and hanging >= SEVERE * all_pairs
    if not hanging:
        effect = "none: those at the same time are of the same activity"
    else:
        cases, variants, of_variants = _hanging(sight, loose)
        effect = (
            f"{percent(hanging, all_pairs)} of the directly-follows pairs and "
            f"{counted(variants, 'variant')} of {of_variants:,}, in "
            f"{percent(cases, sight.cases)} of the cases, hang on that order"
        )
    yield Finding(
        TIES,
        "warning" if severe else "note",
        f"{counted(events, 'event')} ({percent(events, sight.events)}) "
        f"{verb(events, 'shares', 'share')} case and time with a neighbour; their order is that "
        f"of {by}",
        effect,
        "export times to the second or finer, or a column that numbers the events of a case; do "
        "not read meaning into edges between events of one moment",
        events=events,
        cases=sight.cases_with(in_tie[1:] | in_tie[:-1]),
        share=events / sight.events,
        examples=_tie_examples(sight, loose if hanging else in_tie[1:] | in_tie[:-1]),
    )


def _loose(sight: Sight, tied: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Events that share case and time with one of another activity."""
    number = np.zeros(sight.events, np.int64)
    number[1:] = np.cumsum(~tied)  # of the moment in the case
    differs = tied & (sight.activity[1:] != sight.activity[:-1])
    mixed = np.zeros(int(number[-1]) + 1, np.bool_)
    mixed[number[1:][differs]] = True
    return mixed[number]


def _hanging(sight: Sight, loose: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Cases with such events, the variants they have, and all variants."""
    cases = sight.any_in_case(loose)
    grouped = Trail.of(sight.codes).grouped()
    variants = np.unique(grouped.of_case[cases])
    return int(np.count_nonzero(cases)), len(variants), len(grouped.variants)


def _tie_examples(sight: Sight, marked: NDArray[np.bool_]) -> tuple[Example, ...]:
    """Show the first moments with several events, by source row."""
    assert sight.time is not None
    events = np.flatnonzero(marked)
    begins = np.ones(len(events), np.bool_)
    begins[1:] = ~sight.tied[events[1:] - 1] | (np.diff(events) > 1)
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=len(events))
    order = np.argsort(sight.row[events[starts]], kind="stable")[:SHOWN].tolist()
    return tuple(
        sight.example(*events[starts[one] : starts[one] + min(lengths[one], 5)].tolist())
        for one in order
    )
