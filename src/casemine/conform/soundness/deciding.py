"""Whether a designed flow is sound, decided on its state space, with a trace for each fault.

A flow is sound if its end can be reached from whatever can be reached (option to complete), if
nothing is left over when it is (proper completion), and if every part of it can happen (no dead
transitions): W.M.P. van der Aalst and others, "Soundness of workflow nets: classification,
decidability, and analysis", Formal Aspects of Computing 23 (2011), 333-363. The definition is
applied to markings as they are: the net needs no particular form, only a final marking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from casemine.conform.soundness.blame import Blame, listed, titled, unique
from casemine.conform.soundness.shrinking import shrink
from casemine.conform.soundness.statespace import START, explore
from casemine.errors import InputError, Place
from casemine.model.flow import DesignedFlow
from casemine.model.soundness import Fault, FaultKind, Soundness, Verdict
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from casemine.conform.soundness.statespace import Growth, StateSpace
    from casemine.model.petri import PetriNet

Item = TypeVar("Item")
BUDGET = 200_000  # markings: seconds, and some 200 MB
WHOLE = 20_000  # of them in the net as it is, before a smaller one takes its place


def check_soundness(flow: DesignedFlow | PetriNet, *, budget: int = BUDGET) -> Soundness:
    """Decide whether a flow is sound, and show each fault by a shortest run.

    Parameters
    ----------
    flow : DesignedFlow or PetriNet
        With a flow, faults name the elements of its file.
    budget : int
        Markings to look at. If the net has more than that or than `WHOLE`, and no fault was met
        on the way, a smaller net with the same verdict is looked at. If that has more than the
        budget as well, the verdict is "not decided", unless a fault was met.

    Returns
    -------
    Soundness
        One fault for each place of the flow that is to blame, with the run to it that has the
        fewest visible steps. Markings beyond growth without limit are not looked at: faults that
        show only there are not named, and nothing is called dead.

    Raises
    ------
    InputError
        The net has no final marking.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> arcs = (Arc("i", "t"), Arc("t", "p"))
    >>> net = PetriNet(("i", "p", "o"), (Transition("t", "Log"),), arcs, {"i": 1}, {"o": 1})
    >>> check_soundness(net).faults[0].sentence
    'after Log: nothing more can change, and the end is not reached: a token stays at place p'
    """
    net = flow.net if isinstance(flow, DesignedFlow) else flow
    if net.final is None:
        raise InputError(
            f"the net {net.name} has no final marking, so nothing says when a case has ended",
            mend="name one: <finalmarkings> in PNML",
            code="no-final-marking",
        )
    blame = Blame(flow if isinstance(flow, DesignedFlow) else None, net)
    space = explore(net, budget=min(budget, WHOLE))
    can_end = bool(_ends(space))
    faults = _faults(space, blame)
    if not faults and not space.complete:
        space = _smaller(net, budget)
        faults = _faults(space, blame)
    decided = Verdict.SOUND if space.complete else Verdict.UNDECIDED
    shrunk = space.shrunk is not None
    return Soundness(
        Verdict.UNSOUND if faults else decided,
        tuple(faults),
        markings=len(space.markings),
        arcs=space.arcs,
        explored=space.complete,
        bound=None if space.growing or shrunk else _bound(space),
        can_end=can_end or bool(_ends(space)),
        doubts=() if faults or shrunk else tuple(_crowded(space, blame)),
        shrunk=shrunk,
    )


def _faults(space: StateSpace, blame: Blame) -> list[Fault]:
    """Find all faults, the gravest first."""
    final = space.fields.pack(space.net.final or {})
    faults = [*_growth(space, blame), *_stops(space, blame, final)]
    if space.complete:
        faults += _no_way_out(space, blame, final)
    faults += _left_over(space, blame, final)
    if space.complete:
        faults += _dead(space, blame)
    return faults


def _smaller(net: PetriNet, budget: int) -> StateSpace:
    """Explore a smaller net with the same verdict."""
    shrunk = shrink(net)
    space = explore(shrunk.net, budget=budget)
    space.shrunk, space.given = shrunk, net
    return space


def _ends(space: StateSpace) -> list[int]:
    """List the final marking, if it was reached."""
    final = space.fields.pack(space.net.final or {})
    return [number for number, marking in enumerate(space.markings) if marking == final]


def require_sound(
    flow: DesignedFlow, *, allow_unsound: bool = False, budget: int = BUDGET
) -> Soundness:
    """Check a flow that is about to be used, and refuse it with the reason.

    Parameters
    ----------
    allow_unsound : bool
        Accept a flow with faults, or one that could not be decided, if some run of it was seen
        to reach the end (easy soundness): alignments are defined for it, though what it says
        about the process may not be what was meant.

    Raises
    ------
    InputError
        The flow is not sound. The message holds the first fault and the run that shows it.
    """
    found = check_soundness(flow, budget=budget)
    if found.sound or (allow_unsound and found.can_end):
        return found
    if not found.faults:
        raise InputError(
            f"whether {flow.name!r} is sound could not be decided within"
            f" {counted(budget, 'situation')}",
            where=Place(flow.source),
            mend="fewer steps in parallel, or --allow-unsound to use it all the same",
            code="undecided-flow",
        )
    first = found.faults[0]
    line = next((one.line for one in first.elements if one.line is not None), None)
    faults = len(found.faults)
    others = f" ({counted(faults, 'fault')} in all)" if faults > 1 else ""
    never = "; no run reaches the end" if found.explored and not found.can_end else ""
    anyway = ", --allow-unsound takes it all the same" if found.can_end else ""
    raise InputError(
        f"the flow is not sound: {first.sentence}{never}{others}",
        where=Place(flow.source, row=line),
        mend=first.remedy + "; `casemine flow check` shows all faults" + anyway,
        code="unsound-flow",
        count=faults,
    )


def _stops(space: StateSpace, blame: Blame, final: int) -> Iterator[Fault]:
    """Name deadlocks: nothing can change any more, and it is neither the end nor more than it."""
    stuck = [
        number for number in space.ends() if not space.fields.covers(space.markings[number], final)
    ]
    waiting = {number: blame.waiting(space.tokens(number)) for number in stuck}
    for first, markings in _causes(
        stuck,
        cause=lambda number: waiting[number] or space.tokens(number),
        nearness=lambda number: (space.visible_steps[number], number),
    ):
        if going := blame.going(space.tokens(first)):  # round and round, in a net that was shrunk
            yield _round(space, blame, first, going, markings)
            continue
        what, elements = blame.stop(space.tokens(first), waiting[first])
        yield Fault(FaultKind.DEADLOCK, what, space.trace(first), elements, (), markings)


def _left_over(space: StateSpace, blame: Blame, final: int) -> Iterator[Fault]:
    """Name the steps that reach the end while something else is left."""
    ending = {step for place in space.whole.final or {} for step in blame.puts[place]}
    covering = [
        number
        for number, marking in enumerate(space.markings)
        if marking != final and space.fields.covers(marking, final)
    ]

    def last(number: int) -> int:
        steps = (step for step in reversed(space.run(number)) if step in ending)
        return next(steps, START)

    for first, markings in _causes(
        covering,
        cause=lambda number: [last(number)],
        nearness=lambda number: (space.visible_steps[number], number),
    ):
        extra = space.fields.unpack(space.markings[first] - final)
        what, elements = blame.left(extra)
        yield Fault(FaultKind.LEFT_OVER, what, space.trace(first), elements, (), markings)


def _growth(space: StateSpace, blame: Blame) -> Iterator[Fault]:
    """Name what can be done again and again, each time with more tokens."""

    def places(growth: Growth) -> list[str]:
        markings = space.markings
        return list(space.fields.unpack(markings[growth.covering] - markings[growth.covered]))

    for first, markings in _causes(
        space.growing,
        cause=lambda one: [*places(one), *one.steps],
        nearness=lambda one: (len(one.steps), space.visible_steps[one.covered], one),
    ):
        steps = space.behind(first.steps)
        again = space.labels(steps)
        cause = f"{listed([repr(label) for label in again])} again and again" if again else "this"
        grown = listed([blame.place(place) for place in places(first)])
        yield Fault(
            FaultKind.UNBOUNDED,
            f"{cause} adds tokens without limit {grown}",
            space.trace(first.covered),
            unique(blame.of(step) for step in steps),
            again,
            markings,
        )


def _no_way_out(space: StateSpace, blame: Blame, final: int) -> Iterator[Fault]:
    """Name cycles that nothing leads out of, neither to the end nor to a stop."""
    lost = space.can_reach([*_ends(space), *space.ends()])
    left = [number for number, found in enumerate(lost) if not found]
    while left:
        first = min(left, key=lambda number: (space.visible_steps[number], number))
        within = space.reached_from(first)
        leading = space.can_reach(within)
        group = [number for number in left if leading[number]]
        left = [number for number in left if not leading[number]]
        if any(space.fields.covers(space.markings[number], final) for number in within):
            continue  # the end is reached with something left over, which is named as such
        steps = {step for number in within for step, _ in space.successors[number]}
        yield _round(space, blame, first, sorted(set(space.behind(sorted(steps)))), len(group))


def _round(
    space: StateSpace, blame: Blame, first: int, going: Sequence[int], markings: int
) -> Fault:
    """Say that only some steps can go on, round and round."""
    again = tuple(sorted(set(space.labels(going))))
    names = listed([repr(label) for label in again]) or "silent steps"
    return Fault(
        FaultKind.LIVELOCK,
        f"only {names} can go on, again and again, and nothing leads to the end",
        space.trace(first),
        unique(blame.of(step) for step in going),
        again,
        markings,
    )


def _dead(space: StateSpace, blame: Blame) -> Iterator[Fault]:
    """Name elements that no run reaches, and elements with a way through that none takes."""
    taken = {step for steps in space.successors for step, _ in steps}
    behind_taken = set(space.behind(taken))
    unused = [step for step in range(len(space.net.transitions)) if step not in taken]
    dead = [step for step in sorted(set(space.behind(unused))) if step not in behind_taken]
    alive = {blame.of(step) for step in behind_taken}
    names = dict.fromkeys(
        ("a way through " if blame.of(step) in alive else "") + titled(blame.of(step))
        for step in dead
    )
    if dead:
        what = f"no run reaches {listed(list(names), 'or')}"
        elements = unique(blame.of(step) for step in dead)
        yield Fault(FaultKind.DEAD, what, (), elements, (), 0)


def _crowded(space: StateSpace, blame: Blame) -> Iterator[Fault]:
    """Name where two tokens can first lie at once, so that what follows can go on twice."""
    fields = space.fields
    crowded = [
        number for number, marking in enumerate(space.markings) if marking & fields.beyond_one
    ]

    shown: list[tuple[str, ...]] = []

    def places(number: int) -> list[str]:
        return [place for place, tokens in space.tokens(number).items() if tokens > 1]

    for first, markings in _causes(
        crowded, cause=places, nearness=lambda number: (space.visible_steps[number], number)
    ):
        trace = space.trace(first)
        if any(trace[: len(before)] == before for before in shown):
            continue  # a consequence of what was named
        shown.append(trace)
        held = space.tokens(first)
        place = places(first)[0]
        what = f"{counted(held[place], 'token')} {blame.place(place)}: that part goes on twice"
        takers = [step for step, takes in enumerate(blame.takes) if place in takes]
        yield Fault(
            FaultKind.CROWDED,
            what,
            trace,
            unique(blame.of(step) for step in takers),
            (),
            markings,
        )


def _causes(
    items: Iterable[Item],
    *,
    cause: Callable[[Item], Iterable[Hashable]],
    nearness: Callable[[Item], tuple[object, ...]],
) -> list[tuple[Item, int]]:
    """Keep the nearest item of each cause, with the number of items that share a part of it."""
    kept: list[tuple[Item, int]] = []
    owner: dict[Hashable, int] = {}
    for item in sorted(items, key=nearness):
        parts = list(cause(item))
        known = next((owner[part] for part in parts if part in owner), len(kept))
        if known == len(kept):
            kept.append((item, 0))
            owner.update(dict.fromkeys(parts, known))
        kept[known] = (kept[known][0], kept[known][1] + 1)
    return kept


def _bound(space: StateSpace) -> int:
    """Find the most tokens that lie in one place, of all markings."""
    fields = space.fields
    if not any(marking & fields.beyond_one for marking in space.markings):
        return int(any(space.markings))
    return max(max(fields.unpack(marking).values(), default=0) for marking in space.markings)
