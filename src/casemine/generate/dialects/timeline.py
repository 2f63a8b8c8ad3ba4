"""Records of many tickets in order of time, while the tickets come one by one."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Timeline(Generic[T]):
    """Holds records back until no later ticket can have an earlier one.

    Only those of tickets that are open at the same time wait here. Records of one second keep the
    order in which they were added.

    Examples
    --------
    >>> line = Timeline(print)
    >>> line.add(5, "b")
    >>> line.add(1, "a")
    >>> line.release(5)
    a
    >>> line.release()
    b
    """

    def __init__(self, write: Callable[[T], object]) -> None:
        self._write = write
        self._waiting: list[tuple[int, int, T]] = []
        self._numbers = count()  # breaks ties, so that records need not compare

    def add(self, moment: int, record: T) -> None:
        """Take a record."""
        heappush(self._waiting, (moment, next(self._numbers), record))

    def release(self, before: int | None = None) -> None:
        """Write the records before a moment, or all."""
        while self._waiting and (before is None or self._waiting[0][0] < before):
            self._write(heappop(self._waiting)[2])
