"""Files to event logs and models; what stands here is imported on first use.

A log that was kept from an earlier run is opened without any of the readers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from casemine.read.importer import IMPORTERS, Importer
    from casemine.read.logs import raw_tables, read_log, stream_events
    from casemine.read.options import ReadOptions
    from casemine.read.table import EventStream

__all__ = [
    "IMPORTERS",
    "EventStream",
    "Importer",
    "ReadOptions",
    "raw_tables",
    "read_log",
    "stream_events",
]

_HOMES = {
    "IMPORTERS": "importer",
    "EventStream": "table",
    "Importer": "importer",
    "ReadOptions": "options",
    "raw_tables": "logs",
    "read_log": "logs",
    "stream_events": "logs",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for from the file that holds it."""
    if name in _HOMES:
        return getattr(import_module(f"casemine.read.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'casemine.read' has no attribute {name!r}")
