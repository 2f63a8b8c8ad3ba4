"""Events of an XES file that cannot be used: one reason each, counted, and with their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import BadTimeError, InputError, Place, show
from casemine.log.arrays import valid
from casemine.model.intake import Note, Reject, RejectGroup
from casemine.read.quarantine import write_list
from casemine.read.xes.columns import EXAMPLES, SKIPPED_HOUR, TIME_REASON, amount
from casemine.read.xes.lines import find_lines, find_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.xes.columns import ColumnStore, Fault

MISSING = "is missing"
OUTSIDE = "stands outside of any trace, so it has no case"
TWICE = "is given twice in one event"
TWICE_IN_TRACE = "is given twice in one trace"
_SKIP = "leave such events out with --on-error skip"


@dataclass(frozen=True, slots=True)
class _Group:
    """Events with the same reason in the same column; the first few with their values."""

    column: str
    reason: str
    owners: NDArray[np.int64]  # numbers of the events from 0
    examples: tuple[tuple[int, str], ...]  # number of the event, value

    @property
    def count(self) -> int:
        """How many events."""
        return len(self.owners)

    @property
    def key(self) -> str:
        """The attribute whose line is wanted; the event's own where it lacks one."""
        return "" if self.reason in {MISSING, OUTSIDE, TWICE_IN_TRACE} else self.column


class Faults:
    """Collects bad events; an event with two faults counts under the first that was added."""

    def __init__(self, member: Member, options: ReadOptions, count: int) -> None:
        self.member, self.options, self.count = member, options, count
        self.groups: tuple[RejectGroup, ...] = ()
        self._found: list[_Group] = []
        self._bad = np.zeros(count, np.bool_)

    def add_mask(self, column: str, reason: str, mask: NDArray[np.bool_]) -> None:
        """Add the events where `mask` holds."""
        self.add_owners(column, reason, np.flatnonzero(mask))

    def add_missing(self, key: str, values: pa.Array) -> None:
        """Add the events without a value."""
        if values.null_count:
            self.add_mask(key, MISSING, ~valid(values))

    def add_owners(
        self,
        column: str,
        reason: str,
        owners: NDArray[np.int64],
        examples: list[tuple[int, str]] | None = None,
    ) -> None:
        """Add events by number; `examples` are some of them with their values."""
        fresh = np.unique(owners[~self._bad[owners]])
        if not len(fresh):
            return
        shown = [(owner, value) for owner, value in examples or () if not self._bad[owner]]
        shown = shown or [(int(owner), "") for owner in fresh[:EXAMPLES]]
        self._bad[fresh] = True
        self._found.append(_Group(column, reason, fresh, tuple(sorted(shown))))

    def add_store(self, store: ColumnStore, key: str | None = None) -> None:
        """Add the bad values of one column, or of all."""
        for fault in store.faults.values():
            if key is None or fault.key == key:
                self.add_owners(fault.key, fault.reason, fault.owners, fault.examples)

    def line(self, event: int, key: str) -> int:
        """Look up the physical line of an attribute of an event, counted from 0."""
        lines, _ = find_lines(self.member, self.options.encoding, {event: key})
        return lines.get(event, 1)

    def place(self, event: int, key: str) -> Place:
        """Name the file and the line of an attribute of an event."""
        return self._place(self.line(event, key), key)

    def settle(self) -> NDArray[np.bool_] | None:
        """Fail or skip, as the options say.

        Returns
        -------
        array of bool, or None
            Which events are good; None if all are.

        Raises
        ------
        InputError
            With `on_error="fail"`, for the first bad event; `BadTimeError` if its time is bad.
        """
        if self.options.quarantine_to is not None:
            write_list(self.options.quarantine_to, self._listed())
        if not self._found:
            return None
        if self.options.on_error == "fail":
            raise self._first_error()
        wanted = {owner: group.key for group in self._found for owner, _ in group.examples}
        lines, _ = find_lines(self.member, self.options.encoding, wanted)
        self.groups = tuple(
            RejectGroup(
                group.column,
                group.reason,
                group.count,
                tuple(
                    Reject(self._place(lines.get(owner), group.column), group.column, value)
                    for owner, value in group.examples
                ),
            )
            for group in self._found
        )
        return ~self._bad

    def _listed(self) -> Iterator[tuple[str, int, str, str, str]]:
        """Every bad event in the order of the file, with its line and value: one more reading."""
        group_of = {owner: group for group in self._found for owner in group.owners.tolist()}
        wanted = {owner: group.key for owner, group in sorted(group_of.items())}
        found = find_values(self.member, self.options.encoding, wanted) if wanted else {}
        for owner, key in wanted.items():
            line, value = found.get(owner, (1, ""))
            group = group_of[owner]
            yield self.member.name, line, group.column, value if key else "", group.reason

    def nothing_left(self) -> InputError:
        """Say that skipping left no event."""
        error = self._first_error()
        return InputError(
            f"none of the {amount(self.count, 'event')} can be used: {error.message}",
            where=error.where,
            code="no-events",
        )

    def settle_cases(self, store: ColumnStore) -> list[Note]:
        """Fail for bad values of traces, or say that they were left empty."""
        faults = [fault for fault in store.faults.values() if len(fault.owners)]
        if faults and self.options.on_error == "fail":
            raise self._case_error(min(faults, key=lambda fault: fault.examples[0][0]))
        return [
            Note(
                "bad-case-values",
                f"{amount(len(fault.owners), 'case')} without {show(fault.key)}: the value "
                f"{fault.reason}, such as {show(fault.examples[0][1])}",
                len(fault.owners),
            )
            for fault in faults
        ]

    def _first_error(self) -> InputError:
        group = min(self._found, key=lambda group: group.examples[0][0])
        owner, value = group.examples[0]
        lines, _ = find_lines(self.member, self.options.encoding, {owner: group.key})
        share = f"({amount(group.count, 'event')} of {self.count:,})"
        place, mend = self._place(lines.get(owner), group.column), _SKIP
        code, kind = "bad-value", InputError
        if group.reason == MISSING:
            message, code = f"an event has no {show(group.column)} {share}", "missing-value"
        elif group.reason == OUTSIDE:
            message, code = f"an event {OUTSIDE} {share}", "no-case"
        elif group.reason in {TWICE, TWICE_IN_TRACE}:
            message, code = f"{show(group.column)} {group.reason} {share}", "repeated-value"
        else:
            message = f"{show(value)} in attribute {show(group.column)} {group.reason} {share}"
        if group.reason == TIME_REASON:
            kind, code = BadTimeError, "bad-time"
            mend = (
                f"expected 2026-05-31T09:30:00+02:00; name another with --time-format, or {_SKIP}"
            )
        elif group.reason == SKIPPED_HOUR:
            kind, code = BadTimeError, "no-such-hour"
            mend = f"the clocks skipped that hour; name another zone with --tz, or {_SKIP}"
        return kind(message, where=place, mend=mend, code=code, value=value, count=group.count)

    def _case_error(self, fault: Fault) -> InputError:
        owner, value = fault.examples[0]
        _, lines = find_lines(self.member, self.options.encoding, {}, {owner: fault.key})
        count = len(fault.owners)
        return InputError(
            f"{show(value)} in attribute {show(fault.key)} of a trace {fault.reason} "
            f"({amount(count, 'trace')})",
            where=self._place(lines.get(owner), fault.key),
            mend="leave such attributes empty with --on-error skip",
            code="bad-value",
            value=value,
            count=count,
        )

    def _place(self, line: int | None, column: str) -> Place:
        return Place(self.member.name, line, column)
