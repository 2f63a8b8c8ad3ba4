"""How many columns of a terminal a text takes: two for CJK and emoji, none for accents."""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """Count terminal columns.

    Examples
    --------
    >>> display_width("Close"), display_width("解決"), display_width("e\u0301")
    (5, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill up with blanks to a display width; longer text stays whole."""
    blanks = " " * max(0, width - display_width(text))
    return blanks + text if right else text + blanks


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
