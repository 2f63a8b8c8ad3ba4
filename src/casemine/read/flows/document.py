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
from casemine.read.flows.limits import MOST_NODES, too_many
from casemine.read.flows.loops import loop_of
from casemine.read.flows.parts import jumps, without_compensation
from casemine.read.flows.pools import (
    NODES,
    choose,
    clean,
    has_step,
    in_no_namespace,
    nodes_of,
    ours,
)
from casemine.read.flows.spelling import with_small_letters
from casemine.read.flows.structure import (
    EVENTS,
    SUB_PROCESSES,
    TASKS,
    THROWING,
    Document,
    Flow,
    Node,
    Scope,
)
from casemine.read.models.modelxml import children, first, required, spot, tag, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TRUE = {"true", "1"}
DEEPEST = 60  # levels of elements; whoever translates a scope goes down them one call at a time
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
    respelled = with_small_letters(root)
    chosen, remarks = choose(root, file, process)
    reader = _Reader(root, chosen, file)
    scope = reader.scope(chosen, reader.pool_name(chosen))
    return Document(scope, file, (*respelled, *remarks, *reader.remarks()))


class _Reader:
    """Nodes and flows of one process; ids are looked up in the whole file."""

    def __init__(self, root: Element, process: Element, file: str) -> None:
        self.root = root
        self.file = file
        self.aside: Counter[str] = Counter()
        self.unnamed: list[str] = []
        self.noted: list[str] = []
        self.stale: list[str] = []  # flows that nodes list and that don't exist
        self.unknown: dict[str, int | None] = {}  # elements that are not BPMN, and a line
        self.respaced = 0
        self.lanes: dict[str, str] = {}
        self.scope_of: dict[str, Element] = {}  # node id to the process or sub-process it is in
        self.elements: dict[str, Element] = {}
        self.flows: dict[Element, list[Flow]] = {}
        self.global_events = {
            child.get("id", ""): child for child in root if tag(child).endswith("EventDefinition")
        }
        self.calls_off = any(
            tag(event.getparent()) in THROWING
            for event in process.iter("{*}compensateEventDefinition")
        ) or any(True for _ in process.iter("{*}cancelEventDefinition"))
        self.undone_by = {  # from boundary events and steps, where drawn so, to what undoes
            (association.get("sourceRef", ""), association.get("targetRef", ""))
            for association in root.iter("{*}association")
        }
        self._survey(process)
        if len(self.elements) > MOST_NODES:
            raise too_many(len(self.elements), "nodes", spot(process, file))
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
        if self.stale:
            found.append(
                "nodes list sequence flows that are not in the file: "
                + ", ".join(self.stale[:5])
                + (", …" if len(self.stale) > 5 else "")
            )
        if self.unknown:
            found.append(
                "not known and left aside: "
                + ", ".join(f"<{kind}> (line {line})" for kind, line in self.unknown.items())
            )
        aside = [counted(number, word) for word, number in sorted(self.aside.items()) if number]
        if aside:
            found.append("without a part in the order of steps: " + ", ".join(aside))
        return found

    def scope(self, element: Element, name: str, lane: str | None = None) -> Scope:
        """Read a process or the content of a sub-process."""
        flows = tuple(self.flows.get(element, ()))
        nodes = [self._node(child, lane) for child in nodes_of(element)]
        nodes, left_out = without_compensation(nodes, flows, self.calls_off, self.undone_by)
        if left_out:
            self.noted.append(
                "nothing calls for compensation, so these have no part in the flow: "
                + ", ".join(show(node.label) for node in left_out)
            )
        return Scope(
            element.get("id", "process"),
            name,
            element.sourceline,
            tuple(nodes),
            (*flows, *jumps(nodes, self.file)),
            ad_hoc=tag(element) == "adHocSubProcess",
        )

    def _survey(self, parent: Element) -> None:
        """Note the nodes, lanes and everything else of a process or sub-process."""
        self._note_lanes(parent)
        for child in ours(parent):
            kind = tag(child)
            if kind in NODES:
                id_ = self._unique(child)
                self.scope_of[id_] = parent
                if kind in SUB_PROCESSES:
                    if sum(1 for _ in child.iterancestors()) > DEEPEST:
                        raise self.refusal(child, "sub-processes are nested too deeply")
                    self._survey(child)
                else:
                    self._refuse_strange(child)
            elif kind in _WITHOUT_FLOW:
                self.aside[_WITHOUT_FLOW[kind]] += 1
            elif kind not in _ASIDE and kind != "sequenceFlow":
                self._strange(child)

    def _refuse_strange(self, node: Element) -> None:
        for child in ours(node):
            kind = tag(child)
            telling = kind.endswith(("EventDefinition", "LoopCharacteristics"))
            if telling and kind not in _ASIDE and not in_no_namespace(child):
                raise self.refusal(node, f"<{kind}> in it is not supported")
            if kind not in _ASIDE and kind not in _WITHOUT_FLOW:
                self.unknown.setdefault(kind, child.sourceline)

    def _strange(self, element: Element) -> None:
        """Refuse what may belong to the flow, and name what is not BPMN at all."""
        kind = tag(element)
        joined = first(element, "incoming", "outgoing") is not None
        if joined or (element.get("id") is not None and not in_no_namespace(element)):
            raise self.refusal(element, f"<{kind}> is not supported")
        self.unknown.setdefault(kind, element.sourceline)

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
        written = {flow.get("id") for flow in self.root.iter("{*}sequenceFlow")}
        for id_ in self.scope_of:
            for entry in children(self.elements[id_], "incoming", "outgoing"):
                said = text(entry).strip()
                ends[tag(entry), said] = ends[tag(entry), said.rpartition(":")[2]] = id_
                if said and said not in written and said.rpartition(":")[2] not in written:
                    self.stale.append(f"{show(said)} at {show(id_)}")
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
            loop=loop_of(element),
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
