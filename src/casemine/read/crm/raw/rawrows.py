"""Rows that a file gave, as text, before anyone knows what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.model.intake import Note
    from casemine.read.crm.language.preset import FilePart, LookupSpec, Take
    from casemine.read.quarantine import Places


@dataclass(frozen=True, slots=True)
class RawRows:
    """Columns of text by the names that the preset gives them.

    `columns` are chunked arrays of `dictionary<int32, string>`, null where there is no value (those
    that `stays_text` names may be plain text, or times where the file itself has types);
    `records` holds, for each row, the 1-based number of the record it came from.
    """

    columns: Mapping[str, pa.ChunkedArray]
    records: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RawFile:
    """All that one file gave."""

    part: FilePart
    place: Places
    records: int
    takes: tuple[tuple[Take, RawRows], ...] = ()
    ticket: RawRows | None = None  # columns of `ticket`, and of `attributes` as "attribute:<name>"
    lookups: tuple[tuple[LookupSpec, RawRows], ...] = ()  # columns key 0, key 1, ..., name, type
    truncated: tuple[str, ...] = ()  # cases whose history the system has cut
    bad: tuple[tuple[int, str, str], ...] = field(default=())  # record, its beginning, reason
    notes: tuple[Note, ...] = ()


def stays_text(name: str) -> bool:
    """Whether a column is not numbered: times are parsed, ids of actions compared by themselves."""
    return name in {"time", "created", "id"} or name.startswith(("milestone ", "cells "))
