"""Event logs as tables: CSV, TSV and Parquet, one row per event.

Columns carry the names of the event log (`case`, `activity`, `time`, `start`, then the others);
attributes of cases are repeated at their events as `case:<name>`. Times are ISO 8601 in UTC.

CSV holds every text exactly: a cell that begins with `=`, `+`, `-` or `@`, which a spreadsheet
might run as a formula, is not changed unless `spreadsheet_safe` asks for an apostrophe in front of
it. A log is data for programs first; an altered activity or id would no longer be the same one
when it is read back. A note counts such cells, so that nobody opens them unawares.
"""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy, valid
from casemine.log.columns import CASE, FIXED, PUBLIC, ROW, SEQ
from casemine.model.intake import Note
from casemine.write.texts import (
    as_text,
    codes_of,
    filled,
    fraction_digits,
    glue,
    iso_times,
    joined,
    spread,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from casemine.log.eventlog import EventLog

ROWS = 50_000  # events made into text at a time
FORMAT = 1  # of the metadata in Parquet files

_FORMULA = r"^[=+\-@\t\r]."
_NUMBER = r"^[+-]?[0-9][0-9.,]*$"


def write_csv(
    log: EventLog, out: IO[bytes], *, delimiter: str = ",", spreadsheet_safe: bool = False
) -> tuple[Note, ...]:
    r"""Write a log as delimited text, quoted as RFC 4180 has it, lines ended by LF.

    A missing value is an empty cell, an empty text a quoted one. `row` is not written: the order
    of the lines is that of the log.

    Returns
    -------
    tuple of Note
        How many cells a spreadsheet could take for formulas, and what is not in the file.
    """
    table, _ = _with_case_columns(log)
    columns = [
        _Cells(table.column(name), delimiter, spreadsheet_safe=spreadsheet_safe)
        for name in table.column_names
        if name != ROW
    ]
    names = texts([name for name in table.column_names if name != ROW])
    header = _Cells(pa.chunked_array([names]), delimiter, spreadsheet_safe=spreadsheet_safe)
    head = header.rows(0, len(names)).to_pylist()
    out.write((delimiter.join(head) + "\n").encode())
    parted: list[pa.Array | str] = []
    for begin in range(0, table.num_rows, ROWS):
        parted.clear()
        for cells in columns:
            parted += [cells.rows(begin, ROWS), delimiter]
        out.write(joined([*parted[:-1], "\n"]))
    risky = sum(cells.risky for cells in columns)
    return (
        *_formula_notes(risky, spreadsheet_safe=spreadsheet_safe),
        *_changed(columns),
        *_types_lost(table),
        *_lost_cases(log),
    )


def write_parquet(log: EventLog, path: Path) -> tuple[Note, ...]:
    """Write a log as Parquet: text encoded, times in UTC, the account of the reading as metadata.

    The metadata key `casemine` holds JSON: `format`, `source`, the numbers of the account,
    `notes`, `case_columns`, which says which columns are attributes of cases and how those are
    called, and `system`, the one that exported it where that is known. The same log gives the same
    bytes.
    """
    import pyarrow.parquet as pq

    intake = log.intake
    account: dict[str, Any] = {
        "format": FORMAT,
        "source": log.source,
        "rows_read": intake.rows_read,
        "rows_joined": intake.rows_joined,
        "rows_passed": intake.rows_passed,
        "rows_added": intake.rows_added,
        "rows_quarantined": intake.rows_quarantined,
        "notes": [note.text for note in intake.notes],
        "system": next((note.text for note in intake.notes if note.code == "system"), None),
    }
    table, account["case_columns"] = _with_case_columns(log)
    table = table.unify_dictionaries()
    table = table.replace_schema_metadata({"casemine": json.dumps(account, ensure_ascii=False)})
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 20)
    return tuple(_lost_cases(log))


