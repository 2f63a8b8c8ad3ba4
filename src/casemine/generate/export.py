"""The generated events as a table: for analysis, and as a service desk would export them.

The export has one row per event in the order in which they happened, over all records, with
column names of its own and local times with their offset. The event log keeps the number of that
row, so findings about either point at the same place.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from casemine.atomic import open_replacing, write_text
from casemine.errors import OutputError, show
from casemine.generate.calendar import iso_texts
from casemine.generate.truth import truth_csv, truth_json
from casemine.log.arrays import from_numpy, texts, to_numpy, valid
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, START, TIME, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from casemine.generate.truth import PlantedDeviation
    from casemine.log import EventLog

EXPORT_COLUMNS = {
    CASE: "number",
    ACTIVITY: "activity",
    START: "started_at",
    TIME: "finished_at",
    RESOURCE: "agent",
    GROUP: "group",
    "priority": "priority",
    "category": "category",
    "channel": "channel",
    "customer": "customer",
}


def write_export(log: EventLog, path: Path, *, zone: str) -> None:
    """Write a generated log as CSV (`.csv` or `.csv.gz`), rows in order of time.

    Raises
    ------
    OutputError
        Another ending, or the file cannot be written.
    """
    from pyarrow import csv

    if not path.name.endswith((".csv", ".csv.gz")):
        raise OutputError(
            f"{show(path.name)} is not a name for an export",
            mend="expected .csv or .csv.gz",
            code="unknown-suffix",
        )
    events = log.events.sort_by(ROW)
    columns = {name: events.column(column) for column, name in EXPORT_COLUMNS.items()}
    for name in (EXPORT_COLUMNS[START], EXPORT_COLUMNS[TIME]):
        columns[name] = _local_texts(columns[name], ZoneInfo(zone))
    plain = {name: column.cast(pa.string()) for name, column in columns.items()}
    # No value of a generated log holds a comma, a quote or a line end: Arrow refuses if one did.
    options = csv.WriteOptions(quoting_style="none", quoting_header="none")
    with open_replacing(path) as out:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
                csv.write_csv(pa.table(plain), packed, options)
        else:
            csv.write_csv(pa.table(plain), out, options)


def write_truth(truth: Iterable[PlantedDeviation], path: Path) -> None:
    """Write the planted deviations as CSV, or as JSON where the name ends in `.json`."""
    write_text(path, truth_json(truth) if path.suffix == ".json" else truth_csv(truth))


def truth_path(path: Path) -> Path:
    """Name the file of the truth beside a log.

    Examples
    --------
    >>> from pathlib import Path
    >>> truth_path(Path("out/log.csv.gz")).as_posix()
    'out/log.truth.csv'
    """
    stem = path.name
    while stem.endswith((".gz", ".csv", ".xes", ".parquet", ".zip")):
        stem = stem.rpartition(".")[0]
    return path.with_name(f"{stem}.truth.csv")


def event_table(
    *,
    start: NDArray[np.int64],
    finish: NDArray[np.int64],
    has_start: NDArray[np.bool_],
    row: NDArray[np.int64],
    coded: dict[str, tuple[NDArray[np.int64], tuple[str, ...]]],
) -> pa.Table:
    """Put arrays together, one entry per event, as `EventLog.ordered` wants them.

    Moments are seconds since 1970; text columns are `coded` as indices into their values, -1
    where there is none.
    """
    columns = {
        CASE: _encoded(*coded[CASE]),
        ACTIVITY: _encoded(*coded[ACTIVITY]),
        TIME: from_numpy(finish * 1_000_000, TIMESTAMP),
        START: _where(has_start, start * 1_000_000, TIMESTAMP),
        ROW: from_numpy(row),
    }
    columns |= {name: _encoded(*column) for name, column in coded.items() if name not in columns}
    return pa.table(columns)


def _encoded(codes: NDArray[np.int64], values: tuple[str, ...]) -> pa.DictionaryArray:
    indices = _where(codes >= 0, codes.astype(np.int32), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, texts(values))


def _local_texts(column: pa.ChunkedArray, zone: ZoneInfo) -> pa.Array:
    moments = column.combine_chunks()
    known = valid(moments)
    seconds = np.where(known, to_numpy(moments), 0) // 1_000_000
    written = iso_texts(seconds, zone).astype("S25")  # all have the same length
    ends = np.arange(len(written) + 1, dtype=np.int32) * 25
    bits, data = (pa.py_buffer(part) for part in (_bits(known), written))
    return pa.StringArray.from_buffers(len(written), pa.py_buffer(ends), data, bits)


def _where(known: NDArray[np.bool_], values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    buffers = [pa.py_buffer(part) for part in (_bits(known), np.ascontiguousarray(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _bits(known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(known, bitorder="little")
