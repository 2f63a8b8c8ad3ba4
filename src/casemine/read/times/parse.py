"""Text to instants, many values at once: bytes in columns, digits by arithmetic.

Values of one length are a matrix of bytes. `groups_of` splits it into groups of one shape (see
`formats`), and `read_instants` computes what a group means: no Python code runs per value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casemine.read.times.formats import EPOCHS, FORM_COMPACT, FORM_EXCEL, MAX_WIDTH, Layout, Span
from casemine.read.times.words import look_up
from casemine.read.times.zones import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from casemine.read.options import DateOrder

    Bytes = NDArray[np.uint8]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

BLOCK = 65_536  # rows at once: small enough for the processor's cache

EARLIEST = -62_135_596_800 * SECOND  # 0001-01-01
LATEST = 253_402_300_800 * SECOND - 1  # 9999-12-31 23:59:59.999999

_PIVOT = 69  # two-digit years from here on are 19xx, as in POSIX
_COMPACT_YEARS = (1900, 2100)  # 20260131 is a date, 31012026 is a number
_LEAST_DIGITS = 3
_MOST_WORDS = 8
_FEW_GROUPS = 16
_EXCEL_EPOCH = -25_569  # 1899-12-30, from which serial numbers count since 1 March 1900
_EXCEL_NO_DAY = 60  # Excel's 29 February 1900
_POSITIONS: dict[str, tuple[str, str, str]] = {  # which of a, b, c is year, month, day
    "dmy": ("c", "b", "a"),
    "mdy": ("c", "a", "b"),
    "ymd": ("a", "b", "c"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Values of one shape: their rows in the block (None: all of it) and their bytes."""

    rows: Integers | None
    matrix: Bytes
    shape: str

    def __len__(self) -> int:
        return len(self.matrix)

    def where(self, chosen: Flags) -> Group:
        """Keep the values that are marked."""
        rows = np.flatnonzero(chosen)
        return Group(rows if self.rows is None else self.rows[rows], self.matrix[rows], self.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Instants:
    """Microseconds since 1970 (UTC where the layout has an offset, else local) and their flaws."""

    micros: Integers
    valid: Flags
    truncated: Flags | None = None  # those that gave more than microseconds


# --- from Arrow to groups ----------------------------------------------------------------------


def plain_text(array: pa.Array) -> pa.Array:
    """Hand over text in one of the layouts that are read here: `string` or `large_string`."""
    known = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    return array if known else array.cast(pa.string())


def tidy(texts: pa.Array) -> pa.Array:
    """Remove what does no harm: blanks and quotes around values, no-break spaces, marks.

    Returns a `string` array of the same length; text outside ASCII is normalised (NFKC: full-width
    digits, narrow no-break spaces) and lower-cased, for the look-up of words.
    """
    if texts.type != pa.string():
        texts = texts.cast(pa.string())
    data, starts, lengths = _buffers(texts)
    filled = np.flatnonzero(lengths)
    if not len(filled):
        return texts
    first, last = starts[filled[0]], starts[filled[-1]] + lengths[filled[-1]]
    if data[first:last].max() >= 128:
        texts = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
        texts = pc.replace_substring_regex(texts, "[\u200b-\u200f\u202a-\u202e\ufeff]", "")
        texts = pc.replace_substring(texts, "\u2212", "-")
        data, starts, lengths = _buffers(texts)
        filled = np.flatnonzero(lengths)
    edges = _CLEAN[data[starts[filled]]] & _CLEAN[data[starts[filled] + lengths[filled] - 1]]
    if not edges.all():
        texts = pc.utf8_trim(texts, characters=" \t\r\n\v\f\"'")
        # JavaScript and Java name the zone again after the offset: (CET), [Europe/Berlin].
        texts = pc.replace_substring_regex(
            texts, r"([-+]\d\d:?\d\d|[zZ]|UTC|GMT|utc|gmt) ?(\([^()]*\)|\[[^\[\]]*\])$", r"\1"
        )
    return texts


def present_rows(texts: pa.Array) -> Flags:
    """Tell which values are there: not null and not empty."""
    filled = np.ones(len(texts), np.bool_)
    if texts.null_count:
        filled &= texts.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    buffer = texts.buffers()[1]
    if buffer is not None and len(texts):
        size = np.dtype(offsets).itemsize
        ends = np.frombuffer(buffer, offsets, len(texts) + 1, texts.offset * size)
        filled &= np.diff(ends) > 0
    return filled


def groups_of(texts: pa.Array) -> Iterator[Group]:
    """Split tidy text into groups of one shape.

    Values that are null, empty, longer than `MAX_WIDTH` bytes or hardly hold digits are in none.
    """
    data, starts, lengths = _buffers(texts)
    if not len(lengths):
        return
    if texts.null_count:  # what stands behind a null is not defined
        lengths = lengths * texts.is_valid().to_numpy(zero_copy_only=False)
    width = int(lengths[0])
    if (lengths == width).all():
        if 0 < width <= MAX_WIDTH:
            first = int(starts[0])
            matrix = data[first : first + width * len(lengths)].reshape(-1, width)
            yield from _by_shape(None, matrix)
        return
    order = np.argsort(np.minimum(lengths, MAX_WIDTH + 1).astype(np.uint8), kind="stable")
    ends = np.cumsum(np.bincount(np.minimum(lengths, MAX_WIDTH + 1), minlength=MAX_WIDTH + 2))
    for width in range(1, MAX_WIDTH + 1):
        rows = order[ends[width - 1] : ends[width]]
        if len(rows):
            windows = np.lib.stride_tricks.sliding_window_view(data, width)
            yield from _by_shape(rows, windows[starts[rows]])


def _buffers(texts: pa.Array) -> tuple[Bytes, Integers, Integers]:
    """Hand over the bytes of a `string` array, and start and length of each value."""
    _, offsets_buffer, data_buffer = texts.buffers()
    if not len(texts) or offsets_buffer is None:
        return np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64)
    offsets = np.frombuffer(offsets_buffer, np.int32, len(texts) + 1, texts.offset * 4)
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer else np.empty(0, np.uint8)
    starts = offsets[:-1].astype(np.int64)
    return data, starts, offsets[1:] - starts


