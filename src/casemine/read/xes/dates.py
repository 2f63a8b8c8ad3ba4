r"""Dates of XES: xs:dateTime text to UTC microseconds, all rows of a column at once.

The usual form (`2010-03-31T16:59:42.123+02:00`, `Z`, or no offset; a blank for the `T` is taken
too) is decoded by arithmetic on a matrix of bytes, one matrix per length of text. Whatever that
does not know (dates alone, `24:00:00`, no seconds, `+0200`) is read once per distinct value by a
pattern. Digits beyond microseconds are cut off. A date without an offset counts in the zone that
the caller names; a local time that the zone skipped is refused, one that it had twice is the first.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from casemine.log.arrays import from_numpy, to_numpy
from casemine.read.times.zones import to_utc

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pyarrow as pa
    from numpy.typing import NDArray

_SECOND = 1_000_000  # microseconds
_DAYS_BEFORE = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], dtype=np.int64)
_DAYS_IN = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_EARLIEST, _LATEST = -62_135_596_800 * _SECOND, 253_402_300_800 * _SECOND  # the years 1 to 9999
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# The lenient form: what xs:dateTime and xs:date allow, and what real exporters write instead.
_LENIENT = re.compile(
    r"\s*(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[Tt ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    r"\s?(?P<zone>[Zz]|(?P<sign>[+-])(?P<zone_hour>\d\d)(?::?(?P<zone_minute>\d\d))?)?\s*",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """Microseconds since 1970 in UTC, one per value; 0 where `bad`.

    `naive` marks values without an offset, `twice` those that their zone had two times, and
    `skipped` those (also `bad`) that their zone never had.
    """

    micros: NDArray[np.int64]
    bad: NDArray[np.bool_]
    naive: NDArray[np.bool_]
    twice: NDArray[np.bool_]
    skipped: NDArray[np.bool_]


def parse_dates(values: pa.Array, zone: ZoneInfo | None = None) -> Dates:
    """Read date texts without nulls.

    Parameters
    ----------
    values : pyarrow.StringArray
        As written in the file.
    zone : zoneinfo.ZoneInfo, optional
        Of dates without an offset; None means UTC.

    Notes
    -----
    O(n) for n values; Python runs once per distinct value of an unusual form only.

    Examples
    --------
    >>> import pyarrow as pa
    >>> dates = parse_dates(pa.array(["1970-01-01T01:00:00.5+01:00", "1970-01-01", "31.1.1970"]))
    >>> dates.micros.tolist(), dates.bad.tolist(), dates.naive.tolist()
    ([500000, 0, 0], [False, False, True], [False, True, False])
    """
    count = len(values)
    micros, bad = np.zeros(count, np.int64), np.ones(count, np.bool_)
    naive = np.zeros(count, np.bool_)
    offsets, data = _buffers(values)
    lengths = np.diff(offsets)
    for length in np.flatnonzero(np.bincount(lengths)).tolist() if count else ():
        if not 19 <= length <= 64:
            continue
        rows = np.flatnonzero(lengths == length)
        places = offsets[rows][:, None] + np.arange(length)
        matrix = (
            np.ascontiguousarray(data[places].T)
            if len(rows) < count
            else _matrix(data, offsets, length)
        )
        micros[rows], bad[rows], naive[rows] = _parse_matrix(matrix)
    _parse_rest(values, micros, bad, naive)
    twice, skipped = _localise(micros, naive & ~bad, zone)
    bad |= skipped | (micros < _EARLIEST) | (micros >= _LATEST)
    micros[bad] = 0
    return Dates(micros, bad, naive & ~bad, twice & ~bad, skipped)


def _buffers(values: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Offsets and bytes of a string array, whatever slice it is."""
    _, offsets, data = values.buffers()
    starts = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return starts.astype(np.int64), content


def _matrix(data: NDArray[np.uint8], offsets: NDArray[np.int64], length: int) -> NDArray[np.uint8]:
    """One row per character, when all texts have one length: a reshape, then a transposed copy."""
    block = data[offsets[0] : offsets[-1]].reshape(-1, length)
    return np.ascontiguousarray(block.T)


