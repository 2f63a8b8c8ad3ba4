"""Events of an object-centric log that cannot be used, each for one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import BadTimeError, InputError, Place, show
from casemine.model.intake import Reject, RejectGroup
from casemine.read.quarantine import write_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from casemine.read.options import ReadOptions

EXAMPLES = 5


class Faults:
    """Collects bad events; an event with two faults counts under the first that was added."""

    def __init__(self, file: str, count: int) -> None:
        self.file, self.count = file, count
        self.bad = np.zeros(count, np.bool_)
        self._found: list[tuple[str, str, NDArray[np.int64], list[str], bool]] = []

    def add(
        self,
        column: str,
        reason: str,
        events: NDArray[np.int32] | NDArray[np.int64],
        values: list[str],
        *,
        time: bool = False,
    ) -> None:
        """Add events by their place from 0, each with the value that is wrong."""
        fresh: dict[int, str] = {}
        for event, value in zip(events.tolist(), values, strict=True):
            if not self.bad[event]:
                fresh.setdefault(event, value)
        if not fresh:
            return
        places = np.array(sorted(fresh), np.int64)
        self.bad[places] = True
        shown = [fresh[place] for place in places.tolist()]
        self._found.append((column, reason, places, shown, time))

    def settle(self, options: ReadOptions) -> tuple[RejectGroup, ...]:
        """Fail or skip, as the options say.

        Raises
        ------
        InputError
            With `on_error="fail"`, for the first bad event; `BadTimeError` if its time is bad. Or
            no event is left.
        """
        if options.quarantine_to is not None:
            write_list(options.quarantine_to, self._listed())
        if not self._found:
            return ()
        if options.on_error == "fail" or self.bad.all():
            raise self._first()
        return tuple(
            RejectGroup(
                column,
                reason,
                len(places),
                tuple(
                    Reject(Place(self.file, place + 1, column), column, value)
                    for place, value in list(zip(places.tolist(), values, strict=True))[:EXAMPLES]
                ),
            )
            for column, reason, places, values, _ in self._found
        )

    def _listed(self) -> list[tuple[str, int, str, str, str]]:
        rows = [
            (self.file, place + 1, column, value, reason)
            for column, reason, places, values, _ in self._found
            for place, value in zip(places.tolist(), values, strict=True)
        ]
        return sorted(rows, key=lambda row: row[1])

    def _first(self) -> InputError:
        column, reason, places, values, time = min(self._found, key=lambda each: int(each[2][0]))
        kind = BadTimeError if time else InputError
        subject = f"{show(values[0])} in {show(column)}" if values[0] else show(column)
        events = f"{len(places):,} event{'s' * (len(places) != 1)} of {self.count:,}"
        return kind(
            f"{subject} {reason} ({events}, the first is event {int(places[0]) + 1:,})",
            where=Place(self.file, column=column),
            mend="leave such events out with --on-error skip",
            code=None if time else "bad-event",
            value=values[0],
            count=len(places),
        )
