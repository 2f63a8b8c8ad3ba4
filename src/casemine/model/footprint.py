"""Which steps a designed flow lets come directly after which, and where its cases begin and end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Footprint:
    """The directly-follows relation of all complete runs of a flow, silent steps passed over."""

    pairs: frozenset[tuple[str, str]]
    starts: frozenset[str]
    ends: frozenset[str]
    empty: bool = False  # whether a run without any visible step is complete

    @property
    def activities(self) -> frozenset[str]:
        """All steps that some complete run has."""
        return self.starts | {target for _, target in self.pairs}
