"""Rows of one take of a file, as integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.read.crm.coded.words import Codes
    from casemine.read.crm.language.preset import FilePart, Take
    from casemine.read.quarantine import Places


@dataclass(frozen=True, slots=True)
class Coded:
    """Rows of one take with their texts numbered; `texts` keeps what is better left as text."""

    take: Take
    part: FilePart
    place: Places
    columns: Mapping[str, Codes]
    texts: Mapping[str, pa.ChunkedArray]  # times, and ids as they stand
    actions: NDArray[np.int64]
    records: NDArray[np.int64]
    before: int  # records of the files before this one
    sequenced: bool = False  # rows stand in the order in which things happened

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.records)
