"""Process trees from PTML, the format of ProM's process tree package and of pm4py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError, show
from casemine.model.tree import Operator, ProcessTree
from casemine.read.models.modelxml import first, required, spot, tag

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OPERATORS = {
    "sequence": Operator.SEQUENCE,
    "xor": Operator.CHOICE,
    "and": Operator.PARALLEL,
    "xorLoop": Operator.LOOP,
    "interleaved": Operator.INTERLEAVING,
    "or": Operator.OR,
}
_LEAVES = {"manualTask", "automaticTask"}
DEEPEST = 300  # levels; whoever prints or compares a tree goes down them one call at a time


def read_ptml(root: Element, file: str) -> ProcessTree:
    """Read the tree of a document.

    ProM's loops have a third child, which follows the last round: where it isn't silent, the loop
    and that child become a sequence.

    Raises
    ------
    InputError
        Unknown elements, and nodes that don't make a tree.
    """
    body = first(root, "processTree")
    if body is None:
        raise InputError("there is no <processTree> in the file", where=spot(root, file))
    nodes: dict[str, Element] = {}
    children: dict[str, list[str]] = {}
    for element in body:
        if tag(element) in _OPERATORS or tag(element) in _LEAVES:
            id_ = required(element, "id", file)
            if id_ in nodes:
                raise InputError(f"the id {show(id_)} is used twice", where=spot(element, file))
            nodes[id_] = element
            children[id_] = []
        elif tag(element) != "parentsNode":
            raise InputError(
                f"<{tag(element)}> {show(element.get('id', ''))} has no place in a process tree of "
                "operators and activities",
                where=spot(element, file),
            )
    parents: dict[str, str] = {}
    for element in (element for element in body if tag(element) == "parentsNode"):
        parent, child = (required(element, side, file) for side in ("sourceId", "targetId"))
        for id_ in (parent, child):
            if id_ not in nodes:
                raise InputError(
                    f"<parentsNode> refers to {show(id_)}, which is no node",
                    where=spot(element, file),
                )
        if child in parents:
            raise InputError(f"{show(child)} has two parents", where=spot(element, file))
        parents[child] = parent
        children[parent].append(child)
    top = required(body, "root", file)
    if top not in nodes:
        raise InputError(f"the root {show(top)} is no node", where=spot(body, file))
    order = [top]
    depth = {top: 1}
    for id_ in order:
        for child in children[id_]:
            if child in depth or depth[id_] >= DEEPEST:
                why = "is its own ancestor" if child in depth else "is nested too deeply"
                raise InputError(f"{show(child)} {why}", where=spot(nodes[child], file))
            depth[child] = depth[id_] + 1
            order.append(child)
    if stray := [id_ for id_ in nodes if id_ not in depth]:
        raise InputError(
            f"{show(stray[0])} does not hang on the root",
            where=spot(nodes[stray[0]], file),
            count=len(stray),
        )
    trees: dict[str, ProcessTree] = {}
    for id_ in reversed(order):
        trees[id_] = _node(nodes[id_], tuple(trees[child] for child in children[id_]), file)
    return trees[top]


def _node(element: Element, children: tuple[ProcessTree, ...], file: str) -> ProcessTree:
    kind = tag(element)
    if kind in _LEAVES:
        if children:
            raise InputError(
                f"the activity {show(element.get('name', ''))} has children",
                where=spot(element, file),
            )
        return ProcessTree(label=required(element, "name", file) if kind == "manualTask" else None)
    operator = _OPERATORS[kind]
    if not children or (operator == Operator.LOOP and len(children) not in {2, 3}):
        raise InputError(
            f"<{kind}> {show(element.get('id', ''))} has {len(children)} children",
            where=spot(element, file),
        )
    if operator == Operator.LOOP:
        loop = ProcessTree(operator, children=children[:2])
        after = children[2:]
        if after in {(), (ProcessTree(),)}:
            return loop
        return ProcessTree(Operator.SEQUENCE, children=(loop, *after))
    return ProcessTree(operator, children=children)
