"""Checks of what stands in a mapping file; each failure names the file and what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from casemine.errors import InputError, Place, show
from casemine.mapping.patterns import Patterns
from casemine.model.words import near

if TYPE_CHECKING:
    from collections.abc import Mapping


class Checks:
    """Checks within one file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def table(
        self, found: dict[str, Any], section: str, keys: tuple[str, ...] | None
    ) -> dict[str, Any]:
        """Look a section up; an empty table where it is missing."""
        table = found.get(section, {})
        if not isinstance(table, dict):
            self.fail(f"{section} is {show(table)}, not a table", mend=f"begin it with [{section}]")
        if keys is not None:
            self.known_keys(table, keys, f"[{section}]")
        return table

    def known_keys(self, table: Mapping[str, Any], keys: tuple[str, ...], what: str) -> None:
        """Refuse keys that are not known."""
        for key in table:
            if key not in keys:
                self.fail(
                    f"{what} knows no key {show(key)}{near(key, keys)}",
                    mend=f"known are {', '.join(keys)}",
                )

    def one_of(self, value: object, known: tuple[str, ...], what: str) -> str:
        """Refuse a word that is not known."""
        if not isinstance(value, str) or value not in known:
            self.fail(
                f"{what} is {show(value)}, which means nothing{near(value, known)}",
                mend=f"known are {', '.join(known)}",
            )
        return value

    def text_of(self, value: object, what: str) -> str:
        """Refuse what is no text."""
        if not isinstance(value, str):
            self.fail(f"{what} is {show(value)}, not a text")
        return value

    def texts(self, value: object, what: str) -> tuple[str, ...]:
        """One text or several; whole numbers and truths count as they are written."""
        given = value if isinstance(value, list | tuple) else [value]
        found = []
        for one in given:
            text = str(one).lower() if isinstance(one, bool) else one
            text = str(text) if isinstance(text, int) else text
            found.append(self.text_of(text, what))
        if not found:
            self.fail(f"{what} is an empty list")
        return tuple(found)

    def patterns(self, value: object, what: str) -> Patterns:
        """Compile one value or several."""
        texts = self.texts(value, what)
        try:
            return Patterns.of(texts)
        except re.error as error:
            self.fail(f"{what} is no regular expression: {error}")

    def fail(self, message: str, *, row: int | None = None, mend: str | None = None) -> NoReturn:
        """Raise the error of this file."""
        raise InputError(message, where=Place(self.path, row), mend=mend, code="bad-mapping")
