r"""Which delimiter a text table has, what its header says, and where its records begin.

The delimiter is decided by how evenly it divides many records, quotes respected, never by the
ending of the file and never by its share of one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from casemine.errors import AmbiguousError, InputError, Place, UsageError, show
from casemine.read.encoding import count_line_ends
from casemine.read.tables.rawtable import unique_names

CANDIDATES = (",", ";", "\t", "|")
SAMPLE_RECORDS = 200

_SEP_LINE = re.compile(r'"?sep=(.)"?[ ,;\t]*(?:\r\n|\n|\r)', re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T]\d|$)")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to take a text table apart."""

    delimiter: str
    columns: tuple[str, ...]  # unique names
    header: tuple[str, ...]  # the header's own words, to know it when it comes again
    body: int  # bytes of UTF-8 text before the first record
    body_line: int  # physical line, from 1, where the records begin


def read_dialect(
    head: str,
    *,
    name: str,
    whole: bool,
    delimiter: str | None = None,
    named: frozenset[str] = frozenset(),
) -> Dialect | None:
    """Work out the dialect from the beginning of a table.

    Parameters
    ----------
    head : str
        The beginning, at any cut.
    whole : bool
        Whether `head` is all there is.
    delimiter : str, optional
        What the user said; one ASCII character.
    named : frozenset of str
        Columns that the user named: where they are in the first record, it is a header.

    Returns
    -------
    Dialect or None
        None if `head` does not hold a whole header yet.

    Raises
    ------
    InputError
        There is no header, only one column, or a first line of another width than the rest.
    AmbiguousError
        Two delimiters divide the records equally well.
    """
    if delimiter is not None and (
        len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'
    ):
        raise UsageError(
            f"{show(delimiter)} cannot be a delimiter: it must be one ASCII character",
            code="delimiter",
        )
    skipped = _leading_blank(head)
    said = _SEP_LINE.match(head, skipped)
    if said:
        delimiter = delimiter or said[1]
        skipped = said.end()
    skipped += _leading_blank(head[skipped:])
    text = head[skipped:]
    if not text:
        if whole:
            raise InputError("is empty", where=Place(name), code="empty-file")
        return None
    choices = (delimiter,) if delimiter else CANDIDATES
    samples = {each: _split(text, each, whole=whole) for each in choices}
    if not all(records for records, _ in samples.values()):
        if not whole:
            return None
        raise InputError("holds only empty cells", where=Place(name), code="empty-file")
    chosen = delimiter or _most_even(samples, name)
    records, end = samples[chosen]
    header = _fitted(records, name)
    line = 1 + count_line_ends(head[:skipped].encode())
    if not named & {cell.strip() for cell in header}:
        _refuse_data_as_header(header, records[1:], Place(name, line))
    before = head[: skipped + end].encode()
    return Dialect(
        chosen, unique_names(header), tuple(header), len(before), 1 + count_line_ends(before)
    )


def _leading_blank(text: str) -> int:
    return len(text) - len(text.lstrip("\r\n\ufeff"))


@lru_cache(maxsize=16)
def _cells(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    return re.compile(
        rf'(?:"([^"]*+(?:""[^"]*+)*+)"([^{d}\r\n]*+)|([^{d}\r\n]*+))({d}|\r\n|\n|\r|\Z)'
    )


def _split(text: str, delimiter: str, *, whole: bool) -> tuple[list[list[str]], int]:
    """Take up to SAMPLE_RECORDS records apart; also return where the first of them ends."""
    records: list[list[str]] = []
    record: list[str] = []
    first_end = 0
    for cell in _cells(delimiter).finditer(text):
        quoted, tail, bare, end = cell.groups()
        if quoted is None and bare.startswith('"') and not whole:
            break  # a quote that `head` does not close
        record.append(bare if quoted is None else quoted.replace('""', '"') + tail)
        if end == delimiter:
            continue
        at_cut = cell.end() == len(text) and (not end or end == "\r")
        if at_cut and not whole:
            break
        if record != [""]:
            records.append(record)
            first_end = first_end or cell.end()
        record = []
        if not end or len(records) == SAMPLE_RECORDS:
            break
    return records, first_end


def _most_even(samples: dict[str, tuple[list[list[str]], int]], name: str) -> str:
    """Choose the delimiter under which the largest share of records is as wide as the header."""
    scores: dict[str, tuple[float, int]] = {}
    for delimiter, (records, _) in samples.items():
        width = len(records[0]) if records else 0
        if width < 2:
            continue
        body = records[1:] or records
        fitting = sum(len(record) == width for record in body) / len(body)
        scores[delimiter] = (round(fitting, 2), width)
    if not scores:
        widths = [len(r) for records, _ in samples.values() for r in records[1:]]
        first = next(records[0] for records, _ in samples.values() if records)
        if max(widths, default=1) > 2:
            raise InputError(
                f"its first line, {show(','.join(first))}, is not a header of the table below it",
                where=Place(name, 1),
                mend="remove the lines above the header",
                code="no-header",
            )
        raise InputError(
            f"is not a table of several columns; it begins with {show(','.join(first), limit=60)}",
            where=Place(name),
            mend="name the delimiter with --delimiter if it has an unusual one",
            code="not-a-table",
        )
    best = max(scores.values())
    tied = [delimiter for delimiter, score in scores.items() if score == best]
    if len(tied) > 1:
        raise AmbiguousError(
            f"could be divided by {' or '.join(map(show, tied))}",
            where=Place(name),
            mend="name the delimiter with --delimiter",
            code="delimiter",
        )
    return tied[0]


def _fitted(records: list[list[str]], name: str) -> list[str]:
    """Make the header as wide as the records where only empty cells stand between them."""
    header, body = records[0], records[1:]
    widths = [len(record) for record in body]
    if not widths:
        return header
    usual = max(set(widths), key=lambda width: (widths.count(width), -width))
    if usual == len(header) or len(header) in widths:
        return header
    if usual < len(header) and not any(cell.strip() for cell in header[usual:]):
        return header[:usual]
    if usual > len(header) and not any(c.strip() for record in body for c in record[len(header) :]):
        return header + [""] * (usual - len(header))
    if widths.count(usual) > 1 or len(widths) == 1:
        raise InputError(
            f"the first line has {_cells_of(len(header))}, the records below it {usual:,}",
            where=Place(name, 1),
            mend="remove lines above the header, or name the delimiter with --delimiter",
            code="no-header",
        )
    return header


def _cells_of(count: int) -> str:
    return f"{count:,} cell" + "s" * (count != 1)


def _refuse_data_as_header(header: list[str], body: list[list[str]], where: Place) -> None:
    """Refuse a first record that holds a date or a number above a column of the same."""
    for place, cell in enumerate(header):
        for kind in (_DATE.match, _NUMBER.fullmatch):
            below = [record[place].strip() for record in body if place < len(record)]
            filled = [each for each in below if each]
            if kind(cell.strip()) and filled and all(kind(each) for each in filled):
                raise InputError(
                    f"the first line looks like data, not like a header: it has {show(cell)}",
                    where=where,
                    mend="put a line with the names of the columns above it",
                    code="no-header",
                )
