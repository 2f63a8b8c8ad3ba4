"""Which files of a folder or an archive may be logs, by their first bytes and their endings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
LOOK = 512  # bytes that tell what may be a log
MAX_MEMBERS = 10_000

_LOG_ENDINGS = frozenset(
    {".csv", ".tsv", ".tab", ".dsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet"}
    | {".pq", ".json", ".ndjson", ".jsonl", ".xes", ".xml", ".gz", ".zst", ".zip"}
)
_PROSE = ".txt"  # the ending of some tables, and of more notes to the reader
_STARTS = (b"{", b"[", b"<?xml", b"PAR1", GZIP, ZSTD, b"SQLite format 3\0")  # where no ending tells
_DATABASE = b"SQLite format 3\0"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"ARROW1", "an Arrow file"),
)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file beside the logs of a folder or an archive that was not read."""

    name: str
    why: str  # follows the name: "is empty"


def looks_like(head: bytes) -> str | None:
    """Name the kind of a file that can't be a log, by its first bytes; None if it may be one.

    Examples
    --------
    >>> looks_like(b"%PDF-1.7")
    'a PDF document'
    """
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return None


def files_below(folder: Path, passed: list[PassedOver]) -> list[Path]:
    """List regular files, sorted by their paths; links may lead anywhere, round in circles too."""
    found: list[Path] = []
    left = [folder]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                here = [each for each in entries if not hidden(each.name)]
        except OSError as error:
            raise unreadable(error.filename or str(folder), error) from error
        for entry in here:
            if entry.is_symlink():
                passed.append(PassedOver(entry.path, "is a link"))
            elif entry.is_dir():
                left.append(Path(entry.path))
            elif entry.is_file():
                found.append(Path(entry.path))
            else:
                passed.append(PassedOver(entry.path, "is no file"))
        if len(found) + len(left) + len(passed) > MAX_MEMBERS:
            raise InputError(
                f"holds more than {MAX_MEMBERS:,} files",
                where=Place(str(folder)),
                mend="name the files to read, or the folder that only they are in",
                code="folder",
            )
    passed.sort(key=lambda each: each.name)
    return sorted(found)


def hidden(name: str) -> bool:
    """Whether a system keeps a file of this name for itself."""
    if name.startswith("~$"):  # an office program has the file open
        return True
    return (name.startswith(".") and name not in {".", ".."}) or name == "__MACOSX"


def logs_among(
    names: Iterable[str], head: Callable[[str], bytes], passed: list[PassedOver]
) -> list[str]:
    """Choose the files that may be logs, by ending and first bytes; name the others in `passed`.

    Text is taken for a table if its ending says so. `.txt` does only where nothing else is a log.
    """
    there = sorted(names)
    if len(there) == 1:
        return there  # it is meant, whatever it is
    left: list[str] = []
    prose: list[str] = []
    chosen: list[str] = []
    for name in there:
        first = head(name)
        ending = Path(name).suffix.lower()
        kind = looks_like(first)
        if not first:
            passed.append(PassedOver(name, "is empty"))
        elif kind is not None and not first.startswith(_DATABASE):
            passed.append(PassedOver(name, f"is {kind}"))
        elif ending == _PROSE:
            prose.append(name)
        elif ending in _LOG_ENDINGS or first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_STARTS):
            chosen.append(name)
        else:
            left.append(name)
    taken = chosen or prose or left
    others = sorted({*prose, *left}.difference(taken))
    passed += [PassedOver(name, "is no kind of log") for name in others]
    return taken


def unreadable(name: str, error: Exception) -> InputError:
    """Say why the system does not let a file be read."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputError(f"cannot be read: {reason}", where=Place(name), code="unreadable")
