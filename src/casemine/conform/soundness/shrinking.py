"""A smaller net that is sound exactly if the given one is, and its runs as runs of the given one.

The rules are those of T. Murata, "Petri nets: properties, analysis and applications", Proceedings
of the IEEE 77 (1989), 541-580, as far as they keep every situation in which a net can stop, go
round or leave something over: series and parallel places and transitions, and loops on the spot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.model.petri import Arc, PetriNet, Transition

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A smaller net, and the transitions of the given one behind it."""

    net: PetriNet
    behind: tuple[tuple[int, ...], ...]  # for each transition, a run of the given net
    before: tuple[int, ...]  # a run that leads from the given initial marking to the one here


class _Step:
    """A transition while the net shrinks."""

    def __init__(self, run: tuple[int, ...]) -> None:
        self.takes: Counter[str] = Counter()
        self.gives: Counter[str] = Counter()
        self.run = run


def shrink(net: PetriNet) -> Shrunk:
    """Shrink a net by rules that keep soundness, and the lack of it.

    Each transition of the result stands for a run of the given net, so that what is found here is
    shown there. The order of the rules is fixed: the same net gives the same result.

    Examples
    --------
    >>> arcs = (Arc("i", "a"), Arc("a", "p"), Arc("p", "b"), Arc("b", "o"))
    >>> steps = (Transition("a", "A"), Transition("b", "B"))
    >>> shrunk = shrink(PetriNet(("i", "p", "o"), steps, arcs, {"i": 1}, {"o": 1}))
    >>> shrunk.net.places, shrunk.behind, shrunk.before
    (('o',), (), (0, 1))
    """
    work = _Shrinking(net)
    while any((work.series(), work.parallel(), work.on_the_spot())):
        pass
    return work.result()


class _Shrinking:
    """A net that changes."""

    def __init__(self, net: PetriNet) -> None:
        self.net = net
        self.initial = Counter(dict(net.initial))
        self.final = Counter(dict(net.final or {}))
        self.places = dict.fromkeys(net.places)
        self.steps = [_Step((number,)) for number in range(len(net.transitions))]
        self.before: list[int] = []
        number_of = {transition.id: number for number, transition in enumerate(net.transitions)}
        for arc in net.arcs:
            if arc.target in number_of:
                self.steps[number_of[arc.target]].takes[arc.source] += arc.weight
            else:
                self.steps[number_of[arc.source]].gives[arc.target] += arc.weight

    def series(self) -> bool:
        """Take at once the only step that can follow a token and needs nothing else."""
        changed = False
        makers, takers = self._around()
        for place in list(self.places):
            if len(takers[place]) != 1:
                continue
            step = takers[place][0]
            follows = step.takes == Counter({place: 1}) and step.gives.total() > 0
            reached = makers[place] or self.initial[place]
            single = all(maker.gives[place] == 1 for maker in makers[place])
            if (
                follows
                and reached
                and single
                and self.initial[place] <= 1
                and not self.final[place]
                and not step.gives[place]
            ):
                self._pass_on(place, step, makers[place])
                for target in +step.gives:
                    others = [one for one in makers[target] if one is not step]
                    known = {id(one) for one in others}
                    fresh = [one for one in makers[place] if id(one) not in known]
                    makers[target] = others + fresh
                changed = True
        return changed

    def _pass_on(self, place: str, step: _Step, makers: list[_Step]) -> None:
        """Let whatever gives a token to a place do at once what alone can follow."""
        for maker in makers:
            del maker.gives[place]
            maker.gives += step.gives
            maker.run += step.run
        if self.initial.pop(place, 0):
            self.initial += step.gives
            self.before += step.run
        self.steps.remove(step)
        del self.places[place]

    def parallel(self) -> bool:
        """Keep one of several places, and one of several steps, with the same arcs."""
        steps: dict[object, _Step] = {}
        for step in self.steps:
            steps.setdefault((_key(step.takes), _key(step.gives)), step)
        kept = list(steps.values())
        makers, takers = {}, {}
        for place in self.places:
            makers[place] = tuple((n, s.gives[place]) for n, s in enumerate(kept) if s.gives[place])
            takers[place] = tuple((n, s.takes[place]) for n, s in enumerate(kept) if s.takes[place])
        places: dict[object, str] = {}
        for place in self.places:
            ends = (self.initial[place], self.final[place])
            places.setdefault((makers[place], takers[place], *ends), place)
        dropped = self.places.keys() - set(places.values())
        changed = bool(dropped) or len(kept) < len(self.steps)
        self.steps = kept
        for place in dropped:
            del self.places[place]
            for counts in (self.initial, self.final):
                counts.pop(place, None)
            for step in kept:
                step.takes.pop(place, None)
                step.gives.pop(place, None)
        return changed

    def on_the_spot(self) -> bool:
        """Drop steps that give back the one token they take, where something else brings it."""
        makers, _ = self._around()
        kept = []
        for step in self.steps:
            place = next(iter(step.takes), "")
            others = any(maker.takes != maker.gives for maker in makers.get(place, []))
            loop = step.takes == step.gives == Counter({place: 1})
            if not (loop and (others or self.initial[place])):
                kept.append(step)
        changed = len(kept) < len(self.steps)
        self.steps = kept
        return changed

    def result(self) -> Shrunk:
        """Write the net as it is now."""
        labels = [transition.label for transition in self.net.transitions]
        transitions, arcs = [], []
        for number, step in enumerate(self.steps):
            shown = next((labels[one] for one in step.run if labels[one] is not None), None)
            transitions.append(Transition(f"step {number}", shown))
            arcs += [Arc(place, f"step {number}", n) for place, n in _sorted(step.takes)]
            arcs += [Arc(f"step {number}", place, n) for place, n in _sorted(step.gives)]
        net = PetriNet(
            tuple(self.places),
            tuple(transitions),
            tuple(arcs),
            dict(_sorted(self.initial)),
            dict(_sorted(self.final)),
            name=self.net.name,
        )
        return Shrunk(net, tuple(step.run for step in self.steps), tuple(self.before))

    def _around(self) -> tuple[dict[str, list[_Step]], dict[str, list[_Step]]]:
        makers: dict[str, list[_Step]] = {place: [] for place in self.places}
        takers: dict[str, list[_Step]] = {place: [] for place in self.places}
        for step in self.steps:
            for place, _ in _sorted(step.gives):
                makers[place].append(step)
            for place, _ in _sorted(step.takes):
                takers[place].append(step)
        return makers, takers


def _sorted(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    return ((place, number) for place, number in sorted(counts.items()) if number)


def _key(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(_sorted(counts))
