"""casemine: how the cases of a support organisation really flow, from what its CRM exports.

>>> import casemine
>>> log = casemine.parse_log("New Open Solved; New Solved")
>>> casemine.discover_dfg(log).counts()
{('New', 'Open'): 1, ('New', 'Solved'): 1, ('Open', 'Solved'): 1}
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from casemine.version import __version__

if TYPE_CHECKING:
    from casemine.log import EventLog, discover_dfg, parse_log, summarise
    from casemine.read import ReadOptions, read_log

__all__ = [
    "EventLog",
    "ReadOptions",
    "__version__",
    "discover_dfg",
    "parse_log",
    "read_log",
    "summarise",
]

_HOMES = {
    "EventLog": "casemine.log",
    "discover_dfg": "casemine.log",
    "parse_log": "casemine.log",
    "summarise": "casemine.log",
    "ReadOptions": "casemine.read",
    "read_log": "casemine.read",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that `casemine --help` loads nothing heavy."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'casemine' has no attribute {name!r}")
