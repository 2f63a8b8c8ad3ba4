"""From attributes one by one to columns: typed, encoded, gathered piece by piece.

Values are turned into their type at once, so that text is never kept for dates and numbers.
Text is kept as dictionary codes unless most of a column's first values differ, as ids do; that
rule looks at the order of the file alone, so every way of reading gives the same column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.log.arrays import from_numpy, texts, to_numpy, valid, with_gaps
from casemine.log.columns import TIMESTAMP
from casemine.read.xes.dates import parse_dates
from casemine.read.xes.tokens import MAX_KEYS, too_many_keys

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from casemine.read.xes.dates import Dates
    from casemine.read.xes.tokens import Attributes, Field

TEXT, DATE = "string", "date"
SAMPLE = 10_000  # first values of a column that decide whether it is encoded
EXAMPLES = 5  # bad values that are kept word for word, per column and reason

_INTEGER = r"^\s*[+-]?\d{1,19}\s*$"
_FLOAT = r"^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)\s*$"
TIME_REASON = "is not a time"
REASONS = {  # types whose text can be wrong
    "int": "is not a whole number",
    "float": "is not a number",
    "boolean": "is neither true nor false",
    DATE: TIME_REASON,
}
SKIPPED_HOUR = "does not exist in the time zone"


@dataclass(slots=True)
class Fault:
    """Values of one column that cannot be used for one reason."""

    key: str
    reason: str
    owners: NDArray[np.int64]  # every event or trace, ascending
    examples: list[tuple[int, str]]  # owner and value


@dataclass(slots=True)
class Offsets:
    """Which dates of a key came with an offset from UTC and which without."""

    given: int = 0
    naive: int = 0
    twice: int = 0  # without, and at an hour that the zone had twice
    first_given: str = ""
    first_naive: tuple[int, str] | None = None  # owner and text


class ColumnStore:
    """The attributes of all events (or of all traces), by key, in order of first appearance.

    Parameters
    ----------
    name : str
        What messages call the file.
    text_keys, time_keys : frozenset[str]
        Keys that are text as written, or times, whatever type the file gives them.
    zone : zoneinfo.ZoneInfo, optional
        Of dates without an offset; None means UTC.
    missing : tuple of str
        Texts that mean "no value", beside the empty one.
    """

    def __init__(
        self,
        name: str,
        *,
        text_keys: frozenset[str] = frozenset(),
        time_keys: frozenset[str] = frozenset(),
        zone: ZoneInfo | None = None,
        missing: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.text_keys, self.time_keys = text_keys, time_keys
        self.zone, self.missing = zone, missing
        self.offsets: dict[str, Offsets] = {}
        self.faults: dict[tuple[str, str], Fault] = {}
        self.given: dict[str, int] = {}  # owners that give a key a good value, once it was made
        self._parts: dict[str, dict[str, _Part]] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in order of first appearance."""
        return tuple(self._parts)

    def kinds(self, key: str) -> tuple[str, ...]:
        """Types under which the file has a key."""
        return tuple(self._parts[key])

    def has_values(self, key: str) -> bool:
        """Whether any owner gives a key a value, be it a bad one."""
        return any(fault.key == key for fault in self.faults.values()) or any(
            part.owners().size for part in self._parts[key].values()
        )

    def add(self, fields: tuple[Field, ...], attributes: Attributes) -> None:
        """Take in the attributes of one piece of the file."""
        order = np.argsort(attributes.field, kind="stable")
        ends = np.cumsum(np.bincount(attributes.field, minlength=len(fields)))
        start = 0
        for field, end in zip(fields, ends.tolist(), strict=True):
            rows, start = order[start:end], end
            if len(rows):
                values = attributes.values.take(from_numpy(attributes.at[rows]))
                self._add_field(field, attributes.owner[rows], values)

    def _add_field(self, field: Field, owners: NDArray[np.int64], values: pa.Array) -> None:
        kind, key = self._kind_of(field), field.key
        parts = self._parts.setdefault(key, {})
        if len(self._parts) > MAX_KEYS:
            raise too_many_keys(self.name)
        part = parts.setdefault(kind, _TextPart() if kind == TEXT else _Part())
        given = valid(values) & (to_numpy(pc.binary_length(values)) > 0)
        if self.missing:
            given &= ~to_numpy(pc.is_in(values, texts(self.missing)))
        if not given.all():
            owners, values = owners[given], values.filter(from_numpy(given))
        if kind == DATE:
            owners, values = self._dates(key, owners, values)
        elif kind != TEXT:
            owners, values = self._numbers(kind, key, owners, values)
        part.add(owners, values)

    def _kind_of(self, field: Field) -> str:
        if field.key in self.time_keys:
            return DATE
        if field.key in self.text_keys or field.type not in REASONS:
            return TEXT
        return field.type

    def _dates(
        self, key: str, owners: NDArray[np.int64], values: pa.Array
    ) -> tuple[NDArray[np.int64], pa.Array]:
        dates = parse_dates(values, self.zone)
        self._note_offsets(key, owners, values, dates)
        if dates.bad.any():
            self._note_fault(key, SKIPPED_HOUR, owners, values, dates.skipped)
            self._note_fault(key, REASONS[DATE], owners, values, dates.bad & ~dates.skipped)
            good = ~dates.bad
            return owners[good], from_numpy(dates.micros[good], TIMESTAMP)
        return owners, from_numpy(dates.micros, TIMESTAMP)

    def _note_offsets(
        self, key: str, owners: NDArray[np.int64], values: pa.Array, dates: Dates
    ) -> None:
        known = self.offsets.setdefault(key, Offsets())
        naive, given = np.flatnonzero(dates.naive), np.flatnonzero(~dates.naive & ~dates.bad)
        if len(naive) and known.first_naive is None:
            known.first_naive = (int(owners[naive[0]]), values[int(naive[0])].as_py())
        if len(given) and not known.given:
            known.first_given = values[int(given[0])].as_py()
        known.naive += len(naive)
        known.given += len(given)
        known.twice += int(np.count_nonzero(dates.twice))

    def _numbers(
        self, kind: str, key: str, owners: NDArray[np.int64], values: pa.Array
    ) -> tuple[NDArray[np.int64], pa.Array]:
        """Convert each distinct text once, then spread the results."""
        encoded = values.dictionary_encode()
        distinct, good = _typed(kind, encoded.dictionary)
        codes = to_numpy(encoded.indices)
        if not good.all():
            fits = good[codes]
            self._note_fault(key, REASONS[kind], owners, values, ~fits)
            owners, codes = owners[fits], codes[fits]
        return owners, distinct.take(from_numpy(codes))

    def _note_fault(
        self,
        key: str,
        reason: str,
        owners: NDArray[np.int64],
        values: pa.Array,
        bad: NDArray[np.bool_],
    ) -> None:
        rows = np.flatnonzero(bad)
        if not len(rows):
            return
        shown = [(int(owners[row]), values[int(row)].as_py()) for row in rows[:EXAMPLES]]
        fault = self.faults.setdefault((key, reason), Fault(key, reason, owners[:0], []))
        fault.owners = np.concatenate([fault.owners, owners[rows]])
        fault.examples = (fault.examples + shown)[:EXAMPLES]

    def column(self, key: str, count: int, *, encode: bool = False) -> Column:
        """Put a key's values in one array of `count` rows and forget its pieces.

        A column of one type keeps it; whole and other numbers together become other numbers if
        none loses digits; any other mixture becomes text.
        """
        parts = self._parts[key]
        arrays = {kind: part.values(encode=encode) for kind, part in parts.items()}
        owners = np.concatenate([part.owners() for part in parts.values()])
        kinds = tuple(kind for kind, part in arrays.items() if len(part))
        self._parts[key] = {kind: _Part() for kind in parts}
        values = _merged(arrays, encode=encode)
        self.given[key] = len(owners)
        if len(owners) == count and (count == 0 or bool(np.all(owners == np.arange(count)))):
            return Column(values, kinds, owners[:0])
        # Where an event has a key twice, the first one stays.
        inverse = np.full(count, -1, np.int64)
        inverse[owners[::-1]] = np.arange(len(owners))[::-1]
        kept = np.zeros(len(owners), np.bool_)
        kept[inverse[inverse >= 0]] = True
        self.given[key] = int(np.count_nonzero(kept))
        placed = values.take(with_gaps(inverse, inverse >= 0))
        return Column(placed, kinds, np.unique(owners[~kept]))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One attribute over all events (or traces); null where it is not given."""

    values: pa.Array
    kinds: tuple[str, ...]
    repeated: NDArray[np.int64]  # owners that give the key more than once


class _Part:
    """Values of one key and one type, with their owners, piece by piece."""

    def __init__(self) -> None:
        self._owners: list[range | NDArray[np.int64]] = []
        self._values: list[pa.Array] = []

    def add(self, owners: NDArray[np.int64], values: pa.Array) -> None:
        if not len(owners):
            return
        first, last = int(owners[0]), int(owners[-1])
        # The usual column is in every event: remember two numbers instead of all.
        whole = last - first + 1 == len(owners) and bool(np.all(np.diff(owners) == 1))
        self._owners.append(range(first, last + 1) if whole else owners.astype(np.int32))
        self._values.append(values)

    def owners(self) -> NDArray[np.int64]:
        pieces = [np.asarray(piece, np.int64) for piece in self._owners]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)

    def values(self, *, encode: bool) -> pa.Array:
        _ = encode  # numbers are not encoded
        return pa.chunked_array(self._values).combine_chunks() if self._values else pa.nulls(0)


class _TextPart(_Part):
    """Text: plain until the first values of the column are seen, then as they decide."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = 0
        self._encoded: bool | None = None

    def add(self, owners: NDArray[np.int64], values: pa.Array) -> None:
        super().add(owners, values.dictionary_encode() if self._encoded else values)
        self._seen += len(values)
        if self._encoded is None and self._seen >= SAMPLE:
            self._decide()

    def _decide(self) -> None:
        sample = pa.chunked_array(self._values, pa.string()).slice(0, SAMPLE)
        self._encoded = pc.count_distinct(sample).as_py() * 2 <= len(sample)
        if self._encoded:
            self._values = [piece.dictionary_encode() for piece in self._values]

    def values(self, *, encode: bool) -> pa.Array:
        if not self._values:
            return texts([])
        if self._encoded is None:
            self._decide()
        column = pa.chunked_array(self._values)
        if not self._encoded and encode:
            column = column.dictionary_encode()
        if pa.types.is_dictionary(column.type):
            column = column.unify_dictionaries()
        return column.combine_chunks()


