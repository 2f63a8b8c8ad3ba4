"""A BPMN process as one flat diagram: sub-processes opened, boundary events hung on their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.read.flows.graph import floats

if TYPE_CHECKING:
    from casemine.read.flows.structure import Node, Scope

KINDS = {
    "startEvent": NodeKind.START,
    "endEvent": NodeKind.END,
    "exclusiveGateway": NodeKind.EXCLUSIVE,
    "parallelGateway": NodeKind.PARALLEL,
    "inclusiveGateway": NodeKind.INCLUSIVE,
    "complexGateway": NodeKind.INCLUSIVE,
    "eventBasedGateway": NodeKind.EVENT_BASED,
}


def flattened(process: Scope) -> BpmnModel:
    """Draw a process without sub-processes.

    A sub-process with content becomes two events, where it begins and where it ends, and what is
    between; its own plain start and end events are left out. A boundary event is an intermediate
    event that its step leads to. An event sub-process of one step is that step alone, without
    flows. Sequence flows keep their ids.
    """
    nodes: list[BpmnNode] = []
    flows: list[SequenceFlow] = []
    _scope(process, None, nodes, flows)
    return BpmnModel(tuple(nodes), tuple(flows), name=process.name)


def _scope(
    scope: Scope, host: Node | None, nodes: list[BpmnNode], flows: list[SequenceFlow]
) -> None:
    begins = {n.id for n in scope.nodes if host is not None and _plain(n, "startEvent")}
    ends = {n.id for n in scope.nodes if host is not None and _plain(n, "endEvent")}
    opened = {n.id for n in scope.nodes if n.inner is not None and not n.on_event}
    for node in scope.nodes:
        if node.id in begins | ends:
            continue
        if node.on_event and node.inner is not None:
            step = floats(node)
            if step is not None:
                nodes.append(BpmnNode(step.id, NodeKind.TASK, step.label, step.lane))
                continue
        if node.is_step:
            nodes.append(BpmnNode(node.id, NodeKind.TASK, node.label, node.lane))
        elif node.inner is None:
            kind = KINDS.get(node.kind, NodeKind.INTERMEDIATE)
            nodes.append(BpmnNode(node.id, kind, node.name, node.lane))
        else:
            nodes.append(BpmnNode(node.id, NodeKind.INTERMEDIATE, node.name, node.lane))
            _scope(node.inner, node, nodes, flows)
            nodes.append(BpmnNode(_end(node.id), NodeKind.INTERMEDIATE, "", node.lane))
        if node.host is not None:
            flows.append(SequenceFlow(f"at:{node.id}", node.host, node.id))
    for flow in scope.flows:
        source = host.id if host is not None and flow.source in begins else flow.source
        target = _end(host.id) if host is not None and flow.target in ends else flow.target
        source = _end(source) if source in opened else source
        flows.append(SequenceFlow(flow.id, source, target, flow.name))
    if host is not None:
        for node in scope.nodes:
            if node.id not in begins | ends and not node.on_event and node.host is None:
                if not any(flow.target == node.id for flow in scope.flows):
                    flows.append(SequenceFlow(f"into:{node.id}", host.id, node.id))
                if not any(flow.source == node.id for flow in scope.flows):
                    last = _end(node.id) if node.id in opened else node.id
                    flows.append(SequenceFlow(f"from:{node.id}", last, _end(host.id)))


def _plain(node: Node, kind: str) -> bool:
    return node.kind == kind and (kind == "startEvent" or node.trigger in {"none", "message"})


def _end(id_: str) -> str:
    return f"{id_}:end"
