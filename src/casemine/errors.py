"""What can go wrong, where it went wrong, and the exit code that says so.

The library raises; only the command line catches. A message is complete in its first line;
`mend` becomes the `help:` line under it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; the contract that CI jobs rely on."""

    DONE = 0
    DEVIATIONS = 1
    USAGE = 2
    INPUT = 3
    MISSING = 4
    BUG = 70
    INTERRUPTED = 130


def show(value: object, *, limit: int = 80) -> str:
    r"""Quote a value from outside for a message: control characters escaped, long text cut.

    Examples
    --------
    >>> show("a\x1b[31mb")
    "'a\\x1b[31mb'"
    """
    quoted = escape(repr(value) if isinstance(value, str) else str(value))
    return quoted if len(quoted) <= limit else quoted[: limit - 2] + "…'"


def escape(text: str) -> str:
    r"""Escape what could move a cursor or turn text around: control, format and lone surrogates.

    Examples
    --------
    >>> escape("ok\x07\u202e")
    'ok\\x07\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(
        char
        if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a source: file, physical line (or record) counted from 1, and column name."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        return escape(self.file) if self.row is None else f"{escape(self.file)}:{self.row}"


class CasemineError(Exception):
    """Base of every error that a user can mend.

    Parameters
    ----------
    message : str
        One complete sentence without the place and without a full stop.
    where : Place, optional
        Shown in front of the message.
    mend : str, optional
        How to put it right; shown as a `help:` line.
    code : str
        Stable name for machines, such as `bad-time`.
    """

    exit_code = ExitCode.INPUT

    def __init__(
        self,
        message: str,
        *,
        where: Place | None = None,
        mend: str | None = None,
        code: str | None = None,
        value: str | None = None,
        count: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.mend = mend
        self.code = code or _kebab(type(self).__name__)
        self.value = value
        self.count = count

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(CasemineError):
    """The command line or the configuration is wrong."""

    exit_code = ExitCode.USAGE


class InputError(CasemineError):
    """A log, mapping or flow cannot be read or used."""


class BadTimeError(InputError):
    """A value in a time column is not a time in the column's format."""


class AmbiguousError(InputError):
    """The data allow more than one reading and casemine will not guess."""


class OutputError(CasemineError):
    """A result could not be written; whatever was there before is still there."""


class MissingToolError(CasemineError):
    """An optional extra or an outside program that was asked for is not there."""

    exit_code = ExitCode.MISSING


def _kebab(name: str) -> str:
    """`BadTimeError` -> `bad-time`."""
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in name.removesuffix("Error"))
    return words.lstrip("-")
