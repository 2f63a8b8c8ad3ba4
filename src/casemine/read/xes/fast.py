r"""The fast way into XES: cut at quotes, and prove that nothing was misunderstood.

A piece of a file that holds nothing but `<string key="k" value="v"/>` within events and traces is
an alternation of values and of the markup between two values. Arrow cuts the bytes at the quotes
without copying, and encodes the markup: a file of a million events has a few dozen distinct
texts of it. Each distinct text is then checked against the strict grammar below, once. Since a
value ends at the next quote in any XML, a piece whose every markup passes has been read exactly
as an XML parser reads it; anything else (comments, CDATA, nesting, single quotes, a value before
its key, an event without attributes, ...) makes the answer None and the exact parser takes over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy
from casemine.read.xes.tokens import TYPES, Attributes, Field, Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_MARKUPS = 20_000  # distinct texts between values; beyond that Python would do the work

_LOG, _TRACE, _EVENT, _UNSAID = 0, 1, 2, -1
_WS = r"[ \t\r\n]"
_PREFIX = r"(?:([A-Za-z_][\w.-]*):)?"
_CLOSED = re.compile(rf'"{_WS}*/>')
_TAG = re.compile(rf"{_WS}*<(/?){_PREFIX}(trace|event){_WS}*>", re.ASCII)
_OPEN = re.compile(
    rf"{_WS}*<{_PREFIX}({'|'.join(TYPES)}){_WS}+key{_WS}*={_WS}*"
    rf'"([^"<&\t\r\n]+)"{_WS}+value{_WS}*={_WS}*"',
    re.ASCII,
)
_BLANK = re.compile(rf"{_WS}*")
_STEPS = {  # (is a closing tag, name) -> where it must stand, and where it leads
    (False, "trace"): (_LOG, _TRACE),
    (False, "event"): (_TRACE, _EVENT),
    (True, "event"): (_EVENT, _TRACE),
    (True, "trace"): (_TRACE, _LOG),
}
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_NUMBERED = "&#(?:[0-9]{1,8}|x[0-9a-fA-F]{1,7});"
_REFERENCE = re.compile(f"{_NUMBERED}|&[a-z]+;")


@dataclass(frozen=True, slots=True)
class _Markup:
    """What one text between two values says."""

    field: Field | None  # of the value that follows; None at the end of a piece
    before: int  # level in which it must stand, _UNSAID if it opens and closes nothing
    after: int  # level to which it leads
    traces: int  # opened
    events: int
    prefixes: frozenset[str | None]


def plain_tokens(piece: bytes, first_event: int, first_trace: int) -> Tokens | None:
    """Read whole traces, or return None if they hold anything out of the ordinary.

    Parameters
    ----------
    piece : bytes
        Valid UTF-8 that begins and ends between traces.
    first_event, first_trace : int
        Numbers of the first of each, counted from 0 over the file.

    Notes
    -----
    O(bytes); Python runs once per distinct markup.
    """
    quotes = np.flatnonzero(np.frombuffer(piece, np.uint8) == ord('"'))
    count = len(quotes) // 4
    if len(quotes) % 4 or not count or len(piece) > 2**31 - 2:
        return None
    bounds = np.empty(2 * count + 2, np.int32)
    bounds[0], bounds[-1] = 0, len(piece)
    bounds[1:-1:2] = quotes[2::4] + 1
    bounds[2:-1:2] = quotes[3::4]
    del quotes
    pieces = pa.StringArray.from_buffers(2 * count + 1, pa.py_buffer(bounds), pa.py_buffer(piece))
    between = pieces.take(from_numpy(np.arange(0, 2 * count + 1, 2))).dictionary_encode()
    if len(between.dictionary) > MAX_MARKUPS:
        return None
    markups = _understand(between.dictionary.to_pylist())
    codes = to_numpy(between.indices)
    if markups is None or not _values_are_plain(piece, between.dictionary, codes):
        return None
    if b"&" in piece:
        values = _unescape(pieces.take(from_numpy(np.arange(1, 2 * count + 1, 2))))
        places = np.arange(count)
        if values is None:
            return None
    else:
        values, places = pieces, np.arange(1, 2 * count + 1, 2)
    return _assemble(
        markups, codes, values, places, first_event=first_event, first_trace=first_trace
    )


def _understand(distinct: list[str]) -> list[_Markup] | None:
    """Check every distinct markup against the grammar; None if one fails."""
    markups = []
    for text in distinct:
        markup = _understand_one(text)
        if markup is None:
            return None
        markups.append(markup)
    return markups if len(frozenset().union(*(m.prefixes for m in markups))) == 1 else None


def _understand_one(text: str) -> _Markup | None:
    position = 0
    if closed := _CLOSED.match(text):
        position = closed.end()
    before, level, traces, events = _UNSAID, _UNSAID, 0, 0
    prefixes: set[str | None] = set()
    while tag := _TAG.match(text, position):
        closing, prefix, name = bool(tag[1]), tag[2], tag[3]
        needs, leads = _STEPS[closing, name]
        if level not in {_UNSAID, needs}:
            return None
        before = needs if before == _UNSAID else before
        level = leads
        traces += not closing and name == "trace"
        events += not closing and name == "event"
        prefixes.add(prefix)
        position = tag.end()
    # An event or trace without attributes would not be seen among the values.
    if traces > 1 or events > 1 or (events and level != _EVENT):
        return None
    if opened := _OPEN.fullmatch(text, position):
        if level == _LOG:
            return None
        field = Field(opened[2], opened[3])
        return _Markup(field, before, level, traces, events, frozenset({*prefixes, opened[1]}))
    if _BLANK.fullmatch(text, position) and level == _LOG:
        return _Markup(None, before, level, traces, events, frozenset(prefixes))
    return None


def _values_are_plain(piece: bytes, between: pa.Array, codes: NDArray[np.int32]) -> bool:
    """Whether no value holds `<` or a control character: all of them stand in the markup."""
    if not piece.isascii() and (b"\xef\xbf\xbe" in piece or b"\xef\xbf\xbf" in piece):
        return False  # U+FFFE and U+FFFF are not characters of XML
    uses = np.bincount(codes, minlength=len(between))
    inside = [text.encode() for text in between.to_pylist()]
    angles = np.array([text.count(b"<") for text in inside])
    controls = np.array([sum(byte < 32 for byte in text) for text in inside])
    found = int(np.count_nonzero(np.frombuffer(piece, np.uint8) < 32))
    return piece.count(b"<") == int(uses @ angles) and found == int(uses @ controls)


def _unescape(values: pa.Array) -> pa.Array | None:
    """Resolve references; None if there is any but numbers and the five names."""
    known = sum(pc.sum(pc.count_substring(values, name)).as_py() for name in _ENTITIES)
    numbered = pc.sum(pc.count_substring_regex(values, _NUMBERED)).as_py()
    if known + numbered != pc.sum(pc.count_substring(values, "&")).as_py():
        return None
    resolved = values
    for name, character in _ENTITIES.items():  # & last, so that its result is not read again
        resolved = pc.replace_substring(resolved, name, character)
    if not numbered:
        return resolved
    # Values with numbers are read in one go, once per distinct text: what a number stands for
    # must not be read again either.
    rows = pc.match_substring(values, "&#")
    encoded = values.filter(rows).dictionary_encode()
    try:
        distinct = [_REFERENCE.sub(_character, text) for text in encoded.dictionary.to_pylist()]
    except ValueError:
        return None
    return pc.replace_with_mask(resolved, rows, texts(distinct).take(encoded.indices))


def _character(reference: re.Match[str]) -> str:
    """Resolve one reference; ValueError if its number is no character of XML."""
    if named := _ENTITIES.get(reference[0]):
        return named
    digits = reference[0][2:-1]
    number = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    if number in {9, 10, 13} or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD:
        return chr(number)
    if 0x10000 <= number <= 0x10FFFF:
        return chr(number)
    raise ValueError(number)


def _assemble(
    markups: list[_Markup],
    codes: NDArray[np.int32],
    values: pa.Array,
    places: NDArray[np.int64],
    *,
    first_event: int,
    first_trace: int,
) -> Tokens | None:
    """Follow the levels along the piece, and number events and traces."""
    before = np.array([m.before for m in markups], np.int8)[codes]
    after = np.array([m.after for m in markups], np.int8)[codes]
    steps = np.flatnonzero(after != _UNSAID)
    if not len(steps) or steps[0] != 0 or before[0] != _LOG or steps[-1] != len(codes) - 1:
        return None
    if after[-1] != _LOG or not np.array_equal(after[steps[:-1]], before[steps[1:]]):
        return None
    opened = np.array([m.events for m in markups], np.int64)[codes]
    traces = np.cumsum(np.array([m.traces for m in markups], np.int64)[codes]) + first_trace
    trace_count = int(traces[-1]) - first_trace
    owner_event = np.cumsum(opened)[:-1] + (first_event - 1)
    owner_trace = traces[:-1] - 1
    level = np.repeat(after[steps], np.diff(steps, append=len(codes)))[:-1]
    fields = tuple(dict.fromkeys(m.field for m in markups if m.field is not None))
    number = {field: index for index, field in enumerate(fields)}
    field = np.array([number.get(m.field, 0) for m in markups], np.uint16)[codes[:-1]]  # type: ignore[arg-type]

    def chosen(rows: NDArray[np.int64], owner: NDArray[np.int64]) -> Attributes:
        return Attributes(owner[rows], field[rows], places[rows], values)

    return Tokens(
        fields=fields,
        events=chosen(np.flatnonzero(level == _EVENT), owner_event),
        traces=chosen(np.flatnonzero(level == _TRACE), owner_trace),
        event_trace=owner_trace[opened[:-1] > 0],
        trace_count=trace_count,
    )
