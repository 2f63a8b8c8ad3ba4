"""What is known about an attribute of events or cases: how many values, how many missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `examples` are its most common values, as text, ties by value."""

    name: str
    level: Literal["event", "case"]
    kind: str  # text, number, time, true/false, other
    distinct: int
    missing: float | None  # share of events (or cases) without a value
    examples: tuple[str, ...] = ()
