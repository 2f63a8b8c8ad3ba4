"""Petri nets of other tools as designed flows (first form)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.model.flow import DesignedFlow, FlowElement
from casemine.read.models.pnml import read_pnml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def read_net_flow(root: Element, file: str, *, wanted: str | None) -> DesignedFlow:
    """Read a net."""
    del wanted
    net = read_pnml(root, file)
    elements = tuple(FlowElement(t.id, t.label, "transition") for t in net.transitions if t.label)
    return DesignedFlow(
        net.name,
        file.replace("\\", "/"),
        net,
        elements,
        {t.id: t.id for t in net.transitions if t.label},
    )
