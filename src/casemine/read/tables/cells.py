"""What can be said about cells before they are events: missing, blank, repeated, suspicious."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy, valid, with_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

# Words that some system writes for "nothing", in lower case.
MARKERS = frozenset(
    {"?", "-", "--", ".", "null", "nil", "none", "n/a", "na", "#n/a", "nan", "nat", "-100", "-1"}
    | {"unknown", "undefined", "(blank)", "(null)", "<null>", "(empty)", "[null]", "\\n"}
    | {"#value!", "#ref!", "#null!", "#div/0!", "#name?", "#num!"}
)


def text_type(kind: pa.DataType) -> bool:
    """Whether cells of this type are text, plain or dictionary-encoded."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


_LONGEST = 16  # bytes of a marker, blanks around it included
_MAY_OPEN = np.ones(256, np.bool_)  # first bytes of what may be a marker, blanks and the like too
_MAY_OPEN[33:128] = False
_MAY_OPEN[[ord(letter) for word in MARKERS for letter in (word[0], word[0].upper())]] = True
EXACT = 2.0**53  # whole numbers beyond this have lost digits in a float


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write values of any type as text; whole floats without `.0`, so that case 7 stays `7`.

    Examples
    --------
    >>> as_text(pa.chunked_array([[7.0, 7.5, None]])).to_pylist()
    ['7', '7.5', None]
    """
    kind = column.type
    if text_type(kind):
        return column
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), EXACT))
        integers = pc.if_else(whole, column, None).cast(pa.int64()).cast(pa.string())
        return pc.coalesce(integers, column.cast(pa.string()))
    return column.cast(pa.string())


def without_markers(cells: pa.Table, markers: Sequence[str]) -> pa.Table:
    """Make every text cell that equals a marker null.

    Examples
    --------
    >>> without_markers(pa.table({"a": ["x", "?"]}), ["?"]).column("a").to_pylist()
    ['x', None]
    """
    if not markers:
        return cells
    for place, field in enumerate(cells.schema):
        if text_type(field.type):
            chunks = [_cleared(chunk, markers) for chunk in cells.column(place).chunks]
            cells = cells.set_column(place, field.name, pa.chunked_array(chunks, field.type))
    return cells


def _cleared(cells: pa.Array, markers: Sequence[str]) -> pa.Array:
    if not pa.types.is_dictionary(cells.type):
        return pc.if_else(_one_of(cells, markers), pa.nulls(1, cells.type)[0], cells)
    marked = _one_of(cells.dictionary, markers)
    if not marked.true_count:
        return cells
    present = valid(cells)
    codes = np.where(present, to_numpy(cells.indices), 0)
    present &= ~to_numpy(marked)[codes]
    return pa.DictionaryArray.from_arrays(with_gaps(codes, present), cells.dictionary)


def _one_of(values: pa.Array, words: Sequence[str]) -> pa.Array:
    return pc.is_in(values, value_set=texts(words).cast(values.type))


def value_counts(column: pa.ChunkedArray) -> Iterator[tuple[pa.Array, NDArray[np.int64]]]:
    """Distinct values and how often they occur, chunk by chunk; nulls are not counted."""
    for chunk in column.chunks:
        encoded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        indices = encoded.indices.drop_null()
        yield (
            encoded.dictionary,
            np.bincount(to_numpy(indices), minlength=len(encoded.dictionary)),
        )


def count_markers(column: pa.ChunkedArray) -> dict[str, int]:
    """Count the cells that hold a word some system writes for "nothing".

    Examples
    --------
    >>> count_markers(pa.chunked_array([["New", "?", "NULL", "?"]]))
    {'?': 2, 'NULL': 1}
    """
    found: dict[str, int] = {}
    for values, counts in value_counts(column):
        short = np.flatnonzero(_may_be_markers(values) & (counts > 0))
        words = values.take(from_numpy(short))
        lowered = pc.utf8_lower(pc.utf8_trim_whitespace(words))
        for place in np.flatnonzero(to_numpy(_one_of(lowered, sorted(MARKERS)))).tolist():
            word = words[place].as_py()
            found[word] = found.get(word, 0) + int(counts[short[place]])
    return found


def _may_be_markers(values: pa.Array) -> NDArray[np.bool_]:
    """Sort out by length and first byte; most values are no marker."""
    if not len(values):
        return np.zeros(0, np.bool_)
    lengths = to_numpy(pc.binary_length(values))
    _, ends, data = values.buffers()
    size = np.int64 if pa.types.is_large_string(values.type) else np.int32
    starts = np.frombuffer(ends, size)[values.offset : values.offset + len(values)]
    may_be = lengths <= _LONGEST
    if data is not None and data.size:
        letters = np.frombuffer(data, np.uint8)
        may_be &= _MAY_OPEN[letters[np.minimum(starts, len(letters) - 1)]]
    return may_be


def null_mask(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Tell which cells are missing."""
    if not column.null_count:
        return np.zeros(len(column), np.bool_)
    return np.concatenate([~valid(chunk) for chunk in column.chunks])


def blank_rows(cells: pa.Table, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which of these rows have no filled cell at all."""
    blank = among.copy()
    for column in cells.columns:
        if not blank.any():
            break
        blank &= null_mask(column)
    return blank


def header_rows(cells: pa.Table, header: Sequence[str], column: str) -> NDArray[np.bool_]:
    """Tell which rows say again what the header says; `column` is looked at first."""
    place = cells.column_names.index(column)
    again = _equals(cells.column(place), header[place], marked=place == 0)
    for number, (each, word) in enumerate(zip(cells.columns, header, strict=True)):
        if not again.any():
            break
        again &= _equals(each, word, marked=number == 0)
    return again


def _equals(column: pa.ChunkedArray, word: str, *, marked: bool) -> NDArray[np.bool_]:
    """Tell which cells hold a word; `marked` ones may have the byte-order mark of a file first."""
    words = [word, f"\ufeff{word}"] if marked else [word]
    if not word:
        return null_mask(column)
    if not text_type(column.type):
        return np.zeros(len(column), np.bool_)
    masks = []
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            same = _one_of(chunk.dictionary, words)
            hit = same.take(chunk.indices) if same.true_count else same.slice(0, 0)
        else:
            hit = _one_of(chunk, words)
        masks.append((to_numpy(hit) & valid(hit)) if len(hit) else np.zeros(len(chunk), np.bool_))
    return np.concatenate(masks) if masks else np.zeros(0, np.bool_)
