"""The cache of encoded logs: read once, found again by what the source is, opened in no time.

    <cache>/logs/paths/<key>      which entry belongs to these paths, sizes, modification times
    <cache>/logs/sizes/<key>/     there if any entry was made from sources of these sizes
    <cache>/logs/entries/<key>/   manifest.json, core.arrow, attributes.arrow, cases.arrow

An entry is named after the digest of its source and the way it was read, is written beside its
place and renamed into it, and never changes afterwards; so runs at the same time cannot harm each
other. Whatever is damaged, half written or foreign counts as not there. The five fixed columns
are stored uncompressed and mapped into memory, attributes are compressed and read when asked for
(docs/decisions/0002-store-format.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from casemine.log.columns import ACTIVITY, CASE, ENCODED, FIXED
from casemine.log.eventlog import EventLog
from casemine.log.intakefile import intake_from_data, intake_to_data
from casemine.model.intake import Note
from casemine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMAT = 1  # change it when entries of older versions must not be read any more
LIMIT = 10 << 30  # bytes; the least recently used entries beyond it are removed
SMALL = 20_000  # events; reading fewer takes less than a tenth of a second
_ABANDONED = 86_400.0  # seconds after which a half-written entry belongs to no run any more
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that files have not changed: absolute paths, sizes, modification times."""

    paths: tuple[str, ...]
    sizes: tuple[int, ...]
    modified: tuple[int, ...]  # nanoseconds

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Stamp | None:
        """Look at the files; None if one of them is not a regular file."""
        try:
            stats = [path.stat() for path in paths]
        except OSError:
            return None
        if not paths or not all(S_ISREG(stat.st_mode) for stat in stats):
            return None
        return cls(
            tuple(str(path.absolute()) for path in paths),
            tuple(stat.st_size for stat in stats),
            tuple(stat.st_mtime_ns for stat in stats),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names without folders: what messages and titles call the files."""
        return tuple(Path(path).name for path in self.paths)


def folder() -> Path:
    """Where entries live: $CASEMINE_CACHE_DIR, or `casemine` in the user's cache folder."""
    if chosen := os.environ.get("CASEMINE_CACHE_DIR"):
        return Path(chosen)
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "casemine"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "casemine" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "casemine"
    return Path.home() / ".cache" / "casemine"


def find(
    paths: Sequence[Path], options_key: str, *, columns: Sequence[str] | None = None
) -> EventLog | None:
    """Look for the log that these files made when they were read in the same way.

    Parameters
    ----------
    paths : sequence of Path
        In the order in which they were read.
    options_key : str
        Everything else that the log depends on, as text.
    columns : sequence of str, optional
        Attributes to load, of events and of cases; all where not given, none if empty. The fixed
        columns are always there.

    Returns
    -------
    EventLog or None
        None where there is none, or none that is whole.

    Notes
    -----
    The files are not opened as long as path, size and modification time are known. Otherwise they
    are hashed, provided that some entry was made from files of these sizes.
    """
    stamp = Stamp.of(paths)
    if stamp is None:
        return None
    try:
        root = _root()
        pointer = root / "paths" / _key(stamp, options_key)
        if pointer.is_file():
            name = pointer.read_text("ascii")
            log = _load(root / "entries" / _checked(name), columns)
            if log is not None:
                return log
        if not (root / "sizes" / _key(stamp.sizes, stamp.names, options_key)).is_dir():
            return None
        name = _entry_name(stamp, _digest(stamp.paths), options_key)
        log = _load(root / "entries" / name, columns)
        if log is not None:
            _point(pointer, name)
    except _BROKEN:
        return None
    return log


def save(
    log: EventLog, paths: Sequence[Path], options_key: str, *, seen: Stamp | None = None
) -> Note | None:
    """Keep a log for the next run.

    Parameters
    ----------
    seen : Stamp, optional
        What the files were like before they were read; if they changed since then, nothing is
        kept.

    Returns
    -------
    Note or None
        What went wrong, such as a full disk; never an error, since the log is there all the same.
    """
    stamp = Stamp.of(paths)
    if stamp is None or (seen is not None and seen != stamp) or len(log) < SMALL:
        return None
    try:
        root = _root()
        entries = root / "entries"
        for kind in (root / "paths", root / "sizes", entries):
            kind.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=entries))
        try:
            with ThreadPoolExecutor(1) as hashing:
                digest = hashing.submit(_digest, stamp.paths)
                _write(log, part)
            name = _entry_name(stamp, digest.result(), options_key)
            if Stamp.of(paths) != stamp:
                return None
            _settle(part, entries / name)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        (root / "sizes" / _key(stamp.sizes, stamp.names, options_key)).mkdir(exist_ok=True)
        _point(root / "paths" / _key(stamp, options_key), name)
        _shrink(root, keep=name)
    except (OSError, pa.ArrowException) as error:
        return Note("cache-not-written", f"the log could not be kept for the next run: {error}")
    return None


