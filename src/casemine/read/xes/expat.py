"""The exact way into XES: an expat parser that streams, and says what it met.

Reads any well-formed XES, in bounded memory, and gives the same `Tokens` as the fast way where
both can read. A nested attribute gets the path of keys as its name (`price/currency`); a list or
container becomes one text attribute in JSON. Nothing outside the file is ever opened: a document
type that points elsewhere and every entity declaration are refused before they can do anything.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from casemine.errors import InputError, Place, show
from casemine.read.xes.tokens import (
    MAX_KEYS,
    NESTING,
    TYPES,
    Attributes,
    Field,
    Tokens,
    too_many_keys,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_LOG_ATTRIBUTES = 100_000  # that are checked; they are not kept
MAX_DEPTH = 100  # attributes within attributes; deeper ones are no data but an attack

_LOG, _TRACE, _EVENT, _ATTRIBUTE, _SKIPPED = range(5)
_KINDS = ("log", "trace", "event", *TYPES, *NESTING, "values", "extension", "global", "classifier")
_OTHER_FORMATS = {
    "definitions": "a BPMN model",
    "pnml": "a Petri net (PNML)",
    "WorkflowLog": "a log in the older MXML format",
    "html": "a web page",
    "OCEL": "an object-centric log",
    "ptml": "a process tree",
}


@dataclass(slots=True)
class Remarks:
    """What was met beside events: the head of the log, and all that has no place in the table."""

    root: str = ""  # name of the root element with its prefix
    doctype: bool = False
    classifiers: list[tuple[str, str, str]] = field(default_factory=list)  # name, scope, keys
    promised: dict[str, str] = field(default_factory=dict)  # global event attributes: default
    log_attributes: list[tuple[Field, str | None, int]] = field(default_factory=list)  # with line
    unknown: Counter[str] = field(default_factory=Counter)  # elements that XES does not have
    extra: Counter[str] = field(default_factory=Counter)  # XML attributes likewise
    nested: Counter[str] = field(default_factory=Counter)  # by key of the attribute around
    lists: Counter[str] = field(default_factory=Counter)


class ExactTokeniser:
    """Feed it bytes, take tokens.

    Parameters
    ----------
    name : str
        What messages call the file.
    first_event, first_trace : int
        Numbers of the next of each, counted from 0 over the file.
    remarks : Remarks, optional
        Where to write down what was met; a new one otherwise.
    """

    def __init__(
        self,
        name: str,
        *,
        first_event: int = 0,
        first_trace: int = 0,
        remarks: Remarks | None = None,
    ) -> None:
        self.name = name
        self.remarks = remarks or Remarks()
        self.next_event, self.next_trace = first_event, first_trace
        self._first_trace = first_trace
        self._kinds = _Kinds()
        self._stack: list[int] = []
        self._level = _LOG  # the innermost log, trace or event that is open
        self._path: list[str] = []  # keys of the attributes that are open
        self._tree: list[list[dict[str, Any]]] = []  # children of the lists that are open
        self._global: str | None = None  # scope of the global element that is open
        self._fields: dict[tuple[str, str], int] = {}
        self._event_trace: list[int] = []
        self._events: tuple[list[int], list[int], list[str | None]] = ([], [], [])
        self._traces: tuple[list[int], list[int], list[str | None]] = ([], [], [])
        # Bytes arrive as UTF-8 whatever the declaration says.
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._entity

    @property
    def line(self) -> int:
        """Physical line that the parser has reached."""
        return int(self._parser.CurrentLineNumber)

    @property
    def in_event(self) -> bool:
        """Whether an event is open; then taking tokens would split it."""
        return self._level == _EVENT

    def feed(self, data: bytes, *, final: bool = False) -> None:
        """Read on.

        Raises
        ------
        InputError
            Not well-formed, not XES, or with declarations that are refused.
        """
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise self._malformed(error) from None

    def take(self) -> Tokens:
        """Hand over what was read since the last time."""
        fields = tuple(Field(*key) for key in self._fields)
        tokens = Tokens(
            fields=fields,
            events=_attributes(self._events),
            traces=_attributes(self._traces),
            event_trace=np.array(self._event_trace, np.int64),
            trace_count=self.next_trace - self._first_trace,
        )
        self._fields, self._event_trace = {}, []
        self._events, self._traces = ([], [], []), ([], [], [])
        self._first_trace = self.next_trace
        return tokens

    def _start(self, name: str, given: dict[str, str]) -> None:
        kind = self._kinds[name]
        stack = self._stack
        if not stack:
            self._open_root(name, kind)
            return
        parent = stack[-1]
        if (
            parent in _OWNERS
            and kind in TYPES
            and len(given) == 2
            and "key" in given
            and "value" in given
        ):
            # Nearly all elements of nearly all files: this must be quick.
            key = given["key"]
            stack.append(_ATTRIBUTE)
            self._path.append(key)
            self._add(kind, key, given["value"])
        elif kind in _VALUED and parent != _SKIPPED:
            self._open_attribute(kind, given, parent)
        elif kind == "event":
            self._open_event(given, parent)
        elif kind == "trace":
            self._open_trace(given, parent)
        elif kind == "values" and parent == _ATTRIBUTE and self._tree:
            stack.append(_ATTRIBUTE)
            self._path.append("")
            self._tree.append(self._tree[-1])  # what stands in it belongs to the list around
        elif parent == _LOG and kind in {"extension", "global", "classifier"}:
            self._open_head(kind, given)
        else:
            self._open_unknown(name, kind, given, parent)

    def _open_root(self, name: str, kind: str) -> None:
        if kind != "log":
            what = _OTHER_FORMATS.get(name.rpartition(":")[2], "")
            raise InputError(
                f"is not XES: the root element is <{show(name)[1:-1]}>, not <log>"
                + (f" ({what})" if what else ""),
                where=Place(self.name, self.line),
                code="not-xes",
            )
        self.remarks.root = name
        self._stack.append(_LOG)

    def _open_trace(self, given: dict[str, str], parent: int) -> None:
        if parent != _LOG:
            self._misplaced("trace")
        self._count_extra(given, "trace")
        self._stack.append(_TRACE)
        self._level = _TRACE
        self.next_trace += 1

    def _open_event(self, given: dict[str, str], parent: int) -> None:
        if parent not in {_LOG, _TRACE}:
            self._misplaced("event")
        self._count_extra(given, "event")
        self._stack.append(_EVENT)
        self._level = _EVENT
        self._event_trace.append(self.next_trace - 1 if parent == _TRACE else -1)
        self.next_event += 1

    def _open_head(self, kind: str, given: dict[str, str]) -> None:
        self._stack.append(_SKIPPED)
        if kind == "classifier":
            entry = (given.get("name", ""), given.get("scope", "event"), given.get("keys", ""))
            self.remarks.classifiers.append(entry)
        elif kind == "global":
            self._global = given.get("scope", "event")

    def _open_attribute(self, kind: str, given: dict[str, str], parent: int) -> None:
        key, value = given.get("key", ""), given.get("value")
        path = self._path
        if len(path) >= MAX_DEPTH:
            raise InputError(
                f"holds attributes nested more than {MAX_DEPTH} deep",
                where=Place(self.name, self.line),
                code="nested-too-deep",
            )
        if len(given) > ("key" in given) + ("value" in given):
            self._count_extra(given, kind, allowed=("key", "value"))
        path.append(key)
        self._stack.append(_ATTRIBUTE)
        if self._tree or kind in NESTING:
            self._open_in_list(kind, key, value)
            return
        if parent == _ATTRIBUTE:
            if self._level != _LOG:
                self.remarks.nested[path[0]] += 1
            key = "/".join(path)
        self._add(kind, key, value)

    def _open_in_list(self, kind: str, key: str, value: str | None) -> None:
        """Keep what stands in a list as a tree, to become JSON when the outermost closes."""
        node: dict[str, Any] = {"type": kind, "key": key}
        if value is not None:
            node["value"] = value
        children: list[dict[str, Any]] = []
        node["children"] = children
        if self._tree:
            self._tree[-1].append(node)
        else:
            self._tree.append([node])
        self._tree.append(children)

    def _add(self, kind: str, key: str, value: str | None) -> None:
        """Add an attribute to the event, trace or log that is open."""
        if self._level == _EVENT:
            owners, fields, values = self._events
            owners.append(self.next_event - 1)
        elif self._level == _TRACE:
            owners, fields, values = self._traces
            owners.append(self.next_trace - 1)
        else:
            if len(self._path) <= 1 and len(self.remarks.log_attributes) < MAX_LOG_ATTRIBUTES:
                self.remarks.log_attributes.append((Field(kind, key), value, self.line))
            return
        number = self._fields.get((kind, key))
        if number is None:
            number = self._fields[kind, key] = len(self._fields)
            if number >= MAX_KEYS:
                raise too_many_keys(self.name)
        fields.append(number)
        values.append(value)

    def _open_unknown(self, name: str, kind: str, given: dict[str, str], parent: int) -> None:
        if self._global is not None and kind in _VALUED:
            if self._global == "event" and len(self._stack) == 2 and "key" in given:
                self.remarks.promised[given["key"]] = given.get("value", "")
        elif parent != _SKIPPED or kind not in _VALUED:
            self.remarks.unknown[name] += 1
        self._stack.append(_SKIPPED)

    def _end(self, _name: str) -> None:
        level = self._stack.pop()
        if level == _ATTRIBUTE:
            self._path.pop()
            if self._tree:
                self._tree.pop()
                if len(self._tree) == 1:
                    self._close_list(self._tree.pop()[0])
        elif level == _SKIPPED:
            if len(self._stack) == 1:
                self._global = None
        elif self._stack:
            self._level = self._stack[-1]

    def _close_list(self, node: dict[str, Any]) -> None:
        text = json.dumps([_pruned(child) for child in node["children"]], ensure_ascii=False)
        if self._level != _LOG:
            self.remarks.lists[node["key"]] += 1
        self._add("string", "/".join([*self._path, node["key"]]), text)

    def _count_extra(
        self, given: dict[str, str], element: str, allowed: tuple[str, ...] = ()
    ) -> None:
        for name in given:
            if name not in allowed and not name.startswith("xmlns"):
                self.remarks.extra[f"{name} of <{element}>"] += 1

    def _misplaced(self, element: str) -> NoReturn:
        inside = "an attribute" if self._path else {
            _TRACE: "another trace" if element == "trace" else "a trace",
            _EVENT: "another event" if element == "event" else "an event",
        }.get(self._stack[-1], "an element that is not part of XES")  # fmt: skip
        article = "an" if element == "event" else "a"
        raise InputError(
            f"is not XES: {article} <{element}> stands inside {inside}",
            where=Place(self.name, self.line),
            code="not-xes",
        )

    def _doctype(self, _name: str, system: str | None, public: str | None, _inner: bool) -> None:
        self.remarks.doctype = True
        if system or public:
            raise InputError(
                f"refers to a document type outside, {show(system or public)}, which could declare "
                "entities; casemine opens nothing that a log points to",
                where=Place(self.name, self.line),
                mend="remove the <!DOCTYPE ...> line",
                code="xml-doctype",
            )

    def _entity(self, name: str, *_rest: object) -> None:
        raise InputError(
            f"declares or uses the XML entity {show(name)}, which casemine never expands",
            where=Place(self.name, self.line),
            mend="export the log without a document type (<!DOCTYPE ...>)",
            code="xml-entity",
        )

    def _malformed(self, error: expat.ExpatError) -> InputError:
        reason = expat.ErrorString(error.code) or "unknown error"
        where = Place(self.name, error.lineno)
        if error.code in _CUT_OFF:
            inside = _LEVEL_NAMES.get(next(iter(self._stack[::-1]), -1), "before <log>")
            return InputError(
                f"is cut off: the XML ends {inside}" if self._stack else "holds no XML element",
                where=where,
                mend="transfer or export it again",
                code="truncated",
            )
        return InputError(
            f"is not well-formed XML: {reason} (character {error.offset + 1} of the line)",
            where=where,
            mend="export it again, or mend that line",
            code="not-well-formed",
        )


_VALUED = frozenset({*TYPES, *NESTING})
_OWNERS = frozenset({_TRACE, _EVENT})
_CUT_OFF = frozenset(
    expat.errors.codes[getattr(expat.errors, name)]
    for name in (
        "XML_ERROR_NO_ELEMENTS",
        "XML_ERROR_UNCLOSED_TOKEN",
        "XML_ERROR_PARTIAL_CHAR",
        "XML_ERROR_UNCLOSED_CDATA_SECTION",
    )
)
_LEVEL_NAMES = {
    _LOG: "before </log>",
    _TRACE: "inside a trace",
    _EVENT: "inside an event",
    _ATTRIBUTE: "inside an attribute",
    _SKIPPED: "inside the head of the log",
}


class _Kinds(dict[str, str]):
    """Local names of elements by their name with prefix; "" for those XES does not have."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        self[name] = local if local in _KINDS else ""
        return self[name]


def _pruned(node: dict[str, Any]) -> dict[str, Any]:
    """Leave out empty children; depth is bounded by `MAX_DEPTH`."""
    node["children"] = [_pruned(child) for child in node["children"]]
    return {name: value for name, value in node.items() if name != "children" or value}


def _attributes(lists: tuple[list[int], list[int], list[str | None]]) -> Attributes:
    owner, fields, values = lists
    return Attributes(
        owner=np.array(owner, np.int64),
        field=np.array(fields, np.uint16),
        at=_count_up(len(owner)),
        values=_texts(values),
    )


def _count_up(count: int) -> NDArray[np.int64]:
    return np.arange(count, dtype=np.int64)


def _texts(values: list[str | None]) -> pa.Array:
    """Make a text column with gaps from its buffers: `pa.array` would load pandas."""
    parts = [b"" if value is None else value.encode() for value in values]
    present = np.array([value is not None for value in values], np.bool_)
    ends = np.zeros(len(parts) + 1, np.int32)
    np.cumsum([len(part) for part in parts], out=ends[1:])
    bits = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
    data = [bits, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string(), len(parts), data)
