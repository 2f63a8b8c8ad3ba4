"""BPMN diagrams from process trees and from Petri nets.

A process tree always becomes a diagram with paired gateways. A net becomes one only where choices
are free: BPMN decides at a gateway which way to go before anyone looks at other branches, so a net
whose choice depends on a second place has no such diagram with the same behaviour (C. Favre,
D. Fahland, H. Völzer, "The relationship between workflow graphs and free-choice workflow nets",
Information Systems 47 (2015), 197-219). Such a net is refused, not approximated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.discover.aggregates import frequencies
from casemine.discover.flowgraph import FlowGraph
from casemine.discover.miners import Miner, discover_petri, discover_tree
from casemine.errors import InputError, show
from casemine.model.bpmn import BpmnModel, NodeKind
from casemine.model.tree import Operator, ProcessTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.petri import PetriNet
    from casemine.model.variants import Variants

_GATEWAYS = {
    Operator.CHOICE: NodeKind.EXCLUSIVE,
    Operator.PARALLEL: NodeKind.PARALLEL,
    Operator.OR: NodeKind.INCLUSIVE,
}


def discover_bpmn(
    variants: Variants,
    *,
    miner: Miner = "inductive",
    noise: float = 0.0,
    dependency: float | None = None,
    limit_s: float | None = None,
) -> BpmnModel:
    """Find a BPMN diagram; options and errors as in `discover_petri`.

    Raises
    ------
    InputError
        Also when the net that a miner other than the inductive one found has no diagram with the
        same behaviour.
    """
    if miner == "inductive" and dependency is None and limit_s is None:
        tree = discover_tree(variants, noise=noise)
        return bpmn_from_tree(tree, frequency=frequencies(variants))
    return bpmn_from_net(
        discover_petri(variants, miner=miner, noise=noise, dependency=dependency, limit_s=limit_s)
    )


def bpmn_from_tree(tree: ProcessTree, *, frequency: Mapping[str, int] | None = None) -> BpmnModel:
    """Draw a process tree as blocks between pairs of gateways.

    Raises
    ------
    InputError
        An interleaving: BPMN has no gateway for "one after the other, in any order".

    Examples
    --------
    >>> leaves = tuple(ProcessTree(label=name) for name in "AB")
    >>> model = bpmn_from_tree(ProcessTree(Operator.CHOICE, children=leaves))
    >>> [node.id for node in model.nodes]
    ['start', 'choice1', 'task1', 'task2', 'choice2', 'end']
    """
    graph = FlowGraph()
    graph.connect(_block(graph, tree, graph.start), graph.end)
    return graph.model(frequency)


def _block(graph: FlowGraph, tree: ProcessTree, entry: int) -> int:
    """Draw a subtree behind a node and return the node that it ends with."""
    if tree.operator is None:
        if tree.label is None:
            return entry
        task = graph.add(NodeKind.TASK, tree.label)
        graph.connect(entry, task)
        return task
    if tree.operator == Operator.SEQUENCE:
        for child in tree.children:
            entry = _block(graph, child, entry)
        return entry
    if tree.operator == Operator.LOOP:
        body, *redo = tree.children
        join = graph.add(NodeKind.EXCLUSIVE)
        graph.connect(entry, join)
        split = graph.add(NodeKind.EXCLUSIVE)
        graph.connect(_block(graph, body, join), split)
        for child in redo:
            graph.connect(_block(graph, child, split), join)
        return split
    if tree.operator not in _GATEWAYS:
        raise InputError("BPMN has no element for the interleaving of a process tree")
    split, join = graph.add(_GATEWAYS[tree.operator]), graph.add(_GATEWAYS[tree.operator])
    graph.connect(entry, split)
    silent = [child for child in tree.children if child == ProcessTree()]
    for child in [child for child in tree.children if child != ProcessTree()] + silent[:1]:
        graph.connect(_block(graph, child, split), join)
    return join


def bpmn_from_net(net: PetriNet) -> BpmnModel:
    """Draw a net: transitions are tasks, places are the ways between them.

    Gateways appear where a place or a transition has several ways in or out; silent transitions
    leave nothing else behind. Without a final marking, places without a way out are the end.

    Raises
    ------
    InputError
        A choice that isn't free, a transition without places before or after it, more than one
        token in a place, a weighted arc, or a part that the start doesn't reach or that doesn't
        reach the end.
    """
    before: dict[str, list[str]] = {node: [] for node in _nodes(net)}
    after: dict[str, list[str]] = {node: [] for node in _nodes(net)}
    for arc in net.arcs:
        after[arc.source].append(arc.target)
        before[arc.target].append(arc.source)
    ends = [place for place in net.places if not after[place]]
    final = ends if net.final is None else [p for p in net.places if p in net.final]
    _require_drawable(net, before, after, final)

    graph = FlowGraph()
    entry: dict[str, int] = {}  # what a way into a place leads to
    leave: dict[str, int] = {}  # what a way out of a place comes from
    for place in net.places:
        ways = len(before[place]) + (place in net.initial)
        entry[place] = leave[place] = graph.add(NodeKind.EXCLUSIVE if ways > 1 else None)
    for together in dict.fromkeys(tuple(before[t.id]) for t in net.transitions):
        met = leave[together[0]]
        if len(together) > 1:
            met = graph.add(NodeKind.PARALLEL)
            for place in together:
                graph.connect(leave[place], met)
        if len(after[together[0]]) + (together[0] in final) > 1:
            split = graph.add(NodeKind.EXCLUSIVE)
            graph.connect(met, split)
            met = split
        leave |= dict.fromkeys(together, met)
    for transition in net.transitions:
        node = graph.add(
            None if transition.label is None else NodeKind.TASK, transition.label or ""
        )
        graph.connect(leave[before[transition.id][0]], node)
        if len(after[transition.id]) > 1:
            split = graph.add(NodeKind.PARALLEL)
            graph.connect(node, split)
            node = split
        for place in after[transition.id]:
            graph.connect(node, entry[place])
    start, end = graph.start, graph.end
    if len(net.initial) > 1:
        start = graph.add(NodeKind.PARALLEL)
        graph.connect(graph.start, start)
    if len(final) > 1:
        end = graph.add(NodeKind.PARALLEL)
        graph.connect(end, graph.end)
    for place in net.initial:
        graph.connect(start, entry[place])
    for place in final:
        graph.connect(leave[place], end)
    graph.shorten()
    if (lost := graph.astray()) is not None:
        node, why = lost
        raise _refused(f"{_called(graph.names[node])} {why}")
    return graph.model(net.frequency)


def _nodes(net: PetriNet) -> list[str]:
    return [*net.places, *(transition.id for transition in net.transitions)]


def _require_drawable(
    net: PetriNet, before: dict[str, list[str]], after: dict[str, list[str]], final: list[str]
) -> None:
    """Refuse nets that BPMN can't say; the message names a transition where there is one."""
    labels = {transition.id: transition.label for transition in net.transitions}
    if not net.initial:
        raise _refused("it has no initial marking")
    if any(arc.weight != 1 for arc in net.arcs):
        raise _refused("it has arcs of a weight other than 1")
    if any(tokens != 1 for tokens in (*net.initial.values(), *(net.final or {}).values())):
        raise _refused("a place holds more than one token at the start or the end")
    for id_, label in labels.items():
        if not before[id_] or not after[id_]:
            side = "before" if not before[id_] else "after"
            raise _refused(f"{_called(label)} has no place {side} it")
    for place in net.places:
        if not before[place] and place not in net.initial and after[place]:
            raise _refused(f"{_called(labels[after[place][0]])} waits for a token that never comes")
        if not after[place] and place not in final and before[place]:
            raise _refused(f"{_called(labels[before[place][0]])} leaves a token behind for ever")
    for id_ in labels:
        for place in before[id_]:
            rivals = after[place]
            free = all(before[rival] == before[id_] for rival in rivals)
            alike = all(after[other] == rivals for other in before[id_])
            if not (free and alike) or (place in final and len(before[id_]) > 1):
                names = " and ".join(dict.fromkeys(_called(labels[rival]) for rival in rivals))
                raise _refused(f"the choice at {names} depends on what happened elsewhere")


def _called(label: str | None) -> str:
    return show(label) if label else "a silent step"


def _refused(why: str) -> InputError:
    return InputError(
        f"no BPMN diagram behaves like this net: {why}",
        mend="choose --miner inductive, or show the net with --as petri",
    )
