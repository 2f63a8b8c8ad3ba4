"""Nets and traces for tests of alignments: written as text, drawn at random, replayed, solved."""

import heapq
from importlib.machinery import ExtensionFileLoader
from importlib.metadata import distributions
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
from hypothesis import strategies as st

from casemine.conform.align import compiled, portable, search
from casemine.conform.align.problem import pose
from casemine.conform.align.solution import Budget
from casemine.conform.reachability import FiringRule, explore
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.variants import Variants

COLUMNS = ("costs", "lower", "offsets", "positions", "transitions")


def net_of(text, initial="i", final="o"):
    """Read `A: i > p; -: p p > o`: transitions with the places they take from and give to.

    `-` is silent; a place named twice is an arc of weight 2.
    """
    transitions, arcs, places = [], [], set(initial.split()) | set((final or "").split())
    for index, line in enumerate(part for part in text.split(";") if part.strip()):
        label, ends = line.split(":")
        takes, gives = (side.split() for side in ends.split(">"))
        places |= {*takes, *gives}
        transitions.append(Transition(f"t{index}", None if label.strip() == "-" else label.strip()))
        arcs += [Arc(p, f"t{index}", takes.count(p)) for p in sorted(set(takes))]
        arcs += [Arc(f"t{index}", p, gives.count(p)) for p in sorted(set(gives))]
    return PetriNet(
        tuple(sorted(places)), tuple(transitions), tuple(arcs), marking_of(initial),
        None if final is None else marking_of(final),
    )  # fmt: skip


def marking_of(text):
    return {place: text.split().count(place) for place in text.split()}


def variants_of_traces(traces):
    """One variant for each trace, in this order; equal ones stay apart."""
    names = tuple(sorted({name for trace in traces for name in trace}))
    codes = [names.index(name) for trace in traces for name in trace]
    return Variants(
        names,
        np.asarray(codes, np.int32),
        np.cumsum([0, *map(len, traces)]).astype(np.int64),
        np.ones(len(traces), np.int64),
        None,
        None,
    )


def extension():
    """The compiled kernel: beside the sources, or of the casemine that is installed; or None."""
    found = compiled.kernel()
    if found is not None:
        return found
    built = [
        str(one.locate_file(path))
        for one in distributions(name="casemine")
        for path in one.files or ()
        if path.name.startswith("_kernel.")
    ]
    if not built:
        return None
    name = "casemine.conform.align._kernel"
    spec = spec_from_file_location(name, built[0], loader=ExtensionFileLoader(name, built[0]))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KERNEL = extension()


def solutions(net, traces, prefixes=None, budget=None):
    """What each engine answers: two over the automaton, two by search."""
    prefixes = None if prefixes is None else np.asarray(prefixes, np.bool_)
    problem = pose(net, variants_of_traces(traces), prefixes)
    budget = budget or Budget()
    found = {
        "numpy": portable.align_portable(problem, budget),
        "search": search.search_portable(problem, budget),
    }
    if KERNEL is not None:
        found["compiled"] = compiled.align_compiled(KERNEL, problem, budget)
        found["compiled search"] = compiled.search_compiled(KERNEL, problem, budget)
    return found


def solve(net, traces, prefixes=None):
    """Answer as the numpy engine does."""
    prefixes = None if prefixes is None else np.asarray(prefixes, np.bool_)
    return portable.align_portable(pose(net, variants_of_traces(traces), prefixes), Budget())


