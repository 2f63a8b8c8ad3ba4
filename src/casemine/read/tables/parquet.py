"""Parquet files: columns in the types they have, batch by batch.

Bytes become text and nested values JSON text; everything else keeps its type. What a number looks
like as a case id is decided where it becomes one (`cells.as_text`).
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from casemine.errors import InputError, Place, show
from casemine.read.tables.plaincells import plain_cells
from casemine.read.tables.rawtable import Chunk, unique_names
from casemine.read.tables.storedlog import case_columns, stores_log, system

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from casemine.model.intake import Note
    from casemine.read.member import Member

ROWS = 1 << 17  # rows handed over at a time


class ParquetTable:
    """A Parquet file.

    Raises
    ------
    InputError
        The file is damaged, cut off, encrypted or has no columns.
    """

    header: tuple[str, ...] | None = None  # there is none to come again

    def __init__(self, member: Member, *, rows: int = ROWS) -> None:
        self.name, self._member, self._rows = member.name, member, rows
        with _opened(member) as file:
            self._stored = [name for name in file.schema_arrow.names if name != "__index_level_0__"]
            self.stores_log = stores_log(file.schema_arrow) and file.metadata.num_rows > 0
            self.case_columns = case_columns(file.schema_arrow)
            self.system = system(file.schema_arrow)
        if not self._stored:
            raise InputError("has no columns", where=Place(self.name))
        if len(set(self._stored)) < len(self._stored):
            raise InputError("has several columns of one name", where=Place(self.name))
        self.columns = unique_names(self._stored)

    def notes(self) -> tuple[Note, ...]:
        """Nothing to remark."""
        return ()

    def chunks(self, columns: Collection[str] | None = None) -> Iterator[Chunk]:
        """Read row group by row group."""
        pairs = [
            (stored, name)
            for stored, name in zip(self._stored, self.columns, strict=True)
            if columns is None or name in columns
        ]
        done = 0
        with _opened(self._member) as file:
            batches = file.iter_batches(self._rows, columns=[stored for stored, _ in pairs])
            while True:
                try:
                    batch = next(batches, None)
                    if batch is not None:
                        batch.validate(full=True)  # that text is UTF-8, and codes are in range
                except (pa.ArrowException, OSError) as error:
                    raise _damaged(self.name, error) from error
                if batch is None:
                    return
                taken = pa.Table.from_batches([batch]).select([stored for stored, _ in pairs])
                cells = plain_cells(taken.rename_columns([name for _, name in pairs]))
                count = cells.num_rows
                yield Chunk(cells, np.arange(done + 1, done + count + 1), count)
                done += count

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Parquet has no lines; records are counted from 1."""
        return records

    def vouch_for_times(self, column: str) -> None:
        """Columns of Parquet have one type each."""


@contextmanager
def _opened(member: Member) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file on any member and say in plain words what is wrong with it."""
    with member.open() as stream:
        try:
            source = stream if stream.seekable() else io.BytesIO(stream.read())
            file = pq.ParquetFile(pa.PythonFile(source, mode="r"))
        except (pa.ArrowException, OSError) as error:
            raise _damaged(member.name, error) from error
        yield file


def _damaged(name: str, error: Exception) -> InputError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(
        f"is a damaged Parquet file: {show(reason)}",
        where=Place(name),
        mend="transfer or export it again",
        code="damaged",
    )
