"""What the beginning of a file shows of it: its container, and the columns or keys that it has.

A table is opened, which reads its header; it is handed on, so that no header is read twice. Of JSON
and XML only the head is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from casemine.errors import InputError, Place
from casemine.read.importer import ELEMENTS, IMPORTERS
from casemine.read.source import HEAD, head_of

if TYPE_CHECKING:
    from casemine.read.crm.language.catalogue import Needs
    from casemine.read.crm.language.preset import FilePart
    from casemine.read.crm.raw.shape import Shape
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions
    from casemine.read.tables.rawtable import RawTable

# Bytes looked at where a head shows nothing known: its first record may be longer than that. Keys
# are found at 3 MB a second where there are many, so a plain log must not pay for much more.
FAR = 1 << 18


@dataclass(frozen=True, slots=True)
class Match:
    """What a file has of what a kind of export needs, at the best place for its records."""

    there: tuple[str, ...]
    missing: tuple[str, ...]
    hints: tuple[str, ...]
    records: str | None = None  # path of the list of records in JSON and XML


@dataclass(frozen=True, slots=True)
class Look:
    """What one file shows."""

    member: Member
    container: str  # csv, xlsx, parquet, json, xml, or the importer of a log; "" if none
    table: RawTable | None = None
    names: frozenset[str] = frozenset()  # columns of a table, as `plain_header` has them
    shape: Shape | None = None  # of JSON and XML
    error: InputError | None = None  # why a table could not be opened
    why: str = ""  # why no preset is to be tried

    def fits(self, needs: Needs) -> bool:
        """Whether the file has all that is needed, wherever its records may be."""
        if self.shape is None:
            return all(plain_header(each) in self.names for each in needs)
        return any(keys.issuperset(needs) for keys in (self.shape.lists or {}).values())

    def may_be(self, part: FilePart) -> bool:
        """Whether the part is of such a container; only JSON and XML have lists of records.

        A list of flat JSON objects, which needs no preset to say where it is, is a table too.
        """
        return bool(part.records) == (self.shape is not None) or self.container == "json"

    def match(self, part: FilePart) -> Match:
        """Compare with a kind of export, where its records are most like it."""
        if self.shape is None:
            there = {
                name for name in (*part.needs, *part.hints) if plain_header(name) in self.names
            }
            return _match(part, there, None)
        each = [_match(part, self._keys(part, path), path) for path in part.records or ("",)]
        return max(each, key=lambda match: (len(match.there), len(match.hints)))

    def _keys(self, part: FilePart, path: str) -> frozenset[str] | set[str]:
        """Keys of a list; to a table, what holds an object is no column."""
        keys = self.shape.keys(path) if self.shape is not None else frozenset()
        if part.records:
            return keys
        return keys - {key.rpartition(".")[0] for key in keys}


def look_at(member: Member, options: ReadOptions) -> Look:
    """Look at the beginning of a file.

    Raises
    ------
    UsageError
        An option for reading tables names what does not exist.
    """
    head = head_of(member)
    importer = next((each for each in IMPORTERS if each.recognises(head)), None)
    if importer is None:
        return Look(member, "", why="is no kind of file that logs come in")
    if importer.name == "ocel":
        return Look(member, importer.name, why="is OCEL, which is a log already")
    if importer.name in {"json", "xes"} or ELEMENTS.match(head):
        return _look_at_text(Look(member, importer.name), head)
    try:
        table = cast("RawTable", importer.read(member, replace(options, importer=None)))
    except InputError as error:
        return Look(member, importer.name, error=error, why=error.message)
    if getattr(table, "stores_log", False):
        return Look(member, importer.name, table, why="is a log that casemine has written")
    names = frozenset(map(plain_header, table.header or table.columns))
    return Look(member, importer.name, table, names)


def look_further(look: Look) -> Look:
    """Look at more of a JSON or XML file, whose first records may be long."""
    if look.shape is None:
        return look
    head = head_of(look.member, FAR)
    return _look_at_text(look, head) if len(head) > HEAD else look


def broken_xml(look: Look) -> InputError | None:
    """Say where XML that no preset knows is broken; what stands behind the place may be missed."""
    if look.container != "xml" or look.why:
        return None
    from xml.parsers import expat

    parser = expat.ParserCreate()
    try:
        parser.Parse(head_of(look.member, FAR), False)
    except expat.ExpatError as error:
        return InputError(
            f"is not well-formed XML: {expat.ErrorString(error.code)}",
            where=Place(look.member.name, error.lineno),
            mend="export it again",
            code="bad-xml",
        )
    return None


def plain_header(name: str) -> str:
    r"""Bring a column name into the form in which headers are compared.

    Examples
    --------
    >>> plain_header('\ufeff"Case_Number "'), plain_header("case  number")
    ('case number', 'case number')
    """
    bare = name.strip("\ufeff \t").strip("\"'")
    return " ".join(bare.replace("_", " ").casefold().split())


def _look_at_text(look: Look, head: bytes) -> Look:
    from casemine.read.crm.raw.shape import shape_of

    if look.container != "json":
        from casemine.read.xes import recognises

        if recognises(head):
            return replace(look, why="is XES, which is a log already")
        look = replace(look, container="xml")
    shape = shape_of(head)
    return replace(look, shape=shape, why="" if shape else "shows no records")


def _match(part: FilePart, there: set[str] | frozenset[str], records: str | None) -> Match:
    return Match(
        tuple(name for name in part.needs if name in there),
        tuple(name for name in part.needs if name not in there),
        tuple(name for name in part.hints if name in there),
        records,
    )
