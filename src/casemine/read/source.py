"""From what the user named (paths, `-`, archives) to the readable members inside.

gzip, zip and Zstandard are known by their first bytes, whatever the ending says, and may hold each
other one level deep. Every stream can be opened again from the start, so that a reader may look
first and read later. A member that unpacks to absurdly more than went in is refused on the way,
before it fills memory.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import tempfile
import weakref
import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

from casemine.errors import InputError, Place, show
from casemine.read.member import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Buffer

GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK"
HEAD = 1 << 16  # bytes that importers are shown

# Logs as text shrink 5 to 100 times; only a file made to do harm passes both bounds.
BOMB_BYTES = 256 << 20
BOMB_RATIO = 200
MAX_MEMBERS = 10_000

_LOG_ENDINGS = frozenset(
    {".csv", ".tsv", ".tab", ".dsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet"}
    | {".pq", ".json", ".ndjson", ".jsonl", ".xes", ".gz", ".zst", ".zip"}
)
_SHEETS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")  # inside XLSX, XLSB, ODS

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


def members_of(source: str | Path | Sequence[str | Path]) -> tuple[Member, ...]:
    """List the readable members of what the user named.

    Parameters
    ----------
    source : path, `-`, or several of them
        `archive.zip:member.csv` names one member of an archive.

    Raises
    ------
    InputError
        Something is missing, not a file, empty, damaged, encrypted or no kind of log.
    """
    named = [source] if isinstance(source, str | Path) else list(source)
    if not named:
        raise InputError("no file was given to read")
    found: list[Member] = []
    for name in named:
        found += _members_of_one(str(name))
    return tuple(found)


def head_of(member: Member, size: int = HEAD) -> bytes:
    """Read the first bytes of a member."""
    with member.open() as stream:
        return read_up_to(stream, size)


def read_up_to(stream: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, or all there are; a raw stream may hand over fewer at a time."""
    first = stream.read(size)
    if len(first) == size or not first:
        return first
    parts, got = [first], len(first)
    while got < size and (part := stream.read(size - got)):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


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


def _members_of_one(name: str) -> list[Member]:
    if name == "-":
        return _unwrap(_spooled(sys.stdin.buffer))
    path = Path(name)
    inner = None
    if ":" in name and not path.exists():
        before, _, after = name.rpartition(":")
        if Path(before).is_file():
            path, inner = Path(before), after
    if path.is_dir():
        raise InputError(
            "is a folder, not a file", where=Place(name), mend="name the files in it", code="folder"
        )
    try:
        state = path.stat()
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise InputError("no such file", where=Place(name), code="no-such-file") from None
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    member = Member(str(path), partial(_open_plain, str(path)), state.st_size, state.st_mtime)
    members = _unwrap(member, only=inner)
    return [_with_mtime(each, state.st_mtime) for each in members]


def _with_mtime(member: Member, mtime: float) -> Member:
    return Member(member.name, member.open, member.size, mtime)


def _unreadable(name: str, error: Exception) -> InputError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputError(f"cannot be read: {reason}", where=Place(name), code="unreadable")


