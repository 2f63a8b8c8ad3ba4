"""Give memory back to the system between the stages of an import.

Large exports are read in stages, each of which frees what the one before it held. Arrow's pool and
the C library keep freed memory for later: on a JSON export of 1 GB that made a third of the peak.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable


def release_memory() -> None:
    """Let go of what is free; where the C library has no way to, do what Arrow can."""
    pa.default_memory_pool().release_unused()
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """Find the GNU C library's `malloc_trim`, on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        found: Callable[[int], int] = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return None
    return found
