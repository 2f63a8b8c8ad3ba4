"""Whole files or none: write beside the target, flush to disk, then rename over it.

A crash, a full disk or a kill in the middle leaves the old file as it was.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from casemine.errors import OutputError, show

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Hand over a temporary path beside `target` that takes its place when the block succeeds.

    Raises
    ------
    OutputError
        The folder does not exist, is not writable, or the disk is full; `target` is untouched.
    """
    target = _behind_links(target)
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent
        )
        os.close(handle)
    except OSError as error:
        raise _cannot_write(target, error) from error
    part = Path(name)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(_mode_for(target))
        part.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def open_replacing(target: Path) -> Iterator[IO[bytes]]:
    """Like `replacing`, with the temporary file opened for writing bytes."""
    with replacing(target) as part, part.open("wb") as out:
        yield out


def write_text(target: Path, text: str) -> None:
    """Write UTF-8 text with the line ends it has."""
    with open_replacing(target) as out:
        out.write(text.encode("utf-8"))


def write_bytes(target: Path, data: bytes) -> None:
    """Write bytes, all or none."""
    with open_replacing(target) as out:
        out.write(data)


def _behind_links(target: Path) -> Path:
    """Replace the file that a link points to, not the link."""
    return target.resolve() if target.is_symlink() else target


def _mode_for(target: Path) -> int:
    """Keep the mode of the file that is replaced; a new one gets what the umask allows."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _cannot_write(target: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(
        f"cannot write {show(str(target), limit=1000)}: {reason}", code="cannot-write"
    )
