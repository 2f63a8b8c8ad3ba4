r"""The catalogue of time formats: from the shape of a value to where its parts stand.

The *shape* of a value has `0` for each digit, the role of its word for each letter (`words`)
and everything else as it is: `31-Jan-2026 09:14` is `00-MMM-0000 00:00`. A column has few shapes,
so the catalogue may be regular expressions over shapes: they run once per shape, never per row.

Forms that can only be read in one way count as one format (`FORM_YEAR_FIRST`: any precision, any
offset, `-`, `/` or `.`). Numeric dates with the year last are a format per separator and width of
the year, and open until the rows prove the order of day and month. Two-digit years 00 to 68 are
2000 to 2068, and 69 to 99 are 1969 to 1999, as in POSIX. 24:00 is the next midnight; leap seconds
(23:59:60) are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from casemine.errors import UsageError, show

if TYPE_CHECKING:
    from collections.abc import Mapping

Span = tuple[int, int]  # first byte and width
Clock = Literal["12", "24"]

FORM_YEAR_FIRST = "year-first"
FORM_NAMED = "month-name"
FORM_COMPACT = "compact"
FORM_PATTERN = "pattern"
FORM_EXCEL = "excel"
EPOCHS: Mapping[str, int] = {"epoch-s": 1_000_000, "epoch-ms": 1_000, "epoch-us": 1, "epoch-ns": 0}
NAMED_FORMATS = ("iso", *EPOCHS, "excel")

MAX_WIDTH = 64  # bytes; no known way to write a time is longer


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a time stand in all values of one shape.

    `spans` has `year month day`, or `a b c` where the order is open, and may have `hour minute
    second fraction half offset_sign offset_hours offset_minutes zone units decimals`.
    """

    form: str
    spans: Mapping[str, Span]
    clock: Clock | None = None  # None: a date without time of day, or a number
    has_offset: bool = False
    month_is_word: bool = False

    @property
    def open_order(self) -> bool:
        """Whether day, month and year stand in an order that the shape does not tell."""
        return "a" in self.spans

    @property
    def short_year(self) -> bool:
        """Whether the year has two digits."""
        return self.spans.get("year", self.spans.get("c", (0, 4)))[1] < 4


_WEEKDAY = r"(?:[WX]+(?:-F+)?\.?,? {0,2})?"
_CLOCK = (  # with minutes, or with AM or PM
    r"(?=00?(?:[:.h]00| ?P))(?P<hour>00?)"
    r"(?:(?P<colon>[:.h])(?P<minute>00)"
    r"(?:(?P=colon)(?P<second>00)(?:[.,:](?P<fraction>0{1,12}))?)?)?"
    r"(?: ?(?P<half>P+)(?:\. ?m)?\.?| [Fh]+)?"
)
_ZONE = (
    r"(?: ?(?:(?P<utc>Z+)|(?P<zone>N+)))?"
    r"(?: ?(?P<offset_sign>[-+])(?P<offset_hours>00|(?<=Z[-+])0)(?::?(?P<offset_minutes>00))?)?"
)
_DATE_ZONE = r"(?:(?P<utc>Z)|(?P<offset_sign>[-+])(?P<offset_hours>00):(?P<offset_minutes>00))"
_JOINT = r"(?:T| {1,3}|, {0,2}|,? F+ | - |_)"
_TIME = rf"(?:{_JOINT}{_CLOCK}{_ZONE})?"

_YEAR_FIRST = r"(?P<year>0000)(?P<sep>[-/.]) ?(?P<month>00?)(?P=sep) ?(?P<day>00?)\.?"
_NUMERIC = r"(?P<a>00?)(?P<sep>[-/.]) ?(?P<b>00?)(?P=sep) ?(?P<c>0000|00?)"
_DAY_NAME = (
    r"(?P<day>00?)(?:O+|\.)?(?:[-/ .]|\. )?(?:F+ )?(?P<month>[MX]+)\.?(?:[-/., ]|, )?"
    r"(?:F+ )?(?P<year>0000|00)"
)
_NAME_DAY = r"(?P<month>[MX]+)\.?(?:[-/ ])(?P<day>00?)(?:O+)?(?:, ?|[-/ ])(?P<year>0000|00)"
_YEAR_NAME = r"(?P<year>0000)[-/ ]?(?P<month>[MX]+)\.?[-/ ]?(?P<day>00?)"
_UNIX_DATE = (  # Sat Jan 31 09:14:05 UTC 2026
    rf"{_WEEKDAY}(?P<month>[MX]+) {{1,2}}(?P<day>00?) {_CLOCK}{_ZONE} (?P<year>0000)"
)
_COMPACT = (
    r"(?P<year>0000)(?P<month>00)(?P<day>00)(?P<joint>[T ]?)"
    r"(?:(?P<hour>00)(?:(?P<minute>00)(?:(?P<second>00)"
    rf"(?:[.,](?P<fraction>0{{1,12}})|(?P<millis>000))?)?)?{_ZONE})?"
)

