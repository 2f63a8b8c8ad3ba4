"""Object-centric event logs (OCEL 1.0 and 2.0), known by their first bytes.

What is read of them stands in `casemine.read.ocel`; the forms of OCEL 1.0 other than JSON are
refused by name. Formats: https://ocel-standard.org
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
_NEW_JSON_LISTS = re.compile(
    rb'^\s*\{\s*"(?:events|objects)"\s*:\s*\[.*"(?:objectId|relationships)"\s*:', re.DOTALL
)
_NEW_XML = (b"<object-types", b"<event-types")
_OLD_XML = (b'key="ocel:', b'<global scope="object"')
_CSV = re.compile(rb"^[^\r\n]*\bocel:type:")
_START = 4000  # bytes in which they show themselves

READ = frozenset({"OCEL JSON", "OCEL XML", "OCEL SQLite"})


def object_centric(head: bytes) -> str | None:
    r"""Name the format of an object-centric log; None if it is none.

    Examples
    --------
    >>> object_centric(b'{"ocel:global-event": {}}'), object_centric(b'{"events": []}')
    ('OCEL JSON', None)
    """
    if head.startswith(_SQLITE):
        return _database(head)
    start = head.removeprefix(b"\xef\xbb\xbf")[:_START]
    if any(form.match(start) for form in (_OLD_JSON, _NEW_JSON, _NEW_JSON_LISTS)):
        return "OCEL JSON"
    if start.lstrip().startswith(b"<"):
        if any(sign in start for sign in _NEW_XML):
            return "OCEL XML"
        return "OCEL 1.0 XML" if any(sign in start for sign in _OLD_XML) else None
    return "OCEL CSV" if _CSV.match(start) else None


def is_ocel(head: bytes) -> bool:
    """Whether a file is an object-centric log of a form that is read."""
    return object_centric(head) in READ


def refuse_object_centric(name: str, head: bytes, options: ReadOptions) -> None:
    """Refuse an object-centric log of a form that is not read, in so many words.

    A table of that kind is read when the user names the column that is to be the case.

    Raises
    ------
    InputError
        The file is one.
    """
    kind = object_centric(head)
    if kind is None or kind in READ or (kind == "OCEL CSV" and options.case is not None):
        return
    raise InputError(
        f"is an object-centric event log ({kind}), of a form that casemine does not read",
        where=Place(name),
        mend="save it as OCEL 2.0 (JSON, XML or SQLite); or flatten it to one type of object, "
        "which becomes the case, and export that as CSV or XES",
        code="object-centric",
    )


def _database(head: bytes) -> str | None:
    """Tell the databases apart by the definitions of their tables, if those are in sight."""
    if b"ocel_" in head:
        return "OCEL SQLite"
    return "OCEL 1.0 SQLite" if b"ocel:" in head else None