def amount(count: int, noun: str) -> str:
    """`1 event`, `1,200 events`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def fits(kind: str, written: pa.Array) -> NDArray[np.bool_]:
    """Whether texts are values of a type of XES."""
    if kind == DATE:
        return ~parse_dates(written).bad
    return _typed(kind, written)[1]


def _typed(kind: str, written: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Convert distinct texts; nonsense becomes null and is not good."""
    trimmed = pc.utf8_trim_whitespace(written)
    if kind == "boolean":
        lower = pc.utf8_lower(trimmed)
        yes, no = (pc.is_in(lower, texts(words)) for words in (["true", "1"], ["false", "0"]))
        good = to_numpy(pc.or_(yes, no))
        return yes, good
    pattern, target = (_INTEGER, pa.int64()) if kind == "int" else (_FLOAT, pa.float64())
    good = to_numpy(pc.match_substring_regex(trimmed, pattern))
    # Arrow reads no leading plus before a whole number.
    plain = pc.replace_substring_regex(trimmed, r"^\+", "")
    plain = plain.filter(from_numpy(good))
    converted, fits = _converted(plain, target)
    rows = np.flatnonzero(good)
    good[rows[~fits]] = False
    inverse = np.full(len(written), -1, np.int64)
    inverse[rows] = np.arange(len(rows))
    return converted.take(with_gaps(inverse, inverse >= 0)), good


