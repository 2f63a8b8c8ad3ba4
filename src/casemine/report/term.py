"""One entry of the glossary."""

from __future__ import annotations

from dataclasses import dataclass

BOOK = 'W.M.P. van der Aalst, "Process Mining: Data Science in Action", 2nd edition, Springer 2016'


@dataclass(frozen=True, slots=True)
class Term:
    """One entry."""

    name: str
    means: str
    formula: str = ""
    source: str = ""
    also: tuple[str, ...] = ()  # other words that lead here
