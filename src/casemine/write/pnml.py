"""Petri nets as PNML (ISO/IEC 15909-2), in the dialect that ProM and pm4py share.

Silent transitions carry ProM's mark `activity="$invisible$"`, the final marking stands in ProM's
`finalmarkings`, and there is no XML namespace: pm4py and older ProM don't find elements with one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casemine.write.modelxml import child, document, identifiers

if TYPE_CHECKING:
    from casemine.model.petri import PetriNet

NET_TYPE = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel"


def to_pnml(net: PetriNet) -> str:
    """Write a net with its markings; ids that XML doesn't accept are changed, names are not.

    Examples
    --------
    >>> from casemine.model.petri import Arc, PetriNet, Transition
    >>> net = PetriNet(("p1",), (Transition("t1", "Close"),), (Arc("p1", "t1"),), {"p1": 1})
    >>> print(to_pnml(net))
    <?xml version="1.0" encoding="UTF-8"?>
    <pnml>
      <net id="net" type="http://www.pnml.org/version-2009/grammar/pnmlcoremodel">
        <name>
          <text>net</text>
        </name>
        <page id="page">
          <place id="p1">
            <name>
              <text>p1</text>
            </name>
            <initialMarking>
              <text>1</text>
            </initialMarking>
          </place>
          <transition id="t1">
            <name>
              <text>Close</text>
            </name>
          </transition>
          <arc id="arc1" source="p1" target="t1"/>
        </page>
      </net>
    </pnml>
    <BLANKLINE>
    """
    from lxml import etree

    nodes = [*net.places, *(transition.id for transition in net.transitions)]
    arcs = [f"arc{number}" for number in range(1, len(net.arcs) + 1)]
    ids = identifiers(nodes, taken=["net", "page", *arcs])
    root = etree.Element("pnml")
    body = child(root, "net", attributes={"id": "net", "type": NET_TYPE})
    child(child(body, "name"), "text", net.name)
    page = child(body, "page", attributes={"id": "page"})
    for place in net.places:
        element = child(page, "place", attributes={"id": ids[place]})
        child(child(element, "name"), "text", place)
        if net.initial.get(place):
            child(child(element, "initialMarking"), "text", str(net.initial[place]))
    for transition in net.transitions:
        element = child(page, "transition", attributes={"id": ids[transition.id]})
        label = transition.id if transition.label is None else transition.label
        child(child(element, "name"), "text", label)
        if transition.label is None:
            mark = {"tool": "ProM", "version": "6.4", "activity": "$invisible$"}
            child(element, "toolspecific", attributes=mark)
    for id_, arc in zip(arcs, net.arcs, strict=True):
        ends = {"id": id_, "source": ids[arc.source], "target": ids[arc.target]}
        element = child(page, "arc", attributes=ends)
        if arc.weight != 1:
            child(child(element, "inscription"), "text", str(arc.weight))
    if net.final is not None:
        marking = child(child(body, "finalmarkings"), "marking")
        for place in (place for place in net.places if net.final.get(place)):
            element = child(marking, "place", attributes={"idref": ids[place]})
            child(element, "text", str(net.final[place]))
    return document(root)
