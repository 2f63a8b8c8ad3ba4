"""Process trees as PTML, the format of ProM's process tree package, which pm4py reads as well.

A tree is a flat list of nodes and a list of who is whose parent. ProM's loops have three children,
the third is what follows the last round; ours follow with nothing, so a silent one is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.tree import Operator, ProcessTree
from casemine.write.modelxml import child, document

if TYPE_CHECKING:
    from collections.abc import Iterator

TAGS = {
    Operator.SEQUENCE: "sequence",
    Operator.CHOICE: "xor",
    Operator.PARALLEL: "and",
    Operator.LOOP: "xorLoop",
    Operator.INTERLEAVING: "interleaved",
    Operator.OR: "or",
}


def to_ptml(tree: ProcessTree) -> str:
    """Write a tree; ids are numbers in the order of the tree's text.

    Examples
    --------
    >>> print(to_ptml(ProcessTree(label="Close")))
    <?xml version="1.0" encoding="UTF-8"?>
    <ptml>
      <processTree id="tree" name="tree" root="node1">
        <manualTask id="node1" name="Close"/>
      </processTree>
    </ptml>
    <BLANKLINE>
    """
    from lxml import etree

    root = etree.Element("ptml")
    body = child(root, "processTree", attributes={"id": "tree", "name": "tree", "root": "node1"})
    parents: list[tuple[int, int]] = []
    for number, (node, parent) in enumerate(_walk(tree), start=1):
        if node.operator is not None:
            tag, name = TAGS[node.operator], ""
        elif node.label is not None:
            tag, name = "manualTask", node.label
        else:
            tag, name = "automaticTask", ""
        child(body, tag, attributes={"id": f"node{number}", "name": name})
        if parent:
            parents.append((parent, number))
    for number, (parent, node_number) in enumerate(parents, start=1):
        ends = {"sourceId": f"node{parent}", "targetId": f"node{node_number}"}
        child(body, "parentsNode", attributes={"id": f"edge{number}", **ends})
    return document(root)


def _walk(tree: ProcessTree) -> Iterator[tuple[ProcessTree, int]]:
    """Nodes before their children, each with the number of its parent (0 for none)."""
    waiting = [(tree, 0)]
    number = 0
    while waiting:
        node, parent = waiting.pop()
        number += 1
        yield node, parent
        children = list(node.children)
        if node.operator == Operator.LOOP and len(children) == 2:
            children.append(ProcessTree())
        waiting += [(child_node, number) for child_node in reversed(children)]
