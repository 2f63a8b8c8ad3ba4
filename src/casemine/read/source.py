"""From what the user named (paths, `-`, folders, archives) to the readable members inside.

gzip, zip and Zstandard are known by their first bytes, whatever the ending says, and may hold each
other one level deep. Every stream can be opened again from the start, so that a reader may look
first and read later. What a folder or an archive holds beside logs is passed over by name.
"""

from __future__ import annotations

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

from casemine.errors import InputError, Place, show
from casemine.model.intake import Note
from casemine.read.member import Member
from casemine.read.picking import (
    GZIP,
    LOOK,
    MAX_MEMBERS,
    ZSTD,
    PassedOver,
    files_below,
    hidden,
    logs_among,
    unreadable,
)
from casemine.read.unpack import (
    BOMB_BYTES,
    BOMB_RATIO,
    bomb,
    damaged,
    guarded,
    gunzip,
    unzstd,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD = 1 << 16  # bytes that importers are shown
_UNKNOWN = b"?"  # for bytes that could not be looked at

LISTED = 6  # files that a message names

_SHEETS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")  # inside XLSX, XLSB, ODS


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
        listed = ", ".join(
            f"{show(Path(each.name).name)} {each.why}" for each in self.passed_over[:LISTED]
        )
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
        raise unreadable(name, error) from error
    return Member(str(path), partial(_open_plain, str(path)), state.st_size, state.st_mtime)


def _members_of_folder(folder: Path, passed: list[PassedOver]) -> list[Member]:
    """Take what looks like a log from a folder and those below it, archives unpacked."""
    found = files_below(folder, passed)
    members = {str(path): _plain(path, str(path)) for path in found}
    found_there: list[Member] = []
    for name in logs_among(members, lambda each: head_of(members[each], LOOK), passed):
        inside = _unwrap(members[name], passed)
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


def _said(passed: Sequence[PassedOver]) -> str | None:
    return next((note.text for note in Contents((), tuple(passed)).notes()), None)


def _open_plain(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb", buffering=0)
    except OSError as error:
        raise unreadable(name, error) from error


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
            raise unreadable("<stdin>", error) from error
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
        return _unwrap(_unpacked(member, gunzip), passed, depth=depth + 1)
    if head.startswith(ZSTD):
        return _unwrap(_unpacked(member, unzstd), passed, depth=depth + 1)
    if container:
        return _unzip(member, passed, depth, only)
    return [member]


def _unpacked(member: Member, unpack: Callable[[BinaryIO], BinaryIO]) -> Member:
    def opened() -> BinaryIO:
        packed = member.open()
        return guarded(unpack(packed), packed, member.name)

    return Member(member.name, opened)


def _unzip(member: Member, passed: list[PassedOver], depth: int, only: str | None) -> list[Member]:
    archive = _Archive(member)
    infos = [info for info in archive.zip.infolist() if not info.is_dir()]
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
    chosen = _choose(archive.zip, only, member.name, passed)
    for info in chosen:
        if info.flag_bits & 1:
            raise InputError(
                f"its member {show(info.filename)} is encrypted",
                where=Place(member.name),
                mend="unpack it with its password first",
                code="encrypted",
            )
        if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * info.compress_size:
            raise bomb(f"{member.name}:{info.filename}")
    found: list[Member] = []
    for info in chosen:
        inner = Member(
            f"{member.name}:{info.filename}",
            partial(archive.open, info),
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
        if not any(map(hidden, info.filename.split("/"))):
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
    chosen = logs_among(by_name, head, beside)
    passed += [replace(each, name=f"{name}:{each.name}") for each in beside]
    return [info for inner in chosen for info in by_name[inner]]


def _listing(infos: list[zipfile.ZipInfo]) -> str:
    names = ", ".join(show(info.filename) for info in infos[:10])
    return f"it holds {names}" + (" and more" if len(infos) > 10 else "")


class _Archive:
    """A zip whose table of contents is read once, however many of its members are opened."""

    def __init__(self, outer: Member) -> None:
        self._outer = outer
        stream = outer.open()
        weakref.finalize(self, stream.close)
        try:
            self.zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise damaged(outer.name, error) from error

    def open(self, info: zipfile.ZipInfo) -> BinaryIO:
        """Open a member by its entry: by its name, a second one of that name would hide the first.

        The archive stays open with it; streams of several members may be read in turns.
        """
        name = f"{self._outer.name}:{info.filename}"
        try:
            stream = self.zip.open(info)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as error:
            raise damaged(name, error) from error
        size = info.compress_size  # as the archive says; it cannot hold more than it is long
        packed = size if self._outer.size is None else min(size, self._outer.size)
        return guarded(cast("BinaryIO", stream), None, name, packed_size=packed)
