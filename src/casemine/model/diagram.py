"""Where the elements of a picture stand: boxes and routes in points, y downwards from the top."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.model.bpmn import BpmnModel

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre and size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge: control points of cubic Béziers (1 + 3k of them), and its label spot."""

    points: tuple[Point, ...]
    label: Point | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What other elements stand in: a pool, a lane, an opened sub-process."""

    name: str
    box: Box
    flat: bool = True  # its elements run from left to right
    part: bool = False  # a sub-process, which has no band for its name
    on_event: bool = False  # one that an event begins, at any time


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The drawing that a flow's file holds, in the units of the file, whatever these are.

    `model` is what is drawn there: sub-processes stay frames around their elements, which the flows
    to and from them end at.
    """

    model: BpmnModel
    boxes: Mapping[str, Box]  # of every node
    lines: Mapping[str, tuple[Point, ...]]  # corners of every sequence flow, two or more
    names: Mapping[str, Box] = field(default_factory=dict)  # where the file says where names stand
    frames: tuple[Frame, ...] = ()  # outer ones first
    parts: Mapping[str, Box] = field(default_factory=dict)  # sub-processes, by their ids
    hosts: Mapping[str, str] = field(default_factory=dict)  # of events: what they are attached to


@dataclass(frozen=True, slots=True)
class Diagram:
    """Coordinates for every node and edge of a drawn model; keys are the ids of the model."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Mapping[str, Route]
    engine: str  # what made the layout, such as "graphviz 16.1.0 (wasm)" or "built-in"
    notes: tuple[str, ...] = ()  # remarks for the user: time-outs, fallbacks
    frames: tuple[Frame, ...] = ()  # of a drawing that has them from its file
