"""Column specs of a preset as functions that take a text out of a nested record.

A path is keys with dots between them; a number picks an element of a list. It begins at the
record, or at an alias for an element of a list that is gone through. A key that has dots itself
is found if it ends the path. `| json` behind a path parses a text. A text with braces is a
template; of several specs the first that has a value counts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from casemine.read.crm.language.templates import fixed_in, references
from casemine.read.crm.raw.plaintext import document_text, is_document
from casemine.read.tables.jsonrows import json_text
from casemine.read.tables.jsonwindow import QUICK, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # The record, and for each list that is gone through the element it is at.
    Scope = list[Any]
    Value = Callable[[Scope], Any]
    Text = Callable[[Scope], str | None]  # None or empty: no value

ENTRIES = ".*"
_PIPE = re.compile(r"\s*\|\s*json\b")
_SELF = "#text"  # text of an XML element beside attributes


class Paths:
    """Compiles specs.

    Parameters
    ----------
    aliases : mapping
        Alias -> its place in the scope; the record has place 0.
    xml : bool
        Whether an element with attributes means its text.
    missing : sequence of str
        Words that mean no value, so that the next spec counts.

    Attributes
    ----------
    unparsed : int
        Texts met so far that should have been JSON and were not.
    """

    def __init__(
        self,
        aliases: Mapping[str, int] | None = None,
        *,
        xml: bool = False,
        missing: Sequence[str] = (),
    ) -> None:
        self.missing = frozenset(missing)
        self.aliases = dict(aliases or {})
        self.unparsed = 0
        self._xml = xml

    def level(self, spec: Sequence[str]) -> int:
        """Place in the scope of the innermost element that a spec needs."""
        paths = [path for each in spec for path in (references(each) or [each])]
        return max((self._split(path)[0] for path in paths), default=0)

    def text(self, spec: Sequence[str]) -> Text:
        """Compile a spec to a text; a first that is empty gives way to the next."""
        several = [self._one(each) for each in spec]
        missing = self.missing
        if len(several) == 1:
            return several[0]

        def first(scope: Scope) -> str | None:
            for each in several:
                if (found := each(scope)) and found not in missing:
                    return found
            return None

        return first

    def value(self, path: str) -> Value:
        """Compile a path to the value as it is; None if there is none."""
        level, keys, parsed = self._split(path)
        get = _getter(level, keys)
        if parsed is None:
            return get
        inside = _getter(0, parsed)

        def through_text(scope: Scope) -> Any:
            return inside([self._parsed(get(scope))])

        return through_text

    def elements(self, path: str) -> Callable[[Scope], Sequence[Any]]:
        """Compile a path to a list: of its elements, or of the entries of an object.

        `a.*` are all entries of `a`; `a./^x_/` are those that have a value and a key that the
        regular expression fits.
        """
        if path.endswith(ENTRIES):
            get = self.value(path.removesuffix(ENTRIES))
            return lambda scope: _entries(get(scope))
        if path.endswith("/") and "./" in path:
            head, _, pattern = path[:-1].partition("./")
            get, fits = self.value(head), re.compile(pattern).search
            return lambda scope: [
                each
                for each in _entries(get(scope))
                if each["value"] not in (None, "") and fits(str(each["key"]))
            ]
        get = self.value(path)

        def elements(scope: Scope) -> Sequence[Any]:
            value = get(scope)
            if type(value) is list:
                return value
            return () if value is None or value == "" else (value,)

        return elements

    def _one(self, spec: str) -> Text:
        if references(spec):
            return self._template(spec)
        shown = xml_text if self._xml else text_of
        level, keys, parsed = self._split(spec)
        if len(keys) == 1 and parsed is None and not keys[0].isdigit():
            key = keys[0]

            def get(scope: Scope) -> str | None:
                element = scope[level]
                if type(element) is dict:
                    value = element.get(key)
                    return value if type(value) is str else shown(value)
                return None

            return get
        value_of = self.value(spec)

        def get_far(scope: Scope) -> str | None:
            value = value_of(scope)
            return value if type(value) is str else shown(value)

        return get_far

    def _template(self, spec: str) -> Text:
        """Compile a text with braces; it has a value if one of its parts has."""
        first, *fixed = fixed_in(spec)
        parts = [self._one(path) for path in references(spec)]

        def fill(scope: Scope) -> str | None:
            values = [part(scope) or "" for part in parts]
            if not any(values):
                return None
            pieces = [first]
            for value, behind in zip(values, fixed, strict=True):
                pieces += value, behind
            return "".join(pieces).strip()

        return fill

    def _split(self, path: str) -> tuple[int, tuple[str, ...], tuple[str, ...] | None]:
        """Take a path apart: place in the scope, keys, and keys behind `| json` if it has that."""
        parsed: tuple[str, ...] | None = None
        if pipe := _PIPE.search(path):
            rest = path[pipe.end() :].strip().removeprefix(".")
            path, parsed = path[: pipe.start()], tuple(rest.split(".")) if rest else ()
        keys = tuple(path.strip().split("."))
        if keys[0] in self.aliases:
            return self.aliases[keys[0]], keys[1:], parsed
        return 0, keys, parsed

    def _parsed(self, value: Any) -> Any:
        if type(value) is not str or not value:
            return value
        try:
            return QUICK.decode(value)
        except (ValueError, RecursionError):
            self.unparsed += 1
            return None


def _getter(level: int, keys: tuple[str, ...]) -> Value:
    """Make a function that follows keys from a place in the scope."""
    if not keys:
        return lambda scope: scope[level]
    if len(keys) == 2 and not any(key.isdigit() for key in keys):
        return _pair(level, *keys)
    # Each key, its number if it may be one, and the rest of the path as a single key.
    steps = tuple(
        (key, int(key) if key.isdigit() else None, ".".join(keys[n:])) for n, key in enumerate(keys)
    )

    def follow(scope: Scope) -> Any:
        value = scope[level]
        for key, number, rest in steps:
            if type(value) is dict:
                inner = value.get(key)
                if inner is None and rest in value:
                    return value[rest]
                value = inner
            elif type(value) is list and number is not None and number < len(value):
                value = value[number]
            else:
                return None
        return value

    return follow


def _pair(level: int, outer: str, inner: str) -> Value:
    """Make a function for two keys, by far the most frequent path that has a dot."""
    whole = f"{outer}.{inner}"

    def follow(scope: Scope) -> Any:
        value = scope[level]
        if type(value) is dict:
            nested = value.get(outer)
            if type(nested) is dict:
                return nested.get(inner)
            return value.get(whole)
        return None

    return follow


def _entries(value: Any) -> list[dict[str, Any]]:
    if type(value) is dict:
        return [{"key": key, "value": each} for key, each in value.items()]
    if type(value) is list:
        return [{"key": number, "value": each} for number, each in enumerate(value)]
    return []


def text_of(value: Any) -> str | None:
    """Write a value as text: as it stands, lists of texts joined, other nested values as JSON.

    Examples
    --------
    >>> text_of(True), text_of(9007199254740993), text_of(["a", "b"]), text_of({"id": [1]})
    ('true', '9007199254740993', 'a, b', '{"id": [1]}')
    """
    kind = type(value)
    if kind is str or value is None:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is Number:
        return str(value)
    if not value:
        return None
    if kind is dict:
        return document_text(value) if is_document(value) else json_text(value)
    if all(type(each) is str for each in value):
        return ", ".join(value)
    return json_text(value)


def xml_text(value: Any) -> str | None:
    """Write the value of an XML element as text; one with attributes means its own text.

    Examples
    --------
    >>> xml_text({"@id": "3", "#text": "In Progress"}), xml_text([{"#text": "a"}, "b"])
    ('In Progress', 'a, b')
    """
    if type(value) is dict:
        if _SELF in value:
            return str(value[_SELF])
        if all(key.startswith("@") for key in value):
            return None
        return json.dumps(value, ensure_ascii=False)
    if type(value) is list:
        return ", ".join(text for each in value if (text := xml_text(each)))
    return value  # type: ignore[no-any-return]