def _converted(written: pa.Array, target: pa.DataType) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Cast, minding whole numbers beyond 64 bits."""
    try:
        return written.cast(target), np.ones(len(written), np.bool_)
    except pa.ArrowInvalid:
        numbers = [
            int(text) if -(2**63) <= int(text) < 2**63 else None for text in written.to_pylist()
        ]
        return pa.array(numbers, target), np.array([number is not None for number in numbers])


def _merged(arrays: dict[str, pa.Array], *, encode: bool) -> pa.Array:
    """One array of the types that occur, one after the other."""
    filled = {kind: array for kind, array in arrays.items() if len(array)}
    if not filled:
        return texts([])
    if len(filled) == 1:
        return next(iter(filled.values()))
    if filled.keys() == {"int", "float"} and _exact_as_float(filled["int"]):
        parts = [array.cast(pa.float64()) for array in filled.values()]
        return pa.chunked_array(parts).combine_chunks()
    text = pa.chunked_array([as_text(array) for array in filled.values()]).combine_chunks()
    return text.dictionary_encode() if encode else text


def _exact_as_float(numbers: pa.Array) -> bool:
    low, high = pc.min_max(numbers).as_py().values()
    return bool(low >= -(2**53) and high <= 2**53)


def as_text(array: pa.Array) -> pa.Array:
    """Any column as text; times in ISO 8601 with offset."""
    if pa.types.is_timestamp(array.type):
        text = array.cast(pa.timestamp("us")).cast(pa.string())
        text = pc.utf8_replace_slice(text, 10, 11, "T")
        return pc.binary_join_element_wise(
            pc.replace_substring_regex(text, r"\.?0*$", ""), "+00:00", ""
        )
    return array.cast(pa.string())
