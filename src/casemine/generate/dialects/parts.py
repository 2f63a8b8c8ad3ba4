"""Where a dialect writes: several files at once, into a folder or a zip archive.

Each file goes out as it is made, so that the memory does not grow with the log. All appear when
the last is finished, or none does.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from casemine.atomic import open_replacing
from casemine.errors import OutputError, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the first that zip knows: the same bytes every day


class Parts:
    """Opens the files of one export."""

    def __init__(self, open_part: Callable[[str], IO[bytes]], stack: ExitStack) -> None:
        self._open, self._stack = open_part, stack

    def table(
        self,
        name: str,
        header: Iterable[str],
        *,
        line_end: str = "\r\n",
        quote_all: bool = False,
        delimiter: str = ",",
    ) -> Callable[[Iterable[object]], object]:
        """Open a CSV file and hand over what writes a row to it."""
        writer = csv.writer(
            self._text(name),
            delimiter=delimiter,
            lineterminator=line_end,
            quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        )
        writer.writerow(header)
        return writer.writerow

    def objects(
        self,
        name: str,
        key: str,
        *,
        before: dict[str, object] | None = None,
        after: Callable[[int], dict[str, object]] | None = None,
    ) -> Callable[[object], None]:
        """Open a JSON object that holds an array, and hand over what adds a record to the array.

        Other members stand `before` it or `after` it; the latter are told the number of records.
        """
        out = self._text(name)
        head = "".join(f"{_json(one)}: {_json(value)}, " for one, value in (before or {}).items())
        out.write(f"{{{head}{_json(key)}: [")
        count = 0

        def add(record: object) -> None:
            nonlocal count
            out.write(",\n" if count else "\n")
            out.write(_json(record))
            count += 1

        def finish() -> None:
            members = after(count) if after else {}
            out.write("\n]")
            out.write("".join(f", {_json(one)}: {_json(value)}" for one, value in members.items()))
            out.write("}\n")

        # Callbacks run last in, first out: this one before the file is closed.
        self._stack.push(lambda failed, *_: None if failed else finish())
        return add

    def document(self, name: str, content: object) -> None:
        """Write a small JSON document."""
        self._text(name).write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")

    def _text(self, name: str) -> IO[str]:
        raw = self._open(name)
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=False)
        self._stack.callback(text.detach)  # flushes, and leaves the closing to its owner
        return text


@contextmanager
def open_parts(target: Path) -> Iterator[Parts]:
    """Open a folder, which is made if its parent exists, or a zip archive by its ending.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    if target.suffix.lower() == ".zip":
        with _zip_parts(target) as parts:
            yield parts
        return
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot write {show(str(target), limit=1000)}: {error.strerror}", code="cannot-write"
        ) from error
    with ExitStack() as files, ExitStack() as stack:
        yield Parts(lambda name: files.enter_context(open_replacing(target / name)), stack)


@contextmanager
def _zip_parts(target: Path) -> Iterator[Parts]:
    """Let the parts grow side by side, then pack them one after the other."""
    with open_replacing(target) as out, tempfile.TemporaryDirectory(dir=target.parent) as room:
        with ExitStack() as files, ExitStack() as stack:
            yield Parts(lambda name: files.enter_context(Path(room, name).open("wb")), stack)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(room).iterdir()):
                info = zipfile.ZipInfo(part.name, _NO_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                with part.open("rb") as source, archive.open(info, "w", force_zip64=True) as packed:
                    shutil.copyfileobj(source, packed, 1 << 20)


@contextmanager
def csv_rows(
    out: IO[bytes], header: Iterable[str]
) -> Iterator[Callable[[Iterable[object]], object]]:
    """Hand over what writes rows of plain CSV, lines ended by LF, to an open file."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    yield writer.writerow
    text.detach()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
