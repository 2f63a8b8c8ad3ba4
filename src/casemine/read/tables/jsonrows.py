"""JSON and NDJSON as a table: one row per object, nested objects as columns with dots.

Every value becomes text: numbers as written (so 16-digit ids stay exact), lists as JSON text, null
is missing. Objects may have different keys; a key that an object lacks is missing there.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.errors import InputError, Place
from casemine.read.encoding import BLOCK, Utf8Blocks
from casemine.read.tables.jsontext import objects
from casemine.read.tables.jsonwindow import Number
from casemine.read.tables.rawtable import Chunk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from numpy.typing import NDArray

    from casemine.model.intake import Note
    from casemine.read.member import Member
    from casemine.read.options import ReadOptions

ROWS = 50_000  # objects turned into columns at a time
KEPT_CELLS = 20_000_000  # cells held from the first reading; more are read again
MAX_COLUMNS = 20_000


class JsonTable:
    """A JSON text of objects.

    The first reading finds the columns and checks the whole text.

    Raises
    ------
    InputError
        The text is not JSON, or holds no list of objects.
    """

    header: tuple[str, ...] | None = None

    def __init__(
        self, member: Member, options: ReadOptions, *, rows: int = ROWS, block_size: int = BLOCK
    ) -> None:
        self.name = member.name
        self._text = Utf8Blocks(member, options.encoding, block_size)
        self._rows = rows
        self._kept: list[Chunk] | None = []
        columns: dict[str, None] = {}
        cells = 0
        for chunk in self._read():
            columns.update(dict.fromkeys(chunk.cells.column_names))
            cells += chunk.count * max(1, chunk.cells.num_columns)
            if self._kept is not None:
                self._kept.append(chunk)
            if cells > KEPT_CELLS:
                self._kept = None
            if len(columns) > MAX_COLUMNS:
                raise InputError(
                    f"has objects with more than {MAX_COLUMNS:,} different keys",
                    where=Place(self.name),
                )
        if not columns:
            raise InputError("holds no objects with values", where=Place(self.name), code="no-rows")
        self.columns = tuple(columns)

    def notes(self) -> tuple[Note, ...]:
        """Say which encoding had to be guessed."""
        return (self._text.guessed,) if self._text.guessed else ()

    def chunks(self, columns: Collection[str] | None = None) -> Iterator[Chunk]:
        """Hand over the rows, every chunk with the same columns."""
        wanted = [name for name in self.columns if columns is None or name in columns]
        for chunk in self._kept if self._kept is not None else self._read():
            missing = pa.nulls(chunk.cells.num_rows, pa.string())
            arrays = [
                chunk.cells.column(name) if name in chunk.cells.column_names else missing
                for name in wanted
            ]
            cells = pa.Table.from_arrays(arrays, names=wanted)
            yield Chunk(cells, chunk.records, chunk.count)

    def lines(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """Physical lines on which objects begin; reads the text again."""
        wanted = set(records.tolist())
        last = max(wanted, default=0)
        found = {
            record: line
            for record, (line, _) in enumerate(
                islice(objects(self._text, self.name), last), start=1
            )
            if record in wanted
        }
        return np.array([found[record] for record in records.tolist()], np.int64)

    def vouch_for_times(self, column: str) -> None:
        """Text is text: the clock decides."""

    def _read(self) -> Iterator[Chunk]:
        decoded = objects(self._text, self.name)
        done = 0
        while batch := list(islice(decoded, self._rows)):
            cells = _table((flattened(each, self.name, line) for line, each in batch), len(batch))
            yield Chunk(cells, np.arange(done + 1, done + len(batch) + 1), len(batch))
            done += len(batch)


def flattened(value: dict[str, Any], name: str = "", line: int | None = None) -> dict[str, str]:
    """Make one level of nested objects, with dots between the keys, and every value text.

    Examples
    --------
    >>> flattened({"id": Number("7"), "fields": {"status": {"name": "New"}, "tags": ["a"]}})
    {'id': '7', 'fields.status.name': 'New', 'fields.tags': '["a"]'}
    """
    flat: dict[str, str] = {}
    try:
        _flatten(value, "", flat)
    except RecursionError:
        raise InputError("nests too deeply", where=Place(name, line), code="bad-json") from None
    except KeyError as error:
        raise InputError(
            f"has the key {error.args[0]!r} both nested and written with a dot",
            where=Place(name, line),
            code="bad-json",
        ) from None
    return flat


def _flatten(value: dict[str, Any], prefix: str, flat: dict[str, str]) -> None:
    for key, each in value.items():
        path = prefix + key
        if isinstance(each, dict):
            _flatten(each, f"{path}.", flat)
            continue
        if path in flat:
            raise KeyError(path)
        if isinstance(each, str):
            flat[path] = each
        elif each is None:
            flat[path] = ""
        elif isinstance(each, bool):
            flat[path] = "true" if each else "false"
        else:
            flat[path] = json_text(each)


def json_text(value: Any) -> str:
    """Write a decoded value as JSON again, numbers as they were."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k, ensure_ascii=False)}: {json_text(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _table(rows: Iterable[dict[str, str]], count: int) -> pa.Table:
    """Columns of text; empty is missing."""
    columns: dict[str, list[str | None]] = {}
    for place, row in enumerate(rows):
        for key, value in row.items():
            column = columns.get(key)
            if column is None:
                column = columns[key] = [None] * count
            column[place] = value or None
    return pa.Table.from_arrays([_text(each) for each in columns.values()], names=list(columns))


def _text(values: list[str | None]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # half of a surrogate pair, as an escape: shown as that escape
        whole = (v and v.encode("utf-8", "backslashreplace").decode() for v in values)
        return pa.array(list(whole), pa.string())