def _by_shape(rows: Integers | None, matrix: Bytes) -> Iterator[Group]:
    """Split values of one length by where their digits, letters and other signs stand."""
    width = matrix.shape[1]
    flat = matrix.ravel()
    is_digit = ((flat - np.uint8(48)) < 10).view(np.uint8)
    classes = flat & (is_digit - np.uint8(1))  # digits become 0, other bytes stay
    if (classes[width:] == classes[:-width]).all():  # every value is like the one before it
        for _, shape in _word_shapes(matrix[:1], classes[:width]):
            yield Group(rows, matrix, shape)
        return
    classes = _LETTERS_ALIKE[classes].reshape(-1, width)
    for chosen in _same_rows(classes):
        part = matrix[chosen]
        numbers = chosen if rows is None else rows[chosen]
        for some, shape in _word_shapes(part, classes[chosen[0]]):
            if some is None:
                yield Group(numbers, part, shape)
            else:
                yield Group(numbers[some], part[some], shape)


def _same_rows(classes: Bytes) -> Iterator[Integers]:
    """Group equal rows; those with too few digits for a time are left out."""
    count, width = classes.shape
    words = np.zeros((count, -(-width // 8) * 8), np.uint8)
    words[:, :width] = classes
    keys = np.zeros(count, np.uint64)
    for word in words.view(np.uint64).T:
        keys = (keys ^ word) * np.uint64(0x9E37_79B9_7F4A_7C15)
        keys ^= keys >> np.uint64(32)
    left = np.flatnonzero((classes == 0).sum(axis=1) >= _LEAST_DIGITS)
    for _ in range(_FEW_GROUPS):
        if not len(left):
            return
        like_first = keys[left] == keys[left[0]]
        yield left[like_first]
        left = left[~like_first]
    if len(left):
        order = left[np.argsort(keys[left], kind="stable")]
        breaks = np.flatnonzero(np.diff(keys[order])) + 1
        # In the order of their first rows, so that nothing depends on the hash.
        yield from sorted(np.split(order, breaks), key=lambda some: int(some[0]))


def _word_shapes(matrix: Bytes, classes: Bytes) -> Iterator[tuple[Integers | None, str]]:
    """Split values that are alike but for their letters by the roles of their words."""
    letters = classes >= 128
    letters |= ((classes | 32) >= ord("a")) & ((classes | 32) <= ord("z"))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], letters, [False]))))
    slots = edges.reshape(-1, 2).tolist()
    if len(slots) > _MOST_WORDS:
        return
    shape = ["0" if byte == 0 else chr(byte) for byte in classes.tolist()]
    if not slots:
        yield None, "".join(shape)
        return
    roles = np.zeros(len(matrix), np.uint64)
    for start, end in slots:
        roles = roles << np.uint64(8) | look_up(matrix[:, start:end]).roles
    left = np.arange(len(matrix))
    while len(left):
        code = int(roles[left[0]])
        like_first = roles[left] == roles[left[0]]
        for position, (start, end) in enumerate(reversed(slots)):
            shape[start:end] = chr(code >> 8 * position & 255) * (end - start)
        if like_first.all() and len(left) == len(matrix):
            yield None, "".join(shape)
            return
        yield left[like_first], "".join(shape)
        left = left[~like_first]


