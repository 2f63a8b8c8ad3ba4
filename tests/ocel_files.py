"""Small object-centric logs, in each of the forms they come in."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from casemine.read import read_log

if TYPE_CHECKING:
    from pathlib import Path

    from casemine.log import EventLog

DAY = "2026-05-31T"
SQL = {"string": "TEXT", "integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN"} | {
    "time": "TIMESTAMP"
}


def event(number: int, kind: str, *objects: str, time: str | None = None, **values: object) -> dict:
    """An event; objects as `ticket-1` or `ticket-1:case`."""
    related = [each.partition(":") for each in objects]
    return {
        "id": f"ev{number}",
        "type": kind,
        "time": time or f"{DAY}{8 + number:02d}:00:00Z",
        "attributes": [{"name": name, "value": value} for name, value in values.items()],
        "relationships": [{"objectId": i, "qualifier": q} for i, _, q in related],
    }


def thing(identifier: str, *changes: tuple[str, str, object], **values: object) -> dict:
    """An object, whose type is what its id begins with; changes are (time, name, value)."""
    given = [{"name": n, "time": "1970-01-01T00:00:00Z", "value": v} for n, v in values.items()]
    given += [{"name": name, "time": time, "value": value} for time, name, value in changes]
    return {"id": identifier, "type": identifier.partition("-")[0], "attributes": given}


def ocel(events: list[dict], objects: list[dict], **types: str) -> dict:
    """A whole log; attributes are texts unless `types` says otherwise."""

    def declared(things: list[dict]) -> list[dict]:
        found: dict[str, dict[str, str]] = {}
        for each in things:
            of_type = found.setdefault(each["type"], {})
            for attribute in each.get("attributes", []):
                name = attribute["name"]
                of_type[name] = types.get(name, "string")
        return [
            {"name": kind, "attributes": [{"name": n, "type": t} for n, t in names.items()]}
            for kind, names in found.items()
        ]

    return {
        "objectTypes": declared(objects),
        "eventTypes": declared(events),
        "events": events,
        "objects": objects,
    }


def tickets() -> dict:
    """Two tickets, one of them merged into the other, an agent and a customer."""
    return ocel(
        [
            event(1, "Created", "ticket-1:case", "customer-7:performed by", cost=1),
            event(2, "Assigned", "ticket-1:case", "agent-3:performed by"),
            event(3, "Created", "ticket-2:case", "customer-7:performed by", cost=2),
            event(4, "Merged", "ticket-1:case", "ticket-2:case", "agent-3:performed by"),
            event(5, "Logged in", "agent-3:performed by"),
            event(6, "Closed", "ticket-1:case", "agent-3:performed by", note="done"),
        ],
        [
            thing("ticket-1", (f"{DAY}14:00:00Z", "status", "closed"), status="new", vip="yes"),
            thing("ticket-2", status="new"),
            thing("agent-3", name="Mara"),
            thing("customer-7", name="Zoë"),
        ],
        cost="integer",
    )


def save_json(log: dict | str, folder: Path) -> Path:
    path = folder / "log.json"
    path.write_text(log if isinstance(log, str) else json.dumps(log, ensure_ascii=False), "utf-8")
    return path


def save_xml(log: dict, folder: Path) -> Path:
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<log>"]
    for noun in ("object", "event"):
        lines.append(f"<{noun}-types>")
        for kind in log[f"{noun}Types"]:
            lines.append(f"<{noun}-type name={quoteattr(kind['name'])}><attributes>")
            lines += [
                f"<attribute name={quoteattr(each['name'])} type={quoteattr(each['type'])}/>"
                for each in kind["attributes"]
            ]
            lines.append(f"</attributes></{noun}-type>")
        lines.append(f"</{noun}-types>")
    for noun in ("object", "event"):
        lines.append(f"<{noun}s>")
        for each in log[f"{noun}s"]:
            time = f" time={quoteattr(each['time'])}" if noun == "event" else ""
            lines.append(
                f"<{noun} id={quoteattr(each['id'])} type={quoteattr(each['type'])}{time}>"
            )
            lines.append("<attributes>")
            for value in each.get("attributes", []):
                since = f" time={quoteattr(value['time'])}" if "time" in value else ""
                lines.append(
                    f"<attribute name={quoteattr(value['name'])}{since}>"
                    f"{escape(str(value['value']))}</attribute>"
                )
            lines.append("</attributes><objects>")
            for other in each.get("relationships", []):
                lines.append(
                    f"<relationship object-id={quoteattr(other['objectId'])} "
                    f"qualifier={quoteattr(other['qualifier'])}/>"
                )
            lines.append(f"</objects></{noun}>")
        lines.append(f"</{noun}s>")
    path = folder / "log.xml"
    path.write_text("\n".join([*lines, "</log>"]), "utf-8")
    return path


def save_database(log: dict, folder: Path, *more: str) -> Path:
    """Write the tables of the format; `more` are statements to spoil them with."""
    path = folder / "log.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as base:
        for noun in ("event", "object"):
            base.execute(f"CREATE TABLE {noun} (ocel_id TEXT, ocel_type TEXT)")
            base.execute(f"CREATE TABLE {noun}_map_type (ocel_type TEXT, ocel_type_map TEXT)")
            names = {}
            for kind in log[f"{noun}Types"]:
                table = kind["name"].replace(" ", "")
                names[kind["name"]] = [each["name"] for each in kind["attributes"]]
                base.execute(f"INSERT INTO {noun}_map_type VALUES (?, ?)", (kind["name"], table))
                columns = "".join(
                    f', "{each["name"]}" {SQL[each["type"]]}' for each in kind["attributes"]
                )
                changed = ", ocel_changed_field TEXT" if noun == "object" else ""
                fixed = f"ocel_id TEXT, ocel_time TEXT{changed}"
                base.execute(f'CREATE TABLE "{noun}_{table}" ({fixed}{columns})')
            for each in log[f"{noun}s"]:
                base.execute(f"INSERT INTO {noun} VALUES (?, ?)", (each["id"], each["type"]))
                _detail(base, noun, each, names[each["type"]])
        base.execute("CREATE TABLE event_object (ocel_event_id, ocel_object_id, ocel_qualifier)")
        base.execute("CREATE TABLE object_object (ocel_source_id, ocel_target_id, ocel_qualifier)")
        for each in log["events"]:
            for other in each["relationships"]:
                pair = (each["id"], other["objectId"], other["qualifier"])
                base.execute("INSERT INTO event_object VALUES (?, ?, ?)", pair)
        for statement in more:
            base.execute(statement)
        base.commit()
    return path


def _detail(base: sqlite3.Connection, noun: str, each: dict, names: list[str]) -> None:
    table = f'"{noun}_{each["type"].replace(" ", "")}"'
    if noun == "event":
        given = {value["name"]: value["value"] for value in each["attributes"]}
        row = [each["id"], each["time"].replace("T", " ").removesuffix("Z"), *map(given.get, names)]
        base.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        return
    for first, value in enumerate(each["attributes"]):
        when = value["time"].replace("T", " ").removesuffix("Z")
        initial = value["time"].startswith("1970")
        if initial and first:
            base.execute(
                f'UPDATE {table} SET "{value["name"]}" = ? WHERE ocel_id = ?',
                (value["value"], each["id"]),
            )
            continue
        cells = [value["value"] if name == value["name"] else None for name in names]
        row = [each["id"], when, None if initial else value["name"], *cells]
        base.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def read(log: dict | str, folder: Path, **options: object) -> EventLog:
    return read_log(save_json(log, folder), **options)


def notes(log: EventLog) -> dict[str, int | None]:
    return {note.code: note.count for note in log.intake.notes}