_CATALOGUE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        (FORM_YEAR_FIRST, rf"{_WEEKDAY}{_YEAR_FIRST}{_TIME}"),
        # Databases write 2026-01-31-09.14.05.123456, and ISO allows the hour alone after T.
        (FORM_YEAR_FIRST, rf"{_YEAR_FIRST}-{_CLOCK}"),
        (FORM_YEAR_FIRST, rf"{_YEAR_FIRST}T(?P<hour>00){_ZONE}"),
        (FORM_YEAR_FIRST, rf"{_YEAR_FIRST}{_DATE_ZONE}"),
        (FORM_COMPACT, _COMPACT),
        ("numeric", rf"{_WEEKDAY}{_NUMERIC}{_TIME}"),
        (FORM_NAMED, rf"{_WEEKDAY}{_DAY_NAME}{_TIME}"),
        (FORM_NAMED, rf"{_DAY_NAME}:{_CLOCK}{_ZONE}"),  # web server logs
        (FORM_NAMED, rf"{_WEEKDAY}{_NAME_DAY}{_TIME}"),
        (FORM_NAMED, rf"{_WEEKDAY}{_YEAR_NAME}{_TIME}"),
        (FORM_NAMED, _UNIX_DATE),
    )
)

_PARTS = (
    *("year", "month", "day", "a", "b", "c", "hour", "minute", "second", "fraction", "half"),
    *("offset_sign", "offset_hours", "offset_minutes", "zone", "units", "decimals"),
)


def layouts_of(shape: str) -> tuple[Layout, ...]:
    """List the ways to read a shape, best first; most have one, those that are no time none.

    Examples
    --------
    >>> layouts_of("00-MMM-0000 00:00")[0].form
    'month-name'
    >>> [layout.form for layout in layouts_of("000000000000")]
    ['compact', 'epoch-ms']
    """
    found = []
    for form, pattern in _CATALOGUE:
        match = pattern.fullmatch(shape)
        if match:
            layout = _layout(form, match)
            found.append(layout)
            break
    epoch = _epoch(shape)
    return (*found, *((epoch,) if epoch else ()))


def named_layout(name: str, shape: str) -> Layout | None:
    """Read a shape as one of the formats that users ask for by name: `iso`, `epoch-s`, `excel`."""
    if name == "iso":
        for layout in layouts_of(shape):
            if layout.form == FORM_YEAR_FIRST:
                return layout
            if layout.form == FORM_COMPACT:
                return _with_form(layout, FORM_YEAR_FIRST)
        return None
    match = re.fullmatch(
        r"(?P<offset_sign>-?)(?P<units>0{1,19})(?:[.,](?P<decimals>0{1,18}))?", shape
    )
    if match is None or (name == "excel" and match["offset_sign"]):
        return None
    return Layout(name, _spans(match), has_offset=name != "excel")


def _with_form(layout: Layout, form: str) -> Layout:
    return Layout(form, layout.spans, layout.clock, layout.has_offset, layout.month_is_word)


def _layout(form: str, match: re.Match[str]) -> Layout:
    spans = _spans(match)
    groups = match.groupdict()
    if groups.get("millis"):
        spans["fraction"] = _span(match, "millis")
    if form == "numeric":
        form = f"numeric {groups['sep']} {4 if len(groups['c']) == 4 else 2}"
    elif form == FORM_COMPACT and (groups["joint"] or groups["utc"] or groups["offset_sign"]):
        form = FORM_YEAR_FIRST  # 20260131T091405Z cannot be anything else
    return Layout(
        form,
        spans,
        clock=None if "hour" not in spans else "12" if "half" in spans else "24",
        has_offset=bool(groups.get("utc") or groups.get("offset_sign")),
        month_is_word=form == FORM_NAMED,
    )


def _spans(match: re.Match[str]) -> dict[str, Span]:
    """Where the named groups of a match stand, as far as they took part and are not empty."""
    named = match.re.groupindex
    return {part: _span(match, part) for part in _PARTS if part in named and match[part]}


def _span(match: re.Match[str], part: str) -> Span:
    start, end = match.span(part)
    return start, end - start


# Seconds have 9 or 10 digits from 1973 to 2286, and so on; shorter numbers are just numbers.
_EPOCH_DIGITS = {9: "epoch-s", 10: "epoch-s", 12: "epoch-ms", 13: "epoch-ms"} | {
    15: "epoch-us",
    16: "epoch-us",
    18: "epoch-ns",
    19: "epoch-ns",
}


def _epoch(shape: str) -> Layout | None:
    match = re.fullmatch(r"(?P<units>0{9,19})(?:[.,](?P<decimals>0{1,9}))?", shape)
    if match is None:
        return None
    name = _EPOCH_DIGITS.get(len(match["units"]))
    if name is None or (match["decimals"] and name not in {"epoch-s", "epoch-ms"}):
        return None
    return Layout(name, _spans(match), has_offset=True)


