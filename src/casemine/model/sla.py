"""Targets of service levels as the rules count them, beside what the system itself says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.model.conformance import ExampleCase


@dataclass(frozen=True, slots=True)
class SlaReconciliation:
    """In how many cases a rule and the system's own flag agree that a target was met or missed.

    The two may count differently and both be right: other hours, other targets, other pauses.
    The numbers say how far apart they are, and the examples where to look.
    """

    rule: str
    flag: str  # the column, or the events, that say it
    both_met: int
    both_missed: int
    only_rule_missed: int  # missed by the rule, met by the flag
    only_flag_missed: int  # missed by the flag, met by the rule
    not_comparable: int  # one of them does not say
    only_rule_cases: tuple[ExampleCase, ...] = ()  # up to five of each disagreement
    only_flag_cases: tuple[ExampleCase, ...] = ()

    @property
    def compared(self) -> int:
        """Cases of which both say something."""
        return self.both_met + self.both_missed + self.only_rule_missed + self.only_flag_missed

    @property
    def agreement(self) -> float | None:
        """Share of the compared cases in which both say the same; None of none.

        Examples
        --------
        >>> SlaReconciliation("R08", "made_sla", 6, 2, 1, 1, 5).agreement
        0.8
        """
        return (self.both_met + self.both_missed) / self.compared if self.compared else None
