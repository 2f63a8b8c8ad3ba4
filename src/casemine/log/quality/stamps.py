"""Times that no clock wrote: one instant for many cases, midnight, coarse units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.order import common_unit
from casemine.log.quality.sight import DAY, HOUR, MINUTE, SECOND, SHOWN
from casemine.log.quality.wording import both, percent, second, verb
from casemine.model.quality import Finding, NotEvaluated
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight

LEAST_EVENTS = 10  # fewer do not show a unit
CROWD = 10  # cases in one instant below which nobody calls it a batch
FACTOR = 10  # times what the hour around it would give
MIDNIGHT_SHARE = 0.01  # of all events
ROUNDED = 0.5  # events at other full and half hours, for each at the most common
COARSE, BATCH, MIDNIGHT = "coarse-times", "batch-times", "midnight-times"
UNITS = ((MINUTE, "minutes"), (HOUR, "hours"), (DAY, "days"))
HALF_HOUR = HOUR // 2


def stamps(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Find the unit of the times, then instants and times of day at which too much happens."""
    if sight.time is None or sight.events < LEAST_EVENTS:
        reason = (
            "the log has no times"
            if sight.time is None
            else f"fewer than {LEAST_EVENTS} events do not show how times are written"
        )
        yield from (NotEvaluated(code, reason) for code in (COARSE, BATCH, MIDNIGHT))
        return
    unit = unit_of(sight.time)
    if sight.first_time == sight.last_time:
        yield _one_time(sight)
        reason = "all events have the same time"
        yield from (NotEvaluated(code, reason) for code in (BATCH, MIDNIGHT))
        return
    if unit >= MINUTE:
        yield _coarse(sight, unit)
    if unit >= HOUR:
        reason = f"times in whole {_name(unit)} gather at the same instants anyway"
        yield NotEvaluated(BATCH, reason)
        yield NotEvaluated(MIDNIGHT, reason)
        return
    yield from _batches(sight, sight.time, unit)
    yield from _midnights(sight, sight.time, unit)


