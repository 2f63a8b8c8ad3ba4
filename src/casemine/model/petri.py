"""Petri nets with labelled and silent transitions, and an initial and a final marking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of the net; `label` None means silent (tau)."""

    id: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Arc:
    """From a place to a transition or the other way round, by their ids."""

    source: str
    target: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class PetriNet:
    """A place/transition net; ids are unique over places and transitions together."""

    places: tuple[str, ...]
    transitions: tuple[Transition, ...]
    arcs: tuple[Arc, ...]
    initial: Mapping[str, int]  # place id to tokens
    final: Mapping[str, int] | None = None
    name: str = "net"
    frequency: Mapping[str, int] = field(default_factory=dict)  # label to events, for pictures