def replay(net, traces, found, prefixes=None):
    """Check each alignment move by move; give the costs that were counted."""
    rule, counted = FiringRule.of(net), []
    for index, trace in enumerate(traces):
        part = slice(found.offsets[index], found.offsets[index + 1])
        marking, cost, position = rule.initial.astype(int), 0, 0
        for at, transition in zip(found.positions[part], found.transitions[part], strict=True):
            if at >= 0:
                assert at == position, "the log side is the trace"
                position += 1
            if transition < 0:
                assert at >= 0
                cost += 1
                continue
            assert (marking >= rule.takes[transition]).all(), "the flow side is a run"
            marking = marking + rule.gives[transition] - rule.takes[transition]
            label = rule.labels[transition]
            if at >= 0:
                assert label == trace[at]
            else:
                cost += label is not None
        assert position == len(trace)
        if prefixes is None or not prefixes[index]:
            assert (marking == rule.final).all(), "the run ends in the final marking"
        counted.append(cost)
    return counted


def least_cost(net, trace, *, prefix=False):
    """Dijkstra in the product of trace and net: the plain definition."""
    rule = FiringRule.of(net)
    graph = explore(rule, limit=10**6)
    good = _leading_to_final(graph)
    start = (0, 0, 0)
    steps = {}
    for source, transition, target in zip(
        graph.sources.tolist(), graph.transitions.tolist(), graph.targets.tolist(), strict=True
    ):
        steps.setdefault(source, []).append((rule.labels[transition], target))
    waiting, done = [start], set()
    while waiting:
        cost, position, marking = heapq.heappop(waiting)
        if (position, marking) in done:
            continue
        done.add((position, marking))
        if position == len(trace) and (marking in good if prefix else marking == graph.final):
            return cost
        if position < len(trace):
            heapq.heappush(waiting, (cost + 1, position + 1, marking))
        for label, target in steps.get(marking, ()):
            heapq.heappush(waiting, (cost + (label is not None), position, target))
            if position < len(trace) and label == trace[position]:
                heapq.heappush(waiting, (cost, position + 1, target))
    return None


def _leading_to_final(graph):
    good, again = {graph.final}, True
    while again:
        arcs = zip(graph.sources.tolist(), graph.targets.tolist(), strict=True)
        found = {source for source, target in arcs if target in good}
        again = not found <= good
        good |= found
    return good


@st.composite
def nets(draw, *, limit=150):
    """A small net of any shape whose final marking can be reached, and which is bounded."""
    places = [f"p{i}" for i in range(draw(st.integers(1, 4)))]
    some = st.dictionaries(st.sampled_from(places), st.sampled_from([1, 1, 1, 2]), max_size=2)
    steps = draw(
        st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), some, some), max_size=7)
    )
    transitions = tuple(Transition(f"t{i}", step[0]) for i, step in enumerate(steps))
    arcs = [
        arc
        for i, (_, takes, gives) in enumerate(steps)
        for arc in (
            *(Arc(place, f"t{i}", tokens) for place, tokens in sorted(takes.items())),
            *(Arc(f"t{i}", place, tokens) for place, tokens in sorted(gives.items())),
        )
    ]
    initial = draw(st.dictionaries(st.sampled_from(places), st.integers(1, 2), min_size=1))
    net = PetriNet(tuple(places), transitions, tuple(arcs), initial, {})
    graph = explore(FiringRule.of(net), limit=limit)
    if not graph.complete:  # drop what gives more than it takes, until it is bounded
        bounded = tuple(
            i for i, (_, takes, gives) in enumerate(steps)
            if sum(gives.values()) <= sum(takes.values())
        )  # fmt: skip
        kept = {f"t{i}" for i in bounded}
        net = PetriNet(
            net.places,
            tuple(t for t in transitions if t.id in kept),
            tuple(arc for arc in arcs if arc.source in kept or arc.target in kept),
            initial,
            {},
        )
        graph = explore(FiringRule.of(net), limit=10**5)
    end = graph.markings[draw(st.integers(0, len(graph.markings) - 1))]
    final = {place: int(n) for place, n in zip(places, end, strict=True) if n}
    return PetriNet(net.places, net.transitions, net.arcs, net.initial, final)


traces = st.lists(st.lists(st.sampled_from("aabbccz"), max_size=6).map(tuple), max_size=5)
