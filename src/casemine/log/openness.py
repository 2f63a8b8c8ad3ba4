"""Which cases are still open at the end of a log, and which have come to rest without an end.

A case is over when it holds a closing activity, or when its last event meets a condition on the
columns. Any other case may go on after the log ends: it is open, unless it has been quiet for
longer than cases of this log usually are between two events. Then it rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.log.aggregate import Trail
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

DAY = 86_400_000_000  # microseconds
REST_QUANTILE = 0.99
ENOUGH = 30  # cases that are over, from which their pauses say what is usual
LISTED = 3  # closing activities that are named one by one
SHORTEST_REST = DAY  # nobody calls a case abandoned overnight


@dataclass(frozen=True, slots=True, eq=False)
class Openness:
    """The state of each case at the end of the log, in the order of the log.

    A case is over, open or resting: exactly one of the three.
    """

    open: NDArray[np.bool_]
    resting: NDArray[np.bool_]
    words: str  # what counted as open, for reports
    idle_us: NDArray[np.int64] | None  # from the last event of each case to that of the log
    rest_us: int | None  # a case rests that has been idle for longer; None: no case rests by time

    @property
    def over(self) -> NDArray[np.bool_]:
        """For each case, whether it has ended."""
        result: NDArray[np.bool_] = ~(self.open | self.resting)
        return result


def open_cases(
    log: EventLog,
    *,
    closing: Collection[str] | None,
    closed_where: str | None = None,
    rest_days: float | None = None,
) -> Openness:
    """Say of each case whether it is over, still open, or resting without an end.

    Parameters
    ----------
    log : EventLog
        Any number of events; cases in the order of the log.
    closing : collection of str, optional
        Activities after which a case is over, whatever follows; for a designed flow those that can
        be its last step. None: every case is over, as the log says nothing of it.
    closed_where : str, optional
        A condition in the language of `--where`; a case is also over when its last event meets it.
    rest_days : float, optional
        A case that is not over rests when it has been idle longer than so many days before the
        last event of the log. By default longer than 99 of 100 cases that are over ever were
        between two events, and at least one day; the pauses of all cases decide where fewer than
        30 are over.

    Returns
    -------
    Openness
        In a log without times nothing tells how long a case has been idle: cases without an end
        rest.

    Notes
    -----
    O(n) for n events.

    Examples
    --------
    >>> from casemine.log import parse_log
    >>> found = open_cases(parse_log("New Close; New; New Work"), closing=["Close"])
    >>> found.open.tolist(), found.words
    ([False, True, True], "cases without 'Close' whose last event is at most 1 day old")
    >>> open_cases(parse_log("New Close; New"), closing=None).over.tolist()
    [True, True]
    """
    trail = Trail.of(log.codes())
    over = _over(log, trail, closing, closed_where)
    idle = pauses = None
    if trail.time is not None and trail.cases:
        last = trail.time[trail.offsets[1:] - 1]
        idle = last.max() - last
        pauses = _longest_pauses(trail)
    rest = _rest(over, pauses, rest_days)
    quiet = np.ones_like(over) if idle is None or rest is None else idle > rest
    return Openness(
        open=~over & ~quiet,
        resting=~over & quiet,
        words=_words(closing, closed_where, rest),
        idle_us=idle,
        rest_us=rest,
    )


def _over(
    log: EventLog, trail: Trail, closing: Collection[str] | None, closed_where: str | None
) -> NDArray[np.bool_]:
    over = np.zeros(trail.cases, np.bool_)
    if closing is None and closed_where is None:
        return ~over
    if closing and trail.cases:
        ends = np.array([name in closing for name in trail.names], np.bool_)
        over |= np.logical_or.reduceat(ends[trail.activity], trail.offsets[:-1])
    if closed_where is not None and trail.cases:
        from casemine.log.match import matches

        over |= matches(log, closed_where)[trail.offsets[1:] - 1]
    return over


def _longest_pauses(trail: Trail) -> NDArray[np.int64]:
    """Of each case, the longest time between an event and the next one."""
    assert trail.time is not None
    pauses = np.diff(trail.time, prepend=trail.time[:1])
    pauses[trail.offsets[:-1]] = 0
    longest: NDArray[np.int64] = np.maximum.reduceat(pauses, trail.offsets[:-1])
    return longest


def _rest(
    over: NDArray[np.bool_], pauses: NDArray[np.int64] | None, rest_days: float | None
) -> int | None:
    if pauses is None:
        return None
    if rest_days is not None:
        return round(rest_days * DAY)
    usual = pauses[over] if np.count_nonzero(over) >= ENOUGH else pauses
    place = int(np.ceil(REST_QUANTILE * len(usual))) - 1  # an observed pause, no average of two
    return max(int(np.sort(usual)[place]), SHORTEST_REST)


def _words(closing: Collection[str] | None, closed_where: str | None, rest: int | None) -> str:
    if closing is None and closed_where is None:
        return "none: nothing says which activities close a case, so every case counts as over"
    ends = [show(name) for name in sorted(closing or ())]
    without = " or ".join(ends) or "a closing activity"
    if len(ends) > LISTED:
        without = f"any of {len(ends):,} closing activities, such as {ends[0]},"
    if closed_where is not None:
        without += f" that do not end where {closed_where}"
    if rest is None:
        return f"none: the log has no times, so cases without {without} have come to rest"
    days = rest / DAY
    age = counted(round(days), "day") if days == round(days) else f"{days:,.1f} days"
    return f"cases without {without} whose last event is at most {age} old"
