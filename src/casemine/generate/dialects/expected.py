"""The story as a table: what an importer of a dialect must find, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from casemine.generate.dialects.ticket import Change, Ticket
    from casemine.generate.dialects.wall import Wall

COLUMNS = (
    "case", "seq", "time_utc", "kind", "field", "old", "new", "actor", "actor_type", "public",
)  # fmt: skip
_SHOWN_AS = {None: "", True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a dialect cannot show.

    `columns` are the parts of the change that are lost, such as `new` or `actor`; where none is
    named, the whole change is. `field` and `actor_type` say which changes of the kind it concerns.
    """

    kind: str
    why: str
    columns: tuple[str, ...] = ()
    field: str | None = None
    actor_type: str | None = None

    def concerns(self, change: Change) -> bool:
        """Tell whether it is this that cannot be shown."""
        return (
            change.kind == self.kind
            and self.field in {None, change.field}
            and self.actor_type in {None, change.actor_type}
        )


def write_rows(ticket: Ticket, write: Callable[[Iterable[object]], object], wall: Wall) -> None:
    """Write the changes of a ticket as rows of `COLUMNS`."""
    for seq, change in enumerate(ticket.changes, 1):
        moment = f"{wall.utc(change.time, 'T')}Z"
        public = _SHOWN_AS[change.public]
        write((ticket.number, seq, moment, *change[1:7], public))


def shown(
    ticket: Ticket,
    *,
    statuses: Mapping[str, str],
    priorities: Mapping[str, str],
    losses: Iterable[Loss],
) -> Iterator[tuple[Change, frozenset[str]]]:
    """Say of a ticket's changes what an export in a dialect shows of them.

    Parameters
    ----------
    statuses, priorities : mapping
        The words of the dialect. Where two statuses share one, no change is recorded between them.
    losses : iterable of Loss
        What the dialect cannot show.

    Yields
    ------
    (Change, frozenset of str)
        The change in the dialect's words, and which columns of it are lost: what stands in them
        here is the truth, and an importer cannot know it.
    """
    losses = tuple(losses)
    words = {"create": statuses, "status": statuses, "priority": priorities}
    for change in ticket.changes:
        mine = [loss for loss in losses if loss.concerns(change)]
        if any(not loss.columns for loss in mine):
            continue
        told = words.get(change.kind, {})
        old, new = (told.get(value or "", value) for value in (change.old, change.new))
        if change.kind != "status" or old != new:
            lost = frozenset(column for loss in mine for column in loss.columns)
            yield change._replace(old=old, new=new), lost
