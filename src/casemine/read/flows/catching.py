"""Which boundary event or event sub-process catches what is thrown inside of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.read.flows.structure import THROWING

if TYPE_CHECKING:
    from casemine.read.flows.structure import Node, Scope

_CAUGHT = {"error", "escalation", "cancel"}


@dataclass(frozen=True, slots=True)
class Catcher:
    """A boundary event on a sub-process, or an event sub-process, and what it interrupts."""

    node: Node
    scope: Scope  # whose tokens are taken where it interrupts
    interrupting: bool


def catchers(process: Scope) -> dict[str, Catcher]:
    """Find the catcher of each event that throws an error, escalation or cancellation.

    Searched from the inside out: event sub-processes of the scope first, then the boundary of its
    sub-process. A catcher without a code catches every code. What nobody catches is missing.
    """
    found: dict[str, Catcher] = {}
    _search(process, [], found)
    return found


def begins_on(event_scope: Scope) -> Node | None:
    """Find the start event of an event sub-process."""
    return next((node for node in event_scope.nodes if node.kind == "startEvent"), None)


def _search(scope: Scope, around: list[tuple[Scope, Node]], found: dict[str, Catcher]) -> None:
    """Go through a scope; `around` holds the scopes outside of it with the node it belongs to."""
    for node in scope.nodes:
        if node.inner is not None:
            _search(node.inner, [*around, (scope, node)], found)
        elif node.kind in THROWING and node.trigger in _CAUGHT:
            catcher = _catcher(node, scope, around)
            if catcher is not None:
                found[node.id] = catcher


def _catcher(thrown: Node, scope: Scope, around: list[tuple[Scope, Node]]) -> Catcher | None:
    inside: Node | None = None
    levels = list(around)
    while True:
        for node in scope.nodes:
            if node.on_event and node is not inside and node.inner is not None:
                start = begins_on(node.inner)
                if start is not None and _matches(start, thrown):
                    return Catcher(node, scope, start.interrupting)
        if not levels:
            return None
        outer, host = levels.pop()
        for node in outer.nodes:
            if node.host == host.id and _matches(node, thrown):
                return Catcher(node, scope, node.interrupting)
        scope, inside = outer, host


def _matches(catching: Node, thrown: Node) -> bool:
    return catching.trigger == thrown.trigger and (
        catching.reference is None or catching.reference == thrown.reference
    )
