"""A process of a BPMN file as it stands there: nodes and sequence flows, scope in scope.

Nothing is decided here about what the flow means; `casemine.read.flows.translate` does that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TASKS = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask"),
        *("sendTask", "receiveTask", "callActivity"),
    }
)
SUB_PROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
GATEWAYS = frozenset(
    {
        *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
        "complexGateway",
    }
)
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)


@dataclass(frozen=True, slots=True)
class Loop:
    """How often a step or sub-process is repeated."""

    least: int  # 0 or more
    most: int | None  # None: without a limit
    words: str  # "loop", "multi-instance"
    parallel: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A task, event, gateway or sub-process."""

    id: str
    kind: str  # as the file calls it
    name: str  # blanks made one; "" where there is none
    line: int | None
    lane: str | None = None
    trigger: str = "none"  # what an event waits for or causes: message, timer, error, ...
    reference: str | None = None  # which error, escalation or link it is
    host: str | None = None  # of a boundary event
    interrupting: bool = True
    default: str | None = None  # sequence flow that is taken when no condition holds
    loop: Loop | None = None
    begins: bool = False  # marked as beginning a process instance
    waits_for_all: bool = False  # an event-based gateway that needs each of its events
    undoes: bool = False  # marked as compensating another step
    inner: Scope | None = None  # of a sub-process that has content
    on_event: bool = False  # an event sub-process

    @property
    def is_step(self) -> bool:
        """Whether events can show it: a task, or a sub-process whose content is not drawn."""
        return self.kind in TASKS or (self.kind in SUB_PROCESSES and self.inner is None)

    @property
    def label(self) -> str:
        """The name of the step, or its id where it has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow between nodes of one scope."""

    id: str
    source: str
    target: str
    line: int | None
    name: str = ""
    conditional: bool = False
    drawn: bool = True  # False for the jump between two link events


@dataclass(frozen=True, slots=True)
class Scope:
    """A process or the content of a sub-process."""

    id: str
    name: str
    line: int | None
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    ad_hoc: bool = False

    def within(self) -> list[Node]:
        """List all nodes, those of sub-processes after the sub-process."""
        found: list[Node] = []
        for node in self.nodes:
            found.append(node)
            if node.inner is not None:
                found += node.inner.within()
        return found

    def flows_within(self) -> list[Flow]:
        """List all sequence flows, those of sub-processes last."""
        found = list(self.flows)
        for node in self.nodes:
            if node.inner is not None:
                found += node.inner.flows_within()
        return found


@dataclass(frozen=True, slots=True)
class Document:
    """The process that was chosen, and what is to be said about how it was read."""

    process: Scope
    file: str
    remarks: tuple[str, ...] = field(default_factory=tuple)
