"""Records out of an XML file in the shape of JSON, streamed, and nothing outside of it opened.

An element with text only is its text; with attributes it is an object with `@name` and `#text`;
repeated children are a list. Namespaces are left out. A document type may stand there, entity
declarations are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from xml.parsers import expat

from casemine.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_DEPTH = 100  # elements within elements; deeper ones are no data but an attack
MAX_RECORD = 64 << 20  # characters of text in one record
_PIECE = 1 << 18  # bytes parsed at a time, which bounds the records that wait
_CUT_OFF = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    }
)


class XmlRecords:
    """Iterate once for (number of the path, line, record).

    Parameters
    ----------
    blocks : iterable of bytes
        The text in UTF-8, whatever its declaration says.
    name : str
        For messages.
    paths : sequence of str
        Elements that are records, from the root: `unload.incident`, `rss.channel.item`.

    Raises
    ------
    InputError
        While iterating: not well-formed, cut off, or with declarations that are refused.

    Examples
    --------
    >>> text = b'<rss><item n="1"><key id="7">A-1</key><tag>x</tag><tag>y</tag><to/></item></rss>'
    >>> list(XmlRecords([text], "a.xml", ["rss.item"]))
    [(0, 1, {'@n': '1', 'key': {'@id': '7', '#text': 'A-1'}, 'tag': ['x', 'y'], 'to': ''})]
    """

    def __init__(self, blocks: Iterable[bytes], name: str, paths: Sequence[str]) -> None:
        self.found: set[int] = set()
        self.beside: dict[str, Any] = {}
        self._name, self._blocks = name, blocks
        self._wanted = {path: number for number, path in enumerate(paths)}
        self._parser = expat.ParserCreate("UTF-8", " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start_outside
        self._parser.EndElementHandler = self._end_outside
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._entity
        self._outside: list[str] = [""]  # paths of the open elements around records
        self._record: tuple[int, int] = (0, 0)  # number of its path, line
        self._open: list[dict[str, Any]] = []  # elements of the record that are open
        self._tags: list[str] = []
        self._text: list[list[str]] = []
        self._size = 0
        self._done: list[tuple[int, int, Any]] = []

    @property
    def passed(self) -> int:
        """Bytes read so far."""
        return max(0, int(self._parser.CurrentByteIndex))

    def __iter__(self) -> Iterator[tuple[int, int, Any]]:
        for block in self._blocks:
            for at in range(0, len(block), _PIECE):
                self._feed(block[at : at + _PIECE], final=False)
                yield from self._done
                self._done.clear()
        self._feed(b"", final=True)
        yield from self._done

    def _feed(self, data: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            message = (
                "is cut off in the middle"
                if final and error.code in _CUT_OFF
                else f"is not well-formed XML: {expat.ErrorString(error.code)}"
            )
            raise self._error(message, error.lineno) from None

    def _error(self, message: str, line: int | None = None) -> InputError:
        return InputError(
            message,
            where=Place(self._name, line or self._parser.CurrentLineNumber),
            code="bad-xml",
            mend="export it again",
        )

    def _start_outside(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        path = f"{self._outside[-1]}.{name}" if self._outside[-1] else name
        number = self._wanted.get(path)
        if number is not None:
            self.found.add(number)
            self._record = (number, self._parser.CurrentLineNumber)
            self._size = 0
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._characters
            self._start(tag, attributes)
            return
        if len(self._outside) > MAX_DEPTH:
            raise self._error("nests too deeply")
        self._outside.append(path)

    def _end_outside(self, _: str) -> None:
        self._outside.pop()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._tags) > MAX_DEPTH:
            raise self._error("nests too deeply")
        self._tags.append(tag)
        self._open.append({f"@{name.rpartition(' ')[2]}": v for name, v in attributes.items()})
        self._text.append([])

    def _characters(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_RECORD:
            raise self._error(f"holds a record of more than {MAX_RECORD:,} characters")
        self._text[-1].append(text)

    def _end(self, _: str) -> None:
        tag = self._tags.pop().rpartition(" ")[2]
        inner, text = self._open.pop(), "".join(self._text.pop())
        value: Any = inner
        if not inner:
            value = text
        elif text and not (text.isspace() and any(key[0] != "@" for key in inner)):
            inner["#text"] = text  # blanks between children are only the look of the file
        if not self._open:
            self._done.append((*self._record, value if inner else {"#text": text}))
            self._parser.StartElementHandler = self._start_outside
            self._parser.EndElementHandler = self._end_outside
            self._parser.CharacterDataHandler = None
            return
        around = self._open[-1]
        if tag not in around:
            around[tag] = value
        elif type(around[tag]) is list:
            around[tag].append(value)
        else:
            around[tag] = [around[tag], value]

    def _entity(self, name: str, *_: Any) -> NoReturn:
        raise self._error(f"declares or uses the entity {name!r}, which casemine does not resolve")
