"""CSV, TSV and their kin: blocks of whole records, parsed by Arrow with every cell as text.

Only an empty cell is null. Blocks go through Arrow's parser on all processors and come out in
order; physical lines are counted only when a message needs one.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from casemine.errors import InputError, Place, show
from casemine.read.encoding import BLOCK, Utf8Blocks, count_line_ends
from casemine.read.tables.dialect import Dialect, read_dialect
from casemine.read.tables.rawtable import BadRecord, Chunk
from casemine.read.tables.records import open_quote, record_lines, whole_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from casemine.model.intake import Note
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions

ENCODED = pa.dictionary(pa.int32(), pa.string())
PAYS = 0.5  # distinct values per record up to which a dictionary is cheaper than text
FIRST_LOOK = 1 << 17  # bytes for the first attempt at the header


class DelimitedTable:
    """A text table.

    Parameters
    ----------
    member : Member
        Where the text comes from.
    options : ReadOptions
        Encoding and delimiter, where the user named them.
    block_size : int
        Bytes parsed at a time.

    Raises
    ------
    InputError
        The text is no table with a header, or not in its encoding.
    """

    def __init__(self, member: Member, options: ReadOptions, *, block_size: int = BLOCK) -> None:
        self.name = member.name
        self._text = Utf8Blocks(member, options.encoding, block_size)
        self._dialect = _find_dialect(self._text, options)
        self.columns = self._dialect.columns
        self.header: tuple[str, ...] | None = self._dialect.header
        self._encoded: frozenset[str] | None = None
        self._counts: list[int] = []  # records of each block, as far as read

    def notes(self) -> tuple[Note, ...]:
        """Say which encoding had to be guessed."""
        return (self._text.guessed,) if self._text.guessed else ()

    def chunks(self, columns: Collection[str] | None = None) -> Iterator[Chunk]:
        """Parse the table from its start.

        Raises
        ------
        InputError
            The text is not in its encoding, or a quoted cell is never closed.
        """
        wanted = [c for c in self.columns if columns is None or c in columns]
        counts: list[int] = []
        before = 0
        for cells, count, bad in self._parsed(wanted):
            counts.append(count)
            records = np.arange(before + 1, before + count + 1)
            if bad:
                records = np.delete(records, [each.record - 1 for each in bad])
            moved = tuple(BadRecord(b.record + before, b.value, b.reason) for b in bad)
            if count:
                yield Chunk(cells, records, count, moved)
            before += count
            if len(counts) > len(self._counts):
                self._counts = counts

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count line ends up to each record; reads the file again."""
        found: list[NDArray[np.int64]] = []
        line, before = self._dialect.body_line, 0
        left = np.asarray(records, np.int64)
        for block in self._blocks():
            if not len(left):
                break
            starts = record_lines(block, self._dialect.delimiter)
            here = left[left <= before + len(starts)]
            found.append(line + starts[here - before - 1])
            left = left[len(here) :]
            before += len(starts)
            line += count_line_ends(block)
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def vouch_for_times(self, column: str) -> None:
        """Text is text: the clock decides."""

    def _blocks(self) -> Iterator[bytes]:
        """Whole records, without what stands above them."""
        return whole_records(
            _without_first(iter(self._text), self._dialect.body),
            self._dialect.delimiter,
            name=self.name,
        )

    def _parsed(self, wanted: list[str]) -> Iterator[tuple[pa.Table, int, list[BadRecord]]]:
        """Parse blocks in parallel and hand them over in order."""
        workers = max(1, min(8, pa.cpu_count()))
        pending: deque[object] = deque()
        blocks = self._blocks()
        first = next(blocks, None)
        if first is None:
            return
        if self._encoded is None:
            self._encoded = self._worth_encoding(first)
        with ThreadPoolExecutor(workers) as pool:
            block: bytes | None = first
            while block is not None:
                following = next(blocks, None)
                if following is None:
                    self._refuse_open_quote(block)
                pending.append(pool.submit(self._parse, block, wanted))
                if len(pending) > workers:
                    yield pending.popleft().result()  # type: ignore[attr-defined]
                block = following
            while pending:
                yield pending.popleft().result()  # type: ignore[attr-defined]

    def _worth_encoding(self, block: bytes) -> frozenset[str]:
        """Choose the columns whose values repeat often enough in the first block."""
        cells, *_ = self._parse(block, list(self.columns), frozenset(self.columns))
        rows = max(cells.num_rows, 1)
        return frozenset(
            name
            for name in self.columns
            if sum(len(chunk.dictionary) for chunk in cells.column(name).chunks) <= PAYS * rows
        )

    def _parse(
        self, block: bytes, wanted: list[str], encoded: frozenset[str] | None = None
    ) -> tuple[pa.Table, int, list[BadRecord]]:
        """Parse one block: cells, how many records with the bad ones, and those."""
        encoded = self._encoded or frozenset() if encoded is None else encoded
        bad: list[BadRecord] = []
        width = len(self.columns)

        def set_aside(row: pv.InvalidRow) -> str:
            cells = "cell" if row.actual_columns == 1 else "cells"
            bad.append(
                BadRecord(
                    row.number,
                    row.text[:200],
                    f"has {row.actual_columns:,} {cells} where the header has {width:,}",
                )
            )
            return "skip"

        try:
            cells = pv.read_csv(
                pa.BufferReader(block),
                read_options=pv.ReadOptions(
                    use_threads=False, block_size=len(block) + 1, column_names=list(self.columns)
                ),
                parse_options=pv.ParseOptions(
                    delimiter=self._dialect.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=set_aside,
                ),
                convert_options=pv.ConvertOptions(
                    check_utf8=False,  # done already, with the place of the fault
                    column_types={
                        name: ENCODED if name in encoded else pa.string() for name in self.columns
                    },
                    include_columns=wanted,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid as error:
            raise InputError(
                f"cannot be taken apart: {str(error).splitlines()[0]}", where=Place(self.name)
            ) from error
        return cells, cells.num_rows + len(bad), bad

    def _refuse_open_quote(self, last: bytes) -> None:
        at = open_quote(last, self._dialect.delimiter)
        if at is None:
            return
        line, previous = self._dialect.body_line, None
        for block in self._blocks():
            line += count_line_ends(previous) if previous is not None else 0
            previous = block
        line += count_line_ends(last[:at])
        raise InputError(
            f"a quoted cell opens here and is never closed: {show(_excerpt(last[at:]))}",
            where=Place(self.name, line),
            mend="the file is cut off, or a quote inside a cell is not doubled",
            code="open-quote",
        )


def _find_dialect(text: Utf8Blocks, options: ReadOptions) -> Dialect:
    """Look at more and more of the beginning until it holds a header."""
    named = frozenset(
        name
        for name in (options.case, options.activity, options.time, options.start)
        if name is not None
    )
    wanted = FIRST_LOOK
    while True:
        head, whole = _beginning(text, wanted)
        dialect = read_dialect(
            head, name=text.member.name, whole=whole, delimiter=options.delimiter, named=named
        )
        if dialect is not None:
            return dialect
        wanted *= 8


def _beginning(text: Utf8Blocks, size: int) -> tuple[str, bool]:
    parts: list[bytes] = []
    held = 0
    for block in text:
        parts.append(block)
        held += len(block)
        if held > size:
            return b"".join(parts)[:size].decode("utf-8", "ignore"), False
    return b"".join(parts).decode("utf-8"), True


def _without_first(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for block in blocks:
        if size >= len(block):
            size -= len(block)
            continue
        yield block[size:] if size else block
        size = 0


def _excerpt(data: bytes) -> str:
    return data[:60].decode("utf-8", "ignore")