def _open_plain(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(name, error) from error


class _Spool:
    """What came on a pipe, on disk, so that it can be read twice; gone with the last reader."""

    def __init__(self, stream: BinaryIO) -> None:
        handle, self.name = tempfile.mkstemp(prefix="casemine-", suffix=".stdin")
        weakref.finalize(self, Path(self.name).unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
            self.size = out.tell()

    def __call__(self) -> BinaryIO:
        return Path(self.name).open("rb", buffering=0)


def _spooled(stream: BinaryIO) -> Member:
    try:
        spool = _Spool(stream)
    except OSError as error:
        raise _unreadable("<stdin>", error) from error
    return Member("<stdin>", spool, spool.size)


def _unwrap(member: Member, *, depth: int = 0, only: str | None = None) -> list[Member]:
    """Open containers until plain files come out; `only` is the wanted member of a zip."""
    head = head_of(member, 4)
    if not head:
        raise InputError("is empty", where=Place(member.name), code="empty-file")
    container = head.startswith((GZIP, ZSTD, b"PK\x03\x04", b"PK\x05\x06"))
    if container and depth == 2:
        raise InputError(
            "holds archives inside archives",
            where=Place(member.name),
            mend="unpack it and name the logs in it",
        )
    if head.startswith(GZIP):
        return _unwrap(_unpacked(member, _gunzip), depth=depth + 1)
    if head.startswith(ZSTD):
        return _unwrap(_unpacked(member, _unzstd), depth=depth + 1)
    if container:
        return _unzip(member, depth, only)
    return [member]


def _unpacked(member: Member, unpack: Callable[[BinaryIO], BinaryIO]) -> Member:
    def opened() -> BinaryIO:
        packed = member.open()
        return _guarded(unpack(packed), packed, member.name)

    return Member(member.name, opened)


def _gunzip(packed: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=packed))


def _unzstd(packed: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd"))


def _unzip(member: Member, depth: int, only: str | None) -> list[Member]:
    with member.open() as stream, _archive(stream, member.name) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        names = {info.filename for info in infos}
        if len(infos) > MAX_MEMBERS:
            raise InputError(f"holds {len(infos):,} files", where=Place(member.name))
        if only is None and any(name in names for name in _SHEETS):
            return [member]
        if "[Content_Types].xml" in names:
            raise InputError(
                "is an office document without a table",
                where=Place(member.name),
                code="not-a-log",
            )
        chosen = _choose(infos, only, member.name)
        for info in chosen:
            if info.flag_bits & 1:
                raise InputError(
                    f"its member {show(info.filename)} is encrypted",
                    where=Place(member.name),
                    mend="unpack it with its password first",
                    code="encrypted",
                )
            if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * info.compress_size:
                raise _bomb(f"{member.name}:{info.filename}")
    found: list[Member] = []
    for info in chosen:
        inner = Member(
            f"{member.name}:{info.filename}",
            partial(_open_zipped, member, info),
            info.file_size,
        )
        if info.file_size or len(chosen) == 1:
            found += _unwrap(inner, depth=depth + 1)
    return found


def _choose(infos: list[zipfile.ZipInfo], only: str | None, name: str) -> list[zipfile.ZipInfo]:
    """Pick the members that are logs: by ending if any has a known one."""
    if only is not None:
        wanted = [info for info in infos if info.filename == only]
        if not wanted:
            raise InputError(f"has no member {show(only)}", where=Place(name), mend=_listing(infos))
        return wanted
    visible = [
        info
        for info in infos
        if not info.filename.startswith("__MACOSX/")
        and not Path(info.filename).name.startswith(".")
    ]
    known = [info for info in visible if Path(info.filename).suffix.lower() in _LOG_ENDINGS]
    tables = [info for info in known if not info.filename.lower().endswith(".txt")]
    chosen = tables or known or visible
    if not chosen:
        raise InputError("is an empty archive", where=Place(name), code="empty-file")
    return sorted(chosen, key=lambda info: info.filename)


def _listing(infos: list[zipfile.ZipInfo]) -> str:
    names = ", ".join(show(info.filename) for info in infos[:10])
    return f"it holds {names}" + (" and more" if len(infos) > 10 else "")


def _archive(stream: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise _damaged(name, error) from error


def _open_zipped(outer: Member, info: zipfile.ZipInfo) -> BinaryIO:
    """Open a member by its entry: by its name, a second one of that name would hide the first."""
    name = f"{outer.name}:{info.filename}"
    packed = outer.open()
    archive = _archive(packed, outer.name)
    try:
        stream = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        packed.close()
        raise _damaged(name, error) from error
    return _guarded(cast("BinaryIO", stream), packed, name)


def _guarded(unpacked: BinaryIO, packed: BinaryIO, name: str) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Guarded(unpacked, packed, name), 1 << 18))


class _Guarded(io.RawIOBase):
    """A decompressing stream that stops at bombs and says in plain words what is damaged."""

    def __init__(self, unpacked: BinaryIO, packed: BinaryIO, name: str) -> None:
        self._unpacked, self._packed, self._name, self._out = unpacked, packed, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        try:
            part = self._unpacked.read(len(view))
            if self._out + len(part) > BOMB_BYTES:
                self._stop_at_bomb(self._out + len(part))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, pa.ArrowException) as error:
            raise _damaged(self._name, error) from error
        view[: len(part)] = part
        self._out += len(part)
        return len(part)

    def _stop_at_bomb(self, out: int) -> None:
        if out > BOMB_RATIO * max(self._packed.tell(), 1):
            raise _bomb(self._name)

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
            self._packed.close()
        super().close()


def _damaged(name: str, error: Exception) -> InputError:
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


def _bomb(name: str) -> InputError:
    return InputError(
        f"unpacks to more than {BOMB_RATIO} times its size, over {BOMB_BYTES >> 20} MB",
        where=Place(name),
        mend="unpack it yourself if it is meant to be that large",
        code="bomb",
    )
