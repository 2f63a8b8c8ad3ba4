"""Find the physical lines of events and traces, for messages: one more reading up to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.read.xes.expat import ExactTokeniser
from casemine.read.xes.pieces import utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.member import Member


def find_lines(
    member: Member,
    encoding: str | None,
    events: Mapping[int, str],
    traces: Mapping[int, str] | None = None,
) -> tuple[dict[int, int], dict[int, int]]:
    """Look up lines, counted from 1.

    Parameters
    ----------
    member, encoding :
        The file, as it was read before.
    events, traces : mapping of int to str
        Numbers counted from 0, and the key whose line is wanted: that of its first attribute of
        this key, or of its opening tag where it has none.
    """
    finder = _Finder(member.name, events, traces or {})
    last_event = max(events, default=-1)
    last_trace = max(traces or {}, default=-1)
    for block in utf8_blocks(member, encoding):
        finder.feed(block)
        finder.take()
        if finder.next_event > last_event + 1 and finder.next_trace > last_trace + 1:
            break
    return finder.found_events, finder.found_traces


def find_values(
    member: Member, encoding: str | None, events: Mapping[int, str]
) -> dict[int, tuple[int, str]]:
    """Look up the line and the text of an attribute of each of these events, "" where it has none.

    Parameters are those of `find_lines`.
    """
    finder = _Finder(member.name, events, {})
    for block in utf8_blocks(member, encoding):
        finder.feed(block)
        finder.take()
    return {
        event: (line, finder.values.get(event, "")) for event, line in finder.found_events.items()
    }


class _Finder(ExactTokeniser):
    """Writes down the lines, and the texts, of the attributes that are wanted."""

    def __init__(self, name: str, events: Mapping[int, str], traces: Mapping[int, str]) -> None:
        super().__init__(name)
        self.events, self.traces = events, traces
        self.found_events: dict[int, int] = {}
        self.found_traces: dict[int, int] = {}
        self.values: dict[int, str] = {}  # of events
        self._exact: set[tuple[bool, int]] = set()

    def _open_event(self, given: dict[str, str], parent: int) -> None:
        super()._open_event(given, parent)
        if self.next_event - 1 in self.events:
            self.found_events[self.next_event - 1] = self.line

    def _open_trace(self, given: dict[str, str], parent: int) -> None:
        super()._open_trace(given, parent)
        if self.next_trace - 1 in self.traces:
            self.found_traces[self.next_trace - 1] = self.line

    def _add(self, kind: str, key: str, value: str | None) -> None:  # noqa: ARG002 - same shape
        for wanted, found, number, is_event in (
            (self.events, self.found_events, self.next_event - 1, True),
            (self.traces, self.found_traces, self.next_trace - 1, False),
        ):
            if is_event != self.in_event or wanted.get(number) != key:
                continue
            if (is_event, number) not in self._exact:
                self._exact.add((is_event, number))
                found[number] = self.line
                if is_event:
                    self.values[number] = value or ""