def unit_of(time: NDArray[np.int64]) -> int:
    """Largest of microsecond, second, minute, hour and day that all times are whole numbers of.

    Whole days are also those of a local calendar: midnights that lie at one hour of UTC, or at two
    neighbouring ones where summer time moves them.

    Examples
    --------
    >>> unit_of(np.array([0, 90 * MINUTE])) == MINUTE
    True
    """
    midnight = int(time.min()) // DAY * DAY
    unit = common_unit(np.append(time, midnight + DAY), midnight)
    for whole in (DAY, HOUR, MINUTE, SECOND):
        if unit % whole == 0:
            unit = whole
            break
    else:
        return 1
    if unit == HOUR:
        hours = np.flatnonzero(np.bincount((time % DAY) // HOUR, minlength=24))
        days = len(np.unique(time // DAY))
        near = len(hours) == 1 or (len(hours) == 2 and (hours[1] - hours[0]) in {1, 23})
        if near and days >= 3:
            return DAY
    return unit


def _name(unit: int) -> str:
    return next((name for size, name in reversed(UNITS) if unit >= size), "seconds")


def _coarse(sight: Sight, unit: int) -> Finding:
    name = _name(unit)
    return Finding(
        COARSE,
        "warning" if unit == DAY else "note",
        f"all times are whole {name}",
        f"spans are exact to one of these {name} only, and events of a case at the same time "
        "stand in the order of the source",
        "export times to the second if the system has them",
        events=sight.events,
        cases=sight.cases,
        share=1.0,
    )


def _one_time(sight: Sight) -> Finding:
    return Finding(
        COARSE,
        "warning",
        f"all {sight.events:,} events have the same time",
        "nothing is timed, and events stand in the order of the source",
        "name the right column with --time, or export the times",
        events=sight.events,
        cases=sight.cases,
        share=1.0,
        examples=(sight.example(0),),
    )


def _batches(sight: Sight, time: NDArray[np.int64], unit: int) -> Iterator[Finding]:
    """Instants with far more cases than the hour around them would give."""
    grain = max(unit, SECOND)
    instant = time // grain
    fresh = np.ones(sight.events, np.bool_)  # the first event of its case in this instant
    fresh[1:] = (instant[1:] != instant[:-1]) | ~sight.inside
    ordered = np.sort(instant[fresh])
    runs = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    sizes = np.diff(runs, append=len(ordered))
    large = sizes >= CROWD
    instants, sizes = ordered[runs[large]], sizes[large]
    half = HALF_HOUR // grain
    around = np.searchsorted(ordered, instants + half, side="right")
    around -= np.searchsorted(ordered, instants - half, side="left")
    expected = (around - sizes) / (2 * half)
    crowded = sizes > FACTOR * expected
    instants, sizes = instants[crowded], sizes[crowded]
    if not len(instants):
        return
    place = np.minimum(np.searchsorted(instants, instant), len(instants) - 1)
    hit = instants[place] == instant
    events, cases = int(np.count_nonzero(hit)), sight.cases_with(hit)
    top = np.argsort(-sizes, kind="stable")[:SHOWN]
    largest = int(top[0])
    of_each = "second" if grain == SECOND else _name(grain).removesuffix("s")
    yield Finding(
        BATCH,
        "warning",
        f"{both(events, cases)} ({percent(events, sight.events)} of the events) stand in "
        f"{counted(len(instants), of_each)} that each {verb(len(instants), 'has', 'have')} at "
        f"least {CROWD} cases and more than {FACTOR} times what the hour around would give; "
        f"most: {int(sizes[largest]):,} cases at {second(int(instants[largest]) * grain)}; "
        f"{sight.names(hit)}",
        "waits end when the batch ran and not when the work was done; durations follow its "
        "timetable",
        "find the job or import that wrote them, and leave its activity out with --drop-activity "
        "or read these waits with care",
        events=events,
        cases=cases,
        share=events / sight.events,
        examples=tuple(
            sight.example(
                int(np.flatnonzero(instant == instants[one])[0]),
                what=f"{int(sizes[one]):,} cases in this {of_each}",
            )
            for one in top.tolist()
        ),
    )


def _midnights(
    sight: Sight, time: NDArray[np.int64], unit: int
) -> Iterator[Finding | NotEvaluated]:
    """Find times of day at which events stand exactly on the hour or half hour, as dates do."""
    grain = max(unit, SECOND)
    of_day = time % DAY
    slot = of_day // HALF_HOUR
    exact = of_day - slot * HALF_HOUR < grain
    if not exact.any():
        return
    counts = np.bincount(slot[exact], minlength=48)
    around = np.bincount(slot, minlength=48) - counts
    expected = around * (grain / HALF_HOUR)
    far_above = (counts >= CROWD) & (counts > FACTOR * expected)
    far_above &= counts >= MIDNIGHT_SHARE * sight.events
    if not far_above.any():
        return
    top = int(np.where(far_above, counts, 0).argmax())
    chosen = np.zeros(48, np.bool_)
    chosen[[top, (top + 2) % 48, top - 2]] = True  # midnight moves by an hour in summer
    chosen &= far_above
    elsewhere, usual = int(counts[~chosen].sum()), float(expected[~chosen].sum())
    if elsewhere > ROUNDED * counts[chosen].sum() and elsewhere > FACTOR * usual:
        reason = "events gather at many full and half hours: times seem to be rounded by hand"
        yield NotEvaluated(MIDNIGHT, reason)
        return
    hit = exact & chosen[slot]
    events, cases = int(np.count_nonzero(hit)), sight.cases_with(hit)
    clock = " or ".join(f"{s // 2:02}:{s % 2 * 30:02}" for s in np.flatnonzero(chosen).tolist())
    likely = float(expected[chosen].sum())
    yield Finding(
        MIDNIGHT,
        "warning",
        f"{both(events, cases)} ({percent(events, sight.events)} of the events) "
        f"{verb(events, 'stands', 'stand')} at exactly {clock} UTC, where {likely:.1f} would be "
        f"usual: dates without a time, or a nightly job; "
        f"{sight.names(hit)}",
        "waits before and after are wrong by up to a day, and such events sort before all "
        "others of their day",
        "take another time column for them, or leave their activity out with --drop-activity",
        events=events,
        cases=cases,
        share=events / sight.events,
        examples=sight.examples(np.flatnonzero(hit)),
    )
