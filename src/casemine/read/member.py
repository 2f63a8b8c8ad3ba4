"""One readable file: a path, a member of an archive, or what came on standard input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol


class Opener(Protocol):
    """Opens the decompressed bytes from the beginning, as often as wanted."""

    def __call__(self) -> BinaryIO:
        """Return a new stream; the caller closes it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file to read, whatever it was wrapped in; `name` is what messages call it."""

    name: str  # "export.csv", "dump.zip:tickets.csv", "<stdin>"
    open: Opener
    size: int | None = None  # of the decompressed bytes where known
    mtime: float | None = None
    found_in: str | None = None  # the folder or archive that was named instead of it

    @property
    def label(self) -> str:
        """The name inside the folder or archive; the whole name where there is none.

        Examples
        --------
        >>> Member("dump.zip:users/a.csv", open, found_in="dump.zip").label
        'users/a.csv'
        """
        if self.found_in is None:
            return self.name
        return self.name.removeprefix(self.found_in).lstrip(":/\\") or self.name
