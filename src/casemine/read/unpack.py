"""Compressed bytes as streams that stop at bombs and say in plain words what is damaged.

A file that unpacks to absurdly more than went in is refused on the way, before it fills memory.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

from casemine.errors import InputError, Place

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Logs as text shrink 5 to 100 times; only a file made to do harm passes both bounds.
BOMB_BYTES = 256 << 20
BOMB_RATIO = 200


def gunzip(packed: BinaryIO) -> BinaryIO:
    """Unpack gzip, of several members too."""
    return cast("BinaryIO", gzip.GzipFile(fileobj=packed))


def unzstd(packed: BinaryIO) -> BinaryIO:
    """Unpack Zstandard."""
    return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd"))


def guarded(
    unpacked: BinaryIO, packed: BinaryIO | None, name: str, *, packed_size: int = 0
) -> BinaryIO:
    """Watch over a stream that is unpacked from another; closing it closes both.

    Where the other stays open for other members, None and the bytes that this one has there.
    """
    raw = _Guarded(unpacked, packed, name, packed_size)
    return cast("BinaryIO", io.BufferedReader(raw, 1 << 18))


class _Guarded(io.RawIOBase):
    """A decompressing stream that stops at bombs and says in plain words what is damaged."""

    def __init__(
        self, unpacked: BinaryIO, packed: BinaryIO | None, name: str, packed_size: int
    ) -> None:
        self._unpacked, self._packed, self._name, self._out = unpacked, packed, name, 0
        self._packed_size = packed_size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        try:
            part = self._unpacked.read(len(view))
            if self._out + len(part) > BOMB_BYTES:
                self._stop_at_bomb(self._out + len(part))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, pa.ArrowException) as error:
            raise damaged(self._name, error) from error
        view[: len(part)] = part
        self._out += len(part)
        return len(part)

    def _stop_at_bomb(self, out: int) -> None:
        went_in = self._packed_size if self._packed is None else self._packed.tell()
        if out > BOMB_RATIO * max(went_in, 1):
            raise bomb(self._name)

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
            if self._packed is not None:
                self._packed.close()
        super().close()


def damaged(name: str, error: Exception) -> InputError:
    """Say in plain words what a decompressor says in its own."""
    if isinstance(error, EOFError) or "ended before" in str(error) or "runcated" in str(error):
        return InputError(
            "is cut off: the compressed data end too early",
            where=Place(name),
            mend="transfer or export it again",
            code="truncated",
        )
    if isinstance(error, gzip.BadGzipFile) and "Not a gzipped" in str(error):
        return InputError(
            "has something after the end of the compressed data that is not compressed",
            where=Place(name),
            mend="transfer or export it again",
            code="damaged",
        )
    if "not a zip file" in str(error):
        return InputError(
            "is a zip archive without its table of contents: damaged or cut off",
            where=Place(name),
            mend="transfer or export it again",
            code="truncated",
        )
    return InputError(f"is damaged: {error}", where=Place(name), code="damaged")


def bomb(name: str) -> InputError:
    """Refuse what unpacks to absurdly more than went in."""
    return InputError(
        f"unpacks to more than {BOMB_RATIO} times its size, over {BOMB_BYTES >> 20} MB",
        where=Place(name),
        mend="unpack it yourself if it is meant to be that large",
        code="bomb",
    )
