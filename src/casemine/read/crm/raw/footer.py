"""Lines below the rows of a report: who made it, when, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from casemine.errors import show
from casemine.log.arrays import valid
from casemine.model.intake import Note

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

Bad = tuple[int, str, str]  # record, its beginning, reason


def rows_before_footer(
    records: NDArray[np.int64], times: pa.ChunkedArray | None, bad: list[Bad]
) -> tuple[int, list[Bad], list[Note]]:
    """Tell the rows of a report from the lines below them.

    The footer is the stretch at the very end in which no record has a time: lines of one cell, and
    rows of which the time is empty. Such a record further up is none of it, nor is a row that has
    some of its cells: it may be one that was cut off.

    Parameters
    ----------
    records : array
        Numbers of the records that have cells.
    times : ChunkedArray or None
        The times of these.
    bad : list
        Records without the cells of a row.

    Returns
    -------
    (int, list, list of Note)
        How many of `records` stand above the footer, the bad ones that do, and how long it is.
    """
    there = np.zeros(len(records), np.bool_)
    if times is not None and len(records):
        there = np.concatenate([valid(chunk) for chunk in times.chunks])
    broken = [each[0] for each in bad if not each[2].startswith("has 1 cell ")]
    last = max([*records[there][-1:].tolist(), *broken], default=0)
    if not last:
        return len(records), bad, []
    above = [each for each in bad if each[0] <= last]
    kept = int(np.count_nonzero(records <= last))
    count = len(bad) - len(above) + len(records) - kept
    if not count:
        return kept, above, []
    below = [each[1] for each in bad if each[0] > last]
    example = f", such as {show(below[0].strip())}" if below else ""
    text = f"{count:,} lines below the rows are the footer of a report{example}"
    return kept, above, [Note("footer", text, count)]
