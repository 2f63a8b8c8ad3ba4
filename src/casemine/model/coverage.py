"""How much of a log a picture shows; a filtered picture never goes without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is shown against what there is; `steps` are directly-follows pairs plus starts, ends."""

    activities_shown: int
    activities_total: int
    edges_shown: int
    edges_total: int
    steps_shown: int
    steps_total: int

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return (self.activities_shown, self.steps_shown) == (
            self.activities_total,
            self.steps_total,
        )
