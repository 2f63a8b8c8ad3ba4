"""Numbers and lists in sentences, and the word that was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from casemine.errors import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "case"), counted(1500, "case"), counted(2, "activity", "activities")
    ('1 case', '1,500 cases', '2 activities')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(words: Sequence[str]) -> str:
    """Write words one after another.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def near(word: object, known: Iterable[str]) -> str:
    """Finish a message with the word that was probably meant.

    Examples
    --------
    >>> near("discovr", ["discover", "stats"]), near("xyz", ["stats"]), near(7, ["stats"])
    ("; did you mean 'discover'?", '', '')
    """
    if not isinstance(word, str):
        return ""
    by_plain = {one.casefold(): one for one in known}
    found = get_close_matches(word.casefold(), list(by_plain), n=1)
    return f"; did you mean {show(by_plain[found[0]])}?" if found else ""
