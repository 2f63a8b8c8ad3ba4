"""The order of day, month and year, where one column of times shows what another leaves open.

One program has written the whole file, so a column in which no day is above 12 is read like the one
beside it in which some are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from casemine.read.tables.cells import as_text
from casemine.read.times.evidence import ORDERS, SAME, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casemine.read.crm.raw.rawrows import RawFile
    from casemine.read.options import ReadOptions

_TIMES = ("time", "created")
_ALL = (1 << len(ORDERS)) - 1


def with_date_order(file: RawFile, options: ReadOptions) -> RawFile:
    """Let a file with several columns of times have the order that all of them together allow.

    Nothing is changed where the user or the preset has said it, or where they contradict each other
    or all leave it open: then each column is decided by itself.
    """
    part = file.part
    if options.date_order or part.date_order or options.time_format or part.time_format:
        return file
    columns = list(_times(file))
    if len(columns) < 2:
        return file
    allowed = _ALL
    for column in columns:
        evidence = Evidence()
        for chunk in as_text(column).chunks:
            evidence.add(chunk)
        best = evidence.best()
        for code in best.orders if best is not None else ():
            allowed &= code if code & ~SAME else _ALL
    possible = [order for bit, order in enumerate(ORDERS) if allowed & 1 << bit]
    if len(possible) != 1:
        return file
    return replace(file, part=replace(part, date_order=possible[0]))


def _times(file: RawFile) -> Iterator[pa.ChunkedArray]:
    tables = [rows for _, rows in file.takes] + ([file.ticket] if file.ticket is not None else [])
    for rows in tables:
        for name, column in rows.columns.items():
            is_time = name in _TIMES or name.startswith("milestone ")
            if is_time and column.null_count < len(column) and not _typed(column.type):
                yield column


def _typed(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))
