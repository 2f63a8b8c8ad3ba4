"""Rows that tell of one thing twice, and rows that only add a detail to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.order import stable_order
from casemine.read.crm.changeset import NO_ACTION, Changes, in_order, run_starts
from casemine.read.crm.coded.words import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Words


def without_repeats(changes: Changes, words: Words, *, within: int) -> tuple[Changes, int]:
    """Keep the first of rows that say the same of a case: kind, field, values, actor, time.

    Parameters
    ----------
    within : int
        Microseconds by which the times of one action may differ.

    Returns
    -------
    (Changes, int)
        What is left, and how many rows were repeats.

    Notes
    -----
    Where the export numbers its actions, rows repeat each other only within one action, and
    anywhere in the files. Where it does not, rows must follow one another among the changes of
    their field: a status that goes to and fro within a second is no repeat. Comments without a
    text or a number are never taken for repeats.
    """
    changes = in_order(changes)
    near = (changes.case[1:] == changes.case[:-1]) & (np.diff(changes.time) <= within)
    suspect = np.zeros(len(changes), np.bool_)  # only rows of one moment can be repeats
    suspect[1:] |= near
    suspect[:-1] |= near
    told_by_action = changes.action != NO_ACTION
    repeats = np.zeros(len(changes), np.bool_)
    for rows, repeated in ((told_by_action, _in_one_action), (~told_by_action, _in_a_row)):
        at = np.flatnonzero(suspect & rows)
        if len(at):
            repeats[at[repeated(changes.take(at), words, within)]] = True
    return (changes.take(~repeats), int(repeats.sum())) if repeats.any() else (changes, 0)


def _in_one_action(changes: Changes, words: Words, within: int) -> NDArray[np.bool_]:
    """Mark rows that say what an earlier row of the same action said.

    A comment of which a row says who may see it needs no other row that does not.
    """
    key = numbered(
        changes.case,
        changes.action,
        *(getattr(changes, name) for name in ("kind", "field", "old", "new", "actor", "public")),
    )
    rows = np.arange(len(key))
    first = np.empty(int(key.max()) + 1, np.int64)
    first[key[::-1]] = rows[::-1]  # of several assignments to one place the last one stays
    first = first[key]
    same: NDArray[np.bool_] = first != rows
    same &= np.abs(changes.time - changes.time[first]) <= within
    comment = changes.kind == words.code("comment")
    action = numbered(changes.case, changes.action)
    told = np.zeros(int(action.max()) + 1, np.bool_)
    told[action[comment & (changes.public >= 0)]] = True
    unsaid: NDArray[np.bool_] = comment & (changes.public < 0) & told[action]
    return same | unsaid


def _in_a_row(changes: Changes, words: Words, within: int) -> NDArray[np.bool_]:
    """Mark rows equal to the one before them among the changes of their field."""
    flow = [getattr(changes, name).astype(np.int64) for name in ("field", "kind", "case")]
    order = stable_order([changes.seq, changes.time, *flow])
    said = [getattr(changes, name)[order] for name in ("actor", "new", "old", "public")]
    same = ~run_starts(*(key[order] for key in flow), *said)
    times = changes.time[order]
    same[1:] &= np.abs(times[1:] - times[:-1]) <= within
    found = np.empty(len(order), np.bool_)
    found[order] = same
    silent: NDArray[np.bool_] = (changes.kind == words.code("comment")) & (changes.new < 0)
    return found & ~silent


def with_halves_joined(changes: Changes, words: Words) -> tuple[Changes, int]:
    """Make one change of two rows: a field is cleared, and set anew in the same moment.

    Systems that can only take somebody off and put somebody on tell a hand-over so.

    Returns
    -------
    (Changes, int)
        Without the rows that clear, whose old values the other rows now have; and their number.
    """
    stateful = np.flatnonzero(np.isin(changes.kind, words.codes(["assign", "group"])))
    order = stateful[
        stable_order(
            [
                changes.seq[stateful],
                changes.time[stateful],
                changes.field[stateful].astype(np.int64),
                changes.case[stateful].astype(np.int64),
            ]
        )
    ]
    first, second = order[:-1], order[1:]
    halves = np.ones(len(first), np.bool_)
    for name in ("case", "field", "kind", "time", "actor"):
        column = getattr(changes, name)
        halves &= column[first] == column[second]
    halves &= (changes.new[first] < 0) & (changes.old[first] >= 0)
    halves &= (changes.new[second] >= 0) & (changes.old[second] < 0)
    if not halves.any():
        return changes, 0
    old = changes.old.copy()
    old[second[halves]] = changes.old[first[halves]]
    keep = np.ones(len(changes), np.bool_)
    keep[first[halves]] = False
    return changes.with_(old=old).take(keep), int(np.count_nonzero(halves))


def with_details(changes: Changes, words: Words, *, within: int) -> tuple[Changes, int]:
    """Fold rows of kind `detail` into the main change of the same action.

    The same action is one id, or one actor at one time (or `within` microseconds). Among several
    main changes a change of status is preferred, else the first. A detail without a main change
    stands alone, as a change of its field.

    Returns
    -------
    (Changes, int)
        Without the folded rows, and their number.
    """
    detail = changes.kind == words.code("detail")
    if not detail.any():
        return changes, 0
    main = _main_of(changes, detail, changes.kind == words.code("status"), within)
    alone = detail & (main < 0)
    kind = np.where(alone, words.code("field"), changes.kind).astype(np.int32)
    folded = detail & ~alone
    target = main[folded]
    text = words.combined(
        [changes.field[folded], changes.new[folded]],
        lambda parts: f"{parts[0]}={parts[1] or ''}",
    )
    told = changes.detail.copy()
    while len(target):  # as often as one change has details
        places, first = np.unique(target, return_index=True)
        told[places] = words.combined(
            [told[places], text[first]], lambda parts: "; ".join(part for part in parts if part)
        )
        target, text = np.delete(target, first), np.delete(text, first)
    return changes.with_(kind=kind, detail=told).take(~folded), int(np.count_nonzero(folded))


def _main_of(
    changes: Changes, detail: NDArray[np.bool_], status: NDArray[np.bool_], within: int
) -> NDArray[np.int64]:
    """Find the main change of each detail, as an index; -1 where there is none."""
    rank = [changes.seq, np.where(status, 0, 1), detail.astype(np.int64)]  # details come last
    case = changes.case.astype(np.int64)
    by_action = _first_of([changes.action, case], rank)
    moment = changes.time // (within + 1)
    by_time = _first_of([changes.actor.astype(np.int64), moment, case], rank)
    main = np.where(detail[by_time], -1, by_time)
    main = np.where(detail[by_action] | (changes.action == NO_ACTION), main, by_action)
    return np.where(detail, main, -1)


def _first_of(
    same: Sequence[NDArray[np.int64]], rank: Sequence[NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Find for each row the first, by `rank`, of the rows that are equal to it in `same`."""
    order = stable_order([*rank, *same])
    begins = run_starts(*(column[order] for column in same))
    leaders = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    first = np.empty(len(order), np.int64)
    first[order] = leaders
    return first
