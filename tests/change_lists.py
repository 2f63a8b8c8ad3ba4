"""Logs of changes, as importers of CRM exports make them, from a line of Python per event."""

from __future__ import annotations

import pyarrow as pa

from casemine.log import EventLog
from casemine.log.columns import TIMESTAMP

MINUTE = 60_000_000
TEXTS = ("resource", "actor_type", "group", "kind", "field", "old", "new", "detail")
FIELDS = {
    "create": "status",
    "status": "status",
    "assign": "assignee",
    "group": "group",
    "priority": "priority",
    "comment": "comment",
    "merge": "merged_into",
}


def change(minute: float, kind: str, new: str | None = None, **more) -> dict:
    """One event; the actor is an agent unless it says another."""
    found: dict = dict.fromkeys(TEXTS)
    found |= {
        "case": "1",
        "minute": minute,
        "kind": kind,
        "field": FIELDS.get(kind),
        "new": new,
        "actor_type": "agent",
        "public": None,
        "activity": f"Status: {new}" if kind == "status" else kind,
    }
    return found | more


def changes_log(*changes: dict, cases: dict[str, list] | None = None) -> EventLog:
    """Events in the order in which they are given, which is that of their rows."""
    columns = {
        "case": pa.array([one["case"] for one in changes], pa.string()),
        "activity": pa.array([one["activity"] for one in changes], pa.string()),
        "time": pa.array([round(one["minute"] * MINUTE) for one in changes], pa.int64()).cast(
            TIMESTAMP
        ),
        "row": pa.array(range(1, len(changes) + 1), pa.int64()),
        "seq": pa.array(range(1, len(changes) + 1), pa.int64()),
        "public": pa.array([one["public"] for one in changes], pa.bool_()),
    }
    columns |= {name: pa.array([one[name] for one in changes], pa.string()) for name in TEXTS}
    table = None if cases is None else pa.table(cases)
    return EventLog.ordered(pa.table(columns), source="changes", case_table=table)


def created(minute: float = 0, new: str = "New", **more) -> dict:
    return change(minute, "create", new, **({"actor_type": "customer"} | more))


def status(minute: float, old: str | None, new: str, **more) -> dict:
    return change(minute, "status", new, old=old, **more)


def group(minute: float, old: str | None, new: str | None, **more) -> dict:
    return change(minute, "group", new, old=old, **more)


def comment(minute: float, *, public: bool | None = True, **more) -> dict:
    return change(minute, "comment", "words", public=public, **more)


def field(minute: float, name: str, old: str | None, new: str | None, **more) -> dict:
    kind = "priority" if name == "priority" else "field"
    return change(minute, kind, new, old=old, field=name, activity=f"{name} changed", **more)