def _parse_matrix(
    text: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Decode texts of one length; row i of the matrix holds the i-th character of all."""
    length, count = text.shape
    micros, bad = np.zeros(count, np.int64), np.ones(count, np.bool_)
    naive = np.zeros(count, np.bool_)
    utc = text[-1] == ord("Z")
    signed = np.zeros(count, np.bool_)
    if length >= 25:
        signed = ((text[-6] == ord("+")) | (text[-6] == ord("-"))) & (text[-3] == ord(":"))
    for chosen, zone_length in ((utc, 1), (signed, 6), (~utc & ~signed, 0)):
        if not chosen.any():
            continue
        part = text if chosen.all() else np.ascontiguousarray(text[:, chosen])
        micros[chosen], bad[chosen] = _parse_form(part, zone_length)
        naive[chosen] = zone_length == 0
    return micros, bad, naive


def _parse_form(
    text: NDArray[np.uint8], zone_length: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Decode texts of one length and one kind of offset."""
    length, count = text.shape
    digits = text - np.uint8(ord("0"))  # wraps round: anything but a digit comes out above 9
    end = length - zone_length
    good = (text[4] == ord("-")) & (text[7] == ord("-")) & (text[13] == ord(":"))
    good &= (text[16] == ord(":")) & ((text[10] == ord("T")) | (text[10] == ord(" ")))
    fraction = range(20, end)
    if end > 19:
        good &= text[19] == ord(".") if fraction else np.zeros(count, np.bool_)
    elif end < 19:
        return np.zeros(count, np.int64), np.ones(count, np.bool_)
    places = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, *fraction]
    places += [length - 5, length - 4, length - 2, length - 1] if zone_length == 6 else []
    for place in places:
        good &= digits[place] <= 9

    def number(*at: int) -> NDArray[np.int64]:
        value = np.zeros(count, np.int64)
        for place in at:
            value *= 10
            value += digits[place]
        return value

    year, month, day = number(0, 1, 2, 3), number(5, 6), number(8, 9)
    hour, minute, second = number(11, 12), number(14, 15), number(17, 18)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    month = np.where(good, month, 1)
    good &= day <= _DAYS_IN[month] + (leap & (month == 2))
    good &= (hour <= 23) & (minute <= 59) & (second <= 59)
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    days += _DAYS_BEFORE[month] + (leap & (month > 2)) + day - 1
    micros = ((days * 24 + hour) * 60 + minute) * 60 + second
    if zone_length == 6:
        zone_hour, zone_minute = number(length - 5, length - 4), number(length - 2, length - 1)
        good &= (zone_hour <= 14) & (zone_minute <= 59)
        shift = zone_hour * 3600 + zone_minute * 60
        micros -= np.where(text[-6] == ord("-"), -shift, shift)
    micros *= _SECOND
    if fraction:
        shown = fraction[:6]
        micros += number(*shown) * 10 ** (6 - len(shown))
    return micros, ~good


def _parse_rest(
    values: pa.Array,
    micros: NDArray[np.int64],
    bad: NDArray[np.bool_],
    naive: NDArray[np.bool_],
) -> None:
    """Try the lenient form on what is still bad, once per distinct text."""
    rows = np.flatnonzero(bad)
    if not len(rows):
        return
    encoded = values.take(from_numpy(rows)).dictionary_encode()
    found = [_parse_one(text) for text in encoded.dictionary.to_pylist()]
    codes = to_numpy(encoded.indices)
    micros[rows] = np.array([value for value, _ in found], np.int64)[codes]
    bad[rows] = np.array([is_naive is None for _, is_naive in found], np.bool_)[codes]
    naive[rows] = np.array([bool(is_naive) for _, is_naive in found], np.bool_)[codes]


def _parse_one(text: str) -> tuple[int, bool | None]:
    """Read one date; microseconds and whether it lacks an offset, or (0, None) if it is none."""
    match = _LENIENT.fullmatch(text)
    if match is None:
        return 0, None
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    fraction = int(f"{match['fraction'] or '':0<6}"[:6])
    midnight = hour == 24 and not (minute or second or fraction)
    zone_hour, zone_minute = int(match["zone_hour"] or 0), int(match["zone_minute"] or 0)
    if zone_hour > 14 or zone_minute > 59:
        return 0, None
    try:
        local = dt.datetime(
            int(match["year"]), int(match["month"]), int(match["day"]),
            0 if midnight else hour, minute, second, fraction, tzinfo=dt.UTC,
        )  # fmt: skip
    except ValueError:
        return 0, None
    shift = dt.timedelta(hours=zone_hour, minutes=zone_minute) * (-1 if match["sign"] == "-" else 1)
    passed = local - _EPOCH - shift + dt.timedelta(days=midnight)
    return passed // dt.timedelta(microseconds=1), match["zone"] is None


def _localise(
    micros: NDArray[np.int64], naive: NDArray[np.bool_], zone: ZoneInfo | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Turn local times of a zone to UTC in place; say which the zone had twice or never."""
    twice, skipped = np.zeros(len(micros), np.bool_), np.zeros(len(micros), np.bool_)
    rows = np.flatnonzero(naive)
    if zone is not None and len(rows):
        found = to_utc(micros[rows], zone)
        micros[rows] = found.utc
        twice[rows[found.twice]] = True
        skipped[rows[found.missing]] = True
    return twice, skipped
