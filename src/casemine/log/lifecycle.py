"""Join the start and complete events of one piece of work into one event with `start` and `time`.

XES writes work that takes time as two events of one activity, told apart by `lifecycle:transition`.
Each complete event takes the first start event before it that no earlier complete took, within its
case, activity and, where given, instance: first in, first out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from casemine.errors import escape, show
from casemine.log.arrays import from_numpy, to_numpy, valid, with_gaps
from casemine.log.columns import ACTIVITY, CASE, ROW, START, TIME, TIMESTAMP
from casemine.model.intake import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIFECYCLE, INSTANCE = "lifecycle", "concept:instance"
_BEGIN, _END = "start", "complete"


class Joined(NamedTuple):
    """Events after joining; `joined` start events went into their complete events."""

    table: pa.Table
    joined: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Row numbers in a table: `starts[i]` belongs to `completes[i]`; and what found no partner."""

    starts: NDArray[np.int64]
    completes: NDArray[np.int64]
    lone_starts: int
    lone_completes: int


def join_pairs(events: pa.Table, lifecycle: str = LIFECYCLE, *, instance: str = INSTANCE) -> Joined:
    """Turn each pair of a start and a complete event into one event.

    Parameters
    ----------
    events : pyarrow.Table
        `case`, `activity`, `row`, maybe `time`, in any order; the column `lifecycle` holds the
        transitions, compared without regard to case. A complete event whose own `start` is known
        takes no partner.
    lifecycle, instance : str
        Names of the columns; `instance` need not exist, and a null in it is a value of its own.

    Returns
    -------
    Joined
        The rows in the order they had, without the joined starts. A joined event has the time,
        row and attributes of its complete event. Starts without a complete, completes without a
        start and all other transitions stay events of their own; notes count them.

    Notes
    -----
    Nothing is joined unless both transitions occur: a lifecycle of a system's own stays as it is.
    "Before" means by (time, row), or by row in a log without times; then no `start` is known, and
    the column is not made. O(n log n) for n events, vectorised.
    """
    words = _encoded(events.column(lifecycle))
    roles = np.array([_role(text) for text in words.dictionary.to_pylist()] or [0], np.int8)
    uses = _uses(words)
    used = roles[: len(uses)][uses > 0]
    if not ((used == 1).any() and (used == -1).any()):
        return Joined(events, 0, _notes(words, uses, roles, None))
    # A null comes out of the dictionary as -1, which has no role.
    role = np.append(roles, np.int8(0))[_codes(words)]
    pairs = find_pairs(events, role, instance=instance)
    table = _joined_table(events, pairs)
    return Joined(table, len(pairs.starts), _notes(words, uses, roles, pairs))


def find_pairs(events: pa.Table, role: NDArray[np.int8], *, instance: str = INSTANCE) -> Pairs:
    """Match completes (role -1) with starts (role 1), first in, first out.

    Notes
    -----
    Within a group, let d be the starts minus the completes so far. A complete finds no start
    exactly when it takes d below its lowest point yet (and below 0); the k-th of the others takes
    the k-th start, for none of the starts is ever passed over.
    """
    if START in events.column_names:
        own = valid(events.column(START))
        role = np.where((role == -1) & own, np.int8(0), role)
    rows = np.flatnonzero(role)
    group = pair_groups(events, rows, instance)
    keys = [to_numpy(events.column(ROW))[rows]]
    if TIME in events.column_names:
        keys.append(to_numpy(events.column(TIME))[rows])
    order = np.lexsort([*keys, group])
    rows, group = rows[order], group[order]
    step = role[rows].astype(np.int64)
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    level = np.cumsum(step)
    sizes = np.diff(begins, append=len(rows))
    level -= np.repeat(level[begins] - step[begins], sizes)
    # Groups lie one below the other, so that a running minimum starts anew in each.
    floor = -np.repeat(np.arange(len(begins)), sizes) * (len(rows) + 1)
    lowest = np.minimum.accumulate(level + floor)
    lowest_before = np.minimum(np.concatenate([floor[:1], lowest[:-1]]), floor)
    is_start = step == 1
    matched = (step == -1) & (level + floor >= lowest_before)
    taken = _first_of_each_group(is_start, matched, begins, sizes)
    return Pairs(
        starts=rows[taken],
        completes=rows[matched],
        lone_starts=int(np.count_nonzero(is_start)) - len(taken),
        lone_completes=int(np.count_nonzero(step == -1)) - len(taken),
    )


