"""Records as CSV or TSV for spreadsheets and other programs: the same data as in JSON, flat.

Values are written as they are, also those that begin with `=`: a spreadsheet that runs formulas
found in data should be told to import the file as text.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def render(records: Sequence[Mapping[str, object]], *, delimiter: str = ",") -> str:
    r"""Write a header and one line per record; a list becomes its items joined by ` > `.

    Examples
    --------
    >>> render([{"trace": ["New", "Done"], "cases": 2, "median_s": None}])
    'trace,cases,median_s\nNew > Done,2,\n'
    """
    out = StringIO()
    names = list(dict.fromkeys(name for record in records for name in record))
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_flat(record.get(name)) for name in names] for record in records)
    return out.getvalue()


def _flat(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return " > ".join(map(str, value))
    return value
