"""Objects of a JSON text one by one, with the line each begins on, without holding the whole text.

A list of objects, objects one after another (NDJSON), or one object that holds a single list of
objects. Numbers stay as they are written; what JSON forbids (NaN, a key twice, an end in the
middle) is an error with its line.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST_OBJECT = 64 << 20  # characters; a larger one is a text gone wrong
LARGEST_WRAPPER = 1 << 30

_BLANK = re.compile(r"[ \t\r\n]*")


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class _RepeatedKeyError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _RepeatedKeyError(f"the key {show(twice)} comes twice in one object")
    return made


def _constant(word: str) -> Any:
    raise _RepeatedKeyError(f"{word} is not a JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=Number, parse_float=Number, parse_constant=_constant
)


def objects(blocks: Iterable[bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    r"""Decode the objects of a JSON text.

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8.
    name : str
        For messages.

    Yields
    ------
    (int, dict)
        Physical line on which the object begins, and the object; numbers are `Number`.

    Raises
    ------
    InputError
        The text is not JSON, is cut off, nests too deeply, or holds no list of objects.

    Examples
    --------
    >>> list(objects([b'[{"id": 1.50},\n {"id": 7}]'], "a.json"))
    [(1, {'id': '1.50'}), (2, {'id': '7'})]
    """
    text = _Text(blocks, name)
    first = text.peek()
    if first == "[":
        text.skip(1)
        yield from _elements(text)
    elif first == "{":
        yield from _sequence(text)
    else:
        raise text.error(f"begins with {show(first)}, not with an object or a list")


def _elements(text: _Text, *, inside: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Decode the elements of a list whose bracket has been passed."""
    if text.peek() == "]":
        text.skip(1)
    else:
        while True:
            yield text.next_object("the list")
            sign = text.peek()
            text.skip(1)
            if sign == "]":
                break
            if sign != ",":
                raise text.error(f"expected a comma, not {show(sign)}" if sign else CUT_OFF)
    if not inside and text.peek():
        raise text.error(f"goes on after the end of its list: {show(text.rest(30))}")


CUT_OFF = "is cut off in the middle"


def _sequence(text: _Text) -> Iterator[tuple[int, dict[str, Any]]]:
    """Decode objects that follow one another; a single one may wrap a list."""
    line, first = text.next_object("the text", largest=LARGEST_WRAPPER)
    inside = text.inside_last()
    if text.peek():
        yield line, first
        while text.peek():
            yield text.next_object("the text")
        return
    lists = [
        key
        for key, value in first.items()
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
    ]
    plain = sum(not isinstance(value, list | dict) for value in first.values())
    if not lists and plain > 1:
        yield line, first
        return
    if len(lists) != 1:
        found = f"{len(lists)} lists of objects" if lists else "no list of objects"
        keys = ", ".join(map(show, list(first)[:20]))
        raise InputError(
            f"is one object with {found}; its keys are {keys}",
            where=Place(text.name, line),
            mend="save the list of events alone, as a JSON array",
            code="json-shape",
        )
    yield from _list_inside(inside, lists[0])


class _Text:
    """A window over decoded text that moves forward and knows its line."""

    def __init__(self, blocks: Iterable[bytes], name: str) -> None:
        self.name = name
        self._blocks = iter(blocks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._buffer, self._at, self._ended = "", 0, False
        self._line, self._counted = 1, 0  # the line at this place, counted up to there

    def _more(self) -> bool:
        """Append about as much as there is already, so that giant values stay linear."""
        wanted = max(1, len(self._buffer) - self._at)
        parts = [self._buffer[self._at :]]
        self._line, self._counted, self._at = self.line(), 0, 0
        while wanted > 0 and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            part = self._decoder.decode(block or b"", final=self._ended)
            parts.append(part)
            wanted -= len(part)
        grown = "".join(parts)
        more = len(grown) > len(parts[0])
        self._buffer = grown
        return more

    def peek(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANK.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._ended or not self._more():
                return ""

    def skip(self, count: int) -> None:
        self._at += count

    def rest(self, count: int) -> str:
        return self._buffer[self._at : self._at + count]

    def line(self, at: int | None = None) -> int:
        at = self._at if at is None else at
        return self._line + self._buffer.count("\n", self._counted, at)

    def error(self, message: str, at: int | None = None) -> InputError:
        return InputError(
            message,
            where=Place(self.name, self.line(at)),
            code="bad-json",
            mend="export it again, or mend this line",
        )

    def next_object(
        self, where: str, *, largest: int = LARGEST_OBJECT
    ) -> tuple[int, dict[str, Any]]:
        """Decode one object and pass it."""
        sign = self.peek()
        if sign != "{":
            if not sign:
                raise self.error(CUT_OFF)
            if sign == "]":
                raise self.error("has a comma before the end of the list")
            kind = "a list" if sign == "[" else show(self.rest(20))
            raise self.error(f"{where} holds {kind} where an object should be")
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self.error("nests too deeply") from None
            except json.JSONDecodeError as error:
                if not self._ended and len(self._buffer) - self._at <= largest:
                    self._more()
                    continue
                at_end = error.pos >= len(self._buffer.rstrip()) or "Unterminated" in error.msg
                if self._ended and at_end:
                    raise self.error(CUT_OFF) from None
                raise self.error(f"is not JSON: {error.msg}", error.pos) from None
            except ValueError as error:  # ours, or a number with too many digits
                raise self.error(str(error)) from None
            return self._advance(end), value

    def _advance(self, end: int) -> int:
        """Move behind a value; return the line it began on."""
        self._line = self.line()
        self._counted, self._at = self._at, end
        return self._line

    def inside_last(self) -> _Text:
        """Make a window that begins behind the brace of the object just decoded."""
        window = _Text((), self.name)
        window._buffer, window._ended = self._buffer, True
        window._line, window._counted, window._at = self._line, self._counted, self._counted + 1
        return window

    def next_value(self) -> Any:
        """Decode a value that was decoded before, so it can't fail, and pass it."""
        self.peek()
        value, self._at = _DECODER.raw_decode(self._buffer, self._at)
        return value


def _list_inside(text: _Text, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Hand over the elements of the list that an object has under a key."""
    while text.next_value() != key:
        text.peek()
        text.skip(1)  # the colon
        text.next_value()
        text.peek()
        text.skip(1)  # the comma
    text.peek()
    text.skip(1)
    text.peek()
    text.skip(1)  # the bracket
    yield from _elements(text, inside=True)
