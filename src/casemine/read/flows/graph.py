"""Questions about the nodes of one scope: what comes after what, where several tokens arise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.read.flows.catching import begins_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casemine.read.flows.structure import Flow, Node, Scope

_CHOICES = {"exclusiveGateway", "eventBasedGateway"}


class ScopeGraph:
    """The nodes of a scope with their sequence flows and boundary events."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.node = {node.id: node for node in scope.nodes}
        self.into: dict[str, list[Flow]] = {node.id: [] for node in scope.nodes}
        self.out: dict[str, list[Flow]] = {node.id: [] for node in scope.nodes}
        self.boundary: dict[str, list[Node]] = {node.id: [] for node in scope.nodes}
        for flow in scope.flows:
            self.out[flow.source].append(flow)
            self.into[flow.target].append(flow)
        for node in scope.nodes:
            if node.host is not None:
                self.boundary[node.host].append(node)

    def after(self, node: str) -> list[str]:
        """List the nodes that a token can go to next, over boundary events too."""
        return [flow.target for flow in self.out[node]] + [b.id for b in self.boundary[node]]

    def reachable(self, start: Iterable[str], *, without: str | None = None) -> set[str]:
        """Find all nodes on paths from these, themselves included."""
        found = {one for one in start if one != without}
        waiting = list(found)
        while waiting:
            for node in self.after(waiting.pop()):
                if node not in found and node != without:
                    found.add(node)
                    waiting.append(node)
        return found

    def roots(self) -> list[Node]:
        """List the nodes that nothing leads to, in the order of the file."""
        return [
            node
            for node in self.scope.nodes
            if not self.into[node.id] and node.host is None and not node.on_event
        ]

    def only_after(self, boundary: Node) -> set[str] | None:
        """Find the nodes that only this boundary event leads to; None where others do too."""
        others = [node.id for node in self.roots()]
        if not others:
            others = [node.id for node in self.scope.nodes if node.host is None]
        mine = self.reachable([boundary.id])
        elsewhere = self.reachable(others, without=boundary.id)
        return None if mine & elsewhere else mine

    def bracket(self) -> tuple[set[str], set[str]] | None:
        """Find the steps that a case begins with and those that it ends with.

        None where that can't be told from the drawing: where paths part into parallel ones before
        the first step, or where a first step can come again, or a last one isn't always the last.
        """
        first = self._steps_at([n.id for n in self.roots()], self.out, self.out)
        last = self._steps_at(
            [n.id for n in self.scope.nodes if not self.out[n.id] and not n.on_event],
            self.into,
            self.into,
        )
        if not first or not last or first & last:
            return None
        for step in first:
            if first & self.reachable(self.after(step)):
                return None
        for step in last:
            if any(self.node[n].is_step for n in self.reachable(self.after(step))):
                return None
        return first, last

    def _steps_at(
        self,
        ends: list[str],
        onward: Mapping[str, list[Flow]],
        ways: Mapping[str, list[Flow]],
    ) -> set[str] | None:
        """Go from the ends inward up to the steps; None where that isn't a plain choice."""
        found: set[str] = set()
        waiting, seen = list(ends), set(ends)
        while waiting:
            id_ = waiting.pop()
            node = self.node[id_]
            if node.is_step:
                if node.loop or self.boundary[id_] or len(self.out[id_]) > 1:
                    return None
                found.add(id_)
                continue
            choice = node.kind in _CHOICES and not node.waits_for_all
            single = len(self.out[id_]) <= 1 and node.inner is None
            if not (choice or single) or node.host is not None:
                return None
            if node.kind in {"parallelGateway", "inclusiveGateway"} and len(ways[id_]) > 1:
                return None
            if not onward[id_]:
                return None
            for flow in onward[id_]:
                other = flow.target if onward is self.out else flow.source
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return found


def floats(node: Node) -> Node | None:
    """Find the one step of an event sub-process that interrupts nothing and has nothing else."""
    if not node.on_event or node.inner is None:
        return None
    start = begins_on(node.inner)
    inner = [one for one in node.inner.nodes if one.kind not in {"startEvent", "endEvent"}]
    if start is None or start.interrupting or len(inner) != 1 or not inner[0].is_step:
        return None
    kinds = [one.kind for one in node.inner.nodes]
    plain = all(one.trigger != "terminate" for one in node.inner.nodes if one.kind == "endEvent")
    straight = kinds.count("startEvent") == 1 and kinds.count("endEvent") <= 1
    return inner[0] if plain and straight else None


def may_split(scope: Scope) -> bool:
    """Tell whether more than one token can be under way in a scope."""
    graph = ScopeGraph(scope)
    starts = [node for node in graph.roots() if node.kind == "startEvent"]
    if not starts and len(graph.roots()) > 1:
        return True
    for node in scope.nodes:
        choice = node.kind in _CHOICES and not node.waits_for_all
        if len(graph.out[node.id]) > 1 and not choice:
            return True
        if node.kind == "boundaryEvent" and not node.interrupting:
            return True
        if node.on_event and floats(node) is None and node.inner is not None:
            start = begins_on(node.inner)
            if start is not None and not start.interrupting:
                return True
        if node.inner is not None and may_split(node.inner):
            return True
    return False
