"""The files in the folder of an export among which its side files may be.

Nothing is opened here: a log that was kept from an earlier run asks only whether they have changed.
"""

from __future__ import annotations

from stat import S_ISREG
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ENDINGS = frozenset({".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".parquet"})
MOST = 200  # files of a folder; a larger one is no place where an export was put
LARGEST = 256 << 20  # bytes; users and groups are few


def files_beside(paths: Sequence[Path]) -> list[Path]:
    """List files beside these, in order; nothing of a folder that holds very much."""
    return [path for path, _ in _found(paths)]


def state_beside(paths: Sequence[Path]) -> str:
    """Describe the files beside these by name, size and time of change, for comparison."""
    return repr([(path.name, state.st_size, state.st_mtime_ns) for path, state in _found(paths)])


def _found(paths: Sequence[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    named = [path for path in paths if path.is_file()]
    there = {path.resolve() for path in named}
    for folder in dict.fromkeys(path.parent for path in named):
        try:
            listed = sorted(
                path
                for path in folder.iterdir()
                if path.suffix.lower() in ENDINGS and not path.name.startswith(".")
            )
            states = [(path, path.lstat()) for path in listed if len(listed) <= MOST]
        except OSError:
            continue
        for path, state in states:
            plain = S_ISREG(state.st_mode) and 0 < state.st_size <= LARGEST
            if plain and path.resolve() not in there:
                yield path, state
