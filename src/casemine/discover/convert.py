"""Translate models between pm4py's objects and casemine's values, and process trees into nets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.discover.canonical import canonical
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.model.tree import Operator, ProcessTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def net_from_pm4py(
    net: Any,
    initial: Mapping[Any, int],
    final: Mapping[Any, int],
    *,
    activities: Sequence[str] | None = None,
    frequency: Mapping[str, int] | None = None,
) -> PetriNet:
    """Take over a net of pm4py, with ids of our own.

    Parameters
    ----------
    net, initial, final
        pm4py's `PetriNet` and its two markings.
    activities : sequence of str, optional
        Where labels are indices written as text (see `symbol_of`): the names they stand for.
    frequency : mapping of str to int, optional
        Events per label; labels that the net lacks are left out.

    Notes
    -----
    pm4py may hold two arcs between the same nodes; its own semantics fires them as one, and so
    they become one.
    """
    ids = {id(node): f"p{i}" for i, node in enumerate(net.places)}
    ids |= {id(node): f"t{i}" for i, node in enumerate(net.transitions)}
    transitions = tuple(
        Transition(
            ids[id(t)],
            t.label if t.label is None or activities is None else activities[int(t.label)],
        )
        for t in net.transitions
    )
    weights = {(ids[id(arc.source)], ids[id(arc.target)]): arc.weight for arc in net.arcs}
    labels = {t.label for t in transitions}
    return canonical(
        PetriNet(
            places=tuple(ids[id(place)] for place in net.places),
            transitions=transitions,
            arcs=tuple(Arc(*ends, weight=weight) for ends, weight in weights.items()),
            initial={ids[id(place)]: tokens for place, tokens in initial.items()},
            final={ids[id(place)]: tokens for place, tokens in final.items()},
            frequency={name: n for name, n in (frequency or {}).items() if name in labels},
        )
    )


def tree_from_pm4py(
    tree: Any,
    *,
    activities: Sequence[str] | None = None,
    frequency: Mapping[str, int] | None = None,
) -> ProcessTree:
    """Take over a process tree of pm4py.

    Children whose order means nothing (choice, concurrency) come by falling frequency, then by
    their text, the silent one last. Parameters as in `net_from_pm4py`.
    """
    if tree.operator is None:
        label = tree.label
        return ProcessTree(
            label=label if label is None or activities is None else activities[int(label)]
        )
    operator = _operators()[tree.operator.name]
    children = [
        tree_from_pm4py(child, activities=activities, frequency=frequency)
        for child in tree.children
    ]
    if operator not in {Operator.SEQUENCE, Operator.LOOP}:
        children.sort(key=lambda child: (-_events(child, frequency or {}), str(child)))
    return ProcessTree(operator, children=tuple(children))


def tree_to_pm4py(tree: ProcessTree) -> Any:
    """Hand a process tree to pm4py."""
    from pm4py.objects.process_tree.obj import Operator as TheirOperator
    from pm4py.objects.process_tree.obj import ProcessTree as TheirTree

    if tree.operator is None:
        return TheirTree(label=tree.label)
    names = {ours: name for name, ours in _operators().items()}
    theirs = TheirTree(operator=TheirOperator[names[tree.operator]])
    for child in tree.children:
        converted = tree_to_pm4py(child)
        converted.parent = theirs
        theirs.children.append(converted)
    return theirs


def net_from_tree(tree: ProcessTree, *, frequency: Mapping[str, int] | None = None) -> PetriNet:
    """Unfold a process tree into a workflow net with the same language, as pm4py does.

    Examples
    --------
    >>> tree = ProcessTree(Operator.SEQUENCE, children=tuple(ProcessTree(label=a) for a in "AB"))
    >>> [transition.label for transition in net_from_tree(tree).transitions]
    ['A', 'B']
    """
    from pm4py.objects.conversion.process_tree.variants import to_petri_net

    return net_from_pm4py(*to_petri_net.apply(tree_to_pm4py(tree)), frequency=frequency)


def _operators() -> dict[str, Operator]:
    """pm4py's names of the operators."""
    return {
        "SEQUENCE": Operator.SEQUENCE,
        "XOR": Operator.CHOICE,
        "PARALLEL": Operator.PARALLEL,
        "LOOP": Operator.LOOP,
        "INTERLEAVING": Operator.INTERLEAVING,
        "OR": Operator.OR,
    }


def _events(tree: ProcessTree, frequency: Mapping[str, int]) -> int:
    """Events of all activities in the tree; -1 for a silent leaf, which goes last."""
    if tree.operator is None:
        return -1 if tree.label is None else frequency.get(tree.label, 0)
    return sum(max(_events(child, frequency), 0) for child in tree.children)
