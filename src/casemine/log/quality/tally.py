"""How often something was found in a log, or in one part of it: tallies of parts add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casemine.log.quality.sight import SHOWN
from casemine.log.quality.wording import most_common

if TYPE_CHECKING:
    from casemine.model.quality import Example


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a finding, and of all that it was sought in."""

    found: int  # events, cases or pairs
    cases: int
    sought: int  # of how many
    activities: Counter[str] = field(default_factory=Counter)
    examples: tuple[Example, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        """Join the tallies of parts that share no case; examples stay in order of their rows."""
        examples = sorted((*self.examples, *other.examples), key=lambda example: example.rows)
        return Tally(
            self.found + other.found,
            self.cases + other.cases,
            self.sought + other.sought,
            self.activities + other.activities,
            tuple(examples[:SHOWN]),
        )

    @property
    def share(self) -> float:
        """Part of what was sought that was found."""
        return self.found / self.sought if self.sought else 0.0

    @property
    def names(self) -> str:
        """The activities that were found most."""
        return most_common(self.activities)


def nothing(sought: int) -> Tally:
    """Make the tally of a part where nothing was found."""
    return Tally(0, 0, sought)
