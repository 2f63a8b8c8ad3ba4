"""Filters: a smaller log out of a log, and what each of them left out.

They are applied in this order, whatever the order in which they were asked for: cases by id, time
window, `where`, activities (neighbours of what goes are joined), first and last activity,
followers, number of events, duration, variants. So a window looks at whole cases as they were
recorded, while sizes, durations and variants are those of the cases as they are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow.compute as pc

from casemine.errors import UsageError, show
from casemine.log import keep
from casemine.log.aggregate import Trail
from casemine.log.arrays import from_numpy, texts
from casemine.log.columns import ACTIVITY, CASE
from casemine.log.eventlog import EventLog, single
from casemine.log.match import matches, near, utc_microseconds
from casemine.log.where import parse_where
from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    Filter = Callable[[EventLog, Trail], NDArray[np.bool_]]

_LOOKED_AT = 5000  # names among which near ones are sought: more take seconds
Window = Literal["contained", "intersecting", "started", "ended", "trimmed"]
Scope = Literal["case", "all", "event"]
Pair = tuple[str, str]

_WINDOWS: dict[str, str] = {
    "contained": "cases wholly",
    "intersecting": "cases at least partly",
    "started": "cases that start",
    "ended": "cases that end",
    "trimmed": "events",
}
_SCOPES: dict[str, str] = {
    "case": "cases with an event",
    "all": "cases with events only",
    "event": "events",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a log to look at; what is None or empty leaves everything in.

    Times without a zone are UTC; a date is its first moment. Bounds of sizes and durations are
    included.
    """

    cases: tuple[str, ...] = ()
    since: date | None = None  # this moment is in
    until: date | None = None  # this one is out
    window: Window = "contained"  # "trimmed" keeps the events whose time lies in the window
    where: tuple[str, ...] = ()  # all of them must hold; see where.py
    where_scope: Scope = "case"  # cases with such an event, with such events only, or the events
    keep_activities: tuple[str, ...] = ()
    drop_activities: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()  # the first activity is one of these
    ends_with: tuple[str, ...] = ()
    followed_directly: tuple[Pair, ...] = ()  # each pair occurs in the case
    followed_eventually: tuple[Pair, ...] = ()
    never_directly: tuple[Pair, ...] = ()  # none of the pairs does
    never_eventually: tuple[Pair, ...] = ()
    min_events: int | None = None
    max_events: int | None = None
    min_duration: timedelta | None = None
    max_duration: timedelta | None = None
    top_variants: int | None = None
    variant_coverage: float | None = None  # share of cases, above 0 up to 1

    def __bool__(self) -> bool:
        """Whether anything can be left out at all."""
        return self != Selection(window=self.window, where_scope=self.where_scope)

    def activities(self) -> tuple[str, ...]:
        """Every activity that a filter names."""
        pairs = (
            *self.followed_directly,
            *self.followed_eventually,
            *self.never_directly,
            *self.never_eventually,
        )
        named = (self.keep_activities, self.drop_activities, self.starts_with, self.ends_with)
        return tuple(name for names in (*named, *pairs) for name in names)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What one filter left out: events, and cases of which nothing is left."""

    filter: str  # what was asked for, such as 'cases wholly from 2026-01-01'
    cases: int
    events: int

    def __str__(self) -> str:
        cases = f"{self.cases:,} case{'' if self.cases == 1 else 's'}"
        events = f"{self.events:,} event{'' if self.events == 1 else 's'}"
        return f"{self.filter}: {cases} and {events} left out"


@dataclass(frozen=True, slots=True)
class Selected:
    """The log that is left, and the account of what is not."""

    log: EventLog
    left_out: tuple[LeftOut, ...]


def select(log: EventLog, selection: Selection) -> Selected:
    """Apply filters to a log.

    Parameters
    ----------
    log : EventLog
        Not changed.
    selection : Selection
        Filters; their order of application stands at the top of this module.

    Returns
    -------
    Selected
        One `LeftOut` for each filter that was asked for, in the order of application, zeros
        included.

    Raises
    ------
    UsageError
        An activity, case or column does not exist (near matches are named); a filter on time
        meets a log without times; bounds contradict each other.

    Notes
    -----
    The variants that `variant_coverage` keeps are the fewest that reach the share, the most common
    first; of equally common ones those that come first as text.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> log = parse_log("New Open Solved; New Solved; New")
    >>> result = select(log, Selection(drop_activities=("Open",), min_events=2))
    >>> [str(one) for one in result.left_out]
    ['without Open: 0 cases and 1 event left out',
     'cases of at least 2 events: 1 case and 1 event left out']
    """
    check(selection, timed=log.timed or not len(log))
    check_names(ACTIVITY, selection.activities(), single(log.events.column(ACTIVITY)).dictionary)
    check_names(CASE, selection.cases, single(log.events.column(CASE)).dictionary)
    return apply_filters(log, filters_of(selection))


def apply_filters(log: EventLog, filters: Iterable[tuple[str, Filter]]) -> Selected:
    """Apply one filter after the other, each in words and as a function to what it keeps."""
    current, trail = log, Trail.of(log.codes())
    left_out = []
    for words, kept_of in filters:
        kept = kept_of(current, trail) if len(current) else np.ones(0, np.bool_)
        cases, events = trail.cases, len(current) - int(np.count_nonzero(kept))
        if events:
            current = current.with_events(current.events.filter(from_numpy(kept)))
            trail = Trail.of(current.codes())
        left_out.append(LeftOut(words, cases - trail.cases, events))
    return Selected(current if current is log else _with_its_cases(current), tuple(left_out))


def filters_of(asked: Selection) -> Iterator[tuple[str, Filter]]:
    """Each filter that was asked for, in words, and as a function to the events that it keeps."""
    if asked.cases:
        yield f"cases {_listed(asked.cases)}", lambda log, _: keep.with_ids(log, asked.cases)
    if asked.since is not None or asked.until is not None:
        yield f"{_WINDOWS[asked.window]}{_period(asked)}", lambda _, trail: _window(asked, trail)
    for expression in asked.where:
        yield f"{_SCOPES[asked.where_scope]} where {expression}", _where(asked, expression)
    if asked.keep_activities:
        yield (
            f"only {_listed(asked.keep_activities)}",
            lambda _, trail: keep.of_activities(trail, asked.keep_activities),
        )
    if asked.drop_activities:
        yield (
            f"without {_listed(asked.drop_activities)}",
            lambda _, trail: ~keep.of_activities(trail, asked.drop_activities),
        )
    if asked.starts_with:
        yield (
            f"cases that start with {_listed(asked.starts_with)}",
            lambda _, trail: keep.starting_with(trail, asked.starts_with),
        )
    if asked.ends_with:
        yield (
            f"cases that end with {_listed(asked.ends_with)}",
            lambda _, trail: keep.ending_with(trail, asked.ends_with),
        )
    yield from _followers(asked)
    if asked.min_events is not None or asked.max_events is not None:
        bounds = _bounds(asked.min_events, asked.max_events)
        yield (
            f"cases of {bounds} events",
            lambda _, trail: keep.with_size(trail, asked.min_events, asked.max_events),
        )
    if asked.min_duration is not None or asked.max_duration is not None:
        least, most = _microseconds(asked.min_duration), _microseconds(asked.max_duration)
        bounds = _bounds(_span(asked.min_duration), _span(asked.max_duration))
        yield f"cases that last {bounds}", lambda _, trail: keep.with_duration(trail, least, most)
    if asked.top_variants is not None or asked.variant_coverage is not None:
        yield (
            variants_asked(asked),
            lambda _, trail: keep.of_top_variants(
                trail, asked.top_variants, asked.variant_coverage
            ),
        )


def _followers(asked: Selection) -> Iterator[tuple[str, Filter]]:
    for pairs, words, follows, wanted in (
        (asked.followed_directly, "comes directly after", keep.directly_followed, True),
        (asked.followed_eventually, "comes some time after", keep.eventually_followed, True),
        (asked.never_directly, "never comes directly after", keep.directly_followed, False),
        (asked.never_eventually, "never comes after", keep.eventually_followed, False),
    ):
        for source, target in pairs:
            yield (
                f"cases in which {target} {words} {source}",
                partial(_following, follows, source, target, wanted=wanted),
            )


def _following(
    follows: Callable[[Trail, str, str], NDArray[np.bool_]],
    source: str,
    target: str,
    _: EventLog,
    trail: Trail,
    *,
    wanted: bool,
) -> NDArray[np.bool_]:
    found = follows(trail, source, target)
    return found if wanted else ~found


def _window(asked: Selection, trail: Trail) -> NDArray[np.bool_]:
    since = None if asked.since is None else utc_microseconds(asked.since)
    until = None if asked.until is None else utc_microseconds(asked.until)
    if asked.window == "trimmed":
        return keep.events_in_window(trail, since, until)
    return keep.in_window(trail, since, until, asked.window)


def _where(asked: Selection, expression: str) -> Filter:
    def kept(log: EventLog, trail: Trail) -> NDArray[np.bool_]:
        found = matches(log, expression)
        if asked.where_scope == "event":
            return found
        in_case = keep.any_in_case if asked.where_scope == "case" else keep.all_in_case
        return in_case(trail, found)

    return kept


def check(asked: Selection, *, timed: bool) -> None:
    """Refuse what cannot be meant, before anything is left out."""
    on_time = (asked.since, asked.until, asked.min_duration, asked.max_duration)
    if not timed and any(bound is not None for bound in on_time):
        raise UsageError("the log has no times, so it cannot be filtered by them", code="no-times")
    if asked.since is not None and asked.until is not None:
        begin, end = utc_microseconds(asked.since), utc_microseconds(asked.until)
        if begin >= end:
            raise UsageError(
                f"the time window begins at {_written(asked.since)} and ends before, at "
                f"{_written(asked.until)}",
                mend="--since is the first moment inside, --until the first one outside",
            )
    for least, most, what in (
        (asked.min_events, asked.max_events, "events"),
        (asked.min_duration, asked.max_duration, "duration"),
    ):
        if least is not None and most is not None and least > most:  # type: ignore[operator]
            raise UsageError(f"the least {what} asked for, {least}, is more than the most, {most}")
    if asked.top_variants is not None and asked.top_variants < 1:
        raise UsageError(f"{asked.top_variants} variants are none; ask for 1 or more")
    if asked.variant_coverage is not None and not 0 < asked.variant_coverage <= 1:
        raise UsageError(
            f"a share of {asked.variant_coverage} of the cases does not exist",
            mend="give a share above 0 and up to 1, or a percentage",
        )
    for expression in asked.where:
        parse_where(expression)


def check_names(column: str, wanted: Sequence[str], known: pa.Array) -> None:
    """Refuse a name that the log does not know; one that other filters took away is fine."""
    if not wanted:
        return
    missing = [
        name
        for name, found in zip(wanted, pc.is_in(texts(wanted), known).to_pylist(), strict=True)
        if not found
    ]
    if missing:
        names = known.slice(0, _LOOKED_AT).to_pylist()
        close = near(missing[0], names)
        listed = ", ".join(show(name) for name in close or names[:12])
        raise UsageError(
            f"the log has no {column} {show(missing[0])}",
            mend=f"{'near are' if close else 'it has'} {listed}",
            code=f"no-such-{column}",
            value=missing[0],
        )


def _with_its_cases(log: EventLog) -> EventLog:
    """Drop the case attributes of cases that are gone."""
    if log.case_table is None:
        return log
    case = single(log.events.column(CASE))
    held = pc.is_in(log.case_table.column(CASE), case.dictionary.take(case.indices.unique()))
    return EventLog(log.events, log.source, log.intake, log.case_table.filter(held))


def _period(asked: Selection) -> str:
    if asked.since is None:
        return "" if asked.until is None else f" before {_written(asked.until)}"
    if asked.until is None:
        return f" from {_written(asked.since)} on"
    return f" from {_written(asked.since)} to before {_written(asked.until)}"


def _written(moment: date) -> str:
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(" ", "auto")
    return moment.isoformat()


def _bounds(least: object, most: object) -> str:
    if least is None:
        return f"at most {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"


def _span(span: timedelta | None) -> str | None:
    return None if span is None else format_duration(span.total_seconds())


def _microseconds(span: timedelta | None) -> int | None:
    return None if span is None else span // timedelta(microseconds=1)


def variants_asked(asked: Selection) -> str:
    """Put the filter on variants into words."""
    words = [] if asked.top_variants is None else [f"the {asked.top_variants} most common"]
    if asked.variant_coverage is not None:
        words.append(f"the most common that cover {asked.variant_coverage:.4g} of the cases")
    return f"cases of these variants: {', and '.join(words)}"


def _listed(names: Sequence[str]) -> str:
    few = ", ".join(names[:5])
    return few if len(names) <= 5 else f"{few} and {len(names) - 5} more"
