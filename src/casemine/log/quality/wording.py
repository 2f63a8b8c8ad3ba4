"""How findings word their numbers; the looks of reports do the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from casemine.errors import show
from casemine.model.words import counted

if TYPE_CHECKING:
    from collections import Counter


def both(events: int, cases: int) -> str:
    """Write how many events in how many cases.

    Examples
    --------
    >>> both(12, 1)
    '12 events in 1 case'
    """
    return f"{counted(events, 'event')} in {counted(cases, 'case')}"


def verb(number: int, singular: str, plural: str) -> str:
    """Choose the form of a verb.

    Examples
    --------
    >>> verb(1, "has", "have"), verb(2, "has", "have")
    ('has', 'have')
    """
    return singular if number == 1 else plural


def percent(part: float, whole: float) -> str:
    """Write a share of two counts; what is not all or nothing never looks like it.

    Examples
    --------
    >>> percent(1, 8), percent(1, 10_000), percent(9_999, 10_000)
    ('12.5 %', '<0.1 %', '>99.9 %')
    """
    share = part / whole if whole else 0.0
    if 0 < share < 0.0005:
        return "<0.1 %"
    if 0.9995 <= share < 1:
        return ">99.9 %"
    return f"{share * 100:.1f} %"


def most_common(names: Counter[str], most: int = 3) -> str:
    """Write the most common names with their numbers, ties by name.

    Examples
    --------
    >>> from collections import Counter
    >>> most_common(Counter({"Open": 3, "Closed": 2000}))
    "'Closed' 2,000, 'Open' 3"
    """
    ranked = sorted((-number, name) for name, number in names.items())
    return ", ".join(f"{show(name)} {-less:,}" for less, name in ranked[:most])


def day(microseconds: int) -> str:
    """Write the day of a time, in UTC."""
    return _moment(microseconds).date().isoformat()


def second(microseconds: int) -> str:
    """Write a time to the second, in UTC."""
    return f"{_moment(microseconds):%Y-%m-%d %H:%M:%S} UTC"


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
