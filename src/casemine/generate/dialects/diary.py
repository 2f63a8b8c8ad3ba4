"""What a ticket's changes are written into: old values, order and ties are right by construction.

A change to the value that is there already is not written. Moments never go back. Changes of one
second are one action or a true tie, but a comment has its second for itself: systems keep comments
in other files than changes, without saying which of the two came first.
"""

from __future__ import annotations

from casemine.generate.dialects.ticket import SYSTEM, Change

Actor = tuple[str, str]  # name and type
BY_SYSTEM: Actor = (SYSTEM, "system")


class Diary:
    """One ticket while it is being written."""

    __slots__ = (
        "_after_comment",
        "_now",
        "assignee",
        "changes",
        "closed_at",
        "first_reply",
        "first_solved",
        "group",
        "merged_into",
        "priority",
        "reopened",
        "solved_at",
        "status",
    )

    def __init__(self, moment: int, requester: Actor, *, group: str, priority: str) -> None:
        self.changes = [Change(moment, "create", "status", None, "new", *requester)]
        self.status, self.assignee = "new", None
        self.group, self.priority = group, priority
        self.merged_into: int | None = None
        self.first_reply: int | None = None  # public, by an agent
        self.first_solved: int | None = None
        self.solved_at: int | None = None
        self.closed_at: int | None = None
        self.reopened = 0
        self._now, self._after_comment = moment, False

    assignee: str | None
    changes: list[Change]

    def turn(self, status: str, moment: int, actor: Actor) -> None:
        """Change the status."""
        before = self.status
        if status == before:
            return
        now = self._tick(moment)
        self.changes.append(Change(now, "status", "status", before, status, *actor))
        self.status = status
        if status in {"solved", "closed"}:
            self.first_solved = self.first_solved or now
            self.solved_at = now if status == "solved" else self.solved_at or now
            self.closed_at = now if status == "closed" else None
        elif before in {"solved", "closed"}:
            self.solved_at = self.closed_at = None
            self.reopened += 1

    def assign(self, assignee: str | None, moment: int, actor: Actor) -> None:
        """Give it to an agent, or to nobody."""
        if assignee != self.assignee:
            now = self._tick(moment)
            before, self.assignee = self.assignee, assignee
            self.changes.append(Change(now, "assign", "assignee", before, assignee, *actor))

    def route(self, group: str, moment: int, actor: Actor) -> None:
        """Give it to a group."""
        if group != self.group:
            now = self._tick(moment)
            before, self.group = self.group, group
            self.changes.append(Change(now, "group", "group", before, group, *actor))

    def rank(self, priority: str, moment: int, actor: Actor) -> None:
        """Change the priority."""
        if priority != self.priority:
            now = self._tick(moment)
            before, self.priority = self.priority, priority
            self.changes.append(Change(now, "priority", "priority", before, priority, *actor))

    def say(self, text: str, moment: int, actor: Actor, *, public: bool) -> None:
        """Write a comment."""
        now = self._tick(moment, comment=True)
        self.changes.append(Change(now, "comment", "comment", None, text, *actor, public))
        if public and actor[1] == "agent" and self.first_reply is None:
            self.first_reply = now

    def merge(self, target: int, moment: int, actor: Actor) -> None:
        """Merge it into another ticket, once; closing it is another change."""
        if self.merged_into is None:
            now = self._tick(moment)
            self.merged_into = target
            self.changes.append(Change(now, "merge", "merged_into", None, str(target), *actor))

    def _tick(self, moment: int, *, comment: bool = False) -> int:
        """Find the first second from `moment` on at which this may stand."""
        earliest = self._now + (comment or self._after_comment)
        self._now, self._after_comment = max(moment, earliest), comment
        return self._now
