"""A clean small desk as a list of events, into which tests plant what is to be found."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from casemine.log import EventLog
from casemine.log.quality import assess
from event_lists import SECOND, log_of

if TYPE_CHECKING:
    from casemine.model.quality import Finding

HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
BEGIN = 1_772_000_000 * SECOND + 17 * SECOND  # an odd second in February 2026
Event = dict[str, Any]


def desk(cases: int = 60, *, trace: str = "New Open Closed", begin: int = BEGIN) -> list[Event]:
    """Cases that begin every six hours or so and move on after hours, in order of time."""
    random = Random(7)
    events = []
    for number in range(cases):
        time = begin + number * 6 * HOUR + random.randrange(3600) * SECOND
        for activity in trace.split():
            events.append({"case": f"T{number:04}", "activity": activity, "time": time})
            time += HOUR + random.randrange(3 * 3600) * SECOND
    return numbered(events)


def crm_desk(cases: int = 60) -> list[Event]:
    """The same as a change history."""
    events = desk(cases)
    for event in events:
        event["kind"] = "create" if event["activity"] == "New" else "status"
        event["new"] = event["activity"]
        event["activity"] = f"Status: {event['new']}" if event["kind"] == "status" else "Created"
    return events


def numbered(events: list[Event]) -> list[Event]:
    """Sort by time and give each event its row."""
    events.sort(key=lambda event: event["time"])
    for row, event in enumerate(events, start=1):
        event["row"] = row
    return events


def of_case(events: list[Event], case: str) -> list[Event]:
    return [event for event in events if event["case"] == case]


def without(events: list[Event], *left_out: Event) -> list[Event]:
    return numbered([event for event in events if not any(event is one for one in left_out)])


def findings(events: list[Event] | EventLog) -> dict[str, Finding]:
    """What is found, by code."""
    log = events if isinstance(events, EventLog) else log_of(events)
    found = assess(log).findings
    assert len({one.code for one in found}) == len(found)
    return {one.code: one for one in found}


def not_evaluated(events: list[Event] | EventLog) -> dict[str, str]:
    log = events if isinstance(events, EventLog) else log_of(events)
    return {one.code: one.reason for one in assess(log).not_evaluated}
