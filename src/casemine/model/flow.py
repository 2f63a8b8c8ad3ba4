"""A designed flow: a sound net, and the elements of the file that its transitions come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.bpmn import BpmnModel
    from casemine.model.diagram import Coordinates
    from casemine.model.petri import PetriNet


@dataclass(frozen=True, slots=True)
class FlowElement:
    """A step of the design that events can show; several elements may bear one name."""

    id: str  # in the file
    name: str  # the activity that its events bear
    kind: str  # as the file calls it: task, userTask, callActivity, transition, ...
    lane: str | None = None
    line: int | None = None  # of the file, counted from 1


@dataclass(frozen=True, slots=True)
class DesignedFlow:
    """What a flow file says, ready to be checked and aligned.

    `net` has a final marking. Its visible transitions bear activities as labels; everything that
    leaves no event is silent. `element_of` leads from the id of each visible transition to its
    element; an element that can be reached in several ways has several transitions.
    """

    name: str  # of the process
    source: str  # the file as it was named, with forward slashes; findings are anchored there
    net: PetriNet
    elements: tuple[FlowElement, ...]  # in the order of the file
    element_of: Mapping[str, str]
    remarks: tuple[str, ...] = ()  # what was added or read in one of several possible ways
    diagram: BpmnModel | None = None  # to draw; None for a net
    place_of: Mapping[str, str] = field(default_factory=dict)  # sequence flow of it to place
    routing_of: Mapping[str, FlowElement] = field(default_factory=dict)  # silent transitions: where
    # in the file they come from, such as the gateway, so that a finding can name it
    coordinates: Coordinates | None = None  # the drawing in the file, where it is complete

    @property
    def activities(self) -> tuple[str, ...]:
        """Names of the steps, each once, in the order of the file."""
        return tuple(dict.fromkeys(element.name for element in self.elements))

    def element(self, activity: str) -> FlowElement | None:
        """Find the first element that bears this name."""
        return next((one for one in self.elements if one.name == activity), None)
