"""The members of a JSON object whose values are long lists, element by element.

An object-centric log is one object with four lists (OCEL 2.0), or with two objects of thousands of
keys (OCEL 1.0). Its elements are decoded one at a time out of a window over the text, so memory
holds a few of them and not the file.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST = 64 << 20  # characters of one element; a larger one is a text gone wrong
CUT_OFF = "is cut off in the middle"

_BLANK = re.compile(r"[ \t\r\n]*")


class _WrongError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _WrongError(f"the key {show(twice)} comes twice in one object")
    return made


def _constant(word: str) -> Any:
    raise _WrongError(f"{word} is not a JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def members(
    blocks: Iterable[bytes], name: str, wanted: frozenset[str]
) -> Iterator[tuple[str, str | None, Any, int]]:
    r"""Decode the elements of some members of the object that a JSON text is.

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8.
    name : str
        For messages.
    wanted : frozenset of str
        Keys whose values are taken apart; the others are checked and passed over.

    Yields
    ------
    (str, str or None, value, int)
        The key of the member; the key of the element where the member is an object; the element;
        the physical line it begins on. A member that is neither list nor object comes as one
        element, and one without elements as none.

    Raises
    ------
    InputError
        The text is not JSON, cut off, nests too deeply, or is no object.

    Examples
    --------
    >>> list(members([b'{"a": [1,\n 2], "b": {"x": 3}, "c": 4}'], "f", frozenset({"a", "b"})))
    [('a', None, 1, 1), ('a', None, 2, 2), ('b', 'x', 3, 2)]
    """
    text = _Window(blocks, name)
    if text.peek() != "{":
        raise text.error(f"begins with {show(text.peek())}, not with an object")
    seen: set[str] = set()
    for key in _keys(text):
        if key in seen:
            raise text.error(f"the key {show(key)} comes twice in one object")
        seen.add(key)
        opening = text.peek()
        if key not in wanted:
            _pass_over(text)
        elif opening == "[":
            for line, value in _elements(text):
                yield key, None, value, line
        elif opening == "{":
            for inner in _keys(text):
                text.peek()
                line = text.line()
                yield key, inner, text.value(), line
        else:
            line = text.line()
            yield key, None, text.value(), line
    if text.peek():
        raise text.error(f"goes on after its end: {show(text.rest(30))}")


def _keys(text: _Window) -> Iterator[str]:
    """Hand over the keys of an object; the caller takes the value behind each."""
    text.skip()
    if text.peek() == "}":
        text.skip()
        return
    while True:
        if text.peek() != '"':
            raise text.error(f"has {_found(text)} where a key should be")
        key = text.value()
        text.expect(":")
        yield key
        if text.expect(",", "}") == "}":
            return


def _elements(text: _Window) -> Iterator[tuple[int, Any]]:
    text.skip()
    if text.peek() == "]":
        text.skip()
        return
    while True:
        text.peek()
        line = text.line()
        yield line, text.value()
        if text.expect(",", "]") == "]":
            return


def _pass_over(text: _Window) -> None:
    """Check and forget a value; a long list of it is not held at once."""
    if text.peek() == "[":
        for _ in _elements(text):
            pass
    else:
        text.value()


def _found(text: _Window) -> str:
    sign = text.peek()
    return show(sign) if sign else "its end"


class _Window:
    """A part of the text that moves forward and knows its line."""

    def __init__(self, blocks: Iterable[bytes], name: str) -> None:
        self.name = name
        self._blocks = iter(blocks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._buffer, self._at, self._ended = "", 0, False
        self._line, self._counted = 1, 0  # the line at this place, counted up to there

    def peek(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANK.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Pass one character."""
        self._at += 1

    def rest(self, count: int) -> str:
        """Look at the next characters."""
        return self._buffer[self._at : self._at + count]

    def expect(self, *signs: str) -> str:
        """Pass one of these characters, and say which."""
        found = self.peek()
        if found not in signs or not found:
            wanted = " or ".join(map(show, signs))
            raise self.error(f"expected {wanted}, not {show(found)}" if found else CUT_OFF)
        self.skip()
        return found

    def value(self) -> Any:
        """Decode one value and pass it."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self.error("nests too deeply") from None
            except json.JSONDecodeError as error:
                size = len(self._buffer) - self._at
                if size <= LARGEST and self._more():
                    continue
                if size > LARGEST:
                    raise self.error("holds a value of more than 64 million characters") from None
                at_end = error.pos >= len(self._buffer.rstrip()) or "Unterminated" in error.msg
                raise self.error(
                    CUT_OFF if at_end else f"is not JSON: {error.msg}", error.pos
                ) from None
            except ValueError as error:  # ours, or a number with too many digits
                raise self.error(str(error)) from None
            # A number at the end of the window may go on behind it.
            if end == len(self._buffer) and self._more():
                continue
            self._at = end
            return value

    def line(self, at: int | None = None) -> int:
        """Physical line of this place, or of one further on."""
        at = self._at if at is None else at
        self._line += self._buffer.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def error(self, message: str, at: int | None = None) -> InputError:
        """Make an error about this place."""
        return InputError(
            message,
            where=Place(self.name, self.line(at)),
            code="bad-json",
            mend="export it again, or mend this line",
        )

    def _more(self) -> bool:
        """Append about as much as is left, so that giant values stay linear."""
        if self._ended:
            return False
        wanted = max(1, len(self._buffer) - self._at)
        self.line()
        parts = [self._buffer[self._at :]]
        self._at = self._counted = 0
        while wanted > 0 and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            part = self._decoder.decode(block or b"", final=self._ended)
            parts.append(part)
            wanted -= len(part)
        self._buffer = "".join(parts)
        return len(self._buffer) > len(parts[0])
