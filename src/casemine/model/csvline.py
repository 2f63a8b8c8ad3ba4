"""One record as a line of CSV, for all that write some; a bare carriage return is quoted too."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def csv_line(cells: Iterable[object], delimiter: str = ",") -> str:
    r"""Write one record, ended by LF.

    The csv module quotes a carriage return only where its own line ends hold one, and a reader
    would take one that is not quoted for the end of the record.

    Examples
    --------
    >>> csv_line(["a\rb", "c, d", 1])
    '"a\rb","c, d",1\n'
    """
    out = StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"
