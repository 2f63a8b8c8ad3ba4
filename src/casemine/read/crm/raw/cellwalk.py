"""Rows out of cells that hold JSON: one per row of the table, or per element of a list in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from casemine.read.crm.language.templates import columns_in
from casemine.read.crm.raw.walk import Walk
from casemine.read.tables.cells import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import Spec, Take
    from casemine.read.crm.raw.rawrows import RawRows


def holds_json(take: Take) -> bool:
    """Whether a take goes into cells: through lists, or for values behind `| json`."""
    return bool(take.each) or any(
        "| json" in each for spec in take.columns.values() for each in spec
    )


class CellWalk:
    """Collects the rows that the cells of a table give.

    Parameters
    ----------
    columns, each : mapping
        As `Walk` takes them; a path begins with the name of a column.
    find : function
        The table's column of a name; None if it has none.
    """

    def __init__(
        self,
        columns: Mapping[str, Spec],
        each: Mapping[str, str],
        find: Callable[[str], str | None],
    ) -> None:
        self._walk = Walk(columns, each)
        self._columns: dict[str, str] = {}  # what a path begins with -> the column
        specs = [each for spec in columns.values() for each in spec] + list(each.values())
        for path in (path for spec in specs for path in _paths_in(spec)):
            if (column := find(path)) is not None:
                self._columns[path] = column
        self.needed = frozenset(self._columns.values())

    @property
    def unparsed(self) -> int:
        """Cells that should hold JSON and do not."""
        return self._walk.paths.unparsed

    def add(self, cells: pa.Table, records: NDArray[np.int64]) -> None:
        """Append the rows that some records give."""
        names = list(self._columns)
        columns = [
            as_text(cells.column(self._columns[name])).cast(pa.string()).to_pylist()
            for name in names
        ]
        for number, *values in zip(records.tolist(), *columns, strict=True):
            self._walk.add(dict(zip(names, values, strict=True)), number)

    def rows(self) -> RawRows:
        """Hand over all rows."""
        return self._walk.rows()


def _paths_in(spec: str) -> list[str]:
    """Paths that a spec mentions, up to where JSON begins."""
    return columns_in(spec) or [spec.partition("|")[0].strip()]
