"""Rows out of nested records: one row per innermost element of the lists that are gone through.

A column that stands further out is looked up once per outer element, not once per row, and spread
over the rows by numpy. Values become codes as they come; a batch of them is an Arrow dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.log.arrays import with_gaps
from casemine.read.crm.raw.paths import Paths
from casemine.read.crm.raw.rawrows import RawRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from casemine.read.crm.language.preset import Spec
    from casemine.read.crm.raw.paths import Text

    _Index = defaultdict[str | None, int]
    _Cell = tuple[Callable[[int], None], _Index, Text]

ROWS = 50_000  # in a batch
_KIND = pa.dictionary(pa.int32(), pa.string())
_NO_VALUES = (None, "")  # their codes come first, then those of the markers


class Walk:
    """Collects the rows that records give.

    Parameters
    ----------
    columns : mapping
        Name of a column -> its spec.
    each : mapping
        Alias -> list in the record or in an earlier alias, from the outermost to the innermost.
    xml : bool
        Whether the records were XML elements.
    missing : sequence of str
        Words that mean no value.

    Examples
    --------
    >>> walk = Walk({"id": ("id",), "to": ("item.to",)}, {"item": "items"})
    >>> walk.add({"id": 7, "items": [{"to": "Open"}, {"to": None}]}, 1)
    >>> rows = walk.rows()
    >>> {name: column.to_pylist() for name, column in rows.columns.items()}
    {'id': ['7', '7'], 'to': ['Open', None]}
    """

    def __init__(
        self,
        columns: Mapping[str, Spec],
        each: Mapping[str, str] | None = None,
        *,
        xml: bool = False,
        missing: Sequence[str] = (),
    ) -> None:
        self.paths = Paths(xml=xml, missing=missing)
        self._lists: list[Callable[[list[Any]], Sequence[Any]]] = []
        for place, (alias, path) in enumerate((each or {}).items(), 1):
            self._lists.append(self.paths.elements(path))
            self.paths.aliases[alias] = place
        self._columns = {name: _Column(self.paths, spec) for name, spec in columns.items()}
        self._levels: list[list[_Column]] = [[] for _ in range(len(self._lists) + 1)]
        for column in self._columns.values():
            self._levels[column.level].append(column)
        self._cells = self._ready()
        self._counts: list[list[int]] = [[] for _ in self._lists]  # rows below, by outer level
        self._records: list[int] = []  # numbers of the records that gave rows
        self._done: list[NDArray[np.int64]] = []
        self._waiting = 0

    def add(self, record: Any, number: int) -> None:
        """Append the rows of a record."""
        if rows := self._descend(0, [record] + [None] * len(self._lists)):
            self._records.append(number)
            self._waiting += rows
            if self._waiting >= ROWS:
                self.flush()

    def _descend(self, level: int, scope: list[Any]) -> int:
        """Append the rows below one element; return how many."""
        rows = 1
        inner = level + 1
        if inner < len(self._cells):
            elements = self._lists[level](scope)
            if inner + 1 == len(self._cells):  # the innermost, without a call for each element
                cells = self._cells[inner]
                for scope[inner] in elements:
                    for append, index, text in cells:
                        append(index[text(scope)])
                rows = len(elements)
            else:
                rows = 0
                for scope[inner] in elements:
                    rows += self._descend(inner, scope)
            if not rows:
                return 0
            self._counts[level].append(rows)
        for append, index, text in self._cells[level]:
            append(index[text(scope)])
        return rows

    def _ready(self) -> list[list[_Cell]]:
        """List for each level what its columns need for one more value."""
        return [
            [(column.codes.append, column.index, column.text) for column in columns]
            for columns in self._levels
        ]

    def flush(self) -> None:
        """Turn the rows since the last time into a batch, so that their texts can go."""
        if not self._waiting:
            return
        records = np.array(self._records, np.int64)
        for level, columns in enumerate(self._levels):
            counts = np.array(self._counts[level]) if level < len(self._counts) else None
            for column in columns:
                column.flush(counts)
            if level == 0:
                self._done.append(records if counts is None else np.repeat(records, counts))
        for waiting in (self._records, *self._counts):
            waiting.clear()
        self._waiting = 0
        self._cells = self._ready()

    def rows(self) -> RawRows:
        """Hand over all rows."""
        self.flush()
        return RawRows(
            {
                name: pa.chunked_array(column.chunks, _KIND)
                for name, column in self._columns.items()
            },
            np.concatenate(self._done) if self._done else np.zeros(0, np.int64),
        )


class _Column:
    """Codes of one column, and the texts they stand for."""

    __slots__ = ("_none", "chunks", "codes", "index", "level", "text")

    def __init__(self, paths: Paths, spec: Spec) -> None:
        self.level = paths.level(spec)
        self.text = paths.text(spec)
        self.codes: list[int] = []
        self.chunks: list[pa.DictionaryArray] = []
        self._none = tuple(dict.fromkeys((*_NO_VALUES, *paths.missing)))
        self.index = _index(self._none)

    def flush(self, counts: NDArray[Any] | None) -> None:
        """Make a batch; `counts` says how many rows each value is for."""
        codes = np.array(self.codes, np.int32)
        if counts is not None:
            codes = np.repeat(codes, counts)
        codes -= len(self._none)
        indices = with_gaps(np.maximum(codes, 0), codes >= 0)
        texts = [text for text in self.index if text is not None][len(self._none) - 1 :]
        self.chunks.append(pa.DictionaryArray.from_arrays(indices, _texts(texts)))
        self.codes.clear()
        self.index.default_factory = None
        self.index = _index(self._none)


def _index(none: Sequence[str | None]) -> _Index:
    """Make a dict that gives every new text the next number; first come those of no value."""
    index: _Index = defaultdict(None, {text: code for code, text in enumerate(none)})
    index.default_factory = index.__len__
    return index


def _texts(values: list[str]) -> pa.Array:
    """Make a text column; half of a surrogate pair, as an escape, is shown as that escape."""
    parts = [value.encode("utf-8", "backslashreplace") for value in values]
    ends = np.zeros(len(parts) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, parts), np.int32, len(parts)), out=ends[1:])
    return pa.StringArray.from_buffers(
        len(parts), pa.py_buffer(ends), pa.py_buffer(b"".join(parts))
    )
