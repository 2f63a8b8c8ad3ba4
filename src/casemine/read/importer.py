"""The importers: who recognises which file by its first bytes, in the order they are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, UsageError, show
from casemine.read.encoding import marked_encoding
from casemine.read.objectcentric import is_ocel, refuse_object_centric
from casemine.read.picking import looks_like
from casemine.read.source import head_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from casemine.log.eventlog import EventLog
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import RawTable

ENTRY_POINTS = "casemine.importers"

# XML that does not say so: an element in an element. A table may begin with `<DATE>,<TIME>`,
# or with a tab between.
ELEMENTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[A-Za-z_][^<>]*>(?:[ \t]*\r?\n\s*)?<[A-Za-z_]")
_JSON = re.compile(rb'\s*(?:\{\s*(?:"|\}|\Z)|\[\s*(?:[{\["\d\]]|\Z))')
_OLE = b"\xd0\xcf\x11\xe0"  # XLS


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file.

    `read` gives a finished log, or a raw table that is then read as any table is.
    """

    name: str  # what --from calls it
    recognises: Callable[[bytes], bool]
    read: Callable[[Member, ReadOptions], EventLog | RawTable]
    gives_log: bool = False  # a finished log, not a table


def _read_ocel(member: Member, options: ReadOptions) -> EventLog:
    from casemine.read.ocel import read_ocel

    return read_ocel(member, options)


def _is_xml(head: bytes) -> bool:
    start = _text_start(head)
    if not start.startswith("<") or looks_like(head) is not None:
        return False
    from casemine.read.xes import recognises

    # Other XML goes there too, for a message that names its root; `<DATE>,<TIME>` is text.
    return (
        start.startswith(("<?xml", "<!--", "<!DOCTYPE"))
        or ELEMENTS.match(head) is not None
        or recognises(head)
    )


def _read_xes(member: Member, options: ReadOptions) -> EventLog:
    from casemine.read.xes import read_xes

    return read_xes(member, options)


def _is_parquet(head: bytes) -> bool:
    return head.startswith(b"PAR1")


def _read_parquet(member: Member, options: ReadOptions) -> RawTable:  # noqa: ARG001
    from casemine.read.tables.parquet import ParquetTable

    return ParquetTable(member)


def _is_spreadsheet(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", _OLE))


def _read_spreadsheet(member: Member, options: ReadOptions) -> RawTable:
    from casemine.read.tables.spreadsheet import SheetTable

    return SheetTable(member, options)


def _is_json(head: bytes) -> bool:
    return _JSON.match(_text_start(head).encode()) is not None


def _read_json(member: Member, options: ReadOptions) -> RawTable:
    from casemine.read.tables.jsonrows import JsonTable

    return JsonTable(member, options)


def _is_text(head: bytes) -> bool:
    return looks_like(head) is None


def _read_delimited(member: Member, options: ReadOptions) -> RawTable:
    from casemine.read.tables.delimited import DelimitedTable

    return DelimitedTable(member, options)


IMPORTERS = (
    Importer("ocel", is_ocel, _read_ocel, gives_log=True),
    Importer("xes", _is_xml, _read_xes, gives_log=True),
    Importer("parquet", _is_parquet, _read_parquet),
    Importer("xlsx", _is_spreadsheet, _read_spreadsheet),
    Importer("json", _is_json, _read_json),
    Importer("csv", _is_text, _read_delimited),
)
_OTHER_NAMES = {"ndjson": "json", "jsonl": "json", "tsv": "csv", "xls": "xlsx", "ods": "xlsx"}


def importer_for(member: Member, options: ReadOptions) -> Importer:
    """Find the importer of a file: the one the user named, else the first that recognises it.

    Other packages are asked (entry points `casemine.importers`) only where the user named one that
    is not built in, or nothing built in recognises the file: looking for them takes time.

    Raises
    ------
    UsageError
        There is no importer of that name.
    InputError
        No importer recognises the file.
    """
    if options.importer is not None:
        return _named(options.importer)
    head = head_of(member)
    refuse_object_centric(member.name, head, options)
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    for importer in _from_other_packages():
        if importer.recognises(head):
            return importer
    raise InputError(
        f"is {looks_like(head)}, not an event log",
        where=Place(member.name),
        mend="export the log as CSV, XLSX, Parquet, JSON or XES",
        code="not-a-log",
    )


def importer_named(name: str) -> Importer | None:
    """Look up the importer that `--from` names; None if there is none, built in or installed."""
    wanted = _OTHER_NAMES.get(name.lower(), name.lower())
    for importer in IMPORTERS:
        if importer.name == wanted:
            return importer
    return next((each for each in _from_other_packages() if each.name == name), None)


def _named(name: str) -> Importer:
    found = importer_named(name)
    if found is not None:
        return found
    known = ", ".join(importer.name for importer in (*IMPORTERS, *_from_other_packages()))
    raise UsageError(
        f"there is no importer {show(name)}", mend=f"there are {known}", code="no-such-importer"
    )


def _from_other_packages() -> tuple[Importer, ...]:
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)
    return tuple(point.load() for point in found)


def _text_start(head: bytes) -> str:
    """Decode the first characters, without a byte-order mark and blanks."""
    mark, encoding = marked_encoding(head)
    return head[mark : mark + 400].decode(encoding or "utf-8", "replace").lstrip()