class _Cells:
    """One column as quoted cells."""

    def __init__(self, column: pa.ChunkedArray, delimiter: str, *, spreadsheet_safe: bool) -> None:
        single = column.unify_dictionaries().combine_chunks()
        self._column = single.chunk(0) if isinstance(single, pa.ChunkedArray) else single
        self._special = rf'["\n\r\x00{re.escape(delimiter)}]|^ | $|^$'
        self._safe, self.risky, self.empty, self.nul = spreadsheet_safe, 0, 0, 0
        self._digits = 0
        self._encoded = None
        kind = self._column.type
        self._is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        if pa.types.is_timestamp(kind):
            self._digits = fraction_digits(column)
        elif pa.types.is_dictionary(kind):
            distinct = as_text(self._column.dictionary)
            codes = codes_of(self._column)
            uses = np.bincount(codes[codes >= 0], minlength=len(distinct))
            self._encoded = (self._quoted(distinct, uses), codes)

    def rows(self, begin: int, count: int) -> pa.Array:
        """Cells of some rows."""
        if self._encoded is not None:
            distinct, codes = self._encoded
            return spread(distinct, codes[begin : begin + count])
        part = self._column.slice(begin, count)
        if pa.types.is_timestamp(part.type):
            made = iso_times(part, self._digits)
        elif self._is_text:
            made = self._quoted(part.cast(pa.string()), None)
        else:
            made = as_text(part)
        return filled(made)

    def _quoted(self, cells: pa.Array, uses: NDArray[np.int64] | None) -> pa.Array:
        """Quote what needs it; count what looks like a formula and is no number."""
        risky = _matches(cells, _FORMULA) & ~_matches(cells, _NUMBER)
        self.risky += int(np.count_nonzero(risky) if uses is None else uses[risky].sum())
        if self._safe and risky.any():
            cells = pc.if_else(from_numpy(risky), glue("'", cells), cells)
        special = _matches(cells, self._special)
        if not special.any():
            return cells
        empty, nul = _matches(cells, "^$"), _matches(cells, r"\x00")
        self.empty += int(np.count_nonzero(empty) if uses is None else uses[empty].sum())
        if nul.any():
            self.nul += int(np.count_nonzero(nul) if uses is None else uses[nul].sum())
            cells = pc.replace_substring(cells, "\0", "\ufffd")
        doubled = pc.replace_substring(cells, '"', '""')
        return pc.if_else(from_numpy(special), glue('"', doubled, '"'), cells)


def _matches(cells: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Whether the pattern is found in a cell; a missing one has nothing in it."""
    found = pc.match_substring_regex(cells, pattern)
    return to_numpy(found) & valid(found)


def _with_case_columns(log: EventLog) -> tuple[pa.Table, dict[str, str]]:
    """Put the fixed columns first, and repeat the attributes of cases at their events.

    Returns
    -------
    (pyarrow.Table, dict)
        All columns, and the names of case attributes by the columns that hold them.
    """
    events = log.events
    names = [name for name in FIXED if name in events.column_names]
    table = events.select([*names, *(n for n in events.column_names if n not in names)])
    of_cases: dict[str, str] = {}
    if log.case_table is None:
        return table, of_cases
    case = events.column(CASE).unify_dictionaries().combine_chunks()
    known = log.case_table.column(CASE).cast(pa.string()).combine_chunks()
    rows = pc.index_in(case.dictionary, known).take(case.indices)
    for name in log.case_table.column_names:
        if name == CASE:
            continue
        column = log.case_table.column(name).combine_chunks()
        if pa.types.is_string(column.type):
            column = column.dictionary_encode()
        wanted = f"case:{name}"
        while wanted in table.column_names:
            wanted = f"case:{wanted}"
        table = table.append_column(wanted, column.take(rows))
        of_cases[wanted] = name
    return table, of_cases


def _formula_notes(risky: int, *, spreadsheet_safe: bool) -> list[Note]:
    if not risky:
        return []
    done = "with an apostrophe in front" if spreadsheet_safe else "written as given"
    cells = "1 cell" if risky == 1 else f"{risky:,} cells"
    text = f"{cells} that a spreadsheet could take for formulas, {done}"
    return [Note("formula-cells", text, risky)]


def _changed(columns: list[_Cells]) -> list[Note]:
    """Count texts that the file cannot hold as they are."""
    notes = []
    if empty := sum(cells.empty for cells in columns):
        each = "1 empty text, which is" if empty == 1 else f"{empty:,} empty texts, which are"
        notes.append(Note("empty-texts", f"{each} missing when the file is read back", empty))
    if nul := sum(cells.nul for cells in columns):
        each = "1 text" if nul == 1 else f"{nul:,} texts"
        text = f"{each} with a character that text files cannot hold, which became U+FFFD"
        notes.append(Note("characters-replaced", text, nul))
    return notes


def _types_lost(table: pa.Table) -> list[Note]:
    """Name the columns of numbers, truths and times whose type the reader will not know."""
    names = [
        field.name
        for field in table.schema
        if field.name not in {*FIXED, SEQ}
        and field.name.removeprefix("case:") != PUBLIC
        and not _is_text(field.type)
    ]
    if not names:
        return []
    columns = "column is" if len(names) == 1 else "columns are"
    text = f"{len(names):,} {columns} text when the file is read back: {', '.join(names[:8])}"
    return [Note("types-as-text", text, len(names))]


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _lost_cases(log: EventLog) -> list[Note]:
    """Cases that have attributes but no events have no row to stand in."""
    if log.case_table is None:
        return []
    used = pc.unique(log.events.column(CASE)).cast(pa.string())
    known = log.case_table.column(CASE).cast(pa.string())
    lost = int(np.count_nonzero(~to_numpy(pc.is_in(known, used))))
    if not lost:
        return []
    text = "1 case without events is" if lost == 1 else f"{lost:,} cases without events are"
    return [Note("cases-without-events", f"{text} not in a table", lost)]
