"""What a dialect is, and what it is given to write an export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.generate.dialects import expected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from casemine.generate.dialects.expected import Loss
    from casemine.generate.dialects.parts import Parts
    from casemine.generate.dialects.ticket import Change, Ticket
    from casemine.generate.dialects.wall import Wall


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who may act."""

    agents: Mapping[str, str]  # login by name
    customers: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """One export to be written."""

    tickets: Iterable[Ticket]  # in order of creation; to be read once
    count: int  # of tickets
    cast: Cast
    wall: Wall
    parts: Parts


@dataclass(frozen=True, slots=True)
class Dialect:
    """The export format of one system."""

    name: str
    title: str  # the system's own name
    write: Callable[[Export], None]
    case: Callable[[int], str]  # how it writes the number of a ticket
    statuses: Mapping[str, str]
    priorities: Mapping[str, str]
    cannot_show: tuple[Loss, ...]

    def shown(self, ticket: Ticket) -> Iterator[tuple[Change, frozenset[str]]]:
        """Say what an export shows of a ticket; see `expected.shown`."""
        return expected.shown(
            ticket, statuses=self.statuses, priorities=self.priorities, losses=self.cannot_show
        )
