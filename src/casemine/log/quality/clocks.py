"""Clock changes: hours that are missing or doubled, and the daily rhythm from summer to winter.

Summer time begins and ends by the rule of the European Union (last Sunday of March and October)
or of the United States (second Sunday of March, first of November).

Local times that were read as if they were UTC skip an hour in spring and have one twice in autumn.
That shows where events happen around the clock. Where people work by day it shows in the rhythm:
local times keep it all year, while UTC times of people who have summer time stand one hour later
in winter. A rhythm that moves the other way was converted with the wrong sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.quality.sight import DAY, HOUR, MINUTE
from casemine.log.quality.wording import day, second
from casemine.model.quality import Finding, NotEvaluated
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight
    from casemine.model.quality import Level

HOURS, RHYTHM = "clock-change-hours", "clock-change-rhythm"
EXPECTED = 20.0  # events in an hour from which none, or twice as many, is no accident
NIGHTS = (1, 2, 3)  # hours of day at which clocks change in most places
WEEKS = 4  # before and after a change
LEAST_EVENTS = 300  # on each side, to know a rhythm
BINS = 96  # quarters of an hour
CLEAR = 0.6  # a shift fits if it leaves at most this part of the difference the others leave
RULES = {"EU": ((3, -1), (10, -1)), "US": ((3, 2), (11, 1))}  # month, which Sunday
SINCE = {"EU": 1996, "US": 2007}


@dataclass(frozen=True, slots=True)
class _Change:
    rule: str
    midnight: int  # begin of the Sunday, microseconds
    spring: bool


def clock_changes(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Judge the nights of clock changes, then the rhythm on both sides of them."""
    if sight.time is None or not sight.events:
        yield from (NotEvaluated(code, "the log has no times") for code in (HOURS, RHYTHM))
        return
    changes = _changes(sight.first_time, sight.last_time)
    if not changes:
        reason = "the log holds no day on which clocks change in the EU or the US"
        yield from (NotEvaluated(code, reason) for code in (HOURS, RHYTHM))
        return
    ordered = sight.time[sight.by_time]
    yield from _hours(sight, ordered, changes)
    yield from _rhythm(sight, ordered, changes)


def _changes(first: int, last: int) -> list[_Change]:
    """List the changes that lie inside the period, with a day on either side."""
    found = []
    for rule, days in RULES.items():
        for year in range(max(_year(first), SINCE[rule]), _year(last) + 1):
            for number, (month, which) in enumerate(days):
                midnight = _sunday(year, month, which)
                if first + DAY <= midnight <= last - 2 * DAY:
                    found.append(_Change(rule, midnight, spring=number == 0))
    return found


def _year(time: int) -> int:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).year


def _sunday(year: int, month: int, which: int) -> int:
    """Begin of the n-th Sunday of a month, or the last for -1, as if it were UTC.

    Examples
    --------
    >>> second(_sunday(2026, 3, -1)), second(_sunday(2026, 11, 1))
    ('2026-03-29 00:00:00 UTC', '2026-11-01 00:00:00 UTC')
    """
    first = date(year, month, 1)
    sunday = first + timedelta((6 - first.weekday()) % 7)
    if which == -1:
        after = [sunday + timedelta(7 * week) for week in range(6)]
        sunday = max(one for one in after if one.month == month)
    else:
        sunday += timedelta(7 * (which - 1))
    return (sunday - date(1970, 1, 1)).days * DAY


def _hours(
    sight: Sight, ordered: NDArray[np.int64], changes: list[_Change]
) -> Iterator[Finding | NotEvaluated]:
    """Compare the hours of the night with those of the Sundays around it."""
    judged, odd, lost, extra = 0, [], 0.0, 0.0
    for change in changes:
        for hour in NIGHTS:
            begin = change.midnight + hour * HOUR
            around = [begin + week * 7 * DAY for week in range(-WEEKS, WEEKS + 1) if week]
            within = [b for b in around if ordered[0] <= b and b + HOUR <= ordered[-1]]
            usual = sorted(_count(ordered, b, b + HOUR) for b in within)
            expected = float(np.median(usual)) if len(usual) >= 3 else 0.0
            if expected < EXPECTED:
                continue
            judged += 1
            count = _count(ordered, begin, begin + HOUR)
            if change.spring and count <= 0.05 * expected and usual[0] > 0.3 * expected:
                odd.append((begin, count, expected, "missing"))
                lost += expected - count
            doubled = 1.6 * expected <= count <= 2.5 * expected and usual[-1] < 1.4 * expected
            if not change.spring and doubled:
                odd.append((begin, count, expected, "doubled"))
                extra += count - expected
    if not judged:
        reason = f"fewer than {EXPECTED:.0f} events an hour in the nights in which clocks change"
        yield NotEvaluated(HOURS, reason)
        return
    if not odd:
        return
    hits = [_events_between(sight, begin, begin + HOUR) for begin, *_ in odd]
    hit = np.concatenate(hits)
    said = "; ".join(
        f"{counted(count, 'event')} in the hour from {second(begin)}, which is {what}: "
        f"{expected:.0f} would be usual"
        for begin, count, expected, what in odd[:3]
    )
    yield Finding(
        HOURS,
        "warning",
        f"clock changes show in the times: {said}",
        "local times seem to have been taken as UTC: spans over the change are wrong by one "
        "hour, and events in the doubled hour may stand in the wrong order",
        "name the zone of the times with --tz",
        events=len(hit),
        cases=len(np.unique(sight.codes.case[hit])),
        share=len(hit) / sight.events,
        examples=tuple(sight.example(int(events[0])) for events in hits if len(events))[:3],
    )


