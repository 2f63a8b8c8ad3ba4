"""Names that one day gave way to others: an activity, group, resource or value that was renamed.

A pair (old, new) is taken for a rename when all of this holds:

1. *The old one stops.* If it had gone on at its share of the events until then, at least 20 more
   would be expected after its last event.
2. *The new one starts.* Likewise, at least 20 would be expected before its first event.
3. *It was no pause.* That silence is at least 3 times the longest silence between two events of
   the name, counted in events of the log: names that come in bursts stop and start all the time.
4. *On the same days.* The new one begins at most 7 days, and at most a tenth of the period, after
   the old one ended, and at most a day before it did.
5. *As often.* Its share of the events is between half and twice that of the old one.
6. *In the same places.* What comes before the one and before the other agrees to at least a half,
   and so does what comes after; names that stop or start on the same days count as one name, since
   several may be renamed at once. For a group, the same resources work in it.

Where the order of events carries no such break, the chance that a name with 20 events to come has
none is e**-20, so names in a shuffled log do not stop or start. People come and go, which looks
the same: resources (and groups of logs without resources) count only where one moment parts at
least 3 old names, with a quarter of the events, from their new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.log.quality.sight import DAY, SHOWN, Labels
from casemine.log.quality.wording import day
from casemine.model.quality import Finding, NotEvaluated
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.log.quality.sight import Sight

RENAMES = "renames"
EXPECTED = 20.0
SILENCE = 3
NEAR = 7 * DAY
SLACK = DAY
AGREE = 0.5
TURNOVER = 3  # resources that change at one moment are renamed; fewer are people who come and go
MASS = 0.25  # share of the events that these resources had
LEAST_EVENTS = 100  # fewer cannot hold the expected numbers


@dataclass(frozen=True, slots=True, eq=False)
class _Rename:
    kind: str  # "activity", "group", ...
    old: str
    new: str
    last: int  # event of the log: the last of the old one
    first: int  # the first of the new one
    events: int  # of the two
    share: float  # of the events that the old one had while it was there
    marked: tuple[Labels, tuple[int, int]]


def renames(sight: Sight) -> Iterator[Finding | NotEvaluated]:
    """Find renamed activities, groups, resources, and values that fields changed to."""
    if sight.time is None or sight.events < LEAST_EVENTS:
        few = f"fewer than {LEAST_EVENTS} events do not show that a name stopped"
        yield NotEvaluated(RENAMES, "the log has no times" if sight.time is None else few)
        return
    activities = Labels(sight.activity, sight.codes.activities)
    found = _renamed(sight, activities, "activity", activities)
    resources = sight.labels("resource")
    for name in ("group", "resource", *(() if found else ("new",))):  # values name activities
        labels = sight.new_values if name == "new" else sight.labels(name)
        if labels is None:
            continue
        people = resources if name == "group" else None
        some = _renamed(sight, labels, "value" if name == "new" else name, activities, people)
        found += some if name == "new" or people is not None else _together(sight, some)
    if found:
        yield _finding(sight, found)


def _together(sight: Sight, found: list[_Rename]) -> list[_Rename]:
    """Keep those that one moment parts, old names before it and new ones after, in a mass."""
    assert sight.time is not None
    spans = [(int(sight.time[one.last]), int(sight.time[one.first])) for one in found]
    kept: set[int] = set()
    for moment in {first for _, first in spans}:
        parted = [at for at, (last, first) in enumerate(spans) if last <= moment <= first]
        if len(parted) >= TURNOVER and sum(found[at].share for at in parted) >= MASS:
            kept.update(parted)
    return [found[at] for at in sorted(kept)]


def _renamed(
    sight: Sight,
    labels: Labels,
    kind: str,
    places: Labels,
    people: Labels | None = None,
) -> list[_Rename]:
    """Pairs among `labels`, whose places in the cases are told by `places` and `people`."""
    assert sight.time is not None
    order, total = sight.by_time, sight.events
    codes = labels.codes[order]
    ranks = np.flatnonzero(codes >= 0)
    size = len(labels.values)
    counts = np.bincount(codes[ranks], minlength=size)
    first, last = np.zeros(size, np.int64), np.zeros(size, np.int64)
    last[codes[ranks]] = ranks  # of several assignments to one place the last one stays
    first[codes[ranks][::-1]] = ranks[::-1]
    before = counts / (last + 1)  # share of the events until the last, and from the first on
    after = counts / np.maximum(total - first, 1)
    often = counts >= EXPECTED  # an early single one would count as a high share
    stops = often & (before * (total - 1 - last) >= EXPECTED)
    starts = often & (after * first >= EXPECTED)
    both = stops & starts  # something that is there for a while was not renamed to or from
    stops, starts = stops & ~both, starts & ~both
    longest = _longest_silence(codes, ranks, stops | starts)
    stops &= total - 1 - last >= SILENCE * longest
    starts &= first >= SILENCE * longest
    if not (stops.any() and starts.any()):
        return []
    near = min(NEAR, (sight.last_time - sight.first_time) // 10)
    when_last, when_first = sight.time[order[last]], sight.time[order[first]]
    old, new = np.flatnonzero(stops), np.flatnonzero(starts)
    pairs = [
        (one, other)
        for one in old.tolist()
        for other in new.tolist()
        if -SLACK <= when_first[other] - when_last[one] <= near
        and 0.5 <= after[other] / before[one] <= 2
    ]
    if not pairs:
        return []
    ways = _Ways(sight, labels, places, stops | starts, people)
    scored = sorted(
        (-score - _likeness(labels.values[one], labels.values[other]), one, other)
        for one, other in pairs
        if (score := ways.agreement(one, other)) >= AGREE
    )
    taken: set[int] = set()
    found = []
    for _, one, other in scored:
        if not taken & {one, other}:
            taken |= {one, other}
            places_of = int(order[last[one]]), int(order[first[other]])
            names = labels.values[one], labels.values[other]
            events = int(counts[one] + counts[other])
            found.append(
                _Rename(
                    kind,
                    *names,
                    *places_of,
                    events,
                    float(before[one]),
                    (labels, (one, other)),
                )
            )
    return sorted(found, key=lambda each: (-each.events, each.old))


def _longest_silence(
    codes: NDArray[np.int32], ranks: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Most events between two neighbouring ones of the same name, for the names in `wanted`."""
    ranks = ranks[wanted[codes[ranks]]]
    ranks = ranks[np.argsort(codes[ranks], kind="stable")]
    name = codes[ranks]
    same = name[1:] == name[:-1]
    longest = np.zeros(len(wanted), np.int64)
    np.maximum.at(longest, name[1:][same], np.diff(ranks)[same])
    return longest


