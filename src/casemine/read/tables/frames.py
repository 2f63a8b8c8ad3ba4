"""A pandas DataFrame as a raw table; the caller's frame is only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.errors import InputError, Place
from casemine.read.tables.plaincells import plain_cells
from casemine.read.tables.rawtable import Chunk, unique_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from casemine.model.intake import Note

ROWS = 1 << 17


def is_frame(source: object) -> bool:
    """Whether an object is a pandas DataFrame, found out without importing pandas."""
    return any(
        kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas"
        for kind in type(source).__mro__
    )


class FrameTable:
    """The columns of a DataFrame; its index is ignored.

    Raises
    ------
    InputError
        The frame has no columns.
    """

    name = "DataFrame"
    header: tuple[str, ...] | None = None

    def __init__(self, frame: pd.DataFrame) -> None:
        if not len(frame.columns):
            raise InputError("has no columns", where=Place(self.name))
        self.columns = unique_names([_label(each) for each in frame.columns])
        arrays = [_array(frame.iloc[:, place]) for place in range(len(self.columns))]
        self._cells = plain_cells(pa.Table.from_arrays(arrays, names=list(self.columns)))

    def notes(self) -> tuple[Note, ...]:
        """Nothing to remark."""
        return ()

    def chunks(self, columns: Collection[str] | None = None) -> Iterator[Chunk]:
        """Hand over the rows in blocks."""
        wanted = [name for name in self.columns if columns is None or name in columns]
        cells = self._cells.select(wanted)
        for start in range(0, cells.num_rows, ROWS):
            part = cells.slice(start, ROWS).combine_chunks()
            records = np.arange(start + 1, start + part.num_rows + 1)
            yield Chunk(part, records, part.num_rows)

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows are counted from 1."""
        return records

    def vouch_for_times(self, column: str) -> None:
        """Columns of a frame are what they are."""


def _label(name: object) -> str:
    return "/".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _array(series: pd.Series[Any]) -> pa.Array:
    """Convert a column; one that mixes kinds of values becomes text."""
    try:
        made = pa.Array.from_pandas(series)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        made = _texts(series)
    made = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
    if isinstance(made, pa.ExtensionArray):  # such as periods and intervals
        return _texts(series)
    if series.dtype == object and pa.types.is_timestamp(made.type) and made.type.tz is not None:
        return _texts(series)  # Arrow would keep the first offset and drop the others
    return made


def _texts(series: pd.Series[Any]) -> pa.Array:
    missing = series.isna().tolist()
    values = series.tolist()
    return pa.array(
        [None if gone else str(value) for value, gone in zip(values, missing, strict=True)],
        pa.string(),
    )
