"""Data for programs as JSON: one envelope around every result, or one line per record.

The envelope's `schema` names a file in `schemas/`; durations are seconds (`_s`), times ISO 8601
with offset, shares 0 to 1.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What could drive a terminal: control and format characters beyond those that JSON escapes itself.
_DANGEROUS = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def envelope(
    kind: str,
    data: object,
    *,
    tool: str,
    source: Mapping[str, Any] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Put a result into the envelope that every command shares."""
    return {
        "schema": f"casemine/{kind}/1",
        "tool": tool,
        "input": dict(source or {}),
        "filters": dict(filters or {}),
        "data": data,
    }


def dumps(value: object) -> str:
    r"""Write indented JSON in UTF-8 with a final line end, control characters escaped.

    Examples
    --------
    >>> print(dumps({"name": "Prüfung\x9b"}), end="")
    {
      "name": "Prüfung\u009b"
    }
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
    return _safe(text) + "\n"


def lines(records: Iterable[object]) -> str:
    """Write one compact JSON value per line."""
    return "".join(
        _safe(json.dumps(record, ensure_ascii=False, allow_nan=False, default=_plain)) + "\n"
        for record in records
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _safe(text: str) -> str:
    return _DANGEROUS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