def size() -> int:
    """Bytes that the cache takes."""
    return sum(_size_of(path) for path in _root().rglob("*"))


def clear() -> int:
    """Remove every entry; return the bytes that are free now."""
    root = _root()
    before = size()
    for kind in ("paths", "sizes", "entries"):
        shutil.rmtree(root / kind, ignore_errors=True)
    with suppress(OSError):
        root.rmdir()
    return before - size()


def _root() -> Path:
    return folder() / "logs"


def _key(*parts: object) -> str:
    text = json.dumps([repr(part) for part in parts] + [_maker()])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


@cache
def _maker() -> str:
    """Name the code that reads logs: its version, and when its files last changed.

    Whoever works on a reader or a preset must not be served what it made yesterday.
    """
    package = Path(__file__).parents[1]
    files = [
        path.stat()
        for part in ("read", "log")
        for ending in ("py", "toml")
        for path in (package / part).rglob(f"*.{ending}")
    ]
    changed = max((file.st_mtime_ns for file in files), default=0)
    return f"{__version__} {FORMAT} {len(files)} {sum(file.st_size for file in files)} {changed}"


def _entry_name(stamp: Stamp, digest: str, options_key: str) -> str:
    return _key(digest, stamp.names, options_key)


def _checked(name: str) -> str:
    """Refuse the name of an entry that would lead out of the cache."""
    if len(name) != 40 or not name.isalnum():
        raise ValueError(name)
    return name


def _digest(paths: Iterable[str]) -> str:
    """SHA-256 of the contents one after another, with their lengths between them."""
    whole = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as source:  # noqa: PTH123 -- file_digest wants a file object
            whole.update(hashlib.file_digest(source, "sha256").digest())
    return whole.hexdigest()


def _point(pointer: Path, name: str) -> None:
    """Write which entry belongs to these files; a run at the same time writes the same."""
    pointer.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=".part-", dir=pointer.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(name)
        Path(part).replace(pointer)
    finally:
        Path(part).unlink(missing_ok=True)


def _settle(part: Path, entry: Path) -> None:
    """Move a whole entry to its place; one that is there and whole wins, one in pieces goes."""
    if entry.exists():
        if _manifest(entry) is not None and _load(entry, None) is not None:
            return
        shutil.rmtree(entry, ignore_errors=True)
    with suppress(OSError):  # another run was faster
        part.rename(entry)


