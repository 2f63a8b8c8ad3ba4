"""XML of flows whose only fault is a prefix that is nowhere declared, as in `js:collection`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.errors import InputError, show
from casemine.read.models.modelxml import hardened_parser, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def parse_flow(data: bytes, file: str) -> tuple[Element, list[str]]:
    """Parse a document; a prefix without a namespace is put up with, and said.

    Some engines read attributes of their own by the prefix alone, and people write them by hand.
    Nothing of BPMN or PNML is hidden by that: an element with such a prefix is not known.

    Returns
    -------
    tuple
        The root, and one remark or none.

    Raises
    ------
    InputError
        See `casemine.read.models.modelxml.parse_xml`.
    """
    try:
        return parse_xml(data, file), []
    except InputError as error:
        from lxml import etree

        parser = hardened_parser(recover=True)
        if error.code != "bad-xml":
            raise
        root = etree.fromstring(data, parser)
        faults = list(parser.error_log)
        undeclared = etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE
        if root is None or not faults or any(fault.type != undeclared for fault in faults):
            raise
        lines = ", ".join(dict.fromkeys(str(fault.line) for fault in faults[:5]))
        word = faults[0].message.split()[2] if len(faults[0].message.split()) > 2 else ""
        return root, [f"a prefix is not declared, such as {show(word)} (line {lines})"]
