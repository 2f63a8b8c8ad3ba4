"""Bytes of a text file as UTF-8, whatever encoding it came in.

A byte-order mark or the zero bytes of UTF-16 decide; else the file must be UTF-8 throughout. One
that never was (not a single valid character beyond ASCII) is read as Windows-1252, which contains
Latin-1, and a note says so with the word that shows it. A file that mixes the two is refused.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, UsageError, show
from casemine.model.intake import Note
from casemine.read.source import head_of, read_up_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from casemine.read.member import Member

GUESS = "cp1252"
BLOCK = 4 << 20  # bytes read at a time

# UTF-32 first: its little-endian mark begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_END = re.compile(rb"[\x80-\xff]{1,3}\Z")
_WORD_BEFORE = re.compile(r"[^\s,;|\"']*\Z")
_WORD_AFTER = re.compile(r"\A[^\s,;|\"']*")


class Utf8Blocks:
    """The text of a member as blocks of UTF-8 bytes without a byte-order mark.

    Parameters
    ----------
    member : Member
        Read once per iteration.
    encoding : str, optional
        What the user declared; it is then taken at its word.
    size : int
        Bytes read at a time; blocks come out about that long and never split a character.
    """

    def __init__(self, member: Member, encoding: str | None = None, size: int = BLOCK) -> None:
        self.member, self.size = member, size
        self.mark, found = marked_encoding(head_of(member, 256))
        self.declared = encoding is not None
        self.encoding = _known(encoding) if encoding is not None else found
        if self.declared and found is not None and self.encoding != found and self.mark:
            # "utf-16" and "utf-8-sig" name what the mark says; anything else contradicts it.
            self.encoding = _agreed(self.encoding or "", found, member.name)
        self.guessed: Note | None = None

    def __iter__(self) -> Iterator[bytes]:
        with self.member.open() as stream:
            read_up_to(stream, self.mark)
            if self.encoding in {None, "utf-8"}:
                yield from self._utf8(stream)
            else:
                yield from self._decoded(stream)

    def _utf8(self, stream: BinaryIO) -> Iterator[bytes]:
        """Check UTF-8 and pass it on; change to the guess at the first byte that can't be."""
        offset, carry, proof, guessing = self.mark, b"", -1, False
        while True:
            part = read_up_to(stream, self.size)
            block = carry + part
            if not block:
                return
            carry = b""
            self._refuse_nul(block, offset)
            if not block.isascii():
                if not guessing:
                    try:
                        text_end = _checked_utf8(block, final=not part)
                    except UnicodeDecodeError as error:
                        if proof < 0 and (valid := _MULTIBYTE.search(block, 0, error.start)):
                            proof = offset + valid.start()
                        self._may_guess(block, offset, error.start, proof)
                        guessing = True
                    else:
                        block, carry = block[:text_end], block[text_end:]
                        if proof < 0 and (valid := _MULTIBYTE.search(block)):
                            proof = offset + valid.start()
                if guessing:
                    if part and (split := _HIGH_END.search(block)):  # may be half a character
                        block, carry = block[: split.start()], split[0]
                    if valid := _MULTIBYTE.search(block):
                        raise self._mixed(offset + valid.start(), offset + valid.start())
                    yield self._as_guessed(block, offset)
                    offset += len(block)
                    continue
            if block:
                yield block
            offset += len(block)

    def _may_guess(self, block: bytes, offset: int, at: int, proof: int) -> None:
        if self.declared or proof >= 0 or _MULTIBYTE.search(block):
            raise self._mixed(proof, offset + at)
        if self.guessed is None:
            line_start = max(block.rfind(b"\n", 0, at), block.rfind(b"\r", 0, at)) + 1
            before = block[max(line_start, at - 40) : at].decode(GUESS, "replace")
            after = block[at : at + 40].decode(GUESS, "replace")
            word = _WORD_BEFORE.findall(before)[0] + _WORD_AFTER.findall(after)[0]
            self.guessed = Note(
                "encoding-guessed",
                f"{self.member.name} is not UTF-8 and was read as {GUESS} (Latin-1), see "
                f"{show(word)} in line {self._line_of(offset + at):,}; "
                "name another with --encoding",
            )

    def _as_guessed(self, block: bytes, offset: int) -> bytes:
        try:
            return block.decode(GUESS).encode()
        except UnicodeDecodeError as error:
            raise InputError(
                f"byte 0x{block[error.start]:02x} belongs neither to UTF-8 nor to {GUESS}",
                where=Place(self.member.name, self._line_of(offset + error.start)),
                mend="name the encoding with --encoding",
                code="encoding",
            ) from None

    def _mixed(self, valid: int, invalid: int) -> InputError:
        if valid >= 0 and not self.declared:
            return InputError(
                f"mixes UTF-8 with another encoding (UTF-8 in line {self._line_of(valid):,})",
                where=Place(self.member.name, self._line_of(invalid)),
                mend="export it again in one encoding, or force one with --encoding",
                code="encoding",
            )
        return self._invalid("utf-8", self._line_of(invalid))

    def _invalid(self, encoding: str, line: int) -> InputError:
        return InputError(
            f"this line is not valid {encoding}",
            where=Place(self.member.name, line),
            mend="name another encoding with --encoding",
            code="encoding",
        )

    def _decoded(self, stream: BinaryIO) -> Iterator[bytes]:
        """Decode and encode again; lines are counted on the way, for messages."""
        name = self.encoding or GUESS
        decoder = codecs.getincrementaldecoder(name)()
        lines = 1
        while True:
            part = read_up_to(stream, self.size)
            try:
                text = decoder.decode(part, final=not part)
            except UnicodeError as error:
                done = getattr(error, "object", b"")[: getattr(error, "start", 0)]
                lines += done.decode(name, "ignore").count("\n")
                raise self._invalid(name, lines) from None
            if "\0" in text:
                raise self._nul(lines + text[: text.index("\0")].count("\n"))
            lines += text.count("\n")
            if text:
                try:
                    yield text.removeprefix("\ufeff").encode() if lines == 1 else text.encode()
                except UnicodeEncodeError:
                    raise self._invalid(name, lines) from None
            if not part:
                return

    def _refuse_nul(self, block: bytes, offset: int) -> None:
        at = block.find(b"\0")
        if at >= 0:
            raise self._nul(self._line_of(offset + at))

    def _nul(self, line: int) -> InputError:
        return InputError(
            "holds a NUL byte, so it is damaged, not text, or in another encoding",
            where=Place(self.member.name, line),
            mend="name the encoding with --encoding, or export the file again",
            code="nul-byte",
        )

    def _line_of(self, offset: int) -> int:
        """Physical line of a byte of the file; LF, CR and CRLF each end one."""
        lines, left = 1, offset
        with self.member.open() as stream:
            while left > 0 and (block := read_up_to(stream, min(left, self.size))):
                left -= len(block)
                lines += count_line_ends(block)
                if block.endswith(b"\r") and left > 0:  # perhaps half of a CRLF
                    follow = read_up_to(stream, 1)
                    left -= len(follow)
                    lines += follow == b"\r"
        return lines


