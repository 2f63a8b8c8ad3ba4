"""OCEL 2.0 as JSON, and OCEL 1.0 as JSON: what stands where in an event or object.

OCEL 2.0 has the lists `eventTypes`, `objectTypes`, `events` and `objects`, in any order. OCEL 1.0
has the objects `ocel:events` and `ocel:objects`, keyed by id; it declares no attributes, knows no
qualifiers, and its objects do not change over time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show
from casemine.read.encoding import Utf8Blocks
from casemine.read.ocel.content import Gatherer
from casemine.read.ocel.jsonmembers import members
from casemine.read.tables.jsonwindow import Number

if TYPE_CHECKING:
    from casemine.model.intake import Note
    from casemine.read.member import Member
    from casemine.read.ocel.content import Content, EntityGatherer
    from casemine.read.options import ReadOptions

LISTS = ("eventTypes", "objectTypes", "events", "objects")
OLD = ("ocel:events", "ocel:objects")
_WANTED = frozenset({*LISTS, *OLD})


def read_json(member: Member, options: ReadOptions) -> tuple[Content, list[Note]]:
    """Read a JSON file in one pass.

    Returns
    -------
    (Content, list of Note)
        What it holds, and how its text had to be read.

    Raises
    ------
    InputError
        It is not JSON, or not of the shape of an object-centric log; with the line.
    """
    text = Utf8Blocks(member, options.encoding)
    gatherer = Gatherer(member.name)
    met: dict[str, None] = {}
    old_types: dict[str, dict[str, None]] = {"event": {}, "object": {}}
    for section, key, value, line in members(text, member.name, _WANTED):
        met[section] = None
        element = _Element(value, member.name, line, section, key)
        if section in LISTS and key is not None:
            raise element.error("is an object", "a list")
        if section == "events":
            _event(element, gatherer.events)
        elif section == "objects":
            _object(element, gatherer.objects)
        elif section == "eventTypes":
            _declare(element, gatherer.events)
        elif section == "objectTypes":
            _declare(element, gatherer.objects)
        elif section == "ocel:events":
            old_types["event"][_old_event(element, gatherer.events)] = None
        else:
            old_types["object"][_old_object(element, gatherer.objects)] = None
    if not gatherer.events.count:
        raise InputError(
            "holds no event", where=Place(member.name), mend=_absent(met), code="no-events"
        )
    for noun, into in (("event", gatherer.events), ("object", gatherer.objects)):
        for kind in old_types[noun]:
            into.declare(kind, ())
    return gatherer.finished(), [text.guessed] if text.guessed else []


def _absent(met: dict[str, None]) -> str | None:
    missing = [
        name for name in ("events", "objects") if name not in met and f"ocel:{name}" not in met
    ]
    return f"it has no {' and no '.join(map(show, missing))} with elements" if missing else None


def _event(element: _Element, into: EntityGatherer) -> None:
    into.add(element.text("id"), element.text("type"), element.time("time"))
    for each in element.list("attributes"):
        _value(each, into, each.text("name"), each.given.get("value"))
    _relations(element, into)


def _object(element: _Element, into: EntityGatherer) -> None:
    into.add(element.text("id"), element.text("type"))
    for each in element.list("attributes"):
        _value(each, into, each.text("name"), each.given.get("value"), each.time("time"))
    _relations(element, into)


def _relations(element: _Element, into: EntityGatherer) -> None:
    """Add the related objects: at once if all is as it should be, else with a look at each."""
    related = element.given.get("relationships") or []
    try:
        targets = [each["objectId"] for each in related]
        qualifiers = [each["qualifier"] for each in related]
    except (KeyError, TypeError):
        targets = qualifiers = [None]
    if not set(map(type, targets + qualifiers)) <= {str}:
        checked = element.list("relationships")
        targets = [each.text("objectId") for each in checked]
        qualifiers = [each.text("qualifier", default="") for each in checked]
    into.relations(targets, qualifiers)


def _declare(element: _Element, into: EntityGatherer) -> None:
    attributes = [(each.text("name"), each.text("type")) for each in element.list("attributes")]
    into.declare(element.text("name"), attributes)


def _old_event(element: _Element, into: EntityGatherer) -> str:
    kind = element.text("ocel:activity")
    into.add(element.key or "", kind, element.time("ocel:timestamp"))
    for name, value in element.object("ocel:vmap").items():
        _value(element, into, name, value)
    related = element.given.get("ocel:omap", [])
    if not isinstance(related, list) or not all(isinstance(each, str) for each in related):
        raise element.error("is no list of texts", "a list of ids", "ocel:omap")
    into.relations(related, [""] * len(related))
    return kind


def _old_object(element: _Element, into: EntityGatherer) -> str:
    kind = element.text("ocel:type")
    into.add(element.key or "", kind)
    for name, value in element.object("ocel:ovmap").items():
        _value(element, into, name, value)
    return kind


def _value(
    element: _Element, into: EntityGatherer, name: str, value: Any, time: str | None = None
) -> None:
    try:
        into.attribute(name, value, time)
    except KeyError:
        raise element.error(f"is {_KINDS[type(value).__name__]}", "one value", name) from None


class _Element:
    """An object of the file, with its place for messages."""

    __slots__ = ("given", "key", "line", "name", "section")

    def __init__(
        self, given: Any, name: str, line: int, section: str, key: str | None = None
    ) -> None:
        self.given, self.name, self.line = given, name, line
        self.section, self.key = section, key
        if not isinstance(given, dict):
            raise self.error(f"holds {_KINDS[type(given).__name__]}", "an object")

    def text(self, key: str, *, default: str | None = None) -> str:
        """Take a text, or a number as it is written."""
        value = self.given.get(key, default)
        if isinstance(value, str):  # a number is one, as it is written
            return str(value)
        if value is None:
            if default is not None:
                return default
            raise self.error("is missing", None, key)
        raise self.error(f"is {_KINDS[type(value).__name__]}", "a text", key)

    def time(self, key: str) -> str | None:
        """Take a time as it is written; None where there is none."""
        value = self.given.get(key)
        if value is None or (isinstance(value, str) and not isinstance(value, Number)):
            return value
        raise self.error(f"is {_KINDS[type(value).__name__]}", "a time as text", key)

    def list(self, key: str) -> list[_Element]:
        """Take the objects of a list that may be absent."""
        value = self.given.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(f"is {_KINDS[type(value).__name__]}", "a list", key)
        return [_Element(each, self.name, self.line, f"{self.section}.{key}") for each in value]

    def object(self, key: str) -> dict[str, Any]:
        """Take an object that may be absent."""
        value = self.given.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(f"is {_KINDS[type(value).__name__]}", "an object", key)
        return value

    def error(self, found: str, wanted: str | None, key: str | None = None) -> InputError:
        """Say what was found instead."""
        subject = show(self.section) if key is None else f"{show(key)} in {show(self.section)}"
        rest = "" if wanted is None else f" where {wanted} should be"
        return InputError(
            f"{subject} {found}{rest}", where=Place(self.name, self.line, key), code="bad-ocel"
        )


_KINDS = {
    "str": "a text",
    "Number": "a number",
    "bool": "true or false",
    "NoneType": "null",
    "list": "a list",
    "dict": "an object",
}
