"""Rows that tell of one thing twice, and rows that only add a detail to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.log.order import stable_order
from casemine.read.crm.changeset import NO_ACTION, Changes

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
    said = [
        getattr(changes, name).astype(np.int64)
        for name in ("actor", "new", "old", "public", "field", "kind", "case")
    ]
    number = changes.action
    by_action = _same_as_before([changes.seq, *said, number], changes, within, 1)
    by_action &= number != NO_ACTION
    flow = [changes.seq, changes.time, *said[4:]]
    in_a_row = _same_as_before(flow, changes, within, 2, also=said[:4])
    silent = (changes.kind == words.code("comment")) & (changes.new < 0)
    in_a_row &= (number == NO_ACTION) & ~silent
    repeats = by_action | in_a_row
    return (changes.take(~repeats), int(repeats.sum())) if repeats.any() else (changes, 0)


def _same_as_before(
    keys: list[NDArray[np.int64]],
    changes: Changes,
    within: int,
    first: int,
    also: Sequence[NDArray[np.int64]] = (),
) -> NDArray[np.bool_]:
    """Mark rows equal to the one before them in the order of `keys`, in all from `first` on."""
    order = stable_order(keys)
    same = np.ones(len(order), np.bool_)
    same[:1] = False
    for key in (*keys[first:], *also):
        values = key[order]
        same[1:] &= values[1:] == values[:-1]
    times = changes.time[order]
    same[1:] &= np.abs(times[1:] - times[:-1]) <= within
    found = np.empty(len(order), np.bool_)
    found[order] = same
    return found


def with_halves_joined(changes: Changes, words: Words) -> tuple[Changes, int]:
    """Make one change of two rows: a field is cleared, and set anew in the same moment.

    Systems that can only take somebody off and put somebody on tell a hand-over so.

    Returns
    -------
    (Changes, int)
        Without the rows that clear, whose old values the other rows now have; and their number.
    """
    stateful = np.isin(changes.kind, words.codes(["assign", "group"]))
    order = stable_order(
        [
            changes.seq,
            changes.time,
            changes.field.astype(np.int64),
            changes.case.astype(np.int64),
        ]
    )
    first, second = order[:-1], order[1:]
    halves = stateful[first] & stateful[second]
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
    told = changes.detail.copy()
    folded = np.flatnonzero(detail & (main >= 0))
    text = words.combined(
        [changes.field[folded], changes.new[folded]],
        lambda parts: f"{parts[0]}={parts[1] or ''}",
    )
    target = main[folded]
    while len(folded):  # as often as one change has details
        fresh = np.ones(len(target), np.bool_)
        _, first = np.unique(target, return_index=True)
        fresh[:] = False
        fresh[first] = True
        places = target[fresh]
        told[places] = words.combined(
            [told[places], text[fresh]], lambda parts: "; ".join(part for part in parts if part)
        )
        folded, target, text = folded[~fresh], target[~fresh], text[~fresh]
    keep = ~(detail & (main >= 0))
    return changes.with_(kind=kind, detail=told).take(keep), int(np.count_nonzero(~keep))


def _main_of(
    changes: Changes, detail: NDArray[np.bool_], status: NDArray[np.bool_], within: int
) -> NDArray[np.int64]:
    """For each detail, the index of its main change; -1 where there is none."""
    count = len(changes)
    main = np.full(count, -1, np.int64)
    weight = np.where(status, 0, 1).astype(np.int64)
    has_action = changes.action != NO_ACTION
    by_action = [changes.seq, weight, detail.astype(np.int64), changes.action, changes.case]
    coarse = changes.time // (within + 1)
    by_time = [
        changes.seq,
        weight,
        detail.astype(np.int64),
        changes.actor.astype(np.int64),
        coarse,
        changes.case.astype(np.int64),
    ]
    for keys, allowed in (
        (by_action, has_action),
        (by_time, np.ones(count, np.bool_)),
    ):
        order = stable_order([np.asarray(key, np.int64) for key in keys])
        fresh = np.ones(count, np.bool_)
        fresh[1:] = False
        for key in keys[3:]:
            values = np.asarray(key)[order]
            fresh[1:] |= values[1:] != values[:-1]
        leader = order[np.maximum.accumulate(np.where(fresh, np.arange(count), 0))]
        found = np.full(count, -1, np.int64)
        found[order] = leader
        usable = detail & (main < 0) & allowed & ~detail[np.maximum(found, 0)] & (found >= 0)
        main[usable] = found[usable]
    return main
