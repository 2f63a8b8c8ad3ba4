"""The true story of fifteen tickets, as each system is able to tell it."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casemine.errors import show
from casemine.read.crm.language.catalogue import find
from casemine.read.crm.reading import read_export
from casemine.read.options import ReadOptions
from casemine.read.source import members_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from casemine.log import EventLog

ANY = object()  # what a system does not show


@dataclass(frozen=True)
class Event:
    """One event of the story."""

    case: str
    time: datetime
    kind: str
    field: str | None
    old: Any
    new: Any
    actor: Any
    actor_type: Any
    public: Any


@dataclass(frozen=True)
class Tells:
    """What a file of a system tells of the story, and in which words."""

    kinds: tuple[str, ...]
    statuses: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, str] = field(default_factory=dict)
    case: Callable[[str], str] = str
    minutes: bool = False  # times without seconds
    actor: Callable[[Event], Any] = lambda event: event.actor
    actor_type: Callable[[Event], Any] = lambda event: event.actor_type
    assignee: Callable[[Any], Any] = lambda name: name
    group: Callable[[Any], Any] = lambda name: name
    text: bool = True  # texts of comments
    public: bool = True
    merged_into: Callable[[str], Any] = str
    old: bool = True
    keep: Callable[[Event], bool] = lambda event: True
    create_status: bool = True  # the initial status


def story(path: Path) -> list[Event]:
    """Read the truth."""
    with path.open(encoding="utf-8", newline="") as source:
        return [
            Event(
                case=row["case"],
                time=datetime.fromisoformat(row["time_utc"]),
                kind=row["kind"],
                field=row["field"],
                old=row["old"] or None,
                new=row["new"] or None,
                actor=row["actor"],
                actor_type=row["actor_type"],
                public={"true": True, "false": False}.get(row["public"]),
            )
            for row in csv.DictReader(source)
        ]


def told(events: list[Event], tells: Tells) -> dict[str, list[tuple[Any, ...]]]:
    """The story in the words of a system, without what it cannot tell."""
    found = defaultdict(list)
    for event in events:
        if event.kind not in tells.kinds or not tells.keep(event):
            continue
        old, new = (_word(value, event, tells) for value in (event.old, event.new))
        if event.kind == "status" and old == new:
            continue  # one word for both
        if event.kind == "create" and not tells.create_status:
            new = ANY
        time = event.time
        if tells.minutes:
            time = time.replace(second=0)
        found[tells.case(event.case)].append(
            (
                time,
                event.kind,
                event.field,
                old if tells.old else ANY,
                new,
                tells.actor(event),
                tells.actor_type(event),
                event.public if tells.public and event.kind == "comment" else ANY,
            )
        )
    return dict(found)


def _word(value: Any, event: Event, tells: Tells) -> Any:
    if value is None:
        return None
    if event.kind in {"status", "create"}:
        return tells.statuses.get(value, value)
    if event.kind == "priority":
        return tells.priorities.get(value, value)
    if event.kind == "assign":
        return tells.assignee(value)
    if event.kind == "group":
        return tells.group(value)
    if event.kind == "comment" and not tells.text:
        return ANY
    if event.kind == "merge":
        return tells.merged_into(value)
    return value


def imported(log: EventLog, kinds: tuple[str, ...]) -> dict[str, list[tuple[Any, ...]]]:
    """The story as a log tells it; events of other kinds are left out."""
    columns = {name: log.events.column(name).to_pylist() for name in log.events.column_names}
    found = defaultdict(list)
    for place, case in enumerate(columns["case"]):
        if columns["kind"][place] in kinds:
            found[case].append(
                (
                    columns["time"][place],
                    *(
                        columns[name][place]
                        for name in (
                            "kind",
                            "field",
                            "old",
                            "new",
                            "resource",
                            "actor_type",
                            "public",
                        )
                    ),
                )
            )
    return dict(found)


def differences(log: EventLog, events: list[Event], tells: Tells) -> list[str]:
    """What differs between the story and a log; empty if nothing does."""
    wanted, got = told(events, tells), imported(log, tells.kinds)
    said = [f"no case {show(case)}" for case in wanted.keys() - got.keys()]
    said += [f"a case {show(case)} too many" for case in got.keys() - wanted.keys()]
    for case in sorted(wanted.keys() & got.keys()):
        if len(wanted[case]) != len(got[case]):
            said.append(f"{case}: {len(got[case])} events, not {len(wanted[case])}")
        for true, read in zip(wanted[case], got[case], strict=False):
            if not _same(true, read):
                said.append(f"{case}: {_shown(read)} where {_shown(true)} is true")
    return sorted(said)


def _same(true: tuple[Any, ...], read: tuple[Any, ...]) -> bool:
    return all(one is ANY or one == other for one, other in zip(true, read, strict=True))


def _shown(event: tuple[Any, ...]) -> str:
    return " | ".join("*" if value is ANY else str(value) for value in event)


def read_files(system: str, files: Mapping[str, Path], **options: Any) -> EventLog:
    """Read files as the kinds that a preset calls them, without detection."""
    preset, _ = find(system)
    pairs = [(members_of(path)[0], preset.file(name)) for name, path in files.items()]
    return read_export(pairs, preset, ReadOptions(**options))


__all__ = ["ANY", "Event", "Tells", "differences", "read_files", "story"]
