"""Names of BPMN elements that a tool writes with a capital letter, such as `<ScriptTask>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.read.flows.pools import NODES
from casemine.read.models.modelxml import tag

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_KNOWN = NODES | {"process", "sequenceFlow", "collaboration", "participant", "laneSet", "lane"}


def with_small_letters(root: Element) -> list[str]:
    """Rename elements of BPMN that are written with a capital letter, and say which.

    The standard writes names of elements with a small letter and names of types with a capital
    one; the libraries of several editors read either.

    Returns
    -------
    list of str
        One remark, or none.
    """
    found: dict[str, int | None] = {}
    for element in root.iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}*"):
        kind = tag(element)
        small = kind[:1].lower() + kind[1:]
        if small != kind and (small in _KNOWN or small.endswith("EventDefinition")):
            found.setdefault(kind, element.sourceline)
            element.tag = element.tag.replace(f"}}{kind}", f"}}{small}")
    if not found:
        return []
    listed = ", ".join(f"<{kind}> (line {line})" for kind, line in found.items())
    return [f"written with a capital letter, and read as if with a small one: {listed}"]
