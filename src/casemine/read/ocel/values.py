"""Texts of an object-centric log as values of the types that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy, with_gaps
from casemine.log.columns import TIMESTAMP
from casemine.read.xes.dates import parse_dates

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from casemine.read.ocel.content import Attribute

# The five types of OCEL 2.0, and other names that exporters and SQL have for them.
_TYPES = {
    "string": "string",
    "text": "string",
    "str": "string",
    "varchar": "string",
    "integer": "integer",
    "int": "integer",
    "bigint": "integer",
    "float": "float",
    "real": "float",
    "double": "float",
    "number": "float",
    "numeric": "float",
    "boolean": "boolean",
    "bool": "boolean",
    "time": "time",
    "date": "time",
    "datetime": "time",
    "timestamp": "time",
}
BLOCK = 1 << 16  # times read at once
_NATIVE = {"str": "string", "int": "integer", "float": "float", "bool": "boolean"}
_INTEGER = r"^[+-]?[0-9]+$"
_FLOAT = (
    r"^(?i)[+-]?(?:[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?|\.[0-9]+(?:e[+-]?[0-9]+)?|inf|infinity|nan)$"
)
REASONS = {
    "integer": "is not a whole number",
    "float": "is not a number",
    "boolean": "is neither true nor false",
    "time": "is not a time",
}


def type_of(attribute: Attribute, declared: set[str]) -> str:
    """Decide the type of an attribute: the one its declarations agree on, else text.

    Whole and other numbers together are numbers. An attribute that nobody declares has the type
    that the file itself gives its values.
    """
    kinds = {_TYPES.get(name.lower(), "string") for name in declared}
    kinds = kinds or {_NATIVE[native] for native in attribute.natives} or {"string"}
    if kinds == {"integer", "float"}:
        return "float"
    return kinds.pop() if len(kinds) == 1 else "string"


def arrow_type(kind: str) -> pa.DataType:
    """Name the type of a column that holds such values."""
    return {
        "string": pa.string(),
        "integer": pa.int64(),
        "float": pa.float64(),
        "boolean": pa.bool_(),
        "time": TIMESTAMP,
    }[kind]


def typed(
    written: pa.Array, kind: str, zone: ZoneInfo | None = None
) -> tuple[pa.Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Read texts as values of a type.

    Returns
    -------
    (array, array of bool, array of bool)
        The values, null where the text is not of the type; which are bad; which are times without
        an offset. An empty text is no number, time or truth: null, and not bad.

    Examples
    --------
    >>> values, bad, _ = typed(texts(["1", "", "x"]), "integer")
    >>> values.to_pylist(), bad.tolist()
    ([1, None, None], [False, False, True])
    """
    nothing = np.zeros(len(written), np.bool_)
    if kind == "string":
        return written, nothing, nothing
    trimmed = pc.utf8_trim_whitespace(written)
    empty = to_numpy(pc.is_in(trimmed, texts([""])))
    if kind == "time":
        # In blocks: the matrices of bytes take many times the room of the texts.
        blocks = [
            parse_dates(trimmed.slice(at, BLOCK), zone) for at in range(0, len(trimmed), BLOCK)
        ]
        if not blocks:
            return trimmed.cast(TIMESTAMP), nothing, nothing
        micros = np.concatenate([block.micros for block in blocks])
        bad = np.concatenate([block.bad for block in blocks])
        naive = np.concatenate([block.naive for block in blocks])
        return with_gaps(micros, ~bad, TIMESTAMP), bad & ~empty, naive & ~empty
    if kind == "boolean":
        lower = pc.utf8_lower(trimmed)
        yes = to_numpy(pc.is_in(lower, texts(["true", "1"])))
        no = to_numpy(pc.is_in(lower, texts(["false", "0"])))
        good = yes | no
        return from_truths(yes, good), ~good & ~empty, nothing
    plain = pc.replace_substring_regex(trimmed, r"^\+", "")
    if kind == "integer":
        plain = pc.replace_substring_regex(plain, r"^(-?[0-9]+)\.0+$", r"\1")
        good = to_numpy(pc.match_substring_regex(plain, _INTEGER))
        good &= _fit_64_bits(plain, good)
    else:
        good = to_numpy(pc.match_substring_regex(plain, _FLOAT))
    rows = np.flatnonzero(good)
    values = plain.take(from_numpy(rows)).cast(arrow_type(kind))
    places = np.zeros(len(good), np.int64)
    places[rows] = np.arange(len(rows))
    return values.take(with_gaps(places, good)), ~good & ~empty, nothing


def from_truths(yes: NDArray[np.bool_], present: NDArray[np.bool_]) -> pa.Array:
    """Truths, null where not `present`."""
    bits = pa.py_buffer(np.packbits(yes, bitorder="little"))
    mask = pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(yes), [mask, bits])


def _fit_64_bits(written: pa.Array, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether whole numbers fit; only long texts are looked at one by one."""
    fits = np.ones(len(written), np.bool_)
    long = np.flatnonzero(good & (to_numpy(pc.binary_length(written)) >= 19))
    for row in long.tolist():
        digits = written[row].as_py()
        fits[row] = len(digits) < 400 and -(2**63) <= int(digits) < 2**63
    return fits
