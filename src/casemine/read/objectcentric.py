"""Object-centric event logs (OCEL 1.0 and 2.0), known by their first bytes, to be refused by name.

Their events belong to several objects at once, so they have no case; which object is to be the
case is for the user to say, with a tool that flattens such logs. Formats: https://ocel-standard.org
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place

if TYPE_CHECKING:
    from casemine.read.options import ReadOptions

_SQLITE = b"SQLite format 3\0"
_OLD_JSON = re.compile(rb'^\s*\{\s*"ocel:')
_NEW_JSON = re.compile(rb'^\s*\{.*"(?:objectTypes|eventTypes)"\s*:', re.DOTALL)
_XML = (b"<object-types", b"<event-types", b'key="ocel:')
_CSV = re.compile(rb"^[^\r\n]*\bocel:type:")
_START = 4000  # bytes in which they show themselves


def object_centric(head: bytes) -> str | None:
    r"""Name the format of an object-centric log; None if it is none.

    Examples
    --------
    >>> object_centric(b'{"ocel:global-event": {}}'), object_centric(b'{"events": []}')
    ('OCEL JSON', None)
    """
    if head.startswith(_SQLITE):
        return "OCEL SQLite" if b"ocel_" in head or b"ocel:" in head else None
    start = head.removeprefix(b"\xef\xbb\xbf")[:_START]
    if _OLD_JSON.match(start) or _NEW_JSON.match(start):
        return "OCEL JSON"
    if start.lstrip().startswith(b"<") and any(sign in start for sign in _XML):
        return "OCEL XML"
    return "OCEL CSV" if _CSV.match(start) else None


def refuse_object_centric(name: str, head: bytes, options: ReadOptions) -> None:
    """Refuse an object-centric log in so many words.

    A table of that kind is read when the user names the column that is to be the case.

    Raises
    ------
    InputError
        The file is one.
    """
    kind = object_centric(head)
    if kind is None or (kind == "OCEL CSV" and options.case is not None):
        return
    raise InputError(
        f"is an object-centric event log ({kind}), whose events have no one case",
        where=Place(name),
        mend="flatten it to one type of object, which becomes the case, and export that as CSV or "
        "XES; casemine does not read OCEL",
        code="object-centric",
    )