_LETTERS_ALIKE = np.arange(256, dtype=np.uint8)
_LETTERS_ALIKE[[*range(65, 91), *range(97, 123), *range(128, 256)]] = ord("a")
_CLEAN = np.zeros(256, np.bool_)
_CLEAN[[*range(48, 58), *range(65, 91), *range(97, 123), *range(128, 256), *b"+-."]] = True


# --- from groups to instants -------------------------------------------------------------------


def read_instants(matrix: Bytes, layout: Layout, order: DateOrder | None = None) -> Instants:
    """Compute what values of one layout mean; `order` is needed where the layout leaves it open."""
    if "units" in layout.spans:
        return _read_number(matrix, layout)
    days, valid = read_days(matrix, layout, order)
    spans = layout.spans
    seconds, good, whole_day = _read_clock(matrix, layout)
    valid &= good
    truncated = None
    micros = days * DAY
    micros += seconds * np.int64(SECOND)
    if "fraction" in spans:
        fraction, truncated = _read_fraction(matrix, spans["fraction"], 6)
        valid &= ~(whole_day & (fraction > 0))
        micros += fraction
    if "offset_sign" in spans:
        hours = _number(matrix, spans["offset_hours"])
        minutes = _number(matrix, spans["offset_minutes"]) if "offset_minutes" in spans else 0
        valid &= (hours < 24) & np.asarray(minutes < 60)
        sign = np.where(matrix[:, spans["offset_sign"][0]] == ord("-"), 1, -1)
        micros += sign * (hours * 60 + minutes).astype(np.int64) * (60 * SECOND)
    valid &= (micros >= EARLIEST) & (micros <= LATEST)
    return Instants(micros, valid, truncated)


def read_days(
    matrix: Bytes, layout: Layout, order: DateOrder | None = None
) -> tuple[Integers, Flags]:
    """Compute the day since 1970-01-01 of each value, and whether it is on the calendar."""
    spans = layout.spans
    parts = _POSITIONS[order] if layout.open_order and order else ("year", "month", "day")
    if any(part not in spans for part in parts) or spans[parts[0]][1] not in {2, 4}:
        return np.zeros(len(matrix), np.int64), np.zeros(len(matrix), np.bool_)
    year = _number(matrix, spans[parts[0]])
    if spans[parts[0]][1] == 2:
        year += np.where(year < _PIVOT, 2000, 1900)
    if layout.month_is_word:
        start, width = spans["month"]
        month = look_up(matrix[:, start : start + width]).numbers.astype(np.int32)
    else:
        month = _number(matrix, spans[parts[1]])
    day = _number(matrix, spans[parts[2]])
    valid = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
    if layout.form == FORM_COMPACT:
        valid &= (year >= _COMPACT_YEARS[0]) & (year < _COMPACT_YEARS[1])
    index = np.where(valid, year * 12 + month - 13, 0)
    first = _FIRST_OF_MONTH[index]
    valid &= day <= _FIRST_OF_MONTH[index + 1] - first
    return (first + day - 1).astype(np.int64), valid


