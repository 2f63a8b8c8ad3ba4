"""OCEL 2.0 in an SQLite database: one table per type of event and object.

`event` and `object` list the ids with their types, `event_object` and `object_object` the
relations; `event_map_type` and `object_map_type` say which table holds the times and attributes of
a type, such as `event_CreateTicket`. A row of an object's table with `ocel_changed_field` gives a
new value to that attribute alone. The types of attributes are those of the SQL columns.

The file is opened for reading only. Views, triggers and functions of a foreign database are never
run: only tables are read, by their names.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from casemine.errors import InputError, Place, show
from casemine.read.ocel.content import Gatherer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casemine.read.member import Member
    from casemine.read.ocel.content import Content, EntityGatherer

MAGIC = b"SQLite format 3\0"
ID, TIME, CHANGED = "ocel_id", "ocel_time", "ocel_changed_field"
_HEADER = 100  # bytes
_ROWS = 50_000  # fetched at a time


def read_database(member: Member) -> Content:
    """Read a database.

    Raises
    ------
    InputError
        It is damaged, cut off, or lacks a table or column of OCEL 2.0.
    """
    with _on_disk(member) as path:
        _refuse_cut_off(path, member.name)
        return _read(path, member.name)


def _read(path: Path, name: str) -> Content:
    with _opened(path, name) as connection:
        database = _Database(connection, name)
        gatherer = Gatherer(name)
        try:
            _entities(database, "event", gatherer.events)
            _entities(database, "object", gatherer.objects)
        except (sqlite3.Error, OverflowError) as error:
            raise _damaged(name, error) from error
        if not gatherer.events.count:
            raise InputError("holds no event", where=Place(name), code="no-events")
        return gatherer.finished()


class _Database:
    """Tables by name, with messages in plain words for what is not there."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.connection, self.name = connection, name
        try:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            self.tables = [each for (each,) in found if isinstance(each, str)]
        except sqlite3.Error as error:
            raise _damaged(name, error) from error

    def columns(self, table: str) -> dict[str, str]:
        """Names of columns with their SQL types."""
        found = self.connection.execute(f"PRAGMA table_info({_quoted(table)})")
        return {row[1]: str(row[2] or "") for row in found}

    def require(self, table: str, *columns: str, why: str = "") -> dict[str, str]:
        """Check that a table is there with these columns; return all it has."""
        if table not in self.tables:
            listed = ", ".join(map(show, self.tables[:12])) or "none"
            raise InputError(
                f"has no table {show(table)}{why}",
                where=Place(self.name),
                mend=f"an OCEL 2.0 database has it; the tables are: {listed}",
                code="bad-ocel",
            )
        found = self.columns(table)
        for column in columns:
            if column not in found:
                raise InputError(
                    f"table {show(table)} has no column {show(column)}",
                    where=Place(self.name),
                    code="bad-ocel",
                )
        return found

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Rows in the order in which they were put in."""
        listed = ", ".join(map(_quoted, columns))
        # The names come from the database itself and are quoted.
        cursor = self.connection.execute(f"SELECT {listed} FROM {_quoted(table)}")  # noqa: S608
        while batch := cursor.fetchmany(_ROWS):
            yield from batch

    def text(self, value: Any, table: str, column: str) -> str:
        """Take a text, or a number as text."""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float):
            return str(value)
        found = "nothing" if value is None else "binary data"
        raise InputError(
            f"column {show(column)} of table {show(table)} holds {found} where a text should be",
            where=Place(self.name, column=column),
            code="bad-ocel",
        )


def _entities(database: _Database, noun: str, into: EntityGatherer) -> None:
    """Read the events, or the objects, with the tables of their types and their relations."""
    database.require(noun, ID, "ocel_type")
    mapping = f"{noun}_map_type"
    database.require(mapping, "ocel_type", "ocel_type_map")
    tables = {
        database.text(
            kind, mapping, "ocel_type"
        ): f"{noun}_{database.text(name, mapping, 'ocel_type_map')}"
        for kind, name in database.rows(mapping, ("ocel_type", "ocel_type_map"))
    }
    details: dict[str, _Details] = {}
    for kind, table in tables.items():
        details[kind] = _details(database, noun, table, f", which {show(mapping)} names")
        into.declare(kind, details[kind].declared.items())
    related = _related(database, noun)
    known: dict[str, str] = {}
    for identifier, kind in database.rows(noun, (ID, "ocel_type")):
        identifier = database.text(identifier, noun, ID)  # noqa: PLW2901 - the same, checked
        kind = database.text(kind, noun, "ocel_type")  # noqa: PLW2901
        known[identifier] = kind
        found = details[kind].rows.get(identifier, ()) if kind in details else ()
        if noun == "event" and len(found) > 1:
            _refuse(database, noun, tables[kind], [identifier])
        into.add(identifier, kind, found[0][0] if found and noun == "event" else None)
        for time, changed, values in found:
            for name, value in values.items():
                if changed is None or changed == name:
                    if isinstance(value, bytes):
                        database.text(value, tables[kind], name)
                    into.attribute(name, value, time)
        objects = related.pop(identifier, [])
        into.relations([each for each, _ in objects], [each for _, each in objects])
    # Rows about an event or object that the list of them does not have.
    for kind, detail in details.items():
        orphans = [identifier for identifier in detail.rows if known.get(identifier) != kind]
        _refuse(database, noun, tables[kind], orphans)
    _refuse(database, noun, "event_object" if noun == "event" else "object_object", list(related))


class _Details:
    """What the table of one type says of each id: time, changed field, and values."""

    def __init__(self, declared: dict[str, str]) -> None:
        self.declared = declared
        self.rows: dict[str, list[tuple[str | None, str | None, dict[str, Any]]]] = {}


def _details(database: _Database, noun: str, table: str, why: str) -> _Details:
    columns = database.require(table, ID, *((TIME,) if noun == "event" else ()), why=why)
    fixed = [name for name in (ID, TIME, CHANGED) if name in columns]
    names = [name for name in columns if name not in fixed]
    found = _Details({name: _sql_type(columns[name]) for name in names})
    for row in database.rows(table, [*fixed, *names]):
        given = dict(zip(fixed, row, strict=False))
        values = {
            name: value
            for name, value in zip(names, row[len(fixed) :], strict=True)
            if value is not None
        }
        identifier = database.text(given[ID], table, ID)
        time = given.get(TIME)
        time = None if time is None else database.text(time, table, TIME)
        changed = given.get(CHANGED)
        changed = None if changed in {None, ""} else database.text(changed, table, CHANGED)
        if changed is not None and changed not in columns:
            raise InputError(
                f"table {show(table)} has a change of {show(changed)}, which is no column of it",
                where=Place(database.name, column=CHANGED),
                code="bad-ocel",
            )
        found.rows.setdefault(identifier, []).append((time, changed, values))
    return found


def _related(database: _Database, noun: str) -> dict[str, list[tuple[str, str]]]:
    """Relations of each event, or object, in the order of the table."""
    table, source, target = (
        ("event_object", "ocel_event_id", "ocel_object_id")
        if noun == "event"
        else ("object_object", "ocel_source_id", "ocel_target_id")
    )
    if noun == "object" and table not in database.tables:
        return {}
    columns = database.require(table, source, target)
    wanted = [source, target, *(["ocel_qualifier"] if "ocel_qualifier" in columns else [])]
    found: dict[str, list[tuple[str, str]]] = {}
    for row in database.rows(table, wanted):
        owner, other = (database.text(row[i], table, wanted[i]) for i in (0, 1))
        qualifier = row[2] if len(row) > 2 and row[2] is not None else ""
        found.setdefault(owner, []).append((other, str(qualifier)))
    return found


def _refuse(database: _Database, noun: str, table: str, orphans: list[str]) -> None:
    if orphans:
        raise InputError(
            f"table {show(table)} has rows for {noun} {show(orphans[0])} that table {show(noun)} "
            f"does not have so ({len(orphans):,} of them)",
            where=Place(database.name),
            code="bad-ocel",
            count=len(orphans),
        )


def _sql_type(declared: str) -> str:
    """Name the type of a column without its length: `VARCHAR(20)` is `varchar`."""
    return declared.partition("(")[0].strip().lower() or "string"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _opened(path: Path, name: str) -> Iterator[sqlite3.Connection]:
    """Open for reading; changes that a running program has not yet put in its place are seen."""
    beside = (Path(f"{path}-wal"), Path(f"{path}-journal"))
    fixed = "" if any(each.exists() for each in beside) else "&immutable=1"
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro{fixed}", uri=True)
    except sqlite3.Error as error:
        raise _damaged(name, error) from error
    with closing(connection):
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise _damaged(name, error) from error
        yield connection


@contextmanager
def _on_disk(member: Member) -> Iterator[Path]:
    """SQLite wants a path: the file itself, or a copy of what is inside an archive or a pipe."""
    path = Path(member.name)
    if _is_database(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="casemine-") as folder:
        copy = Path(folder) / "log.sqlite"
        with member.open() as stream, copy.open("wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
        yield copy


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except (OSError, ValueError):
        return False


def _refuse_cut_off(path: Path, name: str) -> None:
    """Refuse a file that is shorter than its header says; SQLite finds out only where it looks."""
    with path.open("rb") as stream:
        header = stream.read(_HEADER)
    size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    told = header[24:28] == header[92:96]  # else an old program wrote it, which does not count
    whole = (1 << 16 if size == 1 else size) * pages
    if len(header) < _HEADER or (told and path.stat().st_size < whole):
        raise InputError(
            "is cut off: the database is shorter than its header says",
            where=Place(name),
            mend="transfer or export it again",
            code="truncated",
        )


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(
        f"cannot be read as an SQLite database: {error}",
        where=Place(name),
        mend="it is damaged, cut off or no database; transfer or export it again",
        code="damaged",
    )
