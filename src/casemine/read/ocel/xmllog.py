"""OCEL 2.0 as XML: `object-types`, `event-types`, `objects` and `events` inside a `log`.

Read element by element with expat. A document type is refused: a log needs none, and entities
that it declares could unfold to any size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from casemine.errors import InputError, Place, show
from casemine.read.encoding import BLOCK
from casemine.read.ocel.content import Gatherer

if TYPE_CHECKING:
    from casemine.read.member import Member
    from casemine.read.ocel.content import Content, EntityGatherer

_DEEPEST = 12  # elements inside elements; the format needs six


def read_xml(member: Member) -> Content:
    """Read an XML file in one pass.

    Raises
    ------
    InputError
        It is not well-formed, or not of the shape of an OCEL 2.0 log; with the line.
    """
    reader = _Reader(member.name)
    parser = reader.parser
    try:
        with member.open() as stream:
            while block := stream.read(BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(
            f"is not well-formed XML: {expat.ErrorString(error.code)}",
            where=Place(member.name, error.lineno),
            mend="transfer or export it again",
            code="bad-xml",
        ) from error
    if not reader.gatherer.events.count:
        raise InputError("holds no event", where=Place(member.name), code="no-events")
    return reader.gatherer.finished()


class _Reader:
    """Follows the path of open elements, and gathers what closes."""

    def __init__(self, name: str) -> None:
        self.name, self.gatherer = name, Gatherer(name)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._path: list[str] = []
        self._given: dict[str, str] = {}  # attributes of the open attribute
        self._text: list[str] = []
        self._kind = ""  # the type that is being declared
        self._declared: list[tuple[str, str]] = []

    def _start(self, tag: str, given: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self._path.append(tag)
        if len(self._path) > _DEEPEST:
            raise self._error("nests too deeply")
        inside = self._path[1] if len(self._path) > 1 else ""
        if len(self._path) == 1 and tag != "log":
            raise self._error(f"has the root element {show(tag)}, not 'log'")
        if tag in {"event-type", "object-type"}:
            self._kind, self._declared = self._need(tag, given, "name"), []
        elif tag == "attribute" and inside in {"event-types", "object-types"}:
            pair = (self._need(tag, given, "name"), given.get("type", "string"))
            self._declared.append(pair)
        elif tag == "attribute":
            self._given, self._text = given, []
            self._need(tag, given, "name")
        elif tag == "event" and inside == "events":
            identifier, kind = self._need(tag, given, "id"), self._need(tag, given, "type")
            self.gatherer.events.add(identifier, kind, given.get("time"))
        elif tag == "object" and inside == "objects" and len(self._path) == 3:
            identifier, kind = self._need(tag, given, "id"), self._need(tag, given, "type")
            self.gatherer.objects.add(identifier, kind)
        elif tag in {"relationship", "relobj", "object"} and "object-id" in given:
            self._into(inside).relations([given["object-id"]], [given.get("qualifier", "")])

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        inside = self._path[1] if len(self._path) > 1 else ""
        if tag == "event-type":
            self.gatherer.events.declare(self._kind, self._declared)
        elif tag == "object-type":
            self.gatherer.objects.declare(self._kind, self._declared)
        elif tag == "attribute" and inside in {"events", "objects"}:
            value, time = "".join(self._text), self._given.get("time")
            self._into(inside).attribute(self._given["name"], value, time)
        self._path.pop()

    def _into(self, inside: str) -> EntityGatherer:
        into = self.gatherer.events if inside == "events" else self.gatherer.objects
        if not into.count:
            raise self._error("has an attribute or a relation outside of any event or object")
        return into

    def _characters(self, text: str) -> None:
        self._text.append(text)

    def _doctype(self, *_: object) -> None:
        raise self._error("has a document type, which a log does not need")

    def _need(self, tag: str, given: dict[str, str], name: str) -> str:
        if name not in given:
            raise self._error(f"element {show(tag)} has no {show(name)}")
        return given[name]

    def _error(self, message: str) -> InputError:
        return InputError(
            message, where=Place(self.name, self.parser.CurrentLineNumber), code="bad-ocel"
        )
