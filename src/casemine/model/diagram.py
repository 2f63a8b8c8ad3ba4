"""Where the elements of a picture stand: boxes and routes in points, y downwards from the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
class Diagram:
    """Coordinates for every node and edge of a drawn model; keys are the ids of the model."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Mapping[str, Route]
    engine: str  # what made the layout, such as "graphviz 16.1.0 (wasm)" or "built-in"
    notes: tuple[str, ...] = ()  # remarks for the user: time-outs, fallbacks
