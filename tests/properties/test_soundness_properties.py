"""Soundness by its definition on small nets, on nets built of blocks, and as woflan decides it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.conform.soundness.blame import Blame
from casemine.conform.soundness.deciding import _ends, _faults, _smaller, check_soundness
from casemine.model.soundness import FaultKind, Verdict
from petri_nets import net_of

PLACES = ["i", "p", "q", "r", "o"]
LIMIT = 150


def sides():
    return st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from([1, 1, 1, 2])), min_size=1, max_size=2
    )


@st.composite
def small_nets(draw):
    lines = []
    for number in range(draw(st.integers(1, 5))):
        takes, gives = draw(sides()), draw(sides())
        name = draw(st.sampled_from([f"A{number}", f"s{number}"]))
        lines.append(f"{name}: {written(takes)} > {written(gives)}")
    return net_of("; ".join(lines))


def written(side):
    return " ".join(f"{weight}*{place}" for place, weight in side)


class Firing:
    """The firing rule in plain Python."""

    def __init__(self, net):
        self.net = net
        self.takes = {step.id: Counter() for step in net.transitions}
        self.gives = {step.id: Counter() for step in net.transitions}
        for arc in net.arcs:
            if arc.target in self.takes:
                self.takes[arc.target][arc.source] += arc.weight
            else:
                self.gives[arc.source][arc.target] += arc.weight
        self.start = frozenset(Counter(net.initial).items())
        self.end = frozenset(Counter(net.final).items())

    def after(self, marking):
        tokens = Counter(dict(marking))
        for step in self.net.transitions:
            if all(tokens[place] >= n for place, n in self.takes[step.id].items()):
                left = Counter(tokens)
                left.subtract(self.takes[step.id])
                left.update(self.gives[step.id])
                yield step, frozenset((place, n) for place, n in left.items() if n)

    def reachable(self, start):
        """All markings from here, None where there are very many."""
        found, fresh = {start}, [start]
        while fresh:
            for _, marking in self.after(fresh.pop()):
                if marking not in found:
                    if len(found) == LIMIT:
                        return None
                    found.add(marking)
                    fresh.append(marking)
        return found

    def after_trace(self, trace):
        """All markings in which a run with these visible steps can be."""
        here = {self.start}
        for label in [*trace, None]:
            fresh = list(here)
            while fresh:
                for step, marking in self.after(fresh.pop()):
                    if step.label is None and marking not in here and len(here) < LIMIT:
                        here.add(marking)
                        fresh.append(marking)
            if label is not None:
                here = {
                    marking
                    for before in here
                    for step, marking in self.after(before)
                    if step.label == label
                }
        return here


def covers(marking, other):
    held = Counter(dict(marking))
    return marking != other and all(held[place] >= n for place, n in other)


@settings(max_examples=150, deadline=None)
@given(small_nets())
def test_the_verdict_is_that_of_the_definition(net):
    rule = Firing(net)
    reachable = rule.reachable(rule.start)
    found = check_soundness(net, budget=2000)
    kinds = {fault.kind for fault in found.faults}

    if reachable is None:
        assert not found.sound
        return
    fired = {step.id for marking in reachable for step, _ in rule.after(marking)}
    completes = all(rule.end in rule.reachable(marking) for marking in reachable)
    properly = not any(covers(marking, rule.end) for marking in reachable)
    alive = len(fired) == len(net.transitions)
    stuck = [
        marking
        for marking in reachable
        if all(reached == marking for _, reached in rule.after(marking))
        and marking != rule.end
        and not covers(marking, rule.end)
    ]
    assert found.explored
    assert found.markings == len(reachable)
    assert found.sound == (completes and properly and alive)
    assert found.can_end == (rule.end in reachable)
    assert (FaultKind.LEFT_OVER in kinds) == (not properly)
    assert (FaultKind.DEAD in kinds) == (not alive)
    assert (FaultKind.DEADLOCK in kinds) == bool(stuck)
    assert FaultKind.UNBOUNDED not in kinds
    assert found.bound == max((n for marking in reachable for _, n in marking), default=0)


@settings(max_examples=80, deadline=None)
@given(small_nets())
def test_every_trace_leads_to_what_it_is_said_to_show(net):
    rule = Firing(net)
    for fault in check_soundness(net, budget=2000).faults:
        here = rule.after_trace(fault.trace)
        assert here
        if fault.kind is FaultKind.DEADLOCK:
            assert any(all(reached == one for _, reached in rule.after(one)) for one in here)
        if fault.kind is FaultKind.LEFT_OVER:
            assert any(covers(marking, rule.end) for marking in here)
        if fault.kind is FaultKind.UNBOUNDED:
            again = rule.after_trace(fault.trace + fault.again)
            assert any(covers(more, less) for less in here for more in again)


@settings(max_examples=150, deadline=None)
@given(small_nets())
def test_a_shrunk_net_has_the_same_verdict_and_its_runs_are_runs_of_the_given_one(net):
    found = check_soundness(net, budget=2000)
    space = _smaller(net, 2000)
    faults = _faults(space, Blame(None, net))
    rule = Firing(net)

    if found.explored:
        assert space.complete
        assert len(space.markings) <= found.markings
        assert bool(faults) == bool(found.faults)
        assert bool(_ends(space)) == found.can_end
    for fault in faults:
        here = rule.after_trace(fault.trace)
        assert here
        if fault.kind is FaultKind.DEADLOCK:
            assert any(all(reached == one for _, reached in rule.after(one)) for one in here)
        if fault.kind is FaultKind.LIVELOCK:
            assert any(rule.end not in (rule.reachable(one) or {rule.end}) for one in here)
        if fault.kind is FaultKind.LEFT_OVER:
            assert any(covers(marking, rule.end) for marking in here)


class Blocks:
    """Writes nets of nested blocks; every name is new."""

    def __init__(self):
        self.lines, self.number = [], 0

    def new(self, letter):
        self.number += 1
        return f"{letter}{self.number}"

    def add(self, block, source, target, join="and"):
        kind, *parts = block
        if kind == "step":
            self.lines.append(f"{self.new('A')}: {source} > {target}")
        elif kind == "seq":
            middle = self.new("p")
            self.add(parts[0], source, middle, join)
            self.add(parts[1], middle, target, join)
        elif kind == "xor":
            self.add(parts[0], source, target, join)
            self.add(parts[1], source, target, join)
        elif kind == "loop":
            inside, after = self.new("p"), self.new("p")
            self.lines.append(f"{self.new('t')}: {source} > {inside}")
            self.add(parts[0], inside, after, join)
            self.add(parts[1], after, inside, join)
            self.lines.append(f"{self.new('t')}: {after} > {target}")
        else:
            ways = [(self.new("p"), self.new("p")) for _ in parts]
            self.lines.append(f"{self.new('t')}: {source} > {' '.join(a for a, _ in ways)}")
            for part, (first, last) in zip(parts, ways, strict=True):
                self.add(part, first, last, join)
            if join == "and":
                self.lines.append(f"{self.new('t')}: {' '.join(b for _, b in ways)} > {target}")
            else:
                for _, last in ways:
                    self.lines.append(f"{self.new('t')}: {last} > {target}")

    def net(self, block, join="and"):
        self.add(block, "i", "o", join)
        return net_of("; ".join(self.lines))


def has_and(block):
    return block[0] == "and" or any(has_and(part) for part in block[1:])


blocks = st.recursive(
    st.just(("step",)),
    lambda inner: st.tuples(st.sampled_from(["seq", "xor", "loop", "and"]), inner, inner),
    max_leaves=7,
)


@settings(max_examples=60, deadline=None)
@given(blocks)
def test_nets_of_nested_blocks_are_sound_and_safe(block):
    found = check_soundness(Blocks().net(block))

    assert (found.verdict, found.safe) == (Verdict.SOUND, True)


@settings(max_examples=40, deadline=None)
@given(blocks)
def test_nets_of_nested_blocks_shrink_to_next_to_nothing(block):
    assert len(_smaller(Blocks().net(block), 1000).markings) <= 3


@settings(max_examples=40, deadline=None)
@given(blocks.filter(has_and))
def test_parallel_ways_that_meet_in_an_exclusive_join_are_never_sound(block):
    assert not check_soundness(Blocks().net(block, join="xor")).sound


WORKFLOW_NETS = [
    "A: i > p; B: p > o",
    "A: i > p q; B: p > r; C: q > s; D: r s > o",
    "A: i > p q; B: p > o; C: q > o",
    "A: i > p; B: p > q; C: p > r; D: q r > o",
    "A: i > p; B: p > q; C: q > p; D: q > o",
    "A: i > p q; B: p > r; C: r > p; D: r q > o",
    "A: i > p; B: p > p q; C: p q > o",
    "A: i > p q; B: p q > r; C: r > o; D: r > p q",
    "A: i > p; B: p > q; C: q > r; D: r > q; E: p r > o",
    "a: i > p; B: p > q r; C: q > s; D: r > u; e: s u > v; F: v > p; G: v > o",
    "A: i > p q; B: p > r; C: q > s; D: r > o; E: s r > o",
]


@pytest.mark.filterwarnings("ignore")  # what the oracle warns of is not ours
@pytest.mark.parametrize("lines", WORKFLOW_NETS)
def test_woflan_decides_alike(lines):
    import pm4py
    from pm4py.algo.analysis.woflan import algorithm as woflan
    from pm4py.objects.petri_net.obj import Marking

    net = net_of(lines)
    theirs = pm4py.PetriNet("net")
    places = {name: pm4py.PetriNet.Place(name) for name in net.places}
    steps = {step.id: pm4py.PetriNet.Transition(step.id, step.label) for step in net.transitions}
    theirs.places.update(places.values())
    theirs.transitions.update(steps.values())
    nodes = places | steps
    for arc in net.arcs:
        made = pm4py.PetriNet.Arc(nodes[arc.source], nodes[arc.target], arc.weight)
        theirs.arcs.add(made)
        nodes[arc.source].out_arcs.add(made)
        nodes[arc.target].in_arcs.add(made)

    quiet = {"print_diagnostics": False, "return_asap_when_not_sound": True}
    begin, end = Marking({places["i"]: 1}), Marking({places["o"]: 1})

    assert check_soundness(net).sound == woflan.apply(theirs, begin, end, parameters=quiet)
