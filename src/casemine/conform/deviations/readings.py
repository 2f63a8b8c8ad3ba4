"""What the moves of an alignment mean: which step was skipped, repeated, out of order or unknown.

Every log move and every visible model move belongs to exactly one reading, so the moves of all
readings add up to the cost. The kinds are defined in docs/deviations.md. All of it is counted over
variants with arrays; nothing loops over moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.conform.deviations.caselist import RESTING
from casemine.conform.deviations.jumps import JUMPS, REOPEN, RESOLVED
from casemine.model.conformance import RULE_OF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.model.alignment import Alignments
    from casemine.model.conformance import Kind
    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants

KINDS: tuple[Kind, ...] = tuple(RULE_OF)
SKIPPED, UNKNOWN, ORDER, UNFINISHED, REPEATED, INSERTED = range(len(KINDS))
NOTHING = -1  # where a reading is about one activity only
_SYNCHRONOUS, _LOG, _MODEL = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """One entry per reading: what one variant does once.

    Reading i explains the moves `move[offsets[i]:offsets[i + 1]]`, indices into the table of the
    alignments. For `order` the activity `one` was done before `other`, against the design;
    `unfinished` names the last step that was done.
    """

    names: tuple[str, ...]  # activities of log and design, sorted
    variant: NDArray[np.int64]
    kind: NDArray[np.int8]  # index into KINDS
    one: NDArray[np.int64]  # index into names; NOTHING where a case rests without any step done
    other: NDArray[np.int64]  # NOTHING but for `order`
    offsets: NDArray[np.int64]
    move: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.variant)

    @property
    def moves(self) -> NDArray[np.int64]:
        """How many moves each reading explains: its share of the cost."""
        return np.diff(self.offsets)


def names_of(variants: Variants, net: PetriNet) -> tuple[str, ...]:
    """Activities of log and design together, sorted."""
    labels = {one.label for one in net.transitions if one.label is not None}
    return tuple(sorted(labels | set(variants.activities)))


def read_moves(
    alignments: Alignments, variants: Variants, state: NDArray[np.int8], net: PetriNet
) -> Readings:
    """Tell the deviations of all aligned variants apart.

    Parameters
    ----------
    alignments : Alignments
        Of the variants with the net.
    variants : Variants
        The traces that were aligned.
    state : array of int8
        Of each variant; steps that are missing at the end of a resting one are unfinished work.
    net : PetriNet
        Silent where the log can show nothing.

    Returns
    -------
    Readings
        In the order of the moves.

    Notes
    -----
    An event and a missing step of one name make one reading, out of order: neighbours are paired
    from the left. O(m log m) for m moves of deviating variants.
    """
    names = names_of(variants, net)
    moves = _Moves.of(alignments, variants, net, names)
    moves.pair(_floating(net, names))
    moves.read_log_moves(_on_cycles(net, names))
    moves.read_model_moves(state)
    reopen = names.index(REOPEN) if REOPEN in names else NOTHING
    moves.follow_jumps(np.array([name in JUMPS for name in names], np.bool_), reopen)
    moves.join_resolutions(np.array([name in RESOLVED for name in names], np.bool_))
    return moves.readings(names)


class _Moves:
    """The visible moves of deviating variants in order, and what is known of each so far."""

    def __init__(
        self,
        index: NDArray[np.int64],
        variant: NDArray[np.int64],
        side: NDArray[np.int8],
        activity: NDArray[np.int64],
        designed: NDArray[np.bool_],
    ) -> None:
        size = len(index)
        self.index, self.variant, self.side, self.activity = index, variant, side, activity
        self.designed = designed
        self.place = np.arange(size)
        self.kind = np.full(size, -1, np.int8)  # of readings, at the move that leads them
        self.one, self.other = activity.copy(), np.full(size, NOTHING, np.int64)
        self.leader = np.full(size, -1, np.int64)  # of each move that deviates
        self.first = np.concatenate([[True], variant[1:] != variant[:-1]]) if size else side > 0
        self.key = variant * (len(designed) + 1) + activity

    @classmethod
    def of(
        cls, alignments: Alignments, variants: Variants, net: PetriNet, names: tuple[str, ...]
    ) -> _Moves:
        code = {name: number for number, name in enumerate(names)}
        labels = [one.label for one in net.transitions]
        of_label = np.array(
            [-1 if label is None else code[label] for label in labels] + [-1], np.int64
        )
        of_event = np.array([code[name] for name in variants.activities], np.int64)
        designed = np.zeros(len(names), np.bool_)
        designed[of_label[of_label >= 0]] = True
        lengths = np.diff(alignments.offsets)
        which = np.repeat(np.arange(len(variants)), lengths)
        position, transition = alignments.positions, alignments.transitions
        keep = (alignments.costs > 0)[which]
        keep &= (position >= 0) | (of_label[transition] >= 0)
        index = np.flatnonzero(keep)
        which, position, transition = which[index], position[index], transition[index]
        side = np.where(position < 0, _MODEL, np.where(transition < 0, _LOG, _SYNCHRONOUS))
        activity = of_label[transition]
        logged = position >= 0
        events = variants.offsets[which[logged]] + position[logged]
        activity[logged] = of_event[variants.codes[events]]
        return cls(index, which, side.astype(np.int8), activity, designed)

    def pair(self, floating: NDArray[np.bool_]) -> None:
        """Join an event and a missing step of the same name: done, but out of order.

        Steps that may float, anywhere in a case, are in nobody's way: they are not named as the
        other step.
        """
        known = np.flatnonzero((self.side != _SYNCHRONOUS) & self.designed[self.activity])
        left = known[np.argsort(self.key[known], kind="stable")]
        early, late = [], []
        while len(left) > 1:
            fits = (self.key[left[1:]] == self.key[left[:-1]]) & (
                self.side[left[1:]] != self.side[left[:-1]]
            )
            fits[1:] &= ~fits[:-1]  # a move has one partner; of a row of three the first two
            places = np.flatnonzero(fits)
            if not len(places):
                break
            early.append(left[places])
            late.append(left[places + 1])
            left = np.delete(left, np.concatenate([places, places + 1]))
        if early:
            fixed = (self.side == _SYNCHRONOUS) & ~floating[self.activity]
            self._out_of_order(np.concatenate(early), np.concatenate(late), fixed)

    def _out_of_order(
        self, begin: NDArray[np.int64], end: NDArray[np.int64], done: NDArray[np.bool_]
    ) -> None:
        """Name the step that was done first and the one that the design wants before it.

        An event ahead of its place came before the last step in between; one behind its place
        came after the first.
        """
        before = np.maximum.accumulate(np.where(done, self.place, -1))
        after = np.minimum.accumulate(np.where(done, self.place, len(done))[::-1])[::-1]
        ahead = self.side[begin] == _LOG
        between = np.where(ahead, before[end], after[begin])
        inside = (between > begin) & (between < end)
        jumped = np.where(inside, self.activity[np.where(inside, between, begin)], NOTHING)
        own = self.activity[begin]
        self.kind[begin] = ORDER
        self.one[begin] = np.where(ahead | (jumped < 0), own, jumped)
        self.other[begin] = np.where(ahead, jumped, np.where(jumped < 0, NOTHING, own))
        self.leader[begin] = self.leader[end] = begin

    def read_log_moves(self, on_cycle: NDArray[np.bool_]) -> None:
        """Tell events without a place apart: unknown, repeated, inserted, or part of a detour."""
        free = (self.side == _LOG) & (self.leader < 0)
        unknown = free & ~self.designed[self.activity]
        free &= ~unknown
        before = self._done_before()
        again = self._beside_itself() | (before & ~on_cycle[self.activity])
        self.kind[unknown] = UNKNOWN
        self.kind[free] = np.where(again[free], REPEATED, INSERTED)
        self.leader[unknown | free] = self.place[unknown | free]
        ahead = self._unknown_ahead(unknown)
        detour = free & before & (ahead >= 0)
        self.leader[detour] = ahead[detour]

    def read_model_moves(self, state: NDArray[np.int8]) -> None:
        """Tell missing steps apart: skipped, or still to come in a case that rests."""
        free = (self.side == _MODEL) & (self.leader < 0)
        self.kind[free] = SKIPPED
        self.leader[free] = self.place[free]
        if not free.any():
            return
        begins = np.flatnonzero(self.first)
        ends = np.append(begins[1:], len(self.place))
        events = np.where(self.side == _MODEL, -1, self.place)
        last_event = np.maximum.reduceat(events, begins)
        trailing = free & (self.place > np.repeat(last_event, ends - begins))
        trailing &= state[self.variant] == RESTING
        places = np.flatnonzero(trailing)
        heads = places[np.diff(self.variant[places], prepend=-1) != 0]
        head_of = np.full(int(self.variant.max(initial=-1)) + 1, -1, np.int64)
        head_of[self.variant[heads]] = heads
        self.leader[places] = head_of[self.variant[places]]
        self.kind[heads] = UNFINISHED
        last_done = np.maximum.accumulate(np.where(self.side == _SYNCHRONOUS, self.place, -1))
        own = (last_done >= 0) & (self.variant[last_done] == self.variant)
        self.one[heads] = np.where(own, self.activity[last_done], NOTHING)[heads]

    def follow_jumps(self, jumps: NDArray[np.bool_], reopen: int) -> None:
        """Let the steps that the design would need to get where a jump leads belong to the jump.

        They are the missing steps between the last step done before it and the next one after it;
        and later in the case those with a missing `Reopen`, for the jump was what took the case
        back: steps that are allowed at both places may have come in between.
        """
        jump = (self.side == _LOG) & jumps[self.activity] & ~self.designed[self.activity]
        if not jump.any():
            return
        done = self.side == _SYNCHRONOUS
        gap = np.cumsum(done | self.first)
        places = np.flatnonzero(jump)
        leader = np.full(int(gap[-1]) + 1, -1, np.int64)
        leader[gap[places[::-1]]] = places[::-1]  # the first one of a gap stays
        skipped = (self.side == _MODEL) & (self.kind == SKIPPED)
        back = np.zeros(len(leader), np.bool_)
        back[gap[skipped & (self.activity == reopen)]] = True
        last = np.maximum.accumulate(np.where(jump, self.place, -1))
        before = np.where((last >= 0) & (self.variant[last] == self.variant), last, -1)
        own = leader[gap]
        own = np.where((own < 0) & back[gap], before, own)
        bridge = skipped & (own >= 0)
        self.kind[bridge] = -1
        self.leader[bridge] = own[bridge]

    def join_resolutions(self, resolving: NDArray[np.bool_]) -> None:
        """Let a resolution out of place stand for the one that the design wants there instead.

        The case was resolved, though not where the design says; no step in its place lies between
        the two.
        """
        gap = np.cumsum((self.side == _SYNCHRONOUS) | self.first)
        resolves = resolving[self.activity] & (self.leader == self.place)
        done = np.flatnonzero(resolves & (self.kind == INSERTED))
        wanted = np.flatnonzero(resolves & (self.kind == SKIPPED))
        _, of_done, of_wanted = np.intersect1d(gap[done], gap[wanted], return_indices=True)
        self.kind[wanted[of_wanted]] = -1
        self.leader[wanted[of_wanted]] = done[of_done]

    def readings(self, names: tuple[str, ...]) -> Readings:
        """Gather the moves under their leaders."""
        moves = np.flatnonzero(self.leader >= 0)
        moves = moves[np.argsort(self.leader[moves], kind="stable")]
        leaders, counts = np.unique(self.leader[moves], return_counts=True)
        return Readings(
            names=names,
            variant=self.variant[leaders],
            kind=self.kind[leaders],
            one=self.one[leaders],
            other=self.other[leaders],
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            move=self.index[moves],
        )

    def _done_before(self) -> NDArray[np.bool_]:
        """For each move, whether its step was done in its place earlier in the case."""
        done = np.flatnonzero(self.side == _SYNCHRONOUS)
        keys, first = np.unique(self.key[done], return_index=True)
        if not len(keys):
            return np.zeros(len(self.place), np.bool_)
        found = np.minimum(np.searchsorted(keys, self.key), len(keys) - 1)
        earlier: NDArray[np.bool_] = (keys[found] == self.key) & (done[first][found] < self.place)
        return earlier

    def _beside_itself(self) -> NDArray[np.bool_]:
        """For each move, whether it is in a row of equal events of which one has its place."""
        events = np.flatnonzero(self.side != _MODEL)
        result = np.zeros(len(self.place), np.bool_)
        if len(events):
            begins = np.flatnonzero(np.diff(self.key[events], prepend=-1) != 0)
            placed = np.logical_or.reduceat(self.side[events] == _SYNCHRONOUS, begins)
            result[events] = np.repeat(placed, np.diff(np.append(begins, len(events))))
        return result

    def _unknown_ahead(self, unknown: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each move, the last unknown event before it with nothing but events between."""
        breaks = (self.side != _LOG) | self.first
        last_break = np.maximum.accumulate(np.where(breaks, self.place, -1))
        last_unknown = np.maximum.accumulate(np.where(unknown, self.place, -1))
        return np.where(last_unknown >= last_break, last_unknown, -1)


