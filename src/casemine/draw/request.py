"""What a layout engine is asked: boxes of known size, edges, and how they should be arranged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["tb", "lr"]
Engine = Literal["auto", "wasm", "dot", "builtin"]
Shape = Literal["box", "ellipse", "diamond"]


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A node by its id and size; `band` is the lane that it must stay in."""

    id: str
    width: float
    height: float
    shape: Shape = "box"
    rank: Literal["source", "sink"] | None = None
    band: str | None = None
    below: float = 0.0  # room for a name under it, where the flow runs to the right
    beside: float = 0.0  # room for it at the right, where the flow runs down


@dataclass(frozen=True, slots=True)
class EdgeSpec:
    """An edge; a heavy one is kept short and straight."""

    id: str
    source: str
    target: str
    weight: int = 1
    label_width: float = 0.0  # 0: no label
    label_height: float = 0.0


@dataclass(frozen=True, slots=True)
class LayoutRequest:
    """Nodes in the order in which a reader should meet them; sizes in points.

    An edge to a node that comes earlier in that order is drawn upwards, against the flow. The
    engine never decides that itself: left to dot, rare steps end up beside the start.
    """

    nodes: tuple[NodeSpec, ...]
    edges: tuple[EdgeSpec, ...]
    direction: Direction = "tb"
    node_gap: float = 20.0
    rank_gap: float = 28.0
    square: bool = False  # routes of horizontal and vertical pieces

    @property
    def has_labels(self) -> bool:
        """Whether any edge reserves room for a label."""
        return any(edge.label_width for edge in self.edges)


class EngineMissingError(Exception):
    """The engine is not on this machine; the text says why."""


class EngineFailedError(Exception):
    """The engine is there and could not lay out this graph; the text says why."""


class EngineTimeoutError(EngineFailedError):
    """The engine did not finish in time."""
