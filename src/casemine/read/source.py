"""From what the user named (paths, `-`, folders, archives) to the readable members inside.

gzip, zip and Zstandard are known by their first bytes, whatever the ending says, and may hold each
other one level deep. Every stream can be opened again from the start, so that a reader may look
first and read later. A member that unpacks to absurdly more than went in is refused on the way,
before it fills memory. What a folder or an archive holds beside logs is passed over by name.
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
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

from casemine.errors import InputError, Place, show
from casemine.model.intake import Note
from casemine.read.member import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from typing_extensions import Buffer

GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK"
HEAD = 1 << 16  # bytes that importers are shown
LOOK = 512  # bytes that tell what may be a log
_UNKNOWN = b"?"  # for bytes that could not be looked at

# Logs as text shrink 5 to 100 times; only a file made to do harm passes both bounds.
BOMB_BYTES = 256 << 20
BOMB_RATIO = 200
MAX_MEMBERS = 10_000
LISTED = 6  # files that a message names

_LOG_ENDINGS = frozenset(
    {".csv", ".tsv", ".tab", ".dsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet"}
    | {".pq", ".json", ".ndjson", ".jsonl", ".xes", ".xml", ".gz", ".zst", ".zip"}
)
_PROSE = ".txt"  # the ending of some tables, and of more notes to the reader
_STARTS = (b"{", b"[", b"<?xml", b"PAR1", GZIP, ZSTD, b"SQLite format 3\0")  # where no ending tells
_DATABASE = b"SQLite format 3\0"
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


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file beside the logs of a folder or an archive that was not read."""

    name: str
    why: str  # follows the name: "is empty"


@dataclass(frozen=True, slots=True)
class Contents:
    """The readable members of what the user named, and what lay beside them."""

    members: tuple[Member, ...]
    passed_over: tuple[PassedOver, ...] = ()

    def notes(self) -> tuple[Note, ...]:
        """Name what was passed over; nothing where nothing was."""
        count = len(self.passed_over)
        if not count:
            return ()
        listed = ", ".join(f"{show(each.name)} {each.why}" for each in self.passed_over[:LISTED])
        more = f" and {count - LISTED:,} more" if count > LISTED else ""
        files = "1 file" if count == 1 else f"{count:,} files"
        return (Note("files-passed-over", f"{files} not read: {listed}{more}", count),)


def members_of(source: str | Path | Sequence[str | Path]) -> tuple[Member, ...]:
    """List the readable members of what the user named, as `contents_of` finds them."""
    return contents_of(source).members


def contents_of(source: str | Path | Sequence[str | Path]) -> Contents:
    """Look for readable members in what the user named.

    Parameters
    ----------
    source : path, `-`, or several of them
        `archive.zip:member.csv` names one member of an archive. A folder is taken with all that
        is below it but hidden files and links, in the order of the names.

    Raises
    ------
    InputError
        Something is missing, empty, damaged, encrypted or no kind of log, or there are too many
        files. Beside logs, what is empty or no kind of log is passed over instead.
    """
    named = [source] if isinstance(source, str | Path) else list(source)
    if not named:
        raise InputError("no file was given to read")
    passed: list[PassedOver] = []
    found: list[Member] = []
    for name in named:
        found += _members_of_one(str(name), passed)
    return Contents(tuple(found), tuple(passed))


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


def _members_of_one(name: str, passed: list[PassedOver]) -> list[Member]:
    if name == "-":
        return _unwrap(_spooled(sys.stdin.buffer), passed)
    path = Path(name)
    inner = None
    if ":" in name and not path.exists():
        before, _, after = name.rpartition(":")
        if Path(before).is_file():
            path, inner = Path(before), after
    if path.is_dir():
        return _members_of_folder(path, passed)
    member = _plain(path, name)
    members = _unwrap(member, passed, only=inner)
    return [replace(each, mtime=member.mtime) for each in members]


def _plain(path: Path, name: str) -> Member:
    try:
        state = path.stat()
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise InputError("no such file", where=Place(name), code="no-such-file") from None
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    return Member(str(path), partial(_open_plain, str(path)), state.st_size, state.st_mtime)