def _read_clock(matrix: Bytes, layout: Layout) -> tuple[NDArray[np.int32], Flags, Flags]:
    """Seconds since midnight, whether they are a time of day, and whether it is 24:00."""
    spans = layout.spans
    rows = len(matrix)
    if "hour" not in spans:
        return np.zeros(rows, np.int32), np.ones(rows, np.bool_), np.zeros(rows, np.bool_)
    hour = _number(matrix, spans["hour"])
    if "half" in spans:
        start, width = spans["half"]
        good = (hour >= 1) & (hour <= 12)
        hour = hour % 12 + look_up(matrix[:, start : start + width]).numbers
    else:
        good = hour <= 24
    rest = np.zeros(rows, np.int32)
    for part in ("minute", "second"):
        rest *= 60
        if part in spans:
            number = _number(matrix, spans[part])
            good &= number < 60
            rest += number
    whole_day = hour == 24
    good &= ~(whole_day & (rest > 0))
    return hour * np.int32(3600) + rest, good, whole_day


def _read_number(matrix: Bytes, layout: Layout) -> Instants:
    """Seconds, milli-, micro- or nanoseconds since 1970, or Excel's days since 1900."""
    units = _number(matrix, layout.spans["units"], np.uint64)
    decimals = layout.spans.get("decimals")
    if layout.form == FORM_EXCEL:
        return _read_serial(matrix, units, decimals)
    scale = EPOCHS[layout.form]
    limit = LATEST // scale if scale else LATEST * 1000
    valid = units <= np.uint64(min(limit, 2**63 - 1))
    whole = np.where(valid, units, np.uint64(0)).astype(np.int64)
    truncated = None
    if scale:
        micros = whole * scale
    else:
        micros = whole // 1000
        truncated = whole % 1000 > 0
    if decimals is not None:
        digits = {1_000_000: 6, 1000: 3}.get(scale, 0)
        fraction, more = _read_fraction(matrix, decimals, digits)
        micros += fraction
        truncated = more if truncated is None else truncated | more
    if "offset_sign" in layout.spans:
        micros = -micros
        valid &= micros >= EARLIEST
    return Instants(micros, valid, truncated)


def _read_serial(matrix: Bytes, units: NDArray[np.uint64], decimals: Span | None) -> Instants:
    """Excel's serial numbers, rounded to milliseconds: doubles hold no more at this size."""
    valid = (units >= 1) & (units != _EXCEL_NO_DAY)
    valid &= units <= np.uint64(LATEST // DAY - _EXCEL_EPOCH)
    days = np.where(valid, units, np.uint64(1)).astype(np.int64) + _EXCEL_EPOCH
    days += units < _EXCEL_NO_DAY
    micros = days * DAY
    if decimals is not None:
        start, width = decimals
        share = _number(matrix, (start, min(width, 15)), np.int64) / 10.0 ** min(width, 15)
        micros += np.rint(share * (DAY // 1000)).astype(np.int64) * 1000
    return Instants(micros, valid & (micros <= LATEST))


def _read_fraction(matrix: Bytes, span: Span, digits: int) -> tuple[Integers, Flags]:
    """Read a fraction in units of 10 to the -digits, and which values lost something."""
    start, width = span
    kept = min(width, digits)
    fraction = _number(matrix, (start, kept), np.int64) * 10 ** (digits - kept)
    rest = matrix[:, start + kept : start + width]
    return fraction, (rest != ord("0")).any(axis=1)


def _number(matrix: Bytes, span: Span, kind: type = np.int32) -> NDArray[Any]:
    """Read digits that stand in the same columns of every row."""
    start, width = span
    total: NDArray[Any] = np.zeros(len(matrix), kind)
    for column in range(start, start + width):
        total *= 10
        total += matrix[:, column]
        total -= kind(48)
    return total


# Day on which each month starts, from January of year 1 to January of year 10000.
_FIRST_OF_MONTH = (
    np.arange("0001-01", "10000-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int32)
)
