"""What the first bytes of a JSON or XML file show: where lists stand, and which keys records have.

Only the head of the file is looked at, so that knowing a file costs the same for a kilobyte and a
gigabyte. The head may end in the middle of a record; the keys up to there count.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from casemine.read.encoding import marked_encoding
from casemine.read.picking import looks_like
from casemine.read.source import head_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casemine.read.member import Member

MAX_PATHS = 5_000  # per list; data that use ids as keys have no end of them
XML_DEPTH = 4  # levels at which records of an XML file may stand

_JSON = re.compile(r"\s*(?:\{\s*(?:[\"}]|\Z)|\[\s*(?:[{\[\"\]\d-]|\Z))")
_TOKEN = re.compile(r'\s*(?:("[^"\\]*(?:\\.[^"\\]*)*")|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])")
_BINARY = {
    b"PK\x03\x04": "spreadsheet",  # archives have been opened before
    b"\xd0\xcf\x11\xe0": "spreadsheet",
    b"PAR1": "parquet",
    b"SQLite format 3\0": "sqlite",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Where records may stand in a file, and what they hold.

    `lists` maps the dotted path of each list ("issues", "_embedded.conversations", "" for the
    root: a list, NDJSON or one object) to the dotted paths of the keys in its records, through
    nested objects and lists alike. In XML a path begins with the root element, and attributes
    are `@name`. An object right inside a single root object counts as a list of one record.
    """

    container: str  # "json", "ndjson", "xml", "table", "spreadsheet", "parquet", "sqlite", "other"
    root: str | None = None  # root element of an XML file
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def keys(self, path: str) -> frozenset[str]:
        """Paths seen in the records of a list; empty if there is no such list."""
        return self.lists.get(path, frozenset())


def peek(member: Member) -> Shape:
    """Look at the head of a file, of whatever kind it is."""
    head = head_of(member)
    for magic, container in _BINARY.items():
        if head.startswith(magic):
            return Shape(container)
    return shape_of(head) or Shape("table" if looks_like(head) is None else "other")


def shape_of(head: bytes) -> Shape | None:
    """Find the lists in the first bytes of a JSON or XML file.

    Returns
    -------
    Shape or None
        None if it is neither.

    Examples
    --------
    >>> found = shape_of(b'{"total": 2, "issues": [{"key": "A-1", "log": [{"id": 1}]}, {"ke')
    >>> {path: sorted(keys) for path, keys in found.lists.items() if path != "issues.log"}
    {'': ['issues', 'issues.key', 'issues.log', 'issues.log.id', 'total'], 'issues': ['key', 'log', 'log.id']}
    """  # noqa: E501
    mark, encoding = marked_encoding(head)
    text = head[mark:].decode(encoding or "utf-8", "replace")
    if _JSON.match(text):
        return _json_shape(text)
    if _XML.match(text) and looks_like(head) is None:
        return _xml_shape(text)
    return None


class _Lists:
    """Key paths by list; a path is noted for every list that it stands in."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}

    def open(self, path: str) -> None:
        self.found.setdefault(path, set())

    def note(self, path: str, homes: tuple[str, ...]) -> None:
        for home in homes:
            keys = self.found[home]
            if len(keys) < MAX_PATHS:
                keys.add(path[len(home) + 1 :] if home else path)


@dataclass(slots=True)
class _Open:
    """An object or list that has begun."""

    sign: str
    path: str
    homes: tuple[str, ...]  # lists around it
    outer: bool  # no list is around it, save one at the root
    key: str | None = None


def _json_shape(text: str) -> Shape:
    lists = _Lists()
    lists.open("")
    stack: list[_Open] = []
    roots, objects = 0, set[str]()
    for string, sign, _ in _tokens(text):
        top = stack[-1] if stack else None
        if sign in ("{", "["):
            roots += top is None
            opened = _open(sign, top)
            if opened.outer and opened.path not in opened.homes:
                single = sign == "{" and len(stack) == 1  # right inside of the root
                if single:
                    objects.add(opened.path)
                if sign == "[" or single:
                    lists.open(opened.path)
                    opened.homes = (*opened.homes, opened.path)
            stack.append(opened)
        elif sign in ("}", "]"):
            if stack:
                stack.pop()
        elif top is not None and top.sign == "{":
            if sign == ",":
                top.key = None
            elif string and top.key is None:
                top.key = _unquoted(string)
                lists.note(_joined(top.path, top.key), top.homes)
    if roots > 1:  # they are parts of records, not around them
        for path in objects:
            del lists.found[path]
    return Shape(
        "ndjson" if roots > 1 and text.lstrip()[:1] == "{" else "json",
        lists={path: frozenset(keys) for path, keys in lists.found.items()},
    )


def _open(sign: str, top: _Open | None) -> _Open:
    """Begin an object or list at the root, as the value of a key, or in a list."""
    if top is None:
        return _Open(sign, "", ("",), outer=True)
    if top.sign == "[":
        return _Open(sign, top.path, top.homes, outer=top.path == "" and top.outer)
    path = _joined(top.path, top.key or "")
    return _Open(sign, path, top.homes, outer=top.outer)


def _tokens(text: str) -> Any:
    """Cut JSON into strings, signs and the rest, up to where it is cut off or broken."""
    at = 0
    while found := _TOKEN.match(text, at):
        at = found.end()
        yield found.groups()


def _unquoted(string: str) -> str:
    try:
        return str(json.loads(string, strict=False))
    except ValueError:
        return string[1:-1]


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _xml_shape(text: str) -> Shape:
    lists, stack, root = _Lists(), [""], ""
    lists.open("")
    parser = expat.ParserCreate("UTF-8", " ")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal root
        name = tag.rpartition(" ")[2]
        root = root or name
        path = _joined(stack[-1], name)
        homes = tuple(dict.fromkeys(stack[: XML_DEPTH + 1]))
        lists.note(path, homes)
        stack.append(path)
        if len(stack) <= XML_DEPTH + 1:
            lists.open(path)
            homes = (*homes, path)
        for each in attributes:
            lists.note(f"{path}.@{each.rpartition(' ')[2]}", homes)

    def end(_: str) -> None:
        stack.pop()

    def doctype(name: str, *_: Any) -> None:
        nonlocal root
        root = name
        raise _StopError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    # What is wrong the reader will say; here the keys up to there are enough.
    with suppress(expat.ExpatError, _StopError):
        parser.Parse(text.encode("utf-8", "replace"), False)
    found = {path: frozenset(keys) for path, keys in lists.found.items() if keys}
    return Shape("xml", root or None, found)


class _StopError(Exception):
    """A document type: nothing behind it is looked at."""
