"""Initial and final markings that a PNML file doesn't give, where the net leaves only one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, Place, show
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

BUDGET = 20_000  # markings that are looked at


def derive_initial(net: PetriNet, where: Place) -> tuple[PetriNet, str]:
    """Put a token on the only place that nothing leads to.

    Raises
    ------
    AmbiguousError
        There is none such place, or there are several.
    """
    targets = {arc.target for arc in net.arcs}
    sources = [place for place in net.places if place not in targets]
    if len(sources) != 1:
        raise AmbiguousError(
            "the net has no initial marking, and "
            + _count_of(sources, "place", "that nothing leads to"),
            where=where,
            mend="put a token on the place where a case begins",
            code="flow-initial-marking",
        )
    remark = f"without an initial marking: a case begins at {show(sources[0])}"
    return replace(net, initial={sources[0]: 1}), remark


def derive_final(net: PetriNet, where: Place) -> tuple[PetriNet, str]:
    """Let a case end at the only place that nothing leads away from, or where the net must stop.

    Raises
    ------
    AmbiguousError
        There is neither only one such place nor only one marking in which nothing can happen, nor
        does the net always stop with its last token at one of several such places.
    """
    sources = {arc.source for arc in net.arcs}
    joined = sources | {arc.target for arc in net.arcs}
    sinks = [place for place in net.places if place not in sources and place in joined]
    if len(sinks) == 1:
        remark = f"without a final marking: a case ends with one token at {show(sinks[0])}"
        return replace(net, final={sinks[0]: 1}), remark
    markings, complete = _reached(net)
    dead = [dict(marking) for marking, after in markings.items() if not after]
    if complete and len(dead) == 1:
        final = {place: dead[0][place] for place in net.places if place in dead[0]}
        remark = (
            "without a final marking: a case ends in the only marking in which no step can happen, "
            + (", ".join(show(place) for place in final) or "without any token")
        )
        return replace(net, final=final), remark
    if complete and dead and all(_one_token_in(marking, sinks) for marking in dead):
        net, _ = join_finals(net, dead)
        remark = "without a final marking: a case ends with one token at one of "
        return net, remark + ", ".join(show(place) for marking in dead for place in marking)
    if complete:
        what = (
            f"{counted(len(dead), 'marking')} in which no step can happen"
            if dead
            else ("some step can always happen")
        )
        what = f"it can stop in {what}" if dead else what
    else:
        what = f"it has more than {BUDGET:,} markings"
    raise AmbiguousError(
        "the net has no final marking, and "
        + _count_of(sinks, "place", "that nothing leads away from")
        + f"; {what}",
        where=where,
        mend="save the net with a final marking, or let all ways end at one place",
        code="flow-final-marking",
    )


def join_finals(net: PetriNet, finals: list[dict[str, int]]) -> tuple[PetriNet, str]:
    """Lead several final markings to one, by a silent transition from each."""
    taken = {*net.places, *(transition.id for transition in net.transitions)}
    end = _free("end", taken)
    transitions, arcs = list(net.transitions), list(net.arcs)
    for number, final in enumerate(finals, start=1):
        name = _free(f"end in final marking {number}", taken)
        transitions.append(Transition(name, None))
        arcs += (Arc(place, name, final[place]) for place in net.places if place in final)
        arcs.append(Arc(name, end))
    joined = replace(
        net,
        places=(*net.places, end),
        transitions=tuple(transitions),
        arcs=tuple(arcs),
        final={end: 1},
    )
    return joined, f"a case may end in any of the {len(finals)} final markings of the net"


def within_capacity(net: PetriNet, limits: Mapping[str, int]) -> list[str]:
    """Find the places that would get more tokens than they may hold; in doubt all with a limit."""
    if not limits:
        return []
    markings, complete = _reached(net)
    if not complete:
        return list(limits)
    most = dict.fromkeys(limits, 0)
    for marking in markings:
        for place, number in marking:
            if place in most:
                most[place] = max(most[place], number)
    return [place for place, limit in limits.items() if most[place] > limit]


def _one_token_in(marking: Mapping[str, int], sinks: list[str]) -> bool:
    return sum(marking.values()) == 1 and all(place in sinks for place in marking)


def _reached(net: PetriNet) -> tuple[dict[tuple[tuple[str, int], ...], bool], bool]:
    """Find the markings that the net can reach, and whether anything can happen in each."""
    takes: dict[str, dict[str, int]] = {t.id: {} for t in net.transitions}
    gives: dict[str, dict[str, int]] = {t.id: {} for t in net.transitions}
    for arc in net.arcs:
        if arc.target in takes:
            takes[arc.target][arc.source] = arc.weight
        else:
            gives[arc.source][arc.target] = arc.weight
    begin = tuple(sorted(net.initial.items()))
    found = {begin: False}
    waiting = [begin]
    for marking in waiting:
        content = dict(marking)
        for id_, needed in takes.items():
            if any(content.get(place, 0) < number for place, number in needed.items()):
                continue
            found[marking] = True
            after = dict(content)
            for place, number in needed.items():
                after[place] -= number
            for place, number in gives[id_].items():
                after[place] = after.get(place, 0) + number
            reached = tuple(sorted((p, n) for p, n in after.items() if n))
            if reached not in found:
                if len(found) >= BUDGET:
                    return found, False
                found[reached] = False
                waiting.append(reached)
    return found, True


def _count_of(places: list[str], noun: str, which: str) -> str:
    if not places:
        return f"there is no {noun} {which}"
    listed = ", ".join(show(place) for place in places[:5]) + (", …" if len(places) > 5 else "")
    return f"there are {len(places)} {noun}s {which} ({listed})"


def _free(name: str, taken: set[str]) -> str:
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    taken.add(free)
    return free
