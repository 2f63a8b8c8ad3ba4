"""The order in which a reader should meet the nodes of a net or a BPMN model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def reading_order(
    nodes: Sequence[str], edges: Iterable[tuple[str, str]], roots: Iterable[str]
) -> list[str]:
    """Order nodes so that edges lead forward, but for those that close a loop.

    The reverse of the order in which a depth-first search from the roots leaves the nodes; what no
    root reaches comes after, in the order given.

    Examples
    --------
    >>> reading_order("abcd", [("a", "b"), ("b", "c"), ("c", "b"), ("b", "d")], "a")
    ['a', 'b', 'd', 'c']
    """
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        after[source].append(target)
    seen: set[str] = set()
    order: list[str] = []
    for root in (*roots, *nodes):
        if root in seen:
            continue
        seen.add(root)
        left: list[str] = []
        stack = [(root, iter(after[root]))]
        while stack:
            node, targets = stack[-1]
            fresh = next((target for target in targets if target not in seen), None)
            if fresh is None:
                left.append(node)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(after[fresh])))
        order += reversed(left)
    return order
