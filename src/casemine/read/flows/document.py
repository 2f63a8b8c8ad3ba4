"""BPMN 2.0 files of any editor: which process is meant, its nodes and its sequence flows.

Sequence flows are believed where they say which nodes they join; the lists of incoming and outgoing
flows at the nodes only help where a flow doesn't say. What has no part in the order of steps (data,
annotations, message flows, black-box pools, pictures, extensions of editors) is counted in one
remark. Any other element that is not known is refused with its id and line.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from casemine.errors import InputError, show
from casemine.model.words import counted
from casemine.read.flows.events import event_facts
from casemine.read.flows.pools import NODES, choose, clean, has_step, nodes_of, ours
from casemine.read.flows.structure import (
    EVENTS,
    SUB_PROCESSES,
    TASKS,
    THROWING,
    Document,
    Flow,
    Loop,
    Node,
    Scope,
)
from casemine.read.models.modelxml import children, first, required, spot, tag, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TRUE = {"true", "1"}
# of a process or node, without a part in the order of steps and without a picture of its own
_ASIDE = frozenset(
    {
        *("documentation", "extensionElements", "incoming", "outgoing", "laneSet", "category"),
        *("ioSpecification", "ioBinding", "property", "dataInput", "dataOutput", "inputSet"),
        *("outputSet", "dataInputAssociation", "dataOutputAssociation", "auditing", "monitoring"),
        *("script", "performer", "humanPerformer", "potentialOwner", "resourceRole", "rendering"),
        *("supportedInterfaceRef", "correlationSubscription", "supports", "eventDefinitionRef"),
        *("standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "artifact"),
        *("completionCondition", "activationCondition", "condition", "messageEventDefinition"),
        *("timerEventDefinition", "signalEventDefinition", "conditionalEventDefinition"),
        *("errorEventDefinition", "escalationEventDefinition", "cancelEventDefinition"),
        *("compensateEventDefinition", "linkEventDefinition", "terminateEventDefinition"),
        *("categoryValueRef", "definitionalCollaborationRef", "partitionElement", "businessRule"),
    }
)
_WITHOUT_FLOW = {  # drawn, but without a part in the order of steps
    "dataObject": "data object",
    "dataObjectReference": "data object",
    "dataStoreReference": "data store",
    "dataStore": "data store",
    "textAnnotation": "annotation",
    "association": "association",
    "group": "group",
}


def read_document(root: Element, file: str, process: str | None) -> Document:
    """Read the one process that is meant.

    Parameters
    ----------
    process : str, optional
        Id or name of a process or of its pool, where several have steps.

    Raises
    ------
    InputError
        No process with steps, several without a choice, ids used twice, flows that lead nowhere
        or across borders, elements that are not supported; each with its line.
    """
    chosen, remarks = choose(root, file, process)
    reader = _Reader(root, chosen, file)
    scope = reader.scope(chosen, reader.pool_name(chosen))
    return Document(scope, file, (*remarks, *reader.remarks()))


class _Reader:
    """Nodes and flows of one process; ids are looked up in the whole file."""

    def __init__(self, root: Element, process: Element, file: str) -> None:
        self.root = root
        self.file = file
        self.aside: Counter[str] = Counter()
        self.unnamed: list[str] = []
        self.noted: list[str] = []
        self.respaced = 0
        self.lanes: dict[str, str] = {}
        self.scope_of: dict[str, Element] = {}  # node id to the process or sub-process it is in
        self.elements: dict[str, Element] = {}
        self.flows: dict[Element, list[Flow]] = {}
        self.global_events = {
            child.get("id", ""): child for child in root if tag(child).endswith("EventDefinition")
        }
        self.compensates = any(
            tag(event) == "compensateEventDefinition" and tag(event.getparent()) in THROWING
            for event in process.iter("{*}compensateEventDefinition")
        ) or any(True for _ in process.iter("{*}cancelEventDefinition"))
        self._survey(process)
        self._join(process)
        for collaboration in children(root, "collaboration"):
            self.aside["message flow"] += sum(1 for _ in children(collaboration, "messageFlow"))
            pools = sum(1 for _ in children(collaboration, "participant"))
            self.aside["other pool"] += max(0, pools - 1)

    def pool_name(self, process: Element) -> str:
        """Name a process by itself or by its pool."""
        id_ = process.get("id", "")
        for collaboration in children(self.root, "collaboration"):
            for pool in children(collaboration, "participant"):
                if id_ and pool.get("processRef", "").rpartition(":")[2] == id_:
                    return clean(process.get("name")) or clean(pool.get("name")) or id_
        return clean(process.get("name")) or id_ or "process"

    def remarks(self) -> list[str]:
        """Say what was left aside or read in one of several possible ways."""
        found = list(self.noted)
        if self.unnamed:
            found.append(
                f"{counted(len(self.unnamed), 'step')} without a name "
                f"{'is' if len(self.unnamed) == 1 else 'are'} called by "
                f"{'its id' if len(self.unnamed) == 1 else 'their ids'}: "
                + ", ".join(show(id_) for id_ in self.unnamed[:5])
                + (", …" if len(self.unnamed) > 5 else "")
            )
        if self.respaced:
            found.append(
                f"line breaks and runs of blanks in {counted(self.respaced, 'name')} "
                "were made one blank"
            )
        aside = [counted(number, word) for word, number in sorted(self.aside.items()) if number]
        if aside:
            found.append("without a part in the order of steps: " + ", ".join(aside))
        return found

    def scope(self, element: Element, name: str, lane: str | None = None) -> Scope:
        """Read a process or the content of a sub-process."""
        flows = tuple(self.flows.get(element, ()))
        nodes = [self._node(child, lane) for child in nodes_of(element)]
        nodes = self._without_compensation(nodes, flows)
        return Scope(
            element.get("id", "process"),
            name,
            element.sourceline,
            tuple(nodes),
            (*flows, *self._jumps(nodes)),
            ad_hoc=tag(element) == "adHocSubProcess",
        )

    def _jumps(self, nodes: list[Node]) -> list[Flow]:
        """Join link events of one name."""
        links = [node for node in nodes if node.trigger == "link"]
        catching = [node for node in links if node.kind == "intermediateCatchEvent"]
        jumps = []
        for node in links:
            if node.kind != "intermediateThrowEvent":
                continue
            others = [one for one in catching if one.reference == node.reference]
            if len(others) != 1:
                raise self.refusal(
                    self.elements[node.id],
                    f"{len(others) or 'no'} link events catch {show(node.reference or '')}",
                )
            jumps.append(Flow(f"link:{node.id}", node.id, others[0].id, node.line, drawn=False))
        for node in catching:
            if not any(jump.target == node.id for jump in jumps):
                raise self.refusal(
                    self.elements[node.id], f"no link event leads to {show(node.reference or '')}"
                )
        return jumps

    def _without_compensation(self, nodes: list[Node], flows: tuple[Flow, ...]) -> list[Node]:
        """Leave out steps that undo others, where nothing in the file calls for them."""
        events = {n.id for n in nodes if n.host is not None and n.trigger == "compensate"}
        undoing = {n.id for n in nodes if n.undoes}
        for association in self.root.iter("{*}association"):
            if association.get("sourceRef") in events:
                undoing.add(association.get("targetRef", ""))
        if not events | undoing or self.compensates:
            return nodes
        left = events | (undoing - {flow.target for flow in flows})
        for flow in flows:
            if flow.source in left:
                raise self.refusal(
                    self.elements[flow.source], "a sequence flow leads away from compensation"
                )
        steps = [node.label for node in nodes if node.id in left and node.id not in events]
        self.noted.append(
            "nothing calls for compensation, so these steps have no part in the flow: "
            + (", ".join(show(label) for label in steps) or "(none)")
        )
        return [node for node in nodes if node.id not in left]

    def _survey(self, parent: Element) -> None:
        """Note the nodes, lanes and everything else of a process or sub-process."""
        self._note_lanes(parent)
        for child in ours(parent):
            kind = tag(child)
            if kind in NODES:
                id_ = self._unique(child)
                self.scope_of[id_] = parent
                if kind in SUB_PROCESSES:
                    self._survey(child)
                else:
                    self._refuse_strange(child)
            elif kind in _WITHOUT_FLOW:
                self.aside[_WITHOUT_FLOW[kind]] += 1
            elif kind not in _ASIDE and kind != "sequenceFlow":
                raise self.refusal(child, f"<{kind}> is not supported")

    def _refuse_strange(self, node: Element) -> None:
        for child in ours(node):
            if tag(child) not in _ASIDE and tag(child) not in _WITHOUT_FLOW:
                raise self.refusal(node, f"<{tag(child)}> in it is not supported")

    def _unique(self, element: Element) -> str:
        id_ = required(element, "id", self.file)
        if id_ in self.elements:
            raise InputError(
                f"the id {show(id_)} is used twice, first in line {self.elements[id_].sourceline}",
                where=spot(element, self.file),
                mend="give each element an id of its own",
                code="flow-duplicate-id",
            )
        self.elements[id_] = element
        return id_

    def refusal(self, element: Element, why: str) -> InputError:
        """Refuse an element that can't be read, by id, name and line."""
        name = clean(element.get("name"))
        called = f" ({show(name)})" if name else ""
        return InputError(
            f"<{tag(element)}> {show(element.get('id', ''))}{called} can't be read: {why}",
            where=spot(element, self.file),
            mend="draw it otherwise in a BPMN editor; docs/flow-files.md lists what is read",
            code="flow-element",
        )

    def _note_lanes(self, parent: Element) -> None:
        waiting = list(children(parent, "laneSet"))
        while waiting:
            for lane in children(waiting.pop(0), "lane"):
                name = clean(lane.get("name")) or lane.get("id", "")
                for entry in children(lane, "flowNodeRef"):
                    said = text(entry).strip()
                    self.lanes[said] = self.lanes[said.rpartition(":")[2]] = name
                waiting += children(lane, "childLaneSet")

    def _join(self, process: Element) -> None:
        """Find the ends of every sequence flow of the process, wherever it is written."""
        ends = self._ends_at_nodes()
        for number, element in enumerate(process.iter("{*}sequenceFlow"), start=1):
            id_ = f"flow{number}" if element.get("id") is None else self._unique(element)
            joined = []
            for side, listed in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
                said = element.get(side) or ends.get((listed, id_))
                if said is not None and said not in self.scope_of:
                    said = said.rpartition(":")[2]
                if said is None or said not in self.scope_of:
                    raise self._dangling(element, id_, side, said)
                joined.append(said)
            source, target = joined
            scope = self.scope_of[source]
            if scope is not self.scope_of[target]:
                raise InputError(
                    f"the sequence flow {show(id_)} from {show(source)} to {show(target)} crosses "
                    "the border of a sub-process",
                    where=spot(element, self.file),
                    mend="lead the flow to the sub-process itself, or use a boundary event",
                    code="flow-border",
                )
            self._refuse_end(element, id_, source, target)
            condition = first(element, "conditionExpression") is not None
            self.flows.setdefault(scope, []).append(
                Flow(
                    id_,
                    source,
                    target,
                    element.sourceline,
                    clean(element.get("name")),
                    conditional=condition,
                )
            )

    def _refuse_end(self, flow: Element, id_: str, source: str, target: str) -> None:
        """Refuse flows to or from what no flow can be joined to."""
        for node, side in ((source, "leave"), (target, "lead to")):
            element = self.elements[node]
            boundary = tag(element) == "boundaryEvent" and side == "lead to"
            if boundary or element.get("triggeredByEvent") in _TRUE:
                what = "a boundary event" if boundary else "an event sub-process"
                raise InputError(
                    f"the sequence flow {show(id_)} can't {side} {what} ({show(node)})",
                    where=spot(flow, self.file),
                    mend="nothing but its event begins it; delete the flow",
                    code="flow-border",
                )

    def _ends_at_nodes(self) -> dict[tuple[str, str], str]:
        ends: dict[tuple[str, str], str] = {}
        for id_ in self.scope_of:
            for entry in children(self.elements[id_], "incoming", "outgoing"):
                ends[tag(entry), text(entry).strip().rpartition(":")[2]] = id_
        return ends

    def _dangling(self, element: Element, id_: str, side: str, said: str | None) -> InputError:
        end = "starts" if side == "sourceRef" else "leads"
        if said is None:
            what = f"{end} nowhere: it has no {side}"
        elif any(other.get("id") == said for other in self.root.iter()):
            what = f"{end} {'at' if end == 'starts' else 'to'} {show(said)}, which is no node of it"
        else:
            what = f"{end} {'at' if end == 'starts' else 'to'} {show(said)}, which doesn't exist"
        return InputError(
            f"the sequence flow {show(id_)} {what}",
            where=spot(element, self.file),
            mend="join both ends of the flow to nodes of the same pool, or delete it",
            code="flow-dangling",
        )

    def _node(self, element: Element, lane: str | None) -> Node:
        id_, kind = element.get("id", ""), tag(element)
        name = clean(element.get("name"))
        if name != (element.get("name") or "").strip():
            self.respaced += 1
        lane = self.lanes.get(id_, lane)
        inner = None
        on_event = kind == "subProcess" and element.get("triggeredByEvent") in _TRUE
        if kind in SUB_PROCESSES and (has_step(element) or (on_event and nodes_of(element))):
            inner = self.scope(element, name or id_, lane)
        elif on_event:
            raise self.refusal(element, "it is an event sub-process without content")
        elif kind in SUB_PROCESSES and nodes_of(element):
            self.noted.append(f"{show(name or id_)} has no steps inside, so it is a step itself")
        for quantity in ("startQuantity", "completionQuantity"):
            if element.get(quantity, "1").strip() != "1":
                raise self.refusal(element, f"its {quantity} is not 1")
        if (kind in TASKS or (kind in SUB_PROCESSES and inner is None)) and not name:
            self.unnamed.append(id_)
        facts = event_facts(element, self.global_events) if kind in EVENTS else None
        host = element.get("attachedToRef")
        if kind == "boundaryEvent":
            host = self._host(element, host)
        return Node(
            id=id_,
            kind=kind,
            name=name,
            line=element.sourceline,
            lane=lane if host is None else self.lanes.get(id_, self.lanes.get(host, lane)),
            trigger=facts.trigger if facts else "none",
            reference=facts.reference if facts else None,
            host=host,
            interrupting=element.get("cancelActivity", element.get("isInterrupting", "true"))
            not in {"false", "0"},
            default=element.get("default"),
            loop=self._loop(element),
            begins=element.get("instantiate") in _TRUE,
            waits_for_all=element.get("eventGatewayType") == "Parallel",
            inner=inner,
            undoes=element.get("isForCompensation") in _TRUE,
            on_event=on_event,
        )

    def _host(self, element: Element, host: str | None) -> str:
        if host is not None and host not in self.scope_of:
            host = host.rpartition(":")[2]
        if host is None or host not in self.scope_of:
            raise self.refusal(
                element,
                f"it is attached to {show(host)}, which is no node" if host else "it has no host",
            )
        if tag(self.elements[host]) not in TASKS | SUB_PROCESSES:
            raise self.refusal(element, f"it is attached to {show(host)}, which is no activity")
        if self.scope_of[host] is not element.getparent():
            raise self.refusal(element, f"it stands in another scope than its host {show(host)}")
        return host

    def _loop(self, element: Element) -> Loop | None:
        standard = first(element, "standardLoopCharacteristics")
        if standard is not None:
            before = standard.get("testBefore") in _TRUE
            return Loop(0 if before else 1, _limit(standard.get("loopMaximum")), "loop")
        several = first(element, "multiInstanceLoopCharacteristics")
        if several is None:
            return None
        cardinality = first(several, "loopCardinality")
        number = _limit(text(cardinality)) if cardinality is not None else None
        stops = first(several, "completionCondition") is not None
        return Loop(
            least=1 if number is None or stops else number,
            most=number,
            words="multi-instance",
            parallel=several.get("isSequential") not in _TRUE,
        )


def _limit(said: str | None) -> int | None:
    """Read a plain number of repetitions; a formula is no limit that could be known here."""
    digits = (said or "").strip().strip("${}= ")
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < int(digits) <= 50 else None
