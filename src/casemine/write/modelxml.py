"""XML documents of models: text that XML 1.0 can't hold, and the bytes of a finished document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_.-]")


def legal(text: str) -> str:
    r"""Escape the characters that XML 1.0 has no way to write, control characters above all.

    Examples
    --------
    >>> legal("bell \x07")
    'bell \\x07'
    """
    return _ILLEGAL.sub(
        lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text
    )


def identifiers(names: Iterable[str], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """Give each name an id that XML accepts (an NCName) and that no other name has.

    Names that are ids already keep them, whatever stands before them.

    Examples
    --------
    >>> identifiers(["a b", "a_b", "7"])
    {'a b': 'a_b.2', 'a_b': 'a_b', '7': '_7'}
    """
    names, taken = list(dict.fromkeys(names)), set(taken)
    plain = {name: _ncname(name) for name in names}
    ids = {name: name for name in names if plain[name] == name and name not in taken}
    used = {*taken, *ids}
    for name in (name for name in names if name not in ids):
        id_, number = plain[name], 1
        while id_ in used:
            number += 1
            id_ = f"{plain[name]}.{number}"
        used.add(id_)
        ids[name] = id_
    return {name: ids[name] for name in names}


def child(
    parent: etree._Element,
    tag: str,
    text: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> etree._Element:
    """Add an element; its text and attributes may hold anything."""
    element = etree.SubElement(parent, tag)
    for name, value in (attributes or {}).items():
        element.set(name, legal(value))
    if text is not None:
        element.text = legal(text)
        if text != text.strip():
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def document(root: etree._Element) -> str:
    """Write a document, indented, with its declaration and a final newline."""
    etree.indent(root)
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _ncname(name: str) -> str:
    name = _NOT_IN_IDS.sub("_", name)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"