def _count(ordered: NDArray[np.int64], begin: int, end: int) -> int:
    low, high = np.searchsorted(ordered, [begin, end])
    return int(high - low)


def _events_between(sight: Sight, begin: int, end: int) -> NDArray[np.int64]:
    assert sight.time is not None
    return np.flatnonzero((sight.time >= begin) & (sight.time < end))


@dataclass(frozen=True, slots=True)
class _Verdict:
    change: _Change
    moved: int  # hours that the rhythm stands later after the change: -1, 0, 1
    left: float  # part of the difference that remains with that move


def _left(verdicts: list[_Verdict]) -> float:
    return sum(one.left for one in verdicts) / len(verdicts)


def _rhythm(
    sight: Sight, ordered: NDArray[np.int64], changes: list[_Change]
) -> Iterator[Finding | NotEvaluated]:
    """Compare the hours of day before and after each change, moved by an hour or not."""
    verdicts = [one for change in changes if (one := _verdict(ordered, change)) is not None]
    if not verdicts:
        reason = (
            "no rhythm of day that is clear enough: it takes "
            f"{LEAST_EVENTS} events in the {WEEKS} weeks on either side of a change"
        )
        yield NotEvaluated(RHYTHM, reason)
        return
    by_rule = [[one for one in verdicts if one.change.rule == rule] for rule in RULES]
    moving = [some for some in by_rule if any(one.moved for one in some)]
    best = min(moving or [verdicts], key=_left)
    moves = {one.moved * (-1 if one.change.spring else 1) for one in best}
    if len(moves) > 1:
        reason = "the rhythm of day moves at some clock changes and not at others"
        yield NotEvaluated(RHYTHM, reason)
        return
    move = moves.pop()
    assumed = any(note.code == "zone-assumed" for note in sight.log.intake.notes)
    if move != -1 and not assumed:
        return
    days = ", ".join(day(one.change.midnight) for one in best[:3])
    sides = [
        _count(
            ordered, one.change.midnight - WEEKS * 7 * DAY, one.change.midnight + WEEKS * 7 * DAY
        )
        for one in best
    ]
    evidence = f"judged by {sum(sides):,} events within {WEEKS} weeks of {days}"
    if move == 0:
        yield _of_all(
            sight,
            "note",
            "the rhythm of day is the same in summer and winter although the times, which have "
            f"no zone, were taken as UTC ({evidence}): they seem to be local times",
            effect="if the place has summer time, spans over a clock change are wrong by one "
            "hour, and events in the hour that exists twice may stand in the wrong order",
            mend="name the zone with --tz; nothing is wrong if clocks do not change there",
        )
    elif move == 1:
        yield _of_all(
            sight,
            "note",
            "the rhythm of day stands one hour later in winter than in summer "
            f"({evidence}): times without a zone that were taken as UTC seem to be UTC indeed, "
            f"of a place with {best[0].change.rule} summer time",
            effect="spans are right; hours of day are not those of the place, and mix two clocks",
            mend="nothing to mend for durations; convert the times where hours of day matter",
        )
    else:
        yield _of_all(
            sight,
            "warning",
            "the rhythm of day stands one hour earlier in winter than in summer "
            f"({evidence}), against what clocks do",
            effect="spans over a clock change are wrong by up to two hours",
            mend="the times were converted with the wrong sign or twice: export them again, or "
            "with their offset",
        )


def _of_all(sight: Sight, level: Level, text: str, *, effect: str, mend: str) -> Finding:
    """Make a finding that is about all times."""
    return Finding(
        RHYTHM,
        level,
        text,
        effect,
        mend,
        events=sight.events,
        cases=sight.cases,
        share=1.0,
    )


def _verdict(ordered: NDArray[np.int64], change: _Change) -> _Verdict | None:
    """Which move by an hour fits best, if it fits clearly better than the others."""
    reach = WEEKS * 7 * DAY
    before = _profile(ordered, change.midnight - reach, change.midnight)
    after = _profile(ordered, change.midnight + DAY, change.midnight + DAY + reach)
    if before is None or after is None:
        return None
    quarters = HOUR // (15 * MINUTE)
    left = {
        move: float(np.abs(before - np.roll(after, -move * quarters)).sum()) for move in (-1, 0, 1)
    }
    move, least = min(left.items(), key=lambda item: (item[1], abs(item[0])))
    next_best = min(value for other, value in left.items() if other != move)
    if least > CLEAR * next_best:
        return None
    return _Verdict(change, move, least / next_best)


def _profile(ordered: NDArray[np.int64], begin: int, end: int) -> NDArray[np.float64] | None:
    """Share of events per quarter of an hour on working days, evened out over an hour."""
    low, high = np.searchsorted(ordered, [begin, end])
    times = ordered[low:high]
    weekday = (times // DAY + 3) % 7  # 1970 began on a Thursday
    times = times[weekday < 5]
    if len(times) < LEAST_EVENTS:
        return None
    counts = np.bincount(times % DAY // (DAY // BINS), minlength=BINS) / len(times)
    return np.asarray((np.roll(counts, -1) + 2 * counts + np.roll(counts, 1)) / 4)
