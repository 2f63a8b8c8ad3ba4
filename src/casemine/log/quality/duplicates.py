"""Events that stand twice: equal in everything, or in case, activity and time alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.log.arrays import from_numpy, texts, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, ROW, TIME
from casemine.log.quality.sight import MINUTE, SHOWN
from casemine.log.quality.stamps import unit_of
from casemine.log.quality.wording import both, percent, verb
from casemine.model.quality import Example, Finding, NotEvaluated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight

EXACT, REPEATED = "duplicate-events", "repeated-events"
ORDER = "seq"  # where an event stands in its source; two copies differ in it


def duplicates(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Events of a case with the activity and time of another, with and without its attributes."""
    if sight.time is None:
        yield from (NotEvaluated(code, "the log has no times") for code in (EXACT, REPEATED))
        return
    events, group = _alike(sight)
    if not len(events):
        return
    compared = [
        name
        for name in sight.log.events.column_names
        if name not in {CASE, ACTIVITY, TIME, ROW, ORDER}
    ]
    equal = _split(sight.log.events, compared, events, group)
    copy = _repeats(equal)
    coarse = sight.first_time == sight.last_time or unit_of(sight.time) >= MINUTE
    if coarse and not compared:  # nothing tells two events of one minute apart
        copy[:] = False
    surplus = _repeats(group) & ~copy
    if copy.any():
        yield _exact(sight, events, equal, copy, compared)
    if surplus.any():
        yield _repeated(sight, events, group, surplus, attributes=bool(compared))


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
    """Number the groups anew so that events of one agree in all these columns."""
    for name in names:
        part = table.column(name).take(from_numpy(events)).combine_chunks()
        if isinstance(part, pa.ChunkedArray):
            part = part.chunk(0)
        if not pa.types.is_dictionary(part.type):
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


def _exact(
    sight: Sight,
    events: NDArray[np.int64],
    group: NDArray[np.int64],
    copy: NDArray[np.bool_],
    compared: list[str],
) -> Finding:
    count, cases = int(np.count_nonzero(copy)), sight.cases_with(events[copy])
    more = f" and {len(compared)} attributes" if len(compared) > 1 else " and attribute"
    same = "case, activity, time" + (more if compared else "")
    if not compared:
        same = "case, activity and time, which is all there is"
    return Finding(
        EXACT,
        "warning",
        f"{both(count, cases)} ({percent(count, sight.events)} of the events) "
        f"{verb(count, 'is a copy of another', 'are copies of others')}: the same {same}",
        "each copy counts as an event, adds a loop of no duration to the map and makes a variant "
        "of its own",
        "find out why the export holds them twice (overlapping exports, joins) and remove them "
        "there",
        events=count,
        cases=cases,
        share=count / sight.events,
        examples=_examples(sight, events, group, copy),
    )


def _repeated(
    sight: Sight,
    events: NDArray[np.int64],
    group: NDArray[np.int64],
    surplus: NDArray[np.bool_],
    *,
    attributes: bool,
) -> Finding:
    count, cases = int(np.count_nonzero(surplus)), sight.cases_with(events[surplus])
    told = "with other attributes" if attributes else "and such times tell nothing apart"
    return Finding(
        REPEATED,
        "note",
        f"{both(count, cases)} ({percent(count, sight.events)} of the events) "
        f"{verb(count, 'repeats', 'repeat')} the activity of another at the same time, {told}: "
        f"{sight.names(sight.activity_counts(events[surplus]))}",
        "each adds a loop of no duration to the map and makes longer variants",
        "such rows are often updates that change no state: keep only rows that change the "
        "activity, or choose an activity that tells them apart",
        events=count,
        cases=cases,
        share=count / sight.events,
        examples=_examples(sight, events, group, surplus),
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
