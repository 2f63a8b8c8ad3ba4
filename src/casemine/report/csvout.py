"""Records as CSV or TSV for spreadsheets and other programs: the same data as in JSON, flat.

Values are written as they are, also those that begin with `=`: a spreadsheet that runs formulas
found in data should be told to import the file as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.csvline import csv_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def render(records: Sequence[Mapping[str, object]], *, delimiter: str = ",") -> str:
    r"""Write a header and one line per record; a list becomes its items joined by ` > `.

    Examples
    --------
    >>> render([{"trace": ["New", "Done"], "cases": 2, "median_s": None}])
    'trace,cases,median_s\nNew > Done,2,\n'
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = ([_flat(record.get(name)) for name in names] for record in records)
    return csv_line(names, delimiter) + "".join(csv_line(row, delimiter) for row in rows)


def _flat(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return " > ".join(map(str, value))
    return value
