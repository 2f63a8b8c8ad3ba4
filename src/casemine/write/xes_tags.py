"""Columns as XES attributes: one tag per value, escaped, as text for many rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, to_numpy, with_gaps
from casemine.log.arrays import texts as text_array
from casemine.log.columns import TIMESTAMP
from casemine.write.texts import (
    as_text,
    codes_of,
    filled,
    fraction_digits,
    glue,
    iso_times,
    spread,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ESCAPES = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ('"', "&quot;"),
    ("\t", "&#9;"),
    ("\n", "&#10;"),
    ("\r", "&#13;"),
)
_NEEDS_ESCAPE = r'[&<>"\x00-\x1f\x{fffe}\x{ffff}]'
_ILLEGAL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_REPLACEMENT = "\ufffd"
DEFAULTS = {
    "string": "UNKNOWN",
    "int": "0",
    "float": "0.0",
    "boolean": "false",
    "date": "1970-01-01T00:00:00.000+00:00",
}


@dataclass(slots=True)
class Escaper:
    """Escapes text for attribute values and counts what XML cannot hold."""

    replaced: int = 0
    empty: int = 0  # values of attributes

    def __call__(self, texts: pa.Array) -> pa.Array:
        """Escape many texts; nulls stay null."""
        if not pc.any(pc.match_substring_regex(texts, _NEEDS_ESCAPE)).as_py():
            return texts
        illegal = pc.sum(pc.match_substring_regex(texts, _ILLEGAL)).as_py()
        if illegal:
            self.replaced += illegal
            texts = pc.replace_substring_regex(texts, _ILLEGAL, _REPLACEMENT)
        for character, reference in _ESCAPES:
            texts = pc.replace_substring(texts, character, reference)
        return texts

    def one(self, text: str) -> str:
        """Escape a single text."""
        return str(self(text_array([text]))[0].as_py())


def xes_type(kind: pa.DataType) -> str:
    """Name the XES type that holds a column of this type.

    Examples
    --------
    >>> xes_type(pa.int64()), xes_type(pa.dictionary(pa.int32(), pa.string()))
    ('int', 'string')
    """
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "date"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return "int"
    return "float" if pa.types.is_floating(kind) else "string"


class Tags:
    """One column as tags; rows are asked for a few thousand at a time.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of any type; a null gives no tag.
    key : str
        The key of the attribute, not escaped.
    indent : str
        In front of each tag.
    """

    def __init__(self, column: pa.ChunkedArray, key: str, escape: Escaper, indent: str) -> None:
        self.key, self.type, self.escape = key, xes_type(column.type), escape
        self.prefix = f'{indent}<{self.type} key="{escape.one(key)}" value="'
        self.complete = column.null_count == 0
        single = column.unify_dictionaries().combine_chunks()
        self._column = single.chunk(0) if isinstance(single, pa.ChunkedArray) else single
        self._digits, self._tags, self._codes = 3, None, None
        if self.type == "date":
            finer = pc.CastOptions(target_type=TIMESTAMP, allow_time_truncate=True)
            self._column = self._column.cast(options=finer)
            self._digits = max(3, fraction_digits(pa.chunked_array([self._column])))
        elif pa.types.is_dictionary(self._column.type):
            self._tags = self._wrapped(as_text(self._column.dictionary))
            self._codes = codes_of(self._column)
        if self.type == "string":
            escape.empty += _count_empty(self._column)

    def rows(self, rows: NDArray[np.int64], wanted: NDArray[np.bool_] | None = None) -> pa.Array:
        """Tags of some rows; the empty text for nulls and rows that are not wanted."""
        if self._codes is not None:
            codes = self._codes[rows]
            return spread(self._tags, codes if wanted is None else np.where(wanted, codes, -1))
        taken = self._column.take(from_numpy(rows) if wanted is None else with_gaps(rows, wanted))
        if self.type == "date":
            return self._wrapped(iso_times(taken, self._digits))
        texts = as_text(taken)
        if self.type == "float":  # as xs:double spells them
            for mine, theirs in (("inf", "INF"), ("nan", "NaN")):
                texts = pc.replace_substring(texts, mine, theirs)
        return self._wrapped(texts)

    def _wrapped(self, texts: pa.Array) -> pa.Array:
        texts = self.escape(texts.cast(pa.string())) if self.type == "string" else texts
        return filled(glue(self.prefix, texts, '"/>\n'))


def _count_empty(column: pa.Array) -> int:
    """Count values that are the empty text."""
    encoded = pa.types.is_dictionary(column.type)
    distinct = column.dictionary if encoded else column
    if not (pa.types.is_string(distinct.type) or pa.types.is_large_string(distinct.type)):
        return 0
    empty = to_numpy(pc.is_in(distinct, text_array([""]).cast(distinct.type)))
    if not encoded or not empty.any():
        return int(np.count_nonzero(empty))
    return int(np.count_nonzero(np.isin(codes_of(column), np.flatnonzero(empty))))
