"""A window over JSON text that moves forward value by value, and knows its line.

Only what has not been read yet is held: elements of a list and entries of an object come one by
one, and whatever is passed over is checked and forgotten.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST = 64 << 20  # characters of one value; a larger one is a text gone wrong
CUT_OFF = "is cut off in the middle"
PASSED_LEVELS = 3  # lists and objects that are passed entry by entry, not decoded whole

_BLANK = re.compile(r"[ \t\r\n]*")
# What is left over where a text stops in a word, a number or an escape: `tru`, `.`, `e-`, `u00`.
_HALF = re.compile(r"(?:[a-zA-Z]{1,8}|u[0-9a-fA-F]{0,3}|[.eE+-]{0,2})\s*\Z")
_LONGEST_TOKEN = 12


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class _NotAllowedError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotAllowedError(_twice(key))
    return made


def _twice(key: str) -> str:
    return f"the key {show(key)} comes twice in one object"


def _constant(word: str) -> Any:
    raise _NotAllowedError(f"{word} is not a JSON value")


EXACT = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=Number, parse_float=Number, parse_constant=_constant
)
# A quarter faster: Python's whole numbers are exact anyway, and no key is looked for twice.
QUICK = json.JSONDecoder(parse_float=Number, parse_constant=_constant)


class Window:
    """Blocks of UTF-8 as JSON.

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8.
    name : str
        For messages.
    decoder : json.JSONDecoder
        `EXACT` refuses keys that come twice; `QUICK` takes the last of them.
    """

    def __init__(
        self, blocks: Iterable[bytes], name: str, decoder: json.JSONDecoder = EXACT
    ) -> None:
        self.name = name
        self._blocks = iter(blocks)
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._decode = decoder.raw_decode
        self._decoder = decoder
        self._buffer, self._at, self._ended = "", 0, False
        self._before = 0  # characters that have left the buffer
        self._line, self._counted = 1, 0  # the line at this place, counted up to there

    @property
    def passed(self) -> int:
        """Characters passed since the beginning."""
        return self._before + self._at

    def peek(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            if self._at < len(self._buffer) and (sign := self._buffer[self._at]) > " ":
                return sign
            self._at = _BLANK.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._ended or not self._more():
                return ""

    def rest(self, count: int) -> str:
        """Return the next characters."""
        return self._buffer[self._at : self._at + count]

    def line(self, at: int | None = None) -> int:
        """Physical line of the next character."""
        at = self._at if at is None else at
        return self._line + self._buffer.count("\n", self._counted, at)

    def error(self, message: str, at: int | None = None) -> InputError:
        """Make an error about this line."""
        return InputError(
            message,
            where=Place(self.name, self.line(at)),
            code="bad-json",
            mend="export it again, or mend this line",
        )

    def value(self) -> Any:
        """Decode the next value, whatever it is, and pass it."""
        self.peek()
        return self._whole()[1]

    def object(self, where: str) -> tuple[int, dict[str, Any]]:
        """Decode the next value, which must be an object; return the line it begins on, too."""
        sign = self.peek()
        if sign != "{":
            if not sign:
                raise self.error(CUT_OFF)
            kind = "a list" if sign == "[" else show(self.rest(20))
            raise self.error(f"{where} holds {kind} where an object should be")
        return self._whole()

    def _whole(self) -> tuple[int, Any]:
        found = self.whole(LARGEST)
        if found is None:
            raise self.error(f"holds a value of more than {LARGEST:,} characters")
        return found

    def whole(self, largest: int) -> tuple[int, Any] | None:
        """Decode the value at this place if it is not too long; else stay before it.

        Returns
        -------
        (int, value) or None
            The line on which it begins, and the value.
        """
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except RecursionError:
                raise self.error("nests too deeply") from None
            except json.JSONDecodeError as error:
                if not self._may_be_cut(error):
                    raise self.error(f"is not JSON: {error.msg}", error.pos) from None
                if self._ended:
                    raise self.error(CUT_OFF) from None
                if len(self._buffer) - self._at > largest:
                    return None
                self._more()
                continue
            except ValueError as error:  # ours, or a number with too many digits
                raise self.error(str(error)) from None
            if self._buffer[end - 1] not in '}]"' and not self._is_over(end):
                continue
            line = self._line = self._line + self._buffer.count("\n", self._counted, self._at)
            self._counted, self._at = self._at, end
            return line, value

    def elements(self) -> Iterator[None]:
        """Stop before each element of the list that begins here; whoever asks must pass it."""
        self.peek()
        self._at += 1
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield
            sign = self.peek()
            self._at += 1
            if sign == "]":
                return
            if sign != ",":
                self._at -= 1
                raise self.error(f"expected a comma, not {show(sign)}" if sign else CUT_OFF)
            if self.peek() == "]":
                raise self.error("has a comma before the end of the list")

    def keys(self) -> Iterator[str]:
        """Stop before the value of each key of the object here; whoever asks must pass it."""
        seen: set[str] = set()
        self.peek()
        self._at += 1
        sign = self.peek()
        if sign == "}":
            self._at += 1
            return
        while True:
            if sign != '"':
                raise self.error(
                    f"is not JSON: expected a key, not {show(sign)}" if sign else CUT_OFF
                )
            key = self.value()
            if key in seen and self._decoder is EXACT:
                raise self.error(_twice(key))
            seen.add(key)
            if (sign := self.peek()) != ":":
                raise self.error(f"expected a colon, not {show(sign)}" if sign else CUT_OFF)
            self._at += 1
            yield key
            sign = self.peek()
            if sign == "}":
                self._at += 1
                return
            if sign != ",":
                raise self.error(f"expected a comma, not {show(sign)}" if sign else CUT_OFF)
            self._at += 1
            sign = self.peek()

    def skip(self, levels: int = PASSED_LEVELS) -> None:
        """Pass the next value, however large, without holding it."""
        sign = self.peek()
        if levels and sign == "[":
            for _ in self.elements():
                self.skip(levels - 1)
        elif levels and sign == "{":
            for _ in self.keys():
                self.skip(levels - 1)
        else:
            self.value()

    def last(self) -> Window:
        """Make a window over the value that was just passed."""
        window = Window((), self.name, self._decoder)
        window._buffer, window._ended = self._buffer[: self._at], True
        window._line, window._counted, window._at = self._line, self._counted, self._counted
        return window

    def _is_over(self, end: int) -> bool:
        """Whether a number ends here, and not in `1.50` before the dot; more is read to tell."""
        if not self._ended and end + _LONGEST_TOKEN > len(self._buffer):
            self._more()
            return False
        if self._buffer[end : end + 1] in (".", "e", "E") and _HALF.match(self._buffer, end):
            raise self.error(CUT_OFF)
        return True

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether the text fails to be JSON because there is more of it, or should be."""
        if "Unterminated" in error.msg:
            return True
        tail = self._buffer[error.pos :]
        if self._ended:
            return _HALF.match(tail) is not None
        return len(tail) <= _LONGEST_TOKEN

    def _more(self) -> bool:
        """Append about as much as there is already, so that giant values stay linear."""
        wanted = max(1, len(self._buffer) - self._at)
        parts = [self._buffer[self._at :]]
        self._line, self._counted = self.line(), 0
        self._before += self._at
        self._at = 0
        while wanted > 0 and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            part = self._utf8.decode(block or b"", final=self._ended)
            parts.append(part)
            wanted -= len(part)
        grown = "".join(parts)
        more = len(grown) > len(parts[0])
        self._buffer = grown
        return more
