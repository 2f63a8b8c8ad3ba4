"""An XES file as UTF-8, and cut into head, pieces of whole traces, and tail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show
from casemine.read.encoding import Utf8Blocks, marked_encoding
from casemine.read.source import head_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from casemine.read.member import Member

PIECE = 4 << 20  # bytes aimed at; a piece ends with a trace
BLOCK = 1 << 19  # bytes read at a time
MAX_PIECE = 128 << 20  # without the end of a trace; the exact parser needs no pieces

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.:-]*)["']""")
_TRACE = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?trace[\s/>]")
_TRACE_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?trace>")


class Uncut(Exception):  # noqa: N818 - not an error: the exact parser reads the file instead
    """The file cannot be cut into whole traces."""


def utf8_blocks(member: Member, encoding: str | None = None) -> Utf8Blocks:
    """Open a file as UTF-8: by the user's word, a byte-order mark, or the XML declaration.

    Raises
    ------
    InputError
        The declaration names an encoding that does not exist.
    UsageError
        The user did.
    """
    head = head_of(member, 1024)
    if encoding is None:
        encoding = marked_encoding(head)[1]
    if encoding is None:
        declared = _DECLARED.search(head)
        encoding = declared[1].decode("ascii") if declared else "utf-8"
        try:
            "a".encode(encoding)
        except (LookupError, ValueError, TypeError):
            raise InputError(
                f"declares the encoding {show(encoding)}, which does not exist",
                where=Place(member.name, 1),
                mend="name the right one with --encoding",
                code="encoding",
            ) from None
    return Utf8Blocks(member, encoding, BLOCK)


def cut(blocks: Iterable[bytes], size: int = PIECE) -> Iterator[bytes]:
    """Yield the head, then pieces that each end with the end of a trace, then the tail.

    The head goes up to the first trace. Markup in comments may lead the cuts astray; then what
    they yield is not well-formed, which the reader of a piece finds out.

    Raises
    ------
    Uncut
        No trace begins or ends within `MAX_PIECE` bytes.

    Examples
    --------
    >>> list(cut([b"<log><trace></trace><trace>", b"</trace></log>"], size=1))
    [b'<log>', b'<trace></trace>', b'<trace></trace>', b'</log>']
    """
    waiting: list[bytes] = []
    length, in_head, end = 0, True, b""
    for block in blocks:
        waiting.append(block)
        length += len(block)
        if length < (0 if in_head else size):
            continue
        data = b"".join(waiting)
        if in_head and (begin := _TRACE.search(data)):
            yield data[: begin.start()]
            data, in_head = data[begin.start() :], False
        if not in_head:
            if not end and (found := _TRACE_END.search(data)):
                end = found[0]
            at = data.rfind(end) + len(end) if end else 0
            if at >= max(len(end), 1):
                yield data[:at]
                data = data[at:]
        waiting, length = [data], len(data)
        if length > MAX_PIECE:
            raise Uncut
    rest = b"".join(waiting)
    at = rest.rfind(end) + len(end) if end and not in_head else 0
    if at >= max(len(end), 1):
        yield rest[:at]
        rest = rest[at:]
    if in_head:
        raise Uncut
    yield rest
