"""A table as its file has it, before anyone knows what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from casemine.model.intake import Note


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that has no cells to speak of: too few, too many, or not readable."""

    record: int  # 1-based within its table, header not counted
    value: str  # its beginning, as it stands in the file
    reason: str  # follows the value in a sentence: "has 2 cells where the header has 5"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records of a table.

    `cells` has the columns of the table as text (plain or dictionary-encoded, null where the cell
    is empty) or in the type the file itself gives; `records` is the 1-based number of each row of
    `cells`; `count` includes the bad ones.
    """

    cells: pa.Table
    records: NDArray[np.int64]
    count: int
    bad: tuple[BadRecord, ...] = ()


class RawTable(Protocol):
    """A table that can be read as often as wanted."""

    name: str  # of the member, for messages
    columns: tuple[str, ...]
    header: tuple[str, ...] | None  # the words of a header that may come again among the rows

    def chunks(self, columns: Collection[str] | None = None) -> Iterator[Chunk]:
        """Read from the start; `columns` limits what `cells` hold."""

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Physical lines (or rows of a sheet) where these records, in rising order, begin."""

    def vouch_for_times(self, column: str) -> None:
        """Refuse a column whose cells the program that wrote it has half turned into dates."""

    def notes(self) -> tuple[Note, ...]:
        """Remarks of the last reading."""


def unique_names(header: list[str]) -> tuple[str, ...]:
    """Give every column a name of its own: empty ones by position, repeated ones numbered.

    Examples
    --------
    >>> unique_names(["id", "", "tag", "tag.1", " tag"])
    ('id', 'column 2', 'tag', 'tag.1', 'tag.2')
    """
    stripped = [name.strip() or f"column {place}" for place, name in enumerate(header, start=1)]
    taken, seen, names = set(stripped), set(), []
    for name in stripped:
        unique, number = name, 0
        while unique in seen or (number and unique in taken):
            number += 1
            unique = f"{name}.{number}"
        seen.add(unique)
        names.append(unique)
    return tuple(names)
