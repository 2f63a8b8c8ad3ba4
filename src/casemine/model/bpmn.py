"""BPMN process models: what a diagram shows, before it has coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class NodeKind(StrEnum):
    """The BPMN 2.0 elements that discovered models are made of."""

    START = "startEvent"
    END = "endEvent"
    INTERMEDIATE = "intermediateEvent"
    TASK = "task"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_BASED = "eventBasedGateway"


@dataclass(frozen=True, slots=True)
class BpmnNode:
    """One element of the flow."""

    id: str
    kind: NodeKind
    name: str = ""
    lane: str | None = None


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """An arrow from one node to another, by their ids."""

    id: str
    source: str
    target: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class BpmnModel:
    """One process: nodes and sequence flows in a stable order."""

    nodes: tuple[BpmnNode, ...]
    flows: tuple[SequenceFlow, ...]
    name: str = "process"
    frequency: Mapping[str, int] = field(default_factory=dict)  # task name to events