# --- explicit patterns -------------------------------------------------------------------------

_DIRECTIVES = {
    "Y": r"(?P<year>0000)",
    "y": r"(?P<year>00)",
    "m": r"(?P<month>00?)",
    "d": r"(?P<day>00?)",
    "e": r"(?P<day>00?)",
    "b": r"(?P<month>[MX]+)",
    "B": r"(?P<month>[MX]+)",
    "h": r"(?P<month>[MX]+)",
    "a": r"[WX]+",
    "A": r"[WX]+",
    "H": r"(?P<hour>00?)",
    "I": r"(?P<hour>00?)",
    "M": r"(?P<minute>00?)",
    "S": r"(?P<second>00?)",
    "f": r"(?P<fraction>0{1,12})",
    "p": r"(?P<half>P+)",
    "z": r"(?:(?P<utc>Z+)|(?P<offset_sign>[-+])(?P<offset_hours>00):?(?P<offset_minutes>00)?)",
    "Z": r"(?:(?P<utc>Z+)|(?P<zone>N+))",
    "%": "%",
}
_SHORTHANDS = {"%T": "%H:%M:%S", "%F": "%Y-%m-%d", "%D": "%m/%d/%y", "%R": "%H:%M"}
_MONTH_WORDS = frozenset("bBh")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A strptime pattern that the user gave; `shapes` is None where only strptime knows it."""

    text: str
    shapes: re.Pattern[str] | None
    month_is_word: bool
    has_offset: bool  # %z

    def layout(self, shape: str) -> Layout | None:
        """Read a shape by the pattern, or find that it does not fit."""
        match = self.shapes.fullmatch(shape) if self.shapes else None
        if match is None:
            return None
        spans = _spans(match)
        groups = match.groupdict()
        return Layout(
            FORM_PATTERN,
            spans,
            clock=None if "hour" not in spans else "12" if "half" in spans else "24",
            has_offset=bool(groups.get("utc") or groups.get("offset_sign")),
            month_is_word=self.month_is_word,
        )


@lru_cache(maxsize=64)
def compile_pattern(text: str) -> Pattern:
    """Compile a strptime pattern.

    Padding is optional and month names may be in any of the languages of `words`.

    Raises
    ------
    UsageError
        Not a pattern, an unknown directive, or one that does not give a whole date.
    """
    expanded = text
    for shorthand, meaning in _SHORTHANDS.items():
        expanded = expanded.replace(shorthand, meaning)
    _check(text, expanded)
    directives = re.findall(r"%(.)", expanded)
    half_known = ("I" in directives) == ("p" in directives)
    return Pattern(
        expanded,
        _compile(expanded) if half_known else None,
        month_is_word=any(directive in _MONTH_WORDS for directive in directives),
        has_offset="z" in directives,
    )


def _check(text: str, expanded: str) -> None:
    names = ", ".join(NAMED_FORMATS)
    if "%" not in text:
        raise UsageError(
            f"unknown time format {show(text)}",
            mend=f"use one of {names}, or a pattern such as '%d.%m.%Y %H:%M'",
            code="bad-time-format",
        )
    try:
        datetime.strptime("", _as_strptime(expanded))  # noqa: DTZ007  (only the pattern is checked)
    except (ValueError, re.error) as error:
        if "does not match" not in str(error) and "unconverted" not in str(error):
            raise UsageError(
                f"time format {show(text)} is not a pattern: {show(str(error))}",
                mend="the directives are those of Python's strptime: %Y %m %d %H %M %S %z",
                code="bad-time-format",
            ) from None
    found = set(re.findall(r"%(.)", expanded))
    whole = found & set("YyG") and (
        (found & set("de") and found & set("mbBh")) or found & set("jUWV")
    )
    if not whole and not found & set("cx"):
        raise UsageError(
            f"time format {show(text)} does not give year, month and day",
            mend="for example '%d.%m.%Y %H:%M'",
            code="bad-time-format",
        )


def _as_strptime(expanded: str) -> str:
    """Replace what strptime does not know on every system."""
    return expanded.replace("%e", "%d").replace("%h", "%b")


def _compile(expanded: str) -> re.Pattern[str] | None:
    """Translate to a regular expression over shapes; None where a part of it has no translation."""
    parts: list[str] = []
    for piece in re.findall(r"%.|\s+|.", expanded, re.DOTALL):
        if piece[0] == "%":
            if piece[1] not in _DIRECTIVES:
                return None
            parts.append(_DIRECTIVES[piece[1]])
        elif piece.isspace():
            parts.append(r"\s+")
        elif piece.isdigit() or (piece.isalpha() and piece not in "TZ") or not piece.isascii():
            return None
        else:
            parts.append(re.escape(piece))
    try:
        return re.compile("".join(parts))
    except re.error:  # a directive that stands twice
        return None
