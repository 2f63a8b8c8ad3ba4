r"""Where the records of delimited text begin and end, as bytes and physical lines.

A quote opens a quoted cell only at the start of a cell; `""` inside is a quote; LF, CRLF and a lone
CR end a record unless quoted. This is what Arrow's parser does too, so blocks cut here parse alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

QUOTE, LF, CR = 34, 10, 13
LONGEST_RECORD = 1 << 30  # Arrow counts the bytes of a block in 32 bits


def whole_records(blocks: Iterable[bytes], delimiter: str, *, name: str) -> Iterator[bytes]:
    """Cut blocks of UTF-8 so that each holds whole records; the last may lack its line end.

    Raises
    ------
    InputError
        A record is longer than a GiB.
    """
    carry: list[bytes] = []
    held = wanted = 0
    for block in blocks:
        held += len(block)
        if held >= wanted and b'"' not in block and not any(b'"' in part for part in carry):
            cut = block.rfind(b"\n") + 1
            if cut:
                yield b"".join((*carry, memoryview(block)[:cut])) if held > cut else block
                carry, held, wanted = [block[cut:]], len(block) - cut, 0
                continue
        carry.append(block)
        if held < wanted:
            continue
        data = b"".join(carry)
        cut = last_record_end(data, delimiter)
        if cut == 0:
            if held > LONGEST_RECORD:
                raise InputError(
                    "holds a record of more than 1 GiB",
                    where=Place(name),
                    mend="perhaps a quote is never closed, or the line ends are missing",
                )
            carry, wanted = [data], 2 * held  # doubling keeps a giant record linear
            continue
        yield data[:cut]
        carry, held, wanted = [data[cut:]], len(data) - cut, 0
    data = b"".join(carry)
    if data:
        yield data


def last_record_end(data: bytes, delimiter: str) -> int:
    """Return the offset after the last record that is surely complete; 0 if there is none.

    A lone CR at the very end may be half of a CRLF, so it does not count.
    """
    if b'"' not in data:
        end = data.rfind(b"\n") + 1
        return end or data.rfind(b"\r", 0, len(data) - 1) + 1
    ends = _line_ends(data)
    if len(ends) and data[-1] == CR:
        ends = ends[:-1]
    ends = ends[_outside_quotes(data, ends, delimiter)]
    return int(ends[-1]) + 1 if len(ends) else 0


def record_lines(data: bytes, delimiter: str) -> NDArray[np.int64]:
    r"""Physical line, counted from 0, on which each record of the block begins; blank ones skipped.

    Examples
    --------
    >>> record_lines(b'a,b\n\n1,"x\ny"\n2,z\n', ",").tolist()
    [0, 2, 4]
    """
    all_ends = _line_ends(data)
    ends = all_ends
    if b'"' in data:
        ends = all_ends[_outside_quotes(data, all_ends, delimiter)]
    starts = np.concatenate(([0], ends + 1))
    stops = np.concatenate((ends, [len(data)]))
    view = np.frombuffer(data, np.uint8)
    if b"\r\n" in data:
        stops[:-1] -= (view[stops[:-1]] == LF) & (view[np.maximum(stops[:-1] - 1, 0)] == CR)
    starts = starts[stops > starts]
    return np.searchsorted(all_ends, starts)


def open_quote(data: bytes, delimiter: str) -> int | None:
    """Offset of a quote that opens a cell and is never closed; None if all are closed."""
    quotes = _quotes(data)
    if not _any_stray(data, quotes, delimiter):
        return int(quotes[-1]) if len(quotes) % 2 else None
    return next((start for start, stop in _quoted_spans(data, delimiter) if stop < 0), None)


def _line_ends(data: bytes) -> NDArray[np.int64]:
    """Offsets of the last byte of every line end."""
    view = np.frombuffer(data, np.uint8)
    if b"\r" not in data:
        return np.flatnonzero(view == LF)
    feeds, returns = view == LF, view == CR
    returns[:-1] &= ~feeds[1:]  # a CR before a LF belongs to it
    return np.flatnonzero(feeds | returns)


def _outside_quotes(data: bytes, ends: NDArray[np.int64], delimiter: str) -> NDArray[np.bool_]:
    """Tell which line ends lie outside quoted cells.

    Counting quotes modulo two is right as long as every quote opens, closes or doubles; a stray
    one inside a bare cell (5" disk) calls for the slower exact way.
    """
    quotes = _quotes(data)
    if not _any_stray(data, quotes, delimiter):
        return np.asarray(np.searchsorted(quotes, ends) % 2 == 0, np.bool_)
    spans = [(a, b if b >= 0 else len(data)) for a, b in _quoted_spans(data, delimiter)]
    if not spans:
        return np.ones(len(ends), np.bool_)
    begins, stops = np.array(spans, np.int64).T
    place = np.searchsorted(begins, ends) - 1
    return np.asarray((place < 0) | (ends >= stops[np.maximum(place, 0)]), np.bool_)


def _quotes(data: bytes) -> NDArray[np.int64]:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)


def _any_stray(data: bytes, quotes: NDArray[np.int64], delimiter: str) -> bool:
    """Whether a quote that should open a cell stands neither at its start nor after a quote."""
    view = np.frombuffer(data, np.uint8)
    border = np.zeros(256, np.bool_)
    border[[LF, CR, QUOTE, ord(delimiter)]] = True
    opening = quotes[::2]
    return not bool(np.all(border[view[np.maximum(opening - 1, 0)]] | (opening == 0)))


def _quoted_spans(data: bytes, delimiter: str) -> Iterator[tuple[int, int]]:
    """Begin and end (after the closing quote) of each quoted cell; end -1 if it is never closed."""
    border = rb"(?:\A|(?<=[\r\n" + re.escape(delimiter.encode()) + rb']))"'
    opening, closing = re.compile(border), re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
    at = 0
    while found := opening.search(data, at):
        body = closing.match(data, found.end())
        if body is None:
            yield found.start(), -1
            return
        at = body.end()
        yield found.start(), at
