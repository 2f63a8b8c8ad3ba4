"""The order in which a reader should meet the nodes of a net or a BPMN model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def reading_order(
    nodes: Sequence[str],
    edges: Iterable[tuple[str, str]],
    roots: Iterable[str],
    ends: Iterable[str] = (),
) -> list[str]:
    """Order nodes so that edges lead forward, but for those that close a loop.

    The reverse of the order in which a depth-first search from the roots leaves the nodes; what no
    root reaches comes after, in the order given. Where ends are named, the way that takes the most
    steps to the end furthest from the roots is followed first: a detour is then read before what it
    leads back to, and a step back to an earlier part is what closes the loop.

    Examples
    --------
    >>> reading_order("abcd", [("a", "b"), ("b", "c"), ("c", "b"), ("b", "d")], "a")
    ['a', 'b', 'd', 'c']
    """
    after: dict[str, list[str]] = {node: [] for node in nodes}
    before: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        after[source].append(target)
        before[target].append(source)
    starts = list(roots)
    away = _steps_from(starts, after)
    last = max(ends, key=lambda end: away.get(end, 0), default=None)
    if last is not None:
        steps = _steps_from([last], before)
        for following in after.values():
            following.sort(key=lambda target: -steps.get(target, len(before)))
    seen: set[str] = set()
    order: list[str] = []
    for root in (*starts, *nodes):
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


def _steps_from(roots: Iterable[str], after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Count the edges on the shortest way from a root to every node that can be reached."""
    steps = dict.fromkeys(roots, 0)
    waiting = list(steps)
    for node in waiting:  # grows while it is read
        for other in after[node]:
            if other not in steps:
                steps[other] = steps[node] + 1
                waiting.append(other)
    return steps