def _likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: decides between names that moved on the same day."""
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


class _Ways:
    """What stands before and after the events of each name that stops or starts."""

    def __init__(
        self,
        sight: Sight,
        labels: Labels,
        places: Labels,
        moved: NDArray[np.bool_],
        people: Labels | None,
    ) -> None:
        size = len(places.values)
        known = places.codes
        if places.codes is labels.codes:  # all that moved is one name
            known = np.where(moved[places.codes], np.int32(size), places.codes)
        outside = size + 1  # before the first event of a case, and after the last
        events = np.flatnonzero(labels.among(moved))
        earlier = np.full(sight.events, outside, np.int32)
        earlier[1:][sight.inside] = known[:-1][sight.inside]
        later = np.full(sight.events, outside, np.int32)
        later[:-1][sight.inside] = known[1:][sight.inside]
        self.number = {int(code): place for place, code in enumerate(np.flatnonzero(moved))}
        index = np.zeros(len(labels.values), np.int64)
        index[list(self.number)] = list(self.number.values())
        rows_of = index[labels.codes[events]]
        sides = [(earlier, size + 2), (later, size + 2)]
        if places.codes is not labels.codes:
            sides.append((known, size))
        if people is not None:
            sides.append((people.codes + 1, len(people.values) + 1))
        self.shares = []
        for side, width in sides:
            rows = rows_of * width
            table = np.bincount(rows + side[events], minlength=len(self.number) * width)
            table = table.reshape(len(self.number), width)
            self.shares.append(table / table.sum(axis=1, keepdims=True))

    def agreement(self, one: int, other: int) -> float:
        """Least overlap of what stands around the two, 0 to 1."""
        a, b = self.number[one], self.number[other]
        return min(float(np.minimum(share[a], share[b]).sum()) for share in self.shares)


def _finding(sight: Sight, found: list[_Rename]) -> Finding:
    assert sight.time is not None
    said = ", ".join(
        f"{each.kind} {show(each.old)} to {show(each.new)} on {day(int(sight.time[each.first]))}"
        for each in found[:SHOWN]
    )
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    hit = np.zeros(sight.events, np.bool_)
    for labels, codes in (each.marked for each in found):
        hit |= np.isin(labels.codes, codes)
    events = int(np.count_nonzero(hit))
    return Finding(
        RENAMES,
        "warning",
        f"{counted(len(found), 'name')} gave way to another within days, as often and in the "
        f"same places: {said}{more}",
        "what is one thing counts as two: variants and edges split at that day, and figures of "
        "either side cover a part of the period only",
        "give both the same name before mining, or look at the time before and after apart with "
        "--until and --since",
        events=events,
        cases=sight.cases_with(hit),
        share=events / sight.events,
        examples=tuple(
            example
            for each in found[:SHOWN]
            for example in (
                sight.example(each.last, what=f"last of {show(each.old)}"),
                sight.example(each.first, what=f"first of {show(each.new)}"),
            )
        ),
    )
