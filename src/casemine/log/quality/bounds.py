"""What counts as the begin and the end of a case: known from `kind`, or clear from the activities.

Without `kind`, a begin (or end) is clear when one activity opens (closes) at least 80 % of the
cases. Others count beside it where at least 90 % of the cases that have them begin (end) with
them, such as a second way to open a ticket, or `Cancelled` beside `Closed`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.log.quality.wording import percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight

LEAST_CASES = 10  # fewer do not show a custom
CLEAR = 0.8  # share of the cases that the most common activity opens or closes
OWN = 0.9  # share of the cases with another activity that it opens or closes
RARE = 0.01  # share of the cases below which such another activity does not count

CLOSED = re.compile(
    r"(closed?(?! (pending|request))|done|cancell?ed|archived|deleted|geschlossen|abgeschlossen|"
    r"erledigt|storniert|ferm[eé]|clos|annul[eé]|cerrad[oa]|chius[oa]|gesloten|fechad[oa])(?![^\W\d_])",
    re.IGNORECASE,
)
REOPENED = re.compile(
    r"re-?open|wiederer[oö]ffn|r[eé]ouv|reab[ie]r|riap[er]|heropen", re.IGNORECASE
)
RESOLVED = re.compile(
    r"(resolved|solved|fixed|completed?|finished|gel[oö]st|r[eé]solue?|resuelt[oa]|risolt[oa]|"
    r"opgelost|resolvid[oa])(?![^\W\d_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """Cases that begin as cases do, and what that means here."""

    proper: NDArray[np.bool_]  # of each case
    words: str  # follows "does not begin with"
    known: bool  # from `kind`, rather than from what most cases do


@dataclass(frozen=True, slots=True, eq=False)
class Closing:
    """Events of cases that are over, and what that means here."""

    after: NDArray[np.bool_]  # of each event: comes later than the end of its case
    over: NDArray[np.bool_]  # of each case: is over when the log ends
    words: str  # follows "after"
    known: bool


def opening_of(sight: Sight) -> Opening | str:
    """Find what opens cases, or the reason why that is not clear."""
    kinds = sight.kinds
    if kinds is not None:
        created = np.array([kind == "create" for kind in kinds.values])
        return Opening(sight.any_in_case(kinds.among(created)), "a creation", known=True)
    if sight.cases < LEAST_CASES:
        return f"fewer than {LEAST_CASES} cases do not show what opens a case"
    first = sight.activity[sight.firsts]
    chosen = _customary(sight, first, np.ones(sight.cases, np.bool_))
    if isinstance(chosen, str):
        return f"no activity opens {CLEAR:.0%} of the cases; {chosen}"
    return Opening(chosen[first], _or(sight, chosen, first), known=False)


def closing_of(sight: Sight) -> Closing | str:
    """Find what ends cases, or the reason why that is not clear."""
    return _closing_by_status(sight) or _closing_by_activity(sight)


def _closing_by_status(sight: Sight) -> Closing | None:
    """Follow the state of each case, as far as changes of `status` tell it."""
    kinds, new = sight.kinds, sight.new_values
    if kinds is None or new is None:
        return None
    status = kinds.among(np.isin(kinds.values, ("status", "create")))
    used = np.zeros(len(new.values), np.bool_)
    used[new.codes[status & (new.codes >= 0)]] = True
    statuses = np.flatnonzero(used).tolist()
    for pattern in (CLOSED, RESOLVED):
        final = [code for code in statuses if pattern.match(new.values[code].strip())]
        if final:
            break
    else:
        return None
    ends = np.zeros(len(used), np.bool_)
    ends[final] = True
    after, closed = _while_over(sight, status & new.among(ends), status)
    after &= ~status
    after &= ~kinds.among(np.isin(kinds.values, ("sla", "delete", "merge")))  # ends of their own
    gone = kinds.among(np.isin(kinds.values, ("delete", "merge")))[sight.lasts]
    words = f"status {_listed(sorted(show(new.values[code]) for code in final))}"
    return Closing(after, closed[sight.lasts] | gone, words, known=True)


def _closing_by_activity(sight: Sight) -> Closing | str:
    if sight.cases < LEAST_CASES:
        return f"fewer than {LEAST_CASES} cases do not show what ends a case"
    last = sight.activity[sight.lasts]
    settled = np.ones(sight.cases, np.bool_)
    if sight.time is not None:
        quiet = sight.time[sight.lasts] < sight.last_time - sight.usual_gap
        if np.count_nonzero(quiet) >= LEAST_CASES:
            settled = quiet  # the others may still be open
    chosen = _customary(sight, last, settled)
    if isinstance(chosen, str):
        return f"no activity ends {CLEAR:.0%} of the cases; {chosen}"
    is_end = chosen[sight.activity]
    places = np.arange(sight.events)
    first_end = np.minimum.reduceat(np.where(is_end, places, sight.events), sight.firsts)
    with_end = first_end < sight.events
    reaching = int(np.count_nonzero(with_end))
    final = int(np.count_nonzero(first_end == sight.lasts))
    words = _or(sight, chosen, last)
    if final < CLEAR * reaching:
        going_on = percent(reaching - final, reaching)
        return f"{going_on} of the cases with {words} go on after it"
    reopens = np.array([REOPENED.search(name) is not None for name in sight.codes.activities])
    after, _ = _while_over(sight, is_end, is_end | reopens[sight.activity])
    after &= ~reopens[sight.activity]
    return Closing(after, with_end, words, known=False)


def _while_over(
    sight: Sight, ends: NDArray[np.bool_], turns: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Events later than the last turn before them if that was an end, and whether it was.

    `turns` marks all events that end a case or open it again. The second answer looks at the event
    itself too: is its case over after it?
    """
    places = np.arange(sight.events)
    begun = np.repeat(sight.firsts, np.diff(sight.offsets))
    latest = np.maximum.accumulate(np.where(turns, places, -1))
    over = (latest >= begun) & ends[latest]  # else the turn is of the case before
    earlier = np.concatenate([[-1], latest[:-1]])
    after = (earlier >= begun) & ends[earlier]
    later = np.minimum.accumulate(np.where(turns, places, sight.events)[::-1])[::-1]
    over_again = later < np.repeat(sight.offsets[1:], np.diff(sight.offsets))
    after &= ~over_again | ends[np.minimum(later, sight.events - 1)]  # not before a reopening
    if sight.time is not None:
        after &= sight.time > sight.time[earlier]
    return after, over