def _on_cycles(net: PetriNet, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """For each activity, whether the design has a way from it back to it."""
    following: dict[str, list[str]] = {}
    for arc in net.arcs:
        following.setdefault(arc.source, []).append(arc.target)
    result = np.zeros(len(names), np.bool_)
    code = {name: number for number, name in enumerate(names)}
    for one in net.transitions:
        if one.label is not None and _reaches_itself(one.id, following):
            result[code[one.label]] = True
    return result


def _floating(net: PetriNet, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """For each activity, whether its steps give back what they take, and so change nothing."""
    takes: dict[str, set[str]] = {one.id: set() for one in net.transitions}
    gives: dict[str, set[str]] = {one.id: set() for one in net.transitions}
    for arc in net.arcs:
        if arc.source in gives:
            gives[arc.source].add(arc.target)
        else:
            takes[arc.target].add(arc.source)
    moving = {one.label for one in net.transitions if takes[one.id] != gives[one.id]}
    labels = {one.label for one in net.transitions}
    return np.array([name in labels and name not in moving for name in names], np.bool_)


def _reaches_itself(node: str, following: dict[str, list[str]]) -> bool:
    seen, fresh = {node}, [node]
    while fresh:
        for target in following.get(fresh.pop(), ()):
            if target == node:
                return True
            if target not in seen:
                seen.add(target)
                fresh.append(target)
    return False
