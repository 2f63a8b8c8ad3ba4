"""A table of a preset, whose keys are taken out one by one; what is left over was a mistake."""

from __future__ import annotations

import difflib
import re
from math import inf
from typing import TYPE_CHECKING, Any

from casemine.errors import InputError, Place, show

if TYPE_CHECKING:
    from collections.abc import Mapping


class Section:
    """Keys and values of one table; `title` is what messages call it."""

    def __init__(self, data: Mapping[str, Any], source: str, title: str) -> None:
        self._data = dict(data)
        self._asked: list[str] = []
        self._source = source
        self.title = title

    def error(self, message: str) -> InputError:
        """Make an error about this table."""
        return InputError(
            f"{self.title} {message}",
            where=Place(self._source),
            mend="docs/presets.md describes the language",
            code="bad-preset",
        )

    def names(self) -> tuple[str, ...]:
        """Keys that have not been taken."""
        return tuple(self._data)

    def peek(self, name: str) -> Any:
        """Look at a value and leave it."""
        return self._data.get(name)

    def take(self, name: str) -> Any:
        """Take a value out; None if there is none."""
        self._asked.append(name)
        return self._data.pop(name, None)

    def ask(self, names: tuple[str, ...]) -> None:
        """Remember names that could have been there, for a hint at a slip of the pen."""
        self._asked += names

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for name in self._data:
            close = difflib.get_close_matches(name, self._asked, 1)
            hint = f"; did you mean {show(close[0])}?" if close else ""
            raise self.error(f"has the unknown key {show(name)}{hint}")

    def maybe(self, name: str) -> str | None:
        """Take a text; numbers and truths become one."""
        value = self.take(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise self.error(f"needs a text as {name}")
        return value

    def text(self, name: str) -> str:
        """Take a text that must be there."""
        value = self.maybe(name)
        if not value:
            raise self.error(f"lacks {name}")
        return value

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = "") -> str | None:
        """Take one of several words; without a default it must be there."""
        value = self.maybe(name)
        if value is None:
            if default == "":
                raise self.error(f"lacks {name}: one of {', '.join(choices)}")
            return default
        if value not in choices:
            raise self.error(f"has {name} = {show(value)}; there are {', '.join(choices)}")
        return value

    def flag(self, name: str) -> bool:
        """Take a truth; false if it is not there."""
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            raise self.error(f"needs true or false as {name}")
        return bool(value)

    def number(self, name: str) -> int | None:
        """Take a whole number that is not negative."""
        value = self.take(name)
        if value is not None and (
            not isinstance(value, int) or isinstance(value, bool) or value < 0
        ):
            raise self.error(f"needs a whole number, not below 0, as {name}")
        return value

    def real(self, name: str) -> float:
        """Take a number that is not negative; 0 if it is not there."""
        value = self.take(name)
        if value is not None and (
            not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < inf
        ):
            raise self.error(f"needs a number, not below 0, as {name}")
        return float(value or 0)

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a text or a list of them."""
        value = self.take(name)
        return self._texts(value, name) if value is not None else ()

    def table(self, name: str) -> dict[str, str]:
        """Take a table of texts."""
        value = self.take(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(
            isinstance(each, str | int) for each in value.values()
        ):
            raise self.error(f"needs a table of texts as {name}")
        return {str(key): str(each) for key, each in value.items()}

    def section(self, name: str) -> Section:
        """Take a table; an empty one if it is not there."""
        value = self.take(name)
        if value is not None and not isinstance(value, dict):
            raise self.error(f"needs a table as {name}")
        return Section(value or {}, self._source, f"[{name}] of {self.title}")

    def sections(self, name: str) -> list[Section]:
        """Take a list of tables, written [[name]]."""
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.error(f"needs [[{name}]], a list of tables")
        return [
            Section(each, self._source, f"{name} {number} of {self.title}")
            for number, each in enumerate(value, 1)
        ]

    def spec(self, name: str) -> tuple[str, ...]:
        """Take a column, or several of which the first that has a value counts."""
        return self.texts(name)

    def specs(self, name: str, *, only: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
        """Take a table of columns; the names may be limited."""
        inner = self.section(name)
        if only:
            found = {key: inner.texts(key) for key in only if key in inner.names()}
            inner.ask(only)
            inner.finish()
            return found
        return {key: inner.texts(key) for key in inner.names()}

    def patterns(self, name: str) -> dict[str, tuple[str, ...]]:
        """Take conditions; regular expressions are tried out."""
        inner = self.section(name)
        found = {key: inner.texts(key) for key in inner.names()}
        for each in (pattern for patterns in found.values() for pattern in patterns):
            if is_regex(each):
                self._compiled(each[1:-1])
        return found

    def regex(self, name: str) -> str | None:
        """Take a regular expression."""
        value = self.maybe(name)
        if value is not None:
            self._compiled(value)
        return value

    def regexes(self, name: str) -> dict[str, str]:
        """Take a table of regular expressions with named groups."""
        found = self.table(name)
        for each in found.values():
            if not self._compiled(each).groupindex:
                raise self.error(f"splits by {show(each)}, which has no named group (?P<new>...)")
        return found

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        try:
            return re.compile(pattern)
        except re.error as error:
            raise self.error(f"has a bad pattern {show(pattern)}: {error}") from None

    def _texts(self, value: Any, name: str) -> tuple[str, ...]:
        several = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str | int | bool) for each in several):
            raise self.error(f"needs a text, or a list of texts, as {name}")
        return tuple(
            ("true" if each else "false") if isinstance(each, bool) else str(each)
            for each in several
        )


def is_regex(pattern: str) -> bool:
    """Whether a pattern is written between slashes."""
    return len(pattern) > 2 and pattern[0] == pattern[-1] == "/"
