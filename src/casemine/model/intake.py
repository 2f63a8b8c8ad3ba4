"""What happened while a log was read: rows in, rows out, and every remark worth saying."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemine.errors import Place


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that could not be used, with the value that made it unusable."""

    where: Place
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """Rows left out for the same reason in the same column."""

    column: str
    reason: str  # "is not a time", "is empty": follows the value in a sentence
    count: int
    examples: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A remark for the reader: something assumed, reported or doubtful."""

    code: str  # stable, such as "zone-assumed", "encoding-guessed", "time-gap"
    text: str  # one sentence that needs no context
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """The account of a reading.

    `rows_read` + `rows_added` = events + `rows_joined` + `rows_passed` + `rows_quarantined`. A row
    is whatever the source says one thing with: a line of a table, an entry of a history.
    """

    rows_read: int = 0
    rows_joined: int = 0  # part of another event: starts of what lasts, repeats, details
    rejects: tuple[RejectGroup, ...] = ()
    notes: tuple[Note, ...] = field(default=())
    rows_passed: int = 0  # of exports read by a preset: noise, or nothing that makes an event
    rows_added: int = 0  # what rows tell beyond one thing each; copies of object-centric events

    @property
    def rows_quarantined(self) -> int:
        """Rows left out because they could not be used."""
        return sum(group.count for group in self.rejects)
