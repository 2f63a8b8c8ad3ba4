"""XML of model files, parsed without trusting it: no document types, no entities, no network.

Elements are matched by their local names, since tools disagree on namespaces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casemine.errors import InputError, Place, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import XMLParser
    from lxml.etree import _Element as Element

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def hardened_parser(*, recover: bool = False) -> XMLParser:
    """Make a parser that fetches nothing, expands nothing, and bounds depth and size."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def parse_xml(data: bytes, file: str) -> Element:
    """Parse a document; comments and processing instructions are left out.

    Raises
    ------
    InputError
        Not well-formed, with the line; or it has a document type, which no model format needs and
        which could name files to include or text to repeat without end.
    """
    from lxml import etree

    try:
        root = etree.fromstring(data, hardened_parser())
    except etree.XMLSyntaxError as error:
        reason = re.sub(r", line \d+, column \d+$", "", error.msg or "it is empty")
        if b"<!DOCTYPE" in data[:65536]:
            raise _document_type(file) from None
        raise InputError(
            f"the XML is broken: {reason}", where=Place(file, error.lineno or None), code="bad-xml"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _document_type(file)
    return root


def _document_type(file: str) -> InputError:
    return InputError(
        "the XML has a document type (<!DOCTYPE>), which is not read",
        where=Place(file),
        mend="remove it, together with the entities that it defines",
        code="document-type",
    )


def tag(element: Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """Direct children of these names, in order."""
    return (child for child in element if tag(child) in names)


def first(element: Element, *names: str) -> Element | None:
    """First direct child of one of these names."""
    return next(children(element, *names), None)


def text(element: Element) -> str:
    """Text of an element as it stands, but without the line breaks of an indented file."""
    found = element.text or ""
    margin = found[: len(found) - len(found.lstrip())]
    if "\n" in margin and element.get(_SPACE) != "preserve":
        return found.strip()
    return found


def spot(element: Element, file: str) -> Place:
    """Where an element begins."""
    return Place(file, element.sourceline)


def required(element: Element, attribute: str, file: str) -> str:
    """Value of an attribute that must be there."""
    value: str | None = element.get(attribute)
    if value is None:
        raise InputError(
            f"<{tag(element)}> has no {show(attribute)} attribute", where=spot(element, file)
        )
    return value
