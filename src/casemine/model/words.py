"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "case"), counted(1500, "case"), counted(2, "activity", "activities")
    ('1 case', '1,500 cases', '2 activities')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