def _first_of_each_group(
    is_start: NDArray[np.bool_],
    matched: NDArray[np.bool_],
    begins: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Places of as many starts of each group as it has matched completes, in the same order."""
    wanted = np.repeat(np.add.reduceat(matched.astype(np.int64), begins), sizes)
    number = np.cumsum(is_start.astype(np.int64))
    number -= np.repeat(number[begins] - is_start[begins].astype(np.int64), sizes)
    return np.flatnonzero(is_start & (number <= wanted))


def pair_groups(
    events: pa.Table, rows: NDArray[np.int64], instance: str = INSTANCE
) -> NDArray[np.int64]:
    """Give each of some rows the number of its combination of case, activity and instance."""
    names = [CASE, ACTIVITY, *([instance] if instance in events.column_names else [])]
    group = np.zeros(len(rows), np.int64)
    for name in names:
        column = _encoded(events.column(name))
        codes = _codes(column)[rows].astype(np.int64) + 1
        # Numbered anew each time, so that the product never leaves 64 bits.
        _, group = np.unique(group * (len(column.dictionary) + 1) + codes, return_inverse=True)
    return group


def _joined_table(events: pa.Table, pairs: Pairs) -> pa.Table:
    if TIME in events.column_names:
        times = to_numpy(events.column(TIME).cast(TIMESTAMP))
        start, known = np.zeros(len(times), np.int64), np.zeros(len(times), np.bool_)
        if START in events.column_names:
            column = events.column(START).cast(TIMESTAMP)
            known = valid(column).copy()
            start = to_numpy(column).copy()
        start[pairs.completes] = times[pairs.starts]
        known[pairs.completes] = True
        column = with_gaps(start, known, TIMESTAMP)
        if START in events.column_names:
            events = events.set_column(events.column_names.index(START), START, column)
        else:
            events = events.add_column(events.column_names.index(TIME) + 1, START, column)
    kept = np.ones(events.num_rows, np.bool_)
    kept[pairs.starts] = False
    return events.filter(from_numpy(kept))


def _notes(
    words: pa.DictionaryArray,
    uses: NDArray[np.int64],
    roles: NDArray[np.int8],
    pairs: Pairs | None,
) -> tuple[Note, ...]:
    notes = []
    if pairs is not None:
        count = len(pairs.starts)
        text = f"{_amount(count, 'pair')} of start and complete events joined into one event each"
        notes.append(Note("pairs-joined", text, count))
        if pairs.lone_starts:
            text = f"{_amount(pairs.lone_starts, 'start event')} without a complete to pair with"
            notes.append(Note("lone-starts", text, pairs.lone_starts))
        if pairs.lone_completes:
            text = f"{_amount(pairs.lone_completes, 'complete event')} without a start to pair with"
            notes.append(Note("lone-completes", text, pairs.lone_completes))
    texts = words.dictionary.to_pylist()
    others = {
        text: int(count)
        for text, count, role in zip(texts, uses, roles, strict=False)
        if count and (role == 0 or pairs is None)
    }
    if others and (pairs is not None or len(others) > 1):
        total = sum(others.values())
        ranked = sorted(others, key=lambda text: (-others[text], text))
        listed = ", ".join(f"{show(text)} ({others[text]:,})" for text in ranked[:3])
        more = f" and {len(ranked) - 3} more" if len(ranked) > 3 else ""
        kind = "other lifecycle transitions" if pairs else "lifecycle transitions"
        choice = ranked[0].replace("\\", "\\\\").replace('"', '\\"')
        text = f"{_amount(total, 'event')} of {kind} stay events of their own: {listed}{more}; "
        text += f"""choose with --where 'lifecycle == "{escape(choice)}"'"""
        notes.append(Note("lifecycle-kept", text, total))
    return tuple(notes)


def _amount(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _role(text: str | None) -> int:
    """1 for start, -1 for complete, else 0."""
    return {_BEGIN: 1, _END: -1}.get((text or "").strip().lower(), 0)


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    return column.unify_dictionaries().combine_chunks()


def _codes(column: pa.DictionaryArray) -> NDArray[np.int64]:
    """Codes of a dictionary column, -1 for null."""
    return np.where(valid(column.indices), to_numpy(column.indices), -1)


def _uses(column: pa.DictionaryArray) -> NDArray[np.int64]:
    codes = _codes(column)
    return np.bincount(codes[codes >= 0], minlength=len(column.dictionary))