def _write(log: EventLog, entry: Path) -> None:
    fixed = [name for name in FIXED if name in log.events.column_names]
    tables = {
        "core.arrow": (log.events.select(fixed), None),
        "attributes.arrow": (log.events.select(log.attributes), "lz4"),
    }
    if log.case_table is not None:
        tables["cases.arrow"] = (log.case_table, "lz4")
    files = {}
    for name, (table, compression) in tables.items():
        _write_table(table, entry / name, compression)
        files[name] = _fingerprint(entry / name)
    manifest = {
        "maker": _maker(),
        "source": log.source,
        "events": len(log),
        "columns": log.events.column_names,
        "files": files,
        "intake": intake_to_data(log.intake),
    }
    (entry / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def _write_table(table: pa.Table, path: Path, compression: str | None) -> None:
    """One file, one record batch: unified dictionaries, no chunks when it is read again."""
    options = pa.ipc.IpcWriteOptions(compression=compression)
    whole = table.unify_dictionaries().combine_chunks()
    with (
        pa.OSFile(str(path), "wb") as out,
        pa.ipc.new_file(out, whole.schema, options=options) as writer,
    ):
        writer.write_table(whole)


def _load(entry: Path, columns: Sequence[str] | None) -> EventLog | None:
    """Open an entry; None if anything about it is not as it was written."""
    manifest = _manifest(entry)
    if manifest is None:
        return None
    try:
        core = _open(entry, "core.arrow", manifest, None)
        wanted = [name for name in manifest["columns"] if columns is None or name in columns]
        if set(wanted) - set(FIXED):
            attributes = _open(entry, "attributes.arrow", manifest, columns)
            for name in attributes.column_names:
                core = core.append_column(attributes.schema.field(name), attributes.column(name))
            core = core.select([name for name in manifest["columns"] if name in core.column_names])
        cases = None
        if "cases.arrow" in manifest["files"]:
            asked = None if columns is None else [CASE, *columns]
            cases = _open(entry, "cases.arrow", manifest, asked)
        if any(core.schema.field(name).type != ENCODED for name in (CASE, ACTIVITY)):
            return None
        intake = intake_from_data(manifest["intake"])
        source = str(manifest["source"])
    except _BROKEN:
        return None
    with suppress(OSError):
        os.utime(entry / "manifest.json")
    return EventLog(core, source, intake, cases)


def _manifest(entry: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((entry / "manifest.json").read_text("utf-8"))
        whole = manifest["maker"] == _maker()
    except (*_BROKEN, RecursionError):
        return None
    return manifest if whole else None


def _open(
    entry: Path, name: str, manifest: dict[str, Any], columns: Sequence[str] | None
) -> pa.Table:
    """Map a file and check it against the manifest; only the pages that are used are read."""
    if manifest["files"][name] != _fingerprint(entry / name):
        raise ValueError(name)
    mapped = pa.memory_map(str(entry / name))  # lives as long as the table does
    if columns is None:
        return pa.ipc.open_file(mapped).read_all()
    names = pa.ipc.open_file(mapped).schema.names
    chosen = [names.index(one) for one in names if one in columns]
    if not chosen:
        return pa.table({})
    options = pa.ipc.IpcReadOptions(included_fields=chosen)
    return pa.ipc.open_file(mapped, options=options).read_all()


def _fingerprint(path: Path) -> list[int]:
    """Size, sum and exclusive or of a file as 64-bit words: the speed of memory, finds damage."""
    data = np.frombuffer(pa.memory_map(str(path)).read_buffer(), np.uint8)
    words = data[: len(data) // 8 * 8].view(np.uint64)
    rest = int(np.add.reduce(data[len(words) * 8 :], dtype=np.uint64))
    return [len(data), int(np.add.reduce(words)), int(np.bitwise_xor.reduce(words)), rest]


def _shrink(root: Path, keep: str) -> None:
    """Remove what is abandoned, then the least recently used entries beyond the limit."""
    entries = []
    for entry in (root / "entries").iterdir():
        with suppress(OSError):
            if entry.name.startswith(".part-"):
                if time.time() - entry.stat().st_mtime > _ABANDONED:
                    shutil.rmtree(entry, ignore_errors=True)
                continue
            taken = sum(_size_of(path) for path in entry.iterdir())
            entries.append(((entry / "manifest.json").stat().st_mtime, taken, entry))
    total = sum(taken for _, taken, _ in entries)
    for _, taken, entry in sorted(entries):
        if total <= LIMIT:
            break
        if entry.name != keep:
            shutil.rmtree(entry, ignore_errors=True)
            total -= taken
    for pointer in (root / "paths").iterdir():
        with suppress(*_BROKEN):
            if not (root / "entries" / _checked(pointer.read_text("ascii"))).is_dir():
                pointer.unlink()


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
