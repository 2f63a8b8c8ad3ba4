"""What is told about a designed flow: how often, what deviates, and what is no part of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casemine.draw.mapvalues import root_share
from casemine.draw.marks import PLAIN, BoxMark

if TYPE_CHECKING:
    from collections.abc import Mapping

_THINNEST, _THICKEST = 1.2, 6.0
_UNCOUNTED = 1.4


@dataclass(frozen=True, slots=True)
class Aside:
    """An activity that the flow has no step for."""

    name: str
    note: str
    mark: BoxMark


@dataclass(frozen=True, slots=True)
class FlowMarks:
    """Counts and marks by the ids of a diagram; empty for a flow on its own."""

    steps: Mapping[str, int] = field(default_factory=dict)  # element to times passed
    paths: Mapping[str, int] = field(default_factory=dict)  # sequence flow to times passed
    boxes: Mapping[str, BoxMark] = field(default_factory=dict)  # by element
    notes: Mapping[str, str] = field(default_factory=dict)  # small line of a step, by element
    tooltips: Mapping[str, str] = field(default_factory=dict)  # by element
    aside: tuple[Aside, ...] = ()  # what happened and is no step of the flow

    def box(self, element: str) -> BoxMark:
        """Return the mark of an element."""
        return self.boxes.get(element, PLAIN)

    def width(self, path: str) -> float:
        """Stroke width of a sequence flow: the root of its share, as on process maps."""
        count = self.paths.get(path)
        if count is None:
            return _UNCOUNTED
        most = max(self.paths.values())
        return _THINNEST + (_THICKEST - _THINNEST) * root_share(count, most)

    def untaken(self, path: str) -> bool:
        """Whether it is known that no case has taken a sequence flow."""
        return self.paths.get(path) == 0
