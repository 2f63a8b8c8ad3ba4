"""Values of conditions: a word, `/a regular expression/`, `*` for any value, `""` for none.

Words are compared as a whole, without regard to case and outer blanks. Regular expressions are
searched for anywhere in the value, without regard to case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY, NONE = "*", ""


def plain(word: str) -> str:
    """Write a word as it is compared.

    Examples
    --------
    >>> plain(" In Progress ")
    'in progress'
    """
    return word.strip().casefold()


def is_expression(text: str) -> bool:
    """Whether a value is a regular expression between slashes."""
    return len(text) > 2 and text[0] == text[-1] == "/"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Several values, one of which must fit."""

    words: frozenset[str]
    expressions: tuple[re.Pattern[str], ...]
    any: bool = False
    none: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> Patterns:
        """Compile; `re.error` where an expression is broken.

        Examples
        --------
        >>> fits = Patterns.of(["Open", "/^wait/"]).fit
        >>> [fits(word) for word in ("open", "Waiting on vendor", "Reopened", None)]
        [True, True, False, False]
        """
        given = list(texts)
        return cls(
            frozenset(plain(text) for text in given if not is_expression(text)) - {ANY, NONE},
            tuple(re.compile(text[1:-1], re.IGNORECASE) for text in given if is_expression(text)),
            any=ANY in given,
            none=NONE in given,
        )

    def fit(self, value: str | None) -> bool:
        """Whether a value fits; an empty text counts as no value."""
        if value is None or value == NONE:
            return self.none
        if self.any or plain(value) in self.words:
            return True
        return any(expression.search(value) for expression in self.expressions)


@dataclass(frozen=True, slots=True)
class WordTable:
    """What words mean: the first entry that fits, words before expressions.

    An entry may depend on a second value, as a state on its reason: then it is a table itself.
    What nothing fits is looked up in `base`.
    """

    words: dict[str, str | WordTable]
    expressions: tuple[tuple[re.Pattern[str], str | WordTable], ...]
    otherwise: str | WordTable | None = None
    base: WordTable | None = None

    @classmethod
    def of(
        cls, entries: Iterable[tuple[str, str | WordTable]], base: WordTable | None = None
    ) -> WordTable:
        """Compile; of a word that stands twice the first one counts."""
        words: dict[str, str | WordTable] = {}
        expressions = []
        otherwise = None
        for text, meaning in entries:
            if text == ANY:
                otherwise = otherwise or meaning
            elif is_expression(text):
                expressions.append((re.compile(text[1:-1], re.IGNORECASE), meaning))
            else:
                words.setdefault(plain(text), meaning)
        return cls(words, tuple(expressions), otherwise, base)

    def look_up(self, word: str | None, detail: str | None = None) -> str | None:
        """Say what a word means, with its detail where the entry asks for one.

        Examples
        --------
        >>> reasons = WordTable.of([("/caller/", "wait-user"), ("*", "pending")])
        >>> table = WordTable.of([("On Hold", reasons), ("/progress/", "working")])
        >>> table.look_up("on hold", "hold_reason=Awaiting Caller"), table.look_up("On Hold")
        ('wait-user', 'pending')
        >>> table.look_up("Work in Progress"), table.look_up("Gone")
        ('working', None)
        """
        found = self._entry(word)
        if isinstance(found, WordTable):
            found = found.look_up(detail)
        if found is None and self.base is not None:
            return self.base.look_up(word, detail)
        return found

    def known(self) -> tuple[str, ...]:
        """List the words that stand in the table as such, those of the base last."""
        return (*self.words, *(self.base.known() if self.base is not None else ()))

    def _entry(self, word: str | None) -> str | WordTable | None:
        if word is None or not word.strip():
            return self.otherwise
        found = self.words.get(plain(word))
        if found is not None:
            return found
        for expression, meaning in self.expressions:
            if expression.search(word):
                return meaning
        return self.otherwise
