"""Words that attributes are compared with: a word, `/a regular expression/`, `*` for any value.

Words are compared as a whole, without regard to case and outer blanks; regular expressions are
searched for anywhere in the value. Mappings are written the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ANY = "*"


def plain(word: str) -> str:
    """Write a word as it is compared.

    Examples
    --------
    >>> plain(" In Progress ")
    'in progress'
    """
    return word.strip().casefold()


def column_key(name: str) -> str:
    """Write the name of a column as it is compared: separators are alike.

    Examples
    --------
    >>> column_key("Contact-Type"), column_key("case:contact_type")
    ('contact type', 'contact type')
    """
    return " ".join(re.sub(r"[\W_]+", " ", plain(name).removeprefix("case:")).split())


@dataclass(frozen=True, slots=True)
class Words:
    """Several values, one of which must fit; `written` keeps them for messages."""

    written: tuple[str, ...]
    words: frozenset[str]
    expressions: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """Compile; `re.error` where an expression is broken.

        Examples
        --------
        >>> fits = Words.of(["Open", "/^wait/"]).fit
        >>> [fits(word) for word in ("open", "Waiting on vendor", "Reopened", None, "")]
        [True, True, False, False, False]
        >>> Words.of(["*"]).fit("anything"), Words.of(["*"]).fit(" ")
        (True, False)
        """
        given = tuple(texts)
        slashed = [one for one in given if len(one) > 2 and one[0] == one[-1] == "/"]
        return cls(
            given,
            frozenset(plain(one) for one in given if one not in slashed),
            tuple(re.compile(one[1:-1], re.IGNORECASE) for one in slashed),
        )

    def fit(self, value: str | None) -> bool:
        """Whether a value fits; no value and an empty text never do."""
        if value is None or not value.strip():
            return False
        known = plain(value)
        if ANY in self.words or known in self.words:
            return True
        return any(expression.search(value) for expression in self.expressions)


def named_by(table: Mapping[str, Words], value: str | None) -> str | None:
    """Find the first name whose words fit a value.

    Examples
    --------
    >>> table = {"critical": Words.of(["1", "/critical/"]), "high": Words.of(["2", "/high/"])}
    >>> named_by(table, "1 - Critical"), named_by(table, "2"), named_by(table, "whatever")
    ('critical', 'high', None)
    """
    return next((name for name, words in table.items() if words.fit(value)), None)
