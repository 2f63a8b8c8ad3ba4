"""Write event logs to files: XES, CSV, TSV, Parquet or OCEL 2.0 JSON, as the ending says."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from casemine.atomic import open_replacing, replacing
from casemine.errors import OutputError, UsageError, show

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from casemine.log.eventlog import EventLog
    from casemine.model.intake import Note

ENDINGS = (
    *(".parquet", ".xes", ".xes.gz", ".csv", ".csv.gz", ".tsv", ".tsv.gz"),
    *(".ocel.json", ".jsonocel"),
)


def write_log(
    log: EventLog, path: Path, *, overwrite: bool = True, spreadsheet_safe: bool = False
) -> tuple[Note, ...]:
    """Write a log in the format that the ending names; the whole file or nothing.

    Parameters
    ----------
    log : EventLog
        Any log, timed or not.
    path : pathlib.Path
        Ends in one of `ENDINGS`, in any case.
    overwrite : bool
        Whether a file that is there may be replaced.
    spreadsheet_safe : bool
        In CSV and TSV, put an apostrophe before texts that a spreadsheet would run as formulas.

    Returns
    -------
    tuple of Note
        What the format could not hold as it was, each with a count.

    Raises
    ------
    UsageError
        The ending is none of these.
    OutputError
        The file cannot be written, or is there and must not be overwritten.

    Notes
    -----
    The same log gives the same bytes. O(n) for n events; the file replaces an old one only when
    it is complete and on disk.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from casemine.log import parse_log
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     notes = write_log(parse_log("New Solved"), Path(folder, "log.csv"))
    ...     print(Path(folder, "log.csv").read_text())
    case,activity,time
    1,New,2026-01-01T00:00:00+00:00
    1,Solved,2026-01-01T01:00:00+00:00
    <BLANKLINE>
    """
    ending = ending_of(path)
    if not overwrite and path.exists():
        raise OutputError(f"{show(str(path))} is there already", code="file-exists")
    if ending == ".parquet":
        from casemine.write.table import write_parquet

        with replacing(path) as part:
            return write_parquet(log, part)
    with open_replacing(path) as out:
        return _writer(ending, spreadsheet_safe=spreadsheet_safe)(log, out)


def ending_of(path: Path) -> str:
    """Tell the format of a log by the ending of its file.

    Raises
    ------
    UsageError
        There is none for this ending.
    """
    name = path.name.lower()
    found = [ending for ending in ENDINGS if name.endswith(ending)]
    if not found:
        raise UsageError(
            f"{show(path.name)} has no ending that names a format for logs",
            mend=f"use one of {', '.join(ENDINGS)}",
            code="unknown-suffix",
        )
    return max(found, key=len)


def _writer(
    ending: str, *, spreadsheet_safe: bool
) -> Callable[[EventLog, IO[bytes]], tuple[Note, ...]]:
    if ending == ".xes":
        from casemine.write.xes import write_xes

        return write_xes
    if ending == ".xes.gz":
        from casemine.write.xes import write_xes_gz

        return write_xes_gz
    if ending in {".ocel.json", ".jsonocel"}:
        from casemine.write.ocel import write_ocel

        return write_ocel
    from casemine.write.table import write_csv

    delimiter = "\t" if ending.startswith(".tsv") else ","

    def write(log: EventLog, out: IO[bytes]) -> tuple[Note, ...]:
        return write_csv(log, out, delimiter=delimiter, spreadsheet_safe=spreadsheet_safe)

    def write_packed(log: EventLog, out: IO[bytes]) -> tuple[Note, ...]:
        import gzip

        # No time and no name inside, so that the same log gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=out, mtime=0) as packed:
            return write(log, packed)  # type: ignore[arg-type]

    return write_packed if ending.endswith(".gz") else write
