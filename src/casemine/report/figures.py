"""How figures are written for people: counts, shares, points in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.timing import format_duration

if TYPE_CHECKING:
    from datetime import datetime

    from casemine.model.timing import Timing

DASH = "–"


def count(number: int) -> str:
    """Write a whole number with a comma between thousands.

    Examples
    --------
    >>> count(1452)
    '1,452'
    """
    return f"{number:,}"


def share(part: float | None) -> str:
    """Write a share of 0 to 1 in percent; what is not nothing or all never looks like it.

    Examples
    --------
    >>> [share(x) for x in (0, 0.0001, 0.0253, 0.9999, 1, None)]
    ['0.0 %', '<0.1 %', '2.5 %', '>99.9 %', '100.0 %', '–']
    """
    if part is None:
        return DASH
    if 0 < part < 0.0005:
        return "<0.1 %"
    if 0.9995 <= part < 1:
        return ">99.9 %"
    return f"{part * 100:.1f} %"


def of(part: float, whole: float) -> float | None:
    """Divide, None where there is nothing to divide by."""
    return part / whole if whole else None


def moment(when: datetime | None) -> str:
    """Write a point in time to the second with its offset, without needless zeros.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> moment(datetime(2026, 5, 31, 9, 30, tzinfo=UTC))
    '2026-05-31 09:30:00 UTC'
    """
    if when is None:
        return DASH
    text = when.isoformat(sep=" ", timespec="milliseconds" if when.microsecond else "seconds")
    return text.replace("+00:00", " UTC")


def day(when: datetime | None) -> str:
    """Write the day alone."""
    return DASH if when is None else when.date().isoformat()


def spread(timing: Timing, *names: str) -> str:
    """Write some statistics of spans: `min`, `median`, `mean`, `p90`, `max`, `total`.

    Examples
    --------
    >>> from casemine.model.timing import Timing
    >>> spread(Timing(2, 60.0, 90.0, 90.0, 114.0, 120.0, 180.0), "median", "max")
    'median 1.5 min, max 2 min'
    """
    return ", ".join(f"{name} {format_duration(getattr(timing, name + '_s'))}" for name in names)


def size(number: int) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> size(512), size(1_500_000), size(23_456_789_012)
    ('512 B', '1.5 MB', '23 GB')
    """
    amount, unit = float(number), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            break
        amount /= 1000
    return f"{amount:.1f} {unit}" if amount < 10 and unit != "B" else f"{amount:.0f} {unit}"
