"""Events that stand twice: equal in everything, or in case, activity and time alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.log.arrays import from_numpy, texts, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, ROW, SEQ, TIME
from casemine.log.quality.sight import MINUTE, SHOWN
from casemine.log.quality.stamps import unit_of
from casemine.log.quality.tally import Tally, nothing
from casemine.log.quality.wording import both, percent, verb
from casemine.model.quality import Example, Finding, NotEvaluated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight

EXACT, REPEATED = "duplicate-events", "repeated-events"


def duplicates(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Find events with case, activity and time of another, with and without its attributes."""
    if sight.time is None:
        yield from (NotEvaluated(code, "the log has no times") for code in (EXACT, REPEATED))
        return
    exact, repeated = copies(sight)
    attributes = compared(sight.log.events.column_names)
    if exact.found:
        yield duplicate_events(exact, attributes)
    if repeated.found:
        yield repeated_events(repeated, attributes)


def compared(columns: Sequence[str]) -> list[str]:
    """Name the attributes that tell a copy from another event; its place in the source does not."""
    return [name for name in columns if name not in {CASE, ACTIVITY, TIME, ROW, SEQ}]


def copies(sight: Sight) -> tuple[Tally, Tally]:
    """Count the copies of other events, then the others that share case, activity and time."""
    assert sight.time is not None
    events, group = _alike(sight)
    if not len(events):
        return nothing(sight.events), nothing(sight.events)
    attributes = compared(sight.log.events.column_names)
    equal = _split(sight.log.events, attributes, events, group)
    copy = _repeats(equal)
    coarse = sight.first_time == sight.last_time or unit_of(sight.time) >= MINUTE
    if coarse and not attributes:  # nothing tells two events of one minute apart
        copy[:] = False
    surplus = _repeats(group) & ~copy
    return _tally(sight, events, equal, copy), _tally(sight, events, group, surplus)


def _tally(
    sight: Sight, events: NDArray[np.int64], group: NDArray[np.int64], marked: NDArray[np.bool_]
) -> Tally:
    found = events[marked]
    return Tally(
        len(found),
        sight.cases_with(found),
        sight.events,
        sight.activities_of(found),
        _examples(sight, events, group, marked),
    )


def _alike(sight: Sight) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Events that share case, time and activity with another, and a number for each such group.

    In order of the log; numbers rise with the first event of a group.
    """
    in_tie = np.zeros(sight.events + 1, np.bool_)
    in_tie[1:-1] = sight.tied
    tie = np.flatnonzero(in_tie[1:] | in_tie[:-1])
    begins = ~in_tie[:-1][tie]  # the first of those that share case and time
    key = np.cumsum(begins) * np.int64(len(sight.codes.activities)) + sight.activity[tie]
    group = _numbered(key)
    several = np.bincount(group, minlength=1)[group] > 1
    return tie[several], _numbered(group[several])


def _split(
    table: pa.Table, names: list[str], events: NDArray[np.int64], group: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Part the groups until the events of each agree in all these columns."""
    for name in names:
        part = table.column(name).take(from_numpy(events)).combine_chunks()
        if isinstance(part, pa.ChunkedArray):
            part = part.chunk(0)
        if pa.types.is_dictionary(part.type):  # from outside it may hold a value twice
            part = part.dictionary_decode()
        try:
            part = part.dictionary_encode()
        except pa.ArrowNotImplementedError:  # lists and the like
            part = texts([repr(value) for value in part.to_pylist()]).dictionary_encode()
        codes = np.where(valid(part), to_numpy(part.indices).astype(np.int64), -1)
        group = _numbered(group * (len(part.dictionary) + 1) + codes + 1)
    return group


def _numbered(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Small numbers for large ones, in the same order."""
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def _repeats(group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark all but the first of each group."""
    first = np.unique(group, return_index=True)[1]
    again = np.ones(len(group), np.bool_)
    again[first] = False
    return again


def duplicate_events(tally: Tally, attributes: Sequence[str]) -> Finding:
    """Say how many events are copies of others."""
    count = tally.found
    same = "case, activity and time, which is all there is"
    if attributes:
        more = f"{len(attributes)} attributes" if len(attributes) > 1 else "attribute"
        same = f"case, activity, time and {more}"
    return Finding(
        EXACT,
        "warning",
        f"{both(count, tally.cases)} ({percent(count, tally.sought)} of the events) "
        f"{verb(count, 'is a copy of another', 'are copies of others')}: the same {same}",
        "each copy counts as an event, adds a loop of no duration to the map and makes a variant "
        "of its own",
        "find out why the export holds them twice (overlapping exports, joins) and remove them "
        "there",
        events=count,
        cases=tally.cases,
        share=tally.share,
        examples=tally.examples,
    )


def repeated_events(tally: Tally, attributes: Sequence[str]) -> Finding:
    """Say how many events share case, activity and time with another, but are no copies."""
    count = tally.found
    told = "with other attributes" if attributes else "and such times tell nothing apart"
    return Finding(
        REPEATED,
        "note",
        f"{both(count, tally.cases)} ({percent(count, tally.sought)} of the events) "
        f"{verb(count, 'repeats', 'repeat')} the activity of another at the same time, {told}: "
        f"{tally.names}",
        "each adds a loop of no duration to the map and makes longer variants",
        "such rows are often updates that change no state: keep only rows that change the "
        "activity, or choose an activity that tells them apart",
        events=count,
        cases=tally.cases,
        share=tally.share,
        examples=tally.examples,
    )


def _examples(
    sight: Sight, events: NDArray[np.int64], group: NDArray[np.int64], marked: NDArray[np.bool_]
) -> tuple[Example, ...]:
    """Show the first groups with a marked event, by source row: the rows of all their events."""
    chosen = np.flatnonzero(marked)
    chosen = chosen[np.argsort(sight.row[events[chosen]], kind="stable")]
    shown = []
    for one in dict.fromkeys(group[chosen].tolist()):
        shown.append(sight.example(*events[group == one].tolist()[:5]))
        if len(shown) == SHOWN:
            break
    return tuple(shown)