def _customary(
    sight: Sight, edge: NDArray[np.int32], judged: NDArray[np.bool_]
) -> NDArray[np.bool_] | str:
    """Mark the activities that cases customarily begin or end with; `edge` has that of each."""
    size, cases = len(sight.codes.activities), int(np.count_nonzero(judged))
    counts = np.bincount(edge[judged], minlength=size)
    top = int(counts.argmax())
    if counts[top] < CLEAR * cases:
        name = show(sight.codes.activities[top])
        return f"{name}, the most common, does with {percent(int(counts[top]), cases)}"
    chosen = np.zeros(size, np.bool_)
    chosen[top] = True
    every = np.bincount(edge, minlength=size)
    for other in np.flatnonzero(every >= max(2, RARE * sight.cases)).tolist():
        has = np.count_nonzero(sight.any_in_case(sight.activity == other))
        chosen[other] |= every[other] >= OWN * has
    return chosen


def _or(sight: Sight, chosen: NDArray[np.bool_], edge: NDArray[np.int32]) -> str:
    """Name the chosen activities, the most common first."""
    counts = np.bincount(edge, minlength=len(chosen))
    ranked = sorted((-int(counts[i]), sight.codes.activities[i]) for i in np.flatnonzero(chosen))
    return _listed([show(name) for _, name in ranked])


def _listed(names: list[str], most: int = 4) -> str:
    more = [f"{len(names) - most} more"] if len(names) > most else []
    *first, last = names[:most] + more
    return f"{', '.join(first)} or {last}" if first else last
