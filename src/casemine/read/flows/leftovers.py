"""Nodes that no sequence flow joins to anything: left aside, part of the flow, or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.flows.graph import ScopeGraph

if TYPE_CHECKING:
    from casemine.read.flows.structure import Document, Node, Scope


def without_leftovers(document: Document, *, events_are_steps: bool) -> Document:
    """Leave aside events and gateways that are joined to nothing, as they change no order of steps.

    Steps that are joined to nothing begin together in a process without start events, as the
    standard has it. Beside a start event it allows no such step.

    Raises
    ------
    InputError
        A step stands beside a start event without any flow.
    """
    remarks: list[str] = []

    def cleared(scope: Scope) -> Scope:
        nodes = tuple(
            node if node.inner is None else replace(node, inner=cleared(node.inner))
            for node in scope.nodes
        )
        scope = replace(scope, nodes=nodes)
        loose = [] if scope.ad_hoc else _loose(scope)
        steps = [node for node in loose if _shows(node, events_are_steps=events_are_steps)]
        if steps and any(node.kind == "startEvent" for node in nodes):
            raise _refusal(steps, document.file)
        aside = [node for node in loose if node not in steps]
        if not aside:
            return scope
        remarks.append(
            f"joined to nothing in {show(scope.name)}, so left aside: "
            + ", ".join(
                f"<{node.kind}> {show(node.label)}"
                + ("" if node.line is None else f" (line {node.line})")
                for node in aside
            )
        )
        return replace(scope, nodes=tuple(node for node in nodes if node not in aside))

    process = cleared(document.process)
    return replace(document, process=process, remarks=(*document.remarks, *remarks))


def _loose(scope: Scope) -> list[Node]:
    """List the nodes without any flow that stand beside others."""
    graph = ScopeGraph(scope)
    usual = [node for node in scope.nodes if not node.on_event and node.host is None]
    if len(usual) < 2 or any(node.trigger == "compensate" for node in scope.nodes):
        return []  # what is compensated has no flows, and is refused by its name elsewhere
    return [
        node
        for node in usual
        if not graph.into[node.id] and not graph.out[node.id] and not graph.boundary[node.id]
    ]


def _shows(node: Node, *, events_are_steps: bool) -> bool:
    """Whether a node can leave events, itself or by what is in it."""
    named = events_are_steps and node.kind.startswith("intermediate") and node.name
    return node.is_step or node.inner is not None or bool(named)


def _refusal(steps: list[Node], file: str) -> InputError:
    node, others = steps[0], steps[1:]
    called = f" ({show(node.name)})" if node.name else ""
    too = ", ".join(show(one.label) for one in others[:5]) + (", …" if others[5:] else "")
    return InputError(
        f"<{node.kind}> {show(node.id)}{called} can't be read: no sequence flow leads to it or "
        "away from it, and there is a start event" + (f"; the same goes for {too}" if too else ""),
        where=Place(file, node.line),
        mend="join it to the flow, or delete it if it is a leftover of the drawing",
        code="flow-loose",
    )