def _members_of_folder(folder: Path, passed: list[PassedOver]) -> list[Member]:
    """Take what looks like a log from a folder and those below it, archives unpacked."""
    found = _files_below(folder, passed)
    members = {str(path): _plain(path, str(path)) for path in found}
    found_there: list[Member] = []
    for name in _logs_among(members, lambda each: head_of(members[each], LOOK), passed):
        inside = _unwrap(members[name], passed, depth=1)
        mtime = members[name].mtime
        found_there += [replace(each, mtime=mtime, found_in=str(folder)) for each in inside]
    if not found_there:
        raise InputError(
            "is a folder without logs",
            where=Place(str(folder)),
            mend=_said(passed) or "it holds no files",
            code="folder",
        )
    return found_there


def _files_below(folder: Path, passed: list[PassedOver]) -> list[Path]:
    """List regular files, sorted by their paths; links may lead anywhere, round in circles too."""
    found: list[Path] = []
    left = [folder]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                here = [each for each in entries if not _hidden(each.name)]
        except OSError as error:
            raise _unreadable(error.filename or str(folder), error) from error
        for entry in here:
            if entry.is_symlink():
                passed.append(PassedOver(entry.path, "is a link"))
            elif entry.is_dir():
                left.append(Path(entry.path))
            elif entry.is_file():
                found.append(Path(entry.path))
        if len(found) > MAX_MEMBERS:
            raise InputError(
                f"holds more than {MAX_MEMBERS:,} files",
                where=Place(str(folder)),
                mend="name the files to read, or the folder that only they are in",
                code="folder",
            )
    passed.sort(key=lambda each: each.name)
    return sorted(found)


def _hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _logs_among(
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


def _said(passed: Sequence[PassedOver]) -> str | None:
    return next((note.text for note in Contents((), tuple(passed)).notes()), None)


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


_spools: list[tuple[BinaryIO, Member]] = []  # the last one: a stream can be read only once


def _spooled(stream: BinaryIO) -> Member:
    if not _spools or _spools[0][0] is not stream:
        try:
            spool = _Spool(stream)
        except OSError as error:
            raise _unreadable("<stdin>", error) from error
        _spools[:] = [(stream, Member("<stdin>", spool, spool.size))]
    return _spools[0][1]


def _unwrap(
    member: Member, passed: list[PassedOver], *, depth: int = 0, only: str | None = None
) -> list[Member]:
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
        return _unwrap(_unpacked(member, _gunzip), passed, depth=depth + 1)
    if head.startswith(ZSTD):
        return _unwrap(_unpacked(member, _unzstd), passed, depth=depth + 1)
    if container:
        return _unzip(member, passed, depth, only)
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


def _unzip(member: Member, passed: list[PassedOver], depth: int, only: str | None) -> list[Member]:
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
        chosen = _choose(archive, only, member.name, passed)
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
            found_in=member.name if only is None else None,
        )
        found += [
            replace(each, found_in=inner.found_in)
            for each in _unwrap(inner, passed, depth=depth + 1)
        ]
    return found


def _choose(
    archive: zipfile.ZipFile, only: str | None, name: str, passed: list[PassedOver]
) -> list[zipfile.ZipInfo]:
    """Pick the wanted member, or those that may be logs."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if only is not None:
        wanted = [info for info in infos if info.filename == only]
        if not wanted:
            raise InputError(f"has no member {show(only)}", where=Place(name), mend=_listing(infos))
        return wanted
    by_name: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        if not any(map(_hidden, info.filename.split("/"))):
            by_name.setdefault(info.filename, []).append(info)
    if not by_name:
        raise InputError("is an empty archive", where=Place(name), code="empty-file")

    def head(inner: str) -> bytes:
        info = by_name[inner][0]
        if info.flag_bits & 1:
            return _UNKNOWN
        try:
            with archive.open(info) as stream:
                return stream.read(LOOK)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, zlib.error, EOFError):
            return _UNKNOWN  # whoever reads it will say what is wrong

    beside: list[PassedOver] = []
    chosen = _logs_among(by_name, head, beside)
    passed += [replace(each, name=f"{name}:{each.name}") for each in beside]
    return [info for inner in chosen for info in by_name[inner]]


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
