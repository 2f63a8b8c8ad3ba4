"""Spans of time in seconds: their statistics, and how they are written for people."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86400.0, 604800.0
_UNITS = (
    ("s", 1.0, MINUTE),
    ("min", MINUTE, HOUR),
    ("h", HOUR, DAY),
    ("d", DAY, 60 * DAY),
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Statistics of `n` spans in seconds; quantiles interpolate linearly between neighbours."""

    n: int
    min_s: float
    median_s: float
    mean_s: float
    p90_s: float
    max_s: float
    total_s: float


def format_duration(seconds: float | None) -> str:
    """Write a span for people: s, min, h, d, then wk; one decimal below 10, none above.

    Examples
    --------
    >>> [format_duration(s) for s in (0, 42, 95, 5400, 200_000, 9e6, -90, None)]
    ['0 s', '42 s', '1.6 min', '1.5 h', '2.3 d', '15 wk', '-1.5 min', '–']
    """
    if seconds is None:
        return "–"
    if seconds < 0:
        return "-" + format_duration(-seconds)
    for unit, size, below in _UNITS:
        number = _rounded(seconds / size)
        if number * size < below:
            return f"{number:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{_rounded(seconds / WEEK):,.1f}".removesuffix(".0") + " wk"


def format_hours(seconds: float | None) -> str:
    """Write working time for people: hours at most, as days of work differ in length.

    Examples
    --------
    >>> [format_hours(s) for s in (95, 5400, 200_000, 9e6, None)]
    ['1.6 min', '1.5 h', '56 h', '2,500 h', '–']
    """
    if seconds is None or abs(seconds) < HOUR:
        return format_duration(seconds)
    return f"{_rounded(seconds / HOUR):,.1f}".removesuffix(".0") + " h"


def _rounded(number: float) -> float:
    """Keep one decimal below 10, none above."""
    return round(number, 1) if round(number, 1) < 10 else float(round(number))
