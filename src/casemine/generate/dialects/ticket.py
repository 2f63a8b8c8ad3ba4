"""A ticket and its canonical changes: the story that every dialect tells in its own words.

Statuses are `new`, `open`, `pending` (for the customer), `hold` (for somebody else), `solved` and
`closed`; priorities `urgent`, `high`, `normal` and `low`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("urgent", "high", "normal", "low")
SYSTEM = "System"  # who acts where no person does

REPLY_CLOCK, REPLY_SECONDS = "first reply", 4 * 3600
SOLVE_CLOCK, SOLVE_SECONDS = "resolution", 48 * 3600


class Change(NamedTuple):
    """One thing that happened to a ticket.

    A tuple, not a dataclass: a big log has millions, and tuples are made three times as fast.
    """

    time: int  # seconds since 1970, UTC
    kind: str  # create, status, assign, group, priority, comment, merge, sla
    field: str
    old: str | None
    new: str | None
    actor: str
    actor_type: str  # agent, customer, system
    public: bool | None = None  # comments: may the customer read it?


@dataclass(frozen=True, slots=True)
class Clock:
    """A target of a ticket, running from its creation until `stop`, on all hours of all days."""

    name: str
    start: int
    due: int
    stop: int | None  # None where the log ends first
    breached: bool  # seen in the log: not when it would come later


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket when the log ends, and what led there; `changes` begin with its creation."""

    number: int
    subject: str
    requester: str
    channel: str
    category: str
    group_at_start: str
    priority_at_start: str
    changes: tuple[Change, ...]
    status: str
    assignee: str | None
    group: str
    priority: str
    merged_into: tuple[int, str] | None  # number and subject of the other
    solved_at: int | None  # the last time, None where it is open again
    closed_at: int | None
    reopened: int
    reply_clock: Clock
    solve_clock: Clock

    @property
    def created(self) -> int:
        """When it came in, seconds since 1970."""
        return self.changes[0].time

    def updated(self) -> int:
        """When somebody or something last changed it; the passing of a target changes nothing."""
        return max(change.time for change in self.changes if change.kind != "sla")

    def actions(self) -> list[tuple[Change, ...]]:
        """Group what one actor did in one second after the creation, targets left out.

        A merge stays alone: systems write it by itself, beside the closing it causes.
        """
        grouped: list[list[Change]] = []
        for change in self.changes[1:]:
            if change.kind == "sla":
                continue
            last = grouped[-1][-1] if grouped else None
            if (
                last is not None
                and (last.time, last.actor) == (change.time, change.actor)
                and last.kind != "merge"
            ):
                grouped[-1].append(change)
            else:
                grouped.append([change])
        return [tuple(action) for action in grouped]
