"""BPMN 2.0 diagrams of one process: events, tasks, gateways, sequence flows and lanes.

Held as they are: ids, names, lanes (the innermost), the order of the file. All kinds of task, call
activities and empty sub-processes are tasks here. Left aside, because the flow is the same without
it: coordinates, documentation, extensions, data that a task reads or writes, who performs it,
conditions, and what an event waits for (message, timer, signal, condition). Everything else that
stands in the flow or in its picture is refused by name and line, so that a diagram is never shown
with something missing: sub-processes, boundary events, repeated tasks, events that end or redirect
other branches, data objects, annotations, message flows, several pools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError, show
from casemine.model.bpmn import BpmnModel, BpmnNode, NodeKind, SequenceFlow
from casemine.read.models.modelxml import children, required, spot, tag, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_KINDS = {
    "startEvent": NodeKind.START,
    "endEvent": NodeKind.END,
    "intermediateCatchEvent": NodeKind.INTERMEDIATE,
    "intermediateThrowEvent": NodeKind.INTERMEDIATE,
    "exclusiveGateway": NodeKind.EXCLUSIVE,
    "parallelGateway": NodeKind.PARALLEL,
    "inclusiveGateway": NodeKind.INCLUSIVE,
    "eventBasedGateway": NodeKind.EVENT_BASED,
} | dict.fromkeys(
    (
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
    ),
    NodeKind.TASK,
)
_SUB_PROCESSES = {"subProcess", "adHocSubProcess", "transaction"}
_ASIDE = {  # of a process or of a node
    *("documentation", "extensionElements", "incoming", "outgoing", "laneSet", "sequenceFlow"),
    *("ioSpecification", "property", "dataInput", "dataOutput", "inputSet", "outputSet"),
    *("dataInputAssociation", "dataOutputAssociation", "auditing", "monitoring", "script"),
    *("performer", "humanPerformer", "potentialOwner", "resourceRole", "supportedInterfaceRef"),
    *("correlationSubscription", "supports", "rendering", "eventDefinitionRef"),
    *("messageEventDefinition", "timerEventDefinition", "signalEventDefinition"),
    "conditionalEventDefinition",
}


def read_bpmn(root: Element, file: str) -> BpmnModel:
    """Read the one process of a document.

    Raises
    ------
    InputError
        No process with a flow, or several; ids missing, used twice or unknown; elements that the
        model can't hold (see above).
    """
    _require_one_pool(root, file)
    processes = [p for p in children(root, "process") if _has_flow(p)]
    if len(processes) != 1:
        raise InputError(
            f"there are {len(processes)} processes with a flow in the file, not one",
            where=spot(processes[1] if processes else root, file),
        )
    process = processes[0]
    lanes = _lanes(process, file)
    nodes: dict[str, BpmnNode] = {}
    for element in _flow_elements(process):
        node = _node(element, lanes, file)
        if node is not None and node.id in nodes:
            raise InputError(f"the id {show(node.id)} is used twice", where=spot(element, file))
        if node is not None:
            nodes[node.id] = node
    flows: dict[str, SequenceFlow] = {}
    for number, element in enumerate(children(process, "sequenceFlow"), start=1):
        flow_id = element.get("id") or f"flow{number}"
        source, target = (required(element, side, file) for side in ("sourceRef", "targetRef"))
        for id_ in (source, target):
            if id_ not in nodes:
                raise InputError(
                    f"the sequence flow {show(flow_id)} refers to {show(id_)}, which is no node",
                    where=spot(element, file),
                )
        if flow_id in flows or flow_id in nodes:
            raise InputError(f"the id {show(flow_id)} is used twice", where=spot(element, file))
        flows[flow_id] = SequenceFlow(flow_id, source, target, element.get("name", ""))
    name = process.get("name") or process.get("id") or "process"
    return BpmnModel(tuple(nodes.values()), tuple(flows.values()), name=name)


def _ours(parent: Element) -> Iterator[Element]:
    """Children in BPMN's namespace or none; tools put their own beside them."""
    for child in parent:
        space = str(child.tag).rpartition("}")[0]
        if not space or "BPMN" in space:
            yield child


def _flow_elements(process: Element) -> Iterator[Element]:
    """List what stands in the flow of a process or its picture, but for sequence flows."""
    return (element for element in _ours(process) if tag(element) not in _ASIDE)


def _has_flow(process: Element) -> bool:
    return next(_flow_elements(process), None) is not None


def _require_one_pool(root: Element, file: str) -> None:
    for collaboration in children(root, "collaboration"):
        pools = list(children(collaboration, "participant"))
        unheld = [*pools[1:], *(e for e in _ours(collaboration) if tag(e) not in _POOL)]
        for element in unheld:
            raise _unheld(element, file, "only one pool can be shown")


_POOL = {"participant", "documentation", "extensionElements"}


def _node(element: Element, lanes: dict[str, str], file: str) -> BpmnNode | None:
    kind = tag(element)
    held = _KINDS.get(kind)
    if kind in _SUB_PROCESSES and not _has_flow(element):
        held = NodeKind.TASK
    if held is None:
        raise _unheld(element, file, f"<{kind}> is not supported")
    if element.get("isForCompensation") == "true":
        raise _unheld(element, file, "compensation is not supported")
    for detail in _flow_elements(element):
        raise _unheld(element, file, f"<{tag(detail)}> in it is not supported")
    id_ = required(element, "id", file)
    return BpmnNode(id_, held, element.get("name", ""), lanes.get(id_))


def _lanes(process: Element, file: str) -> dict[str, str]:
    """Name the lane of each node, the innermost where lanes hold lanes."""
    lanes: dict[str, str] = {}
    waiting = list(children(process, "laneSet"))
    while waiting:
        for lane in children(waiting.pop(0), "lane"):
            name = lane.get("name") or required(lane, "id", file)
            lanes |= {text(entry).strip(): name for entry in children(lane, "flowNodeRef")}
            waiting += children(lane, "childLaneSet")
    return lanes


def _unheld(element: Element, file: str, why: str) -> InputError:
    name = element.get("name")
    called = f" ({show(name)})" if name else ""
    return InputError(
        f"<{tag(element)}> {show(element.get('id', ''))}{called} can't be shown: {why}",
        where=spot(element, file),
        mend="take it out in a BPMN editor; nothing is left out silently",
        code="bpmn-element",
    )