def count_line_ends(block: bytes) -> int:
    r"""Count LF, CRLF and lone CR.

    Examples
    --------
    >>> count_line_ends(b"a\nb\r\nc\rd")
    3
    """
    ends = block.count(b"\n")
    if b"\r" in block:
        ends += block.count(b"\r") - block.count(b"\r\n")
    return ends


def marked_encoding(head: bytes) -> tuple[int, str | None]:
    r"""Read the byte-order mark, or the zero-byte pattern of UTF-16 and UTF-32 without one.

    Returns
    -------
    (int, str or None)
        Length of the mark, and the encoding if the bytes decide it.

    Examples
    --------
    >>> marked_encoding(b"\xef\xbb\xbfcase"), marked_encoding(b"c\0a\0s\0e\0")
    ((3, 'utf-8'), (0, 'utf-16-le'))
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return len(mark), name
    pairs = len(head) // 2
    if pairs >= 2 and b"\0" in head:
        even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
        if even == 0 and odd >= 0.7 * pairs:
            return 0, "utf-16-le"
        if odd == 0 and even >= 0.7 * pairs:
            return 0, "utf-16-be"
    return 0, None


def _checked_utf8(block: bytes, *, final: bool) -> int:
    """Return how many bytes are whole characters; raise if they are not UTF-8."""
    return codecs.utf_8_decode(block, "strict", final)[1]


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "a".encode(name)
    except (LookupError, ValueError, TypeError):
        raise UsageError(
            f"{show(encoding)} is not a known text encoding",
            mend="usual ones are utf-8, cp1252, utf-16, latin-1",
            code="unknown-encoding",
        ) from None
    return name


def _agreed(declared: str, found: str, name: str) -> str:
    if declared == "utf-8-sig" or found.startswith(declared) or declared.startswith(found[:5]):
        return found
    raise InputError(
        f"begins with the byte-order mark of {found}, not {declared}",
        where=Place(name),
        mend=f"leave out --encoding, or say --encoding {found}",
        code="encoding",
    )
