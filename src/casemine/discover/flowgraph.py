"""A BPMN diagram under construction: numbered nodes and ordered ways between them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PREFIX = {
    NodeKind.START: "start",
    NodeKind.END: "end",
    NodeKind.TASK: "task",
    NodeKind.EXCLUSIVE: "choice",
    NodeKind.PARALLEL: "parallel",
    NodeKind.INCLUSIVE: "inclusive",
}
_PASSABLE = {None, NodeKind.EXCLUSIVE, NodeKind.PARALLEL}


class FlowGraph:
    """One start, one end, tasks and gateways; kind None marks a mere point on the way."""

    def __init__(self) -> None:
        self.kinds: list[NodeKind | None] = []
        self.names: list[str] = []
        self.before: list[list[int]] = []
        self.after: list[list[int]] = []
        self.start = self.add(NodeKind.START)
        self.end = self.add(NodeKind.END)

    def add(self, kind: NodeKind | None, name: str = "") -> int:
        """Add a node without ways."""
        self.kinds.append(kind)
        self.names.append(name)
        self.before.append([])
        self.after.append([])
        return len(self.kinds) - 1

    def connect(self, source: int, target: int) -> None:
        """Draw a way."""
        self.after[source].append(target)
        self.before[target].append(source)

    def shorten(self) -> None:
        """Take out points and gateways that nothing hangs on; the behaviour stays the same.

        A gateway with one way in and one out goes; a choice that follows directly on another
        becomes part of it; of several silent ways between two choices one is left.
        """
        changed = True
        while changed:
            changed = False
            for node, kind in enumerate(self.kinds):
                if kind == NodeKind.EXCLUSIVE:
                    changed |= self._drop_silent_repeats(node)
                if kind in _PASSABLE and len(self.before[node]) == len(self.after[node]) == 1:
                    changed |= self._bypass(node)
                if kind == NodeKind.EXCLUSIVE:
                    changed |= self._merge(node, self.before, self.after)
                    changed |= self._merge(node, self.after, self.before)

    def _drop_silent_repeats(self, node: int) -> bool:
        """From a choice straight back to itself, or twice straight to the same choice."""
        ways = self.after[node]
        kept: list[int] = []
        for target in ways:
            silent = self.kinds[target] == NodeKind.EXCLUSIVE
            if target == node or (silent and target in kept):
                self.before[target].remove(node)
            else:
                kept.append(target)
        self.after[node] = kept
        return len(kept) < len(ways)

    def _bypass(self, node: int) -> bool:
        """Connect what is before a node to what is after it."""
        (previous,), (following,) = self.before[node], self.after[node]
        if previous == node:
            return False
        self.after[previous][self.after[previous].index(node)] = following
        self.before[following][self.before[following].index(node)] = previous
        self.before[node], self.after[node] = [], []
        return True

    def _merge(self, node: int, near: list[list[int]], far: list[list[int]]) -> bool:
        """Merge a split into the split before it; with the sides swapped, a join into the next."""
        if len(near[node]) != 1 or len(far[node]) < 2:
            return False
        into = near[node][0]
        if into == node or self.kinds[into] != NodeKind.EXCLUSIVE:
            return False
        if len(near[into]) > 1 or len(far[into]) < 2:
            return False
        position = far[into].index(node)
        far[into][position : position + 1] = far[node]
        for other in far[node]:
            near[other][near[other].index(node)] = into
        near[node], far[node] = [], []
        return True

    def astray(self) -> tuple[int, str] | None:
        """Find a task or gateway that no case passes on its way from the start to the end."""
        forth = _reached(self.after, self.start)
        back = _reached(self.before, self.end)
        for node, kind in enumerate(self.kinds):
            drawn = kind == NodeKind.TASK or self.before[node] or self.after[node]
            if kind is None or not drawn:
                continue
            if node not in forth:
                return node, "is not reached from the start"
            if node not in back:
                return node, "never reaches the end"
        return None

    def model(self, frequency: Mapping[str, int] | None) -> BpmnModel:
        """Make the finished value: nodes along the flow, ids by kind and number."""
        order = _along(self.after, self.start)
        counts: Counter[str] = Counter()
        nodes: dict[int, BpmnNode] = {}
        for index in order:
            kind = self.kinds[index]
            assert kind is not None, "shorten() takes points out"
            prefix = _PREFIX[kind]
            counts[prefix] += 1
            single = kind in {NodeKind.START, NodeKind.END}
            id_ = prefix if single else f"{prefix}{counts[prefix]}"
            nodes[index] = BpmnNode(id_, kind, self.names[index])
        ways = [(source, target) for source in order for target in self.after[source]]
        flows = tuple(
            SequenceFlow(f"flow{number}", nodes[source].id, nodes[target].id)
            for number, (source, target) in enumerate(ways, start=1)
        )
        names = {node.name for node in nodes.values() if node.kind == NodeKind.TASK}
        counted = {name: n for name, n in (frequency or {}).items() if name in names}
        return BpmnModel(tuple(nodes.values()), flows, frequency=counted)


def _reached(ways: Sequence[Sequence[int]], root: int) -> set[int]:
    found = {root}
    border = [root]
    while border:
        for node in ways[border.pop()]:
            if node not in found:
                found.add(node)
                border.append(node)
    return found


def _along(after: Sequence[Sequence[int]], root: int) -> list[int]:
    """Order nodes so that each comes before those after it, loops aside; first ways first."""
    finished: list[int] = []
    seen = {root}
    path = [(root, iter(reversed(after[root])))]
    while path:
        node, rest = path[-1]
        following = next((other for other in rest if other not in seen), None)
        if following is None:
            finished.append(node)
            path.pop()
        else:
            seen.add(following)
            path.append((following, iter(reversed(after[following]))))
    return finished[::-1]
